import pytest

from attendees.actions import answers
from attendees.models import Answer, Letter, LetterReason, Status
from tests.factories import (
    AskingFactory,
    AttendeeFactory,
    LetterFactory,
    MicroconferenceFactory,
    RoundFactory,
)
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def attendee(microconference):
    return AttendeeFactory(microconference=microconference)


@pytest.fixture
def round(microconference):
    return RoundFactory(microconference=microconference)


def say(attendee, round, answer, **more):
    more = {"source": "link", "by": attendee.person, **more}
    recorded = answers.record_answer(attendee=attendee, round=round, answer=answer, **more)
    attendee.refresh_from_db()
    return recorded


@pytest.mark.parametrize(
    ("answer", "mode", "status"),
    [("coming", "", "coming"), ("coming", "remote", "remote"), ("not_sure", "", "not_sure"), ("cant", "", "cant")],
)
def test_an_answer_is_the_status(attendee, round, answer, mode, status):
    say(attendee, round, answer, mode=mode)

    assert attendee.status == status
    assert attendee.last_heard_at is not None


def test_a_change_of_mind_is_another_row_and_the_last_one_counts(attendee, round):
    say(attendee, round, "coming")
    say(attendee, round, "cant")

    assert [each.answer for each in Answer.objects.all()] == ["cant", "coming"]
    assert attendee.status == Status.CANT


def test_the_same_answer_twice_is_one(attendee, round):
    first = say(attendee, round, "coming", note="from Tuesday on")
    second = say(attendee, round, "coming", note="from Tuesday on")

    assert first == second
    assert Answer.objects.count() == ActivityEntry.objects.count() == 1


def test_the_same_answer_with_another_note_is_kept(attendee, round):
    say(attendee, round, "coming")
    say(attendee, round, "coming", note="from Tuesday on", instead="")

    assert [each.note for each in Answer.objects.all()] == ["from Tuesday on", ""]


def test_coming_cannot_be_said_before_acceptance():
    attendee = AttendeeFactory(microconference=MicroconferenceFactory(submitted=True))
    interest = RoundFactory(microconference=attendee.microconference, interest=True)
    coming = RoundFactory(microconference=attendee.microconference)

    with pytest.raises(Refusal, match="is no answer to"):
        say(attendee, interest, "coming")
    with pytest.raises(Refusal, match="is not accepted yet"):
        say(attendee, coming, "coming")

    say(attendee, interest, "interested")
    assert Answer.objects.get().answer == "interested"


def test_an_answer_in_a_round_of_another_microconference_is_refused(attendee):
    with pytest.raises(Refusal, match="another microconference"):
        say(attendee, RoundFactory(), "coming")


def test_once_it_is_over_a_link_answers_no_more_but_a_lead_may_note_it(lead):
    attendee = AttendeeFactory(microconference=MicroconferenceFactory(held=True))
    round = RoundFactory(microconference=attendee.microconference)

    with pytest.raises(Refusal, match="is over"):
        say(attendee, round, "cant")

    say(attendee, round, "cant", source="on_behalf", by=lead)
    assert attendee.status == Status.CANT


def test_an_answer_calls_off_the_letters_of_its_round(attendee, round):
    waiting = LetterFactory(microconference=attendee.microconference, kind="reminder", state="queued")
    LetterReason.objects.create(letter=waiting, attendee=attendee, round=round, dedupe_key="a")
    others = LetterFactory(microconference=attendee.microconference, kind="reminder", state="queued")
    LetterReason.objects.create(letter=others, attendee=AttendeeFactory(), round=round, dedupe_key="b")

    say(attendee, round, "not_sure")

    waiting.refresh_from_db()
    others.refresh_from_db()
    assert (waiting.state, others.state) == (Letter.State.CANCELLED, Letter.State.QUEUED)


def test_an_undone_answer_leaves_what_was_said_before(attendee, round, lead):
    AskingFactory(attendee=attendee, round=round)
    say(attendee, round, "not_sure")
    wrong = say(attendee, round, "coming", source="on_behalf", by=lead)

    undoing = answers.undo_answer(answer=wrong, by=lead)

    attendee.refresh_from_db()
    assert attendee.status == Status.NOT_SURE
    assert (undoing.undoes, undoing.source, undoing.recorded_by) == (wrong, "undo", lead)
    assert Answer.objects.count() == 3


def test_undoing_the_only_answer_makes_the_response_pending_again(attendee, round, lead):
    AskingFactory(attendee=attendee, round=round)
    only = say(attendee, round, "coming")

    answers.undo_answer(answer=only, by=lead)

    attendee.refresh_from_db()
    assert (attendee.status, attendee.last_heard_at) == (Status.PENDING, None)


def test_undoing_twice_adds_nothing_and_an_undoing_cannot_be_undone(attendee, round, lead):
    only = say(attendee, round, "coming")
    first = answers.undo_answer(answer=only, by=lead)

    assert answers.undo_answer(answer=only, by=lead) == first
    with pytest.raises(Refusal, match="Record the right answer"):
        answers.undo_answer(answer=first, by=lead)


def test_after_an_undo_the_same_answer_can_be_given_again(attendee, round, lead):
    only = say(attendee, round, "coming")
    answers.undo_answer(answer=only, by=lead)

    say(attendee, round, "coming")

    assert attendee.status == Status.COMING
