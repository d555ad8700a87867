from datetime import UTC, datetime

import pytest
from django.urls import reverse

from attendees.models import Letter
from tests.conftest import client_of
from tests.factories import ConferenceFactory, MicroconferenceFactory, RoomFactory, SessionFactory, UserFactory
from topics.models import Release
from uconf.forms.committee import ConferenceForm
from uconf.models import Conference

pytestmark = pytest.mark.django_db


@pytest.fixture
def conference():
    return ConferenceFactory(slug="example", name="Example Conference", timezone="Europe/Dublin")


@pytest.fixture
def chair(conference):
    user = UserFactory(name="Carla Committee")
    conference.committee.add(user)
    return user


@pytest.fixture
def client(chair):
    return client_of(chair)


URL = "/organize/example/settings/"


def typed(conference, **values):
    """The form as a browser sends it back, with some fields typed anew."""
    shown = ConferenceForm.initial_of(conference)
    return {name: "" if value is None else str(value) for name, value in {**shown, **values}.items()}


def test_for_everybody_else_the_settings_do_not_exist(conference, chair):
    room = RoomFactory(conference=conference)
    foreign = UserFactory()
    ConferenceFactory().committee.add(foreign)
    addresses = [
        URL, URL + "rooms/", f"{URL}rooms/{room.public_id}/", URL + "committee/",
        f"{URL}committee/{chair.pk}/remove/",
    ]  # fmt: skip

    for user in (foreign, UserFactory()):
        browser = client_of(user)
        assert [browser.post(each).status_code for each in addresses] == [404] * 5
        assert browser.get(URL).status_code == 404


def test_settings_are_saved(client, conference):
    response = client.post(URL, typed(conference, venue="New Hall", quiet_days="2031-12-25\r\n2031-12-24\r\n"))

    conference.refresh_from_db()
    assert response.status_code == 302
    assert (conference.venue, conference.quiet_days) == ("New Hall", ["2031-12-24", "2031-12-25"])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("timezone", "Mars/Olympus", "“Mars/Olympus” is no time zone."),
        ("quiet_days", "2031-02-30", "“2031-02-30” is no day."),
        ("ends_on", "2031-09-01", "is before the first"),
    ],
)
def test_odd_settings_are_refused_by_what_was_written(client, conference, field, value, sentence):
    response = client.post(URL, typed(conference, **{field: value, "venue": "New Hall"}))

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "New Hall" in page
    conference.refresh_from_db()
    assert conference.venue == ""


def test_two_members_saving_the_same_page_see_both_versions_and_may_keep_theirs_or_their_own(client, conference):
    mine = typed(conference, venue="My Hall")
    Conference.objects.update(venue="Their Hall", version=2)

    response = client.post(URL, mine)

    page = response.content.decode()
    assert response.status_code == 409
    assert "My Hall" in page and "Their Hall" in page
    assert response.context["form"]["version"].value() == "2"
    client.post(URL, {**mine, "version": "2"})
    conference.refresh_from_db()
    assert conference.venue == "My Hall"


def test_the_zone_after_a_release_is_changed_only_with_the_box_ticked(client, conference):
    mc = MicroconferenceFactory(conference=conference, scheduled=True)
    session = SessionFactory(microconference=mc)
    Release.objects.create(microconference=mc, number=1, content={})

    asked = client.post(URL, typed(conference, timezone="Europe/Prague"))

    page = asked.content.decode()
    assert asked.status_code == 422
    assert "14:00 there becomes 14:00 in Europe/Prague" in page
    assert "1 release keeps the times that were published" in page
    assert 'name="zone_confirmed"' in page
    conference.refresh_from_db()
    assert conference.timezone == "Europe/Dublin"

    done = client.post(URL, typed(conference, timezone="Europe/Prague", zone_confirmed="on"))

    assert done.status_code == 302
    conference.refresh_from_db()
    session.refresh_from_db()
    assert conference.timezone == "Europe/Prague"
    assert session.starts_at == datetime(2031, 9, 21, 12, 0, tzinfo=UTC)


def test_rooms_are_added_renamed_and_removed(client, conference):
    client.post(URL + "rooms/", {"new-name": "Hall A", "new-remote_capable": "on"})
    room = conference.rooms.get()
    assert (room.name, room.remote_capable) == ("Hall A", True)

    client.post(f"{URL}rooms/{room.public_id}/", {f"{room.public_id}-name": "Hall B", f"{room.public_id}-version": "1"})
    room.refresh_from_db()
    assert (room.name, room.remote_capable) == ("Hall B", False)

    client.post(f"{URL}rooms/{room.public_id}/", {"act": "remove"})
    assert not conference.rooms.exists()


