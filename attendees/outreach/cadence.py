"""When a letter may go: the hours of a robot, the 7-day rule, the reminders of a round.

Plain Python: no database, no Django, and the clock is passed in. Instants are aware and in UTC.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

APART = timedelta(days=7)  # between two letters that ask the same person, over all microconferences
LATE = timedelta(days=2)  # after the first moment at which it might have gone
NO_REMINDER_BEFORE_DEADLINE = timedelta(days=7)
DAYS = (1, 2, 3)  # Tuesday, Wednesday, Thursday
HOURS = (time(9), time(17))  # in the person's zone
HOURS_IF_UNKNOWN = (time(14), time(16))  # in UTC: office hours from California to India, nearly
DEFAULT_WAIT = 10

DEFAULTS = {"interest": (10,), "coming": (10, 14)}


@dataclass(frozen=True)
class Recipient:
    """Somebody who may be written to: their zone, and when letters that asked them went or will go."""

    key: int
    zone: str = ""
    letters_at: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked in a round and has not answered in it."""

    recipient: int
    at: datetime
    by_letter: bool = True
    reminders_at: tuple[datetime, ...] = ()  # the reminders of this round so far
    is_key: bool = False
    cadence: tuple[int, ...] | None = None  # their own, instead of the round's; () is no reminder
    cadence_set_at: datetime | None = None
    not_before: datetime | None = None  # a lead paused their letters until then


@dataclass(frozen=True)
class AskedRound:
    """A round as the cadence sees it: how long it waits, until when, and who has not answered."""

    key: int
    cadence: tuple[int, ...]
    cadence_set_at: datetime
    answer_by: date | None
    zone: str = "UTC"
    quiet_days: frozenset[date] = frozenset()
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class Reminder:
    """One reminder: to whom, in which round, which one it is, and the first moment at which it may go."""

    recipient: int
    round: int
    step: int
    at: datetime
    is_last: bool
    missed: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Planned:
    """What somebody's next letter will be: when it would go by the cadence alone, when it goes, and why not before.

    ``moved_by`` names the rules that move it: "paused", "7 days", "day", "hours", "quiet day". ``why_not`` says why
    it does not go at all: "key", "none", "over" or "deadline"; then ``at`` is when a lead is asked to write.
    """

    recipient: int
    round: int
    step: int
    wanted_at: datetime
    at: datetime
    is_last: bool = False
    moved_by: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class NeedsYou:
    """Somebody for whom there is no robot letter (any more): a lead writes to them, or nobody does."""

    recipient: int
    round: int
    why: str  # "key", "over" or "deadline"
    since: datetime


def may_go_at(
    moment: datetime, *, zone: str = "", quiet_days: frozenset[date] = frozenset(), conference_zone: str = "UTC"
) -> datetime:
    """The first moment, not before ``moment``, at which a robot may write to somebody in ``zone``.

    A quiet day counts by the conference's calendar and by the person's own.
    """
    while True:
        moment = _into_hours(moment, zone)
        quiet_until = _end_of_quiet_day(moment, (conference_zone, zone or "UTC"), quiet_days)
        if quiet_until is None:
            return moment
        moment = quiet_until


def free_at(moment: datetime, others: Iterable[datetime]) -> datetime:
    """The first moment, not before ``moment``, that is 7 days away from every other letter that asks."""
    for other in sorted(others):
        if other - APART < moment < other + APART:
            moment = other + APART
    return moment


def is_late(first_moment: datetime, now: datetime) -> bool:
    """Whether a letter that might have gone at ``first_moment`` must not go any more."""
    return now - first_moment > LATE


def is_late_for_a_robot(
    first_moment: datetime,
    now: datetime,
    *,
    zone: str = "",
    quiet_days: frozenset[date] = frozenset(),
    conference_zone: str = "UTC",
) -> bool:
    """The same for a robot's letter: days on which no robot writes do not count towards the two days.

    A reminder that missed its hours on a Thursday afternoon goes on Tuesday. Whole days are left out, not the hours of
    a night: two days of office hours alone would be a fortnight, and in an unknown zone two months.
    """
    if not is_late(first_moment, now):
        return False
    there, open_for = ZoneInfo(zone or "UTC"), timedelta()
    day = first_moment.astimezone(there).date()
    while open_for <= LATE:
        begins, ends = (datetime.combine(day + timedelta(n), time(), there).astimezone(UTC) for n in (0, 1))
        if begins >= now:
            return False
        if may_go_at(begins, zone=zone, quiet_days=quiet_days, conference_zone=conference_zone) < ends:
            open_for += min(now, ends) - max(first_moment, begins)
        day += timedelta(days=1)
    return True


