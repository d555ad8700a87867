"""Reminders follow the cadence, stop on an answer, and are never written twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendees.actions import answers
from attendees.models import Attendee, InboundMail, Letter, LetterText, Round
from attendees.outreach import actions, delivery, reminders
from tests.attendees.outreach.conftest import TUESDAY, at
from tests.factories import AskingFactory, AttendeeFactory, KeyPersonFactory, RoundFactory, TopicFactory
from uconf.models import Conference, Microconference

pytestmark = pytest.mark.django_db


def test_the_reminders_of_a_cadence_go_one_by_one_and_no_more(asked):
    [attendee] = asked()

    steps = []
    for day in range(60):
        steps += [(day, each.reasons.get().step) for each in at(day)]
        at(day, delivery.sweep)

    assert steps == [(14, 1), (28, 2)]
    assert [each.state for each in Letter.objects.filter(kind="reminder")] == [Letter.State.SENT] * 2
    assert attendee.person.name not in Letter.objects.filter(kind="reminder").first().subject


def test_the_last_reminder_says_that_it_is_the_last(asked):
    asked()
    at(14), at(14, delivery.sweep), at(28)

    second, first = Letter.objects.filter(kind="reminder").order_by("-written_at")
    assert "I will write once more at most." in first.body
    assert "This is the last reminder." in second.body


def test_writing_reminders_twice_writes_them_once(asked):
    asked(2)

    assert len(at(14)) == 2
    assert at(14) == []


def test_an_answer_stops_the_reminders_also_one_that_is_queued(asked, second_round):
    early, late = asked(2)
    answers.record_answer(attendee=early, round=second_round, answer="cant", source="link", by=early.person)
    [reminder] = at(14)

    answers.record_answer(attendee=late, round=second_round, answer="cant", source="link", by=late.person)
    at(14, delivery.sweep)

    reminder.refresh_from_db()
    assert reminder.to_person == late.person
    assert reminder.state == Letter.State.CANCELLED
    assert at(28) == []


def test_key_people_get_a_draft_for_the_lead_instead(asked, microconference, lead):
    [attendee] = asked()
    topic = TopicFactory(microconference=microconference, title="Maple Tree", accepted=True)
    KeyPersonFactory(topic=topic, person=attendee.person)

    assert at(14) == []
    [draft] = at(14, lambda: reminders.personal_drafts(reminders.load(microconference=microconference)))
    assert (draft.attendee, str(draft.why)) == (attendee, "a key person: no robot writes to them")
    assert "Maple Tree" in draft.body and "{" not in draft.body


def test_whoever_never_answers_is_handed_to_the_lead_when_the_cadence_is_through(asked, microconference):
    [attendee] = asked()
    for day in (14, 28):
        at(day), at(day, delivery.sweep)

    before = at(40, lambda: reminders.personal_drafts(reminders.load()))
    after = at(43, lambda: reminders.personal_drafts(reminders.load()))

    assert before == []
    assert [each.attendee for each in after] == [attendee]


def test_no_reminder_goes_in_the_last_week_before_the_deadline(asked, second_round):
    asked()
    Round.objects.update(answer_by=(TUESDAY + timedelta(days=20)).date())

    assert at(14) == []


@pytest.mark.parametrize(("days", "state"), [(21, "queued"), (20, "missed")])
def test_a_reminder_that_has_to_wait_for_the_hours_does_not_go_in_that_week_either(asked, second_round, days, state):
    asked()
    Round.objects.update(answer_by=(TUESDAY + timedelta(days=days + 1)).date())
    [reminder] = at(14)  # seven days before at the latest

    at(14 + 8 / 24, delivery.sweep)  # past the hours: the next morning then

    reminder.refresh_from_db()
    assert reminder.state == state


def test_a_reminder_that_nobody_wrote_for_two_days_is_listed_as_missed(asked):
    asked()

    [reminder] = at(17)

    assert (reminder.state, reminder.next_try_at) == (Letter.State.MISSED, None)
    assert at(17, delivery.sweep) == 0


def test_a_reminder_keeps_off_the_quiet_days_of_the_conference(asked, microconference):
    asked()
    Conference.objects.update(quiet_days=[(TUESDAY + timedelta(days=each)).date().isoformat() for each in (14, 15)])

    assert at(14) == at(15) == []
    assert len(at(16)) == 1


@pytest.mark.parametrize("state", ["declined", "held"])
def test_nobody_is_reminded_of_what_is_declined_or_over(asked, microconference, state):
    asked()
    Microconference.objects.update(state=state)

    assert at(14) == []


def test_an_imported_round_reminds_nobody_until_a_lead_sets_a_cadence(microconference, lead):
    attendee = AttendeeFactory(microconference=microconference, pending=True)
    round = RoundFactory(microconference=microconference, imported=True, cadence=[])
    AskingFactory(attendee=attendee, round=round, how="import", at=TUESDAY - timedelta(days=60))
    none = at(0)

    with time_machine.travel(TUESDAY, tick=False):
        actions.open_round(
            microconference=microconference, question="coming", answer_by=date(2031, 9, 10), cadence=[10], by=lead
        )

    assert none == at(9) == []
    assert [each.to_person for each in at(14)] == [attendee.person]


def test_a_wording_with_a_placeholder_that_is_gone_falls_back_to_the_built_in_one(asked, microconference):
    asked()
    LetterText.objects.create(
        microconference=microconference, kind="reminder_coming", subject="{gone}", body="{gone_too}"
    )

    [reminder] = at(14)

    assert reminder.body.startswith("Hi ")


def test_what_is_due_costs_the_same_number_of_queries_for_one_and_for_many(asked):
    asked(1)
    with CaptureQueriesContext(
        connection,
    ) as few:
        reminders.load()
    asked(12)
    with CaptureQueriesContext(connection) as many:
        reminders.load()

    assert len(few) == len(many)


def test_the_page_can_say_who_gets_what_and_when(asked, microconference):
    [attendee] = asked()

    [(when, waiting, reminder)] = at(1, lambda: reminders.coming_up(reminders.load(microconference=microconference)))

    assert (waiting.attendee, reminder.step) == (attendee, 1)
    assert when == datetime(2031, 3, 18, 14, 0, tzinfo=UTC)


def test_a_reminder_that_missed_its_hours_before_the_days_off_is_written_after_them(asked, microconference):
    """Due on a Tuesday, then quiet days and a weekend: the sweep only comes back a week later, and that is in time."""
    asked()
    quiet = [(TUESDAY + timedelta(days=each)).date().isoformat() for each in (15, 16)]
    Conference.objects.update(quiet_days=quiet)

    [reminder] = at(21)

    assert reminder.state == Letter.State.QUEUED
    assert at(21, delivery.sweep) == 1


def wrote(attendee, day, **more):
    """A mail of somebody's that came in, and that nobody has read."""
    return InboundMail.objects.create(
        microconference=attendee.microconference, person=attendee.person, fingerprint=f"{attendee.pk} {day}",
        received_at=TUESDAY + timedelta(days=day), **({"kind": "unclear", "state": "waiting", "why": "more"} | more),
    )  # fmt: skip


