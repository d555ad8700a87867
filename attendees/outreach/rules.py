"""Who may be written to, and when: the rules that every letter is held against, when it is written and when it goes."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from attendees.actions import rounds, status
from attendees.models import Answer, Asking, Attendee, Letter, LetterReason, Status
from attendees.outreach import cadence, placeholders
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, Suppression

ASKING = (Letter.Kind.FIRST, Letter.Kind.REMINDER)
# What a lead approves before it goes, and may take back until it has gone.
APPROVED_BY_A_LEAD = (*ASKING, Letter.Kind.THANKS)


def refuse_round(microconference, round):
    """Raise Refusal if nobody may be asked this question now."""
    if not microconference.takes_letters:
        raise Refusal(
            _("“%(mc)s” is %(state)s; nobody is asked about it any more.")
            % {"mc": microconference, "state": microconference.get_state_display()}
        )
    if round.question != rounds.question_now(microconference):
        raise Refusal(
            _("“%(mc)s” is %(state)s, so “%(question)s” is not the question now. Open the letters page again.")
            % {"mc": microconference, "state": microconference.get_state_display(), "question": round}
        )


def why_not(attendee, *, suppressed):
    """A sentence that says why somebody cannot be written to; empty if they can. ``suppressed``: addresses."""
    person = attendee.person
    if person.erased_at:
        return _("This person was erased. Take them off the list.")
    if not person.address:
        return _("%(name)s has no mail address here. Add it to their entry, then write.") % {"name": person}
    if person.address in suppressed:
        return _("%(name)s asked not to be written to. Talk to them in person.") % {"name": person}
    if attendee.letters_stopped_at:
        return _("%(name)s wants no more letters about this. Talk to them in person.") % {"name": person}
    if person.bounced_at:
        return _("Mail to %(name)s comes back. Correct the address first.") % {"name": person}
    if attendee.held_at:
        return _("A lead stopped the letters to %(name)s. Let them go on first.") % {"name": person}
    return ""


def said_cant(attendee):
    """A sentence about somebody who is not told of the agenda because they can't this time."""
    return _("%(name)s said that they can’t this time.") % {"name": attendee.person}


def pause_ends(attendee, conference):
    """The first moment at which a lead lets letters go to somebody, past or to come; None if there is no pause."""
    if attendee.paused_until is None:
        return None
    return datetime.combine(attendee.paused_until, time(), conference.zone).astimezone(UTC)


def paused_until(attendee, conference):
    """When somebody's pause ends, if that is still to come; else None."""
    until = pause_ends(attendee, conference)
    return until if until and until > clock.now() else None


def why_paused(attendee, conference):
    """A sentence that says until when somebody gets no letters; empty if they are not paused."""
    if paused_until(attendee, conference) is None:
        return ""
    return _("Letters to %(name)s are paused until %(day)s. Let them go on first.") % {
        "name": attendee.person, "day": placeholders.day_in_words(attendee.paused_until),
    }  # fmt: skip


def pauses_of(letter):
    """Until when those whom a letter asks are paused; empty if it may go."""
    conference = letter.microconference.conference
    found = [paused_until(each.attendee, conference) for each in letter.reasons.all() if each.attendee]
    return [each for each in found if each]


def is_unwanted(letter):
    """Whether a thank-you letter that was approved must not go any more: a wish, a bounce, or another decision."""
    declined = letter.microconference.state == Microconference.State.DECLINED
    stopped = any(is_stopped(each.attendee) for each in letter.reasons.all() if each.attendee)
    return bool(stopped or not declined or letter.to_person.bounced_at)


def is_unwanted_news(letter):
    """Whether a letter about the agenda must not go any more: a wish, a bounce, who can't come, the end of the MC."""
    about = [each.attendee for each in letter.reasons.all() if each.attendee]
    away = any(is_stopped(each) or each.status == Status.CANT for each in about)
    return bool(away or letter.to_person.bounced_at or not letter.microconference.takes_letters)


def is_late(letter, now):
    """Whether a letter that waits must not go any more; for a robot's, days without its hours do not count."""
    if letter.kind not in ASKING or not letter.by_robot or letter.approved_at is not None:
        return cadence.is_late(letter.due_at, now)
    conference = letter.microconference.conference
    return cadence.is_late_for_a_robot(
        letter.due_at, now, zone=letter.to_person.timezone, conference_zone=conference.timezone,
        quiet_days=frozenset(date.fromisoformat(each) for each in conference.quiet_days),
    )  # fmt: skip


def is_stopped(attendee):
    """Whether a letter to somebody must not go any more, also one that is queued: their wish, or a lead's."""
    return bool(attendee.letters_stopped_at or attendee.held_at)


def answered_in(attendee, round):
    """The answer that stands in a round, or None. Uses prefetched answers where there are some."""
    standing = status.standing(
        sorted(attendee.answers.all(), key=lambda each: (each.recorded_at, each.pk), reverse=True)
    )
    return next((each for each in standing if each.round_id == round.pk), None)


def suppressed_among(attendees):
    return Suppression.objects.among({each.person.address for each in attendees if each.person.address})


def letters_at(person_ids, *, leaving_out=()):
    """When letters that ask went, or will go, to each of many people, over all microconferences. One query.

    An uncertain letter counts as gone.
    """
    found = asking_letters(person_ids, leaving_out=leaving_out)
    return {person: list(times.values()) for person, times in found.items()}


