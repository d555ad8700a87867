import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import client_of
from tests.factories import HelperFactory
from tests.pages import words_of
from topics.agenda import drafts, releases
from topics.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(programme):
    return programme.mc.organize_url("topics:drafts")


def page_of(programme, draft):
    return programme.mc.organize_url("topics:draft", draft.public_id)


def test_the_list_says_what_is_on_each_draft(programme, lead_client, url):
    drafts.copy(draft=programme.draft, name="Other", by=None)

    page = words_of(lead_client.get(url))

    for words in ("A current", "Other", "3 of 3", "60 of 210"):
        assert words in page


def test_without_a_draft_the_list_says_how_one_comes_about(microconference, lead_client):
    page = words_of(lead_client.get(microconference.organize_url("topics:drafts")))

    assert "the first edit of the agenda makes one" in page


@pytest.mark.parametrize(("source", "count"), [("empty", 0), ("draft", 3), ("v1", 3)])
def test_a_draft_is_made_of_nothing_of_a_draft_or_of_a_release(programme, lead, lead_client, url, source, count):
    releases.publish(draft=programme.draft, version=1, by=lead)
    source = programme.draft.public_id if source == "draft" else source

    response = lead_client.post(url, {"name": "Mine", "source": source}, follow=True)

    assert "The draft “Mine” is made." in words_of(response)
    assert Draft.objects.get(name="Mine").items.count() == count


def test_a_name_that_is_taken_is_refused_and_stays_typed(programme, lead_client, url):
    response = lead_client.post(url, {"name": "a", "source": "empty"})

    assert response.status_code == 422
    assert "There is a draft called “a” already" in words_of(response)
    assert 'value="a"' in response.content.decode()


@pytest.mark.parametrize("source", ["", "v9", "nothing"])
def test_a_source_that_is_not_there_is_refused(programme, lead_client, url, source):
    assert lead_client.post(url, {"name": "Mine", "source": source}).status_code == 422
    assert Draft.objects.count() == 1


def test_a_draft_is_renamed_made_current_and_removed(programme, lead_client):
    other = drafts.copy(draft=programme.draft, name="Other", by=None)

    assert "called “New name” now" in words_of(
        lead_client.post(page_of(programme, other), {"do": "rename", "name": "New name"}, follow=True)
    )
    assert "is the draft that is worked on now" in words_of(
        lead_client.post(page_of(programme, other), {"do": "current"}, follow=True)
    )
    assert Draft.objects.get(is_current=True) == other
    assert "3 topics stand on it" in words_of(lead_client.get(page_of(programme, programme.draft)))
    lead_client.post(page_of(programme, programme.draft), {"do": "remove"})
    assert list(Draft.objects.all()) == [other]


@pytest.mark.parametrize("data", [{"do": "remove"}, {"do": "rename", "name": " "}, {"do": "burn"}, {}])
def test_what_cannot_be_done_with_the_current_draft_is_refused(programme, lead_client, data):
    assert lead_client.post(page_of(programme, programme.draft), data).status_code == 422
    assert Draft.objects.get().name == "A"


def test_two_agendas_are_compared_side_by_side_at_an_address(programme, lead, lead_client):
    releases.publish(draft=programme.draft, version=1, by=lead)
    drafts.take_out(draft=programme.draft, item=programme.b, version=None, by=lead)
    url = programme.mc.organize_url("topics:compare")

    usual = words_of(lead_client.get(url))
    named = words_of(lead_client.get(url, {"a": "v1", "b": programme.draft.public_id}))

    assert "From release 1 to draft A, current" in usual
    assert "1 moved, 1 cancelled" in named
    assert "not there" in named


def test_what_is_not_there_cannot_be_compared(programme, lead_client):
    response = lead_client.get(programme.mc.organize_url("topics:compare"), {"a": "v7"})

    assert response.status_code == 404
    assert "One of the two is not there" in words_of(response)


def test_helpers_work_with_drafts_and_strangers_find_none(programme, stranger_client, url):
    helper = client_of(HelperFactory(microconference=programme.mc).user)

    for address in (url, page_of(programme, programme.draft), programme.mc.organize_url("topics:compare")):
        assert helper.get(address).status_code == 200
        assert stranger_client.get(address).status_code == 404


def test_the_pages_cost_the_same_for_any_number_of_drafts(programme, lead_client, url):
    def count(address):
        with CaptureQueriesContext(connection) as queries:
            lead_client.get(address)
        return len(queries)

    pages = [url, programme.mc.organize_url("topics:compare")]
    few = [count(each) for each in pages]
    for turn in range(6):
        drafts.copy(draft=programme.draft, name=f"Copy {turn}", by=None)

    assert [count(each) for each in pages] == few
