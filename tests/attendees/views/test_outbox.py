"""The outbox says what goes, what waits until when and why, and what a lead has to decide."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from attendees.models import Letter, LetterReason
from attendees.outreach import delivery, pausing
from attendees.views.outbox import why_it_waits
from tests.conftest import client_of
from tests.factories import AttendeeFactory, HelperFactory, LetterFactory, RoundFactory
from uconf.lib import clock
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(microconference):
    return microconference.organize_url("attendees:outbox")


@pytest.fixture
def do(microconference):
    return microconference.organize_url("attendees:outbox_do")


def letter_of(microconference, **more):
    now = clock.now()
    attendee = AttendeeFactory(microconference=microconference)
    values = {"state": Letter.State.QUEUED, "due_at": now, "next_try_at": now} | more
    letter = LetterFactory(microconference=microconference, to_person=attendee.person, **values)
    round = microconference.rounds.first() or RoundFactory(microconference=microconference)
    LetterReason.objects.create(
        letter=letter, person=attendee.person, attendee=attendee, round=round, dedupe_key=str(letter.pk)
    )
    return letter


def test_the_figures_move_only_while_something_does(lead_client, microconference, url):
    letter = letter_of(microconference)

    moving = lead_client.get(url, headers={"HX-Request": "true"}).content.decode()
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT, sent_at=clock.now(), next_try_at=None)
    still = lead_client.get(url, headers={"HX-Request": "true"}).content.decode()

    assert "hx-trigger" in moving and "1 letter is going out" in moving
    assert "hx-trigger" not in still and "Nothing is going out" in still
    assert "<html" not in moving


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"tries": 2, "state": "deferred", "reply": "451 greylisted", "in": 5}, "put off by the mail server, tried 2"),
        ({"due_in": 5, "in": 5}, "asked within 7 days"),
        ({"by_robot": True, "in": 5}, "robots write"),
        ({"in": 5}, "so many letters a minute"),
        ({"kind": "release", "by_robot": True, "due_in": 5, "in": 5}, "another release"),
        ({"resends": 1, "in": 5}, "sent once more"),
        ({"in": None}, "paused"),
        ({"in": -1}, ""),
        ({"state": "sent", "sent_at": True, "in": None}, ""),
    ],
)
def test_a_letter_that_waits_says_why(microconference, values, words):
    now, values = clock.now(), dict(values)
    wait, due = values.pop("in"), values.pop("due_in", 0)
    if values.pop("sent_at", None):
        values["sent_at"] = now
    letter = letter_of(
        microconference, due_at=now + timedelta(days=due),
        next_try_at=None if wait is None else now + timedelta(days=wait), **values,
    )  # fmt: skip

    why = why_it_waits(letter, microconference)

    assert words in why if words else why == ""


def test_a_lead_pauses_the_letters_and_lets_them_go_on_without_their_being_late(
    lead_client, microconference, url, do, lead
):
    letter = letter_of(microconference, due_at=clock.now() - timedelta(days=1))

    lead_client.post(do, {"do": "pause"})
    lead_client.post(do, {"do": "pause"})
    held = delivery.sweep()
    page = lead_client.get(url).content.decode()
    lead_client.post(do, {"do": "resume"})

    letter.refresh_from_db()
    assert held == 0 and "are paused" in page
    assert clock.now() - letter.due_at < timedelta(minutes=1)
    assert sorted(ActivityEntry.objects.values_list("what", flat=True)) == ["letters.paused", "letters.went_on"]


def test_a_helper_sees_the_outbox_and_cannot_pause_it(microconference, url, do):
    client = client_of(HelperFactory(microconference=microconference).user)

    assert client.get(url).status_code == 200
    assert client.post(do, {"do": "pause"}).status_code == 404
    assert not pausing.is_paused(microconference)


def test_an_uncertain_letter_is_sent_again_or_left_from_here(lead_client, microconference, url):
    letters = [letter_of(microconference, state="uncertain", dated_at=clock.now()) for _each in range(2)]

    page = lead_client.get(url, {"state": "uncertain"}).content.decode()
    for letter, what in zip(letters, ("again", "leave"), strict=True):
        answer = lead_client.post(
            microconference.organize_url("attendees:letter_do", letter.public_id), {"do": what, "from": "outbox"}
        )
        assert answer.url == url

    assert page.count('value="leave"') == 2
    assert set(Letter.objects.exclude(state="uncertain", left_at=None).values_list("pk", flat=True)) == {
        each.pk for each in letters
    }


def test_that_the_whole_site_is_paused_is_said_with_the_reason(lead_client, microconference, url):
    pausing.pause(why="moving house", by=None)

    assert "moving house" in lead_client.get(url).content.decode()


def test_the_outbox_costs_the_same_for_any_number_of_letters(lead_client, microconference, url):
    costs = []
    for _more in range(2):
        for _each in range(3 if not costs else 27):
            letter_of(microconference)
        lead_client.get(url)
        with CaptureQueriesContext(connection) as queries:
            lead_client.get(url)
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 22


def test_an_empty_outbox_says_what_to_do(lead_client, url):
    assert "No letters yet" in lead_client.get(url).content.decode()


@pytest.mark.parametrize("page", ["outbox", "letters"])
@pytest.mark.parametrize(("state", "do"), [("failed", "again"), ("uncertain", "leave"), ("taken", "put_back"),
                                           ("queued", "back"), ("deferred", "cancel")])  # fmt: skip
def test_the_buttons_of_a_row_are_pressed_as_a_browser_presses_them(microconference, lead, page, state, do):
    letter = letter_of(microconference, state=state, by_robot=do == "cancel", message_id="<one@testserver>")
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    url = microconference.organize_url("attendees:letter_do", letter.public_id)

    content = client.get(microconference.organize_url(f"attendees:{page}")).content.decode()
    form = content.partition(f'action="{url}"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', form))
    response = client.post(url, fields | {"do": do})

    assert f'value="{do}"' in form
    assert response.status_code == 302
    assert Letter.objects.get().state != state or Letter.objects.get().left_at
