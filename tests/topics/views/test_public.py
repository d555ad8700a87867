from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    AttendeeFactory,
    MicroconferenceFactory,
    OutcomeFactory,
    PersonFactory,
    ProposerFactory,
    TopicFactory,
    TopicLinkFactory,
)
from topics.models import Release, Topic

pytestmark = pytest.mark.django_db
IN_JUNE = datetime(2031, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def topic(microconference):
    return TopicFactory(microconference=microconference, accepted=True, title="Maple Tree", problem="It is *new*.")


def release(topic, **content):
    empty = {"version": 1, "timezone": "Europe/Dublin", "sessions": [], "if_time": []}
    Release.objects.create(microconference=topic.microconference, number=1, content={**empty, **content})


def test_readers_see_the_problem_and_what_there_is_to_read(topic, client):
    TopicLinkFactory(topic=topic, label="v1", url="https://lore.kernel.org/1/", kind="series")
    TopicLinkFactory(topic=topic, label="lwn article", url="")

    page = client.get(topic.get_absolute_url()).text

    assert "It is <em>new</em>." in page
    assert '<a href="https://lore.kernel.org/1/" rel="nofollow noopener noreferrer">v1</a>' in page
    assert "lwn article" in page


def test_only_who_agreed_is_named_and_no_address_is_shown(topic, client):
    mc = topic.microconference
    agreed, silent = PersonFactory(name="Ines Placeholder"), PersonFactory(name="Oskar Fictive")
    AttendeeFactory(microconference=mc, person=agreed, listed=True)
    AttendeeFactory(microconference=mc, person=silent, listed=False)
    for person in (agreed, silent, PersonFactory(name="Petra Nobody")):
        ProposerFactory(topic=topic, person=person)

    page = client.get(topic.get_absolute_url()).text

    assert "Ines Placeholder and 2 others" in page
    assert not [words for words in ("Oskar", "Petra", "@example.org") if words in page]


def test_who_agreed_for_another_microconference_is_counted(topic, client):
    person = AttendeeFactory(listed=True, person__name="Ines Placeholder").person
    ProposerFactory(topic=topic, person=person)

    page = client.get(topic.get_absolute_url()).text

    assert "Ines" not in page
    assert "1 proposer" in page


def test_a_released_topic_says_when_and_where(topic, client):
    item = {"id": "i", "kind": "topic", "topic": topic.public_id, "title": "Maple Tree", "minutes": 25,
            "starts_at": "2031-09-21T13:05:00+00:00", "people": []}  # fmt: skip
    release(topic, sessions=[{"id": "s", "room": "Room A", "remote_capable": True, "items": [item]}])

    page = client.get(topic.get_absolute_url()).text

    assert "Sunday 21 September 2031" in page
    assert '<time class="t" datetime="2031-09-21T14:05+01:00">14:05</time>, 25 minutes, Room A and remote' in page
    assert "IST (Europe/Dublin)" in page


def test_a_topic_that_is_kept_in_reserve_says_so(topic, client):
    release(topic, if_time=[{"topic": topic.public_id, "title": "Maple Tree"}])

    assert "If time allows, 20 minutes" in client.get(topic.get_absolute_url()).text


def test_what_came_of_a_topic_and_of_what_was_merged_into_it_is_shown(topic, client):
    mc = topic.microconference
    merged = TopicFactory(microconference=mc, state=Topic.State.MERGED, merged_into=topic)
    OutcomeFactory(microconference=mc, topic=topic, text="It is *in*.", kind="merged")
    OutcomeFactory(microconference=mc, topic=merged, text="Agreed on the lock.")
    OutcomeFactory(microconference=mc, text="Of something else.")

    page = client.get(topic.get_absolute_url()).text

    assert "It is <em>in</em>." in page
    assert "Agreed on the lock." in page
    assert "Of something else." not in page


def test_a_merged_topic_leads_to_where_it_went(topic, client):
    merged = TopicFactory(microconference=topic.microconference, state=Topic.State.MERGED, merged_into=topic)

    assert client.get(merged.get_absolute_url()).headers["Location"] == topic.get_absolute_url()


@pytest.mark.parametrize("state", [Topic.State.PROPOSED, Topic.State.NOT_NOW, Topic.State.WITHDRAWN])
def test_a_topic_that_is_not_chosen_is_not_there(topic, client, state):
    Topic.objects.update(state=state)

    assert client.get(topic.get_absolute_url()).status_code == 404


def test_a_merged_topic_does_not_give_away_one_that_is_not_chosen(topic, client):
    merged = TopicFactory(microconference=topic.microconference, state=Topic.State.MERGED, merged_into=topic)
    Topic.objects.filter(pk=topic.pk).update(state=Topic.State.PROPOSED)

    assert client.get(merged.get_absolute_url()).status_code == 404


def test_a_topic_of_an_unaccepted_microconference_is_not_there(client):
    topic = TopicFactory(accepted=True, microconference=MicroconferenceFactory(submitted=True))

    assert client.get(topic.get_absolute_url()).status_code == 404


def test_the_page_is_the_same_for_everybody_sets_no_cookie_and_answers_304(topic, client, lead_client):
    mine, anybodys = lead_client.get(topic.get_absolute_url()), client.get(topic.get_absolute_url())

    assert mine.content == anybodys.content
    assert not anybodys.cookies
    again = client.get(topic.get_absolute_url(), headers={"If-None-Match": anybodys.headers["ETag"]})
    assert again.status_code == 304


def test_the_page_costs_the_same_queries_for_any_number_of_people_and_outcomes(topic, client):
    def fill(count):
        for _each in range(count):
            ProposerFactory(topic=topic)
            TopicLinkFactory(topic=topic)
            OutcomeFactory(microconference=topic.microconference, topic=topic).people.add(PersonFactory())

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(topic.get_absolute_url())
        return len(queries)

    fill(1)
    for_one = cost()
    fill(20)

    assert cost() == for_one


@pytest.fixture
def open_mc(db):
    return MicroconferenceFactory(accepted=True, topics_open_here=True, topics_close_on=date(2031, 7, 1))


def form_of(mc):
    return reverse("topics:propose", args=[mc.conference.slug, mc.slug])


TYPED = {"title": "Maple Tree", "problem": "It is open.", "name": "Mina Example", "address": "mina@example.org"}


@time_machine.travel(IN_JUNE)
def test_anybody_proposes_a_topic_without_an_account(open_mc, client):
    response = client.post(form_of(open_mc), TYPED, follow=True)

    topic = Topic.objects.get()
    assert (topic.title, topic.state, topic.proposers.get().person.name) == ("Maple Tree", "proposed", "Mina Example")
    assert response.redirect_chain == [(form_of(open_mc) + "?done=1", 302)]
    assert "have your topic and will read it" in response.text


@time_machine.travel(IN_JUNE)
def test_the_answer_does_not_tell_whether_an_address_is_known(open_mc, client):
    new = client.post(form_of(open_mc), TYPED, follow=True)
    PersonFactory(name="Somebody Known", address="known@example.org")
    known = client.post(form_of(open_mc), {**TYPED, "address": "known@example.org"}, follow=True)

    assert new.content == known.content


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": ""}, "This field is required."),
        ({"address": "mina"}, "Enter a valid email address."),
        ({"problem": "x" * 64_001}, "at most 64000 characters"),
    ],
)
@time_machine.travel(IN_JUNE)
def test_a_refused_proposal_keeps_what_was_typed(open_mc, client, values, words):
    response = client.post(form_of(open_mc), {**TYPED, "name": "Typed Name", **values})

    assert response.status_code == 422
    assert words in response.text
    assert "Typed Name" in response.text
    assert not Topic.objects.exists()


