"""How persistently one person is asked: their own reminders, pause, stop, one left out; and all that ends letters."""

from datetime import UTC, date, datetime, timedelta

import pytest

from attendees.actions import answers, people, rounds, stop
from attendees.models import Attendee, Letter
from attendees.outreach import actions, cadence, delivery, persistence, reminders, rules
from tests.attendees.outreach.conftest import TUESDAY, at
from tests.factories import AskingFactory, AttendeeFactory, KeyPersonFactory, LeadFactory, RoundFactory, TopicFactory
from uconf.actions import people as persons
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry, Microconference

pytestmark = pytest.mark.django_db


def reminded_on(days):
    """The days on which reminders were written, if everything runs every day."""
    found = []
    for day in days:
        found += [(day, each.reasons.get().step) for each in at(day)]
        at(day, delivery.sweep)
    return found


@pytest.mark.parametrize(
    ("own", "expected"),
    [([], []), ([7], [(7, 1)]), ([7, 7, 7], [(7, 1), (14, 2), (21, 3)]), (None, [(14, 1), (28, 2)])],
)
def test_a_person_may_have_reminders_of_their_own(asked, microconference, lead, own, expected):
    mine, other = asked(2)
    at(0, persistence.set_cadence, microconference=microconference, attendees=[mine], cadence=[3], by=lead)
    at(0, persistence.set_cadence, microconference=microconference, attendees=[mine], cadence=own, by=lead)

    reminded_on(range(50))

    steps = Letter.objects.filter(kind="reminder", to_person=mine.person).order_by("reasons__step")
    assert [
        ((each.sent_at - TUESDAY).days + 1 * (each.sent_at.hour < 14), each.reasons.get().step) for each in steps
    ] == expected
    assert Letter.objects.filter(kind="reminder", to_person=other.person).count() == 2


def test_a_key_person_with_reminders_of_their_own_gets_them(asked, microconference, lead):
    [attendee] = asked()
    KeyPersonFactory(topic=TopicFactory(microconference=microconference, accepted=True), person=attendee.person)
    before = at(14)

    at(14, persistence.set_cadence, microconference=microconference, attendees=[attendee], cadence=[10], by=lead)

    assert before == []
    assert [each.to_person for each in at(14)] == [attendee.person]


def test_whoever_gets_no_reminders_is_handed_to_the_lead(asked, microconference, lead):
    [attendee] = asked()

    at(0, persistence.set_cadence, microconference=microconference, attendees=[attendee], cadence=[], by=lead)

    [draft] = at(11, lambda: reminders.personal_drafts(reminders.load()))
    assert draft.attendee == attendee


@pytest.mark.parametrize("days", [[1, 2, 3, 4], [0], [100]])
def test_nobody_gets_more_reminders_than_a_round_may_have(asked, microconference, lead, days):
    [attendee] = asked()

    with pytest.raises(Refusal, match="At most 3 reminders"):
        persistence.set_cadence(microconference=microconference, attendees=[attendee], cadence=days, by=lead)

    attendee.refresh_from_db()
    assert attendee.cadence is None


def test_a_pause_keeps_letters_until_its_day_also_what_is_queued(asked, microconference, lead):
    first, second = asked(2)
    at(14)  # written and queued for both, not gone yet
    until = (TUESDAY + timedelta(days=21)).date()

    at(14, persistence.pause, microconference=microconference, attendees=[first], until=until, by=lead)
    at(14, delivery.sweep)
    at(15, delivery.sweep)

    states = dict(Letter.objects.filter(kind="reminder").values_list("to_person", "state"))
    assert states == {first.person_id: Letter.State.QUEUED, second.person_id: Letter.State.SENT}
    at(21, delivery.sweep)
    assert Letter.objects.get(kind="reminder", to_person=first.person).state == Letter.State.SENT


def test_a_pause_moves_a_reminder_that_is_not_written_yet(asked, microconference, lead):
    [attendee] = asked()
    until = (TUESDAY + timedelta(days=20)).date()

    at(1, persistence.pause, microconference=microconference, attendees=[attendee], until=until, by=lead)

    assert reminded_on(range(30)) == [(21, 1)]


def test_going_on_after_a_pause_lets_what_waited_go(asked, microconference, lead):
    [attendee] = asked()
    at(14)
    until = (TUESDAY + timedelta(days=60)).date()
    at(14, persistence.pause, microconference=microconference, attendees=[attendee], until=until, by=lead)

    at(15, persistence.go_on, microconference=microconference, attendees=[attendee], by=lead)
    at(15, delivery.sweep)

    assert Letter.objects.get(kind="reminder").state == Letter.State.SENT


def test_a_paused_letter_that_a_crash_gave_back_still_waits(asked, microconference, lead):
    [attendee] = asked()
    [reminder] = at(14)
    until = (TUESDAY + timedelta(days=21)).date()
    at(14, persistence.pause, microconference=microconference, attendees=[attendee], until=until, by=lead)
    Letter.objects.filter(pk=reminder.pk).update(next_try_at=TUESDAY, due_at=TUESDAY + timedelta(days=14))

    at(14, delivery.sweep)

    reminder.refresh_from_db()
    assert reminder.state == Letter.State.QUEUED
    assert reminder.next_try_at >= datetime(2031, 3, 25, tzinfo=UTC)


