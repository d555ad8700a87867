"""Each warning just inside and just outside. Most need no database: a snapshot is plain values."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendees.models import Availability
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    ConferenceFactory,
    DraftFactory,
    KeyPersonFactory,
    LeadFactory,
    MicroconferenceFactory,
    PersonFactory,
    ProposerFactory,
    RoomFactory,
    SessionFactory,
    TopicFactory,
)
from tests.topics.agenda.plain import (
    START,
    a_block,
    a_person,
    a_snapshot,
    a_topic,
    at,
    key,
    presenter,
    said,
    standing_in,
)  # fmt: skip
from topics.agenda import warnings
from topics.agenda.snapshot import PROPOSER, Elsewhere, Need


def test_what_ends_with_the_session_is_no_warning_and_a_minute_more_is():
    assert said(warnings.over_the_end, a_snapshot(a_block((a_topic(), 210)))) == []
    assert said(warnings.over_the_end, a_snapshot(a_block((a_topic(), 191), (a_topic(2), 20)))) == [
        ("should_not", "1 of its 20 min lie beyond 17:30")
    ]


def test_an_item_that_starts_at_the_end_lies_beyond_as_a_whole():
    beyond = ("should_not", "it starts after the session’s end at 17:30")
    assert said(warnings.over_the_end, a_snapshot(a_block((a_topic(), 210), (a_topic(2), 20)))) == [beyond]
    assert said(warnings.over_the_end, a_snapshot(a_block((a_topic(), 209), (a_topic(2), 20), ("wrap_up", 5)))) == [
        ("should_not", "19 of its 20 min lie beyond 17:30"), beyond,
    ]  # fmt: skip


def test_two_hours_without_a_break_are_fine_and_a_minute_more_is_not():
    assert said(warnings.no_break, a_snapshot(a_block((a_topic(), 120), ("break", 10), (a_topic(2), 80)))) == []
    assert said(warnings.no_break, a_snapshot(a_block((a_topic(), 100), (a_topic(2), 21)))) == [
        ("should_not", "no break for 121 min since 14:00")
    ]


def test_an_accepted_topic_must_be_placed_and_one_if_time_allows_need_not():
    waiting, maybe = a_topic(2, "B"), a_topic(3, "C", state="if_time")
    dropped = a_topic(4, "D", state="withdrawn")

    found = list(warnings.not_placed(a_snapshot(a_block((a_topic(), 20)), topics=(waiting, maybe, dropped))))

    assert [(each.about, each.sentence) for each in found] == [("B", "accepted, but not placed")]


def test_a_placed_topic_that_was_withdrawn_is_said():
    assert said(warnings.not_accepted, a_snapshot(a_block((a_topic(state="if_time"), 20)))) == []
    assert said(warnings.not_accepted, a_snapshot(a_block((a_topic(state="withdrawn"), 20)))) == [
        ("should_not", "it is on the agenda, but its state is “withdrawn”")
    ]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("coming", []),
        ("remote", []),
        ("cant", [("should_not", "Ines Placeholder can’t this time")]),
        ("bounces", [("should_not", "mail to Ines Placeholder bounces")]),
        ("pending", [("aware", "Ines Placeholder has not answered")]),
        ("not_sure", [("aware", "Ines Placeholder is not sure yet")]),
        ("not_asked", [("aware", "Ines Placeholder is not asked yet")]),
        ("interested", [("aware", "Ines Placeholder is not asked for this round")]),
        (None, [("aware", "Ines Placeholder is not on the list of people")]),
    ],
)
def test_each_status_of_a_key_person_says_what_it_means(status, expected):
    topic = a_topic(needs=[key(a_person(status=status))])

    assert said(warnings.not_coming, a_snapshot(a_block((topic, 20)))) == expected


def test_interested_is_as_much_as_anybody_can_say_before_acceptance():
    topic = a_topic(needs=[key(a_person(status="interested"))])

    assert said(warnings.not_coming, a_snapshot(a_block((topic, 20)), state="submitted")) == []


def test_people_of_one_status_stand_in_one_sentence():
    topic = a_topic(needs=[key(a_person("A B", "pending", pk=1)), key(a_person("C D", "pending", pk=2)),
                           key(a_person("E F", "pending", pk=3))])  # fmt: skip

    assert said(warnings.not_coming, a_snapshot(a_block((topic, 20)))) == [
        ("aware", "A B, C D and E F have not answered")
    ]


def test_a_presenter_who_cannot_come_weighs_more_unless_somebody_stands_in():
    absent = presenter(a_person(status="cant"))
    stand_in = presenter(a_person("Tomas Sample", "coming", pk=2), stand_in=True)
    alone, helped = a_topic(needs=[absent]), a_topic(needs=[absent, stand_in])

    assert [each[0] for each in said(warnings.not_coming, a_snapshot(a_block((alone, 20))))] == ["cannot"]
    assert [each[0] for each in said(warnings.not_coming, a_snapshot(a_block((helped, 20))))] == ["aware"]


def test_who_proposed_but_does_not_present_is_not_needed():
    topic = a_topic(needs=[Need(a_person(status="cant"), PROPOSER, presents=False)])

    assert said(warnings.not_coming, a_snapshot(a_block((topic, 20)))) == []


def test_times_they_cannot_touch_without_a_warning_and_overlap_with_one():
    touching = a_topic(needs=[key(a_person(cannot=[(at(20), at(60)), (at(-60), at(0))]))])
    overlapping = a_topic(needs=[key(a_person(cannot=[(at(19), at(60))]))])

    assert said(warnings.times_they_cannot, a_snapshot(a_block((touching, 20)))) == []
    assert said(warnings.times_they_cannot, a_snapshot(a_block((overlapping, 20)))) == [
        ("cannot", "Ines Placeholder cannot 14:19–15:00")
    ]


def test_a_topic_after_another_is_fine_and_before_it_is_not():
    first, second = a_topic(1, "A"), a_topic(2, "B", after=1)

    assert said(warnings.order_broken, a_snapshot(a_block((first, 20), (second, 20)))) == []
    assert said(warnings.order_broken, a_snapshot(a_block((second, 20), (first, 20)))) == [
        ("should_not", "it should come after “A”")
    ]
    assert said(warnings.order_broken, a_snapshot(a_block((second, 20)), topics=(first,))) == [
        ("aware", "it comes after “A”, which is not placed")
    ]
    withdrawn = replace(first, state="withdrawn")
    assert said(warnings.order_broken, a_snapshot(a_block((second, 20)), topics=(withdrawn,))) == []


def test_a_remote_presenter_needs_a_room_with_means_for_that():
    topic = a_topic(needs=[presenter(a_person(status="remote"))])

    assert said(warnings.remote_without_means, a_snapshot(a_block((topic, 20)))) == []
    assert said(warnings.remote_without_means, a_snapshot(a_block((topic, 20), remote_capable=False))) == [
        ("cannot", "Ines Placeholder comes remotely, but Room A has no means for that")
    ]
    here = a_topic(needs=[presenter(a_person(status="coming"))])
    assert said(warnings.remote_without_means, a_snapshot(a_block((here, 20), remote_capable=False))) == []


def test_half_presenting_is_fine_and_a_minute_more_is_said():
    assert said(warnings.more_presenting, a_snapshot(a_block((a_topic(presenting=10), 20)))) == []
    assert said(warnings.more_presenting, a_snapshot(a_block((a_topic(presenting=11), 20)))) == [
        ("aware", "11 of its 20 min are for presenting")
    ]


def test_a_topic_after_one_in_the_room_beside_waits_for_its_end():
    first, second = a_topic(1, "A"), a_topic(2, "B", after=1)

    def beside(starts):
        return a_snapshot(a_block((first, 20)), a_block((second, 20), pk=2, starts=starts, room="Room B", room_id=8))

    assert said(warnings.order_broken, beside(20)) == []
    assert said(warnings.order_broken, beside(19)) == [("should_not", "it should come after “A”")]


def test_nobody_can_be_in_two_of_our_own_sessions_at_once():
    person = a_person()
    one, two = a_topic(1, "A", needs=[key(person)]), a_topic(2, "B", needs=[presenter(person)])
    apart = a_snapshot(a_block((one, 20)), a_block((two, 20), pk=2, starts=20))
    at_once = a_snapshot(a_block((one, 20)), a_block((two, 20), pk=2, starts=19))

    assert said(warnings.two_places_at_once, apart) == []
    assert said(warnings.two_places_at_once, at_once) == [
        ("cannot", "Ines Placeholder is needed by “B” at that time"),
        ("cannot", "Ines Placeholder is needed by “A” at that time"),
    ]


def test_needed_elsewhere_is_said_without_saying_by_whom():
    topic = a_topic(needs=[key(a_person())])
    touching = a_snapshot(a_block((topic, 20)), people_elsewhere=(Elsewhere(1, at(20), at(40)),))
    overlapping = a_snapshot(a_block((topic, 20)), people_elsewhere=(Elsewhere(1, at(19), at(40)),))
    somebody_else = a_snapshot(a_block((topic, 20)), people_elsewhere=(Elsewhere(2, at(0), at(40)),))

    assert said(warnings.two_places_at_once, touching) == said(warnings.two_places_at_once, somebody_else) == []
    assert said(warnings.two_places_at_once, overlapping) == [
        ("cannot", "Ines Placeholder is needed elsewhere at that time")
    ]


def test_a_room_holds_one_session_at_a_time():
    touching = a_snapshot(a_block(), rooms_taken=(Elsewhere(7, at(210), at(300), "Theirs"),))
    overlapping = a_snapshot(a_block(), rooms_taken=(Elsewhere(7, at(209), at(300), "Theirs"),))
    other_room = a_snapshot(a_block(), rooms_taken=(Elsewhere(8, at(0), at(300), "Theirs"),))

    assert said(warnings.two_in_one_room, touching) == said(warnings.two_in_one_room, other_room) == []
    assert said(warnings.two_in_one_room, overlapping) == [("cannot", "Room A is taken by “Theirs” 17:29–19:00")]


def test_our_own_sessions_may_not_share_a_room_either():
    assert len(said(warnings.two_in_one_room, a_snapshot(a_block(), a_block(pk=2, starts=209)))) == 2
    assert said(warnings.two_in_one_room, a_snapshot(a_block(), a_block(pk=2, starts=210))) == []
    assert said(
        warnings.two_in_one_room,
        a_snapshot(a_block(room_id=None, room=""), a_block(pk=2, starts=209, room_id=None, room="")),
    ) == []  # fmt: skip


def test_a_session_on_the_last_day_is_fine_and_a_day_later_is_said():
    assert said(warnings.outside_the_conference, a_snapshot(a_block(starts=24 * 60))) == []
    assert said(warnings.outside_the_conference, a_snapshot(a_block(starts=48 * 60))) == [
        ("aware", "the session on 23 September lies outside the conference, 20 September to 22 September")
    ]


def test_a_pinned_item_at_its_time_is_fine_and_one_that_was_pushed_is_said():
    assert said(warnings.off_its_pin, a_snapshot(a_block((a_topic(), 20), (a_topic(2), 20, 20)))) == []
    assert said(warnings.off_its_pin, a_snapshot(a_block((a_topic(), 21), (a_topic(2), 20, 20)))) == [
        ("should_not", "it is pinned to 14:20, but starts at 14:21")
    ]
    assert said(warnings.off_its_pin, a_snapshot(a_block((a_topic(), 19), (a_topic(2), 20, 20)))) == [
        ("should_not", "it is pinned to 14:20, but starts at 14:19")
    ]


def test_a_session_without_anything_is_said_once_something_stands_elsewhere():
    assert said(warnings.empty_session, a_snapshot(a_block(), a_block(pk=2, starts=210))) == []
    assert said(warnings.empty_session, a_snapshot(a_block(("opening", 5)), a_block(pk=2, starts=210))) == [
        ("aware", "nothing stands in this session yet")
    ]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("cant", ("aware", "Ines Placeholder can’t this time; Tomas Sample stands in")),
        ("bounces", ("aware", "mail to Ines Placeholder bounces; Tomas Sample stands in")),
        ("pending", None),
        ("not_sure", None),
        ("not_asked", None),
        (None, None),
    ],
)
def test_where_somebody_stands_in_an_absence_is_only_said_and_a_doubt_not_at_all(status, expected):
    needs = [presenter(a_person(status=status)), standing_in(a_person("Tomas Sample", pk=2))]

    found = said(warnings.not_coming, a_snapshot(a_block((a_topic(needs=needs), 20))))

    assert found == ([expected] if expected else [])


@pytest.mark.parametrize("away", [{"status": "pending"}, {"cannot": [(at(19), at(30))]}])
def test_who_does_not_come_or_cannot_then_does_not_stand_in(away):
    needs = [presenter(a_person(status="cant")), standing_in(a_person("Tomas Sample", pk=2, **away))]

    assert said(warnings.not_coming, a_snapshot(a_block((a_topic(needs=needs), 20)))) == [
        ("cannot", "Ines Placeholder can’t this time")
    ]


def test_who_is_needed_elsewhere_at_that_time_does_not_stand_in():
    substitute = a_person("Tomas Sample", pk=2)
    topic = a_topic(needs=[presenter(a_person(status="cant")), standing_in(substitute)])
    elsewhere = a_snapshot(a_block((topic, 20)), people_elsewhere=(Elsewhere(2, at(19), at(40)),))
    by_us = a_snapshot(a_block((topic, 20)), a_block((a_topic(2, "B", needs=[key(substitute)]), 20), pk=2, starts=19))

    for snapshot in (elsewhere, by_us):
        assert said(warnings.not_coming, snapshot) == [("cannot", "Ines Placeholder can’t this time")]


def test_nobody_stands_in_for_a_key_person():
    person = a_person(status="cant")
    topic = a_topic(needs=[presenter(person), key(person), standing_in(a_person("Tomas Sample", pk=2))])

    assert [each[0] for each in said(warnings.not_coming, a_snapshot(a_block((topic, 20))))] == ["cannot"]


def test_somebody_who_stands_in_covers_times_and_clashes_of_who_presents():
    absent = a_person(cannot=[(at(0), at(20))])
    topic = a_topic(needs=[presenter(absent), standing_in(a_person("Tomas Sample", pk=2))])
    snapshot = a_snapshot(a_block((topic, 20)), people_elsewhere=(Elsewhere(1, at(0), at(20)),))

    assert said(warnings.times_they_cannot, snapshot) == [
        ("aware", "Ines Placeholder cannot 14:00–14:20; Tomas Sample stands in")
    ]
    assert said(warnings.two_places_at_once, snapshot) == [
        ("aware", "Ines Placeholder is needed elsewhere at that time; Tomas Sample stands in")
    ]


def test_identical_times_overlap():
    topic = a_topic(needs=[key(a_person(cannot=[(at(0), at(20))]))])
    snapshot = a_snapshot(a_block((topic, 20)), people_elsewhere=(Elsewhere(1, at(0), at(20)),),
                          rooms_taken=(Elsewhere(7, at(0), at(210), "Theirs"),))  # fmt: skip

    for check in (warnings.times_they_cannot, warnings.two_places_at_once, warnings.two_in_one_room):
        assert len(said(check, snapshot)) == 1


def test_of_a_microconference_that_the_reader_may_see_the_name_is_said():
    topic = a_topic(needs=[key(a_person())])
    snapshot = a_snapshot(a_block((topic, 20)), people_elsewhere=(Elsewhere(1, at(19), at(40), "Theirs"),))

    assert said(warnings.two_places_at_once, snapshot) == [
        ("cannot", "Ines Placeholder is needed in “Theirs” at that time")
    ]


def test_every_warning_has_a_key_of_its_own_and_a_way_out():
    busy = a_person(status="remote", cannot=[(at(0), at(400))])
    needs = [presenter(busy), key(a_person("A B", "cant", pk=2)), key(a_person("C D", None, pk=3))]
    late = a_topic(4, "D", presenting=15, needs=[key(busy)], after=5)
    first = a_topic(5, "E", state="withdrawn", needs=needs)
    snapshot = a_snapshot(
        a_block((late, 20), (first, 190, 0), (a_topic(6, "F"), 20), remote_capable=False),
        a_block((a_topic(7, "G", needs=needs), 20), pk=2, remote_capable=False), a_block(pk=3, starts=3 * 24 * 60),
        topics=(a_topic(8, "H"),), people_elsewhere=(Elsewhere(3, at(0), at(400)),),
    )  # fmt: skip

    found = warnings.find(snapshot)

    assert len({each.key for each in found}) == len(found)
    assert {each.kind for each in found} == {
        "over", "pinned", "no_break", "not_placed", "not_accepted", "cant", "not_listed", "times", "order", "remote",
        "presenting", "two_places", "room", "days", "empty",
    }  # fmt: skip
    for each in found:
        assert bool(each.way_out_label) and bool(each.way_out_url) != bool(each.way_out_act)


def test_warnings_come_in_the_order_of_the_agenda():
    late = a_topic(1, "A", needs=[key(a_person(status="pending"))])
    first = a_topic(2, "B", presenting=15)
    snapshot = a_snapshot(a_block((first, 20), (late, 20)), topics=(a_topic(3, "C"),))

    assert [(each.about, each.kind) for each in warnings.find(snapshot)] == [
        ("B", "presenting"), ("A", "pending"), ("C", "not_placed"),
    ]  # fmt: skip


# --- What is loaded --------------------------------------------------------------------------------


@pytest.fixture
def draft(microconference):
    room = RoomFactory(conference=microconference.conference, name="Room A")
    draft = DraftFactory(microconference=microconference)
    AgendaItemFactory(draft=draft, session__room=room, topic__title="Ours")
    return draft


def elsewhere(conference, person, *, starts=START, room=None, state="accepted", current=True):
    mc = MicroconferenceFactory(conference=conference, state=state, title="Secret plans")
    theirs = DraftFactory(microconference=mc, is_current=current)
    session = SessionFactory(microconference=mc, starts_at=starts, ends_at=starts + timedelta(hours=2), room=room)
    item = AgendaItemFactory(draft=theirs, session=session)
    KeyPersonFactory(topic=item.topic, person=person)


def test_the_stored_agenda_is_checked_as_the_plain_one(draft, microconference):
    topic = draft.items.get().topic
    attendee = AttendeeFactory(microconference=microconference, pending=True, person__name="Mina Example")
    KeyPersonFactory(topic=topic, person=attendee.person)

    assert [(each.about, each.sentence) for each in warnings.warnings_for(draft)] == [
        ("Ours", "Mina Example has not answered")
    ]


def test_a_lead_comes_unless_they_said_otherwise(draft, microconference):
    lead = LeadFactory(microconference=microconference)
    ProposerFactory(topic=draft.items.get().topic, person=lead.person)
    assert warnings.warnings_for(draft) == []

    AttendeeFactory(microconference=microconference, person=lead.person, cant=True)
    assert [each.kind for each in warnings.warnings_for(draft)] == ["cant"]


def test_times_they_cannot_are_those_of_this_microconference(draft, microconference):
    person = PersonFactory(name="Mina Example")
    KeyPersonFactory(topic=draft.items.get().topic, person=person)
    here = AttendeeFactory(microconference=microconference, person=person, coming=True)
    there = AttendeeFactory(person=person, coming=True)
    Availability.objects.create(attendee=there).times.create(starts_at=START, ends_at=at(60))
    assert warnings.warnings_for(draft) == []

    Availability.objects.create(attendee=here).times.create(starts_at=at(10), ends_at=at(60))
    assert [each.sentence for each in warnings.warnings_for(draft)] == ["Mina Example cannot 14:10–15:00"]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, ["two_places"]),
        ({"starts": START + timedelta(minutes=20)}, []),
        ({"state": "declined"}, []),
        ({"current": False}, []),
    ],
)
def test_other_current_drafts_of_the_conference_are_looked_at(draft, microconference, where, expected):
    attendee = AttendeeFactory(microconference=microconference, coming=True)
    KeyPersonFactory(topic=draft.items.get().topic, person=attendee.person)
    elsewhere(microconference.conference, attendee.person, **where)

    found = warnings.warnings_for(draft)

    assert [each.kind for each in found] == expected
    assert "Secret" not in "".join(each.sentence for each in found)


def test_another_conference_is_none_of_our_business(draft, microconference):
    attendee = AttendeeFactory(microconference=microconference, coming=True)
    KeyPersonFactory(topic=draft.items.get().topic, person=attendee.person)
    elsewhere(ConferenceFactory(), attendee.person)

    assert warnings.warnings_for(draft) == []


def test_a_room_that_another_microconference_has_is_said_by_its_title(draft, microconference):
    room = draft.items.get().session.room
    elsewhere(microconference.conference, PersonFactory(), room=room)

    assert [each.sentence for each in warnings.warnings_for(draft)] == ["Room A is taken by “Secret plans” 14:00–16:00"]


def test_any_agenda_is_checked_in_the_same_number_of_queries(draft, microconference):
    def count():
        with CaptureQueriesContext(connection) as queries:
            warnings.warnings_for(draft)
        return len(queries)

    def add(positions):
        for position in positions:
            topic = TopicFactory(microconference=microconference, accepted=True)
            attendee = AttendeeFactory(microconference=microconference, pending=True)
            KeyPersonFactory(topic=topic, person=attendee.person)
            ProposerFactory(topic=topic, person=attendee.person)
            AgendaItemFactory(draft=draft, session=session, topic=topic, position=position)
            elsewhere(microconference.conference, attendee.person)

    session = draft.items.get().session
    add([1])
    few = count()
    add(range(2, 30))

    assert count() == few <= 13
