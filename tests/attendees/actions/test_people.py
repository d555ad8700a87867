import pytest

from attendees.actions import people
from attendees.models import Answer, Asking, Attendee, Round, Status
from tests.factories import (
    AnswerFactory,
    AskingFactory,
    AttendeeFactory,
    HelperFactory,
    KeyPersonFactory,
    LeadFactory,
    MicroconferenceFactory,
    PersonFactory,
    RoundFactory,
)
from uconf.actions import people as persons
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry, Person

pytestmark = pytest.mark.django_db


def test_being_added_twice_changes_nothing(microconference, lead):
    person = PersonFactory()

    first = people.add_attendee(microconference=microconference, person=person, reason="futex2", by=lead)
    second = people.add_attendee(microconference=microconference, person=person, reason="other", by=lead)

    assert first == second
    assert Attendee.objects.get().reason == "futex2"
    assert [entry.what for entry in ActivityEntry.objects.all()] == ["attendee.added"]


def test_the_same_address_is_the_same_person(microconference, lead):
    known = PersonFactory(name="Mina Example", address="mina@example.org")

    attendee = people.add_by_name(
        microconference=microconference, name="M. Example", address="Mina@Example.org", by=lead
    )

    assert attendee.person == known


def test_a_name_alone_is_a_new_person_unless_a_lead_confirms_a_known_one(microconference, lead):
    known = PersonFactory(name="Mina Example")

    new = people.add_by_name(microconference=microconference, name="Mina Example", by=lead)
    same = people.add_by_name(microconference=microconference, name="Mina Example", person=known, by=lead)

    assert new.person != known
    assert same.person == known


def test_a_confirmed_person_keeps_the_address_they_have(microconference, lead):
    known = PersonFactory(name="Mina Example", address="mina@example.org")

    with pytest.raises(Refusal, match="known with another address"):
        people.add_by_name(
            microconference=microconference, name="Mina Example", address="m@example.net", person=known, by=lead
        )


def test_whoever_asked_not_to_be_written_to_cannot_be_added_by_address(microconference, lead):
    persons.suppress(address="mina@example.org", reason="asked")

    with pytest.raises(Refusal, match="asked not to be written to") as refusal:
        people.add_by_name(microconference=microconference, name="Mina", address="MINA@example.org", by=lead)

    assert refusal.value.field == "address"
    assert people.add_by_name(microconference=microconference, name="Mina", by=lead).person.address == ""


@pytest.mark.parametrize(
    ("state", "status", "expected", "question"),
    [
        ("submitted", "none", "not_asked", None),
        ("submitted", "pending", "pending", "interest"),
        ("submitted", "interested", "interested", "interest"),
        ("submitted", "coming", "interested", "interest"),
        ("submitted", "remote", "interested", "interest"),
        ("submitted", "maybe", "not_sure", "interest"),
        ("submitted", "declined", "cant", "interest"),
        ("accepted", "pending", "pending", "coming"),
        ("accepted", "interested", "interested", "interest"),
        ("accepted", "coming", "coming", "coming"),
        ("accepted", "remote", "remote", "coming"),
        ("accepted", "maybe", "not_sure", "coming"),
        ("accepted", "declined", "cant", "coming"),
    ],
)
def test_an_import_says_where_somebody_stands(state, status, expected, question):
    microconference = MicroconferenceFactory(state=state)

    people.import_attendee(microconference=microconference, person=PersonFactory(), status=status, by=None)

    assert Attendee.objects.get().status == expected
    assert list(Round.objects.values_list("question", "imported", "cadence")) == (
        [(question, True, [])] if question else []
    )
    assert set(Answer.objects.values_list("source", flat=True)) <= {"import"}
    assert set(Asking.objects.values_list("how", flat=True)) <= {"import"}


def test_an_import_does_not_overrule_what_somebody_said(microconference):
    attendee = AttendeeFactory(microconference=microconference)
    AnswerFactory(attendee=attendee, answer="cant")

    people.import_attendee(microconference=microconference, person=attendee.person, status="coming", by=None)

    assert Answer.objects.get().answer == "cant"


