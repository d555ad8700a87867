"""The page before a release: what it would do, each letter included, and the press that does it."""

import re

import pytest
from django.utils.html import escape

from attendees.models import Letter
from tests.factories import AgendaItemFactory, AttendeeFactory, KeyPersonFactory
from tests.pages import words_of
from topics.agenda import acknowledging, releases, warnings
from topics.agenda.snapshot import load
from topics.models import Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(programme):
    return programme.mc.organize_url("topics:publish")


def test_the_page_shows_each_letter_with_its_real_reader_and_writes_nothing(programme, lead_client, url):
    page = words_of(lead_client.get(url))

    for words in (programme.mina.address, programme.oskar.address, "New: &quot;A&quot; (you lead it)", "3 letters"):
        assert words in page
    assert "/a/…/" in page
    assert not Letter.objects.exists()
    assert not Release.objects.exists()


def test_long_lists_are_folded_but_not_what_is_cancelled_or_does_not_fit(programme, lead, lead_client, url):
    programme.a.topic.title = "Gone for good"
    programme.a.topic.save()
    releases.publish(draft=programme.draft, version=1, by=lead)
    programme.a.delete()
    for number in range(14):
        item = AgendaItemFactory(
            draft=programme.draft, session=programme.session, topic__title=f"New {number}", position=10 + number
        )
        KeyPersonFactory(topic=item.topic, person__name=f"Somebody {number}")

    response = lead_client.get(url)

    changes = response.content.decode().partition("</section>")[0]
    unfolded = re.sub(r"(?s)<details.*?</details>", "", changes)
    assert [title in unfolded for title in ("Gone for good", "New 0", "New 13")] == [True, True, False]
    assert "New 13" in changes
    letters = response.context["letters"]
    assert (len(letters.shown), len(letters.shown) + len(letters.folded)) == (6, 17)
    assert f"{len(letters.folded)} letters more" in words_of(response)
    assert {each.severity for each in response.context["aware"]} == {"aware"}
    assert {each.severity for each in response.context["warnings"]} == {"should_not"}
    for each in response.context["preview"].warnings:
        assert escape(each.sentence) in response.content.decode()


def test_who_gets_none_is_named_with_the_reason(programme, lead_client, url):
    AttendeeFactory(microconference=programme.mc, person=programme.mina, cant=True)

    page = words_of(lead_client.get(url))

    assert "Not written to" in page
    assert "Mina Example said that they can’t this time." in page


def test_publishing_writes_the_letters_if_the_lead_says_so(programme, lead_client, url):
    response = lead_client.post(url, {"version": 1, "note": "Welcome.", "tell": "yes"}, follow=True)

    assert "3 letters go in a quarter of an hour" in words_of(response)
    assert Letter.objects.filter(kind="release", state="queued").count() == 3
    assert {len(each.attachments) for each in Letter.objects.all()} == {0}


@pytest.mark.parametrize("tell", [{"tell": "no"}, {}])
def test_publishing_without_the_choice_writes_to_nobody(programme, lead_client, url, tell):
    lead_client.post(url, {"version": 1, **tell})

    assert Release.objects.count() == 1
    assert not Letter.objects.exists()


def test_a_calendar_file_goes_along_if_it_is_ticked(programme, lead_client, url):
    lead_client.post(url, {"version": 1, "tell": "yes", "with_calendar": "on"})

    assert {each["method"] for letter in Letter.objects.all() for each in letter.attachments} == {"REQUEST"}


def test_looking_again_puts_the_note_into_the_letters_and_publishes_nothing(programme, lead_client, url):
    response = lead_client.post(url, {"version": 1, "note": "Bring a chair.", "tell": "no", "look": "1"})

    assert response.status_code == 200
    assert words_of(response).count("Bring a chair.") == 4  # three letters and the field
    assert re.search(r'value="no"[^>]*checked', response.content.decode())
    assert not Release.objects.exists()


def test_what_waits_from_the_release_before_is_said_to_be_replaced(programme, lead_client, url):
    releases.publish(draft=programme.draft, version=1, tell=True, by=None)
    programme.a.delete()

    page = words_of(lead_client.get(url))

    assert "It replaces a letter of the release before" in page
    assert "replace letters that wait, and go in any case" in page
    assert "1 letter of the release before has not gone yet and is called off" in page


def test_acknowledged_warnings_are_folded_away_with_their_reason(programme, lead, lead_client, url):
    found = warnings.check(load(programme.mc, draft=programme.draft)).loud[0]
    acknowledging.acknowledge(draft=programme.draft, key=found.key, reason="Known to all.", by=lead)

    page = words_of(lead_client.get(url))

    assert "1 acknowledged" in page
    assert "Known to all." in page


def test_the_warnings_that_stand_are_told_worst_first_and_beside_the_button(programme, lead_client, url):
    AttendeeFactory(microconference=programme.mc, person=programme.mina, pending=True)
    programme.draft.items.update(minutes=90)
    response = lead_client.get(url)
    found = response.context["preview"].warnings

    assert [each.rank for each in found] == sorted(each.rank for each in found)
    assert len({each.rank for each in found}) > 1
    assert f"{len(found)} warnings stand" in words_of(response)
