"""The one thank-you letter that a lead may send after a microconference was declined."""

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.models import Attendee, Letter, LetterReason, Round
from attendees.outreach import compose, rules
from uconf.actions import activity
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.models import Microconference


def readers(microconference):
    """Whom a thank-you letter may go to: those who were asked or said something, and want letters. Two queries."""
    rows = Attendee.objects.filter(microconference=microconference).exclude(contacted_at=None, last_heard_at=None)
    rows = rows.exclude(letter_reasons__letter__kind=Letter.Kind.THANKS)
    rows = list(rows.select_related("person__added_by", "asked_by__person").order_by("person__search_name", "pk"))
    suppressed = rules.suppressed_among(rows)
    for each in rows:
        each.microconference = microconference
    return [each for each in rows if not rules.why_not(each, suppressed=suppressed)]


@transaction.atomic
def write(*, microconference, attendees, subject, body, lead, by):
    """Write a thank-you letter to each of some attendees; a lead reads and approves it like any other.

    Nobody ever gets two. Raises Refusal unless the microconference is declined, and if nobody is chosen.
    """
    refuse_unless_declined(microconference)
    pks = {each.pk for each in attendees}
    chosen = [each for each in readers(microconference) if each.pk in pks]
    if not chosen:
        raise Refusal(_("Nobody is chosen who can be thanked. Choose at least one person."), field="person")
    letters = []
    for attendee in chosen:
        key = f"{attendee.person_id}:{Letter.Kind.THANKS}:{microconference.pk}"
        sender = attendee.asked_by or lead
        words = compose.fill(
            subject=subject, body=body, attendee=attendee, round=no_round(microconference), lead=sender
        )
        compose.refuse_too_long(words[1])
        letter = Letter.objects.create(
            microconference=microconference, to_person=attendee.person, kind=Letter.Kind.THANKS, subject=words[0],
            body=words[1], asked_by=sender, written_at=clock.now(),
        )  # fmt: skip
        LetterReason.objects.create(letter=letter, person=attendee.person, attendee=attendee, dedupe_key=key)
        letters.append(letter)
    activity.record("letters.thanked", on=microconference, by=by, after={"count": len(letters)})
    return letters


def refuse_unless_declined(microconference):
    """Raise Refusal unless there is something to say thank-you and good-bye for."""
    if microconference.state != Microconference.State.DECLINED:
        raise Refusal(
            _("“%(mc)s” is %(state)s; this letter is for one that is declined.")
            % {"mc": microconference, "state": microconference.get_state_display()}
        )


def why_not(letter, suppressed):
    """A sentence that says why a thank-you letter cannot go; empty if it can."""
    try:
        refuse_unless_declined(letter.microconference)
    except Refusal as refusal:
        return str(refusal)
    found = (rules.why_not(each.attendee, suppressed=suppressed) for each in letter.reasons.all() if each.attendee)
    return next(filter(None, found), "")


def no_round(microconference):
    """What a text that asks nothing is filled in with: a round of no deadline."""
    return Round(microconference=microconference, question=Round.Question.INTEREST)
