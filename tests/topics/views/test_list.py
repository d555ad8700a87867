import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import client_of
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    HelperFactory,
    KeyPersonFactory,
    ProposerFactory,
    SessionFactory,
    TopicFactory,
    TopicLinkFactory,
)
from topics.models import Topic

pytestmark = pytest.mark.django_db
State = Topic.State


def url(mc, name, *args):
    return mc.organize_url(f"topics:{name}", *args)


def test_an_empty_list_says_what_to_do(microconference, lead_client):
    response = lead_client.get(url(microconference, "list"))

    assert response.status_code == 200
    assert "No topics yet" in response.text
    assert response.text.count(url(microconference, "add")) == 2


def test_topics_that_wait_come_first_and_each_shows_who_settles_it(microconference, lead_client):
    accepted = TopicFactory(microconference=microconference, accepted=True, title="Maple Tree")
    TopicFactory(microconference=microconference, title="futex2")
    AttendeeFactory(microconference=microconference, remote=True, person=KeyPersonFactory(topic=accepted).person)
    ProposerFactory(topic=accepted, person__name="Ines Placeholder")
    TopicLinkFactory(topic=accepted, url="")

    page = lead_client.get(url(microconference, "list")).text

    assert page.index("futex2") < page.index("Maple Tree")
    for words in ("1 of 1 comes, 1 remotely", "Ines Placeholder", "1 link without an address", "Name somebody"):
        assert words in page


def test_the_accepted_minutes_are_held_against_the_sessions(microconference, lead_client):
    SessionFactory(microconference=microconference)
    for _each in range(2):
        TopicFactory(microconference=microconference, accepted=True, minutes=120)
    TopicFactory(microconference=microconference, minutes=100)

    page = lead_client.get(url(microconference, "list")).text

    assert "2 accepted topics ask for 240 of 210 minutes, breaks not counted" in page
    assert "30 min too many" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Maple Tree", "futex2", "kdump"}),
        ({"q": "MAPLE"}, {"Maple Tree"}),
        ({"q": "placeholder"}, {"futex2"}),
        ({"state": "accepted"}, {"Maple Tree"}),
        ({"state": "nonsense", "sort": "nonsense"}, {"Maple Tree", "futex2", "kdump"}),
        ({"q": "zzz"}, set()),
    ],
)
def test_the_list_is_filtered_by_text_names_and_state(microconference, lead_client, query, found):
    TopicFactory(microconference=microconference, accepted=True, title="Maple Tree")
    ProposerFactory(
        topic=TopicFactory(microconference=microconference, title="futex2"), person__name="Ines Placeholder"
    )
    TopicFactory(microconference=microconference, title="kdump")

    response = lead_client.get(url(microconference, "list"), query)

    assert {row["topic"].title for group in response.context["groups"] for row in group["rows"]} == found


def test_topics_are_sorted_and_the_arrows_go_where_the_order_is_not_shown(microconference, lead_client):
    for title, minutes in (("b", 10), ("a", 30)):
        TopicFactory(microconference=microconference, title=title, minutes=minutes)

    in_order = lead_client.get(url(microconference, "list"))
    by_minutes = lead_client.get(url(microconference, "list"), {"sort": "minutes"})

    assert [row["topic"].title for row in by_minutes.context["groups"][0]["rows"]] == ["a", "b"]
    assert "Move a up" in in_order.text
    assert "Move a up" not in by_minutes.text


def test_the_list_costs_the_same_queries_for_3_topics_and_for_300(microconference, lead_client):
    def fill(count):
        for topic in TopicFactory.create_batch(count, microconference=microconference):
            person = AttendeeFactory(microconference=microconference).person
            KeyPersonFactory(topic=topic, person=person)
            ProposerFactory(topic=topic, person=person)
            TopicLinkFactory(topic=topic)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            lead_client.get(url(microconference, "list"))
        return len(queries)

    fill(3)
    for_3 = cost()
    fill(297)

    assert cost() == for_3


def test_a_topic_is_accepted_in_place_and_the_filter_stays(microconference, lead_client):
    topic = TopicFactory(microconference=microconference, title="futex2")

    response = lead_client.post(
        url(microconference, "decide", topic.public_id),
        {"state": "accepted", "filter": "q=fut&sort=title&next=https://evil.example.org"},
        follow=True,
    )

    topic.refresh_from_db()
    assert topic.state == State.ACCEPTED
    assert response.redirect_chain == [(url(microconference, "list") + "?q=fut&sort=title", 302)]
    assert "“futex2” is accepted and can be placed on the agenda." in response.text


