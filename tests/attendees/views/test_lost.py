import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from attendees.actions import links
from attendees.models import Letter, PersonalLink
from attendees.outreach import delivery
from tests.factories import AttendeeFactory, PersonFactory
from uconf.actions import people
from uconf.lib import clock, mailbox
from uconf.lifecycle import erasing

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(microconference):
    return AttendeeFactory(microconference=microconference, person__address="mina@example.org").person


def ask(address="mina@example.org", client=None, **headers):
    return (client or Client()).post(reverse("attendees:lost"), {"address": address}, **headers)


def test_the_answer_is_the_same_for_an_address_that_is_known_and_for_one_that_is_not(person):
    known, unknown = ask(), ask("nobody@example.org")

    assert (
        (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"]) == (302, "/a/lost/?sent=1")
    )
    assert known.headers == unknown.headers
    assert [each.to_person for each in Letter.objects.all()] == [person]


def test_the_new_link_works_the_old_one_stops_and_the_other_links_go_on(person):
    old = {kind: links.link_for(person=person, kind=kind) for kind in ("answer", "stop", "calendar")}

    ask(" Mina@Example.org ")
    delivery.deliver_waiting()

    text = mailbox.letters(1)[0].message.get_content()
    new = re.search(r"http://testserver(/a/\S+/)\s", text).group(1)
    assert Client().get(new).status_code == 200
    assert Client().get(reverse("attendees:answer", args=[old["answer"].token])).status_code == 404
    assert Client().get(reverse("attendees:stop", args=[old["stop"].token])).status_code == 200
    assert links.is_good(PersonalLink.objects.get(kind="calendar"))


def test_the_letter_is_free_of_the_7_day_rule_and_goes_to_whoever_stopped_letters(person):
    people.suppress(address=person.address, reason="asked for it")
    before = len(mailbox.letters())

    ask()
    delivery.deliver_waiting()

    assert len(mailbox.letters()) == before + 1
    assert Letter.objects.get().state == "sent"


def test_asking_again_within_minutes_sends_one_letter_and_keeps_its_link(person):
    for _ in range(3):
        ask()

    assert Letter.objects.count() == 1
    assert PersonalLink.objects.filter(kind="answer").count() == 1


def test_one_address_gets_three_letters_an_hour_at_most(person, monkeypatch):
    moment = clock.now()
    for turn in range(6):
        monkeypatch.setattr(clock, "now", lambda turn=turn: moment + timedelta(minutes=10 * turn))
        assert ask(REMOTE_ADDR=f"192.0.2.{turn}").status_code == 302

    assert Letter.objects.count() == 3


def test_one_network_asks_ten_times_an_hour_at_most():
    codes = [ask(f"somebody-{n}@example.org").status_code for n in range(12)]

    assert codes == [302] * 10 + [429] * 2
    assert ask("one@example.org", REMOTE_ADDR="192.0.2.1").status_code == 302


def test_what_is_no_address_is_refused_and_stays_typed():
    response = ask("mina at example")

    assert response.status_code == 422
    assert "mina at example" in response.content.decode()


def test_it_works_without_cookies_and_sets_none():
    client = Client(enforce_csrf_checks=True)

    shown, sent = client.get(reverse("attendees:lost")), ask(client=client)

    assert (shown.status_code, sent.status_code) == (200, 302)
    assert not client.cookies
    assert shown["Referrer-Policy"] == "no-referrer"


def test_an_erased_person_is_unknown(person):
    erasing.erase_person(person=person, by=person)

    assert ask().status_code == 302
    assert not Letter.objects.exists()


def test_a_person_without_an_address_is_not_found_by_an_empty_one():
    PersonFactory(address="")

    assert ask("").status_code == 422
    assert not Letter.objects.exists()