def next_reminder(asked: Asked, round: AskedRound, recipient: Recipient) -> Reminder | None:
    """The next reminder of somebody who was asked, whenever that is; None if there is none (any more)."""
    planned = _next(asked, round, recipient)
    if planned.why_not:
        return None
    return Reminder(recipient.key, round.key, planned.step, planned.at, planned.is_last)


def _next(asked, round, recipient):
    """The next reminder as it is planned, or why there is none."""
    step, days = len(asked.reminders_at) + 1, _cadence_of(asked, round)
    wanted = _waited_until(asked, round)
    where = {"recipient": recipient.key, "round": round.key, "step": step, "wanted_at": wanted}
    if _is_for_a_lead(asked):
        return Planned(at=_not_before(wanted, asked), why_not="key", **where)
    if step > len(days):
        return Planned(at=_not_before(wanted, asked), why_not="over" if days else "none", **where)
    moves = [("", wanted)]
    if asked.not_before and asked.not_before > wanted:
        moves.append(("paused", asked.not_before))
    moves += _moves(moves[-1][1], round, recipient)
    at, why = moves[-1][1], tuple(dict.fromkeys(name for name, _moment in moves[1:]))
    if _too_near_the_deadline(at, round):
        return Planned(at=wanted, moved_by=why, why_not="deadline", **where)
    return Planned(at=at, is_last=step == len(days), moved_by=why, **where)


def plan(
    people: Mapping[int, Recipient], rounds: Iterable[AskedRound], now: datetime, until: datetime
) -> list[Planned]:
    """What will go out until a day if nobody answers, earliest first, each reminder as if those before it had gone.

    What is due already goes at the next moment at which a robot may write. Where no robot letter follows, the last
    entry of a person says why, and when a lead is asked to write.
    """
    found = []
    for round in rounds:
        for asked in round.asked:
            recipient = people[asked.recipient]
            while True:
                planned = _next(asked, round, recipient)
                if planned.at > until:
                    break
                if not planned.why_not and planned.at < now:
                    at = _robot_moment(now, round, recipient)
                    if _too_near_the_deadline(at, round):
                        planned = replace(planned, why_not="deadline")
                    else:
                        planned = replace(planned, at=at)
                found.append(planned)
                if planned.why_not or planned.at > until:
                    break
                asked = replace(asked, reminders_at=(*asked.reminders_at, planned.at))
                recipient = replace(recipient, letters_at=tuple(sorted((*recipient.letters_at, planned.at))))
    return sorted(found, key=lambda each: (each.at, each.recipient, each.round, each.step))


def due_reminders(people: Mapping[int, Recipient], rounds: Iterable[AskedRound], now: datetime) -> list[Reminder]:
    """The reminders that are due now, earliest first; those that are late come out as missed.

    If two microconferences are due to write to the same person, one of them waits its turn.
    """
    planned = sorted(
        (
            (reminder.at, round.key, asked.recipient, asked, round)
            for round in rounds
            for asked in round.asked
            if (reminder := next_reminder(asked, round, people[asked.recipient])) and reminder.at <= now
        ),
        key=lambda each: each[:3],
    )
    due, written_now = [], set()
    for _at, _round_key, key, asked, round in planned:
        if key in written_now:
            continue
        reminder = next_reminder(asked, round, people[key])
        hours = {"zone": people[key].zone, "quiet_days": round.quiet_days, "conference_zone": round.zone}
        if is_late_for_a_robot(reminder.at, now, **hours):
            due.append(Reminder(key, round.key, reminder.step, reminder.at, reminder.is_last, missed=True))
        elif not _too_near_the_deadline(now, round):
            due.append(reminder)
            written_now.add(key)
    return due


