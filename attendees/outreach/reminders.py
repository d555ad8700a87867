"""The cadence at work: who waits for what, which reminders are due, whom a lead should write to in person."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendees.actions import rounds as rounds_actions
from attendees.models import Asking, Attendee, InboundMail, Letter, LetterReason, Round, Status
from attendees.outreach import cadence, compose, placeholders, rendering, rules
from attendees.outreach.actions import dedupe_key, lead_for
from topics.models import KeyPerson, Topic
from uconf.actions import activity
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.models import Microconference

TAKING_LETTERS = [each for each in Microconference.State if Microconference(state=each).takes_letters]


@dataclass
class Waiting:
    """Somebody who was asked in a round and has not answered, with all that the cadence wants to know."""

    attendee: Attendee
    round: Round
    asked: cadence.Asked
    first_letter: Letter | None = None


@dataclass
class Loaded:
    """What the cadence decides on: plain values, and the rows that they came from."""

    people: dict
    rounds: list
    waiting: dict  # (person, round) → Waiting


def load(*, microconference=None, attendee=None):
    """Everybody who may get a reminder, in one microconference or in all, or one attendee. A fixed number of queries.

    Left out: who answered, stopped, bounced, was erased or is suppressed; whose reply waits to be read; and who has a
    letter of the round on its way already.
    """
    rounds = Round.objects.filter(microconference__state__in=TAKING_LETTERS).select_related(
        "microconference__conference", "microconference__room"
    )
    if microconference is not None:
        rounds = rounds.filter(microconference=microconference)
    rounds = [each for each in rounds if _is_asked_now(each)]
    by_pk = {each.pk: each for each in rounds}
    waiting, asked_in = {}, defaultdict(list)
    rows = _who_waits(by_pk, attendee)
    suppressed = rules.suppressed_among([each.attendee for each in rows])
    key_people = _key_people({each.microconference_id for each in rounds})
    letters = _letters_of_rounds(by_pk, attendee)
    for asking in rows:
        attendee, round = asking.attendee, by_pk[asking.round_id]
        attendee.microconference = round.microconference
        if rules.why_not(attendee, suppressed=suppressed) or rules.answered_in(attendee, round):
            continue
        mine = letters.get((attendee.pk, round.pk), [])
        if any(each.letter.state in (Letter.State.WRITTEN, *Letter.ON_THE_WAY) for each in mine):
            continue
        first = next((each.letter for each in mine if each.step == 0), None)
        asked = cadence.Asked(
            recipient=attendee.person_id,
            at=asking.at,
            by_letter=asking.how == Asking.How.LETTER,
            reminders_at=tuple(_went_at(each.letter) for each in mine if each.step > 0),
            is_key=(round.microconference_id, attendee.person_id) in key_people,
            cadence=None if attendee.cadence is None else tuple(attendee.cadence),
            cadence_set_at=attendee.cadence_set_at,
            not_before=rules.pause_ends(attendee, round.microconference.conference),
        )
        waiting[attendee.person_id, round.pk] = Waiting(attendee, round, asked, first)
        asked_in[round.pk].append(asked)
    times = rules.letters_at({person for person, _round in waiting})
    people = {
        each.attendee.person_id: cadence.Recipient(
            key=each.attendee.person_id,
            zone=each.attendee.person.timezone,
            letters_at=tuple(sorted(times.get(each.attendee.person_id, ()))),
        )
        for each in waiting.values()
    }
    return Loaded(people, [_plain(each, asked_in[each.pk]) for each in rounds], waiting)


def _is_asked_now(round):
    return round.question == rounds_actions.question_now(round.microconference)


def _who_waits(rounds, attendee=None):
    rows = Asking.objects.filter(~Exists(_unread_replies()), round__in=rounds, attendee__status=Status.PENDING)
    if attendee is not None:
        rows = rows.filter(attendee=attendee)
    return list(
        rows.select_related("attendee__person__added_by", "attendee__asked_by__person", "attendee__asked_by__user")
        .prefetch_related("attendee__answers")
        .order_by("attendee__person__search_name", "pk")
    )


def _unread_replies():
    """What somebody wrote after they were asked, and nobody has read."""
    return InboundMail.objects.unread_replies().filter(
        microconference=OuterRef("attendee__microconference"), person=OuterRef("attendee__person"),
        received_at__gte=OuterRef("at"),
    )  # fmt: skip


def held_by_replies(*, microconference, attendee=None):
    """Whom a robot would remind but for a reply that waits to be read: [(attendee, mail)]. Four queries."""
    rounds = [each for each in microconference.rounds.all() if _is_asked_now(each)]
    first = _unread_replies().order_by("received_at", "pk").values("pk")[:1]
    rows = Asking.objects.filter(round__in=rounds, attendee__status=Status.PENDING).annotate(reply=Subquery(first))
    if attendee is not None:
        rows = rows.filter(attendee=attendee)
    rows = list(
        rows.exclude(reply=None).select_related("attendee__person").order_by("attendee__person__search_name", "pk")
    )
    suppressed = rules.suppressed_among([each.attendee for each in rows])
    mails = InboundMail.objects.defer("raw").in_bulk([each.reply for each in rows])
    return [
        (each.attendee, mails[each.reply]) for each in rows if not rules.why_not(each.attendee, suppressed=suppressed)
    ]


def _letters_of_rounds(rounds, attendee=None):
    found = defaultdict(list)
    reasons = LetterReason.objects.filter(round__in=rounds, letter__kind__in=rules.ASKING, attendee__isnull=False)
    if attendee is not None:
        reasons = reasons.filter(attendee=attendee)
    for reason in reasons.select_related("letter__asked_by__person", "letter__asked_by__user").order_by("step", "pk"):
        found[reason.attendee_id, reason.round_id].append(reason)
    return found


def _key_people(microconferences):
    rows = KeyPerson.objects.filter(topic__microconference__in=microconferences)
    rows = rows.exclude(topic__state__in=[Topic.State.WITHDRAWN, Topic.State.MERGED, Topic.State.NOT_NOW])
    return set(rows.values_list("topic__microconference", "person"))


def _went_at(letter):
    """When a letter went, or would have gone: a reminder that was missed or called off counts as used."""
    return letter.sent_at or letter.dated_at or letter.due_at or letter.written_at


def _plain(round, asked):
    conference = round.microconference.conference
    return cadence.AskedRound(
        key=round.pk,
        cadence=tuple(round.cadence),
        cadence_set_at=round.cadence_set_at,
        answer_by=round.answer_by,
        zone=conference.timezone,
        quiet_days=frozenset(date.fromisoformat(each) for each in conference.quiet_days),
        asked=tuple(asked),
    )


def write_due_reminders(*, now=None):
    """Write and queue the reminders that are due by the rounds' cadences; late ones are listed as missed.

    Harmless twice, also at the same time: the key of a reminder is its person, round and step. Returns the letters.
    """
    now = now or clock.now()
    loaded = load()
    letters, counts = [], defaultdict(int)
    for reminder in cadence.due_reminders(loaded.people, loaded.rounds, now):
        waiting = loaded.waiting[reminder.recipient, reminder.round]
        letter = _write_reminder(waiting, reminder, loaded, now)
        if letter is not None:
            letters.append(letter)
            counts[waiting.round] += letter.state == Letter.State.QUEUED
    rendering.prepare([each.pk for each in letters if each.state == Letter.State.QUEUED])
    for round, count in counts.items():
        if count:
            activity.record(
                "letters.reminded", on=round.microconference, by=None, subject=round, after={"count": count}
            )
    return letters


def write_skipped(waiting, reminder, loaded):
    """Put the letter of a planned reminder on the list as called off, so that its step is used and nothing goes."""
    attendee, round = waiting.attendee, waiting.round
    letter = Letter.objects.create(
        microconference=round.microconference, to_person=attendee.person, kind=Letter.Kind.REMINDER,
        subject=_("left out: reminder %(step)s") % {"step": reminder.step}, body="", by_robot=True,
        due_at=reminder.at, state=Letter.State.CANCELLED,
        asked_by=(waiting.first_letter and waiting.first_letter.asked_by) or attendee.asked_by or _lead_of(round),
    )  # fmt: skip
    LetterReason.objects.create(
        letter=letter, person=attendee.person, attendee=attendee, round=round, step=reminder.step,
        dedupe_key=dedupe_key(attendee.person_id, Letter.Kind.REMINDER, round.pk, reminder.step),
    )  # fmt: skip
    return letter


@transaction.atomic
def _write_reminder(waiting, reminder, loaded, now):
    attendee, round = waiting.attendee, waiting.round
    # The lock makes a second process wait here and then find the reason, or the answer, that is there by now.
    fresh = Attendee.objects.select_for_update(of=("self",)).get(pk=attendee.pk)
    key = dedupe_key(attendee.person_id, Letter.Kind.REMINDER, round.pk, reminder.step)
    if fresh.status != Status.PENDING or rules.is_stopped(fresh):
        return None
    if (
        rules.paused_until(fresh, round.microconference.conference)
        or LetterReason.objects.filter(dedupe_key=key).exists()
    ):
        return None
    lead = (waiting.first_letter and waiting.first_letter.asked_by) or attendee.asked_by or _lead_of(round)
    subject, body = compose.wording(round.microconference, compose.text_kind(round.question, again=True))
    values = {"is_last": reminder.is_last, "attendee": attendee, "round": round, "lead": lead}
    try:
        subject, body = compose.fill(subject=subject, body=body, **values)
    except Refusal:  # a wording from before a placeholder was taken off the list
        subject, body = compose.built_in(compose.text_kind(round.question, again=True))
        subject, body = compose.fill(subject=subject, body=body, **values)
    plain = next(each for each in loaded.rounds if each.key == round.pk)
    go_at = cadence.may_go_at(
        max(reminder.at, now), zone=attendee.person.timezone,
        quiet_days=plain.quiet_days, conference_zone=plain.zone,
    )  # fmt: skip
    # Written only after days without hours: until now it could not have gone at all.
    due_at = go_at if cadence.is_late(reminder.at, go_at) and not reminder.missed else reminder.at
    letter = Letter(
        microconference=round.microconference, to_person=attendee.person, kind=Letter.Kind.REMINDER,
        subject=subject, body=body, asked_by=lead, by_robot=True, written_at=now, due_at=due_at,
        state=Letter.State.MISSED if reminder.missed else Letter.State.QUEUED,
        next_try_at=None if reminder.missed else go_at,
        in_reply_to=waiting.first_letter.message_id if waiting.first_letter else "",
    )  # fmt: skip
    letter.message_id = compose.new_message_id(letter)
    letter.save()
    LetterReason.objects.create(
        letter=letter, person=attendee.person, attendee=attendee, round=round, step=reminder.step, dedupe_key=key
    )
    return letter


def _lead_of(round):
    if not hasattr(round, "first_lead"):
        round.first_lead = lead_for(round.microconference)
    return round.first_lead


@dataclass
class Draft:
    """A personal letter for a lead to send from their own mail program."""

    attendee: Attendee
    why: str
    since: object
    subject: str
    body: str


def coming_up(loaded):
    """The next reminder of everybody who waits, soonest first: (when, Waiting, which)."""
    found = []
    for round in loaded.rounds:
        for asked in round.asked:
            reminder = cadence.next_reminder(asked, round, loaded.people[asked.recipient])
            if reminder:
                found.append((reminder.at, loaded.waiting[asked.recipient, round.key], reminder))
    return sorted(found, key=lambda each: (each[0], each[1].attendee.pk))


def personal_drafts(loaded, *, now=None, lead=None):
    """Those whom no robot reminds (any more) and who have not answered, each with a draft in the lead's own words."""
    drafts = []
    people = [each.attendee.person_id for each in loaded.waiting.values()]
    needed = {}
    for need in cadence.who_needs_you(loaded.people, loaded.rounds, now or clock.now()):
        waiting = loaded.waiting[need.recipient, need.round]
        mc = waiting.round.microconference
        if mc.pk not in needed:
            needed[mc.pk] = placeholders.topics_of_people(mc, people)
        waiting.attendee.needed_for = needed[mc.pk].get(waiting.attendee.person_id, [])
        subject, body = compose.built_in("personal")
        subject, body = compose.fill(
            subject=subject, body=body, attendee=waiting.attendee, round=waiting.round,
            lead=lead or waiting.attendee.asked_by or _lead_of(waiting.round),
        )  # fmt: skip
        drafts.append(Draft(waiting.attendee, WHY[need.why], need.since, subject, compose.wrapped(body)))
    return drafts


WHY = {
    "key": gettext_lazy("a key person: no robot writes to them"),
    "over": gettext_lazy("all reminders went, no answer"),
    "deadline": gettext_lazy("the deadline is too near for a reminder"),
}
