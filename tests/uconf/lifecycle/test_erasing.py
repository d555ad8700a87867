from email import message_from_bytes, policy
from email.message import EmailMessage
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from attendees.models import Answer, Attendee, InboundMail, Letter
from attendees.outreach import delivery
from tests import somebody
from tests.factories import (
    AttendeeFactory,
    ConferenceFactory,
    KeyPersonFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    PersonFactory,
    ProposerFactory,
    TopicFactory,
    UserFactory,
)
from topics.models import KeyPerson, Proposer
from uconf.lib import mailbox
from uconf.lib.refusals import Refusal
from uconf.lifecycle import erasing, holding, redacting
from uconf.models import ActivityEntry, Membership, Person, ProposalSource, Suppression, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return somebody.make()


def test_after_erasure_no_row_of_any_table_holds_the_name_or_the_address(person):
    before = somebody.tables_with(somebody.NAME, somebody.ADDRESS)

    erasing.erase_person(person=person, by=person)

    assert {
        "uconf_person.name", "uconf_person.search_name", "uconf_person.address", "attendees_answer.note",
        "attendees_answer.instead", "attendees_attendee.reason", "attendees_letter.body", "attendees_letter.subject",
        "attendees_letter.reply", "attendees_letter.to_address", "attendees_inboundmail.raw", "attendees_inboundmail.text",
        "attendees_inboundmail.from_address", "attendees_inboundmail.quoted", "attendees_inboundmail.suggestions", "topics_keyperson.note", "uconf_activityentry.after",
        "uconf_proposalsource.text", "uconf_proposalsource.original", "uconf_proposalsource.not_understood",
    } <= before  # fmt: skip
    assert somebody.tables_with(somebody.NAME, somebody.ADDRESS, "Canary Works") == {
        # where they work is not theirs alone: it stands in a stored text that no longer says whose it is
        "uconf_proposalsource.text"
    }


def test_only_what_needs_somebody_in_that_place_still_points_at_an_erased_person(person):
    erasing.erase_person(person=person, by=person)

    pointing = {
        f"{model._meta.label}.{field.name}"
        for model in holding.models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model is Person
        and model._base_manager.filter(**{field.name: person}).exists()
    }
    assert pointing == {
        "uconf.Membership.person", "uconf.Microconference.policy_agreed_by", "uconf.ActivityEntry.person", "uconf.ActivityEntry.by_person",
        "topics.Proposer.person", "topics.KeyPerson.person", "outcomes.Outcome.owner",
        "outcomes.Outcome_people.person",
    }  # fmt: skip
    assert str(Person.objects.get(pk=person.pk)) == "somebody erased"


def test_erasing_keeps_what_others_said(person):
    others = Answer.objects.exclude(attendee__person=person).values_list("pk", flat=True)
    kept, topics = set(others), Proposer.objects.count()

    erasing.erase_person(person=person, by=person)

    assert set(Answer.objects.values_list("pk", flat=True)) == kept
    assert Proposer.objects.count() == topics
    assert Answer.objects.get().note == "Ask somebody erased, somebody erased"
    assert KeyPerson.objects.exclude(person=person).get().note == "knows somebody erased"


def test_a_stored_proposal_is_blacked_out_without_moving_its_spans(person):
    before = ProposalSource.objects.get()

    erasing.erase_person(person=person, by=person)

    after = ProposalSource.objects.get()
    assert len(after.text) == len(before.text) and after.spans == before.spans
    assert after.text == f"Attendees:\n{'█' * len(somebody.NAME)} <{'█' * len(somebody.ADDRESS)}>, Canary Works\n"


def test_a_name_stays_in_the_leads_own_words_and_an_address_does_not(person):
    topic = TopicFactory(problem=f"{somebody.NAME} ({somebody.ADDRESS}) found it.", title=f"{somebody.NAME}’s idea")

    erasing.erase_person(person=person, by=person)

    topic.refresh_from_db()
    assert topic.problem == f"{somebody.NAME} (somebody erased) found it."
    assert topic.title == f"{somebody.NAME}’s idea"


