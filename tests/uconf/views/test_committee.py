from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendees.models import Letter
from tests.conftest import client_of
from tests.factories import (
    AttendeeFactory,
    ConferenceFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    PersonFactory,
    RoomFactory,
    RoundFactory,
    TopicFactory,
    UserFactory,
)
from uconf.models import Microconference

pytestmark = pytest.mark.django_db
State = Microconference.State


@pytest.fixture
def conference():
    return ConferenceFactory(slug="example")


@pytest.fixture
def chair(conference):
    user = UserFactory()
    conference.committee.add(user)
    return user


@pytest.fixture
def client(chair):
    return client_of(chair)


@pytest.fixture
def mc(conference):
    return MicroconferenceFactory(conference=conference, submitted=True, title="Tracing", slug="tracing")


def url(name, mc):
    return reverse(f"uconf:{name}", args=[mc.conference.slug, mc.slug])


def said(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def pages_of(mc):
    return [
        ("get", reverse("uconf:committee", args=[mc.conference.slug])),
        *[("get", url(name, mc)) for name in ("review", "decline", "merge")],
        *[("post", url(name, mc)) for name in ("review", "accept", "decline", "merge", "review_invite")],
    ]


def test_for_everybody_else_the_committees_pages_do_not_exist(mc, chair):
    other = ConferenceFactory()
    foreign = UserFactory()
    other.committee.add(foreign)
    lead = LeadFactory(microconference=mc).user

    for user in (foreign, lead, UserFactory()):
        browser = client_of(user)
        for method, address in pages_of(mc):
            assert getattr(browser, method)(address).status_code == 404, (method, address)

    mc.refresh_from_db()
    assert mc.state == State.SUBMITTED


def test_without_an_account_the_committees_pages_ask_to_sign_in(mc):
    response = Client().get(reverse("uconf:committee", args=["example"]))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_a_microconference_of_another_conference_is_missing(client):
    mc = MicroconferenceFactory(submitted=True)

    assert client.get(reverse("uconf:review", args=["example", mc.slug])).status_code == 404


def test_what_waits_for_the_committee_comes_first(client, conference, mc):
    for state in ("draft", "accepted", "declined"):
        MicroconferenceFactory(conference=conference, state=state)

    response = client.get(reverse("uconf:committee", args=["example"]))

    assert [state for state, _ in response.context["groups"]] == ["submitted", "accepted", "draft", "declined"]


def test_leads_who_are_invited_but_not_here_are_said_to_be(client, mc):
    LeadFactory(microconference=mc, person=PersonFactory(name="Nora Newcomer"), user=None,
                invited_at=datetime(2031, 5, 6, tzinfo=UTC))  # fmt: skip

    page = client.get(reverse("uconf:committee", args=["example"])).content.decode()

    assert "Nora Newcomer" in page
    assert "(invited, not here yet)" in page


def test_the_committee_never_sees_who_is_on_a_list(client, mc):
    AttendeeFactory(microconference=mc, person=PersonFactory(name="Secret Guest", address="secret@example.org"))
    LeadFactory(microconference=mc, person=PersonFactory(name="Known Lead", address="private@example.org"), user=None)

    for address in (reverse("uconf:committee", args=["example"]), url("review", mc), url("merge", mc)):
        page = client.get(address).content.decode()
        assert "Secret Guest" not in page
        assert "secret@example.org" not in page
        assert "private@example.org" not in page


def test_the_list_costs_the_same_for_any_number(client, conference):
    def grow(count):
        for _ in range(count):
            mc = MicroconferenceFactory(conference=conference, submitted=True, room=RoomFactory(conference=conference))
            LeadFactory.create_batch(count, microconference=mc)
            TopicFactory.create_batch(count, microconference=mc)
            AttendeeFactory.create_batch(count, microconference=mc)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("uconf:committee", args=["example"]))
        return len(queries)

    grow(1)
    few = cost()
    grow(5)

    assert cost() == few


def test_the_numbers_are_those_of_each_microconference(client, conference, mc):
    TopicFactory.create_batch(3, microconference=mc)
    TopicFactory(microconference=mc, state="withdrawn")
    AttendeeFactory(microconference=mc, coming=True, contacted_at=datetime(2031, 5, 6, tzinfo=UTC))
    AttendeeFactory(microconference=mc, remote=True)
    AttendeeFactory(microconference=mc, interested=True)
    TopicFactory()

    [(_, [row])] = client.get(reverse("uconf:committee", args=["example"])).context["groups"]

    assert (row.topic_count, row.people_count, row.asked_count, row.interested_count, row.coming_count) == (
        3,
        3,
        3,  # who said something unasked counts as asked
        1,
        2,
    )


def test_without_microconferences_the_page_says_what_to_do_next(client, conference):
    page = client.get(reverse("uconf:committee", args=["example"])).content.decode()

    assert "Nobody has proposed a microconference yet." in page
    assert reverse("uconf:import_bunch", args=["example"]) in page


def test_accepting_says_the_consequence(client, mc):
    response = client.post(url("accept", mc))

    mc.refresh_from_db()
    assert mc.state == State.ACCEPTED
    assert response.status_code == 302
    assert said(response) == [
        "“Tracing” is accepted. It has a public page now, and its leads may ask who will be there."
    ]


