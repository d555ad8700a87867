"""Asking people: whom, with which words, how persistently; then every letter is read before it goes."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from attendees import tasks
from attendees.actions import rounds
from attendees.actions.counts import NEEDS_YOU
from attendees.forms.letters import AskForm, RoundForm, TextForm
from attendees.forms.people import NO_ADDRESS, PARTS, PeopleFilter
from attendees.models import Letter, LetterText, Round, Status
from attendees.outreach import actions, cadence, compose, placeholders, rules
from attendees.outreach.inbound import addressing, taking
from attendees.views import rows
from attendees.views.letters import cadence_words, is_lead, rows_of
from uconf import rights
from uconf.lib.numbers import whole
from uconf.lib.refusals import EditConflict, Refusal

# Whom a lead looks for first.
FIRST = [Status.NOT_ASKED, Status.PENDING, Status.NOT_SURE, Status.INTERESTED]


def ask(request, conference, mc):
    """Choose people and words. Opens the round if nobody has; nothing is sent from here."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    question = rounds.question_now(mc)
    round = mc.rounds.filter(question=question).first()
    found = rules.candidates(mc, round)
    by_id = {each.attendee.public_id: each for each in found}
    asked_for = [by_id[each] for each in request.GET.getlist("person") if each in by_id]
    again = "again" in request.GET or bool(asked_for) and all(each.can_be_asked_again for each in asked_for)
    can = [each for each in found if (each.can_be_asked_again if again else each.can_be_asked)]
    values = PeopleFilter(request.GET, microconference=mc).values()
    query = rows.query(values, q="", sort="")
    narrowed = set(_matching(mc, values)) if query else None
    opens_round = not again and (round is None or round.imported)
    kind = compose.text_kind(question, again=again)
    subject, body = compose.wording(mc, kind)
    options = {"people": [each.attendee.public_id for each in can], "opens_round": opens_round}
    chosen = {each.attendee.public_id for each in (asked_for or can) if asked_for or again or each.should_be_asked}
    initial = {"subject": subject, "body": body, "cadence": list(cadence.DEFAULTS[question])}
    if round is not None:
        initial |= {"answer_by": round.answer_by} | ({"cadence": round.cadence} if round.cadence else {})
    form, status = AskForm(initial=initial, **options), 200
    if narrowed is not None:
        chosen = {each.attendee.public_id for each in can if each.attendee.pk in narrowed}
    if request.method == "POST":
        form, status = AskForm(request.POST, **options), 422
        chosen = set(request.POST.getlist("person"))
        if form.is_valid() and (letters := _write(mc, round, by_id, form, again, request.user)) is not None:
            said = ngettext(
                "%(count)s letter is written. Read it below; nothing has gone yet.",
                "%(count)s letters are written. Read them below; nothing has gone yet.",
                len(letters),
            )
            messages.success(request, said % {"count": len(letters)})
            return redirect(mc.organize_url("attendees:review"))
    order = {each: place for place, each in enumerate(FIRST)}
    for each in can:
        each.is_chosen = each.attendee.public_id in chosen
    if narrowed is not None:
        can = [each for each in can if each.attendee.pk in narrowed or request.method == "POST" and each.is_chosen]
    can.sort(
        key=lambda each: (not each.is_chosen, order.get(each.attendee.status, 9), each.attendee.person.search_name)
    )
    context = {
        "microconference": mc,
        "room": "letters",
        "question": question.label,
        "round": round,
        "opens_round": opens_round,
        "cadence_words": cadence_words(round.cadence) if round else "",
        "again": again,
        "can": can,
        "cannot": [each for each in found if each.why_not],
        "answered": sum(bool(each.answer) and not each.why_not for each in found),
        "waiting": sum(each.waits and not each.why_not for each in found),
        "can_again": [] if again else [each for each in found if each.can_be_asked_again],
        "nobody": not found,
        "form": form,
        "kind": kind,
        "placeholders": placeholders.ALLOWED,
        "values": values,
        "narrowed": narrowed is not None,
        "here": f"{query}&again=1" if again else query,
        "statuses": [(each, Status(each).label) for each in NEEDS_YOU],
        "topics": mc.topics.alive(),
        "parts": PARTS,
        "members": mc.memberships.select_related("person"),
    }
    return render(request, "attendees/letters/ask.html", context, status=status)


