from attendees.actions.counts import NEEDS_YOU, overview_numbers
from attendees.models import Status
from tests.factories import AttendeeFactory
from uconf.lib import clock


def test_the_overviews_numbers_in_one_query(microconference, django_assert_num_queries):
    now = clock.now()
    for status, contacted, heard in [
        ("not_asked", None, None),
        ("pending", now, None),
        ("interested", None, now),
        ("coming", now, now),
        ("remote", now, now),
        ("cant", now, now),
        ("bounces", now, None),
    ]:
        AttendeeFactory(
            microconference=microconference, status=status, contacted_at=contacted, last_heard_at=heard,
            mode={"coming": "in_person", "remote": "remote"}.get(status, ""),
        )  # fmt: skip
    AttendeeFactory(coming=True)  # of another microconference

    with django_assert_num_queries(1):
        numbers = overview_numbers(microconference)

    by_status = numbers.pop("by_status")
    assert numbers == {"on_list": 7, "asked": 6, "answered": 4, "coming": 2, "remote": 1}
    assert by_status == {**dict.fromkeys(Status.values, 1), "not_sure": 0}
    assert list(by_status) == list(NEEDS_YOU)


def test_an_empty_list_counts_nothing(microconference):
    assert overview_numbers(microconference)["on_list"] == 0
