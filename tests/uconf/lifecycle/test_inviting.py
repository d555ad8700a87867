import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from attendees.models import Letter
from tests.factories import (
    AttendeeFactory,
    ConferenceFactory,
    KeyPersonFactory,
    LeadFactory,
    MicroconferenceFactory,
    PersonFactory,
    UserFactory,
)
from uconf.actions import people, team
from uconf.lib.refusals import Refusal
from uconf.lifecycle import inviting
from uconf.models import Person, User

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 5, 6, 10, 0, tzinfo=UTC)


@pytest.fixture
def mc():
    return MicroconferenceFactory(title="Tracing")


@pytest.fixture
def lead(mc):
    return LeadFactory(microconference=mc).user


def invite(mc, by, address="nora@example.org", name="Nora Newcomer", **values):
    return inviting.invite_lead(microconference=mc, address=address, name=name, by=by, **values)


def test_an_invitation_makes_a_place_an_account_and_one_letter(mc, lead):
    membership = invite(mc, lead, address=" Nora@Example.org ", role="helper")

    letter = Letter.objects.get()
    assert (membership.person.address, membership.role, membership.user) == ("nora@example.org", "helper", None)
    assert membership.invited_at is not None
    assert User.objects.filter(email="nora@example.org").count() == 1
    assert (letter.kind, letter.state, letter.to_person) == ("invitation", "queued", membership.person)
    assert membership.letter == letter


def test_the_letter_sounds_like_who_invites_and_leads_to_the_page(mc, lead):
    membership = invite(mc, lead)

    body = membership.letter.body
    assert body.startswith("Hello Nora,\n")
    assert f"{lead} would like you to lead the microconference\n“Tracing”" in body
    assert f"http://testserver/organize/{mc.conference.slug}/{mc.slug}/\n" in body
    assert "{" not in body and "&" not in body
    assert max(len(line) for line in body.splitlines() if "http" not in line) <= 72


def test_invited_twice_on_one_day_is_one_place_and_one_letter(mc, lead):
    with time_machine.travel(NOW, tick=False):
        invite(mc, lead)
    with time_machine.travel(NOW + timedelta(hours=23), tick=False):
        again = invite(mc, lead)

    assert mc.memberships.filter(person__address="nora@example.org").count() == 1
    assert Letter.objects.count() == 1
    assert again.letter is None


def test_pressed_again_after_a_day_another_letter_goes(mc, lead):
    with time_machine.travel(NOW, tick=False):
        invite(mc, lead)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        again = invite(mc, lead)

    assert Letter.objects.count() == 2
    assert again.letter is not None


def test_who_has_signed_in_before_sees_it_at_once_and_gets_a_letter(mc, lead):
    user = UserFactory(email="nora@example.org", name="Nora")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    membership = invite(mc, lead)

    assert membership.user == user
    assert membership.letter is not None


def test_an_account_whose_address_is_not_proven_gets_no_rights_by_an_invitation(mc, lead):
    UserFactory(email="nora@example.org")

    assert invite(mc, lead).user is None


def test_who_is_here_already_gets_no_letter(mc, lead):
    membership = invite(mc, lead, address=lead.email, name=lead.name)

    assert membership.user == lead
    assert not Letter.objects.exists()


def test_an_address_that_must_not_be_written_to_is_refused_in_words(mc, lead):
    people.suppress(address="nora@example.org", reason="asked us")

    with pytest.raises(Refusal, match="asked not to be written to"):
        invite(mc, lead)

    assert not User.objects.filter(email="nora@example.org").exists()
    assert not Letter.objects.exists()


def test_what_is_no_address_is_refused_at_its_field(mc, lead):
    with pytest.raises(Refusal) as refused:
        invite(mc, lead, address="nora at example")

    assert refused.value.field == "address"


def test_a_name_that_stands_on_the_team_without_an_address_is_not_doubled(mc, lead):
    LeadFactory(microconference=mc, user=None, person=PersonFactory(name="Nora Newcomer", address=""))

    with pytest.raises(Refusal, match="is on the team already, without an address"):
        invite(mc, lead, name="nora  newcomer")


