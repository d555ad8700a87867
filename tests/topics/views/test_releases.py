import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import client_of
from tests.factories import HelperFactory
from tests.pages import words_of
from topics.agenda import drafts, releases
from topics.models import Draft, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(programme):
    return programme.mc.organize_url("topics:releases")


@pytest.fixture
def released(programme, lead):
    releases.publish(draft=programme.draft, version=1, note="Hello.", tell=True, by=lead)
    return programme


def back(programme, number=1):
    return programme.mc.organize_url("topics:take_back", number)


def test_the_list_says_when_by_whom_what_and_how_many_letters(released, lead, lead_client, url):
    drafts.take_out(draft=released.draft, item=released.b, version=None, by=lead)
    releases.publish(draft=Draft.objects.get(), version=None, by=lead)

    page = words_of(lead_client.get(url))

    for words in ("Release 2", "1 moved, 1 cancelled", "“Hello.”", lead.name, "1 with 2"):
        assert words in page


def test_before_the_first_release_it_says_what_one_is(programme, lead_client, url):
    assert "Nothing is published yet" in words_of(lead_client.get(url))


def test_a_release_is_taken_back_into_a_new_draft_or_the_current_one(released, lead_client):
    drafts.take_out(draft=released.draft, item=released.b, version=None, by=None)
    version = Draft.objects.get().version

    new = lead_client.post(back(released), {"into": "new"}, follow=True)
    current = lead_client.post(back(released), {"into": "current", "version": version}, follow=True)

    assert "taken back into the draft “From release 1”" in words_of(new)
    assert "taken back into the draft “A”" in words_of(current)
    assert {each.items.count() for each in Draft.objects.all()} == {3}


def test_the_page_before_names_what_is_left_out(released, lead_client):
    Topic.objects.filter(pk=released.a.topic_id).update(state="not_now")

    page = words_of(lead_client.get(back(released)))

    assert "2 items come back" in page
    assert "“A” is not this time." in page


def test_a_draft_that_was_changed_meanwhile_is_not_replaced_unseen(released, lead_client):
    drafts.take_out(draft=released.draft, item=released.b, version=None, by=None)

    response = lead_client.post(back(released), {"into": "current", "version": 1})

    assert response.status_code == 409
    assert "The draft was changed after you opened this page." in words_of(response)
    assert Draft.objects.get().items.count() == 2


def test_a_release_that_is_not_there_is_not_found(released, lead_client):
    assert lead_client.get(back(released, 7)).status_code == 404


def test_helpers_take_back_and_strangers_find_nothing(released, stranger_client, url):
    helper = client_of(HelperFactory(microconference=released.mc).user)

    assert helper.get(url).status_code == helper.get(back(released)).status_code == 200
    assert stranger_client.get(url).status_code == stranger_client.get(back(released)).status_code == 404


def test_the_list_costs_the_same_for_any_number_of_releases(released, lead, lead_client, url):
    def count():
        with CaptureQueriesContext(connection) as queries:
            lead_client.get(url)
        return len(queries)

    few = count()
    for turn in range(5):
        drafts.set_minutes(draft=released.draft, minutes={released.a: 25 + turn}, version=None, by=lead)
        releases.publish(draft=Draft.objects.get(), version=None, by=lead)

    assert count() == few
