from datetime import date, timedelta

import pytest

from attendees.actions import rounds
from attendees.models import Asking, Round, Status
from tests.factories import AnswerFactory, AttendeeFactory, MicroconferenceFactory, RoundFactory
from uconf.lib import clock
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db
LATER = date(2031, 9, 1)


def test_a_round_is_opened_with_its_deadline_and_reminders(microconference, lead):
    opened = rounds.open_round(
        microconference=microconference, question="coming", answer_by=LATER, cadence=[10, 14], by=lead
    )

    opened.refresh_from_db()
    assert (opened.question, opened.answer_by, opened.cadence, opened.imported) == ("coming", LATER, [10, 14], False)
    assert ActivityEntry.objects.get().what == "round.opened"


def test_opening_a_round_twice_changes_nothing(microconference, lead):
    for _ in range(2):
        rounds.open_round(microconference=microconference, question="coming", answer_by=LATER, cadence=[10], by=lead)

    assert Round.objects.count() == 1
    assert [entry.what for entry in ActivityEntry.objects.all()] == ["round.opened"]


def test_an_imported_round_gets_its_reminders_when_a_lead_opens_it(microconference, lead):
    imported = rounds.current_or_imported(microconference=microconference, by=lead)
    assert (imported.imported, imported.cadence) == (True, [])

    opened = rounds.open_round(microconference=microconference, question="coming", cadence=[10], by=lead)

    assert (opened.pk, opened.imported, opened.cadence) == (imported.pk, False, [10])


@pytest.mark.parametrize(
    ("state", "question", "sentence"),
    [
        ("draft", "coming", "is not accepted yet"),
        ("submitted", "coming", "is not accepted yet"),
        ("accepted", "interest", "is accepted"),
        ("declined", "interest", "is declined"),
        ("held", "coming", "is held"),
    ],
)
def test_a_round_that_does_not_fit_the_state_is_refused(state, question, sentence, lead):
    microconference = MicroconferenceFactory(state=state)

    with pytest.raises(Refusal, match=sentence):
        rounds.open_round(microconference=microconference, question=question, by=lead)

    assert not Round.objects.exists()


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_the_first_round_is_for_before_acceptance(state, lead):
    microconference = MicroconferenceFactory(state=state)

    assert rounds.open_round(microconference=microconference, question="interest", by=lead).order == 1


@pytest.mark.parametrize("cadence", [[0], [61], [1, 2, 3, 4], ["10"], [1.5]])
def test_reminders_that_make_no_sense_are_refused(cadence, microconference, lead):
    with pytest.raises(Refusal, match="At most 3 reminders") as refusal:
        rounds.open_round(microconference=microconference, question="coming", cadence=cadence, by=lead)

    assert refusal.value.field == "cadence"


def test_a_deadline_in_the_past_is_refused_and_today_is_not(microconference, lead):
    today = clock.today("Europe/Dublin")

    with pytest.raises(Refusal, match="over already"):
        rounds.open_round(
            microconference=microconference, question="coming", answer_by=today - timedelta(days=1), by=lead
        )

    rounds.open_round(microconference=microconference, question="coming", answer_by=today, by=lead)


def test_a_deadline_after_the_conferences_last_day_is_refused_and_that_day_is_not(microconference, lead):
    last = microconference.conference.ends_on
    values = {"microconference": microconference, "question": "coming", "by": lead}

    with pytest.raises(Refusal, match="ends on 24 September 2031.* Choose that day or an earlier one") as refusal:
        rounds.open_round(answer_by=last + timedelta(days=1), **values)

    assert (refusal.value.field, Round.objects.count()) == ("answer_by", 0)
    assert rounds.open_round(answer_by=last, **values).answer_by == last


def test_no_deadline_fits_a_conference_that_is_over(microconference, lead):
    conference, today = microconference.conference, clock.today("Europe/Dublin")
    conference.starts_on = conference.ends_on = today - timedelta(days=1)
    conference.save()

    for day in (today - timedelta(days=1), today):
        with pytest.raises(Refusal, match="ended on .* its committee can change its days"):
            rounds.open_round(microconference=microconference, question="coming", answer_by=day, by=lead)


def test_two_leads_who_set_a_round_at_once_do_not_overwrite_each_other(microconference, lead):
    opened = rounds.open_round(microconference=microconference, question="coming", cadence=[10], by=lead)
    rounds.open_round(microconference=microconference, question="coming", cadence=[12], version=opened.version, by=lead)

    with pytest.raises(EditConflict):
        rounds.open_round(
            microconference=microconference, question="coming", cadence=[14], version=opened.version, by=lead
        )


def test_opening_the_second_round_makes_those_of_the_first_count_anew(microconference, lead):
    first = RoundFactory(microconference=microconference, interest=True)
    pending, interested = AttendeeFactory.create_batch(2, microconference=microconference)
    rounds.asked(attendees=[pending, interested], round=first, how=Asking.How.LETTER, by=lead)
    AnswerFactory(attendee=interested, round=first, answer="interested")

    rounds.open_round(microconference=microconference, question="coming", by=lead)

    pending.refresh_from_db()
    interested.refresh_from_db()
    assert (pending.status, interested.status) == (Status.NOT_ASKED, Status.INTERESTED)


def test_whoever_was_asked_is_pending_and_asked_once(microconference, lead):
    round = RoundFactory(microconference=microconference)
    attendee = AttendeeFactory(microconference=microconference)

    first = rounds.asked(attendees=[attendee], round=round, how=Asking.How.OWN_MAIL, by=lead)
    second = rounds.asked(attendees=[attendee], round=round, how=Asking.How.LETTER, by=lead)

    assert (first, second) == ([attendee], [])
    assert Asking.objects.get().how == Asking.How.OWN_MAIL
    attendee.refresh_from_db()
    assert attendee.status == Status.PENDING


def test_the_round_to_answer_follows_acceptance():
    draft, accepted = MicroconferenceFactory(), MicroconferenceFactory(accepted=True)
    over = MicroconferenceFactory(held=True)
    interest, coming = Round(question="interest"), Round(question="coming")

    assert rounds.to_answer(draft, [interest]) is interest
    assert rounds.to_answer(draft, [coming, interest]) is interest
    assert rounds.to_answer(accepted, [interest]) is interest
    assert rounds.to_answer(accepted, [coming, interest]) is coming
    assert rounds.to_answer(accepted, []) is None
    assert rounds.to_answer(over, [coming]) is None
