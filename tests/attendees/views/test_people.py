import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendees.actions import stop
from attendees.models import Asking, Interest
from attendees.views.people import safe_cell
from tests.conftest import client_of
from tests.factories import (
    AnswerFactory,
    AttendeeFactory,
    HelperFactory,
    KeyPersonFactory,
    LeadFactory,
    PersonFactory,
    RoundFactory,
    TopicFactory,
)
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


def url(microconference, name="people", *args):
    return reverse(f"attendees:{name}", args=[microconference.conference.slug, microconference.slug, *args])


def names(response):
    return [row.attendee.person.name for row in response.context["rows"]]


def add(microconference, name, **more):
    return AttendeeFactory(microconference=microconference, person__name=name, **more)


def test_those_who_need_a_lead_come_first(microconference, lead_client):
    for name, status in [("Can't", "cant"), ("Coming", "coming"), ("Unsure", "not_sure"), ("Pending", "pending"),
                         ("Bounces", "bounces"), ("New", "not_asked"), ("Interested", "interested")]:  # fmt: skip
        add(microconference, name, status=status, mode="in_person" if status == "coming" else "")

    response = lead_client.get(url(microconference))

    assert names(response) == ["Pending", "Bounces", "Unsure", "Coming", "Interested", "New", "Can't"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("person", ["Anna", "Bruno", "Ćiro"]),
        ("-person", ["Ćiro", "Bruno", "Anna"]),
        ("asked_by", ["Ćiro", "Bruno", "Anna"]),
        ("-heard", ["Bruno", "Anna", "Ćiro"]),
        ("nonsense", ["Anna", "Bruno", "Ćiro"]),
    ],
)
def test_the_list_is_sorted_by_a_heading(sort, expected, microconference, lead_client):
    first = LeadFactory(microconference=microconference, user__name="Abel First")
    second = LeadFactory(microconference=microconference, user__name="Zoe Second")
    add(microconference, "Anna", last_heard_at="2031-01-01T00:00Z")
    add(microconference, "Bruno", last_heard_at="2031-02-01T00:00Z", asked_by=second)
    add(microconference, "Ćiro", asked_by=first)

    assert names(lead_client.get(url(microconference), {"sort": sort})) == expected


def test_a_name_is_found_whatever_its_capitals_also_beyond_ascii(microconference, lead_client):
    add(microconference, "ÅSA Öberg")
    add(microconference, "Somebody Else")

    assert names(lead_client.get(url(microconference), {"q": "åsa öb"})) == ["ÅSA Öberg"]


def test_a_note_an_affiliation_and_a_reason_are_found(microconference, lead_client):
    AnswerFactory(attendee=add(microconference, "By Note"), note="travel not approved")
    add(microconference, "By Reason", reason="travel cache")
    PersonFactory(name="Not On The List", affiliation="travel")
    add(microconference, "Nothing")

    assert names(lead_client.get(url(microconference), {"q": "travel"})) == ["By Note", "By Reason"]


def test_the_filters_narrow_the_list_and_the_counts(microconference, lead_client):
    topic = TopicFactory(microconference=microconference)
    wants, refuses, by_me = (add(microconference, name) for name in ("Wants", "Refuses", "By Me"))
    Interest.objects.create(attendee=wants, topic=topic, level="would_like")
    Interest.objects.create(attendee=refuses, topic=topic, level="not_for_me")
    me = LeadFactory(microconference=microconference)
    by_me.asked_by = me
    by_me.save()
    add(microconference, "Nowhere", person__address="", pending=True)
    get = lambda **query: lead_client.get(url(microconference), query)  # noqa: E731

    assert names(get(topic=topic.public_id)) == ["Wants"]
    assert names(get(by=me.person.public_id)) == ["By Me"]
    assert names(get(status="pending")) == ["Nowhere"]
    assert names(get(status="no_address")) == ["Nowhere"]
    assert names(get(topic="no-such", status="no-such")) == ["Nowhere", "By Me", "Refuses", "Wants"]
    assert names(get(by="nobody")) == ["Nowhere", "Refuses", "Wants"]
    assert names(get(by="no-such")) == []
    chips = get(topic=topic.public_id).context["chips"]
    assert (chips["total"], chips["no_address"]) == (1, 0)


def test_the_filter_takes_any_text(microconference, lead_client):
    add(microconference, "Anna")

    for odd in ["\x7f", "%", "'; --", "x" * 300, "é" * 200]:
        assert lead_client.get(url(microconference), {"q": odd, "topic": "\x7f"}).status_code == 200


def test_interests_and_what_a_lead_noted_are_both_shown_and_not_mixed(microconference, lead_client):
    topic = TopicFactory(microconference=microconference, title="futex2")
    attendee = add(microconference, "Anna")
    KeyPersonFactory(topic=topic, person=attendee.person)

    html = lead_client.get(url(microconference)).content.decode()

    assert 'unknown</span><span class="quiet">; key person of</span> futex2' in html


def test_somebody_without_an_address_is_said_with_what_to_do(microconference, lead_client):
    attendee = add(microconference, "Anna", person__address="")

    html = lead_client.get(url(microconference)).content.decode()

    assert f"{url(microconference, 'person', attendee.public_id)}?correct=1#correct" in html


def test_an_empty_list_says_what_to_do(microconference, lead_client):
    html = lead_client.get(url(microconference)).content.decode()

    assert "Nobody is on the list yet." in html
    assert url(microconference, "add") in html