@pytest.mark.parametrize("days", [0, -1, 500])
def test_a_pause_ends_on_a_day_to_come(asked, microconference, lead, days):
    [attendee] = asked()

    with pytest.raises(Refusal, match="between tomorrow and"):
        until = clock.today(microconference.timezone) + timedelta(days=days)
        persistence.pause(microconference=microconference, attendees=[attendee], until=until, by=lead)


def test_who_is_paused_or_stopped_is_not_asked_before_a_lead_lets_letters_go_on(microconference, lead, written):
    paused, stopped = AttendeeFactory.create_batch(2, microconference=microconference)
    until = clock.today(microconference.timezone) + timedelta(days=9)
    persistence.pause(microconference=microconference, attendees=[paused], until=until, by=lead)
    persistence.stop(microconference=microconference, attendees=[stopped], by=lead)

    for attendee, words in ((paused, "are paused until"), (stopped, "A lead stopped the letters to")):
        with pytest.raises(Refusal, match=words):
            written(attendee)

    persistence.go_on(microconference=microconference, attendees=[paused, stopped], by=lead)
    assert len(written(paused)) == len(written(stopped)) == 1


def test_going_on_does_not_touch_a_persons_own_wish(microconference, lead, written):
    attendee = AttendeeFactory(microconference=microconference)
    stop.stop_letters(attendee=attendee, by=attendee.person)
    persistence.stop(microconference=microconference, attendees=[attendee], by=lead)

    persistence.go_on(microconference=microconference, attendees=[attendee], by=lead)

    with pytest.raises(Refusal, match="wants no more letters"):
        written(attendee)


def test_each_change_is_in_the_log_once_and_only_for_people_of_this_list(microconference, lead):
    attendee, foreign = AttendeeFactory(microconference=microconference), AttendeeFactory()
    values = {"microconference": microconference, "attendees": [attendee, foreign], "by": lead}

    for _twice in range(2):
        persistence.set_cadence(cadence=[5], **values)
        persistence.pause(until=clock.today("UTC") + timedelta(days=9), **values)
        persistence.stop(**values)
    for _twice in range(2):
        persistence.go_on(**values)

    logged = ActivityEntry.objects.order_by("pk").values_list("what", "person")
    assert list(logged) == [
        (f"persistence.{each}", attendee.person_id) for each in ("cadence", "paused", "stopped", "went_on")
    ]
    foreign.refresh_from_db()
    assert (foreign.cadence, foreign.held_at, foreign.paused_until) == (None, None, None)


def test_one_reminder_can_be_left_out_and_the_next_one_follows(asked, microconference, second_round, lead):
    [attendee] = asked()
    skip = {"attendee": attendee, "round": second_round, "step": 1, "by": lead}

    left_out = at(3, persistence.skip_next, **skip)
    again = at(4, persistence.skip_next, **skip)

    assert left_out == again
    assert reminded_on(range(40)) == [(28, 2)]


def test_a_reminder_that_was_left_out_may_go_after_all_until_its_time(asked, microconference, second_round, lead):
    [attendee] = asked()
    skip = {"attendee": attendee, "round": second_round, "step": 1, "by": lead}
    letter = at(3, persistence.skip_next, **skip)
    at(4, persistence.unskip, letter=letter, by=lead)
    letter = at(5, persistence.skip_next, **skip)

    with pytest.raises(Refusal, match="time of this reminder"):
        at(16, persistence.unskip, letter=letter, by=lead)
    at(6, persistence.unskip, letter=letter, by=lead)

    assert reminded_on(range(20)) == [(14, 1)]


def test_only_the_next_reminder_can_be_left_out(asked, second_round, lead):
    [attendee] = asked()

    with pytest.raises(Refusal, match="No reminder 2"):
        at(3, persistence.skip_next, attendee=attendee, round=second_round, step=2, by=lead)
    at(14)
    with pytest.raises(Refusal, match="is waiting already"):
        at(14, persistence.skip_next, attendee=attendee, round=second_round, step=1, by=lead)


# What ends letters: for a reminder that is to be written, and for one that is queued.


def answer(attendee, round, lead):
    answers.record_answer(attendee=attendee, round=round, answer="coming", source="link", by=attendee.person)


def cannot(attendee, round, lead):
    answers.record_answer(attendee=attendee, round=round, answer="cant", source="on_behalf", by=lead)


def stops_this(attendee, round, lead):
    stop.stop_letters(attendee=attendee, by=attendee.person)


def stops_everything(attendee, round, lead):
    stop.stop_letters(attendee=attendee, everywhere=True, by=attendee.person)


def bounces(attendee, round, lead):
    delivery.bounced(person=attendee.person, reason="550 no such user")


def is_erased(attendee, round, lead):
    person = attendee.person
    person.name, person.address, person.erased_at = "", "", clock.now()
    person.save()


