import pytest
from django.test import Client
from django.urls import reverse

from attendees.actions import links
from attendees.models import Attendee
from tests.factories import AttendeeFactory, MicroconferenceFactory, PersonFactory
from uconf.models import Suppression

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return PersonFactory(address="mina@example.org")


@pytest.fixture
def two(person):
    return AttendeeFactory.create_batch(2, person=person)


@pytest.fixture
def phone():
    return Client(enforce_csrf_checks=True)


def page(person, kind="stop", name="attendees:stop"):
    return reverse(name, args=[links.link_for(person=person, kind=kind).token])


def stopped():
    return set(Attendee.objects.exclude(letters_stopped_at=None))


def test_looking_stops_nothing_and_shows_a_button_for_each(phone, two, person):
    response = phone.get(page(person))

    assert stopped() == set()
    assert response.content.decode().count('value="stop"') == 2
    assert response.content.decode().count('value="stop_everywhere"') == 1


def test_one_press_stops_one_microconference_and_another_lets_letters_come_again(phone, two, person):
    response = phone.post(page(person), {"do": "stop", "mc": two[0].public_id})

    assert response.status_code == 303
    assert stopped() == {two[0]}
    assert "Stopped." in phone.get(response["Location"]).content.decode()

    phone.post(page(person), {"do": "resume", "mc": two[0].public_id})
    assert stopped() == set()


def test_everybody_here_is_stopped_for_good_and_can_be_taken_back(phone, two, person):
    phone.post(page(person), {"do": "stop_everywhere"})
    assert stopped() == set(two)
    assert Suppression.objects.holds(person.address)

    phone.post(page(person), {"do": "resume_everywhere"})
    assert stopped() == set()
    assert not Suppression.objects.exists()


def test_one_click_in_a_mail_program_is_answered_without_a_page(phone, two, person):
    response = phone.post(page(person), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")

    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert stopped() == set(two)
    assert not Suppression.objects.exists()


def test_a_stop_link_outlives_the_microconference(phone, person):
    AttendeeFactory(person=person, microconference=MicroconferenceFactory(reported=True))

    response = phone.get(page(person))

    assert "Nobody writes to you at the moment." in response.content.decode()
    assert phone.post(page(person), {"do": "stop_everywhere"}).status_code == 303


def test_an_answer_link_stops_nothing_here_and_a_stop_link_answers_nothing(phone, two, person):
    wrong = page(person, kind="answer")

    assert phone.get(wrong).status_code == 404
    assert phone.post(wrong, {"do": "stop_everywhere"}).status_code == 404
    assert phone.post(wrong, {"List-Unsubscribe": "One-Click"}).status_code == 404
    assert stopped() == set()


def test_nobody_can_stop_the_letters_of_somebody_else(phone, two, person):
    foreign = AttendeeFactory()

    phone.post(page(person), {"do": "stop", "mc": foreign.public_id})

    assert stopped() == set()


def test_the_persons_own_page_stops_letters_too(phone, two, person):
    address = page(person, kind="answer", name="attendees:answer")

    response = phone.post(address, {"do": "stop", "mc": two[0].public_id})

    assert response["Location"] == f"{address}?saved=stop#letters"
    assert stopped() == {two[0]}