def test_a_get_accepts_nothing(client, mc):
    assert client.get(url("accept", mc)).status_code == 405

    mc.refresh_from_db()
    assert mc.state == State.SUBMITTED


def test_a_draft_cannot_be_accepted_and_the_page_says_why(client, mc):
    Microconference.objects.update(state=State.DRAFT)

    response = client.post(url("accept", mc))

    assert response.status_code == 422
    assert "“Tracing” is draft and cannot become accepted." in response.content.decode()


def test_the_page_before_declining_says_that_letters_are_cancelled_and_changes_nothing(client, mc):
    LetterFactory.create_batch(2, microconference=mc, state="queued")

    page = client.get(url("decline", mc)).content.decode()

    assert "2 letters that have not gone are cancelled." in page
    assert Letter.objects.filter(state="queued").count() == 2


def test_declining_without_a_reason_is_refused(client, mc):
    response = client.post(url("decline", mc), {"reason": " "})

    mc.refresh_from_db()
    assert response.status_code == 422
    assert mc.state == State.SUBMITTED


def test_the_leads_read_why_it_was_declined(client, mc):
    lead = LeadFactory(microconference=mc).user

    client.post(url("decline", mc), {"reason": "Too near to another one."})

    page = client_of(lead).get(mc.organize_url("uconf:settings")).content.decode()
    assert "Too near to another one." in page


def test_the_page_before_merging_says_what_moves_and_changes_nothing(client, conference, mc):
    into = MicroconferenceFactory(conference=conference, submitted=True, title="Perf", slug="perf")
    TopicFactory.create_batch(2, microconference=mc)
    person = PersonFactory()
    AttendeeFactory(microconference=mc, person=person)
    AttendeeFactory(microconference=into, person=person)

    response = client.get(url("merge", mc), {"into": "perf"})

    page = " ".join(response.content.decode().split())
    assert "2 topics, behind its own" in page
    assert "1 is on both lists and becomes one" in page
    assert "its leads and helpers get none in the other one" in page
    assert mc.topics.count() == 2


def test_merging_moves_and_leads_to_the_other_one(client, conference, mc):
    into = MicroconferenceFactory(conference=conference, submitted=True, slug="perf")
    topic = TopicFactory(microconference=mc)

    response = client.post(url("merge", mc), {"into": "perf"})

    assert response.headers["Location"] == url("review", into)
    assert list(into.topics.all()) == [topic]
    mc.refresh_from_db()
    assert mc.state == State.MERGED


def test_merging_into_what_was_declined_meanwhile_is_missing(client, conference, mc):
    MicroconferenceFactory(conference=conference, declined=True, slug="perf")

    assert client.post(url("merge", mc), {"into": "perf"}).status_code == 404
    assert client.get(url("merge", mc), {"into": "perf"}).status_code == 422


def test_a_merge_that_is_refused_says_why_before_it_is_pressed(client, conference, mc):
    RoundFactory(microconference=mc)
    MicroconferenceFactory(conference=conference, submitted=True, title="Perf", slug="perf")

    response = client.get(url("merge", mc), {"into": "perf"})

    assert response.status_code == 422
    assert "Accept it first." in response.content.decode()
    assert response.context["moving"] is None


def test_kind_and_room_are_saved(client, conference, mc):
    room = RoomFactory(conference=conference, name="Hall A")

    response = client.post(url("review", mc), {"kind": "short", "room": room.pk, "version": mc.version})

    mc.refresh_from_db()
    assert (mc.kind, mc.room) == ("short", room)
    assert said(response) == ["“Tracing”: short, Hall A."]


def test_a_room_of_another_conference_is_refused(client, mc):
    response = client.post(url("review", mc), {"kind": "full", "room": RoomFactory().pk, "version": mc.version})

    mc.refresh_from_db()
    assert response.status_code == 422
    assert mc.room is None


def test_two_members_placing_it_at_once_see_both_versions(client, conference, mc):
    Microconference.objects.update(kind="no_av", version=2)

    response = client.post(url("review", mc), {"kind": "short", "room": "", "version": 1})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Somebody changed “Tracing” while you were editing it." in page
    assert "without audio and video" in page
    kept = client.post(url("review", mc), {"kind": "short", "room": "", "version": 2})
    assert kept.status_code == 302


def test_inviting_a_lead_by_address(client, mc):
    response = client.post(
        url("review_invite", mc),
        {"invite-name": "Nora Newcomer", "invite-address": "nora@example.org", "invite-role": "lead"},
    )

    assert response.status_code == 302
    assert said(response) == ["A letter to Nora Newcomer goes out now; it says how to sign in."]
    assert mc.memberships.get().person.address == "nora@example.org"


def test_an_invitation_without_a_name_keeps_what_was_typed(client, mc):
    response = client.post(
        url("review_invite", mc), {"invite-name": "", "invite-address": "nora@example.org", "invite-role": "lead"}
    )

    assert response.status_code == 422
    assert 'value="nora@example.org"' in response.content.decode()
    assert not mc.memberships.exists()
