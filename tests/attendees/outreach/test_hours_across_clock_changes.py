"""A robot's hours in eight zones, before and after both changes of their clocks. The offsets stand here by hand."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from attendees.outreach.cadence import may_go_at

CHANGES = [  # zone, the Sunday on which its clocks change, hours ahead of UTC before and after
    ("Europe/Berlin", date(2031, 3, 30), 1, 2),
    ("Europe/Berlin", date(2031, 10, 26), 2, 1),
    ("America/New_York", date(2031, 3, 9), -5, -4),
    ("America/New_York", date(2031, 11, 2), -4, -5),
    ("America/Los_Angeles", date(2031, 3, 9), -8, -7),
    ("America/Los_Angeles", date(2031, 11, 2), -7, -8),
    ("Australia/Lord_Howe", date(2031, 4, 6), 11, 10.5),
    ("Australia/Lord_Howe", date(2031, 10, 5), 10.5, 11),
    ("Asia/Kolkata", date(2031, 3, 30), 5.5, 5.5),  # never changes
    ("Asia/Kolkata", date(2031, 10, 26), 5.5, 5.5),
    ("Africa/Casablanca", date(2026, 2, 15), 1, 0),  # back for Ramadan
    ("Africa/Casablanca", date(2026, 3, 22), 0, 1),
    ("America/Sao_Paulo", date(2018, 2, 18), -2, -3),
    ("America/Sao_Paulo", date(2018, 11, 4), -3, -2),
    ("Pacific/Apia", date(2010, 9, 26), -11, -10),
    ("Pacific/Apia", date(2012, 4, 1), 14, 13),
]


def moment(day, hour, minute, ahead):
    """A wall clock's time, with the offset that is meant."""
    return datetime.combine(day, time(hour, minute), timezone(timedelta(hours=ahead))).astimezone(UTC)


@pytest.mark.parametrize(("zone", "sunday", "before", "after"), CHANGES)
@pytest.mark.parametrize("case", ["last minute", "evening before", "half past two", "early on Tuesday"])
def test_nine_to_five_is_what_the_clock_on_the_wall_says(zone, sunday, before, after, case):
    thursday, tuesday = sunday - timedelta(days=3), sunday + timedelta(days=2)
    nine_on_tuesday = moment(tuesday, 9, 0, after)
    asked, goes = {
        "last minute": (moment(thursday, 16, 59, before), moment(thursday, 16, 59, before)),
        "evening before": (moment(thursday, 17, 0, before), nine_on_tuesday),
        # Missing in spring, there twice in autumn: whichever is meant, nothing goes on a Sunday.
        "half past two": (moment(sunday, 2, 30, before), nine_on_tuesday),
        "early on Tuesday": (moment(tuesday, 8, 59, after), nine_on_tuesday),
    }[case]

    assert may_go_at(asked, zone=zone) == goes


@pytest.mark.parametrize(("zone", "sunday", "before", "after"), CHANGES)
def test_a_quiet_tuesday_after_the_change_is_the_persons_own_tuesday(zone, sunday, before, after):
    tuesday = sunday + timedelta(days=2)

    goes = may_go_at(moment(tuesday, 0, 1, after), zone=zone, conference_zone=zone, quiet_days=frozenset({tuesday}))

    assert goes == moment(tuesday + timedelta(days=1), 9, 0, after)


def test_a_day_that_a_zone_leaves_out_is_no_working_day():
    thursday_evening = moment(date(2011, 12, 29), 18, 0, -10)  # Apia went to Saturday 31 December from here

    assert may_go_at(thursday_evening, zone="Pacific/Apia") == moment(date(2012, 1, 3), 9, 0, 14)
