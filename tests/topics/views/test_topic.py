import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendees.models import Interest
from tests.factories import (
    AttendeeFactory,
    KeyPersonFactory,
    ProposerFactory,
    TopicFactory,
    TopicLinkFactory,
)
from topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(microconference):
    return TopicFactory(microconference=microconference, title="futex2", problem="It *contends*.")


def url(topic, name="edit"):
    return topic.microconference.organize_url(f"topics:{name}", topic.public_id)


def typed(topic, **values):
    fields = {"title": topic.title, "problem": topic.problem, "minutes": topic.minutes, "group": topic.group}
    return {**fields, "presenting_minutes": topic.presenting_minutes, "version": topic.version, **values}


def shown(response, name):
    """What a browser would post of one of the lists on the page, hidden fields included."""
    form = response.context[name]
    data = {}
    for row in form.rows:
        for field in row.fields.values():
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not False and value is not None:
                data[field.html_name] = value
            if field.field.show_hidden_initial:
                data[field.html_initial_name] = value
    return data


def test_the_page_shows_the_problem_as_readers_will_see_it(topic, lead_client):
    page = lead_client.get(url(topic)).text

    assert "It <em>contends</em>." in page
    assert "Nobody is named. Without whom can this not be settled?" in page


def test_every_field_of_the_page_has_an_id_of_its_own(topic, lead_client):
    KeyPersonFactory(topic=topic), ProposerFactory(topic=topic), TopicLinkFactory(topic=topic)

    ids = re.findall(r' id="([^"]+)"', lead_client.get(url(topic)).text)

    assert [each for each, count in Counter(ids).items() if count > 1] == []


def test_what_is_typed_is_saved(topic, lead_client):
    first = TopicFactory(microconference=topic.microconference)

    response = lead_client.post(
        url(topic), typed(topic, title="futex2, again", minutes="30", after=first.public_id), follow=True
    )

    topic.refresh_from_db()
    assert (topic.title, topic.minutes, topic.after, topic.version) == ("futex2, again", 30, first, 2)
    assert "“futex2, again” is saved." in response.text


def test_more_presenting_than_discussing_is_warned_of_and_not_refused(topic, lead_client):
    response = lead_client.post(url(topic), typed(topic, minutes="20", presenting_minutes="11"), follow=True)

    assert "11 of 20 minutes are presenting: more than half." in response.text


def test_half_presenting_is_not_warned_of(topic, lead_client):
    response = lead_client.post(url(topic), typed(topic, minutes="20", presenting_minutes="10"), follow=True)

    assert "more than half" not in response.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": ""}, "A topic needs a title."),
        ({"minutes": "0"}, "Write a number from 1 to 240."),
        ({"minutes": "10", "presenting_minutes": "11"}, "11 of 10 minutes"),
        ({"external_url": "indico"}, "“indico” is not a web address."),
        ({"problem": "x" * 64_001}, "64000"),
    ],
)
def test_a_refused_page_says_why_and_keeps_what_was_typed(topic, lead_client, values, words):
    response = lead_client.post(url(topic), typed(topic, **{"group": "typed for long", **values}))

    topic.refresh_from_db()
    assert response.status_code == 422
    assert words in response.text
    assert "typed for long" in response.text
    assert topic.version == 1


def test_two_leads_on_one_page_see_both_versions_and_may_keep_either(topic, lead, lead_client):
    mine = typed(topic, title="mine", minutes="30")
    lead_client.post(url(topic), typed(topic, title="theirs"))

    conflict = lead_client.post(url(topic), mine)

    assert conflict.status_code == 409
    differences = {each.label: (each.mine, each.theirs) for each in conflict.context["conflict"]}
    assert differences == {"Title": ("mine", "theirs"), "Minutes": ("30", "20")}
    assert f"{lead}’s, " in conflict.text
    assert Topic.objects.get().title == "theirs"

    lead_client.post(url(topic), {**mine, "version": conflict.context["form"].data["version"]})

    assert Topic.objects.get().title == "mine"


def test_a_key_person_is_picked_from_those_around(topic, lead_client):
    person = AttendeeFactory(microconference=topic.microconference).person

    response = lead_client.post(
        url(topic, "key_people"), {"key_people-person": person.public_id, "key_people-note": "PKRAM"}
    )

    assert response.headers["Location"] == url(topic) + "#key-people"
    assert topic.key_people.get().person == person
    assert topic.key_people.get().note == "PKRAM"


