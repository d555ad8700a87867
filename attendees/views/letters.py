"""The outbox: rounds, what goes when, what went, and each letter as its reader sees it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Min
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from attendees import tasks
from attendees.actions import counts, rounds
from attendees.forms.letters import LetterForm
from attendees.models import Letter
from attendees.outreach import actions, compose, placeholders, reminders
from attendees.outreach.inbound import addressing, taking
from uconf import rights
from uconf.lib import addresses, clock
from uconf.lib.refusals import EditConflict, Refusal

STATES = Letter.State
A_PAGE = 100


@dataclass(frozen=True)
class Group:
    """Letter states that mean the same to a lead."""

    key: str
    label: str
    states: tuple
    shape: str
    css: str = ""


GROUPS = (
    Group("written", gettext_lazy("waiting for you"), (STATES.WRITTEN,), "not-asked"),
    Group("uncertain", gettext_lazy("uncertain"), (STATES.UNCERTAIN,), "warn", "is-warn"),
    Group("failed", gettext_lazy("failed"), (STATES.FAILED,), "warn", "is-warn"),
    Group("missed", gettext_lazy("missed"), (STATES.MISSED,), "warn", "is-warn"),
    Group("waiting", gettext_lazy("waiting"), Letter.ON_THE_WAY, "pending"),
    Group("sent", gettext_lazy("sent"), (STATES.SENT,), "check", "is-coming"),
    Group("taken", gettext_lazy("taken along"), (STATES.TAKEN,), "check"),
    Group("cancelled", gettext_lazy("called off"), (STATES.CANCELLED,), "cant"),
)
GROUP_OF = {state: group for group in GROUPS for state in group.states}


def rows_of(microconference):
    """A microconference's letters with all that a page says of them."""
    return (
        Letter.objects.filter(microconference=microconference)
        .select_related("to_person__added_by", "to_user", "asked_by__person", "asked_by__user", "approved_by")
        .prefetch_related("reasons__attendee", "reasons__round")
    )