@pytest.mark.parametrize("name", ["Zyxwina", somebody.NAME])
def test_a_name_that_may_be_somebody_elses_is_left_alone(name):
    person = somebody.make(name=name)
    namesake = PersonFactory(name=name)
    reason = AttendeeFactory(person=namesake, reason=f"{name} wrote it")

    erasing.erase_person(person=person, by=person)

    reason.refresh_from_db()
    namesake.refresh_from_db()
    assert (reason.reason, namesake.name) == (f"{name} wrote it", name)
    assert not somebody.tables_with(somebody.ADDRESS)


def test_names_and_addresses_beyond_ascii_and_inside_of_longer_words():
    person = PersonFactory(name="Łukasz Ångström", address="ł@example.org")
    found = AttendeeFactory(reason="ŁUKASZ ångström’s patches")
    ActivityEntry.objects.create(what="x", after={"name": "Łukasz Ångström", "many": ["Łukasz Ångström and others"]})
    other = AttendeeFactory(reason="Łukasz Ångströmsson")

    redacting.redact([(person.name, {"on@example.org"})])  # he is still here: his name might be another's
    assert not AttendeeFactory._meta.model.objects.filter(reason__contains="erased").exists()
    erasing.erase_person(person=person, by=person)

    found.refresh_from_db()
    other.refresh_from_db()
    assert ActivityEntry.objects.get(what="x").after == {
        "name": "somebody erased", "many": ["somebody erased and others"],
    }  # fmt: skip
    assert other.reason == "Łukasz Ångströmsson"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
@pytest.mark.parametrize("where", ["text", "subject", "attached"])
def test_whoever_is_named_in_an_encoded_mail_is_not_kept_there(person, microconference, encoding, where):
    """In base64, or over the end of a line, no name is found letter by letter: then the mail as it came goes."""

    def mail(words):
        message = EmailMessage()
        message["Subject"] = f"Grüße {words}" if where == "subject" else "Hello"
        message.set_content(f"Grüße, {words}" if where == "text" else "Hello", cte=encoding)
        if where == "attached":
            inner = EmailMessage()
            inner.set_content(f"Grüße, {words}", cte=encoding)
            message.add_attachment(inner)
        return InboundMail.objects.create(
            microconference=microconference, raw=message.as_bytes(), fingerprint=words[-20:]
        )

    named, other = mail(f"{'x ' * 30}{somebody.NAME}"), mail("Somebody Else")

    erasing.erase_person(person=person, by=person)

    def said(row):
        parsed = message_from_bytes(bytes(InboundMail.objects.get(pk=row.pk).raw), policy=policy.default)
        return str(parsed["Subject"]) + "".join(
            each.get_content() for each in parsed.walk() if each.get_content_type() == "text/plain"
        )

    assert somebody.NAME not in said(named)
    assert "Somebody Else" in said(other)


def test_the_address_is_remembered_as_a_hash_only(person):
    erasing.erase_person(person=person, by=person)

    assert Suppression.objects.holds(somebody.ADDRESS)
    assert not somebody.tables_with(somebody.ADDRESS)


def test_erasing_twice_is_harmless(person):
    erasing.erase_person(person=person, by=person)
    once = somebody.counts()

    erasing.erase_person(person=person, by=person)

    assert somebody.counts() == once


def test_leads_see_that_somebody_was_erased_but_not_who(person, lead):
    erasing.erase_person(person=person, by=person)

    entries = ActivityEntry.objects.filter(what="person.erased")
    assert entries.count() == 2  # the list, and the team of the past
    assert {(each.person_id, each.by_person_id, each.by_user_id, each.subject) for each in entries} == {
        (None, None, None, "")
    }


def test_what_waits_to_be_sent_does_not_go(microconference, lead):
    person = PersonFactory()
    waiting = LetterFactory(microconference=microconference, to_person=person, kind="link", state="queued")
    Letter.objects.filter(pk=waiting.pk).update(due_at=waiting.written_at, next_try_at=waiting.written_at)
    before = len(mailbox.letters())

    erasing.erase_person(person=person, by=person)
    delivery.deliver_waiting()

    assert len(mailbox.letters()) == before


def test_an_account_goes_with_its_person():
    user = UserFactory(email="gone@example.org", name="Gone Account")
    person = PersonFactory(address="gone@example.org", name="Gone Account")
    LeadFactory(microconference=MicroconferenceFactory(held=True), user=user, person=person)

    erasing.erase_person(person=person, by=person)

    assert not User.objects.filter(pk=user.pk).exists()
    assert not somebody.tables_with("gone@example.org", "Gone Account")
    assert Membership.objects.get(person=person).user is None


