import re

import pytest
from django.urls import reverse

from attendees.models import Attendee
from tests.factories import AttendeeFactory
from uconf.actions import people as persons
from uconf.models import Person

pytestmark = pytest.mark.django_db


def url(microconference, name):
    return reverse(f"attendees:{name}", args=[microconference.conference.slug, microconference.slug])


def test_one_person_is_added(microconference, lead_client):
    response = lead_client.post(
        url(microconference, "add"),
        {"name": "Mina Example", "address": "mina@example.org", "affiliation": "Labs", "reason": "you know it"},
    )

    attendee = Attendee.objects.get()
    assert response["Location"].endswith(f"/people/{attendee.public_id}/")
    assert (attendee.person.address, attendee.reason, attendee.status) == (
        "mina@example.org", "you know it", "not_asked",
    )  # fmt: skip


def test_a_name_that_somebody_handed_in_stands_in_the_form(microconference, lead_client):
    html = lead_client.get(url(microconference, "add"), {"name": "Rui Standin"}).content.decode()

    assert 'value="Rui Standin"' in html


@pytest.mark.parametrize("same", [True, False])
def test_a_known_name_is_asked_about_first(same, microconference, lead_client):
    known = AttendeeFactory(microconference=microconference, person__name="Mina Example").person

    asked = lead_client.post(url(microconference, "add"), {"name": "mina example"})
    assert asked.status_code == 422
    assert known.public_id in asked.content.decode()
    assert known.address not in asked.content.decode()

    choice = known.public_id if same else "new"
    lead_client.post(url(microconference, "add"), {"name": "mina example", "same": choice})

    assert Attendee.objects.count() == (1 if same else 2)


def test_whoever_asked_not_to_be_written_to_is_refused_in_words(microconference, lead_client):
    persons.suppress(address="mina@example.org", reason="asked")

    response = lead_client.post(url(microconference, "add"), {"name": "Mina", "address": "mina@example.org"})

    assert response.status_code == 422
    assert "asked not to be written to" in response.content.decode()
    assert not Attendee.objects.exists()


def look(client, microconference, text, **more):
    return client.post(url(microconference, "paste"), {"text": text, "do": "look", **more})


def test_a_pasted_list_is_looked_at_first_and_stored_by_the_second_press(microconference, lead_client):
    text = "Mina Example <mina@example.org> (interested)\nOskar Fictive (response pending)\nPeople:"

    page = look(lead_client, microconference, text)
    assert page.status_code == 200
    assert not Person.objects.filter(name="Mina Example").exists()
    assert "Put 2 people on the list" in page.content.decode()
    assert "People:" in page.content.decode()

    seen = re.search(r'name="seen" value="(\w+)"', page.content.decode()).group(1)
    saved = lead_client.post(url(microconference, "paste"), {"text": text, "do": "save", "seen": seen}, follow=True)

    assert {each.person.name: each.status for each in Attendee.objects.all()} == {
        "Mina Example": "interested",
        "Oskar Fictive": "pending",
    }
    assert "2 people are on the list now. Nobody was written to. 1 line was left out." in saved.content.decode()


def test_a_text_changed_after_looking_is_looked_at_again(microconference, lead_client):
    page = look(lead_client, microconference, "Mina Example")
    seen = page.context["seen"]

    response = lead_client.post(
        url(microconference, "paste"), {"text": "Mina Example\nOskar Fictive", "do": "save", "seen": seen}
    )

    assert "You changed the text after looking at it." in response.content.decode()
    assert not Attendee.objects.exists()


def test_line_ends_of_a_browser_do_not_count_as_a_change(microconference, lead_client):
    seen = look(lead_client, microconference, "Mina Example\nOskar Fictive").context["seen"]

    lead_client.post(
        url(microconference, "paste"), {"text": "Mina Example\r\nOskar Fictive", "do": "save", "seen": seen}
    )

    assert Attendee.objects.count() == 2


def test_an_undecided_name_saves_nothing_and_keeps_the_other_choices(microconference, lead_client):
    one = AttendeeFactory(microconference=microconference, person__name="Mina Example").person
    AttendeeFactory(microconference=microconference, person__name="Oskar Fictive")
    text = "Mina Example <m2@example.org>\nOskar Fictive <o2@example.org>"
    seen = look(lead_client, microconference, text).context["seen"]

    response = lead_client.post(
        url(microconference, "paste"), {"text": text, "do": "save", "seen": seen, "same-1": one.public_id}
    )

    assert response.status_code == 422
    assert "say whether “Oskar Fictive” is somebody known or somebody else" in response.content.decode()
    assert [each["choice"] for each in response.context["lines"]] == [one.public_id, ""]
    assert Attendee.objects.count() == 2


def test_an_empty_list_is_refused_with_what_to_do(microconference, lead_client):
    response = look(lead_client, microconference, "   ")

    assert response.status_code == 422
    assert "Paste names as you have them, one a line." in response.content.decode()


def test_a_stranger_cannot_look_or_save(microconference, stranger_client):
    assert look(stranger_client, microconference, "Mina Example").status_code == 404
    assert stranger_client.post(url(microconference, "add"), {"name": "Mina"}).status_code == 404
    assert not Attendee.objects.exists()
