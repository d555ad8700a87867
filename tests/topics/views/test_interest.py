import re

import pytest
from django.utils.html import strip_tags

from attendees.models import Interest
from tests.conftest import client_of
from tests.factories import AttendeeFactory, HelperFactory, KeyPersonFactory, ProposerFactory, TopicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(microconference):
    return microconference.organize_url("topics:map")


@pytest.fixture
def filled(microconference):
    topic = TopicFactory(microconference=microconference, accepted=True, title="Locks & memory")
    person = AttendeeFactory(microconference=microconference, coming=True, person__name="Mina Example")
    away = AttendeeFactory(microconference=microconference, cant=True, person__name="Oskar Fictive")
    Interest.objects.create(attendee=person, topic=topic, level="need_me")
    KeyPersonFactory(topic=topic, person=person.person)
    ProposerFactory(topic=topic, person=away.person)
    return topic


def page(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_drawing_tells_each_cell_by_a_shape_and_by_its_title(filled, lead_client, url):
    drawn = page(lead_client.get(url))

    assert "<title>Mina Example, Locks &amp; memory: need me there, key person</title>" in drawn
    assert "<title>Oskar Fictive, Locks &amp; memory: unknown, proposer</title>" in drawn
    assert drawn.count('href="#m-need_me" width') == drawn.count('href="#m-key" width') == 1
    assert 'tabindex="0" role="region"' in drawn
    assert "style=" not in drawn


def test_the_table_says_the_same_in_words(filled, lead_client, url):
    told = re.sub(r"\s+", " ", strip_tags(page(lead_client.get(url, {"as": "table"}))))

    assert "need me there (1): Mina Example (coming)" in told
    assert "Oskar Fictive (can&#x27;t this time)" in told


def test_the_filter_leaves_out_who_does_not_come(filled, lead_client, url):
    drawn = page(lead_client.get(url, {"show": "coming"}))

    assert "Oskar Fictive" not in drawn
    assert "1 person is left out by the filter." in drawn


@pytest.mark.parametrize("query", [{"show": "%00"}, {"as": "x" * 300, "show": "x" * 300}, {"show": ""}])
def test_odd_values_of_the_filter_count_as_none(filled, lead_client, url, query):
    assert "Oskar Fictive" in page(lead_client.get(url, query))


def test_without_topics_or_people_it_says_what_to_do(microconference, lead_client, url):
    assert "No topics yet" in page(lead_client.get(url))
    TopicFactory(microconference=microconference)
    assert "Nobody is on the list yet" in page(lead_client.get(url))


def test_helpers_see_it_and_others_do_not(microconference, stranger_client, url):
    assert client_of(HelperFactory(microconference=microconference).user).get(url).status_code == 200
    assert stranger_client.get(url).status_code == 404


@pytest.mark.parametrize("room", ["topics:list", "attendees:people"])
def test_it_is_linked_from_topics_and_people(filled, microconference, lead_client, room, url):
    assert url in page(lead_client.get(microconference.organize_url(room)))
