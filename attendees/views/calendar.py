"""The calendar of letters: what will go out when, to whom, and why not earlier or not at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from attendees.models import Attendee, Letter, Round, Status
from attendees.outreach import cadence, persistence, reminders, rules
from attendees.views.letters import is_lead
from uconf import rights
from uconf.lib import clock
from uconf.lib.numbers import whole
from uconf.lib.refusals import Refusal

WEEKS = 8
A_PAGE = 150
MOVED_BY = {
    "paused": gettext_lazy("paused"),
    "7 days": gettext_lazy("another letter within 7 days"),
    "day": gettext_lazy("robots write Tuesday to Thursday"),
    "hours": gettext_lazy("not in office hours where they are"),
    "quiet day": gettext_lazy("a quiet day of the conference"),
}
WHY_NOT = {
    "key": gettext_lazy("A key person: no robot writes to them. You get a draft."),
    "none": gettext_lazy("They get no reminders. You get a draft."),
    "over": gettext_lazy("All reminders have gone by then. You get a draft."),
    "deadline": gettext_lazy("The next reminder would come within 7 days of the deadline. You get a draft."),
}


@dataclass
class Entry:
    """One letter of the calendar."""

    at: datetime
    attendee: Attendee | None
    name: object
    what: str
    why: list
    step: int = 0
    round: Round | None = None
    letter: Letter | None = None
    is_next: bool = False  # the next reminder of its reader: the only one that can be left out
    is_skipped: bool = False


@require_safe
def calendar(request, conference, mc):
    """Day by day what will go out if nobody answers."""
    mc = rights.get_microconference(request.user, conference, mc)
    now = clock.now()
    loaded = reminders.load(microconference=mc)
    planned = cadence.plan(loaded.people, loaded.rounds, now, now + timedelta(weeks=WEEKS))
    held = reminders.held_by_replies(microconference=mc)
    entries = [*_on_the_way(mc, now, held), *_skipped(mc, now), *_planned(planned, loaded)]
    entries.sort(key=lambda each: (each.at, str(each.name)))
    page = Paginator(entries, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "microconference": mc,
        "room": "letters",
        "is_lead": is_lead(mc),
        "days": _by_day(page, mc),
        "page": page,
        "weeks": WEEKS,
        "for_you": [
            (each, loaded.waiting[each.recipient, each.round].attendee, WHY_NOT[each.why_not])
            for each in planned
            if each.why_not
        ],
        "held": held,
        "none_at_all": _none_at_all(mc, loaded),
        "written": mc.letters.filter(state=Letter.State.WRITTEN).count(),
        "now": now,
    }
    return render(request, "attendees/letters/calendar.html", context)


def _on_the_way(mc, now, held):
    """What is queued, but for what is called off at its time unless a reply is read before."""
    off = {attendee.person_id for attendee, _mail in held}
    rows = mc.letters.filter(state__in=Letter.ON_THE_WAY).select_related("to_person", "to_user")
    found = []
    for letter in rows.prefetch_related("reasons__attendee").order_by("next_try_at", "pk"):
        if letter.by_robot and letter.approved_at is None and letter.to_person_id in off:
            continue
        reason = next(iter(letter.reasons.all()), None)
        at = letter.next_try_at or letter.due_at or now
        found.append(
            Entry(
                max(at, now), reason and reason.attendee, letter.to_person or letter.to_user or letter.to_address,
                letter.get_kind_display(), [letter.get_state_display()], letter=letter,
                step=reason.step if reason else 0,
            )
        )  # fmt: skip
    return found


def _skipped(mc, now):
    rows = mc.letters.filter(state=Letter.State.CANCELLED, by_robot=True, message_id="", due_at__gt=now)
    rows = rows.filter(kind=Letter.Kind.REMINDER).select_related("to_person").prefetch_related("reasons__attendee")
    return [
        Entry(
            letter.due_at, letter.reasons.all()[0].attendee, letter.to_person, letter.get_kind_display(), [],
            step=letter.reasons.all()[0].step, letter=letter, is_skipped=True,
        )
        for letter in rows
    ]  # fmt: skip


def _planned(planned, loaded):
    found, seen = [], set()
    for each in planned:
        if each.why_not:
            continue
        waiting = loaded.waiting[each.recipient, each.round]
        first = (each.recipient, each.round) not in seen
        seen.add((each.recipient, each.round))
        found.append(
            Entry(
                each.at, waiting.attendee, waiting.attendee.person, Letter.Kind.REMINDER.label,
                [MOVED_BY[why] for why in each.moved_by], step=each.step, round=waiting.round, is_next=first,
            )
        )  # fmt: skip
    return found


def _by_day(page, mc):
    days = {}
    for entry in page:
        days.setdefault(entry.at.astimezone(mc.conference.zone).date(), []).append(entry)
    return days.items()


def _none_at_all(mc, loaded):
    """Those who were asked in the round, have not answered, and cannot be written to: each with the reason."""
    waiting = {person for person, _round in loaded.waiting}
    silent = mc.attendees.filter(
        status__in=[Status.PENDING, Status.BOUNCES], askings__round__in=[each.key for each in loaded.rounds]
    )
    rows = [each for each in silent.select_related("person").distinct() if each.person_id not in waiting]
    suppressed = rules.suppressed_among(rows)
    for each in rows:
        each.microconference = mc
    return [(each, why) for each in rows if (why := rules.why_not(each, suppressed=suppressed))]


@require_POST
def calendar_do(request, conference, mc):
    """“Not this one”, and taking that back."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    attendee = get_object_or_404(mc.attendees.select_related("person"), public_id=request.POST.get("person", ""))
    attendee.microconference = mc
    step = request.POST.get("step", "")
    try:
        if request.POST.get("do") == "unskip":
            letter = get_object_or_404(
                Letter, microconference=mc, public_id=request.POST.get("letter", ""), reasons__attendee=attendee
            )
            persistence.unskip(letter=letter, by=request.user)
            said = _("The reminder to %(name)s goes after all, as the cadence says.")
        else:
            round = get_object_or_404(Round, microconference=mc, public_id=request.POST.get("round", ""))
            persistence.skip_next(attendee=attendee, round=round, step=whole(step) or 0, by=request.user)
            said = _("This reminder to %(name)s does not go. The ones after it follow as planned.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said % {"name": attendee.person})
    return HttpResponseRedirect(mc.organize_url("attendees:letters_calendar"))