def asking_letters(person_ids, *, leaving_out=()):
    """The same by letter: {person pk: {letter pk: when}}."""
    rows = _asking_now(person_ids).exclude(pk__in=leaving_out)
    found = {}
    for pk, person, state, sent_at, dated_at, due_at in rows.values_list(
        "pk", "to_person", "state", "sent_at", "dated_at", "due_at"
    ):
        at = {Letter.State.SENT: sent_at, Letter.State.UNCERTAIN: dated_at}.get(state, due_at)
        found.setdefault(person, {})[pk] = at or clock.now()
    return found


def _asking_now(person_ids):
    """The letters that count for the 7-day rule: those that wait to ask somebody, and those that did so this week."""
    since = clock.now() - cadence.APART
    return Letter.objects.filter(
        Q(state__in=Letter.ON_THE_WAY)
        | Q(state=Letter.State.TAKEN, due_at__gt=since)
        | Q(state=Letter.State.SENT, sent_at__gt=since)
        | Q(state=Letter.State.UNCERTAIN, dated_at__gt=since),
        kind__in=ASKING,
        to_person__in=person_ids,
    )


def asked_elsewhere(microconference, person_ids):
    """For each of many people, how many other microconferences ask them this week. One query."""
    rows = _asking_now(person_ids).exclude(microconference=microconference)
    found = {}
    for person, mc in rows.order_by().values_list("to_person", "microconference").distinct():
        found.setdefault(person, set()).add(mc)
    return {person: len(mcs) for person, mcs in found.items()}


@dataclass
class Candidate:
    """An attendee as the page that asks shows them: whether they can be asked, and whether they should be."""

    attendee: Attendee
    why_not: str = ""
    answer: Answer | None = None
    letters: list = field(default_factory=list)  # of this round, oldest first
    asked_at: object = None
    elsewhere: int = 0
    goes_at: object = None  # only if the 7-day rule makes it wait

    @property
    def by_letter(self):
        """Whether a letter of this round exists that is not taken back."""
        return any(each.state not in RESTARTABLE for each in self.letters)

    @property
    def can_be_asked(self):
        return not (self.why_not or self.answer or self.by_letter)

    @property
    def can_be_asked_again(self):
        return self.was_sent and not (self.why_not or self.answer or self.waits)

    @property
    def was_sent(self):
        return any(each.state in (Letter.State.SENT, Letter.State.UNCERTAIN) for each in self.letters)

    @property
    def waits(self):
        return any(each.state in (Letter.State.WRITTEN, *Letter.ON_THE_WAY) for each in self.letters)

    @property
    def should_be_asked(self):
        """Whether a lead would ask them next: not asked in this round, and not away according to the last one."""
        return self.can_be_asked and self.asked_at is None and self.attendee.status != "cant"


# The same letter is worded anew: the same reason never makes two.
RESTARTABLE = (Letter.State.CANCELLED, Letter.State.FAILED, Letter.State.MISSED)


def candidates(microconference, round, *, attendees=None):
    """Everybody on the list, as somebody to be asked in a round (None: not open yet). A fixed number of queries."""
    rows = attendees if attendees is not None else Attendee.objects.filter(microconference=microconference)
    rows = list(
        rows.select_related("person__added_by", "asked_by__person").prefetch_related(
            "answers",
            "askings",
            Prefetch(
                "letter_reasons",
                LetterReason.objects.filter(round=round, letter__kind__in=ASKING)
                .select_related("letter")
                .order_by("step"),
            ),
        )
    )
    suppressed = suppressed_among(rows)
    people = [each.person_id for each in rows]
    times, elsewhere = letters_at(people), asked_elsewhere(microconference, people)
    needed = placeholders.topics_of_people(microconference, people)
    now = clock.now()
    found = []
    for row in rows:
        row.microconference = microconference
        row.needed_for = needed.get(row.person_id, [])
        asking = next((each for each in row.askings.all() if round and each.round_id == round.pk), None)
        goes_at = cadence.free_at(now, times.get(row.person_id, ()))
        found.append(
            Candidate(
                attendee=row,
                why_not=why_not(row, suppressed=suppressed) or why_paused(row, microconference.conference),
                answer=answered_in(row, round) if round else None,
                letters=[each.letter for each in row.letter_reasons.all()] if round else [],
                asked_at=asking.at if asking else None,
                elsewhere=elsewhere.get(row.person_id, 0),
                goes_at=goes_at if goes_at > now else None,
            )
        )
    return found


def note_asked(*, reason, at, by):
    """Note that somebody was asked by letter; the reminders count from then."""
    note_all_asked([(reason, at, by)])


def note_all_asked(asked):
    """Note that many were asked by letter: (reason, when, by whom). Of two letters the later one counts."""
    rows = {}
    for reason, at, by in sorted(asked, key=lambda each: each[1]):
        rows[reason.attendee_id, reason.round_id] = Asking(
            attendee_id=reason.attendee_id, round_id=reason.round_id, how=Asking.How.LETTER, at=at, by=by
        )
    Asking.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["attendee", "round"], update_fields=["how", "at", "by"]
    )
    by_mc = {}
    for reason, _at, _by in asked:
        by_mc.setdefault(reason.attendee.microconference_id, []).append(reason.attendee)
    for attendees in by_mc.values():
        status.refresh(*attendees)