def test_two_members_who_rename_one_room_see_both_names_and_may_keep_either(client, conference):
    room = RoomFactory(conference=conference, name="Hall A", remote_capable=False)
    address, key = f"{URL}rooms/{room.public_id}/", room.public_id
    mine = {f"{key}-name": "My Hall", f"{key}-version": "1"}
    client.post(address, {**mine, f"{key}-name": "Their Hall"})

    conflict = client.post(address, mine)

    room.refresh_from_db()
    assert conflict.status_code == 409
    assert "My Hall" in conflict.text and "Their Hall" in conflict.text
    assert room.name == "Their Hall"

    let_go = client.post(URL, {**mine, "fresh": key})
    assert "My Hall" not in let_go.text
    client.post(address, {**mine, f"{key}-version": "2"})

    room.refresh_from_db()
    assert room.name == "My Hall"


def test_a_room_in_use_stays_and_the_page_says_by_whom(client, conference):
    room = RoomFactory(conference=conference, name="Hall A")
    MicroconferenceFactory(conference=conference, room=room, title="Tracing")

    response = client.post(f"{URL}rooms/{room.public_id}/", {"act": "remove", f"{room.public_id}-name": "Hall A"})

    assert response.status_code == 422
    assert "“Hall A” is used by “Tracing” and was not removed." in response.content.decode()
    assert conference.rooms.count() == 1


def test_a_second_room_of_the_same_name_is_refused_with_what_was_typed(client, conference):
    RoomFactory(conference=conference, name="Hall A")

    response = client.post(URL + "rooms/", {"new-name": "Hall A"})

    assert response.status_code == 422
    assert "There is a room “Hall A” already." in response.content.decode()


def test_a_room_of_another_conference_is_missing(client):
    assert client.post(f"{URL}rooms/{RoomFactory().public_id}/", {"act": "remove"}).status_code == 404


def test_somebody_is_put_on_the_committee_and_told_by_letter(client, conference):
    response = client.post(URL + "committee/", {"member-name": "Mina Member", "member-address": "mina@example.org"})

    assert response.status_code == 302
    assert conference.committee.filter(email="mina@example.org", name="Mina Member").exists()
    assert Letter.objects.get().to_user.email == "mina@example.org"


def test_what_is_no_address_is_refused(client, conference):
    response = client.post(URL + "committee/", {"member-name": "Mina Member", "member-address": "mina"})

    assert response.status_code == 422
    assert conference.committee.count() == 1


def test_the_last_of_the_committee_cannot_leave(client, conference, chair):
    response = client.post(f"{URL}committee/{chair.pk}/remove/")

    assert response.status_code == 422
    assert "Carla Committee is the last committee member" in response.content.decode()
    assert conference.committee.count() == 1


def test_who_leaves_the_committee_arrives_at_their_own_page(client, conference, chair):
    conference.committee.add(UserFactory())

    response = client.post(f"{URL}committee/{chair.pk}/remove/")

    assert response.headers["Location"] == reverse("uconf:organize")
    assert chair not in conference.committee.all()


NEW = {
    "name": "Another Conference", "slug": "another", "starts_on": "2032-09-20", "ends_on": "2032-09-22",
    "timezone": "Europe/Prague", "session_minutes": "180", "break_minutes": "30",
}  # fmt: skip


def test_a_committee_member_makes_another_conference_and_is_its_committee(client, chair):
    assert client.get("/organize/new/").status_code == 200

    response = client.post("/organize/new/", NEW)

    made = Conference.objects.get(slug="another")
    assert response.headers["Location"] == "/organize/another/settings/"
    assert list(made.committee.all()) == [chair]
    assert (made.timezone, made.session_minutes) == ("Europe/Prague", 180)


def test_a_new_conference_cannot_take_an_address_of_the_site(client):
    response = client.post("/organize/new/", {**NEW, "slug": "admin"})

    assert response.status_code == 422
    assert "“admin” is used by the site itself." in response.content.decode()
    assert "Another Conference" in response.content.decode()


def test_who_is_on_no_committee_makes_no_conference(stranger_client):
    assert stranger_client.get("/organize/new/").status_code == 404
    assert stranger_client.post("/organize/new/", NEW).status_code == 404
    assert not Conference.objects.filter(slug="another").exists()


@pytest.mark.parametrize("released", [False, True])
def test_days_that_leave_a_session_behind_are_said_in_a_sentence(client, conference, released):
    session = SessionFactory(microconference=MicroconferenceFactory(conference=conference, title="Tracing"))
    if released:
        content = {"version": 1, "timezone": "Europe/Dublin", "sessions": [], "if_time": []}
        Release.objects.create(microconference=session.microconference, number=1, content=content)

    page = client.post(URL, typed(conference, starts_on="2031-10-20", ends_on="2031-10-22"), follow=True)

    words = page.content.decode()
    assert "“Tracing” meets on 21 September 2031, which is not a day of the conference" in words
    assert ("publish again" in words) is released
