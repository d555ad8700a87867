from copy import deepcopy

import pytest

from tests.topics.agenda.content import OLD
from topics.agenda.changes import between


def words(changes):
    return [(change.what, change.stand.title or "session", sorted(change.fields)) for change in changes]


@pytest.fixture
def new():
    return deepcopy(OLD)


def items(content):
    return content["sessions"][0]["items"]


def test_the_same_content_has_no_changes(new):
    assert not between(OLD, new)
    assert len(between(OLD, new)) == 0


def test_everything_is_new_in_the_first_release(new):
    assert [each[:2] for each in words(between(None, new))] == [
        ("new", "session"), ("new", "A"), ("new", "Break"), ("new", "B"), ("new", "Z"),
    ]  # fmt: skip


def test_another_time_is_a_move_and_another_length_a_change(new):
    items(new)[0]["minutes"] = 25
    for item in items(new)[1:]:
        item["starts_at"] = item["starts_at"].replace(":20:", ":25:").replace(":50:", ":55:")

    assert words(between(OLD, new)) == [
        ("moved", "Break", ["starts_at"]), ("moved", "B", ["starts_at"]), ("changed", "A", ["minutes"]),
    ]  # fmt: skip


def test_a_topic_is_known_again_by_itself_and_a_pause_by_its_kind(new):
    items(new)[0]["id"], items(new)[1]["id"] = "i7", "i8"

    assert not between(OLD, new)


def test_what_is_gone_is_cancelled_and_what_waits_for_time_says_so(new):
    gone, waits = items(new).pop(2), items(new).pop(0)
    new["if_time"].append({"topic": waits["topic"], "title": "A"})

    changes = between(OLD, new)

    assert {(change.what, change.stand.title, change.now is None) for change in changes} == {
        ("cancelled", "A", False), ("cancelled", gone["title"], True),
    }  # fmt: skip


def test_a_topic_that_found_its_time_is_new(new):
    new["if_time"] = []
    items(new).append({**items(new)[2], "id": "i4", "topic": "t9", "title": "Z"})

    assert words(between(OLD, new)) == [("new", "Z", [])]


def test_another_title_other_people_and_another_end_are_changes(new):
    items(new)[0] |= {"title": "A, renamed", "people": ["p1", "p2"]}
    new["sessions"][0]["ends_at"] = "2031-09-21T17:00:00+00:00"

    assert words(between(OLD, new)) == [
        ("changed", "session", ["ends_at"]), ("changed", "A, renamed", ["people", "title"]),
    ]  # fmt: skip


def test_another_room_moves_the_session_and_what_stands_in_it(new):
    new["sessions"][0]["room"] = "Room B"

    assert [each[:2] for each in words(between(OLD, new))] == [
        ("moved", "session"), ("moved", "A"), ("moved", "Break"), ("moved", "B"),
    ]  # fmt: skip