def _matching(mc, values):
    """The keys of the attendees that the filter of the page means."""
    found = rows.narrowed(mc, {**values, "q": ""})
    if values["status"] and values["status"] != NO_ADDRESS:
        found = found.filter(status=values["status"])
    return found.values_list("pk", flat=True)


def _write(mc, round, by_id, form, again, user):
    """The letters, or None if it was refused; then the form says why."""
    data = form.cleaned_data
    words = {"subject": data["subject"], "body": data["body"]}
    attendees = [by_id[each].attendee for each in data["person"]]
    try:
        if again:
            return actions.write_again(
                microconference=mc, round=round, attendees=attendees, by=user,
                asked_by=actions.lead_for(mc, user=user), **words,
            )  # fmt: skip
        return actions.ask(
            microconference=mc, answer_by=data.get("answer_by"), cadence=data.get("cadence", ()),
            attendees=attendees, by=user, **words,
        )  # fmt: skip
    except Refusal as refusal:
        form.add_refusal(refusal)
        return None


def review(request, conference, mc):
    """Every letter that waits for approval, as its reader will see it; the press here is what sends them."""
    mc = rights.get_microconference(request.user, conference, mc, lead=request.method == "POST")
    written = rows_of(mc).filter(state=Letter.State.WRITTEN).order_by("to_person__search_name", "pk")
    if request.method == "POST":
        return _approve(request, mc, written)
    found = list(written)
    standing = _standing(mc, found)
    for each in found:
        each.microconference = mc
        each.heading, each.text = compose.heading(each), compose.preview(each)
        each.candidate = standing.get(each.pk)
    context = {
        "microconference": mc,
        "room": "letters",
        "is_lead": is_lead(mc),
        "found": found,
        "ready": [each for each in found if not (each.candidate and each.candidate.why_not)],
        "mine": [
            each for each in found if addressing.is_on() and each.kind == "first" and each.asked_by_id == mc.me.pk
        ],
    }
    return render(request, "attendees/letters/review.html", context)


def _standing(mc, letters):
    """How it stands with the reader of each letter, by the letter's key. A fixed number of queries."""
    attendees = mc.attendees.filter(letter_reasons__letter__in=[each.pk for each in letters]).distinct()
    by_attendee = {each.attendee.pk: each for each in rules.candidates(mc, None, attendees=attendees)}
    reasons = {each.pk: next(iter(each.reasons.all()), None) for each in letters}
    return {pk: by_attendee.get(each.attendee_id) for pk, each in reasons.items() if each}


def _approve(request, mc, written):
    read = dict(each.split(":", 1) for each in request.POST.getlist("letter") if ":" in each)
    letters = list(written.filter(public_id__in=read))
    versions = {each.pk: whole(read[each.public_id]) or 0 for each in letters}
    done = actions.approve(letters=letters, versions=versions, by=request.user)
    tasks.deliver_waiting.delay_on_commit()
    now = len(done.letters) - len(done.later)
    if now:
        said = ngettext("%(count)s letter goes now.", "%(count)s letters go now.", now)
        messages.success(request, said % {"count": now})
    if done.later:
        day = formats.date_format(done.later[0].due_at.astimezone(mc.conference.zone), "j F")
        said = ngettext(
            "%(count)s letter waits until %(day)s: its reader was asked within the last 7 days.",
            "%(count)s letters wait, the first until %(day)s: their readers were asked within the last 7 days.",
            len(done.later),
        )
        messages.success(request, said % {"count": len(done.later), "day": day})
    for sentence in done.refused:
        messages.warning(request, sentence)
    if not done.letters and not done.refused:
        messages.warning(request, _("Nothing was left to send: the letters went already, or were called off."))
    return redirect(mc.organize_url("attendees:review" if done.refused else "attendees:letters"))