@time_machine.travel(IN_JUNE)
def test_from_one_network_five_topics_an_hour_are_taken_and_the_sixth_is_not_lost(open_mc, client):
    for number in range(5):
        client.post(form_of(open_mc), {**TYPED, "title": f"Topic {number}"})

    sixth = client.post(form_of(open_mc), {**TYPED, "title": "Topic 6"})
    elsewhere = client.post(form_of(open_mc), {**TYPED, "title": "Topic 7"}, REMOTE_ADDR="192.0.2.7")

    assert sixth.status_code == 429
    assert 'value="Topic 6"' in sixth.text
    assert elsewhere.status_code == 302
    assert Topic.objects.count() == 6


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"topics_open_here": False}, "The call for topics is not open yet."),
        ({"topics_close_on": date(2031, 5, 31)}, "The call for topics closed on"),
        ({"topics_open_here": False, "topics_url": "https://indico.example.org/cfp"}, "https://indico.example.org/cfp"),
        ({"held": True}, "is over."),
    ],
)
@time_machine.travel(IN_JUNE)
def test_where_topics_are_not_taken_the_page_says_why_sets_no_cookie_and_takes_none(client, values, words):
    mc = MicroconferenceFactory(**{"accepted": True, "topics_open_here": True, **values})

    page, posted = client.get(form_of(mc)), client.post(form_of(mc), TYPED)

    assert words in page.text
    assert not page.cookies
    assert (page.status_code, posted.status_code) == (200, 422)
    assert not Topic.objects.exists()


def test_an_unaccepted_microconference_has_no_form(client):
    mc = MicroconferenceFactory(submitted=True, topics_open_here=True)

    assert client.get(form_of(mc)).status_code == 404
