from datetime import date

import pytest
from django.contrib.messages import get_messages

from tests.conftest import client_of
from tests.factories import ConferenceFactory, HelperFactory, LeadFactory, MicroconferenceFactory
from uconf.forms.settings import SettingsForm
from uconf.models import Microconference

pytestmark = pytest.mark.django_db
State = Microconference.State


@pytest.fixture
def mc():
    return MicroconferenceFactory(title="Tracing")


@pytest.fixture
def lead(mc):
    return LeadFactory(microconference=mc).user


@pytest.fixture
def client(lead):
    return client_of(lead)


def typed(mc, **values):
    """The form as a browser sends it back, with some fields typed anew."""
    shown = {**SettingsForm.initial_of(mc), **values}
    return {
        name: "on" if value is True else str(value)
        for name, value in shown.items()
        if value is not None and value is not False
    }


def test_for_helpers_and_strangers_the_settings_do_not_exist(mc, lead, stranger_client):
    helper = client_of(HelperFactory(microconference=mc).user)
    names = ["settings", "agree", "submit", "take_back", "invite"]

    for browser in (helper, stranger_client):
        assert [browser.post(mc.organize_url(f"uconf:{name}")).status_code for name in names] == [404] * 5
        assert browser.get(mc.organize_url("uconf:settings")).status_code == 404


def test_settings_are_saved_with_their_links(client, mc):
    response = client.post(
        mc.organize_url("uconf:settings"),
        typed(
            mc, title="Tracing and Probing", publish_by="2031-09-01", call="here", topics_close_on="2031-08-01",
            links="LWN https://lwn.net/Articles/1/\r\nwiki page\r\n", attendee_list_public=False,
        ),
    )  # fmt: skip

    mc.refresh_from_db()
    assert response.status_code == 302
    assert mc.title == "Tracing and Probing"
    assert (mc.publish_by, mc.topics_open_here, mc.topics_close_on) == (date(2031, 9, 1), True, date(2031, 8, 1))
    assert mc.attendee_list_public is False
    assert list(mc.links.values_list("label", "url")) == [("LWN", "https://lwn.net/Articles/1/"), ("wiki page", "")]


@pytest.mark.parametrize(
    ("call", "url", "sentence"),
    [
        ("here", "https://example.org/call", "not in both places"),
        ("none", "https://example.org/call", "not in both places"),
        ("elsewhere", "", "Write the address at which topics are proposed."),
    ],
)
def test_topics_are_called_for_in_one_place(client, mc, call, url, sentence):
    response = client.post(
        mc.organize_url("uconf:settings"), typed(mc, call=call, topics_url=url, notes_url="https://example.org/pad")
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "https://example.org/pad" in page
    mc.refresh_from_db()
    assert (mc.topics_url, mc.notes_url) == ("", "")


def test_two_leads_saving_the_same_page_see_both_versions_and_lose_nothing(client, mc):
    other = client_of(LeadFactory(microconference=mc).user)
    opened = typed(mc)
    other.post(mc.organize_url("uconf:settings"), {**opened, "summary": "What the other lead wrote."})

    response = client.post(mc.organize_url("uconf:settings"), {**opened, "summary": "What I wrote."})

    page = response.content.decode()
    assert response.status_code == 409
    assert "What I wrote." in page and "What the other lead wrote." in page
    assert [(each.label, each.mine) for each in response.context["differences"]] == [("Summary", "What I wrote.")]
    mc.refresh_from_db()
    assert mc.summary == "What the other lead wrote."

    kept = client.post(mc.organize_url("uconf:settings"), {**opened, "summary": "What I wrote.", "version": "2"})

    assert kept.status_code == 302
    mc.refresh_from_db()
    assert mc.summary == "What I wrote."


def test_the_kind_is_the_committees_once_it_is_submitted(client, mc):
    Microconference.objects.update(state=State.SUBMITTED)

    client.post(mc.organize_url("uconf:settings"), typed(mc, kind="short"))

    mc.refresh_from_db()
    assert mc.kind == "full"


def test_the_policy_is_agreed_to_by_who_presses(client, mc, lead):
    client.post(mc.organize_url("uconf:agree"))

    mc.refresh_from_db()
    assert mc.policy_agreed_by == lead.memberships.get().person


def test_the_page_before_submitting_says_what_is_missing_and_offers_no_button(client, mc):
    mc.conference.policy_url = "https://example.org/policy"
    mc.conference.save(update_fields=["policy_url"])

    page = client.get(mc.organize_url("uconf:submit")).content.decode()
    pressed = client.post(mc.organize_url("uconf:submit"))

    assert "Nobody has agreed to the conference’s conduct policy." in page
    assert "btn-primary" not in page
    assert pressed.status_code == 422
    mc.refresh_from_db()
    assert mc.state == State.DRAFT


def test_it_is_submitted_and_taken_back(client, mc):
    submitted = client.post(mc.organize_url("uconf:submit"))
    mc.refresh_from_db()
    assert mc.state == State.SUBMITTED
    assert [str(each) for each in get_messages(submitted.wsgi_request)] == [
        f"“Tracing” is with the committee of {mc.conference}. You can take it back until they decide."
    ]

    client.post(mc.organize_url("uconf:take_back"))
    mc.refresh_from_db()
    assert mc.state == State.DRAFT


def test_what_the_committee_has_decided_cannot_be_taken_back(client, mc):
    Microconference.objects.update(state=State.ACCEPTED)

    response = client.post(mc.organize_url("uconf:take_back"))

    assert response.status_code == 422
    assert "“Tracing” is accepted and cannot become draft." in response.content.decode()


@pytest.mark.parametrize("state", [each for each in State if each != State.MERGED])
def test_the_page_stands_in_every_state(client, mc, state):
    Microconference.objects.update(state=state)

    for name in ("settings", "submit"):
        assert client.get(mc.organize_url(f"uconf:{name}")).status_code == 200


def test_a_merged_one_says_into_what(client, mc):
    into = MicroconferenceFactory(conference=mc.conference, title="Perf")
    Microconference.objects.filter(pk=mc.pk).update(state=State.MERGED, merged_into=into)

    assert "It was merged into “Perf”." in client.get(mc.organize_url("uconf:settings")).content.decode()


def test_leads_of_another_microconference_of_the_same_conference_stay_outside(mc):
    conference = ConferenceFactory()
    other = LeadFactory(microconference=MicroconferenceFactory(conference=conference)).user
    Microconference.objects.filter(pk=mc.pk).update(conference=conference)
    mc.refresh_from_db()

    assert client_of(other).get(mc.organize_url("uconf:settings")).status_code == 404
