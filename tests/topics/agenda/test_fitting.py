"""Stretching and shrinking, in steps of five minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.agenda.fitting import Length, least_for, shrink, stretch


def soft(minutes, least=10, **more):
    return Length(minutes, soft=True, least=least, **more)


def test_what_is_left_is_shared_in_proportion():
    assert stretch([Length(5), soft(40), soft(20), Length(30)], 125) == [5, 60, 30, 30]


@pytest.mark.parametrize(("left", "expected"), [(4, [20, 20]), (5, [25, 20]), (9, [25, 20]), (10, [25, 25])])
def test_only_whole_steps_are_given(left, expected):
    assert stretch([soft(20), soft(20)], 40 + left) == expected


def test_a_full_session_stays_as_it_is():
    assert stretch([soft(20), soft(20)], 40) == [20, 20]
    assert stretch([soft(20), soft(20)], 30) == [20, 20]
    assert shrink([soft(20), soft(20)], 40) == [20, 20]


def test_an_item_takes_four_hours_at_most():
    assert stretch([soft(238)], 400) == [238]
    assert stretch([soft(235)], 400) == [240]


def test_shrinking_takes_in_proportion_and_never_below_the_least():
    assert shrink([soft(40), soft(20)], 45) == [30, 15]
    assert shrink([soft(20, least=15), soft(20, least=15)], 10) == [15, 15]
    assert shrink([soft(23)], 12) == [10]


def test_shrinking_saves_at_least_what_is_over():
    assert sum(shrink([soft(20), soft(20)], 38)) <= 38


def test_nothing_is_stretched_past_a_pin_and_what_is_before_fills_up_to_it():
    lengths = [soft(20), Length(30, pinned_minute=30), soft(20)]

    assert stretch(lengths, 90) == [30, 30, 30]
    assert stretch([soft(20), Length(30, pinned_minute=20), soft(20)], 90) == [20, 30, 40]


def test_what_pushes_a_pin_is_shrunk_until_it_stands_at_its_time():
    assert shrink([soft(40), Length(30, pinned_minute=30), soft(20)], 90) == [30, 30, 20]


@pytest.mark.parametrize(
    ("minutes", "presenting", "least"), [(20, 0, 10), (20, 5, 10), (20, 6, 15), (20, 15, 20), (8, 0, 8), (15, 15, 15)]
)
def test_a_topic_keeps_ten_minutes_and_some_to_discuss(minutes, presenting, least):
    assert least_for(minutes, presenting) == least


@given(st.lists(st.tuples(st.integers(1, 240), st.booleans(), st.integers(0, 60)), max_size=8), st.integers(0, 600))
def test_whatever_is_fitted_stays_within_its_bounds(items, available):
    lengths = [Length(minutes, soft=is_soft, least=min(minutes, least)) for minutes, is_soft, least in items]
    total = sum(length.minutes for length in lengths)

    longer, shorter = stretch(lengths, available), shrink(lengths, available)

    assert sum(longer) <= max(total, available)
    for length, more, less in zip(lengths, longer, shorter, strict=True):
        assert length.minutes <= more <= max(240, length.minutes)
        assert min(length.minutes, length.least) <= less <= length.minutes
        assert length.soft or more == less == length.minutes
