import random

import pytest

from attendees.actions import answers, people, rounds, status
from attendees.models import Answer, Asking, Attendee, Round, Status
from tests.factories import AttendeeFactory, LeadFactory, MicroconferenceFactory
from uconf.lib import clock
from uconf.models import Microconference

pytestmark = pytest.mark.django_db


def by_the_book(attendee):
    """The status that the ledger amounts to, worked out a second time, straight from design's sentences."""
    undone = set(Answer.objects.filter(undoes__isnull=False).values_list("undoes", flat=True))
    stands = [
        each
        for each in Answer.objects.filter(attendee=attendee).order_by("recorded_at", "pk")
        if each.undoes_id is None and each.pk not in undone
    ]
    questions = set(attendee.microconference.rounds.values_list("question", flat=True))
    now = "coming" if "coming" in questions else "interest"
    in_now = [each for each in stands if each.round.question == now]
    if in_now:
        return in_now[-1].status
    if attendee.person.bounced_at:
        return Status.BOUNCES
    if Asking.objects.filter(attendee=attendee, round__question=now).exists():
        return Status.PENDING
    return stands[-1].status if stands else Status.NOT_ASKED


@pytest.mark.parametrize("seed", range(8))
def test_the_stored_status_is_what_the_ledger_says_after_anything_that_happens(seed):
    chance = random.Random(seed)  # noqa: S311
    microconference = MicroconferenceFactory(submitted=True)
    lead = LeadFactory(microconference=microconference).user
    attendees = AttendeeFactory.create_batch(4, microconference=microconference)

    for step in range(40):
        if step == 20:
            microconference.state = Microconference.State.ACCEPTED
            microconference.save()
        attendee = chance.choice(Attendee.objects.select_related("microconference", "person"))
        question = rounds.question_now(microconference)
        act = chance.choice(["open", "ask", "answer", "answer", "undo", "import", "bounce"])
        if act == "open":
            rounds.open_round(microconference=microconference, question=question, cadence=[step % 9 + 1], by=lead)
        elif act == "ask":
            round = rounds.current_or_imported(microconference=microconference, by=lead)
            rounds.asked(attendees=[attendee], round=round, how=Asking.How.LETTER, by=lead)
        elif act == "answer":
            round = rounds.current_or_imported(microconference=microconference, by=lead)
            answers.record_answer(
                attendee=attendee, round=round, answer=chance.choice(Answer.ALLOWED[round.question]),
                mode=chance.choice(["", "remote"]), source="link", by=attendee.person,
            )  # fmt: skip
        elif act == "undo" and attendee.answers.filter(undoes=None).exists():
            answers.undo_answer(answer=chance.choice(attendee.answers.filter(undoes=None)), by=lead)
        elif act == "import":
            people.import_attendee(
                microconference=microconference, person=attendee.person,
                status=chance.choice(["none", "pending", "interested", "coming", "remote", "maybe", "declined"]),
                by=lead,
            )  # fmt: skip
        elif act == "bounce":
            attendee.person.bounced_at = chance.choice([None, clock.now()])
            attendee.person.save()
            status.refresh(attendee)

        stored = dict(Attendee.objects.values_list("pk", "status"))
        assert stored == {each.pk: by_the_book(Attendee.objects.get(pk=each.pk)) for each in attendees}, act


def test_a_first_answer_does_not_count_as_an_answer_to_the_second_question(microconference, lead):
    attendee = AttendeeFactory(microconference=microconference)
    first = rounds.of_question(microconference=microconference, question=Round.Question.INTEREST, by=lead)
    answers.record_answer(attendee=attendee, round=first, answer="interested", source="import", by=None)
    second = rounds.open_round(microconference=microconference, question="coming", by=lead)

    rounds.asked(attendees=[attendee], round=second, how=Asking.How.LETTER, by=lead)

    attendee.refresh_from_db()
    assert attendee.status == Status.PENDING


def test_refreshing_costs_the_same_reads_for_any_number(microconference, django_assert_max_num_queries):
    attendees = AttendeeFactory.create_batch(5, microconference=microconference)

    with django_assert_max_num_queries(4 + 5):  # rounds, attendees, answers, askings; one save each
        status.refresh(*attendees)
