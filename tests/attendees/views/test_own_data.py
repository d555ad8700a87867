import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendees.actions import links
from attendees.models import InboundMail, Letter, PersonalLink
from tests import somebody
from tests.factories import AnswerFactory, AttendeeFactory, LeadFactory, LetterFactory, PersonFactory, UserFactory
from uconf.lib import throttle
from uconf.models import ActivityEntry, Person, Suppression

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(microconference):
    person = PersonFactory(name="Mina Example", address="mina@example.org")
    AttendeeFactory(microconference=microconference, person=person)
    return person


def address_of(person, name="own_data"):
    return reverse(f"attendees:{name}", args=[links.link_for(person=person, kind="answer").token])


def form(**changes):
    return {"name": "Mina Example", "affiliation": "", "address": "mina@example.org"} | changes


def confirmation():
    """Where the letter to a new address leads."""
    letter = Letter.objects.get(to_address="mina@new.example.org")
    return next(word for word in letter.body.split() if "/a/address/" in word).removeprefix("http://testserver")


def test_the_page_shows_everything_that_is_held():
    person = somebody.make()

    html = Client().get(address_of(person)).content.decode()

    for shown in (
        somebody.NAME, somebody.ADDRESS, "Canary Works", "Europe/Dublin", "made up for a test", "wrote the allocator",
        "Signed, ", "need me there", "’s series", "needed for:", "proposed:", "outcome:", "Hi ", "lead: ",
        "put <b>",
    ):  # fmt: skip
        assert shown in html, shown


def test_the_page_shows_the_mail_they_wrote_and_nobody_elses(person, microconference):
    mails = {"microconference": microconference, "kind": "unclear", "state": "waiting"}
    InboundMail.objects.create(**mails, person=person, fingerprint="1", subject="Re: hi", text="Maybe.", quoted="> Hi")
    InboundMail.objects.create(**mails, fingerprint="2", subject="Re: hi", text="Somebody else’s.")

    html = Client().get(address_of(person)).content.decode()

    assert "Mail from you" in html and "Maybe." in html and "&gt; Hi" in html
    assert "Somebody else’s." not in html


def test_the_page_says_in_sections_what_can_be_done(person):
    html = Client().get(address_of(person)).content.decode()

    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", html)
    assert headings == ["What we hold", "Correct it", "Take it with you", "No more letters", "Erase"]
    assert set(re.findall(r'href="#(\w+)"', html)) >= {"held", "own", "copy", "letters", "erase"}


def test_letters_are_stopped_and_let_come_again_on_the_page_itself(person):
    page, attendee = address_of(person), person.attendances.get()

    stopped = Client().post(page, {"do": "stop", "mc": attendee.public_id})

    attendee.refresh_from_db()
    assert stopped["Location"] == f"{page}?saved=stop#letters"
    assert attendee.letters_stopped_at
    assert b"Let them come again" in Client().get(page).content

    Client().post(page, {"do": "resume", "mc": attendee.public_id})

    attendee.refresh_from_db()
    assert attendee.letters_stopped_at is None


def test_the_copy_is_a_file_that_a_get_makes_without_changing_anything(person):
    before = somebody.counts()

    response = Client().get(address_of(person, "own_copy"))

    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment")
    assert json.loads(response.content)["person"]["address"] == "mina@example.org"
    assert somebody.counts() == before | {"attendees.PersonalLink": 1}


def test_name_and_affiliation_are_corrected_at_once(person):
    response = Client().post(address_of(person), form(name=" Mina  Sample ", affiliation="Example Works"))

    assert response.status_code == 303 and "saved=own" in response["Location"]
    person.refresh_from_db()
    assert (person.name, person.search_name, person.affiliation) == ("Mina Sample", "mina sample", "Example Works")
    entry = ActivityEntry.objects.get(what="person.corrected")
    assert (entry.by_person, entry.after) == (person, {"changed": ["affiliation", "name"]})
    assert not Letter.objects.exists()


def test_a_new_address_counts_only_after_its_letter_is_answered(person):
    old = address_of(person)

    Client().post(old, form(address="Mina@New.example.org"))
    shown = Client().get(confirmation())

    person.refresh_from_db()
    assert person.address == "mina@example.org"
    assert b"Yes, it is mine" in shown.content
    assert Client().get(old).status_code == 200

    pressed = Client().post(confirmation())

    person.refresh_from_db()
    assert person.address == "mina@new.example.org"
    assert Client().get(old).status_code == 404
    assert b"Your new address counts" in Client().get(pressed["Location"]).content
    assert Client().get(confirmation()).status_code == 404


def test_a_new_address_makes_mail_possible_again_and_keeps_the_stop_link(person):
    Person.objects.filter(pk=person.pk).update(bounced_at="2026-01-01T00:00Z", bounce_reason="550")
    stop = links.link_for(person=person, kind="stop")
    Client().post(address_of(person), form(address="mina@new.example.org"))

    Client().post(confirmation())

    person.refresh_from_db()
    assert person.bounced_at is None
    assert links.is_good(PersonalLink.objects.get(pk=stop.pk))


