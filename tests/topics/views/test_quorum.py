"""Who is needed, when all can be there, and what breaks: the page."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    KeyPersonFactory,
    PersonFactory,
    ProposerFactory,
    SessionFactory,
    TopicFactory,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(microconference):
    return reverse("topics:quorum", args=[microconference.conference.slug, microconference.slug])


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def a_topic(microconference, title, person, **more):
    topic = TopicFactory(microconference=microconference, accepted=True, title=title)
    KeyPersonFactory(topic=topic, person=person)
    return topic


def test_the_page_says_whom_topics_need_and_when_all_can_be_there(microconference, lead_client, url):
    attendee = AttendeeFactory(microconference=microconference, coming=True, person__name="Mina Example")
    session = SessionFactory(microconference=microconference)
    topic = a_topic(microconference, "Ours", attendee.person)
    AgendaItemFactory(draft=DraftFactory(microconference=microconference), session=session, topic=topic)

    page = text(lead_client.get(url))

    for words in ("Ours", "Mina Example", "14:00", "stands or falls with Mina Example", "14:00 – 17:30"):
        assert words in page


def unfolded(response):
    """What stands on a page before anything is opened."""
    return re.sub(r"(?s)<details.*?</details>", " ", response.content.decode())


def test_of_many_topics_those_that_cannot_work_stand_first_and_the_others_are_folded(microconference, lead_client, url):
    SessionFactory(microconference=microconference)
    states = {"coming": 8, "pending": 6, "cant": 2}
    for state, count in states.items():
        for number in range(count):
            attendee = AttendeeFactory(microconference=microconference, **{state: True})
            a_topic(microconference, f"Topic {state} {number}", attendee.person)

    response = lead_client.get(url)

    lines = [f"Topic {state} {number}" for state, count in states.items() for number in range(count)]
    assert {line for line in lines if line in unfolded(response)} == {"Topic cant 0", "Topic cant 1"}
    assert {line for line in lines if line in text(response)} == set(lines)
    for words in ("2 topics cannot work as they are", "6 topics wait for the word of somebody", "8 topics have all"):
        assert words in text(response)


def test_of_many_people_those_who_would_be_missed_most_stand_first(microconference, lead_client, url):
    person = PersonFactory(name="Mina Example")
    for number in range(16):
        a_topic(microconference, f"Topic {number}", PersonFactory(name=f"Somebody {number}"))
    for title in ("One", "Two"):
        a_topic(microconference, title, person)

    response = lead_client.get(url)

    assert "Mina Example" in unfolded(response) and "Somebody" not in unfolded(response)
    assert "16 people, without each of whom one topic breaks at most" in text(response)


def test_what_breaks_without_somebody_can_be_linked_to(microconference, lead_client, url):
    person = PersonFactory(name="Mina Example")
    a_topic(microconference, "Ours", person)
    covered = TopicFactory(microconference=microconference, accepted=True, title="Theirs")
    ProposerFactory(topic=covered, person=person)
    other = AttendeeFactory(microconference=microconference, coming=True, person__name="Otto Sample")
    ProposerFactory(topic=covered, person=other.person, presents=False, stand_in=True)

    page = text(lead_client.get(url, {"person": person.public_id}))

    assert "What breaks if Mina Example can’t" in page
    assert "1 topic cannot be settled" in page
    assert "Otto Sample stands in" in page


def test_somebody_whom_no_topic_needs_is_said(microconference, lead_client, url):
    page = text(lead_client.get(url, {"person": "nobody"}))

    assert "No topic here needs this person." in page
    assert "No topic is accepted yet." in page


def test_another_draft_can_be_looked_at_and_a_foreign_one_not(microconference, lead_client, url):
    other = DraftFactory(microconference=microconference, name="Rainy day", is_current=False)

    assert "draft Rainy day" in text(lead_client.get(url, {"draft": other.public_id}))
    assert lead_client.get(url, {"draft": DraftFactory().public_id}).status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_it_costs_the_same_for_any_number_of_topics(
    microconference, lead_client, url, count, django_assert_max_num_queries
):
    SessionFactory(microconference=microconference)
    for _number in range(count):
        a_topic(microconference, "Ours", PersonFactory())
    lead_client.get(url)

    with django_assert_max_num_queries(22):
        lead_client.get(url)


def test_the_day_is_said_where_the_sessions_are_on_several_days(microconference, lead_client, url):
    session = SessionFactory(microconference=microconference)
    AgendaItemFactory(draft=DraftFactory(microconference=microconference), session=session)
    day = f"{session.starts_at:%Y-%m-%d}"
    assert f'datetime="{day}"' not in lead_client.get(url).content.decode()

    later = timedelta(days=1)
    SessionFactory(
        microconference=microconference, starts_at=session.starts_at + later, ends_at=session.ends_at + later
    )
    assert f'datetime="{day}"' in lead_client.get(url).content.decode()
