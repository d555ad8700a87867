from datetime import date

import pytest

from tests.factories import ConferenceFactory, UserFactory
from uconf.actions import conference_settings
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import ActivityEntry, Conference

pytestmark = pytest.mark.django_db


def make(**values):
    values = {
        "name": "Example Conference", "slug": "example", "starts_on": date(2031, 9, 20), "ends_on": date(2031, 9, 22),
        "by": UserFactory(), **values,
    }  # fmt: skip
    return conference_settings.make(**values)


def test_whoever_makes_a_conference_is_its_committee():
    user = UserFactory()

    conference = make(by=user, timezone="Europe/Dublin")

    assert list(conference.committee.all()) == [user]
    assert conference.timezone == "Europe/Dublin"


@pytest.mark.parametrize("slug", ["new", "organize", "taken"])
def test_an_address_in_use_is_refused_by_its_name(slug):
    ConferenceFactory(slug="taken")

    with pytest.raises(Refusal, match=slug) as refused:
        make(slug=slug)

    assert refused.value.field == "slug"
    assert list(Conference.objects.values_list("slug", flat=True)) == ["taken"]


def test_a_conference_cannot_end_before_it_begins():
    with pytest.raises(Refusal) as refused:
        make(ends_on=date(2031, 9, 19))

    assert refused.value.field == "ends_on"


def test_a_conference_may_last_one_day():
    assert make(ends_on=date(2031, 9, 20)).pk


def test_only_what_differs_is_logged():
    conference = ConferenceFactory(venue="Old Hall")

    conference_settings.change(
        conference=conference, version=conference.version, by=UserFactory(), name=conference.name, venue="New Hall"
    )

    entry = ActivityEntry.objects.get()
    assert (entry.before, entry.after) == ({"venue": "Old Hall"}, {"venue": "New Hall"})


def test_two_members_saving_the_same_settings_is_a_conflict_that_keeps_the_first():
    conference = ConferenceFactory(venue="Old Hall")
    stale = Conference.objects.get(pk=conference.pk)
    conference_settings.change(conference=conference, version=1, by=UserFactory(), venue="First Hall")

    with pytest.raises(EditConflict) as conflict:
        conference_settings.change(conference=stale, version=1, by=UserFactory(), venue="Second Hall")

    assert conflict.value.theirs.venue == "First Hall"
    conference.refresh_from_db()
    assert conference.venue == "First Hall"
