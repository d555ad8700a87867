import pytest

from tests.factories import (
    AgendaItemFactory,
    DraftFactory,
    SessionFactory,
    TopicFactory,
    UserFactory,
)
from topics.agenda import drafts
from topics.models import AgendaItem, Draft, Topic
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(microconference):
    return DraftFactory(microconference=microconference)


@pytest.fixture
def session(microconference):
    return SessionFactory(microconference=microconference)


def order(draft):
    return [(item.title, item.minutes) for item in draft.items.select_related("topic")]


def a_topic(draft, title="A", minutes=20, **more):
    return TopicFactory(microconference=draft.microconference, accepted=True, title=title, minutes=minutes, **more)


def items_of(draft, session, *titles):
    return [
        AgendaItemFactory(draft=draft, session=session, position=position, topic=a_topic(draft, title))
        for position, title in enumerate(titles)
    ]


def test_reading_the_current_draft_makes_none(microconference):
    assert drafts.current_draft(microconference) is None
    assert not Draft.objects.exists()


def test_opening_a_draft_twice_makes_one(microconference):
    first = drafts.open_draft(microconference=microconference)
    second = drafts.open_draft(microconference=microconference)

    assert first == second
    assert first.version == 0


def test_a_topic_is_placed_with_its_minutes_before_the_wrap_up(draft, session):
    AgendaItemFactory(draft=draft, session=session, kind="wrap_up", topic=None, minutes=5, position=0)
    topic = a_topic(draft, "A", 35)

    item = drafts.place(draft=draft, topic=topic, version=1, by=None)

    assert order(draft) == [("A", 35), ("Wrap-up", 5)]
    assert item.session == session
    assert draft.version == 2


def test_placing_twice_changes_nothing_more(draft, session):
    topic = a_topic(draft)
    first = drafts.place(draft=draft, topic=topic, version=1, by=None)

    second = drafts.place(draft=draft, topic=topic, version=1, by=None)

    assert first == second
    assert Draft.objects.get().version == 2


def test_a_topic_goes_where_it_fits(draft, session):
    later = SessionFactory(microconference=draft.microconference, starts_at=session.ends_at,
                           ends_at=session.ends_at + (session.ends_at - session.starts_at))  # fmt: skip
    AgendaItemFactory(draft=draft, session=session, topic=a_topic(draft, "long"), minutes=200, position=0)

    fits = drafts.place(draft=draft, topic=a_topic(draft, "fits", 10), version=None, by=None)
    does_not = drafts.place(draft=draft, topic=a_topic(draft, "does not", 11), version=None, by=None)

    assert (fits.session, does_not.session) == (session, later)


def test_only_accepted_topics_and_those_if_time_allows_can_be_placed(draft, session):
    for state in (Topic.State.ACCEPTED, Topic.State.IF_TIME):
        topic = TopicFactory(microconference=draft.microconference, state=state)
        drafts.place(draft=draft, topic=topic, version=None, by=None)
    for state in (Topic.State.PROPOSED, Topic.State.NOT_NOW, Topic.State.WITHDRAWN):
        topic = TopicFactory(microconference=draft.microconference, state=state)
        with pytest.raises(Refusal, match=f"“{topic.title}” is .* Accept it first"):
            drafts.place(draft=draft, topic=topic, version=None, by=None)

    assert draft.items.count() == 2


def test_a_topic_of_another_microconference_cannot_be_placed(draft, session):
    with pytest.raises(Refusal, match="another microconference"):
        drafts.place(draft=draft, topic=TopicFactory(accepted=True), version=None, by=None)


def test_without_a_session_nothing_can_be_placed(draft):
    with pytest.raises(Refusal, match="no session yet"):
        drafts.place(draft=draft, topic=a_topic(draft), version=None, by=None)


