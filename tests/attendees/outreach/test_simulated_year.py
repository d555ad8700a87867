"""The cadence over a simulated year, with answers, outages and changing clocks; and each rule switched off."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendees.outreach import cadence
from tests.attendees.outreach.simulation import DAY, Year, complaints

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
LENGTHS = st.one_of(st.integers(1, 90), st.integers(90, 5 * 24 * 60)).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def schedules(draw):
    """A year with outages, and how eager people are to answer."""
    year = draw(st.integers(2012, 2036))
    outages = []
    for _each in range(draw(st.integers(0, 12))):
        start = datetime(year, 1, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 360 * 24 * 60)))
        outages.append((start, start + draw(LENGTHS)))
    return {"year": year, "outages": outages, "seed": draw(st.integers(0, 2**32)), "answering": draw(st.floats(0, 1))}


@given(schedules())
@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
def test_a_year_of_letters_keeps_every_rule(schedule):
    year = Year(people_count=200, mc_count=6, **schedule).run()

    assert complaints(year) == []


@pytest.mark.full
@given(schedules())
@settings(max_examples=10, deadline=None, suppress_health_check=QUIET)
def test_a_year_of_2000_people_and_30_microconferences_keeps_every_rule(schedule):
    year = Year(people_count=2_000, mc_count=30, **schedule).run()

    assert complaints(year) == []
    assert len(year.letters) > 1_000


def a_year(**more):
    """An ordinary year with some outages, crowded enough for every rule to matter."""
    outages = [
        (datetime(2031, month, 10, 8, tzinfo=UTC), datetime(2031, month, 10, 8, tzinfo=UTC) + length)
        for month, length in ((2, timedelta(hours=2)), (3, 4 * DAY), (5, 3 * DAY), (6, timedelta(minutes=20)))
    ]
    return Year(seed=7, people_count=150, mc_count=12, year=2031, outages=outages, answering=0.3, **more)


def kinds(year):
    return {each.partition(":")[0] for each in complaints(year.run())}


def test_the_year_of_the_controls_is_a_good_one_in_which_something_happens():
    year = a_year().run()

    states = {each.state for each in year.letters}
    steps = {each.step for each in year.letters if each.state == "sent"}
    assert complaints(year) == []
    assert states == {"sent", "missed", "cancelled"}
    assert steps >= {0, 1, 2}


def no_apart(monkeypatch):
    monkeypatch.setattr(cadence, "APART", timedelta(0))


def no_hours(monkeypatch):
    monkeypatch.setattr(cadence, "_into_hours", lambda moment, zone: moment)


def winter_time_all_year(monkeypatch):
    def as_in_january(name):
        return timezone(datetime(2031, 1, 10, tzinfo=ZoneInfo(name)).utcoffset())

    monkeypatch.setattr(cadence, "ZoneInfo", as_in_january)


def no_quiet_days(monkeypatch):
    monkeypatch.setattr(cadence, "_end_of_quiet_day", lambda moment, zones, quiet_days: None)


def never_late(monkeypatch):
    monkeypatch.setattr(cadence, "is_late", lambda first_moment, now: False)


def one_reminder_more(monkeypatch):
    cadence_of = cadence._cadence_of
    monkeypatch.setattr(cadence, "_cadence_of", lambda asked, round: (*cadence_of(asked, round), 7))


def key_people_like_others(monkeypatch):
    monkeypatch.setattr(cadence, "_is_for_a_lead", lambda asked: False)


def no_deadline(monkeypatch):
    monkeypatch.setattr(cadence, "_too_near_the_deadline", lambda moment, round: False)


def nothing_is_due(monkeypatch):
    monkeypatch.setattr(cadence, "due_reminders", lambda people, rounds, now: [])


@pytest.mark.parametrize(
    ("switch_off", "complaint"),
    [
        (no_apart, "two letters within 7 days"),
        (no_hours, "a robot outside of its hours"),
        (winter_time_all_year, "a robot outside of its hours"),
        (no_quiet_days, "a robot on a quiet day"),
        (never_late, "sent more than two days late"),
        (one_reminder_more, "more reminders than set"),
        (key_people_like_others, "more reminders than set"),
        (no_deadline, "a reminder just before the deadline"),
        (nothing_is_due, "forgotten"),
    ],
)
def test_without_a_rule_of_the_cadence_the_year_is_a_bad_one(monkeypatch, switch_off, complaint):
    year = a_year()
    switch_off(monkeypatch)

    assert complaint in kinds(year)


@pytest.mark.parametrize(
    ("switch", "complaint"),
    [
        ("sees_answers", "asked after an answer"),
        ("keeps_keys", "twice"),
        ("asks_interested_again", "interested and not asked again"),
    ],
)
def test_without_looking_at_answers_keys_or_the_first_round_the_year_is_a_bad_one(switch, complaint):
    assert complaint in kinds(a_year(**{switch: False}))
