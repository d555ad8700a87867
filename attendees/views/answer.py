"""An attendee's own page: the token in the address is the key; there is no account, no cookie, no script.

Its forms carry no CSRF token: whoever could forge one would have to know the address, which is the key itself.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from attendees.actions import answers, wishes
from attendees.actions import stop as stopping
from attendees.actions.people import is_suppressed
from attendees.models import Answer, Attendee, PersonalLink
from attendees.views import sections
from attendees.views.links import SeeOther, by_link
from attendees.views.stopping import STOPS, stop_or_resume
from uconf.lib.refusals import Refusal
from uconf.lifecycle import holding


@by_link(PersonalLink.Kind.ANSWER)
def answer(request, person):
    """Everything that is asked of somebody; one press is the answer."""
    chosen = request.POST.get("mc", "") if request.method == "POST" else request.GET.get("mc", "")
    found = sections.for_person(person, first=chosen)
    if request.method != "POST":
        return _page(request, person, found)
    do = request.POST.get("do", "answer")
    if do in STOPS:
        return stop_or_resume(request, person, [each.attendee for each in found], do)
    section = next((each for each in found if each.attendee.public_id == chosen), None)
    try:
        if section is None:
            raise Refusal(_("This microconference does not ask you anything any more. The page shows what is left."))
        what = ACTS.get(do, _save_answer)(section, request.POST, person)
    except Refusal as refusal:
        return _page(request, person, found, refusal=str(refusal), code=422)
    if what is None:
        return _page(request, person, found, code=422, opened=do)
    return SeeOther(f"{request.path}?saved={what}&mc={chosen}#{section.anchor}")


def _save_answer(section, data, person):
    """Save an answer, or what goes with it; None if the form has something to say."""
    if section.round is None:
        raise Refusal(
            _("“%(mc)s” asks you nothing now; its answers stay as they are.") % {"mc": section.microconference}
        )
    form = section.form = sections.answer_form(section.round, section.answer, section.attendee, data)
    if not form.is_valid():
        return None
    values, last = form.cleaned_data, section.answer
    note, instead = (
        (values["note"], values["instead"]) if values["details"] else (form.initial["note"], form.initial["instead"])
    )
    pressed = form.buttons.get(values["answer"])
    wrote = (note, instead) != (form.initial["note"], form.initial["instead"])
    if pressed is None and last is None and (wrote or not values["details"]):
        form.add_error("answer", _("Press one of the answers first; what you wrote goes with it."))
        return None
    if pressed or wrote:
        choice, mode = pressed or (last.answer, last.mode)
        try:
            answers.record_answer(
                attendee=section.attendee, round=section.round, answer=choice, mode=mode, note=note, instead=instead,
                source=Answer.Source.LINK, by=person,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_refusal(refusal)
            return None
    if values["details"]:
        wishes.set_listed(attendee=section.attendee, listed=values["listed"], by=person)
    return "answer" if pressed else "details"


def _save_listed(section, data, person):
    """Save only whether they may be named, where nothing is asked."""
    wishes.set_listed(attendee=section.attendee, listed=bool(data.get("listed")), by=person)
    return "details"


def _save_topics(section, data, person):
    form = section.interests = sections.interests_form(section.attendee, data)
    if not form.is_valid():
        return None
    wishes.set_interests(attendee=section.attendee, levels=form.levels(), by=person)
    return "topics"


def _save_times(section, data, person):
    form = section.times = sections.times_form(section.attendee, data)
    if form.is_valid():
        try:
            wishes.set_times(
                attendee=section.attendee,
                all_free=form.cleaned_data["all_free"],
                times=form.cleaned_data["times"],
                by=person,
            )
        except Refusal as refusal:
            form.add_refusal(refusal)
    return None if form.errors else "times"


def _undo(section, data, person):
    """Take back what was read in their mail; what they said before counts again."""
    if section.answer is not None and section.answer.source == Answer.Source.REPLY:
        answers.undo_answer(answer=section.answer, by=person)
    return "undo"


ACTS = {"undo": _undo, "answer": _save_answer, "listed": _save_listed, "topics": _save_topics, "times": _save_times}


def _page(request, person, found, refusal="", code=200, opened=""):
    context = {
        "person": person,
        "sections": found,
        "refusal": refusal,
        "opened": opened,
        "saved": request.GET.get("saved", "") if request.method != "POST" else "",
        "at": request.POST.get("mc", "") or request.GET.get("mc", ""),
        "unasked": Attendee.objects.filter(person=person).count() - len(found),
        "kept_until": holding.kept_until(person),
        "stops": [each for each in found if each.microconference.takes_letters],
        "suppressed": is_suppressed(person),
    }
    return render(request, "attendees/answer.html", context, status=code)


@by_link(PersonalLink.Kind.STOP)
def stop(request, person):
    """No more letters: one button for each microconference, one for everybody here.

    A mail program's own button (RFC 8058) posts here without a page; it gets a plain 200.
    """
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        stopping.stop_all_current(person=person, by=person)
        return HttpResponse(_("No more letters will come."), content_type="text/plain; charset=utf-8")
    found = sections.for_person(person)
    if request.method == "POST":
        return stop_or_resume(request, person, [each.attendee for each in found], request.POST.get("do", ""))
    context = {
        "person": person,
        "stops": [each for each in found if each.microconference.takes_letters],
        "suppressed": is_suppressed(person),
        "saved": request.GET.get("saved", ""),
    }
    return render(request, "attendees/stop.html", context)
