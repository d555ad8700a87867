import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from attendees.models import Letter
from tests.conftest import client_of
from tests.factories import HelperFactory, LeadFactory, MicroconferenceFactory, PersonFactory
from uconf.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def mc():
    return MicroconferenceFactory(title="Tracing")


@pytest.fixture
def me(mc):
    return LeadFactory(microconference=mc)


@pytest.fixture
def client(me):
    return client_of(me.user)


def url(name, member):
    return member.microconference.organize_url(f"uconf:{name}", member.person.public_id)


def said(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def test_for_helpers_and_strangers_the_team_pages_do_not_exist(mc, me, stranger_client):
    helper = client_of(HelperFactory(microconference=mc).user)
    names = ["member", "member_move", "member_invite", "member_remove"]

    for browser in (helper, stranger_client):
        assert [browser.post(url(name, me)).status_code for name in names] == [404] * 4
        assert browser.get(url("member", me)).status_code == 404
    assert mc.memberships.count() == 2


def test_a_member_of_another_team_is_missing(client, mc):
    foreign = LeadFactory()

    assert client.get(mc.organize_url("uconf:member", foreign.person.public_id)).status_code == 404


def test_a_co_lead_is_invited_and_the_team_says_who_is_not_here_yet(client, mc):
    response = client.post(
        mc.organize_url("uconf:invite"),
        {"invite-name": "Nora Newcomer", "invite-address": "nora@example.org", "invite-role": "lead"},
    )

    page = client.get(mc.organize_url("uconf:settings")).content.decode()
    assert response.status_code == 302
    assert Letter.objects.get().to_person.name == "Nora Newcomer"
    assert "Nora Newcomer" in page and "not here yet" in page


def test_an_invitation_that_is_refused_keeps_what_was_typed(client, mc):
    LeadFactory(microconference=mc, user=None, person=PersonFactory(name="Nora Newcomer", address=""))

    response = client.post(
        mc.organize_url("uconf:invite"),
        {"invite-name": "Nora Newcomer", "invite-address": "nora@example.org", "invite-role": "lead"},
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "is on the team already, without an address" in page
    assert 'value="nora@example.org"' in page


def test_somebody_named_by_the_proposal_is_invited_with_their_address(client, mc):
    named = LeadFactory(microconference=mc, user=None, person=PersonFactory(name="Nora Newcomer", address=""))

    response = client.post(url("member_invite", named), {"invite-address": "nora@example.org"})

    named.person.refresh_from_db()
    assert response.status_code == 302
    assert named.person.address == "nora@example.org"
    assert said(response) == ["A letter to Nora Newcomer goes out now; it says how to sign in."]


def test_what_is_no_address_is_refused(client, mc):
    named = LeadFactory(microconference=mc, user=None, person=PersonFactory(address=""))

    response = client.post(url("member_invite", named), {"invite-address": "nora"})

    assert response.status_code == 422
    assert not Letter.objects.exists()


def test_role_and_affiliation_are_changed(client, mc):
    helper = HelperFactory(microconference=mc)

    client.post(
        url("member", helper), {"version": 1, "role": "lead", "affiliation": "Example Institute", "is_primary": "on"}
    )

    helper.refresh_from_db()
    assert (helper.role, helper.affiliation, helper.is_primary) == ("lead", "Example Institute", True)


def test_two_leads_who_change_one_member_see_both_versions_and_may_keep_either(client, mc):
    helper = HelperFactory(microconference=mc)
    mine = {"version": 1, "role": "helper", "affiliation": "My Institute"}
    client.post(url("member", helper), {**mine, "affiliation": "Their Institute"})

    conflict = client.post(url("member", helper), mine)

    helper.refresh_from_db()
    assert conflict.status_code == 409
    assert [(each.mine, each.theirs) for each in conflict.context["differences"]] == [
        ("My Institute", "Their Institute")
    ]
    assert helper.affiliation == "Their Institute"

    client.post(url("member", helper), {**mine, "version": conflict.context["form"].data["version"]})

    helper.refresh_from_db()
    assert helper.affiliation == "My Institute"


def test_the_last_lead_becoming_a_helper_is_refused_at_the_role(client, me):
    response = client.post(url("member", me), {"version": 1, "role": "helper", "affiliation": "Kept Institute"})

    page = response.content.decode()
    me.refresh_from_db()
    assert response.status_code == 422
    assert me.role == Membership.Role.LEAD
    assert "is the last lead of “Tracing”" in page
    assert "Kept Institute" in page


def test_the_last_lead_leaving_is_refused(client, mc, me):
    HelperFactory(microconference=mc)

    response = client.post(url("member_remove", me))

    assert response.status_code == 422
    assert "is the last lead of “Tracing”, and it needs one. Invite another lead first." in response.content.decode()
    assert mc.memberships.filter(pk=me.pk).exists()


def test_who_leaves_arrives_at_their_own_page(client, mc, me):
    LeadFactory(microconference=mc)

    response = client.post(url("member_remove", me))

    assert response.headers["Location"] == reverse("uconf:organize")
    assert not mc.memberships.filter(pk=me.pk).exists()


def test_a_lead_who_becomes_a_helper_is_not_sent_to_a_page_they_may_not_see(client, mc, me):
    LeadFactory(microconference=mc)

    response = client.post(url("member", me), {"version": 1, "role": "helper", "affiliation": ""})

    assert response.headers["Location"] == mc.organize_url()


def test_somebody_else_is_taken_off(client, mc, me):
    helper = HelperFactory(microconference=mc)

    client.post(url("member_remove", helper))

    assert list(mc.memberships.all()) == [me]


def test_the_order_of_names_is_changed(client, mc, me):
    other = LeadFactory(microconference=mc)

    client.post(url("member_move", other), {"to": "up"})
    assert list(mc.memberships.all()) == [other, me]

    client.post(url("member_move", other), {"to": "down"})
    assert list(mc.memberships.all()) == [me, other]
