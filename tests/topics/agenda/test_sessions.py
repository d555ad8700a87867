from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import (
    AgendaItemFactory,
    DraftFactory,
    LeadFactory,
    MicroconferenceFactory,
    RoomFactory,
    SessionFactory,
)
from topics.agenda import drafts, releases, sessions
from topics.models import AgendaItem, Draft, Session, Topic
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db

AFTERNOON = {"starts_at": datetime(2031, 9, 21, 14, 0), "ends_at": datetime(2031, 9, 21, 17, 30)}


@pytest.fixture
def room(microconference):
    return RoomFactory(conference=microconference.conference, name="Room A")


def test_times_are_the_conferences_own(microconference, room):
    session = sessions.add_session(microconference=microconference, room=room, by=None, **AFTERNOON)

    assert (session.starts_at, session.ends_at) == (
        datetime(2031, 9, 21, 13, 0, tzinfo=UTC), datetime(2031, 9, 21, 16, 30, tzinfo=UTC),
    )  # fmt: skip
    assert sessions.concerns(session) == []
    assert ActivityEntry.objects.get().subject == "2031-09-21 14:00–17:30, Room A"


def test_the_same_session_is_added_once(microconference, room):
    first = sessions.add_session(microconference=microconference, room=room, by=None, **AFTERNOON)

    assert sessions.add_session(microconference=microconference, room=room, by=None, **AFTERNOON) == first


def test_a_session_ends_after_it_starts(microconference):
    start = AFTERNOON["starts_at"]

    with pytest.raises(Refusal, match="ends before it starts") as refusal:
        sessions.add_session(microconference=microconference, starts_at=start, ends_at=start, by=None)
    assert refusal.value.field == "ends"

    sessions.add_session(
        microconference=microconference, starts_at=start, ends_at=start + timedelta(minutes=1), by=None
    )


def test_a_time_that_does_not_exist_or_comes_twice_is_refused_at_its_field(microconference):
    missing = datetime(2031, 3, 30, 1, 30)
    twice = datetime(2031, 10, 26, 1, 30)

    with pytest.raises(Refusal, match="There is no 01:30 on 2031-03-30 in Europe/Dublin") as refusal:
        sessions.add_session(
            microconference=microconference, starts_at=missing, ends_at=missing.replace(hour=4), by=None
        )
    assert refusal.value.field == "starts"
    with pytest.raises(Refusal, match="01:30 comes twice on 2031-10-26") as refusal:
        sessions.add_session(microconference=microconference, starts_at=twice.replace(hour=0), ends_at=twice, by=None)
    assert refusal.value.field == "ends"
    assert not Session.objects.exists()


def test_a_room_of_another_conference_is_refused(microconference):
    with pytest.raises(Refusal, match="another conference") as refusal:
        sessions.add_session(microconference=microconference, room=RoomFactory(), by=None, **AFTERNOON)
    assert refusal.value.field == "room"


def test_a_day_outside_the_conference_is_allowed_and_said(microconference):
    late = {key: value.replace(day=25) for key, value in AFTERNOON.items()}

    session = sessions.add_session(microconference=microconference, by=None, **late)

    assert sessions.concerns(session) == [
        "The session on 25 September lies outside the conference, 20 September to 24 September."
    ]


def test_a_taken_room_is_allowed_and_said(microconference, room):
    other = MicroconferenceFactory(accepted=True, conference=microconference.conference, title="Networking")
    sessions.add_session(microconference=other, room=room, by=None, starts_at=datetime(2031, 9, 21, 17, 0),
                         ends_at=datetime(2031, 9, 21, 18, 0))  # fmt: skip

    session = sessions.add_session(microconference=microconference, room=room, by=None, **AFTERNOON)

    assert sessions.concerns(session) == ["Room A is taken by “Networking” 17:00–18:00."]


def a_published_session(microconference, room):
    session = sessions.add_session(microconference=microconference, room=room, by=None, **AFTERNOON)
    draft = DraftFactory(microconference=microconference)
    AgendaItemFactory(draft=draft, session=session, topic__title="A", position=0)
    AgendaItemFactory(draft=draft, session=session, kind="break", topic=None, minutes=30, position=1)
    releases.publish(draft=draft, version=None, by=None)
    return session


def test_a_session_moved_after_a_release_warns_that_readers_see_the_old_time_and_loses_nothing(microconference, room):
    session = a_published_session(microconference, room)
    content = microconference.releases.get().content

    sessions.change_session(session=session, starts_at=datetime(2031, 9, 21, 9, 0), room=room, version=1,
                            ends_at=datetime(2031, 9, 21, 12, 30), by=None)  # fmt: skip

    assert sessions.concerns(session) == [
        "Release 1 still shows 21 September, 14:00–17:30, Room A. Publish again to tell your readers."
    ]
    assert microconference.releases.get().content == content
    assert AgendaItem.objects.count() == 2


def test_a_session_that_stands_as_published_says_nothing(microconference, room):
    session = a_published_session(microconference, room)

    assert sessions.concerns(session) == []


def test_an_outdated_change_of_a_session_is_refused(microconference, room):
    session = sessions.add_session(microconference=microconference, room=room, by=None, **AFTERNOON)
    stale = Session.objects.get()
    sessions.change_session(session=session, room=None, version=1, by=None, **AFTERNOON)

    with pytest.raises(EditConflict) as conflict:
        sessions.change_session(session=stale, room=room, version=1, by=None, starts_at=datetime(2031, 9, 21, 9, 0),
                                ends_at=datetime(2031, 9, 21, 12, 0))  # fmt: skip

    assert conflict.value.theirs.room is None
    assert Session.objects.get().starts_at == session.starts_at


def test_removing_a_session_lets_its_topics_wait_again(microconference, room):
    session = a_published_session(microconference, room)
    version = Draft.objects.get().version

    waiting = sessions.remove_session(session=session, by=None)

    assert waiting == 1
    assert not Session.objects.exists()
    assert not AgendaItem.objects.exists()
    assert Topic.objects.get().state == "accepted"
    assert Draft.objects.get().version == version + 1
    assert microconference.releases.count() == 1


def test_what_the_clocks_show_stays_when_the_zone_is_set_right(microconference, room):
    session = a_published_session(microconference, room)
    content = microconference.releases.get().content
    foreign = SessionFactory()

    moved = sessions.shift_sessions_to_zone(
        conference=microconference.conference, old_zone="Europe/Dublin", new_zone="Europe/Vienna", by=None
    )

    assert moved == 1
    session.refresh_from_db()
    assert (session.starts_at, session.ends_at) == (
        datetime(2031, 9, 21, 12, 0, tzinfo=UTC), datetime(2031, 9, 21, 15, 30, tzinfo=UTC),
    )  # fmt: skip
    assert session.version == 2
    assert microconference.releases.get().content == content
    assert Session.objects.get(pk=foreign.pk).starts_at == foreign.starts_at
    assert sessions.shift_sessions_to_zone(
        conference=microconference.conference, old_zone="Europe/Vienna", new_zone="Europe/Berlin", by=None
    ) == 0  # fmt: skip


def test_acts_are_logged_with_who(microconference):
    lead = LeadFactory(microconference=microconference).user

    session = sessions.add_session(microconference=microconference, by=lead, **AFTERNOON)
    sessions.remove_session(session=session, by=lead)

    assert list(ActivityEntry.objects.values_list("what", "by_user")) == [
        ("session.removed", lead.pk), ("session.added", lead.pk),
    ]  # fmt: skip
    assert drafts.current_draft(microconference) is None
