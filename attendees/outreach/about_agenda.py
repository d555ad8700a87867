"""Letters that tell of the agenda: what a release changed for somebody, and the question to who leads a topic.

They ask for nothing new, so they are free of the 7-day rule. Whom they go to and what they say is decided with the
agenda (topics.agenda.telling); here they are put on the list, replaced and called off.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.models import Attendee, Letter, LetterReason, Status
from attendees.outreach import compose, rules
from uconf.lib import addresses, clock, limits
from uconf.lib.refusals import Refusal
from uconf.models import Person, Suppression

NOT_CLAIMED = (Letter.State.APPROVED, Letter.State.QUEUED, Letter.State.DEFERRED)
# What is on its way for certain, or may have arrived: its reader counts as told.
TOLD = (Letter.State.CLAIMED, Letter.State.TRANSMITTING, Letter.State.SENT, Letter.State.UNCERTAIN)


@dataclass(frozen=True)
class Reader:
    """Somebody whom a letter about the agenda may go to; ``attendee`` is None for who is not on the list."""

    person: Person
    attendee: Attendee | None
    why_not: str = ""  # a sentence, if nothing may go to them


@dataclass
class Wording:
    """A letter about the agenda before it is put on the list."""

    subject: str
    body: str
    attachments: list = field(default_factory=list)


def readers(microconference, people):
    """Each of these people as a reader, by primary key: who said can't, or wants no letters, gets none. Two queries."""
    people = {each.pk: each for each in people}
    rows = Attendee.objects.filter(microconference=microconference, person__in=people)
    attendees = {each.person_id: each for each in rows}
    suppressed = Suppression.objects.among({each.address for each in people.values() if each.address})
    found = {}
    for pk, person in people.items():
        attendee = attendees.get(pk) or Attendee(microconference=microconference)
        attendee.person = person
        why_not = rules.why_not(attendee, suppressed=suppressed)
        if not why_not and attendee.status == Status.CANT:
            why_not = rules.said_cant(attendee)
        found[pk] = Reader(person, attendees.get(pk), why_not)
    return found


def last_letters(microconference):
    """The newest letter of a release that each person was written, by person: the reason with its letter. One query."""
    rows = LetterReason.objects.filter(
        letter__microconference=microconference, letter__kind=Letter.Kind.RELEASE, release__isnull=False
    )
    return {each.person_id: each for each in rows.select_related("letter__to_person").order_by("release__number")}


def waits(reason):
    """Whether a letter can still be replaced by another one."""
    return reason is not None and reason.letter.state in NOT_CLAIMED


def new_letter(*, kind, microconference, reader, wording, lead):
    """A letter about the agenda that is not stored yet: the page before publishing shows it as it would go."""
    letter = Letter(
        microconference=microconference, to_person=reader.person, kind=kind, asked_by=lead,
        subject=addresses.one_line(wording.subject)[: limits.SUBJECT],
        body=compose.clean_text(wording.body)[: limits.LETTER], attachments=wording.attachments,
        state=Letter.State.QUEUED, by_robot=True,
    )  # fmt: skip
    letter.for_attendee = reader.attendee
    letter.message_id = compose.new_message_id(letter)
    return letter


@transaction.atomic
def queue(*, letter, reader, go_at, dedupe_key, release=None, since=None):
    """Put a letter about the agenda on the list; it goes at ``go_at``. The same key never makes two.

    A pause that a lead set for somebody holds for these as well. Returns the letter, or the one that is there.
    """
    known = LetterReason.objects.filter(dedupe_key=dedupe_key).select_related("letter").first()
    if known:
        return known.letter
    pause = reader.attendee and rules.pause_ends(reader.attendee, letter.microconference.conference)
    letter.written_at = clock.now()
    letter.due_at = letter.next_try_at = max(go_at, pause) if pause else go_at
    letter.save()
    LetterReason.objects.create(
        letter=letter, person=reader.person, attendee=reader.attendee, release=release, since=since,
        dedupe_key=dedupe_key,
    )  # fmt: skip
    return letter


def refuse_to_send_again(letter):
    """Raise Refusal if a letter about the agenda may not go to its reader, or tells what does not hold any more.

    A later release overtakes the letters of those before it.
    """
    if letter.kind not in compose.ABOUT_THE_AGENDA:
        return
    mc = letter.microconference
    if not mc.takes_letters:
        raise Refusal(
            _("“%(mc)s” is %(state)s; nobody is told of its agenda any more.")
            % {"mc": mc, "state": mc.get_state_display()}
        )
    if why_not := readers(mc, [letter.to_person])[letter.to_person_id].why_not:
        raise Refusal(why_not)
    for reason in letter.reasons.filter(release__isnull=False).select_related("release"):
        newest = letter.microconference.releases.order_by("-number").values_list("number", flat=True).first()
        if newest > reason.release.number:
            raise Refusal(
                _("The letter to %(name)s tells what release %(old)s changed; release %(newest)s stands by now.")
                % {"name": letter.to_person, "old": reason.release.number, "newest": newest}
            )


@transaction.atomic
def replace(*, letter, why):
    """Call a letter off that has not been claimed, because another one says it better. False if it is on its way."""
    return bool(
        Letter.objects.filter(pk=letter.pk, state__in=NOT_CLAIMED).update(
            state=Letter.State.CANCELLED, next_try_at=None, reply=why[: limits.NOTE], rendered=None
        )
    )
