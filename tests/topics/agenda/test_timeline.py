from datetime import UTC, datetime, timedelta

from topics.agenda import timeline

START = datetime(2031, 9, 21, 13, 0, tzinfo=UTC)


def at(minutes):
    return START + timedelta(minutes=minutes)


def lay_out(*minutes, session=60):
    return timeline.lay_out(START, at(session), list(enumerate(minutes)))


def test_items_follow_one_another_from_the_sessions_start():
    line = lay_out(5, 25, 20)

    assert [(slot.starts_at, slot.ends_at) for slot in line.slots] == [
        (at(0), at(5)),
        (at(5), at(30)),
        (at(30), at(50)),
    ]
    assert (line.planned, line.available, line.left, line.over) == (50, 60, 10, 0)


def test_what_ends_with_the_session_is_not_over():
    line = lay_out(30, 30)

    assert [slot.beyond for slot in line.slots] == [0, 0]
    assert (line.over, line.left) == (0, 0)


def test_one_minute_more_is_over_and_said_of_the_item_that_crosses_the_end():
    line = lay_out(30, 31, 5)

    assert [(slot.within, slot.beyond) for slot in line.slots] == [(30, 0), (30, 1), (0, 5)]
    assert line.over == 6


def test_touching_times_do_not_overlap():
    slot = lay_out(20).slots[0]

    assert not slot.overlaps(at(20), at(40))
    assert not slot.overlaps(at(-20), at(0))
    assert slot.overlaps(at(19), at(40))


def test_a_session_without_items_has_all_its_time_left():
    assert lay_out().left == 60


def test_two_hours_without_a_break_are_not_too_long_and_one_minute_more_is():
    fine = timeline.runs_without_break([(False, 60), (False, 60), (True, 10), (False, 120)])
    too_long = timeline.runs_without_break([(False, 60), (False, 61)])

    assert [run.too_long_at for run in fine] == [None, None]
    assert [(run.too_long_at, run.minutes) for run in too_long] == [(1, 121)]


def test_a_break_goes_where_it_parts_the_longest_stretch_most_evenly():
    assert timeline.place_for_break([(False, 20), (False, 20), (False, 20), (False, 20)]) == 2
    assert timeline.place_for_break([(False, 10), (True, 30), (False, 30), (False, 30)]) == 3
    assert timeline.place_for_break([]) == 0


def test_a_break_never_comes_before_everything_else():
    assert timeline.place_for_break([(False, 90)]) == 1