def test_moving_swaps_with_the_neighbour_and_stops_at_the_ends(draft, session):
    a, b, c = items_of(draft, session, "A", "B", "C")

    drafts.move_up(draft=draft, item=c, version=None, by=None)
    drafts.move_down(draft=draft, item=a, version=None, by=None)
    drafts.move_down(draft=draft, item=b, version=None, by=None)

    assert [title for title, _ in order(draft)] == ["C", "A", "B"]
    version = Draft.objects.get().version
    drafts.move_up(draft=draft, item=c, version=None, by=None)
    drafts.move_down(draft=draft, item=b, version=None, by=None)
    assert [title for title, _ in order(draft)] == ["C", "A", "B"]
    assert Draft.objects.get().version == version


def test_moving_past_a_sessions_end_goes_to_the_next_session_and_back(draft, session):
    later = SessionFactory(microconference=draft.microconference, starts_at=session.ends_at,
                           ends_at=session.ends_at + (session.ends_at - session.starts_at))  # fmt: skip
    a, b = items_of(draft, session, "A", "B")

    moved = drafts.move_down(draft=draft, item=b, version=None, by=None)
    assert (moved.session, moved.position) == (later, 0)

    back = drafts.move_up(draft=draft, item=b, version=None, by=None)
    assert (back.session, back.position) == (session, 1)


def test_an_item_moves_into_another_session_before_its_wrap_up(draft, session):
    later = SessionFactory(microconference=draft.microconference, starts_at=session.ends_at,
                           ends_at=session.ends_at + (session.ends_at - session.starts_at))  # fmt: skip
    AgendaItemFactory(draft=draft, session=later, kind="wrap_up", topic=None, minutes=5, position=0)
    a, b = items_of(draft, session, "A", "B")

    drafts.move_to_session(draft=draft, item=a, session=later, version=None, by=None)

    assert [(i.title, i.session_id, i.position) for i in draft.items.select_related("topic")] == [
        ("B", session.pk, 0), ("A", later.pk, 0), ("Wrap-up", later.pk, 1),
    ]  # fmt: skip


def test_an_item_cannot_move_into_a_foreign_session(draft, session):
    (a,) = items_of(draft, session, "A")

    with pytest.raises(Refusal, match="another microconference"):
        drafts.move_to_session(draft=draft, item=a, session=SessionFactory(), version=None, by=None)


@pytest.mark.parametrize("minutes", [1, 240])
def test_an_item_takes_1_to_240_minutes(draft, session, minutes):
    (a,) = items_of(draft, session, "A")

    drafts.set_minutes(draft=draft, minutes={a: minutes}, version=1, by=None)

    assert order(draft) == [("A", minutes)]
    assert ActivityEntry.objects.get().before == {"minutes": 20}


@pytest.mark.parametrize("minutes", [0, 241])
def test_other_lengths_are_refused_with_the_items_name(draft, session, minutes):
    a, b = items_of(draft, session, "A", "B")

    with pytest.raises(Refusal, match="“B” can take 1 to 240 minutes"):
        drafts.set_minutes(draft=draft, minutes={a: 30, b: minutes}, version=1, by=None)

    assert order(draft) == [("A", 20), ("B", 20)]


def test_saving_the_same_minutes_is_no_edit(draft, session):
    (a,) = items_of(draft, session, "A")

    drafts.set_minutes(draft=draft, minutes={a: 20}, version=99, by=None)

    assert Draft.objects.get().version == 1


def test_what_is_taken_out_waits_again_and_twice_is_harmless(draft, session):
    a, b = items_of(draft, session, "A", "B")

    drafts.take_out(draft=draft, item=a, version=1, by=None)
    drafts.take_out(draft=draft, item=a, version=1, by=None)

    assert order(draft) == [("B", 20)]
    assert AgendaItem.objects.get().position == 0
    assert Topic.objects.filter(title="A", state="accepted").exists()