@require_POST
def take_along(request, conference, mc):
    """The chosen letters as an mbox of drafts, for the lead's own mail program; they are not sent from here then."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    letters = list(rows_of(mc).filter(public_id__in=request.POST.getlist("letter")[: taking.MOST]))
    try:
        if not addressing.is_on():
            raise Refusal(_("No mail comes in here, so nobody would know that you sent them. Send them from here."))
        mbox = taking.take_along(microconference=mc, letters=letters, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(mc.organize_url("attendees:review"))
    response = HttpResponse(mbox, content_type="application/mbox")
    response["Content-Disposition"] = f'attachment; filename="{mc.slug}-drafts.mbox"'
    return response


@require_POST
def take_back(request, conference, mc):
    """Undo: everything that a lead approved and that has not gone waits for them again."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    back = actions.take_back(letters=list(rows_of(mc).filter(state__in=actions.NOT_GONE)), by=request.user)
    if back:
        said = ngettext("%(count)s letter is taken back.", "%(count)s letters are taken back.", len(back))
        messages.success(request, said % {"count": len(back)})
        return redirect(mc.organize_url("attendees:review"))
    messages.warning(request, _("Nothing could be taken back: all of it has gone."))
    return redirect(mc.organize_url("attendees:letters"))


def texts(request, conference, mc):
    """The wordings of this microconference."""
    mc = rights.get_microconference(request.user, conference, mc)
    own = {each.kind: each for each in LetterText.objects.filter(microconference=mc)}
    rows = []
    for kind in LetterText.Kind:
        subject, body = (own[kind].subject, own[kind].body) if kind in own else compose.built_in(kind)
        rows.append({"kind": kind, "subject": subject, "body": body, "is_own": kind in own})
    context = {"microconference": mc, "room": "letters", "is_lead": is_lead(mc), "rows": rows}
    return render(request, "attendees/letters/texts.html", context)


def text(request, conference, mc, kind):
    """One wording. Letters that are written already keep theirs."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    if kind not in LetterText.Kind.values:
        raise Http404
    own = LetterText.objects.filter(microconference=mc, kind=kind).first()
    subject, body = compose.wording(mc, kind)
    version = own.version if own else 0
    form, status, conflict = TextForm(initial={"subject": subject, "body": body, "version": version}), 200, None
    if request.method == "POST" and request.POST.get("do") == "reset":
        actions.save_text(microconference=mc, kind=kind, subject="", body="", by=request.user)
        messages.success(request, _("The built-in text is back."))
        return redirect(mc.organize_url("attendees:texts"))
    if request.method == "POST":
        form, status = TextForm(request.POST), 422
        if form.is_valid():
            try:
                actions.save_text(microconference=mc, kind=kind, by=request.user, **form.cleaned_data)
            except EditConflict as refusal:
                subject, body = compose.wording(mc, kind)
                conflict, status = form.differences({"subject": subject, "body": body}), 409
                form.rebase(refusal.theirs.version)
            except Refusal as refusal:
                form.add_refusal(refusal)
            else:
                messages.success(request, _("Saved. The next letters read like this; those already written stay."))
                return redirect(mc.organize_url("attendees:texts"))
    context = {
        "microconference": mc, "room": "letters", "kind": LetterText.Kind(kind), "form": form, "is_own": own,
        "conflict": conflict, "placeholders": placeholders.ALLOWED,
    }  # fmt: skip
    return render(request, "attendees/letters/text.html", context, status=status)


def round(request, conference, mc, round):
    """Until when a round waits for answers, and how persistently."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    found = get_object_or_404(Round, microconference=mc, public_id=round)
    initial = {"answer_by": found.answer_by, "cadence": found.cadence, "version": found.version}
    form, status, conflict = RoundForm(initial=initial), 200, None
    if request.method == "POST":
        form, status = RoundForm(request.POST), 422
        if form.is_valid():
            try:
                actions.open_round(microconference=mc, question=found.question, by=request.user, **form.cleaned_data)
            except EditConflict as refusal:
                days = ", ".join(str(each) for each in refusal.theirs.cadence)
                theirs = {"answer_by": refusal.theirs.answer_by, "cadence": days}
                conflict, status = form.differences(theirs), 409
                form.rebase(refusal.theirs.version)
            except Refusal as refusal:
                form.add_refusal(refusal)
            else:
                messages.success(request, _("Saved. The reminders follow it from now on."))
                return redirect(mc.organize_url("attendees:letters"))
    context = {"microconference": mc, "room": "letters", "round": found, "form": form, "conflict": conflict}
    return render(request, "attendees/letters/round.html", context, status=status)
