import pytest

from tests.factories import TopicFactory
from topics.actions import ordering
from topics.models import Topic
from uconf.lib.refusals import Refusal
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


def test_topics_are_put_into_a_given_order(microconference, topics, lead):
    wanted = [topics[title].public_id for title in "DcBa"]

    ordering.reorder(microconference=microconference, order=wanted, by=lead)

    assert order(microconference) == "DcBa"


def test_an_order_without_a_topic_that_came_meanwhile_is_refused(microconference, topics, lead):
    wanted = [topics[title].public_id for title in "DcB"]

    with pytest.raises(Refusal, match="added or deleted meanwhile"):
        ordering.reorder(microconference=microconference, order=wanted, by=lead)

    assert order(microconference) == "aBcD"
