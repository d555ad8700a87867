import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import client_of
from tests.factories import AgendaItemFactory, HelperFactory
from tests.pages import words_of
from topics.agenda import drafts, releases
from topics.models import Draft, TimetableEntry, Topic

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def url(programme):
    return programme.mc.organize_url("topics:timetable")


@pytest.fixture
def released(programme, lead):
    releases.publish(draft=programme.draft, version=1, by=lead)
    return programme


def test_before_a_release_the_page_says_what_it_is_for(programme, lead_client, url):
    assert "Nothing is published yet" in words_of(lead_client.get(url))
    assert lead_client.get(programme.mc.organize_url("topics:timetable_csv")).status_code == 404


def test_the_list_shows_each_thing_and_a_tick_takes_it_off(released, lead_client, url):
    page = words_of(lead_client.get(url))
    assert "To enter, by release 1" in page
    assert "3 things" in page

    response = lead_client.post(url, {"number": 1, "tick": f"topic:{released.a.topic.public_id}"}, follow=True)

    assert "1 thing is noted as entered." in words_of(response)
    assert "2 things" in words_of(response)
    assert TimetableEntry.objects.count() == 1


def test_with_htmx_the_list_alone_comes_back(released, lead_client, url):
    response = lead_client.post(url, {"number": 1, "all": "1"}, **HTMX)

    assert response.content.decode().strip().startswith('<div id="timetable">')
    assert "Everything is entered" in words_of(response)
    assert "3 things are noted as entered." in words_of(response)


def test_a_tick_is_taken_back(released, lead_client, url):
    key = f"topic:{released.a.topic.public_id}"
    lead_client.post(url, {"number": 1, "tick": key})

    assert "The tick is taken back." in words_of(lead_client.post(url, {"number": 1, "untick": key}, follow=True))

    assert not TimetableEntry.objects.exists()


def test_ticking_all_of_a_release_that_was_overtaken_is_refused(released, lead_client, url):
    drafts.take_out(draft=released.draft, item=released.c, version=None, by=None)
    releases.publish(draft=Draft.objects.get(), version=None, by=None)

    response = lead_client.post(url, {"number": 1, "all": "1"})

    assert response.status_code == 422
    assert "Release 2 was published meanwhile" in words_of(response)
    assert not TimetableEntry.objects.exists()


def test_a_missing_id_is_typed_in_its_field(released, lead_client, url):
    topic = released.a.topic
    assert f'name="id-{topic.public_id}"' in lead_client.get(url).content.decode()

    response = lead_client.post(url, {"number": 1, "ids": "1", f"id-{topic.public_id}": "1234"}, follow=True)

    assert "1 id is noted." in words_of(response)
    assert "#1234" in words_of(lead_client.get(url))


def test_an_id_that_was_typed_is_kept_by_any_press_and_enter_ticks_nothing(released, lead_client, url):
    page = lead_client.get(url).content.decode()
    assert re.search(r'<button[^>]*name="(\w+)"', page[page.index('aria-label="What to enter"') :]).group(1) == "ids"

    lead_client.post(url, {"number": 1, "tick": "break:1", f"id-{released.a.topic.public_id}": "1234"})

    assert Topic.objects.get(pk=released.a.topic_id).external_id == "1234"


def test_an_id_that_is_too_long_is_refused_and_ticks_nothing(released, lead_client, url):
    key = f"topic:{released.a.topic.public_id}"

    response = lead_client.post(url, {"number": 1, "tick": key, f"id-{released.b.topic.public_id}": "9" * 50})

    assert response.status_code == 422
    assert f'value="{"9" * 50}"' in response.content.decode()
    assert not TimetableEntry.objects.exists()


@pytest.mark.parametrize("data", [{}, {"number": "x", "tick": "a"}, {"number": 1}, {"tick": "x" * 300}])
def test_a_press_that_means_nothing_is_refused(released, lead_client, url, data):
    assert lead_client.post(url, data).status_code == 422
    assert not TimetableEntry.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_files_are_saved_and_never_opened_in_the_page(released, lead_client, kind):
    Topic.objects.filter(pk=released.a.topic_id).update(external_id="77")

    response = lead_client.get(released.mc.organize_url(f"topics:timetable_{kind}"))

    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert released.mina.address not in response.content.decode()
    assert released.mina.name not in response.content.decode()  # did not say that she may be named
    if kind == "json":
        [days] = json.loads(response.content)["results"].values()
        assert [entry["friendlyId"] for day in days.values() for block in day.values()
                for entry in block["entries"].values()] == ["77", None, None]  # fmt: skip


def test_helpers_use_it_and_strangers_do_not_find_it(released, stranger_client, url):
    assert client_of(HelperFactory(microconference=released.mc).user).get(url).status_code == 200
    assert stranger_client.get(url).status_code == 404


def test_the_list_costs_the_same_for_any_agenda(released, lead_client, url):
    def count():
        with CaptureQueriesContext(connection) as queries:
            lead_client.get(url)
        return len(queries)

    few = count()
    for position in range(3, 30):
        AgendaItemFactory(draft=released.draft, session=released.session, position=position)
    releases.publish(draft=Draft.objects.get(), version=None, by=None)

    assert count() == few


def test_an_earlier_release_is_chosen_and_says_that_it_is_not_the_latest(released, lead_client, url):
    assert "a later release is out" not in words_of(lead_client.get(url))
    drafts.take_out(draft=released.draft, item=released.c, version=None, by=None)
    releases.publish(draft=Draft.objects.get(), version=None, by=None)

    assert "2 things" in words_of(lead_client.get(url))
    page = words_of(lead_client.get(url, {"release": 1}))
    assert "To enter, by release 1" in page and "3 things" in page and "a later release is out" in page

    response = lead_client.post(f"{url}?release=1", {"number": 1, "all": "1"})
    assert response["Location"] == f"{url}?release=1"
    assert TimetableEntry.objects.count() == 3
    assert "To enter, by release 2" in words_of(lead_client.get(url)) and "remove" in words_of(lead_client.get(url))


@pytest.mark.parametrize("number", ["2", "x", "-1", "٣", "9" * 30])
@pytest.mark.parametrize("kind", ["timetable", "timetable_csv", "timetable_json"])
def test_a_release_that_is_not_there_is_not_found(released, lead_client, kind, number):
    assert lead_client.get(released.mc.organize_url(f"topics:{kind}"), {"release": number}).status_code == 404


def test_the_files_are_those_of_the_chosen_release(released, lead_client):
    drafts.take_out(draft=released.draft, item=released.c, version=None, by=None)
    releases.publish(draft=Draft.objects.get(), version=None, by=None)
    csv = released.mc.organize_url("topics:timetable_csv")

    assert len(lead_client.get(csv).content.splitlines()) == 2
    assert len(lead_client.get(csv, {"release": 1}).content.splitlines()) == 3