def test_a_new_name_of_somebody_around_is_asked_about_and_may_be_another_person(topic, lead_client):
    AttendeeFactory(microconference=topic.microconference, person__name="Waiman Long")
    new = {"key_people-name": "Waiman Long", "key_people-note": "NUMA"}

    asked = lead_client.post(url(topic, "key_people"), new)
    lead_client.post(url(topic, "key_people"), {**new, "key_people-another": "on"})

    assert asked.status_code == 422
    assert "There is a Waiman Long here already." in asked.text
    assert 'value="NUMA"' in asked.text
    assert topic.key_people.get().person.attendances.count() == 0


def test_a_note_is_changed_and_a_key_person_removed(topic, lead_client):
    stays, goes = KeyPersonFactory(topic=topic, note="old"), KeyPersonFactory(topic=topic)
    data = shown(lead_client.get(url(topic)), "key_people")

    lead_client.post(
        url(topic, "key_people"), {**data, f"key_people-note-{stays.pk}": "new", f"key_people-remove-{goes.pk}": "on"}
    )

    assert [(each.pk, each.note) for each in topic.key_people.all()] == [(stays.pk, "new")]


def test_a_row_that_another_lead_changed_meanwhile_is_left_alone(topic, lead_client):
    mine, theirs = KeyPersonFactory(topic=topic, note="a"), KeyPersonFactory(topic=topic, note="b")
    data = shown(lead_client.get(url(topic)), "key_people")
    lead_client.post(url(topic, "key_people"), {**data, f"key_people-note-{theirs.pk}": "their note"})

    lead_client.post(url(topic, "key_people"), {**data, f"key_people-note-{mine.pk}": "my note"})

    assert {each.pk: each.note for each in topic.key_people.all()} == {mine.pk: "my note", theirs.pk: "their note"}


def test_a_row_that_two_leads_changed_is_asked_about(topic, lead_client):
    key_person = KeyPersonFactory(topic=topic, note="a")
    data = shown(lead_client.get(url(topic)), "key_people")
    lead_client.post(url(topic, "key_people"), {**data, f"key_people-note-{key_person.pk}": "theirs"})

    conflict = lead_client.post(url(topic, "key_people"), {**data, f"key_people-note-{key_person.pk}": "mine"})

    assert conflict.status_code == 409
    assert "Somebody else changed this to “theirs”. Save again to keep yours." in conflict.text
    assert topic.key_people.get().note == "theirs"

    lead_client.post(url(topic, "key_people"), conflict.context["key_people"].data)

    assert topic.key_people.get().note == "mine"


def test_proposers_are_added_changed_and_removed(topic, lead_client):
    changed, gone = ProposerFactory(topic=topic), ProposerFactory(topic=topic)
    data = shown(lead_client.get(url(topic)), "proposers")
    del data[f"proposers-presents-{changed.pk}"]

    lead_client.post(
        url(topic, "proposers"),
        {
            **data,
            f"proposers-stand_in-{changed.pk}": "on",
            f"proposers-remove-{gone.pk}": "on",
            "proposers-name": "Rui Standin",
        },
    )

    found = {each.person.name: (each.presents, each.stand_in) for each in topic.proposers.all()}
    assert found == {changed.person.name: (False, True), "Rui Standin": (True, False)}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"proposers-address": "rui@example.org"}, "Whose address is this? Write the name, too."),
        ({"proposers-name": "Rui Standin", "proposers-address": "rui"}, "Enter a valid email address."),
        ({"proposers-person": "foreign", "proposers-name": ""}, "Select a valid choice."),
    ],
)
def test_a_proposer_that_cannot_be_is_refused(topic, lead_client, values, words):
    response = lead_client.post(url(topic, "proposers"), values)

    assert response.status_code == 422
    assert words in response.text
    assert not topic.proposers.exists()


def test_links_are_added_changed_and_removed(topic, lead_client):
    changed, gone = TopicLinkFactory(topic=topic, url=""), TopicLinkFactory(topic=topic)
    data = shown(lead_client.get(url(topic)), "links")

    lead_client.post(
        url(topic, "links"),
        {
            **data,
            f"links-url-{changed.pk}": "https://lwn.net/Articles/1/",
            f"links-remove-{gone.pk}": "on",
            "links-new_label": "thread",
            "links-new_url": "https://lore.kernel.org/1/",
        },
    )

    found = [(each.label, each.url, each.kind) for each in topic.links.all()]
    assert found == [
        ("series", "https://lwn.net/Articles/1/", "article"),
        ("thread", "https://lore.kernel.org/1/", "discussion"),
    ]


