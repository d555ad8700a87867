import pytest

from tests.factories import TopicFactory
from topics.actions import results
from topics.models import Topic
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


def test_how_a_topic_went_is_noted_and_logged():
    topic = TopicFactory(title="futex2")

    results.set_result(topic=topic, result="hallway", by=None)

    topic.refresh_from_db()
    entry = ActivityEntry.objects.get()
    assert topic.result == Topic.Result.HALLWAY
    assert (entry.what, entry.subject, entry.before, entry.after) == (
        "topic.result", "futex2", {"result": ""}, {"result": "hallway"}
    )  # fmt: skip


def test_the_same_result_twice_is_one_change():
    topic = TopicFactory()

    results.set_result(topic=topic, result="discussed", by=None)
    results.set_result(topic=topic, result="discussed", by=None)

    assert ActivityEntry.objects.count() == 1


def test_a_result_can_be_taken_back():
    topic = TopicFactory(result="absent")

    results.set_result(topic=topic, result="", by=None)

    topic.refresh_from_db()
    assert topic.result == ""


def test_a_word_that_is_no_result_is_refused():
    with pytest.raises(Refusal, match="splendid"):
        results.set_result(topic=TopicFactory(), result="splendid", by=None)


def test_of_a_merged_topic_it_is_said_where_it_went():
    into = TopicFactory(title="The other")
    gone = TopicFactory(state=Topic.State.MERGED, merged_into=into, microconference=into.microconference)

    with pytest.raises(Refusal, match="The other"):
        results.set_result(topic=gone, result="discussed", by=None)