@pytest.mark.parametrize("trace", ["answer", "asking", "listed"])
def test_whoever_was_asked_or_said_something_stays_on_the_list(trace, microconference, lead):
    attendee = AttendeeFactory(microconference=microconference, listed=trace == "listed")
    if trace == "answer":
        AnswerFactory(attendee=attendee)
    if trace == "asking":
        AskingFactory(attendee=attendee)

    with pytest.raises(Refusal, match="Record “can’t this time” instead"):
        people.remove_attendee(attendee=attendee, by=lead)

    assert Attendee.objects.count() == 1


def test_whoever_was_never_asked_can_be_taken_off(microconference, lead):
    attendee = AttendeeFactory(microconference=microconference)
    KeyPersonFactory(person=attendee.person, topic__microconference=microconference)

    people.remove_attendee(attendee=attendee, by=lead)

    assert not Attendee.objects.exists()
    assert Person.objects.filter(pk=attendee.person_id).exists()
    assert ActivityEntry.objects.get().what == "attendee.removed"


def test_a_corrected_address_lets_somebody_be_asked_again(microconference, lead):
    person = PersonFactory(address="wrong@example.org", bounced_at="2031-01-01T00:00Z")
    attendee = AttendeeFactory(microconference=microconference, person=person, status=Status.BOUNCES)

    people.correct_attendee(attendee=attendee, address="right@example.org", by=lead)

    attendee.refresh_from_db()
    assert (attendee.person.address, attendee.status) == ("right@example.org", Status.NOT_ASKED)
    assert ActivityEntry.objects.get().after == {"changed": ["address"]}


def test_an_address_is_never_written_into_the_log(microconference, lead):
    attendee = AttendeeFactory(microconference=microconference)

    people.correct_attendee(attendee=attendee, address="secret-word@example.org", name="New Name", by=lead)

    entry = ActivityEntry.objects.get()
    assert "secret-word" not in f"{entry.subject} {entry.before} {entry.after}"
    assert "New Name" not in f"{entry.subject} {entry.before} {entry.after}"


def test_the_address_of_somebody_on_anothers_list_is_not_a_leads_to_change(microconference, lead):
    attendee = AttendeeFactory(microconference=microconference)
    AttendeeFactory(person=attendee.person)

    with pytest.raises(Refusal, match="another microconference too"):
        people.correct_attendee(attendee=attendee, address="mine@example.org", by=lead)

    people.correct_attendee(attendee=attendee, affiliation="Example Labs", by=lead)
    attendee.person.refresh_from_db()
    assert attendee.person.affiliation == "Example Labs"


def test_a_seat_that_waits_for_its_lead_cannot_be_taken_over_by_a_helper(microconference, lead):
    helper = HelperFactory(microconference=microconference).user
    waiting = LeadFactory(microconference=microconference, user=None, person=PersonFactory()).person
    attendee = AttendeeFactory(microconference=microconference, person=waiting)

    with pytest.raises(Refusal):
        people.correct_attendee(attendee=attendee, address="helper@example.org", by=helper)

    people.correct_attendee(attendee=attendee, address="right@example.org", by=lead)


def test_namesakes_are_only_those_whom_a_lead_may_know_of(microconference, lead):
    mine = AttendeeFactory(microconference=microconference, person__name="Mina Example").person
    last_year = MicroconferenceFactory(series=microconference.series, year=2030, reported=True)
    earlier = LeadFactory(microconference=last_year, person=PersonFactory(name="mina  example")).person
    AttendeeFactory(person__name="Mina Example")  # on a list of somebody else's

    found = people.namesakes(microconference=microconference, names=["mina example"], by=lead)

    assert found == {"mina example": [mine, earlier]}


def test_an_open_round_is_used_by_an_import(microconference):
    round = RoundFactory(microconference=microconference)

    people.import_attendee(microconference=microconference, person=PersonFactory(), status="pending", by=None)

    assert Asking.objects.get().round == round
