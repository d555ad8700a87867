"""From the database to the planner and back: who is needed, what is wished, and what is said about it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendees.models import Availability, Interest, Status
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    KeyPersonFactory,
    MicroconferenceFactory,
    PersonFactory,
    ProposerFactory,
    RoomFactory,
    SessionFactory,
    TopicFactory,
)
from topics.agenda import drafts, releases, suggesting
from topics.agenda.planner.problem import KEY, OPTIMAL, PROPOSER
from topics.agenda.reasons import Words, alternatives
from topics.agenda.snapshot import load
from topics.agenda.suggesting import Wishes, as_placed, ask, suggest, usual

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(microconference):
    return SessionFactory(microconference=microconference)


def topics(microconference, *titles, **more):
    return [TopicFactory(microconference=microconference, title=title, accepted=True, **more) for title in titles]


def cannot(attendee, session, since, until):
    """Minutes of a session in which somebody cannot."""
    availability, _made = Availability.objects.get_or_create(attendee=attendee)
    availability.times.create(
        starts_at=session.starts_at + timedelta(minutes=since), ends_at=session.starts_at + timedelta(minutes=until)
    )


def key_person(topic, **more):
    attendee = AttendeeFactory(microconference=topic.microconference, **more)
    KeyPersonFactory(topic=topic, person=attendee.person)
    return attendee


def asked(microconference, **wishes):
    return ask(load(microconference), Wishes(**wishes))[0]


def suggested(microconference, number=0, **wishes):
    return suggest(load(microconference), Wishes(**wishes), number=number)


# --- The question ---------------------------------------------------------------------------------------------------


def test_accepted_topics_and_those_for_which_there_may_be_time_are_asked_for(microconference, session):
    accepted, maybe = (
        TopicFactory(microconference=microconference, accepted=True),
        TopicFactory(microconference=microconference, if_time=True),
    )
    TopicFactory(microconference=microconference)
    problem = asked(microconference, all_accepted=True)
    assert [(topic.key, topic.accepted, topic.must) for topic in problem.topics] == [
        (accepted.pk, True, True), (maybe.pk, False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "presenting", "shrink", "least"),
    [
        (20, 5, 100, 20),
        (20, 5, 75, 15),
        (20, 5, 50, 10),
        (20, 10, 50, 15),
        (20, 20, 50, 20),
        (23, 5, 75, 20),
        (5, 0, 50, 5),
    ],
)
def test_a_topic_is_shortened_only_as_far_as_leaves_time_to_discuss(
    microconference, session, minutes, presenting, shrink, least
):
    topics(microconference, "A", minutes=minutes, presenting_minutes=presenting)
    assert asked(microconference, shrink=shrink).topics[0].least == least


@pytest.mark.parametrize(
    ("status", "points", "comes"),
    [(Status.COMING, 2, True), (Status.REMOTE, 2, True), (Status.PENDING, 1, True), (Status.CANT, 1, False),
     (Status.BOUNCES, 1, False)],
)  # fmt: skip
def test_who_will_not_come_binds_nothing(microconference, session, status, points, comes):
    [topic] = topics(microconference, "A")
    key_person(topic, status=status)
    [need] = asked(microconference).topics[0].needs
    assert (need.role, need.points, need.comes) == (KEY, points, comes)


def test_presenters_are_needed_and_who_stands_in_for_them_is_not(microconference, session):
    [topic] = topics(microconference, "A")
    presents, helps, stands_in = (AttendeeFactory(microconference=microconference, coming=True) for _ in range(3))
    ProposerFactory(topic=topic, person=presents.person)
    ProposerFactory(topic=topic, person=helps.person, presents=False)
    ProposerFactory(topic=topic, person=stands_in.person, presents=False, stand_in=True)
    found = asked(microconference).topics[0]
    assert [(need.person, need.role) for need in found.needs] == [(presents.person_id, PROPOSER)]
    assert found.stand_ins == (stands_in.person_id,)


def test_interest_counts_by_how_much_it_is_and_not_of_those_who_cannot_come(microconference, session):
    [topic] = topics(microconference, "A")
    people = [
        AttendeeFactory(microconference=microconference, status=status) for status in ("coming", "pending", "cant")
    ]
    for attendee, level in zip(people, ("need_me", "would_like", "need_me"), strict=True):
        Interest.objects.create(attendee=attendee, topic=topic, level=level)
    Interest.objects.create(
        attendee=AttendeeFactory(microconference=microconference), topic=topic, level=Interest.Level.NOT_FOR_ME
    )
    cannot(people[1], session, 0, 60)
    problem = asked(microconference)
    assert problem.topics[0].interest == ((people[0].person_id, 3), (people[1].person_id, 1))
    assert problem.person[people[1].person_id].cannot == ((0, 60),)


def test_an_accepted_topic_is_wanted_more_than_any_for_which_there_may_be_time(microconference, session):
    topics(microconference, "A")
    maybe = TopicFactory(microconference=microconference, if_time=True)
    for _number in range(9):
        attendee = AttendeeFactory(microconference=microconference)
        Interest.objects.create(attendee=attendee, topic=maybe, level=Interest.Level.NEED_ME)
    assert asked(microconference).weights.accepted > 27


def test_what_another_microconference_needs_somebody_for_is_known(microconference, session):
    [topic] = topics(microconference, "A")
    person = key_person(topic, coming=True).person
    neighbour = MicroconferenceFactory(conference=microconference.conference, accepted=True)
    theirs = AgendaItemFactory(
        draft=DraftFactory(microconference=neighbour), session=SessionFactory(microconference=neighbour), minutes=30
    )
    KeyPersonFactory(topic=theirs.topic, person=person)
    assert asked(microconference).person[person.pk].elsewhere == ((0, 30),)
    assert next(item.starts for item in suggested(microconference).answer.items if item.topic == topic.pk) == 30


def test_pins_hold_unless_the_lead_lets_go_of_them(microconference, session):
    first, second = topics(microconference, "A", "B")
    draft = DraftFactory(microconference=microconference)
    AgendaItemFactory(draft=draft, session=session, topic=first, minutes=25, position=0)
    AgendaItemFactory(draft=draft, session=session, topic=second, position=1, pinned=True, pinned_minute=100)
    [pin] = asked(microconference).pins
    assert (pin.session, pin.starts, pin.minutes, pin.topic) == (session.pk, 100, 20, second.pk)
    assert asked(microconference, pins=False).pins == ()


def test_readers_know_a_topic_from_where_it_was_published(microconference, session, lead):
    first, second = topics(microconference, "A", "B")
    draft = DraftFactory(microconference=microconference)
    for position, topic in enumerate([second, first]):
        AgendaItemFactory(draft=draft, session=session, topic=topic, position=position, minutes=25)
    releases.publish(draft=draft, note="", version=draft.version, by=lead)
    assert [topic.published for topic in asked(microconference).topics] == [(session.pk, 25), (session.pk, 0)]
    assert [topic.published for topic in asked(microconference, published=0).topics] == [None, None]


def test_pauses_have_the_lengths_that_the_draft_gives_them(microconference, session):
    assert usual(load(microconference)) == Wishes(break_minutes=microconference.conference.break_minutes or 30)
    draft = DraftFactory(microconference=microconference)
    for position, (kind, minutes) in enumerate([("opening", 10), ("break", 25), ("wrap_up", 15)]):
        AgendaItemFactory(draft=draft, session=session, kind=kind, topic=None, minutes=minutes, position=position)
    wishes = usual(load(microconference))
    assert (wishes.opening, wishes.break_minutes, wishes.wrap_up) == (10, 25, 15)


@pytest.mark.parametrize("count", [2, 9])
def test_a_suggestion_costs_the_same_queries_for_few_and_for_many(microconference, session, count):
    for topic in topics(microconference, *(f"T{number}" for number in range(count))):
        attendee = key_person(topic, coming=True)
        Interest.objects.create(attendee=attendee, topic=topic, level=Interest.Level.NEED_ME)
    snapshot = load(microconference)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        suggest(snapshot, Wishes())
    assert len(captured) == 3


# --- The answer -----------------------------------------------------------------------------------------------------


def test_without_a_session_or_a_topic_there_is_nothing_to_suggest(microconference):
    topics(microconference, "A")
    assert suggested(microconference) is None
    microconference.topics.all().delete()
    SessionFactory(microconference=microconference)
    assert suggested(microconference) is None


def test_taking_a_suggestion_places_it_in_one_step_and_undo_brings_back_what_was(microconference, session, lead):
    from topics.agenda import undo

    topics(microconference, *"ABCDEFGH")
    draft = drafts.open_draft(microconference=microconference, by=lead)
    drafts.fill_default(draft=draft, by=lead)
    before = list(draft.items.values_list("kind", "topic", "minutes"))
    suggestion = suggested(microconference, break_minutes=20)
    drafts.set_agenda(draft=draft, items=as_placed(suggestion), version=draft.version, by=lead, why="the suggestion")
    snapshot = load(microconference)
    shown = {item.topic: suggestion.moment(item.starts) for item in suggestion.answer.items if item.topic}
    assert {key: item.starts_at for key, item in snapshot.placed.items()} == shown
    assert snapshot.over == 0
    undo.undo(draft=draft, version=draft.version, by=lead)
    assert list(draft.items.values_list("kind", "topic", "minutes")) == before


def test_a_pin_and_its_own_presenting_minutes_survive_a_suggestion(microconference, session, lead):
    first, second = topics(microconference, "A", "B")
    draft = DraftFactory(microconference=microconference)
    AgendaItemFactory(draft=draft, session=session, topic=second, position=0, presenting_minutes=12)
    AgendaItemFactory(draft=draft, session=session, topic=first, position=1, pinned=True, pinned_minute=20)
    rows = {row.topic: row for row in as_placed(suggested(microconference)) if row.topic}
    assert (rows[first.pk].pinned, rows[first.pk].pinned_minute) == (True, 20)
    assert (rows[second.pk].pinned, rows[second.pk].presenting) == (False, 12)


def test_a_long_open_discussion_is_taken_in_parts_that_an_item_may_have(microconference):
    start = SessionFactory.starts_at
    SessionFactory(microconference=microconference, starts_at=start, ends_at=start + timedelta(minutes=600))
    topics(microconference, "A")
    rows = as_placed(suggested(microconference, breaks=False))
    assert sum(row.minutes for row in rows) == 600
    assert max(row.minutes for row in rows) <= 240


def test_time_that_is_left_at_the_very_end_stays_empty(microconference, session):
    topics(microconference, "A")
    rows = as_placed(suggested(microconference, wrap_up=0, breaks=False))
    assert [row.kind for row in rows] == ["opening", "topic"]


def test_another_suggestion_is_another_one(microconference, session):
    topics(microconference, *"ABCDEF")
    best, other = suggested(microconference), suggested(microconference, number=1)
    assert best.answer.status == other.answer.status == OPTIMAL
    assert best.answer.items != other.answer.items


# --- The words ------------------------------------------------------------------------------------------------------


def left_out(microconference, topic, **wishes):
    suggestion = suggested(microconference, **wishes)
    return Words(suggestion).left_out(next(why for why in suggestion.left_out if why.topic == topic.pk))


def test_it_is_said_whom_a_topic_waits_for_and_what_would_fall_out(microconference):
    start = SessionFactory.starts_at
    session = SessionFactory(microconference=microconference, starts_at=start, ends_at=start + timedelta(minutes=50))
    late, wanted, first = topics(microconference, "Late", "Wanted", "First")
    attendee = key_person(late, coming=True, person__name="Made Up")
    cannot(attendee, session, 0, 25)
    for topic in (wanted, first):
        for _number in range(5):
            fan = AttendeeFactory(microconference=microconference)
            Interest.objects.create(attendee=fan, topic=topic, level=Interest.Level.NEED_ME)
    assert left_out(microconference, late, shrink=100).startswith(
        "Needs Made Up, who can only be there from 14:25 on. With it, “"
    )


def test_of_two_that_are_worth_the_same_one_is_left_out_and_that_is_said(microconference):
    start = SessionFactory.starts_at
    SessionFactory(microconference=microconference, starts_at=start, ends_at=start + timedelta(minutes=30))
    topics(microconference, "A", "B")
    suggestion = suggested(microconference, shrink=100)
    [why] = suggestion.left_out
    assert re.fullmatch(
        "With it, “[AB]” would fall out, and the agenda would be worth as much.", Words(suggestion).left_out(why)
    )


def test_what_follows_a_topic_that_is_left_out_says_so_when_the_time_is_up(microconference):
    start = SessionFactory.starts_at
    SessionFactory(microconference=microconference, starts_at=start, ends_at=start + timedelta(minutes=50))
    wanted, also, first, second = topics(microconference, "Wanted", "Also", "First", "Second")
    second.after = first
    second.save()
    for topic in (wanted, also):
        fan = AttendeeFactory(microconference=microconference)
        Interest.objects.create(attendee=fan, topic=topic, level=Interest.Level.NEED_ME)
    suggestion = suggest(load(microconference), Wishes(shrink=100), seconds=-1)
    said = {why.topic: Words(suggestion).left_out(why) for why in suggestion.left_out}
    assert said[second.pk] == "It comes after “First”, which is left out, too."
    assert "would fall out" in said[first.pk]


def test_a_topic_whose_person_is_never_free_says_so(microconference, session):
    _other, lost = topics(microconference, "Other", "Lost")
    cannot(key_person(lost, coming=True, person__name="Made Up"), session, -60, 600)
    assert left_out(microconference, lost) == "Needs Made Up, whose times leave no place for it."


def test_wishes_that_contradict_are_named_with_the_names(microconference, session):
    first, second = topics(microconference, "First", "Second")
    second.after = first
    second.save()
    cannot(key_person(second, coming=True, person__name="Made Up"), session, 20, 600)
    suggestion = suggested(microconference, all_accepted=True, opening=0, shrink=100)
    [found] = Words(suggestion).contradictions()
    assert set(found) == {
        "“Second” comes after “First”", "Made Up cannot 14:20–00:00",
        "“Second” has to be placed, with at least 20 min",
    }  # fmt: skip


def test_an_agenda_that_is_proven_says_so_and_compares_itself_with_the_draft(microconference, session, lead):
    topics(microconference, "A", "B")
    words = Words(suggested(microconference))
    assert words.status() == "Proven: under these wishes no agenda is worth more."
    assert words.compared() == ""
    drafts.fill_default(draft=drafts.open_draft(microconference=microconference, by=lead), by=lead)
    assert Words(suggested(microconference)).compared() == "By the same measure the present draft is worth as much."


def test_when_the_time_is_up_it_says_how_much_better_one_could_be(microconference, session):
    for number, topic in enumerate(topics(microconference, *(f"T{number}" for number in range(14)))):
        topic.minutes = 15 + number % 4 * 5
        topic.save()
        for _number in range(number):
            attendee = AttendeeFactory(microconference=microconference)
            Interest.objects.create(attendee=attendee, topic=topic, level=Interest.Level.NEED_ME)
    suggestion = suggest(load(microconference), Wishes(), seconds=-1)
    assert suggestion.has_agenda
    assert "in the time. Another one could be worth at most" in Words(suggestion).status()


def test_why_a_topic_stands_where_it_does_is_said(microconference, session):
    first, second = topics(microconference, "First", "Second")
    second.after = first
    second.save()
    cannot(key_person(first, coming=True, person__name="Made Up"), session, 25, 600)
    words = Words(suggested(microconference, shrink=100))
    assert words.standing(first.pk) == (
        "It can only stand here: “Second” comes after it and Made Up cannot at other times."
    )


@pytest.mark.parametrize(("times", "said"), [(["1"], "1"), (["1", "2"], "1 or 2"), (["1", "2", "3"], "1, 2 or 3")])
def test_alternatives_read_as_people_say_them(times, said):
    assert alternatives(times) == said


def test_a_room_without_means_for_remote_people_is_not_for_them(microconference):
    room = RoomFactory(conference=microconference.conference, remote_capable=False)
    SessionFactory(microconference=microconference, room=room)
    [_other, far] = topics(microconference, "Other", "Far")
    key_person(far, remote=True, person=PersonFactory(name="Made Up"))
    assert left_out(microconference, far) == "Needs Made Up, whose times leave no place for it."
    assert suggesting.suggest(load(microconference), Wishes(remote=False)).left_out == ()
