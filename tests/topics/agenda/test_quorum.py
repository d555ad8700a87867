"""Whom topics need, when all can be there, and what breaks without somebody."""

from datetime import timedelta

import pytest

from tests.topics.agenda.plain import a_block, a_person, a_snapshot, a_topic, at, key, presenter, standing_in
from topics.agenda import quorum
from topics.agenda.plain import Elsewhere

INES = a_person("Ines Placeholder", pk=1)
TOMAS = a_person("Tomas Sample", pk=2)


def only(snapshot):
    (found,) = quorum.quorums(snapshot)
    return found


def minutes(found):
    return [tuple(int((moment - at(0)) / timedelta(minutes=1)) for moment in pair) for pair in found.together]


def test_all_can_be_there_for_a_whole_session_if_nobody_said_otherwise():
    found = only(a_snapshot(a_block((a_topic(needs=[key(INES), presenter(TOMAS)]), 20))))

    assert minutes(found) == [(0, 210)]
    assert (found.coming, found.holds, found.is_at_its_time) == (2, "yes", True)


def test_times_they_cannot_and_what_needs_them_elsewhere_are_taken_out():
    busy = a_person(cannot=[(at(0), at(30)), (at(100), at(120))])
    snapshot = a_snapshot(
        a_block((a_topic(needs=[key(busy), key(TOMAS)]), 20)), people_elsewhere=(Elsewhere(2, at(110), at(150)),)
    )

    assert minutes(only(snapshot)) == [(30, 100), (150, 210)]
    assert only(snapshot).is_at_its_time is False


@pytest.mark.parametrize(("taken", "expected"), [(190, True), (191, False)])
def test_whether_there_is_room_for_the_topic(taken, expected):
    busy = a_person(cannot=[(at(0), at(taken))])

    assert only(a_snapshot(a_block((a_topic(needs=[key(busy)]), 20)))).has_room is expected


@pytest.mark.parametrize("status", ["cant", "bounces"])
def test_who_cannot_come_is_never_there_unless_somebody_stands_in(status):
    absent = presenter(a_person(status=status))
    alone = only(a_snapshot(a_block((a_topic(needs=[absent]), 20))))
    helped = only(a_snapshot(a_block((a_topic(needs=[absent, standing_in(TOMAS)]), 20))))

    assert (minutes(alone), alone.holds) == ([], "no")
    assert (minutes(helped), helped.holds, helped.needed[0].substitute) == ([(0, 210)], "yes", TOMAS)


def test_topics_are_told_apart_by_what_they_ask_of_a_lead():
    busy, silent = a_person(cannot=[(at(0), at(30))], status="coming"), a_person(pk=3, status="pending")
    fails = a_topic(1, "Fails", needs=[key(busy)])
    waits, holds = a_topic(2, "Waits", needs=[key(silent)]), a_topic(3, "Holds", needs=[key(TOMAS)])
    snapshot = a_snapshot(a_block((fails, 20), (waits, 20), (holds, 20)))

    found = quorum.by_state(snapshot, quorum.quorums(snapshot))

    assert {state: [each.topic.title for each in rows] for state, rows in found.items()} == {
        "no": ["Fails"], "open": ["Waits"], "yes": ["Holds"],
    }  # fmt: skip


def test_before_there_is_a_session_nothing_fails_for_want_of_time():
    snapshot = a_snapshot(topics=[a_topic(needs=[key(TOMAS)])])

    assert [len(rows) for rows in quorum.by_state(snapshot, quorum.quorums(snapshot)).values()] == [0, 0, 1]


def test_who_has_not_answered_leaves_it_open():
    assert only(a_snapshot(a_block((a_topic(needs=[key(a_person(status="pending"))]), 20)))).holds == "open"


def test_presenter_and_stand_in_together_can_be_there_at_more_times():
    early, late = a_person(cannot=[(at(100), at(210))]), a_person("Tomas Sample", cannot=[(at(0), at(100))], pk=2)

    assert minutes(only(a_snapshot(a_block((a_topic(needs=[presenter(early), standing_in(late)]), 20))))) == [(0, 210)]


def test_what_breaks_without_somebody_is_what_nobody_covers():
    placed, waiting = a_topic(1, "A", needs=[key(INES), key(TOMAS)]), a_topic(2, "B", needs=[key(INES)])
    covered = a_topic(3, "C", needs=[presenter(INES), standing_in(TOMAS)])
    snapshot = a_snapshot(a_block((covered, 15), (placed, 25)), topics=(waiting,))

    breaks = quorum.what_breaks_if(snapshot, INES)

    assert [each.topic.title for each in breaks.topics] == ["C", "A", "B"]
    assert ([each.topic.title for each in breaks.lost], breaks.minutes) == (["A", "B"], 25)
    assert [(each.topic.title, each.substitute) for each in breaks.covered] == [("C", TOMAS)]


def test_who_would_be_missed_most_comes_first():
    snapshot = a_snapshot(a_block((a_topic(1, "A", needs=[key(TOMAS)]), 20), (a_topic(2, "B", needs=[key(INES)]), 25),
                                  (a_topic(3, "C", needs=[key(INES)]), 5)))  # fmt: skip

    assert [each.person for each in quorum.everybody_needed(snapshot)] == [INES, TOMAS]


def test_a_topic_stands_or_falls_with_the_only_one_it_needs():
    one = a_topic(1, "A", needs=[key(INES), presenter(INES)])
    two, none = a_topic(2, "B", needs=[key(INES), key(TOMAS)]), a_topic(3, "C")
    covered = a_topic(4, "D", needs=[presenter(INES), standing_in(TOMAS)])

    found = quorum.stands_or_falls(a_snapshot(a_block((one, 20), (two, 20), (none, 20), (covered, 20))))

    assert [(each.topic.title, each.stands_with) for each in found] == [("A", INES)]


def test_a_topic_that_needs_nobody_holds():
    found = only(a_snapshot(a_block((a_topic(), 20))))

    assert (found.holds, found.coming, found.stands_with) == ("yes", 0, None)