@pytest.mark.parametrize("seat", ["lead", "helper", "committee"])
def test_whoever_still_runs_something_hands_it_over_first(microconference, seat):
    user = UserFactory()
    person = PersonFactory(address=user.email)
    if seat == "committee":
        microconference.conference.committee.add(user)
    else:
        LeadFactory(microconference=microconference, user=user, person=person, role=seat)

    with pytest.raises(Refusal, match="still helps to run"):
        erasing.erase_person(person=person, by=person)

    assert Person.objects.get(pk=person.pk).address == user.email
    assert User.objects.filter(pk=user.pk).exists()


def test_the_command_takes_somebody_off_teams_and_committees(microconference, lead):
    user = UserFactory(email="both@example.org")
    LeadFactory(
        microconference=microconference, user=user, person=PersonFactory(name="Both Example", address=user.email)
    )
    microconference.conference.committee.add(user, UserFactory())
    out = StringIO()

    call_command("erase", " Both@Example.org", "--yes", stdout=out)

    assert out.getvalue() == "Erased.\n"
    assert not somebody.tables_with("both@example.org", "Both Example")
    assert list(microconference.memberships.values_list("user", flat=True)) == [lead.pk]
    assert microconference.conference.committee.count() == 1
    assert Suppression.objects.holds("both@example.org")


def test_the_command_leaves_a_last_lead_and_says_so(microconference, lead):
    with pytest.raises(CommandError, match="is the last lead"):
        call_command("erase", lead.email, "--yes")

    assert User.objects.filter(pk=lead.pk).exists()
    assert Person.objects.at(lead.email).exists()


def test_the_command_asks_first_and_can_forget_altogether(monkeypatch):
    person = PersonFactory(address="asked@example.org")
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("erase", "nobody@example.org")
    monkeypatch.setattr("builtins.input", lambda question: "no")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase", "asked@example.org", stdout=StringIO())
    monkeypatch.setattr("builtins.input", lambda question: "yes")

    call_command("erase", "asked@example.org", "--forget", stdout=StringIO())

    person.refresh_from_db()
    assert person.erased_at is not None
    assert not Suppression.objects.exists()


def test_a_lead_erases_somebody_whom_nobody_else_knows(microconference, lead):
    attendee = AttendeeFactory(microconference=microconference)
    address = attendee.person.address

    whole = erasing.erase_from_list(attendee=attendee, suppress=True, by=lead)

    assert whole
    assert not somebody.tables_with(address)
    assert ActivityEntry.objects.get(what="person.erased").by_user == lead


@pytest.mark.parametrize("tie", ["list", "team", "topic", "key", "account", "outcome"])
def test_a_lead_erases_only_their_own_list_of_somebody_whom_others_know(microconference, lead, tie):
    person = somebody.make(microconference=microconference)
    Membership.objects.filter(person=person).delete()
    other = MicroconferenceFactory(accepted=True)
    if tie == "list":
        AttendeeFactory(microconference=other, person=person)
    elif tie == "team":
        LeadFactory(microconference=other, person=person)
    elif tie == "topic":
        ProposerFactory(person=person)
    elif tie == "key":
        KeyPersonFactory(person=person)
    elif tie == "outcome":
        person.owned_outcomes.update(microconference=other)
    else:
        UserFactory(email=person.address)

    whole = erasing.erase_from_list(
        attendee=Attendee.objects.get(person=person, microconference=microconference), suppress=True, by=lead
    )

    person.refresh_from_db()
    assert not whole
    assert (person.name, person.address) == (somebody.NAME, somebody.ADDRESS)
    assert not person.attendances.filter(microconference=microconference).exists()
    assert not person.letters.filter(microconference=microconference).exists()
    assert not Suppression.objects.exists()


def test_a_conference_that_is_over_holds_nobody_on_its_committee():
    user = UserFactory()
    ConferenceFactory(starts_on="2020-09-01", ends_on="2020-09-04").committee.add(user)
    person = PersonFactory(address=user.email)

    erasing.erase_person(person=person, by=person)

    assert not User.objects.filter(pk=user.pk).exists()