def who_needs_you(people: Mapping[int, Recipient], rounds: Iterable[AskedRound], now: datetime) -> list[NeedsYou]:
    """Those whom no robot reminds (any more) although they have not answered: a personal letter is called for.

    Key people from the moment of their first reminder on; others once the cadence is through, or when the
    deadline is too near for a reminder.
    """
    found = []
    for round in rounds:
        for asked in round.asked:
            waited = _not_before(_waited_until(asked, round), asked)
            days = _cadence_of(asked, round)
            if asked.not_before and asked.not_before > now:
                continue
            if waited > now:
                near = _too_near_the_deadline(now, round) and now - _last_letter(asked) > LATE
                if near and next_reminder(asked, round, people[asked.recipient]) is None:
                    found.append(NeedsYou(asked.recipient, round.key, "deadline", now))
            elif _is_for_a_lead(asked):
                found.append(NeedsYou(asked.recipient, round.key, "key", waited))
            elif len(asked.reminders_at) >= len(days):
                found.append(NeedsYou(asked.recipient, round.key, "over", waited))
            elif _too_near_the_deadline(_robot_moment(waited, round, people[asked.recipient]), round):
                found.append(NeedsYou(asked.recipient, round.key, "deadline", waited))
    return sorted(found, key=lambda each: (each.since, each.recipient))


def _last_letter(asked):
    return asked.reminders_at[-1] if asked.reminders_at else asked.at


def _cadence_of(asked, round):
    return round.cadence if asked.cadence is None else asked.cadence


def _is_for_a_lead(asked):
    """Key people hear from a lead, not from a robot, unless a lead gave them a cadence of their own."""
    return asked.is_key and asked.cadence is None


def _not_before(moment, asked):
    return max(moment, asked.not_before) if asked.not_before else moment


def _waited_until(asked, round):
    """When the patience with somebody ends: so many days after the last letter, by the cadence as it is set now."""
    cadence, set_at = _cadence_of(asked, round), round.cadence_set_at
    if asked.cadence is not None:
        set_at = asked.cadence_set_at or set_at
    step = len(asked.reminders_at)
    days = cadence[min(step, len(cadence) - 1)] if cadence else DEFAULT_WAIT
    if asked.reminders_at or asked.by_letter:
        until = _last_letter(asked) + timedelta(days=days)
        return max(until, set_at) if step < len(cadence) else until
    # Asked outside of uconf, maybe long ago: the days count from when the cadence was set.
    return max(asked.at, set_at) + timedelta(days=days)


def _robot_moment(moment, round, recipient):
    """The first moment that both the hours and the 7-day rule allow."""
    moves = _moves(moment, round, recipient)
    return moves[-1][1] if moves else moment


def _moves(moment, round, recipient):
    """Each rule that moves a letter, by name, with the moment to which it moves it; none if it may go at once."""
    moves = []
    while True:
        free = free_at(moment, recipient.letters_at)
        into_hours = _into_hours(free, recipient.zone)
        quiet_until = _end_of_quiet_day(into_hours, (round.zone, recipient.zone or "UTC"), round.quiet_days)
        if free != moment:
            moves.append(("7 days", free))
        if into_hours != free:
            there = ZoneInfo(recipient.zone or "UTC")
            same_day = into_hours.astimezone(there).date() == free.astimezone(there).date()
            moves.append(("hours" if same_day else "day", into_hours))
        if quiet_until is not None:
            moves.append(("quiet day", quiet_until))
            moment = quiet_until
        elif into_hours == moment:
            return moves
        else:
            moment = into_hours


def is_too_near_the_deadline(moment, *, answer_by, zone):
    """Whether a robot leaves somebody alone at a moment, as they have to answer soon; ``zone`` is the conference's."""
    if answer_by is None:
        return False
    return answer_by - moment.astimezone(ZoneInfo(zone)).date() < NO_REMINDER_BEFORE_DEADLINE


def _too_near_the_deadline(moment, round):
    return is_too_near_the_deadline(moment, answer_by=round.answer_by, zone=round.zone)


def _into_hours(moment, zone):
    opens, closes = HOURS if zone else HOURS_IF_UNKNOWN
    there = ZoneInfo(zone or "UTC")
    day = moment.astimezone(there).date()
    while True:
        if day.weekday() in DAYS:
            start = max(moment, datetime.combine(day, opens, there).astimezone(UTC))
            # A day that a zone leaves out (Apia, 30 December 2011) is not that day at all.
            if start < datetime.combine(day, closes, there).astimezone(UTC) and start.astimezone(there).date() == day:
                return start
        day += timedelta(days=1)


def _end_of_quiet_day(moment, zones, quiet_days):
    for name in zones:
        there = ZoneInfo(name)
        day = moment.astimezone(there).date()
        if day in quiet_days:
            return datetime.combine(day + timedelta(days=1), time(), there).astimezone(UTC)
    return None
