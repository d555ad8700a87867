from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendees.models import Status
from outcomes.models import OutcomeLink
from tests.factories import (
    AttendeeFactory,
    ConferenceFactory,
    HelperFactory,
    LeadFactory,
    MicroconferenceFactory,
    OutcomeFactory,
    PersonFactory,
    ProposerFactory,
    SessionFactory,
    TopicFactory,
    TopicLinkFactory,
)
from tests.pages import PRIVATE, page_of
from topics.models import Release, Topic
from uconf.lib import clock

pytestmark = pytest.mark.django_db


def publish(microconference, number=1, room="Room A", timezone="Europe/Dublin"):
    session = {
        "id": "x", "starts_at": "2031-09-21T13:00:00+00:00", "ends_at": "2031-09-21T16:30:00+00:00", "room": room,
        "remote_capable": True, "items": [],
    }  # fmt: skip
    content = {"version": 1, "timezone": timezone, "sessions": [session], "if_time": []}
    return Release.objects.create(microconference=microconference, number=number, content=content)


@pytest.fixture
def addresses(microconference):
    """Every public page, each with something on it."""
    earlier = MicroconferenceFactory(series=microconference.series, earlier=True)
    OutcomeFactory(microconference=earlier)
    OutcomeFactory(microconference=microconference, topic=TopicFactory(microconference=microconference, accepted=True))
    AttendeeFactory(microconference=microconference, listed=True, coming=True)
    conference, series = microconference.conference, microconference.series
    return [
        reverse("uconf:home"),
        conference.get_absolute_url(),
        microconference.get_absolute_url(),
        series.get_absolute_url(),
        earlier.get_absolute_url(),
        reverse("outcomes:public", args=[conference.slug, microconference.slug]),
        reverse("uconf:privacy"),
    ]


def test_public_pages_set_no_cookie_and_do_not_vary_by_one(addresses):
    for where in addresses:
        response = Client().get(where)

        assert response.status_code == 200, where
        assert not response.cookies, where
        assert "cookie" not in response.headers.get("Vary", "").lower(), where


def test_what_is_unchanged_is_answered_by_304_and_a_change_shows_at_once(addresses, microconference, client):
    for where in addresses:
        first = client.get(where)

        assert client.get(where, headers={"If-None-Match": first["ETag"]}).status_code == 304, where
        assert first["Cache-Control"] == "public, max-age=0, must-revalidate", where

    where = microconference.get_absolute_url()
    old = client.get(where)["ETag"]
    OutcomeFactory(microconference=microconference, text="Just now.")

    changed = client.get(where, headers={"If-None-Match": old})

    assert changed.status_code == 200
    assert "Just now." in changed.content.decode()


def test_public_pages_are_the_same_bytes_for_a_lead(addresses, lead_client, client):
    for where in addresses:
        assert client.get(where).content == lead_client.get(where).content, where


def test_public_pages_only_show(addresses, client):
    for where in addresses:
        assert client.post(where).status_code == 405, where


def test_every_public_page_says_what_it_is_and_where_it_lives(addresses, client, settings):
    for where in addresses:
        page = page_of(client, where)

        assert f'<link rel="canonical" href="{settings.BASE_URL}{where}">' in page, where
        assert '<meta name="description" content="' in page, where
        assert '<meta name="description" content="">' not in page, where
        assert page.count("<h1") == 1, where
        assert '<html lang="en' in page, where


# --- home ---


def test_an_empty_site_says_what_it_is_for_and_where_organizers_begin(client):
    page = page_of(client, "/")

    assert "Nothing is published here yet" in page
    assert f'<a class="btn btn-primary" href="{reverse("uconf:organize")}">' in page


def test_home_shows_conferences_to_come_nearest_first_and_past_ones_that_held_something(client):
    today = clock.today("UTC")
    later = ConferenceFactory(starts_on=today + timedelta(30), ends_on=today + timedelta(31))
    running = ConferenceFactory(starts_on=today, ends_on=today + timedelta(2))
    past = ConferenceFactory(starts_on=date(2019, 9, 9), ends_on=date(2019, 9, 11))
    ConferenceFactory(starts_on=date(2018, 9, 9), ends_on=date(2018, 9, 11))
    MicroconferenceFactory(conference=past, reported=True)

    response = client.get("/")

    assert response.context["upcoming"] == [running, later]
    assert response.context["past"] == [past]