def test_a_filter_without_a_match_says_how_many_there_are(microconference, lead_client):
    add(microconference, "Anna")

    html = lead_client.get(url(microconference), {"status": "not_sure"}).content.decode()

    assert "Nobody here is “not sure yet”. 1 person without this filter." in html


@pytest.mark.parametrize("query", ["", "?q=madeup&sort=-heard"])
def test_the_list_costs_the_same_queries_for_3_people_and_30(query, microconference, lead_client):
    topic, round = TopicFactory(microconference=microconference), RoundFactory(microconference=microconference)

    def fill(count):
        for _ in range(count):
            attendee = AttendeeFactory(microconference=microconference)
            AnswerFactory(attendee=attendee, note="a note", round=round)
            Interest.objects.create(attendee=attendee, topic=topic, level="need_me")
            KeyPersonFactory(topic=topic, person=attendee.person)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert lead_client.get(url(microconference) + query).status_code == 200
        return len(queries)

    fill(3)
    few = cost()
    fill(27)

    assert cost() == few
    assert few <= 25


@pytest.mark.parametrize(("do", "path"), [("ask", "letters/ask/"), ("write", "people/write/")])
def test_the_chosen_people_are_taken_to_the_next_page(do, path, microconference, lead_client):
    one, two = add(microconference, "Anna"), add(microconference, "Bruno")
    foreign = AttendeeFactory()

    response = lead_client.post(
        url(microconference), {"do": do, "person": [one.public_id, two.public_id, foreign.public_id]}
    )

    here = f"/organize/{microconference.conference.slug}/{microconference.slug}/"
    assert response.status_code == 302
    address, _, query = response["Location"].partition("?")
    assert address == here + path
    assert set(query.split("&")) == {f"person={one.public_id}", f"person={two.public_id}"}


@pytest.mark.parametrize("do", ["ask", "write"])
def test_nobody_chosen_is_said(do, microconference, lead_client):
    add(microconference, "Anna")

    response = lead_client.post(url(microconference), {"do": do})

    assert response.status_code == 422
    assert "Nobody is chosen yet." in response.content.decode()


def test_the_csv_holds_the_chosen_people_and_no_formula(microconference, lead, lead_client):
    one = add(microconference, "=HYPERLINK(1)", person__address="", status="coming", mode="remote")
    add(microconference, "Bruno")

    response = lead_client.post(url(microconference), {"do": "csv", "person": [one.public_id]})

    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [(row["name"], row["status"]) for row in rows] == [("'=HYPERLINK(1)", "coming")]
    assert response["Content-Disposition"].startswith("attachment")
    assert (ActivityEntry.objects.get().what, ActivityEntry.objects.get().after) == ("people.exported", {"count": 1})


def test_the_csv_of_nobody_chosen_is_everybody_shown(microconference, lead_client):
    add(microconference, "Anna", pending=True)
    add(microconference, "Bruno")

    response = lead_client.post(url(microconference) + "?status=pending", {"do": "csv"})

    assert [row["name"] for row in csv.DictReader(io.StringIO(response.content.decode()))] == ["Anna"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_never_starts_like_a_formula(text):
    assert safe_cell(text) == "'" + text
    assert safe_cell("x" + text) == "x" + text


def test_writing_oneself_shows_only_addresses_that_may_be_written_to(microconference, lead_client):
    fine, nowhere, stopped, banned = (
        add(microconference, name, person__address=address)
        for name, address in [("A", "a@example.org"), ("B", ""), ("C", "c@example.org"), ("D", "d@example.org")]
    )
    stop.stop_letters(attendee=stopped, by=stopped.person)
    stop.stop_letters(person=banned.person, everywhere=True, by=banned.person)
    query = {"person": [each.public_id for each in (fine, nowhere, stopped, banned)]}

    response = lead_client.get(url(microconference, "write_myself"), query)

    assert [row["attendee"] for row in response.context["reachable"]] == [fine]
    assert "c@example.org" not in response.content.decode()
    assert "d@example.org" not in response.content.decode()


def test_what_a_lead_wrote_themselves_is_noted_as_asked(microconference, lead_client):
    one = add(microconference, "Anna")

    response = lead_client.post(url(microconference, "written_myself"), {"person": [one.public_id]})

    assert response.status_code == 302
    assert Asking.objects.get().how == "own_mail"
    one.refresh_from_db()
    assert one.status == "pending"


@pytest.mark.parametrize("name", ["people", "add", "write_myself"])
def test_a_stranger_finds_nothing_and_a_visitor_is_asked_to_sign_in(name, microconference, stranger_client):
    assert stranger_client.get(url(microconference, name)).status_code == 404
    assert Client().get(url(microconference, name)).status_code == 302


def test_a_helper_sees_the_people_but_asks_nobody(microconference):
    helper = client_of(HelperFactory(microconference=microconference).user)
    attendee = add(microconference, "Anna")

    page = helper.get(url(microconference))
    refused = helper.post(url(microconference), {"do": "ask", "person": [attendee.public_id]})

    assert page.status_code == 200
    assert 'value="ask"' not in page.content.decode()
    assert refused.status_code == 422
    assert "Only leads send letters." in refused.content.decode()


def test_a_lead_of_another_microconference_sees_nothing(microconference):
    other = LeadFactory().user

    assert client_of(other).get(url(microconference)).status_code == 404
