"""A week before: one letter to each who leads a topic, in a robot's hours, with what stands at that moment."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendees.actions import answers
from attendees.models import Letter
from attendees.outreach import compose, delivery, rules
from tests.factories import (
    AttendeeFactory,
    LeadFactory,
    MicroconferenceFactory,
    ProposerFactory,
    RoundFactory,
)
from tests.topics.conftest import Programme
from topics.agenda import asking_proposers, drafts, releases
from topics.models import Draft, Proposer
from topics.tasks import ask_proposers
from uconf.models import Microconference

pytestmark = pytest.mark.django_db
# The session is on Sunday 21 September 2031, 13:00 UTC; a robot writes Tuesday to Thursday, 14 to 16 UTC.
TUESDAY = datetime(2031, 9, 16, 15, 0, tzinfo=UTC)


@pytest.fixture
def released(programme, lead):
    releases.publish(draft=programme.draft, version=1, by=lead)
    return programme


def written_at(moment):
    with time_machine.travel(moment, tick=False):
        return {each.to_person.name for each in asking_proposers.write_letters()}


def test_who_presents_is_asked_and_a_key_person_is_not(released):
    assert written_at(TUESDAY) == {"Mina Example", "Oskar Fictive"}


def test_the_letter_says_what_when_and_where_and_asks_who_stands_in(released, lead):
    written_at(TUESDAY)
    letter = Letter.objects.get(to_person=released.mina)

    assert letter.subject.endswith('MC: you lead "A", still yes?')
    assert '"A"\n    Sunday 21 September, 14:00-14:20, Room A' in letter.body
    assert "Times are in IST (Europe/Dublin)." in letter.body
    assert "who could stand in for you?" in letter.body
    assert "{answer_link}" in letter.body
    assert letter.kind not in rules.ASKING
    with time_machine.travel(TUESDAY, tick=False):
        letter.dated_at = TUESDAY
        assert compose.as_message(letter)["Auto-Submitted"] == "auto-generated"
        assert delivery.deliver_waiting() == 2


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        (datetime(2031, 9, 11, 15, tzinfo=UTC), "more than a week before"),
        (datetime(2031, 9, 15, 15, tzinfo=UTC), "a Monday"),
        (datetime(2031, 9, 16, 5, tzinfo=UTC), "in the night"),
        (datetime(2031, 9, 23, 15, tzinfo=UTC), "afterwards"),
    ],
)
def test_at_no_other_time(released, moment, why):
    assert written_at(moment) == set(), why


def at(programme, starts_at):
    """Publish the programme with its session at another time."""
    programme.session.starts_at, programme.session.ends_at = starts_at, starts_at + timedelta(hours=3)
    programme.session.save()
    releases.publish(draft=Draft.objects.get(), version=None, by=None)


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        (timedelta(days=7), True),
        (timedelta(days=7, minutes=1), False),
        (timedelta(days=1), True),
        (timedelta(days=1) - timedelta(minutes=1), False),
    ],
)
def test_just_inside_the_week_and_just_outside(programme, lead, before, asked):
    conference = programme.mc.conference
    conference.starts_on, conference.ends_on = (TUESDAY + before).date(), (TUESDAY + before).date()
    conference.save()
    at(programme, TUESDAY + before)

    assert bool(written_at(TUESDAY)) is asked


def test_never_on_a_quiet_day(released):
    released.mc.conference.quiet_days = ["2031-09-16"]
    released.mc.conference.save()

    assert written_at(TUESDAY) == set()
    assert written_at(TUESDAY + timedelta(days=1)) == {"Mina Example", "Oskar Fictive"}


def test_in_the_hours_of_the_persons_own_zone(released):
    released.mina.timezone = "Asia/Tokyo"  # 15:00 UTC is midnight there
    released.mina.save()

    assert written_at(TUESDAY) == {"Oskar Fictive"}
    assert written_at(datetime(2031, 9, 17, 2, 0, tzinfo=UTC)) == {"Mina Example"}


def test_once_only_also_after_another_release(released, lead):
    written_at(TUESDAY)
    drafts.move_up(draft=released.draft, item=released.b, version=None, by=lead)
    releases.publish(draft=Draft.objects.get(), version=None, by=lead)

    assert written_at(TUESDAY + timedelta(hours=1)) == set()
    assert Letter.objects.filter(kind=Letter.Kind.PROPOSER).count() == 2


def test_without_a_release_nobody_is_asked(programme):
    assert written_at(TUESDAY) == set()


@pytest.mark.parametrize("state", ["accepted", "declined", "held"])
def test_only_of_a_microconference_that_is_scheduled(released, state):
    Microconference.objects.filter(pk=released.mc.pk).update(state=state)

    assert written_at(TUESDAY) == set()


@pytest.mark.parametrize("part", [{"presents": False}, {"stand_in": True}])
def test_who_does_not_present_or_only_stands_in_is_not_asked(released, part):
    Proposer.objects.filter(person=released.mina).update(**part)

    assert written_at(TUESDAY) == {"Oskar Fictive"}


def test_who_said_cant_is_not_asked_and_who_says_it_then_gets_nothing_more(released):
    AttendeeFactory(microconference=released.mc, person=released.mina, cant=True)
    oskar = AttendeeFactory(microconference=released.mc, person=released.oskar)
    assert written_at(TUESDAY) == {"Oskar Fictive"}

    answers.record_answer(
        attendee=oskar, round=RoundFactory(microconference=released.mc), answer="cant", source="link", by=oskar.person
    )

    assert Letter.objects.get(kind=Letter.Kind.PROPOSER).state == Letter.State.CANCELLED


def test_one_letter_for_all_topics_at_the_conference(released, lead):
    other = Programme(MicroconferenceFactory(conference=released.mc.conference, accepted=True), "Room B")
    LeadFactory(microconference=other.mc)
    ProposerFactory(topic=other.b.topic, person=released.mina)
    releases.publish(draft=other.draft, version=1, by=None)

    written_at(TUESDAY)

    letter = Letter.objects.get(to_person=released.mina)
    assert "you lead 2 topics" in letter.subject
    assert f'"A" ({released.mc})' in letter.body
    assert f'"B" ({other.mc})' in letter.body


def test_what_was_moved_since_is_told_as_it_stands(released, lead):
    drafts.move_up(draft=released.draft, item=released.b, version=None, by=lead)
    releases.publish(draft=Draft.objects.get(), version=None, by=lead)

    written_at(TUESDAY)

    assert "14:20-14:40" in Letter.objects.get(to_person=released.mina).body


def test_it_costs_the_same_for_any_number_of_releases(released, lead):
    def count(moment):
        with CaptureQueriesContext(connection) as queries:
            written_at(moment)
        return len(queries)

    monday = TUESDAY - timedelta(days=1)
    few = count(monday)
    for turn in range(4):
        drafts.set_minutes(draft=released.draft, minutes={released.a: 25 + turn}, version=None, by=lead)
        releases.publish(draft=Draft.objects.get(), version=None, by=lead)

    assert count(monday) == few


def test_the_task_writes_and_sends(released):
    with time_machine.travel(TUESDAY, tick=False):
        ask_proposers()

    assert Letter.objects.filter(kind=Letter.Kind.PROPOSER).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_each_letter_once():
    programme = Programme(MicroconferenceFactory(accepted=True))
    LeadFactory(microconference=programme.mc)
    releases.publish(draft=programme.draft, version=1, by=None)
    together, written = threading.Barrier(4), []

    def work():
        together.wait()
        try:
            written.extend(asking_proposers.write_letters(now=TUESDAY))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert len(written) == Letter.objects.filter(kind=Letter.Kind.PROPOSER).count() == 2
