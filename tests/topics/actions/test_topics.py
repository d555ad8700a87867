from datetime import UTC, date, datetime

import pytest
import time_machine

from attendees.models import Interest
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    MicroconferenceFactory,
    OutcomeFactory,
    PersonFactory,
    SessionFactory,
    TopicFactory,
)
from topics.actions import topics as actions
from topics.models import Release, Topic
from uconf.actions import people
from uconf.lib import limits
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import ActivityEntry, Person

pytestmark = pytest.mark.django_db
A_DAY = datetime(2031, 7, 1, 12, tzinfo=UTC)


def edit(topic, lead, **values):
    return actions.edit_topic(topic=topic, version=topic.version, by=lead, **values)


def test_a_topic_is_added_at_the_end_of_the_list(microconference, lead):
    TopicFactory(microconference=microconference, position=7)

    topic = actions.add_topic(microconference=microconference, title=" Maple \n Tree ", by=lead)

    assert (topic.title, topic.position, topic.state, topic.minutes) == ("Maple Tree", 8, "proposed", 20)
    assert ActivityEntry.objects.get(what="topic.added").subject == "Maple Tree"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * (limits.TITLE + 1)}, "title"),
        ({"problem": "x" * (limits.MARKDOWN + 1)}, "problem"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": limits.MINUTES + 1}, "minutes"),
        ({"minutes": 10, "presenting_minutes": 11}, "presenting_minutes"),
        ({"external_url": "javascript:alert(1)"}, "external_url"),
    ],
)
def test_a_topic_that_cannot_be_is_refused_at_its_field(microconference, lead, values, field):
    with pytest.raises(Refusal) as refusal:
        actions.add_topic(microconference=microconference, by=lead, **{"title": "Maple Tree", **values})

    assert refusal.value.field == field
    assert not Topic.objects.exists()


def test_a_topic_may_be_as_long_as_the_limits_say(microconference, lead):
    topic = actions.add_topic(
        microconference=microconference,
        title="x" * limits.TITLE,
        problem="x" * limits.MARKDOWN,
        minutes=limits.MINUTES,
        presenting_minutes=limits.MINUTES,
        by=lead,
    )

    assert topic.pk is not None


def test_editing_counts_the_version_and_logs_what_changed(microconference, lead):
    topic = TopicFactory(microconference=microconference, title="futex2", minutes=20)

    saved = edit(topic, lead, title="futex2", minutes=25)

    assert (saved.version, saved.minutes) == (2, 25)
    entry = ActivityEntry.objects.get(what="topic.edited")
    assert (entry.before, entry.after) == ({"minutes": 20}, {"minutes": 25})


def test_saving_a_topic_unchanged_changes_nothing(microconference, lead):
    topic = TopicFactory(microconference=microconference, title="futex2")

    edit(topic, lead, title="futex2")

    topic.refresh_from_db()
    assert topic.version == 1
    assert not ActivityEntry.objects.exists()


def test_an_edit_of_an_old_version_is_a_conflict_and_saves_nothing(microconference, lead):
    topic = TopicFactory(microconference=microconference, title="futex2")
    edit(topic, lead, title="futex2, again")

    with pytest.raises(EditConflict) as conflict:
        actions.edit_topic(topic=topic, version=1, title="futex3", by=lead)

    topic.refresh_from_db()
    assert topic.title == "futex2, again"
    assert conflict.value.theirs.title == "futex2, again"


def test_topics_cannot_wait_for_each_other(microconference, lead):
    first = TopicFactory(microconference=microconference)
    second = TopicFactory(microconference=microconference, after=first)
    third = TopicFactory(microconference=microconference, after=second)

    with pytest.raises(Refusal, match="waits for"):
        edit(first, lead, after=third)
    assert edit(first, lead, after=None).after is None


def test_a_topic_cannot_wait_for_one_of_another_microconference(microconference, lead):
    topic, foreign = TopicFactory(microconference=microconference), TopicFactory()

    with pytest.raises(Refusal, match="another microconference"):
        edit(topic, lead, after=foreign)


def test_a_merged_topic_is_not_edited_any_more(microconference, lead):
    into = TopicFactory(microconference=microconference, title="Maple Tree")
    topic = TopicFactory(microconference=microconference, state=Topic.State.MERGED, merged_into=into)

    with pytest.raises(Refusal, match="Maple Tree"):
        edit(topic, lead, title="Another title")


