"""The page “Suggest an agenda”: it shows, a press takes, and nothing else changes anything."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendees.models import Interest
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    KeyPersonFactory,
    SessionFactory,
    TopicFactory,
)
from topics.agenda import undo
from topics.models import AgendaItem, Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(microconference):
    return microconference.organize_url("topics:suggest_agenda")


@pytest.fixture
def session(microconference):
    return SessionFactory(microconference=microconference)


def topics(microconference, titles, **more):
    return [TopicFactory(microconference=microconference, title=title, accepted=True, **more) for title in titles]


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def taken(response, **changes):
    """What the browser sends when “Take it” is pressed on a page."""
    page = text(response)
    return {
        "version": re.search(r'name="version" value="(\d+)"', page).group(1),
        "item": re.findall(r'name="item" value="([^"]+)"', page),
        **changes,
    }


def test_it_suggests_at_once_and_says_that_it_is_proven(url, lead_client, microconference, session):
    topics(microconference, "AB")
    page = text(lead_client.get(url))
    assert "Proven: under these wishes no agenda is worth more." in page
    assert "new on the agenda" in page
    assert not Draft.objects.exists()


def test_without_a_session_it_says_to_add_one(url, lead_client, microconference):
    topics(microconference, "A")
    page = text(lead_client.get(url))
    assert "No session yet" in page
    assert microconference.organize_url("topics:sessions") in page


def test_without_a_topic_it_says_to_choose_some(url, lead_client, session):
    page = text(lead_client.get(url))
    assert "No topic yet" in page and "Take it" not in page


def test_take_it_makes_it_the_draft_and_one_undo_takes_it_back(url, lead_client, lead, microconference, session):
    topics(microconference, "ABC")
    response = lead_client.post(url, taken(lead_client.get(url)), follow=True)
    assert response.redirect_chain[-1][0] == microconference.organize_url("topics:agenda")
    assert "The suggestion is your draft now." in text(response)
    draft = Draft.objects.get()
    assert set(draft.items.values_list("topic__title", flat=True)) >= {"A", "B", "C"}
    assert text(lead_client.get(url)).count("It is your draft as it stands.") == 1
    undo.undo(draft=draft, version=draft.version, by=lead)
    assert not AgendaItem.objects.exists()


def test_a_suggestion_for_an_older_draft_is_not_taken_and_both_are_shown(url, lead_client, microconference, session):
    first, _second = topics(microconference, "AB")
    draft = DraftFactory(microconference=microconference, version=3)
    sent = taken(lead_client.get(url))
    AgendaItemFactory(draft=draft, session=session, topic=first, position=0)
    Draft.objects.update(version=4)
    response = lead_client.post(url, sent)
    assert response.status_code == 409
    assert "The agenda was changed after this was suggested." in text(response)
    assert AgendaItem.objects.count() == 1
    assert lead_client.post(url, taken(response)).status_code == 302


@pytest.mark.parametrize(
    "lines", [[], ["nonsense"], ["gone topic - 20 - -"], ["{session} lunch - 20 - -"], ["{session} topic gone 20 - -"],
              ["{session} break - many - -"]],
)  # fmt: skip
def test_a_suggestion_that_cannot_be_read_is_refused_in_words(url, lead_client, microconference, session, lines):
    topics(microconference, "A")
    lines = [line.format(session=session.public_id) for line in lines]
    response = lead_client.post(url, {"version": 0, "item": lines})
    assert response.status_code == 422
    assert "Look at the new one." in text(response)
    assert not AgendaItem.objects.exists()


@pytest.mark.parametrize("line", ["{session} topic {topic} 500 - -", "{session} topic {topic} -5 - -"])
def test_minutes_that_no_item_may_have_are_refused(url, lead_client, microconference, session, line):
    [topic] = topics(microconference, "A")
    line = line.format(session=session.public_id, topic=topic.public_id)
    assert lead_client.post(url, {"version": 0, "item": [line]}).status_code == 422
    assert not AgendaItem.objects.exists()


def test_a_topic_that_was_withdrawn_meanwhile_is_refused_by_name(url, lead_client, microconference, session):
    [topic, _other] = topics(microconference, ["Lost", "Other"])
    sent = taken(lead_client.get(url))
    topic.state = "withdrawn"
    topic.save()
    response = lead_client.post(url, sent)
    assert response.status_code == 422
    assert "“Lost” is withdrawn" in text(response)


def test_another_is_a_link_that_can_be_sent_to_the_other_lead(url, lead_client, microconference, session):
    topics(microconference, "ABCDEFGH", minutes=30)
    best = lead_client.get(url)
    link = re.search(r'href="\?([^"]+)">Another<', text(best)).group(1).replace("&amp;", "&")
    other = lead_client.get(f"{url}?{link}")
    assert "A really different agenda, worth as much as the best one." in text(other)
    assert taken(other)["item"] != taken(best)["item"]
    assert "The best one" in text(other)


def test_where_there_is_no_other_one_it_says_so(url, lead_client, microconference, session):
    topics(microconference, "A")
    Draft.objects.create(microconference=microconference)
    AgendaItemFactory(
        draft=Draft.objects.get(), session=session, topic=microconference.topics.get(), position=0, pinned=True,
        pinned_minute=5,
    )  # fmt: skip
    page = text(lead_client.get(f"{url}?asked=1&pins=on&another=1"))
    assert "There is no other agenda that is really different" in page
    assert "Back to the best one" in page


def test_contradicting_wishes_are_named_and_the_wishes_stand_open(url, lead_client, microconference, session):
    topics(microconference, "A", minutes=120, presenting_minutes=0)
    page = text(lead_client.get(f"{url}?asked=1&all_accepted=on&shrink=100&opening=60&wrap_up=60&breaks=on"))
    assert "These wishes contradict each other" in page
    assert "“A” has to be placed, with at least 120 min" in page
    assert "60 min of opening come first" in page
    assert '<details class="fold" open>' in page


def test_a_wish_that_cannot_be_read_is_said_at_its_field(url, lead_client, microconference, session):
    topics(microconference, "A")
    response = lead_client.get(f"{url}?asked=1&opening=long")
    assert response.status_code == 422
    assert "Enter a whole number." in text(response)


def test_what_stays_out_is_listed_with_its_reason(url, lead_client, microconference):
    start = SessionFactory.starts_at
    SessionFactory(microconference=microconference, starts_at=start, ends_at=start + timedelta(minutes=35))
    topics(microconference, ["One", "Two"])
    page = text(lead_client.get(f"{url}?asked=1&shrink=100"))
    assert re.search(r"With it, “(One|Two)” would fall out", page)


def test_the_page_costs_the_same_queries_for_few_topics_and_many(url, lead_client, microconference, session):
    def cost(count):
        for topic in topics(microconference, [f"T{number}" for number in range(count)]):
            attendee = AttendeeFactory(microconference=microconference, coming=True)
            KeyPersonFactory(topic=topic, person=attendee.person)
            Interest.objects.create(attendee=attendee, topic=topic, level=Interest.Level.NEED_ME)
        with CaptureQueriesContext(connection) as captured:
            assert lead_client.get(url).status_code == 200
        return len(captured)

    assert cost(3) == cost(17)