@pytest.mark.parametrize("state", [*PRIVATE, "merged"])
def test_home_and_conference_do_not_name_what_is_not_public(client, microconference, state):
    into = microconference if state == "merged" else None
    hidden = MicroconferenceFactory(
        conference=microconference.conference, state=state, merged_into=into, title="Hidden thing"
    )

    assert "Hidden thing" not in page_of(client, "/")
    assert "Hidden thing" not in page_of(client, hidden.conference.get_absolute_url())


# --- conference ---


def test_a_conference_shows_its_facts_and_its_microconferences_by_where_they_stand(client):
    conference = ConferenceFactory(
        venue="Made-up Hall", website="https://example.org/w", policy_url="https://example.org/p",
        official_schedule_url="https://example.org/t",
    )  # fmt: skip
    scheduled = MicroconferenceFactory(conference=conference, scheduled=True)
    publish(scheduled, number=2)
    called = MicroconferenceFactory(conference=conference, accepted=True, topics_open_here=True)
    MicroconferenceFactory(conference=conference, accepted=True)
    OutcomeFactory(microconference=MicroconferenceFactory(conference=conference, reported=True))

    response = client.get(conference.get_absolute_url())

    page = response.content.decode()
    groups = {heading: [each.standing.words for each in found] for heading, found in response.context["groups"]}
    assert groups == {
        "Schedule published": ["schedule, release 2"],
        "Call for topics open": ["call for topics open"],
        "In preparation": ["in preparation"],
        "Outcomes reported": ["1 outcome"],
    }
    assert called.get_absolute_url() in page
    assert "20–24 September 2031, Made-up Hall" in page
    for link in ("https://example.org/w", "https://example.org/p", "https://example.org/t"):
        assert f'href="{link}"' in page


def test_a_conference_that_is_not_there_is_not_there(client):
    assert client.get("/nowhere/").status_code == 404


# --- microconference ---


@pytest.mark.parametrize("state", PRIVATE)
def test_what_is_not_accepted_is_not_there(client, state):
    assert client.get(MicroconferenceFactory(state=state).get_absolute_url()).status_code == 404


def test_a_merged_microconference_leads_to_what_it_was_merged_into_over_several_steps(client, microconference):
    between = MicroconferenceFactory(state="merged", merged_into=microconference)
    gone = MicroconferenceFactory(state="merged", merged_into=between)

    response = client.get(gone.get_absolute_url())

    assert (response.status_code, response.url) == (302, microconference.get_absolute_url())


def test_a_microconference_merged_into_a_private_one_is_not_there(client):
    gone = MicroconferenceFactory(state="merged", merged_into=MicroconferenceFactory())

    assert client.get(gone.get_absolute_url()).status_code == 404


def test_before_a_release_the_days_are_shown_and_no_draft_of_a_session(client, microconference):
    SessionFactory(microconference=microconference)
    microconference.publish_by = date(2031, 9, 1)
    microconference.save(update_fields=["publish_by"])

    page = page_of(client, microconference.get_absolute_url())

    assert "20–24 September 2031" in page
    assert "The schedule is not published yet." in page
    assert "14:00" not in page


def test_sessions_are_those_of_the_latest_release_in_its_zone(client):
    microconference = MicroconferenceFactory(scheduled=True)
    publish(microconference, 1, room="Old room")
    publish(microconference, 2, room="Room B")
    SessionFactory(microconference=microconference, starts_at="2031-09-22T07:00:00Z", ends_at="2031-09-22T08:00:00Z")

    page = page_of(client, microconference.get_absolute_url())

    assert "Sunday 21 September 2031" in page
    assert "14:00" in page
    assert ", Room B and remote" in page
    assert "Old room" not in page
    assert "Europe/Dublin" in page
    assert "Schedule, release 2" in page


def test_the_official_timetable_is_named_and_holds(client):
    microconference = MicroconferenceFactory(
        accepted=True, conference__official_schedule_url="https://example.org/official"
    )

    page = page_of(client, microconference.get_absolute_url())

    assert 'Official timetable: <a href="https://example.org/official">' in page


