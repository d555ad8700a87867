"""Into the official timetable: only what differs from what was last entered, and every tick can be taken back."""

from copy import deepcopy

import pytest

from tests.topics.agenda.content import OLD
from topics.agenda import drafts, releases, transfer
from topics.models import Draft, TimetableEntry, Topic
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry

WANTED = transfer.entries_of(OLD)


def changed(key, **values):
    return WANTED | {key: {**WANTED[key], **values}}


def words(lines):
    return [(each.what, each.key, sorted(each.fields)) for each in lines]


def test_a_topic_is_known_by_itself_and_a_pause_by_its_kind_and_turn():
    assert list(WANTED) == ["topic:t1", "break:1", "topic:t2"]
    content = deepcopy(OLD)
    content["sessions"][0]["items"][1]["id"] = "i99"

    assert transfer.entries_of(content) == WANTED


def test_everything_is_to_be_added_where_nothing_was_entered():
    assert words(transfer.differences(WANTED, {})) == [
        ("add", "topic:t1", []), ("add", "break:1", []), ("add", "topic:t2", []),
    ]  # fmt: skip


def test_nothing_is_to_be_done_where_everything_was_entered():
    assert transfer.differences(WANTED, WANTED) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "A, renamed"), ("starts_at", "2031-09-21T13:05:00+00:00"), ("minutes", 25), ("room", "Room B")],
)
def test_a_difference_in_any_field_is_named(field, value):
    assert words(transfer.differences(changed("topic:t1", **{field: value}), WANTED)) == [
        ("change", "topic:t1", [field])
    ]  # fmt: skip


def test_what_is_cancelled_asks_to_be_removed_and_after_that_is_forgotten():
    wanted = {key: values for key, values in WANTED.items() if key != "topic:t2"}

    assert words(transfer.differences(wanted, WANTED)) == [("remove", "topic:t2", [])]
    assert transfer.differences(wanted, WANTED | {"topic:t2": None}) == []


def test_what_was_removed_there_and_stands_again_is_to_be_added():
    assert words(transfer.differences(WANTED, WANTED | {"topic:t2": None})) == [("add", "topic:t2", [])]


def keys_of(mc):
    return [(each.what, each.values["title"]) for each in transfer.todo(mc).lines]


@pytest.fixture
def released(programme, lead):
    releases.publish(draft=programme.draft, version=1, by=lead)
    return programme


def tick(programme, *items, number=1, by=None):
    keys = [f"topic:{each.topic.public_id}" for each in items]
    return transfer.tick(microconference=programme.mc, number=number, keys=keys, by=by)


@pytest.mark.django_db
def test_before_a_release_there_is_no_list(microconference):
    assert transfer.todo(microconference) is None


@pytest.mark.django_db
def test_what_is_ticked_leaves_the_list_and_ticking_twice_is_once(released, lead):
    assert tick(released, released.a, by=lead) == 1
    assert tick(released, released.a, by=lead) == 0

    assert keys_of(released.mc) == [("add", "B"), ("add", "C")]
    [(line, entry)] = transfer.todo(released.mc).done
    assert (line.values["title"], entry.entered_by) == ("A", lead)
    assert ActivityEntry.objects.filter(what="timetable.entered").count() == 1


@pytest.mark.django_db
def test_the_next_release_lists_only_what_differs(released):
    tick(released, released.a, released.b, released.c)
    drafts.take_out(draft=released.draft, item=released.b, version=None, by=None)
    releases.publish(draft=Draft.objects.get(), version=None, by=None)

    assert keys_of(released.mc) == [("change", "C"), ("remove", "B")]
    tick(released, released.b, released.c, number=2)
    assert keys_of(released.mc) == []


@pytest.mark.django_db
def test_a_tick_notes_what_the_release_said_that_was_looked_at(released):
    drafts.set_minutes(draft=released.draft, minutes={released.a: 30}, version=None, by=None)
    releases.publish(draft=Draft.objects.get(), version=None, by=None)

    tick(released, released.a, number=1)

    [line] = [each for each in transfer.todo(released.mc).lines if each.values["title"] == "A"]
    assert (line.what, line.was["minutes"], line.now["minutes"]) == ("change", 20, 30)


@pytest.mark.django_db
def test_a_tick_is_taken_back_to_what_stood_before(released):
    tick(released, released.a)
    drafts.set_minutes(draft=released.draft, minutes={released.a: 30}, version=None, by=None)
    releases.publish(draft=Draft.objects.get(), version=None, by=None)
    tick(released, released.a, number=2)
    key = f"topic:{released.a.topic.public_id}"

    for _ in range(2):
        transfer.untick(microconference=released.mc, key=key, by=None)
        assert TimetableEntry.objects.get(key=key).values["minutes"] == 20


@pytest.mark.django_db
def test_the_tick_of_a_removal_is_taken_back_too(released):
    tick(released, released.b)
    drafts.take_out(draft=released.draft, item=released.b, version=None, by=None)
    releases.publish(draft=Draft.objects.get(), version=None, by=None)
    tick(released, released.b, number=2)
    assert ("remove", "B") not in keys_of(released.mc)

    transfer.untick(microconference=released.mc, key=f"topic:{released.b.topic.public_id}", by=None)

    assert ("remove", "B") in keys_of(released.mc)


@pytest.mark.django_db
def test_a_first_tick_taken_back_leaves_nothing_behind(released):
    tick(released, released.a)

    transfer.untick(microconference=released.mc, key=f"topic:{released.a.topic.public_id}", by=None)

    assert not TimetableEntry.objects.exists()


@pytest.mark.django_db
def test_an_unknown_release_is_refused_and_an_unknown_thing_is_nothing(released):
    with pytest.raises(Refusal, match="There is no release 7"):
        tick(released, released.a, number=7)

    assert transfer.tick(microconference=released.mc, number=1, keys=["topic:nothing", "x"], by=None) == 0


@pytest.mark.django_db
def test_the_other_systems_id_is_typed_in_once(released, lead):
    transfer.set_number(microconference=released.mc, topic=released.a.topic.public_id, number=" 1234\n", by=lead)

    assert Topic.objects.get(pk=released.a.topic_id).external_id == "1234"
    assert transfer.todo(released.mc).lines[0].number == "1234"
    with pytest.raises(Refusal, match="at most 40"):
        transfer.set_number(microconference=released.mc, topic=released.a.topic.public_id, number="9" * 41, by=lead)
    with pytest.raises(Refusal, match="not there any more"):
        transfer.set_number(microconference=released.mc, topic="elsewhere", number="1", by=lead)
