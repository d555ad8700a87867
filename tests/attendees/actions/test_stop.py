import pytest

from attendees.actions import stop
from attendees.models import Attendee, Letter, LetterReason
from tests.factories import AttendeeFactory, LetterFactory, MicroconferenceFactory, PersonFactory
from uconf.models import ActivityEntry, Suppression

pytestmark = pytest.mark.django_db


def waiting_letter(attendee):
    letter = LetterFactory(microconference=attendee.microconference, to_person=attendee.person, state="queued")
    LetterReason.objects.create(letter=letter, attendee=attendee, dedupe_key=f"k{attendee.pk}")
    return letter


def states(*letters):
    return [Letter.objects.get(pk=each.pk).state for each in letters]


@pytest.fixture
def person():
    return PersonFactory(address="mina@example.org")


@pytest.fixture
def two(person):
    return AttendeeFactory(person=person), AttendeeFactory(person=person)


def test_stopping_one_microconference_leaves_the_others_alone(two, person):
    letters = [waiting_letter(each) for each in two]

    stop.stop_letters(attendee=two[0], by=person)

    assert states(*letters) == ["cancelled", "queued"]
    assert list(Attendee.objects.exclude(letters_stopped_at=None)) == [two[0]]
    assert not Suppression.objects.exists()


def test_stopping_everywhere_remembers_the_address_as_a_hash_only(two, person):
    letters = [waiting_letter(each) for each in two]

    for _ in range(2):
        stop.stop_letters(person=person, everywhere=True, by=person)

    assert states(*letters) == ["cancelled", "cancelled"]
    assert Suppression.objects.holds("Mina@Example.org")
    assert "mina" not in str(Suppression.objects.values().get())
    assert [entry.what for entry in ActivityEntry.objects.all()] == ["letters.stopped"] * 2


def test_one_click_stops_what_asks_now_and_bans_nothing(two, person):
    over = AttendeeFactory(person=person, microconference=MicroconferenceFactory(held=True))

    stop.stop_all_current(person=person, by=person)

    assert set(Attendee.objects.exclude(letters_stopped_at=None)) == set(two)
    assert over.letters_stopped_at is None
    assert not Suppression.objects.exists()


def test_letters_come_again_when_the_person_says_so(two, person):
    stop.stop_letters(person=person, everywhere=True, by=person)

    stop.resume_letters(person=person, everywhere=True, by=person)

    assert not Attendee.objects.exclude(letters_stopped_at=None).exists()
    assert not Suppression.objects.exists()