def is_suppressed(attendee, round, lead):
    persons.suppress(address=attendee.person.address, reason="asked")


def is_held(attendee, round, lead):
    persistence.stop(microconference=attendee.microconference, attendees=[attendee], by=lead)


def is_declined(attendee, round, lead):
    Microconference.objects.update(state="declined")


def is_over(attendee, round, lead):
    Microconference.objects.update(state="held")


def is_reported(attendee, round, lead):
    Microconference.objects.update(state="reported")


def loses_their_address(attendee, round, lead):
    attendee.person.address = ""
    attendee.person.save()


ENDS = [
    answer, cannot, stops_this, stops_everything, bounces, is_erased, is_suppressed, is_held, is_declined, is_over,
    is_reported, loses_their_address,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_nothing_more_is_written_after_the_end(asked, second_round, lead, end):
    attendee, other = asked(2)
    at(1, end, attendee=attendee, round=second_round, lead=lead)

    reminded_on(range(40))

    assert not Letter.objects.filter(kind="reminder", to_person=attendee.person).exists()
    everybody = end in (is_declined, is_over, is_reported)
    assert Letter.objects.filter(kind="reminder", to_person=other.person).count() == (0 if everybody else 2)


@pytest.mark.parametrize("end", ENDS)
def test_what_was_queued_does_not_go_after_the_end(asked, second_round, lead, end):
    [attendee] = asked()
    [reminder] = at(14)

    at(14, end, attendee=attendee, round=second_round, lead=lead)
    at(14, delivery.sweep)

    reminder.refresh_from_db()
    assert reminder.state == Letter.State.CANCELLED
    assert reminder.sent_at is None


@pytest.mark.parametrize("end", ENDS)
def test_what_a_lead_approved_does_not_go_after_the_end(queued, second_round, lead, end):
    [letter] = queued()
    attendee = letter.reasons.get().attendee

    end(attendee=attendee, round=second_round, lead=lead)
    delivery.sweep()

    letter.refresh_from_db()
    assert letter.state == Letter.State.CANCELLED


@pytest.mark.parametrize("end", ENDS)
def test_what_waits_for_approval_cannot_be_approved_after_the_end(written, second_round, lead, end):
    [letter] = written()
    end(attendee=letter.reasons.get().attendee, round=second_round, lead=lead)

    done = actions.approve(letters=[letter], by=lead)

    letter.refresh_from_db()
    assert done.letters == []
    assert letter.state in (Letter.State.WRITTEN, Letter.State.CANCELLED)


def test_whoever_was_interested_is_asked_in_the_second_round(microconference, lead):
    first = RoundFactory(microconference=microconference, interest=True)
    said = {}
    for choice in ("interested", "not_sure", "cant"):
        said[choice] = AttendeeFactory(microconference=microconference)
        AskingFactory(attendee=said[choice], round=first)
        answers.record_answer(attendee=said[choice], round=first, answer=choice, source="link", by=said[choice].person)

    second = rounds.open_round(
        microconference=microconference, question="coming", answer_by=date(2031, 9, 10), cadence=[10], by=lead
    )

    should = {each.attendee for each in rules.candidates(microconference, second) if each.should_be_asked}
    assert should == {said["interested"], said["not_sure"]}


def test_a_list_can_be_split_between_leads_and_letters_go_in_their_names(microconference, lead, written, second_round):
    other = LeadFactory(microconference=microconference)
    mine, theirs = AttendeeFactory.create_batch(2, microconference=microconference)

    people.assign(microconference=microconference, attendees=[theirs], to=other, by=lead)
    people.assign(microconference=microconference, attendees=[theirs], to=other, by=lead)

    by_reader = {
        each.to_person: each.asked_by for each in [*written(mine), *written(Attendee.objects.get(pk=theirs.pk))]
    }
    assert by_reader == {mine.person: actions.lead_for(microconference, user=lead), theirs.person: other}
    assert ActivityEntry.objects.filter(what="people.assigned").count() == 1


def test_nobody_of_another_team_can_be_said_to_ask(microconference, lead):
    attendee, stranger = AttendeeFactory(microconference=microconference), LeadFactory()

    with pytest.raises(Refusal, match="is not on the team"):
        people.assign(microconference=microconference, attendees=[attendee], to=stranger, by=lead)


def test_the_plan_of_the_coming_weeks_is_what_then_happens(asked, microconference):
    asked(3)
    loaded = at(1, lambda: reminders.load(microconference=microconference))
    now = TUESDAY + timedelta(days=1)

    planned = cadence.plan(loaded.people, loaded.rounds, now, now + timedelta(days=60))
    reminded_on(range(1, 61))

    promised = sorted((each.recipient, each.step) for each in planned if not each.why_not)
    happened = Letter.objects.filter(kind="reminder").values_list("to_person", "reasons__step", "sent_at")
    assert promised == sorted((person, step) for person, step, _at in happened)
    assert {each.why_not for each in planned} == {"", "over"}
    by_key = {(each.recipient, each.step): each.at for each in planned if not each.why_not}
    assert all(abs(by_key[person, step] - sent) < timedelta(days=1) for person, step, sent in happened)