def test_no_robot_reminds_whoever_wrote_back_until_somebody_has_read_it(asked):
    replied, silent = asked(2)
    mail = wrote(replied, 3)

    first = [each.to_person for each in at(14)]
    InboundMail.objects.filter(pk=mail.pk).update(state="done", decided_at=TUESDAY)
    second = [each.to_person for each in at(15)]

    assert (first, second) == ([silent.person], [replied.person])


def test_who_is_held_by_what_they_wrote_is_told_with_the_first_mail_of_theirs(asked, microconference):
    replied, silent, stopped = asked(3)
    Attendee.objects.filter(pk=stopped.pk).update(held_at=TUESDAY)
    mail = wrote(replied, 3)
    wrote(replied, 4)
    wrote(stopped, 3)

    assert reminders.held_by_replies(microconference=microconference) == [(replied, mail)]
    assert reminders.held_by_replies(microconference=microconference, attendee=silent) == []


@pytest.mark.parametrize("more", [{"kind": "text"}, {"kind": "own_mail"}, {"day": -3}])
def test_other_mail_that_waits_holds_nothing(asked, more):
    [attendee] = asked()
    more = dict(more)
    wrote(attendee, more.pop("day", 3), **more)

    assert reminders.held_by_replies(microconference=attendee.microconference) == []
    assert len(at(14)) == 1


def test_a_reminder_that_waits_is_called_off_when_its_reader_writes(asked):
    [attendee] = asked()
    [reminder] = at(14)
    wrote(attendee, 14)

    at(14, delivery.sweep)

    assert Letter.objects.get(pk=reminder.pk).state == Letter.State.CANCELLED