def test_leads_are_named_with_their_affiliation_and_helpers_and_addresses_are_not(client, microconference):
    lead = LeadFactory(microconference=microconference, affiliation="Example Labs")
    helper = HelperFactory(microconference=microconference)

    page = page_of(client, microconference.get_absolute_url())

    assert f"{lead.person.name} (Example Labs)" in page
    assert helper.person.name not in page
    assert lead.person.address not in page


def test_topics_are_those_chosen_and_their_proposers_are_named_only_if_they_agreed(client, microconference):
    chosen = TopicFactory(microconference=microconference, accepted=True, problem="What is *slow*? And why.")
    spare = TopicFactory(microconference=microconference, if_time=True)
    for state in set(Topic.State) - {"accepted", "if_time", "merged"}:
        TopicFactory(microconference=microconference, state=state, title=f"Hidden {state}")
    agreed = AttendeeFactory(microconference=microconference, listed=True).person
    silent = PersonFactory(name="Silent Proposer")
    ProposerFactory(topic=chosen, person=agreed)
    ProposerFactory(topic=chosen, person=silent)
    TopicLinkFactory(topic=chosen, label="v1 series", url="https://lore.kernel.org/x")

    response = client.get(microconference.get_absolute_url())

    page = response.content.decode()
    assert (response.context["topics"], response.context["if_time"]) == ([chosen], [spare])
    assert "Hidden" not in page
    assert agreed.name in page
    assert "Silent Proposer" not in page
    assert 'href="https://lore.kernel.org/x"' in page
    assert "What is slow?" in page


def test_a_link_that_is_no_web_address_is_shown_as_words(client, microconference):
    topic = TopicFactory(microconference=microconference, accepted=True)
    TopicLinkFactory(topic=topic, label="trap", url="javascript:alert(1)")

    page = page_of(client, microconference.get_absolute_url())

    assert "trap" in page
    assert "javascript:" not in page


def test_topics_are_proposed_here_until_the_call_closes(client, microconference):
    where = reverse("topics:propose", args=[microconference.conference.slug, microconference.slug])
    microconference.topics_open_here = True
    microconference.topics_close_on = clock.today("Europe/Dublin")
    microconference.save()

    last_day = page_of(client, microconference.get_absolute_url())
    microconference.topics_close_on -= timedelta(1)
    microconference.save()
    day_after = page_of(client, microconference.get_absolute_url())

    assert f'href="{where}"' in last_day
    assert f'href="{where}"' not in day_after


def test_topics_are_proposed_in_the_conferences_own_system_where_it_has_one(client, microconference):
    microconference.topics_url = "https://example.org/abstracts"
    microconference.save()

    page = page_of(client, microconference.get_absolute_url())

    assert 'href="https://example.org/abstracts"' in page
    assert "Topics are proposed in the conference’s own system" in page


def test_who_agreed_is_named_and_everybody_is_counted(client, microconference):
    def attendee(name, status, listed):
        AttendeeFactory(microconference=microconference, person__name=name, status=status, listed=listed)

    attendee("Coming Listed", Status.COMING, True)
    attendee("Remote Listed", Status.REMOTE, True)
    attendee("Interested Listed", Status.INTERESTED, True)
    attendee("Pending Listed", Status.PENDING, True)
    attendee("Cant Listed", Status.CANT, True)
    attendee("Coming Silent", Status.COMING, False)
    attendee("Unasked Silent", Status.NOT_ASKED, False)

    response = client.get(microconference.get_absolute_url())

    page = response.content.decode()
    groups = {str(words): [person.name for person in people] for _, words, people in response.context["who"].groups}
    assert groups == {
        "coming": ["Coming Listed"],
        "coming remotely": ["Remote Listed"],
        "interested": ["Interested Listed"],
        "also on the list": ["Pending Listed"],
    }
    assert "6 asked, 3 coming (1 remotely), 1 interested" in page
    for hidden in ("Cant Listed", "Coming Silent", "Unasked Silent", "response pending"):
        assert hidden not in page


def test_the_leads_can_leave_out_all_names(client, microconference):
    AttendeeFactory(microconference=microconference, coming=True, listed=True, person__name="Mina Example")
    microconference.attendee_list_public = False
    microconference.save()

    page = page_of(client, microconference.get_absolute_url())

    assert "Mina Example" not in page
    assert "1 asked, 1 coming" in page


