"""One person on the list: what they said, an answer on their behalf, what a lead can set right."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from attendees.actions import answers, people, rounds, status
from attendees.forms.people import CorrectForm, OnBehalfForm
from attendees.models import Answer, InboundMail, Letter, Status
from attendees.outreach import cadence, reminders
from attendees.views import rows
from attendees.views.calendar import WHY_NOT
from attendees.views.letters import GROUP_OF
from attendees.views.persistence import standing as standing_words
from topics.models import KeyPerson, Proposer
from uconf import rights
from uconf.activity import told
from uconf.lib import clock
from uconf.lib.refusals import EditConflict, Refusal

FAR = timedelta(days=400)


def _attendee(request, conference, mc, attendee):
    """A microconference of the user's and one attendee of it; 404 for anybody else's."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=False)
    found = microconference.attendees.select_related("person", "asked_by__person", "availability").filter(
        public_id=attendee
    )
    found = found.prefetch_related("availability__times", "answers__round", "answers__recorded_by").first()
    if found is None:
        raise Http404
    found.microconference = microconference
    return microconference, found


@require_http_methods(["GET", "HEAD"])
def person(request, conference, mc, attendee):
    """Everything about one person, the buttons for their answer first."""
    microconference, attendee = _attendee(request, conference, mc, attendee)
    return _page(request, microconference, attendee)


def _page(request, microconference, attendee, answer_form=None, correct_form=None, differences=None, code=200):
    standing = status.standing(attendee.answers.all())
    undone = {each.undoes_id for each in attendee.answers.all() if each.undoes_id}
    question = rounds.question_now(microconference)
    context = {
        "microconference": microconference,
        "room": "people",
        "attendee": attendee,
        "subs": rows.subs(attendee, microconference.timezone),
        "question": question.label,
        "answer_form": answer_form or OnBehalfForm(question=question),
        "pressed": next((each.status for each in standing if each.round.question == question), None),
        "can_answer": microconference.takes_letters or microconference.is_over,
        "correct_form": correct_form or _correct_form(microconference, attendee),
        "conflict": differences is not None,
        "differences": differences,
        "correcting": correct_form is not None or "correct" in request.GET,
        "suggestion": next((each.instead for each in standing if each.instead), ""),
        "last": standing[0] if standing else None,
        "history": _history(attendee, undone, request.user),
        "persistence": _persistence(microconference, attendee),
        "said": rows.said(attendee),
        "cannot": rows.cannot_words(attendee, microconference.timezone),
        "availability": rows.availability_of(attendee),
        "needed": KeyPerson.objects.filter(
            topic__in=microconference.topics.alive(), person=attendee.person
        ).select_related("topic"),
        "proposed": Proposer.objects.filter(
            topic__in=microconference.topics.alive(), person=attendee.person
        ).select_related("topic"),
        "suppressed": people.is_suppressed(attendee.person),
    }
    return render(request, "attendees/person.html", context, status=code)


def _correct_form(microconference, attendee, data=None):
    who = attendee.person
    initial = {
        "name": who.name,
        "address": who.address,
        "affiliation": who.affiliation,
        "reason": attendee.reason,
        "asked_by": attendee.asked_by_id,
        "version": people.version_of(attendee),
    }
    return CorrectForm(data, initial=initial, microconference=microconference)


# What the log says of somebody that neither an answer, an asking nor a letter says already.
LOGGED = (
    "attendee.added", "attendee.corrected", "interests.set", "listed.set", "times.set", "letters.stopped",
    "letters.resumed", "letter.bounced", "letter.edited", "letter.sent_again", "letter.left", "letter.skipped",
    "letter.unskipped", "letter.own", "persistence.cadence", "persistence.paused", "persistence.stopped",
    "persistence.went_on",
)  # fmt: skip


def _history(attendee, undone, reader):
    """All that was asked, sent, said and set, the newest first. Five queries."""
    found = [
        {"at": each.at, "kind": "asked", "asking": each, "by": each.by}
        for each in attendee.askings.select_related("round", "by")
    ]
    for each in attendee.answers.all():
        found.append({"at": each.recorded_at, "kind": "answer", "answer": each, "undone": each.pk in undone})
    mine = Q(to_person=attendee.person, microconference=attendee.microconference)  # notes, which ask nobody
    letters = Letter.objects.filter(mine | Q(reasons__attendee=attendee)).prefetch_related("reasons").distinct()
    for letter in letters:
        group, step = GROUP_OF[letter.state], max((each.step for each in letter.reasons.all()), default=0)
        found.append({"at": _happened_at(letter), "kind": "letter", "letter": letter, "group": group, "step": step})
    mails = InboundMail.objects.filter(person=attendee.person, microconference=attendee.microconference).defer("raw")
    found += [{"at": each.received_at, "kind": "mail", "mail": each} for each in mails]
    entries = attendee.microconference.activity.filter(person=attendee.person, what__in=LOGGED)
    found += [{"at": each.at, "kind": "log", "words": each.words} for each in told(entries, reader=reader)]
    return sorted(found, key=lambda each: each["at"], reverse=True)


