import pytest

from attendees.actions.merging import move_interests
from attendees.models import Interest
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    KeyPersonFactory,
    OutcomeFactory,
    ProposerFactory,
    SessionFactory,
    TopicFactory,
    TopicLinkFactory,
)
from topics.actions import merging
from topics.models import AgendaItem, Topic
from uconf.lib import limits
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db
Level = Interest.Level


@pytest.fixture
def topic(microconference):
    return TopicFactory(microconference=microconference, title="Procfs", problem="It contends.", accepted=True)


@pytest.fixture
def into(microconference):
    return TopicFactory(microconference=microconference, title="Maple Tree", problem="It is new.", accepted=True)


def test_people_links_and_text_go_to_the_other_topic(topic, into, lead):
    proposer, key_person = ProposerFactory(topic=topic).person, KeyPersonFactory(topic=topic, note="PKRAM").person
    TopicLinkFactory(topic=topic, label="series", url="https://example.org/1")

    merging.merge(topic=topic, into=into, by=lead)

    into.refresh_from_db()
    assert into.problem == "It is new.\n\n# Procfs\n\nIt contends."
    assert [each.person for each in into.proposers.all()] == [proposer]
    assert [(each.person, each.note) for each in into.key_people.all()] == [(key_person, "PKRAM")]
    assert [each.url for each in into.links.all()] == ["https://example.org/1"]


def test_who_is_named_in_both_stays_named_once_and_keeps_a_note(topic, into, lead):
    there = KeyPersonFactory(topic=into, note="")
    KeyPersonFactory(topic=topic, person=there.person, note="PKRAM")

    merging.merge(topic=topic, into=into, by=lead)

    assert [(each.person, each.note) for each in into.key_people.all()] == [(there.person, "PKRAM")]


def test_the_merged_topic_shows_where_it_went(topic, into, lead):
    merging.merge(topic=topic, into=into, by=lead)

    topic.refresh_from_db()
    assert (topic.state, topic.merged_into, topic.decided_by) == (Topic.State.MERGED, into, lead)
    assert ActivityEntry.objects.get().after == {"title": "Procfs", "into": "Maple Tree"}


def test_merging_twice_is_harmless(topic, into, lead):
    merging.merge(topic=topic, into=into, by=lead)
    merging.merge(topic=topic, into=into, by=lead)

    into.refresh_from_db()
    assert into.problem.count("It contends.") == 1
    assert ActivityEntry.objects.count() == 1


def test_what_was_merged_before_points_to_the_last_one(microconference, topic, into, lead):
    earlier = TopicFactory(microconference=microconference, state=Topic.State.MERGED, merged_into=topic)

    merging.merge(topic=topic, into=into, by=lead)

    earlier.refresh_from_db()
    assert earlier.merged_into == into


def test_of_two_interests_the_firmer_word_counts(microconference, topic, into, lead):
    said = {}
    for name, there, here in (
        ("only here", None, Level.WOULD_LIKE),
        ("firmer here", Level.NOT_FOR_ME, Level.NEED_ME),
        ("firmer there", Level.NEED_ME, Level.WOULD_LIKE),
    ):
        attendee = AttendeeFactory(microconference=microconference)
        said[attendee.pk] = name
        Interest.objects.create(attendee=attendee, topic=topic, level=here)
        if there:
            Interest.objects.create(attendee=attendee, topic=into, level=there)

    merging.merge(topic=topic, into=into, by=lead)

    found = {said[each.attendee_id]: each.level for each in into.interests.all()}
    assert found == {"only here": "would_like", "firmer here": "need_me", "firmer there": "need_me"}
    assert not topic.interests.exists()
    assert move_interests(topic=topic, into=into) == 0


def test_on_a_draft_the_other_topic_takes_its_place(microconference, topic, into, lead):
    draft, session = DraftFactory(microconference=microconference), SessionFactory(microconference=microconference)
    item = AgendaItemFactory(draft=draft, session=session, topic=topic)

    merging.merge(topic=topic, into=into, by=lead)

    item.refresh_from_db()
    draft.refresh_from_db()
    assert (item.topic, draft.version) == (into, 2)


def test_where_both_are_on_a_draft_the_merged_one_leaves_it(microconference, topic, into, lead):
    draft, session = DraftFactory(microconference=microconference), SessionFactory(microconference=microconference)
    for each in (topic, into):
        AgendaItemFactory(draft=draft, session=session, topic=each)

    merging.merge(topic=topic, into=into, by=lead)

    assert [item.topic for item in AgendaItem.objects.all()] == [into]


def test_topics_that_waited_for_the_merged_one_wait_for_the_other_without_a_circle(microconference, topic, into, lead):
    between = TopicFactory(microconference=microconference, after=topic)
    Topic.objects.filter(pk=into.pk).update(after=between)

    merging.merge(topic=topic, into=into, by=lead)

    between.refresh_from_db()
    into.refresh_from_db()
    assert (between.after, into.after) == (into, None)


def test_a_topic_is_not_merged_into_itself_or_a_foreign_one_or_one_that_is_gone(microconference, topic, lead):
    withdrawn = TopicFactory(microconference=microconference, state=Topic.State.WITHDRAWN)

    for other in (topic, TopicFactory(), withdrawn):
        with pytest.raises(Refusal) as refusal:
            merging.merge(topic=topic, into=other, by=lead)
        assert refusal.value.field == "into"


def test_two_texts_that_are_too_long_together_are_refused(topic, into, lead):
    Topic.objects.filter(pk=into.pk).update(problem="x" * limits.MARKDOWN)

    with pytest.raises(Refusal, match="characters"):
        merging.merge(topic=topic, into=into, by=lead)

    topic.refresh_from_db()
    assert topic.state == Topic.State.ACCEPTED


def test_the_page_before_says_what_would_happen(microconference, topic, into):
    for person in (KeyPersonFactory(topic=topic).person, KeyPersonFactory(topic=topic).person):
        AttendeeFactory(microconference=microconference, person=person)
    TopicLinkFactory(topic=topic)
    OutcomeFactory(microconference=microconference, topic=topic)
    Interest.objects.create(attendee=microconference.attendees.first(), topic=topic, level=Level.NEED_ME)
    draft, session = DraftFactory(microconference=microconference), SessionFactory(microconference=microconference)
    AgendaItemFactory(draft=draft, session=session, topic=topic)

    sentences = merging.consequences(topic=topic, into=into)

    assert sentences == [
        "The problem of “Procfs” is put under that of “Maple Tree”, with a heading.",
        "2 key people move to “Maple Tree”.",
        "1 link moves to “Maple Tree”.",
        "The interest of 1 person counts for “Maple Tree”; if they said something of both, the firmer word.",
        "1 outcome stays with it and is shown with “Maple Tree”.",
        "On draft A, “Maple Tree” takes its place.",
        "The minutes of “Maple Tree” stay as they are: 20.",
        "The address of “Procfs” leads to “Maple Tree” from then on. This cannot be undone.",
    ]
    topic.refresh_from_db()
    assert topic.state == Topic.State.ACCEPTED
