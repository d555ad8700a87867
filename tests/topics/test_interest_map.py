"""Who cares about what: nobody's silence is a no, and who matters most comes first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendees.models import Interest
from tests.factories import AttendeeFactory, KeyPersonFactory, ProposerFactory, TopicFactory
from topics import interest_map
from topics.models import Topic

A, B = Topic(pk=1, title="A"), Topic(pk=2, title="B")
NAMES = {1: "Mina", 2: "Oskar", 3: "Ada", 4: "Zed"}


def drawn(statuses, *, leads=(), keys=(), proposers=(), said=None, show="all"):
    return interest_map.draw_up(
        [A, B], [(pk, NAMES[pk], status) for pk, status in statuses.items()], leads=set(leads),
        keys=[(topic, pk, NAMES[pk]) for topic, pk in keys],
        proposers=[(topic, pk, NAMES[pk]) for topic, pk in proposers], said=said or {}, show=show,
    )  # fmt: skip


def words(found):
    return [[cell.words for cell in row.cells] for row in found.rows]


def test_who_said_nothing_is_unknown_and_not_against_it():
    found = drawn({1: "coming"}, said={(1, 1): "need_me"})

    assert words(found) == [["need me there"], ["unknown"]]
    assert (found.rows[1].unknown, found.rows[1].not_for_me) == (1, 0)
    assert found.rows[1].facts == []


@pytest.mark.parametrize("level", Interest.Level.values)
def test_every_level_is_told_in_its_own_words(level):
    found = drawn({1: "coming"}, said={(1, 1): level})

    assert [len(cells) for _words, cells in found.rows[0].facts] == [1]
    assert words(found)[0] != ["unknown"]
    assert found.rows[0].count(level) == 1


def test_key_people_and_proposers_come_first_then_who_comes_then_the_rest():
    found = drawn({1: "cant", 2: "coming", 3: "pending", 4: "coming"}, keys=[(1, 3)], proposers=[(2, 1)])

    assert [each.name for each in found.people] == ["Ada", "Mina", "Oskar", "Zed"]


def test_who_is_needed_for_more_comes_before_who_is_needed_for_less():
    found = drawn({1: "coming", 2: "coming"}, keys=[(1, 1), (1, 2), (2, 2)])

    assert [each.name for each in found.people] == ["Oskar", "Mina"]


def test_one_who_is_on_no_list_stands_there_with_their_part():
    found = drawn({}, keys=[(1, 3)])

    assert words(found) == [["unknown, key person"], ["unknown"]]
    assert found.people[0].status_words == "not on the list of people"


def test_a_lead_counts_as_coming_unless_they_said_otherwise():
    found = drawn({2: "cant"}, leads=[1, 2], keys=[(1, 1)], proposers=[(1, 2)])

    assert {each.name: each.comes for each in found.people} == {"Mina": True, "Oskar": False}


def test_only_who_comes_is_shown_if_that_is_asked_for_and_the_others_are_counted():
    found = drawn({1: "coming", 2: "remote", 3: "interested", 4: "cant"}, show="coming")

    assert [each.name for each in found.people] == ["Mina", "Oskar"]
    assert found.hidden == 2


@pytest.mark.django_db
def test_topics_that_are_out_of_it_are_left_out(microconference):
    for state in ("proposed", "accepted", "if_time", "not_now", "withdrawn"):
        TopicFactory(microconference=microconference, title=state, state=state)

    assert [row.topic.title for row in interest_map.load(microconference).rows] == ["proposed", "accepted", "if_time"]


@pytest.mark.django_db
def test_the_map_costs_the_same_for_any_number(microconference):
    def fill():
        topic = TopicFactory(microconference=microconference, accepted=True)
        ProposerFactory(topic=topic)
        KeyPersonFactory(topic=topic)
        attendee = AttendeeFactory(microconference=microconference, coming=True)
        Interest.objects.create(attendee=attendee, topic=topic, level="need_me")

    def count():
        with CaptureQueriesContext(connection) as queries:
            interest_map.load(microconference)
        return len(queries)

    fill()
    few = count()
    for _ in range(20):
        fill()

    assert count() == few <= 6