def test_a_lead_named_by_the_proposal_is_invited_by_giving_their_address(mc, lead):
    named = LeadFactory(microconference=mc, user=None, person=PersonFactory(name="Nora Newcomer", address=""))

    membership = inviting.invite_member(membership=named, address="nora@example.org", by=lead)

    assert membership.person == named.person
    assert membership.person.address == "nora@example.org"
    assert membership.letter.to_person == named.person


def test_a_namesake_known_by_this_address_turns_out_to_be_the_same_person(mc, lead):
    known = PersonFactory(name="Nora Newcomer", address="nora@example.org")
    named = LeadFactory(microconference=mc, user=None, person=PersonFactory(name="Nora Newcomer", address=""))

    membership = inviting.invite_member(membership=named, address="nora@example.org", by=lead)

    assert membership.pk == named.pk
    assert membership.person == known


def test_an_address_of_somebody_with_another_name_is_refused(mc, lead):
    PersonFactory(name="Otto Other", address="nora@example.org")
    named = LeadFactory(microconference=mc, user=None, person=PersonFactory(name="Nora Newcomer", address=""))

    with pytest.raises(Refusal, match="belongs to somebody else already"):
        inviting.invite_member(membership=named, address="nora@example.org", by=lead)

    assert Person.objects.get(address="nora@example.org").name == "Otto Other"


def test_the_invited_sign_in_by_one_code_and_have_their_place(mc, lead, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    membership = invite(mc, lead)
    browser = Client()

    browser.post(reverse("account_request_login_code"), {"email": "nora@example.org"})
    code = re.search(r"^ *([A-Z0-9]{4,8}(?:-[A-Z0-9]{2,8})*)$", mail.outbox[0].body, re.M)[1]
    browser.post(reverse("account_confirm_login_code"), {"code": code})

    membership.refresh_from_db()
    assert membership.user.email == "nora@example.org"
    assert len(mail.outbox) == 1
    assert browser.get(mc.organize_url("uconf:settings")).status_code == 200


def test_a_committee_member_is_invited_once(mc, lead):
    conference = ConferenceFactory(name="Example Conference")

    first = inviting.invite_committee_member(conference=conference, address="nora@example.org", name="Nora", by=lead)
    second = inviting.invite_committee_member(conference=conference, address="nora@example.org", name="Nora", by=lead)

    letter = Letter.objects.get()
    assert first == second
    assert list(conference.committee.all()) == [first]
    assert letter.to_user == first
    assert f"{lead} put you on the committee of Example Conference." in letter.body


def test_a_place_is_claimed_only_with_the_address_it_waits_for(mc, lead):
    invite(mc, lead)

    team.claim_memberships(user=UserFactory(email="other@example.org"))

    assert mc.memberships.get(person__address="nora@example.org").user is None


def test_a_lead_of_others_who_has_not_come_yet_cannot_be_taken_over_by_an_invitation(mc, lead):
    jane = PersonFactory(name="Jane Example", address="")
    LeadFactory(microconference=MicroconferenceFactory(), person=jane, user=None)
    mine = LeadFactory(microconference=mc, person=jane, user=None)

    with pytest.raises(Refusal, match="another microconference"):
        inviting.invite_member(membership=mine, address="sock@example.org", by=lead)

    jane.refresh_from_db()
    assert jane.address == ""


def test_a_member_who_turns_out_to_be_known_is_one_person_everywhere_in_the_microconference(mc, lead):
    named, known = PersonFactory(name="Pia Example", address=""), PersonFactory(name="Pia Example")
    membership = LeadFactory(microconference=mc, person=named, user=None)
    attendee = AttendeeFactory(microconference=mc, person=named)
    key = KeyPersonFactory(topic__microconference=mc, person=named)

    inviting.invite_member(membership=membership, address=known.address, by=lead)

    for row in (membership, attendee, key):
        row.refresh_from_db()
    assert {membership.person, attendee.person, key.person} == {known}