ACTS = {
    "place": lambda draft, item, topic: drafts.place(draft=draft, topic=topic, version=1, by=None),
    "up": lambda draft, item, topic: drafts.move_up(draft=draft, item=item, version=1, by=None),
    "down": lambda draft, item, topic: drafts.move_down(draft=draft, item=item, version=1, by=None),
    "out": lambda draft, item, topic: drafts.take_out(draft=draft, item=item, version=1, by=None),
    "minutes": lambda draft, item, topic: drafts.set_minutes(draft=draft, minutes={item: 7}, version=1, by=None),
    "pause": lambda draft, item, topic: drafts.add_pause(draft=draft, kind="break", version=1, by=None),
    "fill": lambda draft, item, topic: drafts.fill_default(draft=draft, version=1, by=None),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_outdated_edit_changes_nothing_and_brings_what_is_there_now(draft, session, act):
    a, b = items_of(draft, session, "A", "B")
    waiting = a_topic(draft, "C")
    other = UserFactory()
    drafts.move_down(draft=Draft.objects.get(), item=a, version=1, by=other)
    before = order(draft)

    with pytest.raises(EditConflict) as conflict:
        act(draft, a, waiting)

    assert order(draft) == before
    assert (conflict.value.theirs.edited_by, conflict.value.theirs.version) == (other, 2)


def test_pauses_go_where_they_belong(draft, session):
    items_of(draft, session, "A", "B", "C", "D")

    for kind in ("wrap_up", "opening", "break", "open"):
        drafts.add_pause(draft=draft, kind=kind, version=draft.version, by=None)

    assert order(draft) == [
        ("Opening", 5), ("A", 20), ("B", 20), ("Break", 30), ("C", 20), ("D", 20), ("Open discussion", 20),
        ("Wrap-up", 5),
    ]  # fmt: skip


def test_a_break_takes_as_long_as_the_conference_usually_breaks(draft, session):
    draft.microconference.conference.break_minutes = 15
    draft.microconference.conference.save()

    assert drafts.add_pause(draft=draft, kind="break", version=None, by=None).minutes == 15


def test_the_plain_agenda_has_everything_in_order_and_a_break_near_the_middle(draft, session):
    for title in "ABCDEFG":
        a_topic(draft, title, 25)
    TopicFactory(microconference=draft.microconference, if_time=True)

    placed = drafts.fill_default(draft=draft, by=None)

    assert [topic.title for topic in placed] == list("ABCDEFG")
    assert [title for title, _ in order(draft)] == ["Opening", *"ABC", "Break", *"DEFG", "Wrap-up"]


def test_filling_again_adds_nothing_and_a_new_topic_is_added_alone(draft, session):
    a_topic(draft, "A")
    drafts.fill_default(draft=draft, by=None)
    before = order(draft)

    assert drafts.fill_default(draft=draft, by=None) == []
    assert order(draft) == before

    a_topic(draft, "B")
    drafts.fill_default(draft=draft, by=None)
    assert order(draft) == [("Opening", 5), ("A", 20), ("B", 20), ("Wrap-up", 5)]


def test_filling_puts_a_topic_after_the_one_it_should_come_after_and_survives_a_circle(draft, session):
    a, b, c = (a_topic(draft, title) for title in "ABC")
    Topic.objects.filter(pk=a.pk).update(after=c)

    drafts.fill_default(draft=draft, by=None)
    assert [title for title, _ in order(draft)] == ["Opening", "B", "C", "A", "Wrap-up"]

    draft.items.all().delete()
    Topic.objects.filter(pk=c.pk).update(after=a)
    drafts.fill_default(draft=draft, by=None)
    assert {title for title, _ in order(draft)} == {"Opening", "A", "B", "C", "Wrap-up"}


def test_filling_spreads_over_several_sessions(draft, session):
    later = SessionFactory(microconference=draft.microconference, starts_at=session.ends_at,
                           ends_at=session.ends_at + (session.ends_at - session.starts_at))  # fmt: skip
    for title in "ABCDEFGHIJ":
        a_topic(draft, title, 30)

    drafts.fill_default(draft=draft, by=None)

    for each in (session, later):
        assert sum(draft.items.filter(session=each).values_list("minutes", flat=True)) <= each.minutes


def test_the_draft_says_who_edited_it(draft, session):
    lead = UserFactory()

    drafts.place(draft=draft, topic=a_topic(draft), version=1, by=lead)

    assert Draft.objects.get().edited_by == lead
    assert [entry.what for entry in ActivityEntry.objects.all()] == ["agenda.placed"]
