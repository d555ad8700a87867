from datetime import UTC, datetime

import pytest

from attendees.models import Availability
from tests.factories import (
    AttendeeFactory,
    ConferenceFactory,
    MicroconferenceFactory,
    SessionFactory,
    UserFactory,
)
from topics.models import Release
from uconf.lib.refusals import EditConflict, Refusal
from uconf.lifecycle import zones

pytestmark = pytest.mark.django_db


@pytest.fixture
def conference():
    return ConferenceFactory(timezone="Europe/Dublin")


@pytest.fixture
def session(conference):
    """14:00 to 17:30 in Dublin."""
    return SessionFactory(microconference=MicroconferenceFactory(conference=conference, scheduled=True))


def change(conference, **values):
    return zones.change_conference(conference=conference, version=conference.version, by=UserFactory(), **values)


def test_without_sessions_the_zone_is_simply_another(conference):
    change(conference, timezone="America/New_York")

    conference.refresh_from_db()
    assert conference.timezone == "America/New_York"


def test_a_zone_change_after_a_release_is_refused_until_confirmed_and_says_what_happens(conference, session):
    Release.objects.create(microconference=session.microconference, number=1, content={})

    with pytest.raises(Refusal) as refused:
        change(conference, timezone="America/New_York")

    sentence = str(refused.value)
    assert refused.value.field == "zone_confirmed"
    assert "14:00 there becomes 14:00 in America/New_York" in sentence
    assert "1 release keeps the times that were published" in sentence
    conference.refresh_from_db()
    session.refresh_from_db()
    assert conference.timezone == "Europe/Dublin"
    assert session.starts_at == datetime(2031, 9, 21, 13, 0, tzinfo=UTC)


def test_confirmed_every_session_keeps_its_local_time_and_the_release_what_was_published(conference, session):
    release = Release.objects.create(microconference=session.microconference, number=1, content={"items": ["14:00"]})

    change(conference, timezone="America/New_York", zone_confirmed=True)

    session.refresh_from_db()
    release.refresh_from_db()
    assert (session.starts_at, session.ends_at) == (
        datetime(2031, 9, 21, 18, 0, tzinfo=UTC), datetime(2031, 9, 21, 21, 30, tzinfo=UTC),
    )  # fmt: skip
    assert release.content == {"items": ["14:00"]}


def test_times_that_people_cannot_keep_what_the_clock_on_the_wall_said(conference, session):
    said = Availability.objects.create(attendee=AttendeeFactory(microconference=session.microconference))
    said.times.create(starts_at=session.starts_at, ends_at=session.ends_at)

    change(conference, timezone="America/New_York", zone_confirmed=True)

    session.refresh_from_db()
    times = said.times.get()
    assert (times.starts_at, times.ends_at) == (session.starts_at, session.ends_at)


def test_sessions_of_another_conference_stay_where_they_are(conference, session):
    other = SessionFactory()

    change(conference, timezone="America/New_York", zone_confirmed=True)

    before = other.starts_at
    other.refresh_from_db()
    assert other.starts_at == before


def test_after_a_conflict_no_session_has_moved(conference, session):
    with pytest.raises(EditConflict):
        zones.change_conference(
            conference=conference, version=0, by=UserFactory(), timezone="America/New_York", zone_confirmed=True
        )

    session.refresh_from_db()
    assert session.starts_at == datetime(2031, 9, 21, 13, 0, tzinfo=UTC)


def test_settings_without_a_new_zone_need_no_confirmation(conference, session):
    change(conference, venue="New Hall", timezone="Europe/Dublin")

    conference.refresh_from_db()
    assert conference.venue == "New Hall"
