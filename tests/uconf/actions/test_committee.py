import pytest

from tests.factories import ConferenceFactory, UserFactory
from uconf.actions import committee
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


def test_joining_twice_is_logged_once():
    conference, user = ConferenceFactory(), UserFactory()

    committee.join(conference=conference, user=user, by=user)
    committee.join(conference=conference, user=user, by=user)

    assert list(conference.committee.all()) == [user]
    assert ActivityEntry.objects.count() == 1


def test_the_last_committee_member_cannot_leave():
    conference, user = ConferenceFactory(), UserFactory()
    conference.committee.add(user)

    with pytest.raises(Refusal, match="Add another one first"):
        committee.leave(conference=conference, user=user, by=user)

    assert conference.committee.count() == 1


def test_a_committee_member_may_leave_if_another_one_stays():
    conference, leaving, staying = ConferenceFactory(), UserFactory(), UserFactory()
    conference.committee.add(leaving, staying)

    committee.leave(conference=conference, user=leaving, by=leaving)

    assert list(conference.committee.all()) == [staying]
