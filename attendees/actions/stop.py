"""No more letters: about one microconference, or from everybody here; and letters again."""

from django.db import transaction

from attendees.models import Attendee
from attendees.outreach import stopping
from uconf.actions import activity, people
from uconf.lib import clock
from uconf.models import Suppression


@transaction.atomic
def stop_letters(*, attendee=None, person=None, everywhere=False, by):
    """Stop letters to somebody: about one microconference (``attendee``), or all of them for good (``everywhere``).

    Everywhere also keeps a keyed hash of the address, so that no lead can add it again. Twice is harmless.
    """
    person = person or attendee.person
    if everywhere:
        known = Suppression.objects.holds(person.address) if person.address else False
        people.suppress(address=person.address, reason="asked for it")
        stopping.person_stopped(person=person)
        rows = Attendee.objects.filter(person=person, letters_stopped_at=None)
    else:
        known = True
        rows = Attendee.objects.filter(pk=attendee.pk, letters_stopped_at=None)
    rows = list(rows.select_for_update(of=("self",)).select_related("microconference", "person"))
    for each in rows:
        each.letters_stopped_at = clock.now()
        each.save(update_fields=["letters_stopped_at"])
        stopping.stopped(attendee=each)
        activity.record(
            "letters.stopped", on=each.microconference, by=by, person=each.person, after={"everywhere": everywhere}
        )
    if everywhere and not rows and not known:
        activity.record("letters.stopped", on=None, by=by, person=person, after={"everywhere": True})


@transaction.atomic
def stop_all_current(*, person, by):
    """Stop letters about everything that asks somebody now: what one click in a mail program does (RFC 8058)."""
    for each in Attendee.objects.filter(person=person, letters_stopped_at=None).select_related("microconference"):
        if each.microconference.takes_letters:
            stop_letters(attendee=each, by=by)


@transaction.atomic
def resume_letters(*, attendee=None, person=None, everywhere=False, by):
    """Let letters come again, as the person themselves asks. One about one microconference lifts the ban on all too.

    Letters that were called off stay off; the next ones are written as usual.
    """
    person = person or attendee.person
    rows = Attendee.objects.filter(person=person) if everywhere else Attendee.objects.filter(pk=attendee.pk)
    people.lift_suppression(address=person.address)
    for each in rows.exclude(letters_stopped_at=None).select_related("microconference", "person"):
        each.letters_stopped_at = None
        each.save(update_fields=["letters_stopped_at"])
        activity.record("letters.resumed", on=each.microconference, by=by, person=each.person)
