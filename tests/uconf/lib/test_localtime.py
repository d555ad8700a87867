from datetime import UTC, datetime

import pytest

from uconf.lib import localtime


def test_a_local_time_becomes_an_instant():
    assert localtime.instant(datetime(2031, 9, 21, 14, 0), "Europe/Dublin") == datetime(2031, 9, 21, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("missing", "zone"),
    [
        (datetime(2031, 3, 30, 2, 30), "Europe/Berlin"),
        (datetime(2031, 3, 9, 2, 30), "America/New_York"),
        (datetime(2031, 10, 5, 2, 15), "Australia/Lord_Howe"),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused(missing, zone):
    with pytest.raises(ValueError, match="the clocks go forward over it"):
        localtime.instant(missing, zone)


@pytest.mark.parametrize(
    ("twice", "zone"),
    [
        (datetime(2031, 10, 26, 2, 30), "Europe/Berlin"),
        (datetime(2031, 11, 2, 1, 30), "America/New_York"),
        (datetime(2031, 4, 6, 1, 45), "Australia/Lord_Howe"),
    ],
)
def test_a_time_that_comes_twice_is_refused(twice, zone):
    with pytest.raises(ValueError, match="comes twice"):
        localtime.instant(twice, zone)


def test_the_hours_around_a_change_of_clocks_are_fine():
    before = localtime.instant(datetime(2031, 3, 30, 1, 59), "Europe/Berlin")
    after = localtime.instant(datetime(2031, 3, 30, 3, 0), "Europe/Berlin")

    assert (before, after) == (datetime(2031, 3, 30, 0, 59, tzinfo=UTC), datetime(2031, 3, 30, 1, 0, tzinfo=UTC))


def test_a_zone_without_changes_takes_every_time():
    assert localtime.instant(datetime(2031, 3, 30, 2, 30), "Asia/Kolkata").minute == 0


def test_clocks_on_the_wall_stay_when_a_zone_is_set_right():
    moment = datetime(2031, 9, 21, 13, 0, tzinfo=UTC)  # 14:00 in Dublin

    assert localtime.same_wall_time(moment, "Europe/Dublin", "Europe/Vienna") == datetime(
        2031, 9, 21, 12, 0, tzinfo=UTC
    )
