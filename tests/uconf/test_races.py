"""Two who do the same at the same moment: whoever comes second gets what is there, or a sentence, never an error."""

import threading
import time
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from attendees.actions import links
from attendees.outreach.notes import queue_note
from attendees.outreach.texts import save_text
from tests.factories import ConferenceFactory, MicroconferenceFactory, PersonFactory, RoomFactory, UserFactory
from uconf.actions import accounts, conference_settings, people, rooms
from uconf.lib.races import TRIES, looks_again
from uconf.lib.refusals import EditConflict, Refusal
from uconf.proposal import reader
from uconf.proposal.reviewed import from_reading
from uconf.proposal.save import save

DAY = date(2031, 9, 20)


def a_person(world):
    return people.find_or_add(name="Mina Example", address="mina@example.org", source="a test")


def an_account(world):
    return accounts.account_at(address="mina@example.org", name="Mina Example")


def a_conference(world):
    return conference_settings.make(name="Example", slug="example", starts_on=DAY, ends_on=DAY, by=world.user)


def a_room(world):
    return rooms.add(conference=world.conference, name="Room A", remote_capable=True, by=world.user)


def a_renamed_room(world):
    """Two rooms, one new name."""
    room = RoomFactory(conference=world.conference)
    return rooms.change(room=room, version=room.version, name="Room B", remote_capable=True, by=world.user)


def a_link(world):
    return links.link_for(person=world.person, kind="answer")


def a_note(world):
    return queue_note(kind="link", to_person=world.person, subject="Your new link", body=".", dedupe_key="one", by=None)


def a_wording(world):
    return save_text(
        microconference=world.mc, kind="first_coming", subject="Come?", body="Hi {name}", version=0, by=world.user
    )


def a_proposal(world):
    text = reader.read("Locks Microconference\n\nTopics:\n- Sleeping readers\n")
    return save(proposal=from_reading(text), conference=world.conference, by=world.user)


def an_address(world):
    """Two people, one new address."""
    return people.correct(person=PersonFactory(address=""), address="new@example.org", by=world.user)


TAKEN = [a_person, an_account, a_link, a_note]
REFUSED = [a_conference, a_room, a_renamed_room, a_proposal, an_address, a_wording]


class World:
    def __init__(self):
        self.user, self.person = UserFactory(), PersonFactory()
        self.conference = ConferenceFactory(slug="other")
        self.mc = MicroconferenceFactory(conference=self.conference)


@pytest.fixture
def first_look_finds_nothing(monkeypatch):
    """As if somebody else were about to make it: what the action looks for first is not there yet."""

    def blind():
        looked = []
        for name, nothing in (("first", None), ("exists", False)):
            real = getattr(QuerySet, name)

            def look(self, _real=real, _nothing=nothing):
                if looked:
                    return _real(self)
                looked.append(True)
                return _nothing

            monkeypatch.setattr(QuerySet, name, look)

    return blind


@pytest.mark.django_db
@pytest.mark.parametrize("act", TAKEN)
def test_who_comes_second_gets_what_the_first_one_made(act, first_look_finds_nothing):
    world = World()
    first = act(world)
    first_look_finds_nothing()

    assert act(world).pk == first.pk


@pytest.mark.django_db
@pytest.mark.parametrize("act", REFUSED)
def test_who_comes_second_reads_a_sentence(act, first_look_finds_nothing):
    world = World()
    act(world)
    first_look_finds_nothing()

    with pytest.raises((Refusal, EditConflict)):
        act(world)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [*TAKEN, *REFUSED])
def test_two_at_the_same_moment_on_postgresql(act):
    """The first one has made it and not committed; the second one looks, finds nothing, and waits for the first."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one at a time write, so there is no such moment")
    world, made, got = World(), threading.Event(), {}

    def do(name):
        try:
            with transaction.atomic():
                got[name] = act(world)
                if name == "first":
                    made.set()
                    _somebody_waits()
        except Exception as problem:  # noqa: BLE001  (the test looks at it)
            got[name] = problem
        finally:
            made.set()
            connection.close()

    first = threading.Thread(target=do, args=["first"])
    first.start()
    made.wait(10)
    second = threading.Thread(target=do, args=["second"])
    second.start()
    for each in (first, second):
        each.join(20)

    assert not isinstance(got["first"], Exception), got["first"]
    if act in REFUSED:
        assert isinstance(got["second"], Refusal)
    else:
        assert got["second"].pk == got["first"].pk


def _somebody_waits():
    """Come back once another connection waits for ours."""
    end = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waited")


@pytest.mark.django_db
def test_what_looking_again_does_not_help_is_an_error_still():
    tries = []

    @looks_again
    def never():
        tries.append(1)
        raise IntegrityError("a rule of the database")

    with pytest.raises(IntegrityError):
        never()
    assert len(tries) == TRIES
