"""Letters about the agenda heed what their readers and leads wish, also once they wait; asked or not."""

from datetime import UTC, datetime, timedelta

import pytest

from attendees.models import Attendee, LetterReason
from attendees.outreach import actions, delivery, persistence
from tests.attendees.outreach.test_delivery import Transport, fresh
from tests.factories import AttendeeFactory, LetterFactory
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, Person

pytestmark = pytest.mark.django_db
KINDS = ("release", "proposer")


def news(microconference, kind="release", **more):
    """A letter about the agenda to somebody on the list, that may go now."""
    now, attendee = clock.now(), AttendeeFactory(microconference=microconference)
    values = {"state": "queued", "due_at": now, "next_try_at": now, "by_robot": True, "message_id": "<x@testserver>"}
    letter = LetterFactory(microconference=microconference, to_person=attendee.person, kind=kind, **(values | more))
    LetterReason.objects.create(letter=letter, person=attendee.person, attendee=attendee, dedupe_key=str(letter.pk))
    return letter, attendee


def change(attendee, what):
    mine, person = Attendee.objects.filter(pk=attendee.pk), Person.objects.filter(pk=attendee.person_id)
    if what == "cant":
        mine.update(status="cant")
    elif what == "bounced_at":
        person.update(bounced_at=clock.now())
    elif what == "declined":
        Microconference.objects.filter(pk=attendee.microconference_id).update(state="declined")
    else:
        mine.update(**{what: clock.now()})


WISHES = ("cant", "bounced_at", "declined", "held_at", "letters_stopped_at")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", WISHES)
def test_what_was_wished_is_looked_at_once_more_before_it_goes(microconference, lead, kind, what):
    letter, attendee = news(microconference, kind)
    change(attendee, what)

    delivery.sweep(transport=(transport := Transport()))

    assert (transport.got, fresh(letter).state) == ([], "cancelled")


@pytest.mark.parametrize("what", WISHES)
def test_sending_it_again_refuses_for_the_same_reasons(microconference, lead, what):
    letter, attendee = news(microconference, state="failed", next_try_at=None)
    change(attendee, what)

    with pytest.raises(Refusal):
        actions.send_again(letter=letter, by=lead)

    assert fresh(letter).state == "failed"


def test_nothing_wished_it_goes_and_goes_again(microconference, lead):
    letter, _attendee = news(microconference)
    again, _attendee = news(microconference, state="failed", next_try_at=None)

    actions.send_again(letter=again, by=lead)
    delivery.sweep(transport=Transport())

    assert [fresh(each).state for each in (letter, again)] == ["sent", "sent"]


def test_a_pause_keeps_it_waiting_and_the_end_of_the_pause_lets_it_go(microconference, lead):
    letter, attendee = news(microconference)
    who, until = {"microconference": microconference, "attendees": [attendee], "by": lead}, clock.now()
    until += timedelta(days=5)

    persistence.pause(**who, until=until.date())
    delivery.sweep(transport=(transport := Transport()))
    paused = fresh(letter)
    persistence.go_on(**who)
    delivery.sweep(transport=transport)

    zone = microconference.conference.zone
    midnight = datetime(until.year, until.month, until.day, tzinfo=zone).astimezone(UTC)
    assert (paused.state, paused.next_try_at) == ("queued", midnight)
    assert fresh(letter).state == "sent"
