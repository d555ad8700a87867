"""Several things on one page, each with a button of its own: what was typed in one outlives the saving of another."""

from html.parser import HTMLParser

import pytest

from tests.conftest import client_of
from tests.factories import (
    ConferenceFactory,
    KeyPersonFactory,
    LeadFactory,
    MicroconferenceFactory,
    RoomFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

WAITS = "What you typed here is not saved yet."


class Fields(HTMLParser):
    """What a browser would send of a page: its fields by name, those of the signing out left aside."""

    def __init__(self, page):
        super().__init__()
        self.found, self.select, self.area = {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        if tag == "input" and name and name != "csrfmiddlewaretoken":
            ticked = attrs.get("type") in ("checkbox", "radio")
            if not ticked or "checked" in attrs:
                self.found[name] = attrs.get("value", "on" if ticked else "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in attrs or self.select not in self.found):
            self.found[self.select] = attrs["value"]
        elif tag == "textarea":
            self.area, self.found[name] = name, ""

    def handle_data(self, data):
        if self.area:
            self.found[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.found[self.area] = self.found[self.area].removeprefix("\n")
            self.area = None


def fields(response):
    return Fields(response.text).found


@pytest.fixture
def topic(microconference):
    return TopicFactory(
        microconference=microconference, title="futex2", problem="It *contends*.\n\nA lot.", group="locks"
    )


@pytest.fixture
def address(topic):
    return topic.microconference.organize_url("topics:edit", topic.public_id)


def part(topic, name):
    return topic.microconference.organize_url(f"topics:{name}", topic.public_id)


def test_a_page_on_which_nothing_else_was_typed_is_left_as_ever(topic, address, lead_client):
    KeyPersonFactory(topic=topic, note="PKRAM")
    sent = fields(lead_client.get(address))

    for name in ("key_people", "proposers", "links", "decide"):
        response = lead_client.post(part(topic, name), {**sent, "state": "accepted"})
        assert response.status_code == 302


@pytest.mark.parametrize(
    ("pressed", "more"),
    [
        ("key_people", {"key_people-name": "Rui Needed"}),
        ("proposers", {"proposers-name": "Rui Proposer"}),
        ("links", {"links-new_label": "thread", "links-new_url": "https://lore.kernel.org/1/"}),
        ("decide", {"state": "accepted"}),
        ("key_people", {"key_people-address": "no name"}),
    ],
)
def test_what_was_typed_about_a_topic_waits_while_a_part_is_saved_or_refused(
    topic, address, lead_client, pressed, more
):
    sent = fields(lead_client.get(address)) | {"group": "typed for long"} | more

    response = lead_client.post(part(topic, pressed), sent)

    again = fields(response)
    topic.refresh_from_db()
    assert again["group"] == "typed for long"
    assert response.text.count(WAITS) == 1
    assert topic.group == "locks"

    lead_client.post(address, again)

    topic.refresh_from_db()
    assert topic.group == "typed for long"


def test_what_was_typed_beside_the_text_waits_while_the_text_is_saved(topic, address, lead_client):
    sent = fields(lead_client.get(address)) | {
        "group": "futexes",
        "key_people-name": "Rui Needed",
        "key_people-note": "NUMA",
    }

    response = lead_client.post(address, sent)

    again = fields(response)
    topic.refresh_from_db()
    assert (response.status_code, topic.group) == (200, "futexes")
    assert "“futex2” is saved." in response.text
    assert (again["key_people-name"], again["key_people-note"]) == ("Rui Needed", "NUMA")
    assert not topic.key_people.exists()


def test_what_waits_is_not_judged_before_its_own_button(topic, address, lead_client):
    sent = fields(lead_client.get(address)) | {"minutes": "many", "links-new_label": "thread"}

    response = lead_client.post(part(topic, "links"), sent)

    assert fields(response)["minutes"] == "many"
    assert "Write a number" not in response.text


def test_what_somebody_else_saved_meanwhile_is_not_taken_for_typed(topic, address, lead_client):
    sent = fields(lead_client.get(address))
    lead_client.post(address, {**sent, "group": "theirs"})

    response = lead_client.post(part(topic, "proposers"), {**sent, "proposers-name": "Rui Proposer"})

    assert response.status_code == 302


def test_keeping_theirs_in_one_part_keeps_what_waits_in_another(topic, address, lead_client):
    sent = fields(lead_client.get(address))
    lead_client.post(address, {**sent, "group": "theirs"})
    conflict = lead_client.post(address, {**sent, "group": "mine", "links-new_label": "thread"})
    assert conflict.status_code == 409

    response = lead_client.post(address, {**fields(conflict), "fresh": "form"})

    again = fields(response)
    assert (again["group"], again["links-new_label"], again["version"]) == ("theirs", "thread", "2")
    topic.refresh_from_db()
    assert topic.group == "theirs"


@pytest.fixture
def mc():
    return MicroconferenceFactory(
        title="Tracing", conference__policy_url="https://example.org/policy", summary="One.\n\nTwo."
    )


@pytest.fixture
def lead_of(mc):
    return client_of(LeadFactory(microconference=mc).user)


@pytest.mark.parametrize(
    ("pressed", "more"),
    [
        ("invite", {"invite-name": "Nora Newcomer", "invite-address": "nora@example.org"}),
        ("invite", {"invite-name": "Nora Newcomer", "invite-address": "nora"}),
        ("agree", {}),
        ("member_move", {"to": "down"}),
    ],
)
def test_settings_that_were_typed_wait_while_something_about_the_team_is_done(mc, lead_of, pressed, more):
    address = mc.organize_url("uconf:settings")
    args = [mc.memberships.get().person.public_id] if pressed == "member_move" else []
    sent = fields(lead_of.get(address)) | {"notes_url": "https://example.org/pad"} | more

    response = lead_of.post(mc.organize_url(f"uconf:{pressed}", *args), sent)

    assert fields(response)["notes_url"] == "https://example.org/pad"
    assert response.text.count(WAITS) == 1
    mc.refresh_from_db()
    assert mc.notes_url == ""

    lead_of.post(address, fields(response))

    mc.refresh_from_db()
    assert mc.notes_url == "https://example.org/pad"


def test_settings_of_which_nothing_was_typed_do_not_wait(mc, lead_of):
    sent = fields(lead_of.get(mc.organize_url("uconf:settings")))

    assert lead_of.post(mc.organize_url("uconf:agree"), sent).status_code == 302


def test_an_invitation_that_was_typed_waits_while_the_settings_are_saved(mc, lead_of):
    address = mc.organize_url("uconf:settings")
    sent = fields(lead_of.get(address)) | {"title": "Tracing, again", "invite-name": "Nora Newcomer"}

    response = lead_of.post(address, sent)

    mc.refresh_from_db()
    assert mc.title == "Tracing, again"
    assert fields(response)["invite-name"] == "Nora Newcomer"
    assert mc.memberships.count() == 1


@pytest.fixture
def conference():
    return ConferenceFactory(slug="example", name="Example Conference", quiet_days=["2031-12-24", "2031-12-25"])


@pytest.fixture
def chair(conference):
    user = UserFactory(name="Carla Committee")
    conference.committee.add(user)
    return client_of(user)


@pytest.mark.parametrize("pressed", ["settings", "a room", "another room", "a member"])
def test_every_part_of_a_conferences_settings_waits_while_another_is_saved(conference, chair, pressed):
    home = "/organize/example/settings/"
    room, other = RoomFactory(conference=conference), RoomFactory(conference=conference)
    typed = {
        "settings": {"venue": "New Hall"},
        "a room": {f"{room.public_id}-name": "Hall B"},
        "the other room": {f"{other.public_id}-name": "Hall C"},
        "another room": {"new-name": "Hall D"},
        "a member": {"member-name": "Mina Member", "member-address": "mina@example.org"},
    }
    addresses = {
        "settings": home, "a room": f"{home}rooms/{room.public_id}/", "another room": f"{home}rooms/",
        "a member": f"{home}committee/",
    }  # fmt: skip
    sent = fields(chair.get(home))
    for values in typed.values():
        sent |= values

    response = chair.post(addresses[pressed], sent)

    waiting = {name: value for part, values in typed.items() if part != pressed for name, value in values.items()}
    assert response.status_code == 200
    assert waiting.items() <= fields(response).items()
    assert response.text.count(WAITS) == 4


def test_an_untouched_page_of_settings_waits_for_nothing(conference, chair):
    room = RoomFactory(conference=conference)
    home = "/organize/example/settings/"
    sent = fields(chair.get(home))

    assert chair.post(f"{home}rooms/{room.public_id}/", {**sent, f"{room.public_id}-name": "Hall B"}).status_code == 302
