from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendees.outreach.cadence import (
    APART,
    Asked,
    AskedRound,
    Recipient,
    due_reminders,
    free_at,
    is_late,
    is_late_for_a_robot,
    may_go_at,
    next_reminder,
    who_needs_you,
)

ZONES = [
    "", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kolkata",
    "Africa/Casablanca", "America/Sao_Paulo", "Pacific/Apia", "Pacific/Kiritimati",
]  # fmt: skip
TUESDAY = datetime(2031, 3, 4, 10, 0, tzinfo=UTC)

instants = st.datetimes(datetime(2011, 12, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(ZONES)
quiet = st.frozensets(st.dates(date(2011, 12, 1), date(2040, 1, 1)), max_size=5)


def a_round(*asked, cadence=(10, 14), answer_by=None, set_at=TUESDAY, **more):
    return AskedRound(key=1, cadence=cadence, cadence_set_at=set_at, answer_by=answer_by, asked=asked, **more)


def is_allowed(moment, zone):
    there = moment.astimezone(ZoneInfo(zone or "UTC"))
    opens, closes = (time(9), time(17)) if zone else (time(14), time(16))
    return there.weekday() in (1, 2, 3) and opens <= there.time() < closes


@given(instants, zones, quiet, st.sampled_from(ZONES[1:]))
@settings(max_examples=300, deadline=None)
def test_a_robot_writes_in_its_hours_and_never_on_a_quiet_day(moment, zone, quiet_days, conference_zone):
    quiet_days |= {moment.date(), moment.date() + timedelta(days=1)}

    goes = may_go_at(moment, zone=zone, quiet_days=quiet_days, conference_zone=conference_zone)

    assert goes >= moment
    assert is_allowed(goes, zone)
    assert goes.astimezone(ZoneInfo(conference_zone)).date() not in quiet_days
    assert goes.astimezone(ZoneInfo(zone or "UTC")).date() not in quiet_days


@given(instants, zones)
@settings(max_examples=300, deadline=None)
def test_a_robot_waits_no_longer_than_it_must(moment, zone):
    goes = may_go_at(moment, zone=zone)

    earlier = [moment + timedelta(minutes=step) for step in range(0, int((goes - moment).total_seconds() // 60), 7)]
    assert not any(is_allowed(each, zone) for each in earlier)


@pytest.mark.parametrize(
    ("zone", "asked_at", "goes"),
    [
        # Nine o'clock is nine o'clock, whatever the clocks do in between.
        ("Europe/Berlin", datetime(2031, 3, 28, 12, tzinfo=UTC), datetime(2031, 4, 1, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2031, 3, 21, 12, tzinfo=UTC), datetime(2031, 3, 25, 8, tzinfo=UTC)),
        ("America/New_York", datetime(2031, 11, 1, 12, tzinfo=UTC), datetime(2031, 11, 4, 14, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2031, 3, 29, 12, tzinfo=UTC), datetime(2031, 4, 1, 3, 30, tzinfo=UTC)),
        ("", datetime(2031, 3, 28, 12, tzinfo=UTC), datetime(2031, 4, 1, 14, tzinfo=UTC)),
    ],
)
def test_the_hours_are_those_of_the_person(zone, asked_at, goes):
    assert may_go_at(asked_at, zone=zone) == goes


@given(instants, st.lists(st.integers(-30 * 24, 30 * 24), max_size=6))
@settings(deadline=None)
def test_two_letters_that_ask_are_seven_days_apart(moment, hours):
    others = [moment + timedelta(hours=each) for each in hours]

    free = free_at(moment, others)

    assert free >= moment
    assert all(abs(free - each) >= APART for each in others)


def test_a_letter_is_late_after_two_days_and_not_at_two_days():
    assert not is_late(TUESDAY, TUESDAY + timedelta(days=2))
    assert is_late(TUESDAY, TUESDAY + timedelta(days=2, seconds=1))


def test_a_robot_that_missed_its_hours_on_thursday_afternoon_writes_on_tuesday():
    thursday = TUESDAY.replace(hour=14, minute=50) + timedelta(days=2)
    tuesday = thursday + timedelta(days=5)

    assert is_late(thursday, tuesday)
    assert not is_late_for_a_robot(thursday, tuesday.replace(hour=7), zone="Europe/Berlin")
    # Thursday's rest, Tuesday, and Wednesday until the same time are two days.
    assert not is_late_for_a_robot(thursday, tuesday + timedelta(days=1), zone="Europe/Berlin")
    assert is_late_for_a_robot(thursday, tuesday + timedelta(days=1, minutes=1), zone="Europe/Berlin")


def test_quiet_days_do_not_count_towards_the_two_days_either():
    quiet = frozenset((TUESDAY + timedelta(days=each)).date() for each in (1, 2))
    next_tuesday = TUESDAY + timedelta(days=7)

    assert not is_late_for_a_robot(TUESDAY, next_tuesday, zone="Europe/Berlin", quiet_days=quiet)
    assert is_late_for_a_robot(TUESDAY, next_tuesday, zone="Europe/Berlin")


@given(instants, zones, st.sets(st.integers(-2, 20), max_size=6), st.integers(0, 40 * 24))
@settings(deadline=None)
def test_the_next_day_with_hours_is_never_too_late_and_late_stays_late(moment, zone, quiet, hours):
    quiet_days = frozenset((moment + timedelta(days=each)).date() for each in quiet)
    rules = {"zone": zone, "quiet_days": quiet_days}
    first = may_go_at(moment, **rules)
    there = ZoneInfo(zone or "UTC")
    day_after = datetime.combine(first.astimezone(there).date() + timedelta(days=1), time(), there).astimezone(UTC)
    now = first + timedelta(hours=hours)

    assert not is_late_for_a_robot(first, may_go_at(day_after, **rules), **rules)
    if is_late_for_a_robot(first, now, **rules):
        assert is_late(first, now)
        assert is_late_for_a_robot(first, now + timedelta(hours=7), **rules)


def test_reminders_come_ten_days_after_the_letter_and_fourteen_days_after_that():
    ann = Recipient(1, "Europe/Berlin", letters_at=(TUESDAY,))
    first = next_reminder(Asked(1, TUESDAY), a_round(), ann)
    second = next_reminder(Asked(1, TUESDAY, reminders_at=(first.at,)), a_round(), ann)
    third = next_reminder(Asked(1, TUESDAY, reminders_at=(first.at, second.at)), a_round(), ann)

    assert (first.step, first.at, first.is_last) == (1, datetime(2031, 3, 18, 8, tzinfo=UTC), False)
    assert (second.step, second.at, second.is_last) == (2, datetime(2031, 4, 1, 8, tzinfo=UTC), True)
    assert third is None


def test_no_reminder_goes_in_the_last_seven_days_before_the_deadline():
    ann = Recipient(1, "UTC")
    goes = next_reminder(Asked(1, TUESDAY), a_round(), ann).at.date()

    assert next_reminder(Asked(1, TUESDAY), a_round(answer_by=goes + timedelta(days=7)), ann) is not None
    assert next_reminder(Asked(1, TUESDAY), a_round(answer_by=goes + timedelta(days=6)), ann) is None


def test_key_people_get_no_reminder_but_a_lead_is_told():
    people = {1: Recipient(1, "UTC")}
    round = a_round(Asked(1, TUESDAY, is_key=True))
    later = TUESDAY + timedelta(days=11)

    assert due_reminders(people, [round], later) == []
    assert [(each.recipient, each.why) for each in who_needs_you(people, [round], later)] == [(1, "key")]
    assert who_needs_you(people, [round], TUESDAY + timedelta(days=9)) == []


def test_who_never_answers_is_handed_to_the_lead_after_the_last_reminder():
    people = {1: Recipient(1, "UTC")}
    round = a_round(Asked(1, TUESDAY, reminders_at=(TUESDAY + timedelta(days=10),)), cadence=(10,))

    assert who_needs_you(people, [round], TUESDAY + timedelta(days=19)) == []
    assert [each.why for each in who_needs_you(people, [round], TUESDAY + timedelta(days=20))] == ["over"]


def test_a_reminder_that_is_two_days_late_is_missed_not_sent():
    people = {1: Recipient(1, "UTC")}
    round = a_round(Asked(1, TUESDAY))
    goes = next_reminder(Asked(1, TUESDAY), round, people[1]).at

    assert [each.missed for each in due_reminders(people, [round], goes)] == [False]
    assert [each.missed for each in due_reminders(people, [round], goes + timedelta(days=2, minutes=1))] == [True]
    assert due_reminders(people, [round], goes - timedelta(seconds=1)) == []


def test_a_cadence_that_is_set_afterwards_makes_nothing_late():
    people = {1: Recipient(1, "UTC")}
    set_at = TUESDAY + timedelta(days=28)
    round = a_round(Asked(1, TUESDAY), set_at=set_at)

    assert [each.missed for each in due_reminders(people, [round], set_at)] == [False]


def test_who_was_asked_before_the_import_is_reminded_that_long_after_a_cadence_is_set():
    people = {1: Recipient(1, "UTC")}
    set_at = TUESDAY + timedelta(days=28)
    asked = Asked(1, TUESDAY, by_letter=False)

    assert next_reminder(asked, a_round(asked, set_at=set_at), people[1]).at >= set_at + timedelta(days=10)


def test_two_microconferences_do_not_remind_one_person_in_the_same_week():
    people = {1: Recipient(1, "UTC")}
    rounds = [AskedRound(key, (10,), TUESDAY, None, asked=(Asked(1, TUESDAY),)) for key in (1, 2)]

    due = due_reminders(people, rounds, TUESDAY + timedelta(days=14))

    assert [each.round for each in due] == [1]


@given(
    st.lists(
        st.tuples(zones, st.integers(0, 40 * 24), st.lists(st.integers(1, 30), max_size=3), st.booleans()),
        min_size=1, max_size=6,
    ),
    st.sets(st.integers(0, 120), max_size=10),
    st.integers(0, 5),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_over_a_season_with_outages_every_reminder_goes_once_or_is_listed_as_missed(asks, days_off, quiet_from):
    """Two microconferences ask the same people; the robot works hourly except on days of an outage."""
    start = datetime(2031, 3, 1, tzinfo=UTC)
    quiet_days = frozenset((start + timedelta(days=quiet_from + each)).date() for each in range(3))
    letters, went, missed, reminders = {}, [], [], {}
    asked = {}
    for key, (zone, hours, days, twice) in enumerate(asks):
        at = start + timedelta(hours=hours)
        letters[key] = [at]
        asked[1, key] = (zone, at, tuple(days))
        if twice:
            letters[key].append(at + timedelta(days=7))
            asked[2, key] = (zone, at + timedelta(days=7), tuple(days))

    for hour in range(0, 150 * 24, 3):
        now = start + timedelta(hours=hour)
        if hour // 24 in days_off:
            continue
        people = {key: Recipient(key, asks[key][0], tuple(letters[key])) for key in letters}
        rounds = [
            AskedRound(
                each * 100 + key, cadence, start, None, quiet_days=quiet_days,
                asked=(Asked(key, at, reminders_at=tuple(reminders.get((each, key), ()))),),
            )
            for (each, key), (_zone, at, cadence) in asked.items() if at <= now
        ]  # fmt: skip
        for due in due_reminders(people, rounds, now):
            where = (due.round // 100, due.recipient)
            assert due.step == len(reminders.get(where, ())) + 1
            goes = may_go_at(max(due.at, now), zone=asks[due.recipient][0], quiet_days=quiet_days)
            reminders.setdefault(where, []).append(due.at if due.missed else goes)
            if due.missed:
                missed.append(where)
                continue
            assert all(abs(goes - each) >= APART for each in letters[due.recipient])
            assert is_allowed(goes, asks[due.recipient][0])
            letters[due.recipient].append(goes)
            went.append(where)

    for where, (_zone, _at, cadence) in asked.items():
        assert went.count(where) + missed.count(where) == len(reminders.get(where, ())) <= len(cadence)