def listed(request, mc):
    """The group of letters that the address asks for, or None for all, and the page of them, newest first."""
    group = next((each for each in GROUPS if each.key == request.GET.get("state")), None)
    found = rows_of(mc)
    if group:
        found = found.filter(state__in=group.states)
    page = Paginator(found.order_by("-written_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    for letter in page:
        dress(letter, mc)
    return group, page


def letters(request, conference, mc):
    """The letters page."""
    mc = rights.get_microconference(request.user, conference, mc)
    group, page = listed(request, mc)
    in_state = dict(Letter.objects.filter(microconference=mc).order_by().values_list("state").annotate(Count("pk")))
    chips = [(each, sum(in_state.get(state, 0) for state in each.states)) for each in GROUPS]
    loaded = reminders.load(microconference=mc)
    context = {
        "microconference": mc,
        "room": "letters",
        "is_lead": is_lead(mc),
        "rounds": _rounds(mc),
        "question": rounds.question_now(mc).label,
        "unread": mc.mails.unread().count(),
        "address": addressing.of_microconference(mc) if addressing.is_on() else "",
        "held": len(reminders.held_by_replies(microconference=mc)),
        "coming_up": _by_day(reminders.coming_up(loaded), mc),
        "drafts": [
            (each, addresses.mailto(each.attendee.person.address, each.subject, each.body))
            for each in reminders.personal_drafts(loaded, lead=mc.me)
        ],
        "undoable": _undoable(mc),
        "page": page,
        "group": group,
        "chips": [each for each in chips if each[1]],
        "total": sum(in_state.values()),
        "written": in_state.get(STATES.WRITTEN, 0),
    }
    return render(request, "attendees/letters/letters.html", context)


def _undoable(mc):
    """How many approved letters can still be taken back, and when the first of them goes."""
    rows = Letter.objects.filter(
        microconference=mc, state__in=actions.NOT_GONE, by_robot=False, kind__in=compose.FOR_A_LIST
    )
    found = rows.aggregate(count=Count("pk"), first=Min("next_try_at"))
    return found | {"is_due": found["first"] is not None and found["first"] <= clock.now()}


def is_lead(mc):
    return mc.me.role == "lead"


def dress(letter, mc):
    """Tell a letter what a page says of it."""
    letter.microconference = mc
    letter.group = GROUP_OF[letter.state]
    letter.to_name = letter.to_person or letter.to_user or letter.to_address
    reason = next(iter(letter.reasons.all()), None)
    letter.step = reason.step if reason else 0
    if letter.state == STATES.SENT:
        letter.when = letter.sent_at
    elif letter.state in Letter.ON_THE_WAY:
        letter.when = letter.next_try_at or letter.due_at
        letter.is_due = letter.when is not None and letter.when <= clock.now()
    else:
        letter.when = letter.dated_at or letter.due_at or letter.written_at
    letter.may_be_taken_back = (
        letter.state in actions.NOT_GONE and not letter.by_robot and letter.kind in compose.FOR_A_LIST
    )
    letter.to_decide = (letter.state == STATES.UNCERTAIN and letter.left_at is None) or letter.state in (
        STATES.FAILED,
        STATES.MISSED,
    )


def _rounds(mc):
    numbers, now = counts.of_rounds(mc), rounds.question_now(mc)
    for each in (ordered := sorted(mc.rounds.all(), key=lambda each: -each.order)):
        each.numbers = numbers.get(each.pk, counts.RoundNumbers(0, 0, 0))
        each.is_current = each.question == now
        each.cadence_words = cadence_words(each.cadence)
    return ordered


def cadence_words(days):
    """“one after 10 days, another 14 days later”."""
    if not days:
        return _("no reminders")
    words = [ngettext("one after %(days)s day", "one after %(days)s days", days[0]) % {"days": days[0]}]
    words += [
        ngettext("another %(days)s day later", "another %(days)s days later", each) % {"days": each}
        for each in days[1:]
    ]
    return _("reminders: %(which)s") % {"which": ", ".join(words)}


def _by_day(coming_up, mc):
    days = {}
    for at, waiting, reminder in coming_up:
        days.setdefault((at, reminder.step), []).append(waiting.attendee)
    return [(at, step, attendees) for (at, step), attendees in sorted(days.items(), key=lambda each: each[0])]


def letter(request, conference, mc, letter):
    """One letter, exactly as its reader will see it; while it waits for approval it can be changed here."""
    mc = rights.get_microconference(request.user, conference, mc, lead=request.method == "POST")
    letter = get_object_or_404(rows_of(mc), public_id=letter)
    dress(letter, mc)
    initial = {"subject": letter.subject, "body": letter.body, "version": letter.version}
    form, status, conflict = LetterForm(initial=initial), 200, None
    if request.method == "POST":
        form, status = LetterForm(request.POST), 422
        if form.is_valid():
            try:
                actions.edit_letter(letter=letter, by=request.user, **form.cleaned_data)
            except EditConflict as refusal:
                theirs = {"subject": refusal.theirs.subject, "body": refusal.theirs.body}
                conflict, status = form.differences(theirs), 409
                form.rebase(refusal.theirs.version)
            except Refusal as refusal:
                form.add_refusal(refusal)
            else:
                messages.success(request, _("The letter to %(name)s is changed.") % {"name": letter.to_name})
                return redirect(mc.organize_url("attendees:review") + f"#l-{letter.public_id}")
        letter.refresh_from_db(fields=["subject", "body", "version"])
    context = {
        "microconference": mc,
        "room": "letters",
        "is_lead": is_lead(mc),
        "letter": letter,
        "heading": compose.heading(letter),
        "text": compose.preview(letter),
        "form": form,
        "conflict": conflict,
        "placeholders": placeholders.ALLOWED,
    }
    return render(request, "attendees/letters/letter.html", context, status=status)


@require_POST
def letter_do(request, conference, mc, letter):
    """Discard, call off, take back, send again, or leave one letter; its own button says which."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    letter = get_object_or_404(rows_of(mc), public_id=letter)
    letter.microconference = mc
    name = letter.to_person or letter.to_user or letter.to_address
    do = request.POST.get("do")
    if do not in DOES:
        raise Http404
    try:
        said = DOES[do](letter, request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said % {"name": name})
    more = Letter.objects.filter(microconference=mc, state=STATES.WRITTEN).exists()
    to_review = (do == "back" or request.POST.get("from") == "review") and more
    if request.POST.get("from") == "outbox":
        return redirect(mc.organize_url("attendees:outbox"))
    return redirect(mc.organize_url("attendees:review" if to_review else "attendees:letters"))


def _discard(letter, by):
    actions.discard(letter=letter, by=by)
    return _("The letter to %(name)s is thrown away. They can be asked again later.")


def _cancel(letter, by):
    actions.cancel(letter=letter, by=by)
    return _("The letter to %(name)s is called off; it does not go.")


def _take_back(letter, by):
    if not actions.take_back(letters=[letter], by=by):
        raise Refusal(_("The letter to %(name)s has gone already.") % {"name": letter.to_person})
    return _("The letter to %(name)s is taken back and waits for you again.")


def _send_again(letter, by):
    again = actions.send_again(letter=letter, by=by)
    tasks.deliver_waiting.delay_on_commit()
    if again.due_at and again.due_at > clock.now():
        return _("The letter to %(name)s goes again as soon as the 7 days since their last one are over.")
    return _("The letter to %(name)s goes again now.")


def _leave(letter, by):
    actions.leave(letter=letter, by=by)
    return _("The letter to %(name)s is left as it is; they count as asked.")


def _put_back(letter, by):
    taking.put_back(letters=[letter], by=by)
    return _("The letter to %(name)s waits here again. Do not send your copy of it.")


def _sent_by_hand(letter, by):
    taking.sent_by_hand(letter=letter, by=by)
    return _("Noted: you sent the letter to %(name)s yourself; they count as asked.")


DOES = {
    "put_back": _put_back,
    "sent": _sent_by_hand,
    "discard": _discard,
    "cancel": _cancel,
    "back": _take_back,
    "again": _send_again,
    "leave": _leave,
}
