import pytest

from tests.factories import ConferenceFactory, MicroconferenceFactory, RoomFactory, SessionFactory, UserFactory
from uconf.actions import rooms
from uconf.lib.refusals import Refusal

pytestmark = pytest.mark.django_db


def test_two_rooms_of_a_conference_cannot_share_a_name():
    room = RoomFactory(name="Hall A")

    with pytest.raises(Refusal, match="Hall A"):
        rooms.add(conference=room.conference, name=" Hall  A ", remote_capable=True, by=UserFactory())


def test_rooms_of_two_conferences_may_share_a_name():
    RoomFactory(name="Hall A")

    room = rooms.add(conference=ConferenceFactory(), name="Hall A", remote_capable=False, by=UserFactory())

    assert (room.name, room.remote_capable) == ("Hall A", False)


def test_a_room_may_keep_its_own_name():
    room = RoomFactory(name="Hall A", remote_capable=False)

    rooms.change(room=room, version=1, name="Hall A", remote_capable=True, by=UserFactory())

    room.refresh_from_db()
    assert room.remote_capable is True


@pytest.mark.parametrize("use", ["microconference", "session"])
def test_a_room_in_use_is_not_removed_and_says_by_whom(use):
    room = RoomFactory()
    mc = MicroconferenceFactory(conference=room.conference, title="Tracing")
    if use == "session":
        SessionFactory(microconference=mc, room=room)
    else:
        mc.room = room
        mc.save(update_fields=["room"])

    with pytest.raises(Refusal, match="Tracing"):
        rooms.remove(room=room, by=UserFactory())

    assert room.conference.rooms.count() == 1


def test_a_room_that_nobody_uses_is_removed():
    room = RoomFactory()

    rooms.remove(room=room, by=UserFactory())

    assert not room.conference.rooms.exists()
