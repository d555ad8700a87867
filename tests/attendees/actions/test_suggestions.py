import pytest

from attendees.actions import people, suggestions
from attendees.models import Attendee
from tests.factories import (
    AnswerFactory,
    AttendeeFactory,
    KeyPersonFactory,
    LeadFactory,
    MicroconferenceFactory,
    PersonFactory,
    ProposerFactory,
    RoundFactory,
    TopicFactory,
)
from uconf.actions import people as persons

pytestmark = pytest.mark.django_db


def suggested(microconference, by):
    return {each.name: each.why for each in suggestions.suggest(microconference=microconference, by=by)}


@pytest.fixture
def last_year(microconference, lead):
    """Last year's edition, which the same lead ran."""
    edition = MicroconferenceFactory(series=microconference.series, year=2030, reported=True)
    LeadFactory(microconference=edition, user=lead, person=LeadFactory._meta.model.objects.get(user=lead).person)
    return edition


def test_the_topics_people_are_suggested_with_what_they_are_needed_for(microconference, lead):
    topic = TopicFactory(microconference=microconference, title="Maple Tree")
    KeyPersonFactory(topic=topic, person__name="Key One", note="wrote it")
    ProposerFactory(topic=topic, person__name="Proposer One")
    listed = ProposerFactory(topic=topic, person__name="Listed One")
    AttendeeFactory(microconference=microconference, person=listed.person)
    gone = TopicFactory(microconference=microconference, state="withdrawn")
    KeyPersonFactory(topic=gone, person__name="Not Needed")

    assert suggested(microconference, lead) == {
        "Key One": ["key person of “Maple Tree” (wrote it)"],
        "Proposer One": ["proposes “Maple Tree”"],
    }


def test_people_of_an_edition_that_one_ran_are_suggested_but_not_those_who_could_not(microconference, lead, last_year):
    AttendeeFactory(microconference=last_year, person__name="Came", coming=True)
    AttendeeFactory(microconference=last_year, person__name="Said Something", interested=True)
    AttendeeFactory(microconference=last_year, person__name="Could Not", cant=True)
    AttendeeFactory(microconference=last_year, person__name="Silent", pending=True)

    assert suggested(microconference, lead) == {
        "Came": ["came in 2030"],
        "Said Something": ["said “interested” in 2030"],
    }


def test_a_list_of_an_edition_that_somebody_else_ran_stays_theirs(microconference, lead):
    """A series is joined by giving a text its title: that must open nobody's list."""
    edition = MicroconferenceFactory(series=microconference.series, year=2030, reported=True)
    secret = AttendeeFactory(microconference=edition, person__name="Private Person", coming=True).person
    LeadFactory(microconference=edition, person=PersonFactory(name="Public Lead"))

    found = suggested(microconference, lead)
    added = suggestions.add(microconference=microconference, public_ids=[secret.public_id], by=lead)

    assert found == {"Public Lead": ["led it in 2030"]}
    assert added == []
    assert people.namesakes(microconference=microconference, names=["private person"], by=lead) == {}


def test_a_name_given_as_somebody_better_is_suggested_until_it_is_on_the_list(microconference, lead):
    attendee = AttendeeFactory(microconference=microconference, person__name="Mina Example")
    round = RoundFactory(microconference=microconference)
    wrong = AnswerFactory(attendee=attendee, round=round, answer="cant", instead="Taken Back")
    AnswerFactory(attendee=attendee, round=round, answer="cant", source="undo", undoes=wrong)
    AnswerFactory(attendee=attendee, round=round, answer="cant", instead="Oskar  Fictive")
    before = suggested(microconference, lead)

    AttendeeFactory(microconference=microconference, person__name="oskar fictive")

    assert before == {"Oskar  Fictive": ["Mina Example names them as somebody better"]}
    assert suggested(microconference, lead) == {}


def test_nobody_is_suggested_who_asked_for_no_letters_or_was_erased(microconference, lead):
    topic = TopicFactory(microconference=microconference)
    stopped, erased = ProposerFactory(topic=topic).person, ProposerFactory(topic=topic).person
    persons.suppress(address=stopped.address, reason="asked")
    erased.erased_at = "2031-01-01T00:00Z"
    erased.save()

    assert suggested(microconference, lead) == {}


def test_only_who_is_suggested_is_added_and_twice_is_once(microconference, lead):
    topic = TopicFactory(microconference=microconference)
    wanted = ProposerFactory(topic=topic).person
    ids = [wanted.public_id, PersonFactory().public_id, "no-such"]

    first = suggestions.add(microconference=microconference, public_ids=ids, by=lead)
    second = suggestions.add(microconference=microconference, public_ids=ids, by=lead)

    assert [each.person for each in first] == [wanted]
    assert second == []
    assert Attendee.objects.count() == 1


@pytest.mark.parametrize("count", [1, 20])
def test_suggesting_costs_the_same_number_of_queries_for_one_and_for_many(
    microconference, lead, last_year, count, django_assert_num_queries
):
    topic = TopicFactory(microconference=microconference)
    KeyPersonFactory.create_batch(count, topic=topic)
    AttendeeFactory.create_batch(count, microconference=last_year, coming=True)

    with django_assert_num_queries(10):
        suggestions.suggest(microconference=microconference, by=lead)