def test_withdrawing_says_that_it_left_the_agenda(microconference, lead_client):
    topic = TopicFactory(microconference=microconference, title="futex2", accepted=True)
    AgendaItemFactory(
        draft=DraftFactory(microconference=microconference),
        session=SessionFactory(microconference=microconference),
        topic=topic,
    )

    response = lead_client.post(
        url(microconference, "decide", topic.public_id), {"state": "withdrawn", "from": "topic"}, follow=True
    )

    assert response.redirect_chain == [(url(microconference, "edit", topic.public_id), 302)]
    assert "“futex2” is withdrawn. It can be reopened. It was taken off draft A of the agenda." in response.text


@pytest.mark.parametrize("place", ["list", "topic"])
def test_a_refused_decision_is_shown_where_it_was_made(microconference, lead_client, place):
    topic = TopicFactory(microconference=microconference, title="Rust bindings", state=State.WITHDRAWN)

    response = lead_client.post(url(microconference, "decide", topic.public_id), {"state": "accepted", "from": place})

    assert response.status_code == 422
    assert "“Rust bindings” is withdrawn. Reopen it first, then decide." in response.text


def test_several_topics_are_decided_at_once(microconference, lead_client):
    chosen = TopicFactory.create_batch(2, microconference=microconference)
    other = TopicFactory(microconference=microconference)

    response = lead_client.post(
        url(microconference, "decide_many"),
        {"state": "if_time", "topic": [topic.public_id for topic in chosen]},
        follow=True,
    )

    states = {topic.pk: topic.state for topic in Topic.objects.all()}
    assert states == {chosen[0].pk: "if_time", chosen[1].pk: "if_time", other.pk: "proposed"}
    assert "2 topics are now “if time allows”." in response.text


def test_deciding_about_none_asks_to_choose_some(microconference, lead_client):
    TopicFactory(microconference=microconference)

    response = lead_client.post(url(microconference, "decide_many"), {"state": "accepted"})

    assert response.status_code == 422
    assert "No topic is chosen. Tick some of them first." in response.text


def test_a_topic_is_moved_up(microconference, lead_client):
    first, second = TopicFactory.create_batch(2, microconference=microconference)

    lead_client.post(url(microconference, "move", second.public_id), {"step": "up"})

    assert list(Topic.objects.all()) == [second, first]


def test_a_lead_adds_a_topic(microconference, lead_client):
    response = lead_client.post(
        url(microconference, "add"),
        {"title": "Maple Tree", "problem": "*open*", "minutes": "25", "presenting_minutes": "5"},
        follow=True,
    )

    topic = Topic.objects.get()
    assert (topic.title, topic.minutes, topic.state) == ("Maple Tree", 25, State.PROPOSED)
    assert response.redirect_chain == [(url(microconference, "edit", topic.public_id), 302)]


def test_a_refused_topic_keeps_what_was_typed(microconference, lead_client):
    response = lead_client.post(
        url(microconference, "add"),
        {"title": "Maple Tree", "problem": "typed for long", "minutes": "twenty", "presenting_minutes": "5"},
    )

    assert response.status_code == 422
    assert "Write a number from 1 to 240. You wrote “twenty”." in response.text
    assert "typed for long" in response.text
    assert not Topic.objects.exists()


def test_helpers_decide_too(microconference):
    helper = HelperFactory(microconference=microconference).user
    topic = TopicFactory(microconference=microconference)

    client_of(helper).post(url(microconference, "decide", topic.public_id), {"state": "accepted"})

    topic.refresh_from_db()
    assert topic.state == State.ACCEPTED


EVERY = [
    ("list", False, "get"), ("add", False, "get"), ("add", False, "post"), ("decide_many", False, "post"),
    ("missing_links", False, "get"), ("missing_links", False, "post"), ("edit", True, "get"), ("edit", True, "post"),
    ("decide", True, "post"), ("move", True, "post"), ("proposers", True, "post"), ("key_people", True, "post"),
    ("links", True, "post"), ("merge", True, "get"), ("merge", True, "post"), ("delete", True, "get"),
    ("delete", True, "post"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "of_topic", "method"), EVERY)
def test_strangers_find_nothing_and_the_signed_out_are_asked_to_sign_in(
    microconference, stranger_client, client, name, of_topic, method
):
    topic = TopicFactory(microconference=microconference)
    address = url(microconference, name, *([topic.public_id] if of_topic else []))

    assert getattr(stranger_client, method)(address).status_code == 404
    assert getattr(client, method)(address).headers["Location"].startswith(reverse("account_login"))
    assert Topic.objects.get() == topic


@pytest.mark.parametrize(("name", "of_topic", "method"), [each for each in EVERY if each[1]])
def test_a_topic_of_another_microconference_is_not_found(microconference, lead_client, name, of_topic, method):
    foreign = TopicFactory()

    assert getattr(lead_client, method)(url(microconference, name, foreign.public_id)).status_code == 404
