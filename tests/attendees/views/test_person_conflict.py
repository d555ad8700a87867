"""Two leads correct the same person at once."""

import pytest

from tests.factories import AttendeeFactory

pytestmark = pytest.mark.django_db


def test_the_second_of_two_leads_sees_both_versions_and_loses_nothing(microconference, lead_client):
    attendee = AttendeeFactory(microconference=microconference, person__affiliation="Old Labs")
    shown = lead_client.get(microconference.organize_url("attendees:person", attendee.public_id))
    version = shown.context["correct_form"]["version"].value()
    url = microconference.organize_url("attendees:correct_person", attendee.public_id)
    fields = {"name": attendee.person.name, "address": attendee.person.address, "version": version}

    first = lead_client.post(url, {**fields, "affiliation": "First Labs"})
    second = lead_client.post(url, {**fields, "affiliation": "Second Labs", "reason": "kept as typed"})

    attendee.person.refresh_from_db()
    page = second.content.decode()
    assert (first.status_code, second.status_code, attendee.person.affiliation) == (302, 409, "First Labs")
    assert "First Labs" in page
    assert "Second Labs" in page
    assert "kept as typed" in page


def test_keep_mine_saves_over_what_is_stored_now(microconference, lead_client):
    attendee = AttendeeFactory(microconference=microconference)
    url = microconference.organize_url("attendees:correct_person", attendee.public_id)
    fields = {"name": attendee.person.name, "address": attendee.person.address, "version": 1, "affiliation": "Mine"}
    version = lead_client.post(url, fields).context["correct_form"]["version"].value()

    saved = lead_client.post(url, {**fields, "version": version})

    attendee.person.refresh_from_db()
    assert (saved.status_code, attendee.person.affiliation) == (302, "Mine")
