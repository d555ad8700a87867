import pytest

from tests.factories import AgendaItemFactory, DraftFactory, SessionFactory, TopicFactory
from topics.actions import deciding
from topics.models import AgendaItem, Topic
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db
State = Topic.State


def test_accepting_says_who_decided_and_when(microconference, lead):
    topic = TopicFactory(microconference=microconference)

    deciding.accept(topic=topic, by=lead)

    topic.refresh_from_db()
    assert (topic.state, topic.decided_by, topic.version) == (State.ACCEPTED, lead, 2)
    assert topic.decided_at is not None
    entry = ActivityEntry.objects.get()
    assert (entry.what, entry.before, entry.after) == ("topic.decided", {"state": "proposed"}, {"state": "accepted"})


def test_accepting_twice_is_harmless(microconference, lead):
    topic = TopicFactory(microconference=microconference)

    deciding.accept(topic=topic, by=lead)
    deciding.accept(topic=topic, by=lead)

    assert ActivityEntry.objects.count() == 1


def test_reopening_forgets_the_decision(microconference, lead):
    topic = TopicFactory(microconference=microconference)
    deciding.withdraw(topic=topic, by=lead)

    deciding.reopen(topic=topic, by=lead)

    topic.refresh_from_db()
    assert (topic.state, topic.decided_by, topic.decided_at) == (State.PROPOSED, None, None)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.IF_TIME, State.NOT_NOW])
def test_a_withdrawn_topic_is_reopened_before_it_is_decided(microconference, lead, state):
    topic = TopicFactory(microconference=microconference, title="Rust bindings", state=State.WITHDRAWN)

    with pytest.raises(Refusal) as refusal:
        deciding.decide(topic=topic, state=state, by=lead)

    assert str(refusal.value) == "“Rust bindings” is withdrawn. Reopen it first, then decide."


def test_nothing_leaves_or_enters_the_merged_state_by_deciding():
    assert deciding.MOVES[State.MERGED] == set()
    assert all(State.MERGED not in moves for moves in deciding.MOVES.values())
    assert set(deciding.MOVES) == set(State)


@pytest.mark.parametrize(
    ("act", "stays"),
    [(deciding.if_time_allows, True), (deciding.not_this_time, False), (deciding.withdraw, False)],
)
def test_what_may_no_longer_be_placed_is_taken_off_the_drafts(microconference, lead, act, stays):
    draft = DraftFactory(microconference=microconference)
    topic = TopicFactory(microconference=microconference, accepted=True)
    AgendaItemFactory(draft=draft, session=SessionFactory(microconference=microconference), topic=topic)

    decided = act(topic=topic, by=lead)

    draft.refresh_from_db()
    assert AgendaItem.objects.filter(topic=topic).exists() is stays
    assert decided.taken_off == ([] if stays else ["A"])
    assert draft.version == (1 if stays else 2)


def test_of_many_topics_all_are_decided_or_none(microconference, lead):
    fine = TopicFactory(microconference=microconference)
    withdrawn = TopicFactory(microconference=microconference, state=State.WITHDRAWN)

    with pytest.raises(Refusal):
        deciding.decide_many(topics=[fine, withdrawn], state=State.ACCEPTED, by=lead)

    fine.refresh_from_db()
    assert fine.state == State.PROPOSED