def test_a_topic_on_which_nothing_hangs_is_deleted(microconference, lead):
    topic = TopicFactory(microconference=microconference)

    actions.delete_topic(topic=topic, by=lead)

    assert not Topic.objects.exists()
    assert ActivityEntry.objects.get(what="topic.deleted").subject == topic.title


def _interest(topic):
    for _each in range(3):
        attendee = AttendeeFactory(microconference=topic.microconference)
        Interest.objects.create(attendee=attendee, topic=topic, level=Interest.Level.NEED_ME)


def _agenda_item(topic):
    session = SessionFactory(microconference=topic.microconference)
    AgendaItemFactory(draft=DraftFactory(microconference=topic.microconference), session=session, topic=topic)


def _release(topic):
    item = {"id": "i", "kind": "topic", "topic": topic.public_id}
    content = {"version": 1, "sessions": [{"id": "s", "items": [item]}], "if_time": []}
    Release.objects.create(microconference=topic.microconference, number=1, content=content)


@pytest.mark.parametrize(
    ("hang", "words"),
    [
        (_interest, "interests of 3 people"),
        (_agenda_item, "a place on the agenda"),
        (lambda topic: OutcomeFactory(microconference=topic.microconference, topic=topic), "1 outcome"),
        (_release, "a place in release 1"),
        (
            lambda topic: TopicFactory(
                microconference=topic.microconference, state=Topic.State.MERGED, merged_into=topic
            ),
            "1 topic merged into it",
        ),
    ],
)
def test_a_topic_with_something_on_it_is_kept_and_the_refusal_says_what(microconference, lead, hang, words):
    topic = TopicFactory(microconference=microconference, title="Rust bindings", accepted=True)
    hang(topic)

    with pytest.raises(Refusal) as refusal:
        actions.delete_topic(topic=topic, by=lead)

    assert str(refusal.value) == f"“Rust bindings” cannot be deleted: it has {words}. Withdraw it instead."
    assert Topic.objects.filter(pk=topic.pk).exists()


@pytest.fixture
def open_mc(db):
    return MicroconferenceFactory(accepted=True, topics_open_here=True, topics_close_on=date(2031, 7, 1))


def propose(mc, **values):
    told = {"title": "Maple Tree", "problem": "It is open.", "name": "Mina Example", "address": "Mina@Example.org"}
    return actions.propose_topic(microconference=mc, **{**told, **values})


@time_machine.travel(A_DAY)
def test_a_proposed_topic_waits_for_the_leads_and_its_proposer_is_a_new_person(open_mc):
    topic = propose(open_mc)

    person = topic.proposers.get().person
    assert topic.state == Topic.State.PROPOSED
    assert (person.name, person.address, person.basis) == ("Mina Example", "mina@example.org", Person.Basis.ASKED_US)
    assert person.source == f"proposed a topic for “{open_mc}” on 1 July 2031"
    assert ActivityEntry.objects.get(what="topic.added").by_person == person


@time_machine.travel(A_DAY)
def test_who_is_known_by_their_address_proposes_under_the_name_we_know(open_mc):
    known = PersonFactory(name="Mina Example", address="mina@example.org")

    topic = propose(open_mc, name="M. Example")

    assert topic.proposers.get().person == known
    assert Person.objects.get().name == "Mina Example"


@time_machine.travel(A_DAY)
def test_who_asked_for_no_letters_may_still_propose_and_stays_without_letters(open_mc):
    people.suppress(address="mina@example.org", reason="asked")

    topic = propose(open_mc)

    assert topic.proposers.get().person.address == "mina@example.org"
    with pytest.raises(Refusal):
        people.refuse_suppressed("mina@example.org")


@time_machine.travel(A_DAY)
def test_the_same_proposal_twice_is_one(open_mc):
    assert propose(open_mc) == propose(open_mc)
    assert Topic.objects.count() == 1


def test_after_the_last_day_of_the_call_nothing_is_taken(open_mc):
    with time_machine.travel(datetime(2031, 7, 1, 22, 59, tzinfo=UTC)):  # 23:59 in Dublin
        propose(open_mc)

    with time_machine.travel(datetime(2031, 7, 1, 23, 1, tzinfo=UTC)), pytest.raises(Refusal, match="takes no topics"):
        propose(open_mc, title="Too late")