def _happened_at(letter):
    """When what a letter's state says came to pass, as far as it is known; not after now."""
    at = letter.sent_at or letter.left_at or letter.dated_at or letter.approved_at or letter.written_at
    return min(at, clock.now())


def _persistence(microconference, attendee):
    """How persistently somebody is asked: in words, and their next letter or why there is none."""
    if not microconference.takes_letters:
        return None
    loaded, now = reminders.load(microconference=microconference, attendee=attendee), clock.now()
    held = reminders.held_by_replies(microconference=microconference, attendee=attendee)
    planned = next(iter(cadence.plan(loaded.people, loaded.rounds, now, now + FAR)), None)
    return {
        "words": standing_words(attendee, microconference),
        "next": planned if planned and not planned.why_not else None,
        "reply": held[0][1] if held else None,
        "why_not": WHY_NOT[planned.why_not] if planned and planned.why_not else "",
        "may_go_on": bool(attendee.held_at or attendee.paused_until),
    }


@require_POST
def record_answer(request, conference, mc, attendee):
    """An answer that somebody gave to a lead. Sends nothing."""
    microconference, attendee = _attendee(request, conference, mc, attendee)
    form = OnBehalfForm(request.POST, question=rounds.question_now(microconference))
    if form.is_valid():
        values = form.cleaned_data
        try:
            if not (microconference.takes_letters or microconference.is_over):
                raise Refusal(_("“%(mc)s” asks nobody any more. Nothing was recorded.") % {"mc": microconference})
            recorded = answers.record_answer(
                attendee=attendee,
                round=rounds.current_or_imported(microconference=microconference, by=request.user),
                source=Answer.Source.ON_BEHALF,
                by=request.user,
                **values,
            )
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(
                request,
                _("%(name)s: %(status)s. Nothing was sent; reminders to them stop.")
                % {"name": attendee.person, "status": recorded.words},
            )
            return HttpResponseRedirect(_url(microconference, attendee))
    return _page(request, microconference, attendee, answer_form=form, code=422)


@require_POST
def undo_answer(request, conference, mc, attendee):
    """Take an answer back; what was said before it counts again."""
    microconference, attendee = _attendee(request, conference, mc, attendee)
    number = request.POST.get("answer", "")
    answer = next((each for each in attendee.answers.all() if str(each.pk) == number), None)
    if answer is None:
        raise Http404
    try:
        answers.undo_answer(answer=answer, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        attendee.refresh_from_db(fields=["status"])
        messages.success(
            request,
            _("“%(answer)s” is undone. %(name)s: %(status)s.")
            % {"answer": answer.words, "name": attendee.person, "status": Status(attendee.status).label},
        )
    return HttpResponseRedirect(_url(microconference, attendee))


@require_POST
def correct(request, conference, mc, attendee):
    """Name, address, affiliation, why they are needed, who asks them."""
    microconference, attendee = _attendee(request, conference, mc, attendee)
    form = _correct_form(microconference, attendee, request.POST)
    if form.is_valid():
        try:
            people.correct_attendee(attendee=attendee, by=request.user, **form.cleaned_data)
        except EditConflict as conflict:
            theirs = _correct_form(microconference, conflict.theirs).initial
            differences = form.differences(theirs)
            form.rebase(theirs["version"])
            return _page(request, microconference, attendee, correct_form=form, differences=differences, code=409)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("Saved. Nobody was written to."))
            return HttpResponseRedirect(_url(microconference, attendee))
    attendee.person.refresh_from_db()
    return _page(request, microconference, attendee, correct_form=form, code=422)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, conference, mc, attendee):
    """Take somebody off the list, who was neither asked nor said anything."""
    microconference, attendee = _attendee(request, conference, mc, attendee)
    refusal = None
    try:
        if request.method == "POST":
            people.remove_attendee(attendee=attendee, by=request.user)
            messages.success(request, _("%(name)s is off the list.") % {"name": attendee.person})
            return HttpResponseRedirect(microconference.organize_url("attendees:people"))
        people.refuse_removal(attendee)
    except Refusal as said:
        refusal = str(said)
    context = {"microconference": microconference, "room": "people", "attendee": attendee, "refusal": refusal}
    code = 422 if refusal and request.method == "POST" else 200
    return render(request, "attendees/person_remove.html", context, status=code)


def _url(microconference, attendee):
    return microconference.organize_url("attendees:person", attendee.public_id)