def test_an_address_of_somebody_else_is_refused_to_its_owner_alone(person):
    other = PersonFactory(address="mina@new.example.org")

    answer = Client().post(address_of(person), form(address=other.address))
    refused = Client().post(confirmation())

    assert answer.status_code == 303
    assert refused.status_code == 422 and "on another entry here" in refused.content.decode()
    person.refresh_from_db()
    assert person.address == "mina@example.org"


def test_no_letter_goes_to_an_address_whose_reader_wants_none(person):
    Suppression.objects.create(address_hash=Suppression.hash_of("mina@new.example.org"))

    response = Client().post(address_of(person), form(address="mina@new.example.org"))

    assert "saved=address" in response["Location"]
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"), [({"name": ""}, "This field is required"), ({"address": "no address"}, "valid email")]
)
def test_what_cannot_be_is_refused_and_stays_typed(person, typed, said):
    response = Client().post(address_of(person), form(affiliation="Typed Works", **typed))

    assert response.status_code == 422
    assert said in response.content.decode() and "Typed Works" in response.content.decode()
    person.refresh_from_db()
    assert person.affiliation == ""


def test_letters_to_new_addresses_are_throttled(person, monkeypatch):
    monkeypatch.setattr(throttle, "count", lambda purpose, who, seconds: 11)

    response = Client().post(address_of(person), form(address="mina@new.example.org"))

    assert response.status_code == 429
    assert not Letter.objects.exists()


def test_the_page_that_erases_says_what_goes_and_what_stays_and_changes_nothing(person, microconference):
    AnswerFactory(attendee=person.attendances.get())
    LetterFactory(microconference=microconference, to_person=person)
    before = somebody.counts()

    html = Client().get(address_of(person, "erase_self")).content.decode()

    for said in (
        "Mina Example",
        "mina@example.org",
        str(microconference),
        "1 letter",
        "keyed hash",
        "in their own words",
    ):
        assert said in html, said
    assert somebody.counts() == before | {"attendees.PersonalLink": 1}


def test_one_press_erases_and_the_link_opens_nothing_any_more(person):
    page, own = address_of(person, "erase_self"), address_of(person)

    response = Client().post(page)

    assert response.status_code == 303
    assert "You are erased" in Client().get(response["Location"]).content.decode()
    assert not somebody.tables_with("mina@example.org", "Mina Example")
    assert [Client().get(each).status_code for each in (page, own)] == [404, 404]
    assert Client().post(page).status_code == 404


def test_a_lead_hands_over_first(microconference):
    user = UserFactory()
    lead = LeadFactory(microconference=microconference, user=user, person=PersonFactory(address=user.email))

    shown = Client().get(address_of(lead.person, "erase_self"))
    refused = Client().post(address_of(lead.person, "erase_self"))

    assert (shown.status_code, refused.status_code) == (200, 422)
    assert "still helps to run" in refused.content.decode()


def test_a_forwarded_link_says_whose_it_is(person):
    html = Client().get(address_of(person, "answer")).content.decode()

    assert "This is the page of Mina Example." in html and "Not you?" in html


def test_everything_costs_the_same_for_one_list_and_for_ten(person):
    Client().get(address_of(person))
    with CaptureQueriesContext(connection) as few:
        Client().get(address_of(person))
    for _ in range(10):
        attendee = AttendeeFactory(person=person)
        AnswerFactory(attendee=attendee)
        LetterFactory(microconference=attendee.microconference, to_person=person)

    with CaptureQueriesContext(connection) as many:
        Client().get(address_of(person))

    # two more at most: what hangs on answers and on letters is looked up once there are some
    assert len(many) <= len(few) + 2


@pytest.mark.parametrize("name", ["own_data", "own_copy", "erase_self"])
def test_pages_behind_a_link_are_kept_by_nobody(person, name):
    response = Client().get(address_of(person, name))

    assert (response["Referrer-Policy"], response["Cache-Control"]) == ("no-referrer", "no-store")
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies


def test_a_lead_erases_after_a_page(lead_client, microconference, person):
    page = microconference.organize_url("attendees:erase_person", person.attendances.get().public_id)

    shown = lead_client.get(page).content.decode()
    assert "Everything goes" in shown and "There is no way back" in shown
    response = lead_client.post(page, {"asked": "on"}, follow=True)

    assert "Mina Example is erased." in response.content.decode()
    assert not somebody.tables_with("mina@example.org", "Mina Example")
    assert Suppression.objects.holds("mina@example.org")


def test_a_lead_erases_only_what_is_theirs(lead_client, microconference, person):
    elsewhere = AttendeeFactory(person=person)
    page = microconference.organize_url("attendees:erase_person", person.attendances.first().public_id)

    assert "only what belongs to this microconference" in lead_client.get(page).content.decode()
    lead_client.post(page, {"asked": "on"})

    assert list(person.attendances.all()) == [elsewhere]
    assert not Suppression.objects.exists()