def test_a_link_that_is_none_is_refused_at_its_row(topic, lead_client):
    link = TopicLinkFactory(topic=topic, url="")
    data = shown(lead_client.get(url(topic)), "links")

    response = lead_client.post(url(topic, "links"), {**data, f"links-url-{link.pk}": "javascript:alert(1)"})

    assert response.status_code == 422
    assert "“javascript:alert(1)” is not a web address." in response.text
    assert 'href="javascript' not in response.text


def test_missing_addresses_of_all_topics_are_completed_in_one_form(topic, lead_client):
    other = TopicFactory(microconference=topic.microconference)
    first, second = TopicLinkFactory(topic=topic, url=""), TopicLinkFactory(topic=other, url="")
    TopicLinkFactory(topic=topic, url="https://example.org/1")
    foreign = TopicLinkFactory(url="")
    page = topic.microconference.organize_url("topics:missing_links")

    shown_links = [row.item for row in lead_client.get(page).context["form"].rows]
    response = lead_client.post(
        page, {f"url-{first.pk}": "https://lwn.net/1/", f"url-{foreign.pk}": "https://lwn.net/2/"}, follow=True
    )

    assert shown_links == [first, second]
    assert "Saved. 1 link is still without an address." in response.text
    first.refresh_from_db()
    foreign.refresh_from_db()
    assert (first.url, first.kind, foreign.url) == ("https://lwn.net/1/", "article", "")


def test_an_address_that_is_none_keeps_the_others_typed(topic, lead_client):
    good, bad = TopicLinkFactory(topic=topic, url=""), TopicLinkFactory(topic=topic, url="")
    page = topic.microconference.organize_url("topics:missing_links")

    response = lead_client.post(page, {f"url-{good.pk}": "https://lwn.net/1/", f"url-{bad.pk}": "lwn"})

    assert response.status_code == 422
    assert 'value="https://lwn.net/1/"' in response.text
    good.refresh_from_db()
    assert good.url == ""


def test_without_missing_addresses_the_page_says_so(topic, lead_client):
    response = lead_client.get(topic.microconference.organize_url("topics:missing_links"))

    assert "Every link has its address" in response.text


def test_merging_shows_what_will_happen_before_it_does(topic, lead_client):
    into = TopicFactory(microconference=topic.microconference, title="Maple Tree")

    asked = lead_client.get(url(topic, "merge"), {"into": into.public_id})
    assert "The problem of “futex2” is put under that of “Maple Tree”, with a heading." in asked.text
    assert Topic.objects.get(pk=topic.pk).state == Topic.State.PROPOSED

    done = lead_client.post(url(topic, "merge"), {"into": into.public_id}, follow=True)
    assert done.redirect_chain == [(url(into), 302)]
    assert "“futex2” is part of “Maple Tree” now." in done.text
    assert "merged into “Maple Tree”" in lead_client.get(url(topic)).text


def test_merging_into_something_that_is_not_there_is_refused(topic, lead_client):
    TopicFactory(microconference=topic.microconference)

    response = lead_client.post(url(topic, "merge"), {"into": TopicFactory().public_id})

    assert response.status_code == 422
    assert Topic.objects.get(pk=topic.pk).state == Topic.State.PROPOSED


def test_a_topic_on_which_nothing_hangs_is_deleted_after_a_question(topic, lead_client):
    asked = lead_client.get(url(topic, "delete"))
    assert "Nothing hangs on it" in asked.text
    assert Topic.objects.exists()

    lead_client.post(url(topic, "delete"))
    assert not Topic.objects.exists()


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("post", 422)])
def test_a_topic_with_interests_is_kept_and_withdrawing_is_offered(topic, lead_client, method, status):
    attendee = AttendeeFactory(microconference=topic.microconference)
    Interest.objects.create(attendee=attendee, topic=topic, level=Interest.Level.WOULD_LIKE)

    response = getattr(lead_client, method)(url(topic, "delete"))

    assert response.status_code == status
    assert "“futex2” cannot be deleted: it has interest of 1 person. Withdraw it instead." in response.text
    assert 'value="withdrawn"' in response.text
    assert Topic.objects.exists()


def test_the_page_costs_the_same_queries_for_any_number_of_people_and_links(topic, lead_client):
    def fill(count):
        for _each in range(count):
            KeyPersonFactory(topic=topic)
            ProposerFactory(topic=topic)
            TopicLinkFactory(topic=topic)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            lead_client.get(url(topic))
        return len(queries)

    fill(2)
    for_two = cost()
    fill(20)

    assert cost() == for_two