def test_an_erased_person_is_named_nowhere(client, microconference):
    gone = PersonFactory(name="Gone Person", erased_at=clock.now())
    AttendeeFactory(microconference=microconference, person=gone, coming=True, listed=True)
    LeadFactory(microconference=microconference, person=gone, user=None)
    OutcomeFactory(microconference=microconference).people.add(gone)

    for where in (microconference.get_absolute_url(), microconference.series.get_absolute_url(), "/"):
        assert "Gone Person" not in page_of(client, where)


def test_earlier_editions_are_quoted_and_a_newer_one_is_pointed_to(client, microconference):
    earlier = MicroconferenceFactory(series=microconference.series, earlier=True)
    lead = LeadFactory(microconference=earlier, user=None, person=PersonFactory(name="Earlier Lead"))
    OutcomeFactory.create_batch(3, microconference=earlier)
    newer = MicroconferenceFactory(series=microconference.series, accepted=True, year=2032, title="The newer one")

    page = page_of(client, microconference.get_absolute_url())

    assert lead.person.name in page
    assert "3 outcomes" in page
    assert f'<a href="{newer.get_absolute_url()}">The newer one, 2032</a>' in page


def test_once_held_the_page_says_what_came_of_it_or_that_nothing_is_noted(client):
    microconference = MicroconferenceFactory(held=True)
    before = page_of(client, microconference.get_absolute_url())

    OutcomeFactory(microconference=microconference, text="It is in.")
    after = page_of(client, microconference.get_absolute_url())

    assert "have not noted what came of it yet" in before
    assert "It is in." in after


def test_a_lead_is_named_once_they_have_come_here():
    microconference = MicroconferenceFactory(accepted=True)
    LeadFactory(microconference=microconference, user__name="Lena Lead", person__name="Lena Lead")
    LeadFactory(microconference=microconference, user=None, person=PersonFactory(name="Only Invited"))
    pages = [microconference.get_absolute_url(), microconference.conference.get_absolute_url(), "/"]

    shown = "".join(Client().get(page).content.decode() for page in pages)

    assert "Lena Lead" in shown and "Only Invited" not in shown


# --- privacy ---


def test_the_privacy_notice_says_who_why_how_long_and_what_one_can_do(client, settings):
    settings.MAIL_DOMAIN = "uconf.example.org"

    page = page_of(client, reverse("uconf:privacy"))

    for fact in ("postmaster@uconf.example.org", settings.BASE_URL, "Art. 6 (1) (f) GDPR", "400 days", "three years",
                 "90 days", "Art. 21 GDPR", "data protection authority", "Cookies"):  # fmt: skip
        assert fact in page


# --- cost ---


def fill(conference, microconference, number):
    """More of everything that the public pages list."""
    for _ in range(number):
        other = MicroconferenceFactory(conference=conference, accepted=True)
        LeadFactory(microconference=other)
        LeadFactory(microconference=microconference)
        topic = TopicFactory(microconference=microconference, accepted=True)
        ProposerFactory(topic=topic, person=AttendeeFactory(microconference=microconference, listed=True).person)
        TopicLinkFactory(topic=topic)
        outcome = OutcomeFactory(microconference=microconference, topic=topic, owner=PersonFactory())
        outcome.people.add(PersonFactory())
        OutcomeLink.objects.create(outcome=outcome, label="patch")
        year = 1950 + microconference.series.editions.count()
        earlier = MicroconferenceFactory(series=microconference.series, earlier=True, year=year)
        LeadFactory(microconference=earlier)
        OutcomeFactory(microconference=earlier)
        MicroconferenceFactory(
            reported=True, conference__starts_on=date(2019, 1, 1), conference__ends_on=date(2019, 1, 2)
        )


def test_every_public_page_costs_the_same_queries_for_3_rows_and_for_30(addresses, microconference):
    client, counts = Client(), []
    for number in (3, 30):
        fill(microconference.conference, microconference, number)
        counts.append([])
        for where in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(where).status_code == 200
            counts[-1].append(len(queries))

    assert counts[0] == counts[1]
    assert max(counts[1]) <= 20  # PostgreSQL counts its read-only transaction too
