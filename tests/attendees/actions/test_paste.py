import pytest

from attendees.actions import paste
from attendees.models import Answer, Attendee, Status
from tests.factories import AttendeeFactory, LeadFactory, PersonFactory, RoundFactory
from uconf.actions import people as persons
from uconf.lib.refusals import Refusal
from uconf.models import Person

pytestmark = pytest.mark.django_db

TEXT = """Attendees:
- New One <new@example.org> (interested)
- Known One <known@example.org> (response pending)
- Doubtful One (maybe)
- Stopped One <stopped@example.org>
- Listed One <listed@example.org> (coming)
- No Address
"""


@pytest.fixture
def earlier(microconference):
    """Somebody of last year's team, whose name is on the list without an address."""
    year_before = microconference.series.editions.create(
        conference=None, year=2030, title="Earlier", slug="earlier", state="reported"
    )
    return LeadFactory(microconference=year_before, user=None, person=PersonFactory(name="Doubtful One")).person


@pytest.fixture
def known():
    return PersonFactory(name="Known Otherwise", address="known@example.org")


@pytest.fixture
def listed(microconference):
    return AttendeeFactory(microconference=microconference, person__address="listed@example.org")


@pytest.fixture
def world(earlier, known, listed):
    persons.suppress(address="stopped@example.org", reason="asked")


def test_looking_at_a_list_says_what_would_happen_and_stores_nothing(world, microconference, lead, known, earlier):
    before = (Person.objects.count(), Attendee.objects.count())

    plan = paste.look(microconference=microconference, text=TEXT, by=lead)

    assert [(line.entry.name, line.what) for line in plan.lines] == [
        ("New One", paste.NEW),
        ("Known One", paste.KNOWN),
        ("Doubtful One", paste.DOUBTFUL),
        ("Stopped One", paste.SUPPRESSED),
        ("Listed One", paste.LISTED),
        ("No Address", paste.NEW),
    ]
    assert [each.text for each in plan.unread] == ["Attendees:"]
    assert plan.lines[1].person == known
    assert plan.lines[2].candidates == (earlier,)
    assert (Person.objects.count(), Attendee.objects.count()) == before


@pytest.mark.parametrize("same", [True, False])
def test_a_saved_list_is_on_the_list_with_its_statuses(same, world, microconference, lead, earlier):
    RoundFactory(microconference=microconference)

    added = paste.save(
        microconference=microconference, text=TEXT, choices={3: earlier.public_id if same else "new"}, by=lead
    )

    assert {each.person.name: each.status for each in Attendee.objects.filter(pk__in=[a.pk for a in added])} == {
        "New One": Status.INTERESTED,
        "Known Otherwise": Status.PENDING,
        "Doubtful One": Status.NOT_SURE,
        "No Address": Status.NOT_ASKED,
    }
    assert Attendee.objects.filter(person=earlier).exists() is same
    assert not Person.objects.filter(name="Stopped One").exists()
    assert not Answer.objects.filter(attendee__person__address="listed@example.org").exists()


def test_a_doubtful_name_that_nobody_decided_saves_nothing_at_all(world, microconference, lead):
    with pytest.raises(Refusal, match="Line 4: say whether “Doubtful One”"):
        paste.save(microconference=microconference, text=TEXT, choices={}, by=lead)

    assert not Person.objects.filter(name="New One").exists()
    assert Attendee.objects.count() == 1


def test_a_choice_of_somebody_who_was_not_offered_is_refused(world, microconference, lead):
    stranger = PersonFactory(name="Doubtful One")

    with pytest.raises(Refusal):
        paste.save(microconference=microconference, text=TEXT, choices={3: stranger.public_id}, by=lead)


def test_saving_the_same_list_twice_adds_nobody(microconference, lead):
    text = "New One <new@example.org> (interested)\nNo Address"

    paste.save(microconference=microconference, text=text, choices={}, by=lead)
    again = paste.save(microconference=microconference, text=text, choices={}, by=lead)

    assert again == []
    assert (Attendee.objects.count(), Answer.objects.count()) == (2, 1)


@pytest.mark.parametrize("text", ["", "  \n\n"])
def test_an_empty_list_is_refused(text, microconference, lead):
    with pytest.raises(Refusal, match="Nobody is in it yet"):
        paste.look(microconference=microconference, text=text, by=lead)


@pytest.mark.parametrize("lines", [2, 200])
def test_looking_costs_the_same_queries_for_any_number_of_lines(
    lines, microconference, lead, django_assert_max_num_queries
):
    text = "\n".join(f"Person {n} <person{n}@example.net>" for n in range(lines))

    with django_assert_max_num_queries(5):
        paste.look(microconference=microconference, text=text, by=lead)
