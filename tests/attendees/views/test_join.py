from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from attendees.actions import links, tickets
from attendees.models import Answer, Attendee, Letter
from attendees.outreach import delivery
from tests import somebody
from tests.factories import AnswerFactory, AttendeeFactory, MicroconferenceFactory, PersonFactory, RoundFactory
from uconf.actions import people
from uconf.lib import clock, mailbox
from uconf.models import ActivityEntry, Person

pytestmark = pytest.mark.django_db


def page_of(mc):
    return reverse("attendees:join", args=[mc.conference.slug, mc.slug])


def ask(mc, name="Jo Example", address="jo@example.org", client=None, **headers):
    return (client or Client()).post(page_of(mc), {"name": name, "address": address}, **headers)


def link(address="jo@example.org"):
    body = Letter.objects.get(to_address=address).body
    return next(word for word in body.split() if "/a/join/" in word).removeprefix("http://testserver")


def test_the_public_page_leads_here_as_long_as_somebody_can_join(microconference):
    over = MicroconferenceFactory(held=True)

    assert page_of(microconference) in Client().get(microconference.get_absolute_url()).content.decode()
    assert page_of(over) not in Client().get(over.get_absolute_url()).content.decode()


def test_before_the_address_is_confirmed_nothing_is_kept_but_the_letter(microconference):
    response = ask(microconference)

    assert (response.status_code, response["Location"]) == (302, page_of(microconference) + "?sent=1")
    assert somebody.tables_with("jo@example.org", "Jo Example") == {"attendees_letter.to_address"}
    assert not Attendee.objects.exists()


def test_the_letters_link_shows_and_one_press_puts_its_reader_on_the_list(microconference):
    RoundFactory(microconference=microconference)
    ask(microconference)
    before = somebody.counts()

    shown = Client().get(link())
    assert somebody.counts() == before
    pressed = Client().post(link(), {"listed": "on"})

    assert "Hello Jo Example." in shown.content.decode() and "jo@example.org" in shown.content.decode()
    attendee = Attendee.objects.select_related("person").get()
    person = attendee.person
    assert (person.name, person.address, person.basis) == ("Jo Example", "jo@example.org", Person.Basis.ASKED_US)
    assert (attendee.status, attendee.listed) == ("interested", True)
    assert Answer.objects.get().source == Answer.Source.JOINED
    own = reverse("attendees:answer", args=[links.link_for(person=person, kind="answer").token])
    assert pressed.status_code == 303 and pressed["Location"].startswith(own)
    html = Client().get(pressed["Location"]).content.decode()
    assert "You are on the list." in html and "Will you be there?" in html
    assert ActivityEntry.objects.filter(what="attendee.joined", by_person=person).count() == 1


def test_pressing_twice_is_once(microconference):
    ask(microconference)

    first, second = Client().post(link(), {"listed": "on"}), Client().post(link(), {"listed": "on"})

    assert first["Location"] == second["Location"]
    assert (Attendee.objects.count(), Answer.objects.count(), Person.objects.count()) == (1, 1, 1)


def test_being_named_is_a_choice_and_the_default_is_no(microconference):
    ask(microconference)

    Client().post(link())

    assert not Attendee.objects.get().listed


def test_whoever_is_on_the_list_already_gets_their_own_page_and_keeps_their_answer(microconference):
    attendee = AttendeeFactory(microconference=microconference, person__address="jo@example.org")
    AnswerFactory(attendee=attendee, answer="cant")
    before = links.link_for(person=attendee.person, kind="answer")

    ask(microconference, name="Somebody Else")
    delivery.deliver_waiting()

    text = mailbox.letters(1)[0].message.get_content()
    assert f"http://testserver/a/{before.token}/" in text and "Somebody Else" not in text
    assert list(attendee.answers.values_list("answer", flat=True)) == ["cant"]


def test_a_known_person_joins_another_list_under_their_own_name(microconference):
    person = PersonFactory(name="Jo Known", address="jo@example.org")
    ask(microconference, name="Jo Typed")

    Client().post(link())

    assert Attendee.objects.get().person == person
    person.refresh_from_db()
    assert person.name == "Jo Known"


def test_who_asked_for_no_letters_gets_the_same_page_and_none(microconference):
    people.suppress(address="jo@example.org", reason="erased")

    suppressed, other = ask(microconference), ask(microconference, address="other@example.org")

    assert (suppressed.status_code, suppressed["Location"]) == (other.status_code, other["Location"])
    assert [each.to_address for each in Letter.objects.all()] == ["other@example.org"]


def test_the_link_ends_after_a_week_and_cannot_be_made(microconference, monkeypatch):
    ask(microconference)
    good, later = link(), clock.now() + timedelta(days=7, minutes=1)
    token = good.split("/")[3]

    assert Client().get(good).status_code == 200
    assert Client().get(good.replace(token, token[:-1] + ("a" if token[-1] != "a" else "b"))).status_code == 404
    other = tickets.ticket("address", mc=microconference.public_id, name="x", address="x@example.org")
    assert Client().get(reverse("attendees:join_confirm", args=[other])).status_code == 404
    monkeypatch.setattr(clock, "now", lambda: later)
    assert Client().get(good).status_code == 404
    assert Client().post(good).status_code == 404
    assert not Attendee.objects.exists()


def test_nobody_joins_what_is_over_or_private(microconference):
    ask(microconference)
    microconference.state = "held"
    microconference.save()

    assert ask(microconference, address="late@example.org").status_code == 422
    assert "nobody can join any more" in Client().get(page_of(microconference)).content.decode()
    assert Client().post(link()).status_code == 422
    assert Client().get(page_of(MicroconferenceFactory())).status_code == 404
    assert not Attendee.objects.exists()


def test_one_network_asks_ten_times_an_hour_and_one_address_gets_three_letters(microconference):
    codes = [ask(microconference, address=f"jo-{n}@example.org").status_code for n in range(11)]
    others = [MicroconferenceFactory(accepted=True) for _ in range(4)]
    for number, mc in enumerate(others):
        assert ask(mc, address="many@example.org", REMOTE_ADDR=f"192.0.2.{number}").status_code == 302

    assert codes == [302] * 10 + [429]
    assert Letter.objects.filter(to_address="many@example.org").count() == 3


@pytest.mark.parametrize("typed", [{"name": ""}, {"name": "\u2028 "}, {"address": "jo at example"}])
def test_what_cannot_be_is_refused_and_stays_typed(microconference, typed):
    response = ask(microconference, **{"name": "Jo Example", "address": "jo@example.org"} | typed)

    assert response.status_code == 422
    assert ("jo@example.org" if "name" in typed else "Jo Example") in response.content.decode()
    assert not Letter.objects.exists()


def test_it_works_without_cookies_and_sets_none(microconference):
    client = Client(enforce_csrf_checks=True)

    codes = [client.get(page_of(microconference)).status_code, ask(microconference, client=client).status_code]
    codes.append(client.post(link()).status_code)

    assert codes == [200, 302, 303]
    assert not client.cookies
