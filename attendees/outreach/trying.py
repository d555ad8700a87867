"""A test letter to oneself: what a reader would get, with nothing in it that opens anything."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.models import Attendee, Letter, Round
from attendees.outreach import compose
from attendees.outreach.notes import queue_note
from topics.models import Topic
from uconf.actions import activity
from uconf.lib import clock, limits
from uconf.lib.refusals import Refusal
from uconf.models import Suppression

TESTS_AN_HOUR = 20


@transaction.atomic
def try_text(*, microconference, subject, body, question, lead, by):
    """Send a text to the user who tries it out, filled in as if they were asked; its personal links are inert.

    Nobody else gets anything. Raises Refusal for unknown placeholders, and after too many in an hour.
    """
    attendee = Attendee(microconference=microconference, person=lead.person)
    topics = Topic.objects.alive().filter(microconference=microconference).order_by("position", "pk")
    attendee.needed_for = [(each.title, "") for each in topics[:2]]
    round = microconference.rounds.filter(question=question).first()
    round = round or Round(microconference=microconference, question=question)
    subject, body = compose.fill(subject=subject, body=body, attendee=attendee, round=round, lead=lead)
    compose.refuse_too_long(body)
    as_is = Letter(
        microconference=microconference, to_person=lead.person, kind=Letter.Kind.FIRST, subject=subject, body=body,
        asked_by=lead,
    )  # fmt: skip
    return _send(as_is, by)


@transaction.atomic
def try_letter(*, letter, by):
    """Send one letter that waits for approval to the user who tries it out, exactly as its reader will see it."""
    return _send(letter, by)


def _send(letter, by):
    if Suppression.objects.holds(by.email):
        raise Refusal(_("Your own address asked for no letters. Let them come again first."))
    now = clock.now()
    lately = Letter.objects.filter(kind=Letter.Kind.TEST, to_user=by, written_at__gt=now - timedelta(hours=1))
    if lately.count() >= TESTS_AN_HOUR:
        raise Refusal(_("You sent yourself %(n)s test letters within an hour. Wait a little.") % {"n": TESTS_AN_HOUR})
    microconference = letter.microconference
    sent = queue_note(
        kind=Letter.Kind.TEST, to_user=by, subject=f"[{_('test')}] {letter.subject}"[: limits.SUBJECT],
        body=compose.preview(letter), microconference=microconference, by=by,
        dedupe_key=f"test:{by.pk}:{letter.pk or letter.subject[:60]}:{now:%Y%m%d%H%M}",
    )  # fmt: skip
    activity.record("letter.tested", on=microconference, by=by)
    return sent
