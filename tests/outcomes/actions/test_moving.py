import pytest

from outcomes.actions import moving
from outcomes.models import Outcome
from tests.factories import MicroconferenceFactory, OutcomeFactory, TopicFactory
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


def test_outcomes_of_a_merged_topic_stand_behind_those_of_the_other(microconference):
    gone, into = TopicFactory.create_batch(2, microconference=microconference)
    OutcomeFactory(microconference=microconference, topic=gone, text="moved", position=0)
    OutcomeFactory(microconference=microconference, topic=into, text="was there", position=1)

    moved = moving.move(topic=gone, into=into)

    assert moved == 1
    assert [each.text for each in into.outcomes.all()] == ["was there", "moved"]
    assert not gone.outcomes.exists()


def test_an_edit_of_an_outcome_that_just_moved_is_a_conflict(microconference):
    gone, into = TopicFactory.create_batch(2, microconference=microconference)
    outcome = OutcomeFactory(microconference=microconference, topic=gone)

    moving.move(topic=gone, into=into)

    assert Outcome.objects.get().version == outcome.version + 1


def test_outcomes_of_a_merged_microconference_keep_their_topics_and_their_order(microconference, lead):
    gone = MicroconferenceFactory(title="Gone")
    topic = TopicFactory(microconference=gone)
    OutcomeFactory(microconference=gone, text="1", position=0)
    OutcomeFactory(microconference=gone, text="2", position=1, topic=topic)
    OutcomeFactory(microconference=microconference, text="0", position=7)

    moving.move_all(microconference=gone, into=microconference, by=lead)

    entry = ActivityEntry.objects.get()
    assert [(each.text, each.topic) for each in microconference.outcomes.all()] == [
        ("0", None), ("1", None), ("2", topic)
    ]  # fmt: skip
    assert (entry.what, entry.microconference, entry.subject) == ("outcome.moved", microconference, "Gone")
    assert entry.after == {"count": 2}


def test_moving_nothing_logs_nothing(microconference, lead):
    assert moving.move_all(microconference=MicroconferenceFactory(), into=microconference, by=lead) == 0

    assert not ActivityEntry.objects.exists()
