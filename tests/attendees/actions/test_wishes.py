from datetime import UTC, datetime

import pytest

from attendees.actions import wishes
from attendees.models import Availability, Interest, TimeTheyCannot
from tests.factories import AttendeeFactory, MicroconferenceFactory, TopicFactory
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db
FOUR, FIVE = datetime(2031, 9, 21, 15, tzinfo=UTC), datetime(2031, 9, 21, 16, tzinfo=UTC)


@pytest.fixture
def attendee(microconference):
    return AttendeeFactory(microconference=microconference)


def test_interests_are_kept_changed_and_taken_back(attendee):
    one, two, three = TopicFactory.create_batch(3, microconference=attendee.microconference)

    wishes.set_interests(attendee=attendee, levels={one: "need_me", two: "not_for_me"}, by=attendee.person)
    wishes.set_interests(attendee=attendee, levels={one: "would_like", two: None, three: None}, by=attendee.person)

    assert list(Interest.objects.values_list("topic", "level")) == [(one.pk, "would_like")]


def test_saying_the_same_interests_again_is_not_noted(attendee):
    topic = TopicFactory(microconference=attendee.microconference)

    for _ in range(2):
        wishes.set_interests(attendee=attendee, levels={topic: "need_me"}, by=attendee.person)

    assert ActivityEntry.objects.count() == 1


def test_a_topic_of_another_microconference_is_refused(attendee):
    with pytest.raises(Refusal, match="another microconference"):
        wishes.set_interests(attendee=attendee, levels={TopicFactory(): "need_me"}, by=attendee.person)

    assert not Interest.objects.exists()


def test_times_are_replaced_and_nothing_said_is_unknown_again(attendee):
    wishes.set_times(attendee=attendee, all_free=True, times=[], by=attendee.person)
    assert Availability.objects.get().all_free

    wishes.set_times(attendee=attendee, all_free=False, times=[(FOUR, FIVE)], by=attendee.person)
    assert not Availability.objects.get().all_free
    assert TimeTheyCannot.objects.values_list("starts_at", "ends_at").get() == (FOUR, FIVE)

    wishes.set_times(attendee=attendee, all_free=False, times=[], by=attendee.person)
    assert not Availability.objects.exists()


def test_free_for_all_and_times_they_cannot_contradict_each_other(attendee):
    with pytest.raises(Refusal, match="only one of the two"):
        wishes.set_times(attendee=attendee, all_free=True, times=[(FOUR, FIVE)], by=attendee.person)


def test_once_it_is_over_what_was_said_stays():
    attendee = AttendeeFactory(microconference=MicroconferenceFactory(reported=True))

    with pytest.raises(Refusal, match="is over"):
        wishes.set_times(attendee=attendee, all_free=True, times=[], by=attendee.person)


def test_only_the_person_can_say_that_they_may_be_named(attendee, lead):
    with pytest.raises(Refusal, match="Only"):
        wishes.set_listed(attendee=attendee, listed=True, by=lead)

    wishes.set_listed(attendee=attendee, listed=True, by=attendee.person)

    attendee.refresh_from_db()
    assert attendee.listed
    assert ActivityEntry.objects.get().by_person == attendee.person
