import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendees.naming import nameable_person_ids, nameable_person_ids_of
from outcomes import summary
from outcomes.models import OutcomeLink
from tests.factories import (
    AttendeeFactory,
    HelperFactory,
    LeadFactory,
    MicroconferenceFactory,
    OutcomeFactory,
    PersonFactory,
    SeriesFactory,
    TopicFactory,
)
from topics.models import Topic
from uconf.lib import clock
from uconf.models import MicroconferenceLink

pytestmark = pytest.mark.django_db


def test_nameable_are_leads_and_those_who_agreed_but_nobody_erased(microconference):
    lead = LeadFactory(microconference=microconference)
    HelperFactory(microconference=microconference)
    agreed = AttendeeFactory(microconference=microconference, listed=True)
    AttendeeFactory(microconference=microconference)
    AttendeeFactory(microconference=microconference, listed=True, person__erased_at=clock.now())
    elsewhere = AttendeeFactory(listed=True)

    assert nameable_person_ids(microconference) == {lead.person_id, agreed.person_id}
    assert nameable_person_ids_of([microconference, elsewhere.microconference]) == {
        microconference.pk: {lead.person_id, agreed.person_id},
        elsewhere.microconference_id: {elsewhere.person_id},
    }


def test_people_of_an_outcome_are_named_if_they_may_be_and_else_counted(microconference):
    agreed = AttendeeFactory(microconference=microconference, listed=True, person__name="Mina Example").person
    silent = AttendeeFactory(microconference=microconference, person__name="Tomas Sample").person
    outcome = OutcomeFactory(microconference=microconference, kind="follow_up", owner=silent)
    outcome.people.set([agreed, silent])

    [public] = summary.by_topic(microconference, nameable_person_ids(microconference)).whole
    [private] = summary.by_topic(microconference).whole

    assert (public.people, public.owner) == ("Mina Example and 1 other", "")
    assert (private.people, private.owner) == ("Mina Example, Tomas Sample", "Tomas Sample")


def test_an_outcome_of_a_merged_topic_is_shown_with_the_other(microconference):
    into = TopicFactory(microconference=microconference, accepted=True, title="The other")
    gone = TopicFactory(microconference=microconference, state=Topic.State.MERGED, merged_into=into)
    OutcomeFactory(microconference=microconference, topic=gone)

    came = summary.by_topic(microconference)

    assert [each.topic for each in came.topics[into.pk]] == ["The other"]
    assert len(came) == 1


def test_a_topic_without_a_public_page_is_named_without_a_link(microconference):
    topic = TopicFactory(microconference=microconference, title="Not chosen")
    OutcomeFactory(microconference=microconference, topic=topic)

    [outcome] = summary.by_topic(microconference).topics[topic.pk]

    assert (outcome.topic, outcome.topic_url) == ("Not chosen", "")


def test_editions_are_the_public_ones_newest_first_with_leads_links_and_outcomes():
    series = SeriesFactory()
    this = MicroconferenceFactory(series=series, accepted=True, year=2031)
    earlier = MicroconferenceFactory(series=series, earlier=True)
    older = MicroconferenceFactory(series=series, earlier=True, year=2015)
    MicroconferenceFactory(series=series, submitted=True, year=2032)
    lead = LeadFactory(microconference=earlier)
    HelperFactory(microconference=earlier)
    link = MicroconferenceLink.objects.create(microconference=earlier, label="schedule")
    OutcomeFactory(microconference=earlier, text="Merged.")

    editions = summary.editions_with_outcomes(series, exclude=this)

    assert [each.microconference for each in editions] == [earlier, older]
    assert (editions[0].leads, editions[0].links) == ([lead], [link])
    assert [each.text for each in editions[0].outcomes] == ["Merged."]


def test_any_number_of_editions_costs_the_same_queries():
    counts = []
    for number in (3, 30):
        series = SeriesFactory()
        MicroconferenceFactory(series=series, accepted=True)
        for year in range(1990, 1989 + number):
            edition = MicroconferenceFactory(series=series, earlier=True, year=year)
            LeadFactory(microconference=edition, user=None, person=PersonFactory())
            topic = TopicFactory(microconference=edition, accepted=True)
            outcome = OutcomeFactory(microconference=edition, topic=topic, owner=PersonFactory())
            outcome.people.add(PersonFactory())
            OutcomeLink.objects.create(outcome=outcome, label="patch")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(summary.editions_with_outcomes(series)) == number
        counts.append(len(queries))

    assert counts[0] == counts[1]
