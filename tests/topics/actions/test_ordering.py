import pytest

from tests.factories import TopicFactory
from topics.actions import ordering
from topics.models import Topic
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def topics(microconference):
    states = {"a": "proposed", "B": "accepted", "c": "proposed", "D": "accepted"}
    return {
        title: TopicFactory(microconference=microconference, title=title, state=state, position=3)
        for title, state in states.items()
    }


def order(microconference):
    return "".join(Topic.objects.filter(microconference=microconference).values_list("title", flat=True))


def test_up_goes_before_the_one_above_in_the_same_state(microconference, topics, lead):
    ordering.move_up(topic=topics["D"], by=lead)

    assert order(microconference) == "aDBc"


def test_down_goes_behind_the_one_below_in_the_same_state(microconference, topics, lead):
    ordering.move_down(topic=topics["a"], by=lead)

    assert order(microconference) == "BcaD"


@pytest.mark.parametrize(("act", "title"), [(ordering.move_up, "a"), (ordering.move_down, "D")])
def test_at_the_ends_a_topic_stays_where_it_is(microconference, topics, lead, act, title):
    act(topic=topics[title], by=lead)

    assert order(microconference) == "aBcD"
    assert not ActivityEntry.objects.exists()
