import pytest

from attendees.actions.counts import RoundNumbers, numbers, of_rounds
from attendees.models import Answer, Status
from tests.factories import AnswerFactory, AskingFactory, AttendeeFactory, RoundFactory
from uconf.views.counts import with_counts
from uconf.views.organize import funnel
from uconf.views.standing import who_comes


def test_the_numbers_follow_from_the_statuses():
    found = numbers(dict.fromkeys(Status.values, 1))

    assert (found.on_list, found.asked, found.answered, found.interested) == (8, 7, 5, 1)
    assert (found.coming, found.in_person, found.remote) == (2, 1, 1)
    assert numbers({}).on_list == 0


@pytest.mark.django_db
def test_all_pages_count_the_same_people_as_asked(microconference):
    for status in Status.values:
        AttendeeFactory(microconference=microconference, status=status, mode={"coming": "in_person", "remote": "remote"}.get(status, ""))  # fmt: skip
    row = with_counts(type(microconference).objects.filter(pk=microconference.pk)).get()

    assert funnel(list(microconference.attendees.all()))["asked"] == row.asked_count == 7
    assert who_comes(microconference).words.startswith("7 asked")


@pytest.mark.django_db
def test_who_said_something_unasked_counts_as_asked_in_that_round(microconference, django_assert_num_queries):
    round = RoundFactory(microconference=microconference)
    silent, said, unasked, undone = AttendeeFactory.create_batch(4, microconference=microconference, status="pending")
    for attendee in (silent, said, undone):
        AskingFactory(attendee=attendee, round=round)
    AnswerFactory(attendee=said, round=round)
    AnswerFactory(attendee=said, round=round, answer="cant")
    AnswerFactory(attendee=unasked, round=round)
    taken_back = AnswerFactory(attendee=undone, round=round)
    AnswerFactory(attendee=undone, round=round, source=Answer.Source.UNDO, undoes=taken_back)

    with django_assert_num_queries(2):
        assert of_rounds(microconference) == {round.pk: RoundNumbers(asked=4, answered=2, pending=2)}
