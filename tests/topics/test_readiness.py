import re

import pytest
from django.template.loader import render_to_string

from attendees.models import Interest, Status
from tests.factories import AttendeeFactory, KeyPersonFactory, LeadFactory, RoundFactory, TopicFactory, TopicLinkFactory
from topics import readiness
from topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(microconference):
    return TopicFactory(microconference=microconference, accepted=True, minutes=25)


def needs(topic, name, status):
    attendee = AttendeeFactory(microconference=topic.microconference, person__name=name, status=status)
    return KeyPersonFactory(topic=topic, person=attendee.person)


def row(topic):
    return readiness.readiness_of(topic.microconference, [topic])[topic.pk]


def test_a_topic_whose_key_people_come_can_be_settled(topic):
    needs(topic, "Mina Example", Status.COMING)
    needs(topic, "Tomas Sample", Status.REMOTE)

    found = row(topic)

    assert (found.group, found.dots, found.words) == ("settled", ("coming", "remote"), "2 of 2 come, 1 remotely")


def test_one_person_comes_and_several_come(topic):
    needs(topic, "Mina Example", Status.COMING)

    assert row(topic).words == "1 of 1 comes"


@pytest.mark.parametrize(
    ("status", "group", "words"),
    [
        (Status.PENDING, "waiting", "Eva Nowhere has not answered"),
        (Status.NOT_SURE, "waiting", "Eva Nowhere is not sure yet"),
        (Status.NOT_ASKED, "waiting", "Eva Nowhere is not asked yet"),
        (Status.INTERESTED, "waiting", "Eva Nowhere is interested"),
        (Status.CANT, "cannot", "Eva Nowhere can’t this time"),
        (Status.BOUNCES, "cannot", "Eva Nowhere: mail bounces"),
    ],
)
def test_who_is_missing_is_said_by_name_and_why(topic, status, group, words):
    needs(topic, "Mina Example", Status.COMING)
    needs(topic, "Eva Nowhere", status)

    found = row(topic)

    assert (found.group, found.words) == (group, words)


def test_once_the_second_round_is_open_interested_means_not_asked_for_it(topic):
    RoundFactory(microconference=topic.microconference)
    needs(topic, "Alex Invented", Status.INTERESTED)
    needs(topic, "Jan Invented", Status.INTERESTED)

    assert row(topic).words == "Alex Invented, Jan Invented: interested, not asked for this round"


def test_all_that_is_missing_is_said_the_most_pressing_first(topic):
    needs(topic, "Jan Invented", Status.INTERESTED)
    needs(topic, "Eva Nowhere", Status.PENDING)

    assert row(topic).words == "Eva Nowhere has not answered; Jan Invented is interested"


def test_a_lead_who_is_a_key_person_counts_as_coming(topic, lead):
    KeyPersonFactory(topic=topic, person=topic.microconference.memberships.get().person)

    assert row(topic).group == "settled"


def test_a_lead_who_said_that_they_cannot_come_does_not(topic):
    lead = LeadFactory(microconference=topic.microconference)
    AttendeeFactory(microconference=topic.microconference, person=lead.person, cant=True)
    KeyPersonFactory(topic=topic, person=lead.person)

    assert row(topic).group == "cannot"


def test_a_key_person_who_is_not_on_the_list_is_waited_for(topic):
    KeyPersonFactory(topic=topic, person__name="Rui Standin")

    found = row(topic)

    assert (found.group, found.dots) == ("waiting", ("not_asked",))
    assert found.words == "Rui Standin is not on the list of people"


def test_an_answer_to_another_microconference_says_nothing(topic):
    elsewhere = AttendeeFactory(coming=True)
    KeyPersonFactory(topic=topic, person=elsewhere.person)

    assert row(topic).group == "waiting"


@pytest.mark.parametrize(
    ("levels", "words", "all_words"),
    [
        ([], "", ""),
        (["need_me", "need_me", "would_like"], "2 need me there", "2 need me there · 1 would like to"),
        (["would_like"], "1 would like to", "1 would like to"),
        (["not_for_me"], "", "1 not for me"),
    ],
)
def test_interest_is_said_by_the_firmest_word_and_nobodys_word_is_unknown(topic, levels, words, all_words):
    for level in levels:
        attendee = AttendeeFactory(microconference=topic.microconference)
        Interest.objects.create(attendee=attendee, topic=topic, level=level)

    assert (row(topic).interest, row(topic).all_interest) == (words, all_words)


def test_groups_come_in_one_order_and_only_topics_that_may_still_be_discussed(microconference):
    def topic(title, **values):
        return TopicFactory(microconference=microconference, title=title, **values)

    nobody = topic("nobody")
    waiting, settled, cannot = topic("waiting", if_time=True), topic("settled", accepted=True), topic("cannot")
    needs(waiting, "Eva Nowhere", Status.PENDING)
    needs(settled, "Mina Example", Status.COMING)
    needs(cannot, "Lotte Madeup", Status.CANT)
    for state in (Topic.State.NOT_NOW, Topic.State.WITHDRAWN):
        topic("gone", state=state)

    groups = readiness.topics_by_readiness(microconference)

    found = [(group.key, [each.topic for each in group.rows]) for group in groups]
    assert found == [("settled", [settled]), ("waiting", [waiting]), ("cannot", [cannot]), ("nobody", [nobody])]


def test_the_overviews_table_names_topics_people_interest_and_minutes(topic):
    needs(topic, "Mina Example", Status.COMING)
    TopicFactory(microconference=topic.microconference)
    groups = readiness.topics_by_readiness(topic.microconference)

    table = render_to_string(
        "topics/partials/readiness_table.html", {"groups": groups, "microconference": topic.microconference}
    )

    text = " ".join(re.sub(r"<[^>]+>", " ", table).split())
    assert "can be settled " + topic.title + " 1 of 1 comes unknown 25" in text
    assert "no key person named" in text
    assert topic.microconference.organize_url("topics:edit", topic.public_id) in table
    assert "#key-people" in table


def test_an_empty_table_says_what_to_do_next(microconference):
    table = render_to_string("topics/partials/readiness_table.html", {"groups": [], "microconference": microconference})

    assert microconference.organize_url("topics:add") in table


def test_links_that_lead_nowhere_are_found_but_not_those_of_merged_topics(topic):
    merged = TopicFactory(microconference=topic.microconference, state=Topic.State.MERGED, merged_into=topic)
    empty, odd = TopicLinkFactory(topic=topic, url=""), TopicLinkFactory(topic=topic, url="lwn")
    TopicLinkFactory(topic=topic, url="https://lwn.net/1/"), TopicLinkFactory(topic=merged, url="")

    assert readiness.links_without_address(topic.microconference) == [empty, odd]


@pytest.mark.parametrize("count", [3, 30])
def test_readiness_costs_the_same_queries_for_any_number_of_topics(microconference, count, django_assert_num_queries):
    for number in range(count):
        needs(TopicFactory(microconference=microconference), f"Madeup {number}", Status.COMING)

    with django_assert_num_queries(6):
        readiness.topics_by_readiness(microconference)
