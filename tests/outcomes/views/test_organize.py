from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outcomes.actions import recording
from outcomes.models import Outcome
from tests.conftest import client_of
from tests.factories import (
    AgendaItemFactory,
    DraftFactory,
    HelperFactory,
    LeadFactory,
    MicroconferenceFactory,
    OutcomeFactory,
    PersonFactory,
    SessionFactory,
    TopicFactory,
)
from topics.models import Release
from uconf.lib import clock

pytestmark = pytest.mark.django_db


def address(microconference, name="list", *args):
    return microconference.organize_url(f"outcomes:{name}", *args)


def text_of(response):
    return response.content.decode()


def headings(response):
    """The titles of the topics, in the order of the page."""
    return [topic.title for topic in response.context["topics"]]


@pytest.fixture
def outcome(microconference):
    return OutcomeFactory(microconference=microconference, text="Post v2.")


ADDRESSES = [("list", False), ("note", False), ("add", False), ("state", False), ("edit", True), ("remove", True),
             ("shift", True)]  # fmt: skip


@pytest.mark.parametrize(("name", "of_outcome"), ADDRESSES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_find_nothing_and_anybody_else_signs_in(
    microconference, outcome, stranger_client, name, of_outcome, method
):
    where = address(microconference, name, *([outcome.public_id] if of_outcome else []))
    get_refused = method == "get" and name in ("note", "shift")

    stranger = getattr(stranger_client, method)(where)
    nobody = getattr(Client(), method)(where)

    assert stranger.status_code == (405 if get_refused else 404)
    assert (nobody.status_code, nobody.url.partition("?")[0]) == (302, reverse("account_login"))
    assert Outcome.objects.get().text == "Post v2."


@pytest.mark.parametrize("name", ["edit", "remove", "shift"])
def test_a_lead_does_not_reach_the_outcomes_of_another_microconference(microconference, lead_client, name):
    foreign = OutcomeFactory(text="Foreign.")

    response = lead_client.post(address(microconference, name, foreign.public_id), {"text": "x", "kind": "agreed"})

    assert response.status_code == 404
    assert Outcome.objects.get().text == "Foreign."


def test_topics_stand_in_agenda_order_and_then_in_their_own(microconference, lead_client):
    a, b, c = (TopicFactory(microconference=microconference, accepted=True, title=each) for each in "ABC")
    TopicFactory(microconference=microconference, title="Only proposed")
    draft = DraftFactory(microconference=microconference)
    session = SessionFactory(microconference=microconference)
    AgendaItemFactory(draft=draft, session=session, topic=c, position=0)
    AgendaItemFactory(draft=draft, session=session, topic=a, position=1)

    response = lead_client.get(address(microconference))

    assert headings(response) == ["C", "A", "B"]


def test_an_empty_list_says_that_a_line_is_enough(microconference, lead_client):
    page = text_of(lead_client.get(address(microconference)))

    assert "A line per topic is enough" in page
    assert "No topic is accepted yet." in page


def test_outcomes_of_earlier_editions_are_quoted_and_cannot_be_edited_here(microconference, lead_client):
    earlier = MicroconferenceFactory(series=microconference.series, earlier=True)
    quoted = OutcomeFactory(microconference=earlier, text="Merged in 2018.")

    page = text_of(lead_client.get(address(microconference)))

    assert "2018: 1 outcome" in page
    assert "Merged in 2018." in page
    assert quoted.public_id not in page


def test_a_line_and_how_it_went_are_noted_in_one_go(microconference, lead, lead_client):
    topic = TopicFactory(microconference=microconference, accepted=True)

    response = lead_client.post(
        address(microconference, "note"),
        {"topic": topic.public_id, "text": "Post v2.", "kind": "follow_up", "result": "partly"},
        follow=True,
    )

    topic.refresh_from_db()
    outcome = topic.outcomes.get()
    assert response.redirect_chain == [(f"{address(microconference)}#t-{topic.public_id}", 302)]
    assert (outcome.text, outcome.kind, outcome.recorded_by, topic.result) == (
        "Post v2.", "follow_up", lead, "partly"
    )  # fmt: skip
    assert "Noted. It stands on the public page now." in text_of(response)


def test_a_line_without_a_topic_is_for_the_whole_microconference(microconference, lead_client):
    lead_client.post(address(microconference, "note"), {"text": "Meet again.", "kind": "agreed"})

    assert microconference.outcomes.get().topic is None


def test_a_helper_may_note_too(microconference):
    helper = HelperFactory(microconference=microconference)

    client_of(helper.user).post(address(microconference, "note"), {"text": "Meet again.", "kind": "agreed"})

    assert microconference.outcomes.get().recorded_by == helper.user


def test_an_empty_line_is_refused_at_its_topic_and_the_choices_stay(microconference, lead_client):
    topic = TopicFactory(microconference=microconference, accepted=True)

    response = lead_client.post(
        address(microconference, "note"), {"topic": topic.public_id, "text": " ", "kind": "dropped", "result": ""}
    )

    [shown] = response.context["topics"]
    assert response.status_code == 422
    assert shown.is_refused
    assert shown.form["kind"].value() == "dropped"
    assert "Write what came of it; a line is enough." in text_of(response)


def test_a_line_for_a_topic_of_elsewhere_finds_nothing(microconference, lead_client):
    foreign = TopicFactory()

    response = lead_client.post(
        address(microconference, "note"), {"topic": foreign.public_id, "text": "x", "kind": "agreed", "result": ""}
    )

    assert response.status_code == 404
    assert not Outcome.objects.exists()


@pytest.mark.parametrize(("text", "status"), [("Post v2.", 200), ("", 422)])
def test_with_htmx_only_the_topic_is_swapped(microconference, lead_client, text, status):
    topic = TopicFactory(microconference=microconference, accepted=True, title="futex2")

    response = lead_client.post(
        address(microconference, "note"),
        {"topic": topic.public_id, "text": text, "kind": "agreed", "result": ""},
        headers={"HX-Request": "true"},
    )

    page = text_of(response).strip()
    assert response.status_code == status
    assert page.startswith(f'<li id="t-{topic.public_id}">')
    assert "<html" not in page
    assert page.count("<li id=") == 1


def test_with_htmx_the_head_and_the_tab_count_along(microconference, lead_client):
    topic = TopicFactory(microconference=microconference, accepted=True)

    page = text_of(
        lead_client.post(
            address(microconference, "note"),
            {"topic": topic.public_id, "text": "Post v2.", "kind": "agreed", "result": ""},
            headers={"HX-Request": "true"},
        )
    )
    whole = text_of(lead_client.get(address(microconference, "list")))

    assert '<p class="meta" id="noted" hx-swap-oob="true">1 of 1 topic noted · 1 outcome' in page
    assert '<span class="num" id="tab-outcomes" hx-swap-oob="true">1</span>' in page
    assert '<p hx-swap-oob="delete:.nothing-noted"></p>' in page
    assert 'id="noted">' in whole and "hx-swap-oob" not in whole


@pytest.mark.parametrize(("text", "status"), [("Meet again.", 200), ("", 422)])
def test_with_htmx_only_the_whole_is_swapped(microconference, lead_client, text, status):
    response = lead_client.post(
        address(microconference, "note"), {"text": text, "kind": "agreed"}, headers={"HX-Request": "true"}
    )

    assert response.status_code == status
    assert text_of(response).strip().startswith('<section class="sec" id="whole"')


def test_an_outcome_is_added_with_people_and_links(microconference, lead, lead_client):
    topic = TopicFactory(microconference=microconference, accepted=True)
    person = microconference.memberships.get().person

    response = lead_client.post(
        address(microconference, "add"),
        {
            "kind": "follow_up", "text": "Measure.", "topic": topic.public_id, "people": [person.public_id],
            "links": "v2 https://lore.kernel.org/x\nhttps://lwn.net/Articles/1/", "happened_on": "2031-09-21",
            "owner": person.public_id, "due": "2031-12-01",
        },
    )  # fmt: skip

    outcome = Outcome.objects.get()
    assert response.url == f"{address(microconference)}#t-{topic.public_id}"
    assert (outcome.topic, outcome.owner, outcome.due) == (topic, person, date(2031, 12, 1))
    assert list(outcome.people.all()) == [person]
    assert [(each.label, each.kind) for each in outcome.links.all()] == [("v2", "series"), ("article", "article")]


def test_an_address_that_is_none_is_refused_at_the_links_and_nothing_typed_is_lost(microconference, lead_client):
    response = lead_client.post(
        address(microconference, "add"), {"kind": "agreed", "text": "Measure.", "links": "lore.kernel.org/x"}
    )

    form = response.context["form"]
    assert response.status_code == 422
    assert set(form.errors) == {"links"}
    assert "lore.kernel.org/x</textarea>" in text_of(response)
    assert not Outcome.objects.exists()


def test_the_form_to_add_starts_with_the_topic_one_came_from(microconference, lead_client):
    topic = TopicFactory(microconference=microconference, accepted=True)

    page = text_of(lead_client.get(address(microconference, "add") + f"?topic={topic.public_id}"))

    assert f'<option value="{topic.public_id}" selected>' in page


def test_an_outcome_is_edited(microconference, outcome, lead_client):
    response = lead_client.post(
        address(microconference, "edit", outcome.public_id), {"version": 1, "kind": "merged", "text": "It is in."}
    )

    outcome.refresh_from_db()
    assert (response.status_code, outcome.kind, outcome.text) == (302, "merged", "It is in.")


def test_an_edit_of_what_somebody_else_edited_shows_both_and_keep_mine_saves(microconference, outcome, lead_client):
    person = PersonFactory(name="Mina Example")
    OutcomeFactory(microconference=microconference).people.add(person)
    where = address(microconference, "edit", outcome.public_id)
    recording.edit(outcome=outcome, version=1, text="Theirs.", kind="agreed", people=[person], by=None)

    conflict = lead_client.post(where, {"version": 1, "kind": "agreed", "text": "Mine."})
    stored = Outcome.objects.get(pk=outcome.pk).text
    kept = lead_client.post(where, {"version": conflict.context["form"]["version"].value(), "kind": "agreed",
                                    "text": "Mine."})  # fmt: skip

    shown = {(each.label, each.mine, each.theirs) for each in conflict.context["differences"]}
    assert (conflict.status_code, stored) == (409, "Theirs.")
    assert shown == {("What came of it", "Mine.", "Theirs."), ("People", "", "Mina Example")}
    assert "Mine.</textarea>" in text_of(conflict)
    assert (kept.status_code, Outcome.objects.get(pk=outcome.pk).text) == (302, "Mine.")


def test_an_edit_without_a_text_is_refused(microconference, outcome, lead_client):
    response = lead_client.post(
        address(microconference, "edit", outcome.public_id), {"version": 1, "kind": "agreed", "text": ""}
    )

    assert response.status_code == 422
    assert Outcome.objects.get().text == "Post v2."


def test_removing_shows_the_outcome_first_and_removes_it_on_a_press(microconference, outcome, lead_client):
    where = address(microconference, "remove", outcome.public_id)

    page = text_of(lead_client.get(where))
    still_there = Outcome.objects.count()
    response = lead_client.post(where)

    assert "Post v2." in page
    assert still_there == 1
    assert (response.status_code, Outcome.objects.count()) == (302, 0)


def test_an_outcome_is_moved_up(microconference, lead_client):
    recording.record(microconference=microconference, kind="agreed", text="first", by=None)
    second = recording.record(microconference=microconference, kind="agreed", text="second", by=None)

    lead_client.post(address(microconference, "shift", second.public_id), {"direction": "up"})

    assert [each.text for each in microconference.outcomes.all()] == ["second", "first"]


def test_marking_as_held_is_a_page_first_and_then_a_press(microconference, lead_client):
    page = text_of(lead_client.get(address(microconference, "state")))
    lead_client.post(address(microconference, "state"), {"to": "held"})

    microconference.refresh_from_db()
    assert "has not begun" in page
    assert microconference.state == "held"


def test_only_a_lead_moves_the_state(microconference):
    LeadFactory(microconference=microconference)
    helper = client_of(HelperFactory(microconference=microconference).user)

    response = helper.post(address(microconference, "state"), {"to": "held"})
    page = text_of(helper.get(address(microconference)))

    microconference.refresh_from_db()
    assert (response.status_code, microconference.state) == (404, "accepted")
    assert "Mark as held" not in page


def test_reporting_nothing_is_refused_in_words(microconference, lead_client):
    microconference.state = "held"
    microconference.save(update_fields=["state"])

    response = lead_client.post(address(microconference, "state"), {"to": "reported"})

    microconference.refresh_from_db()
    assert (response.status_code, microconference.state) == (422, "held")
    assert "Nothing is noted" in text_of(response)


def test_what_was_reported_too_early_is_taken_back(microconference, lead_client):
    microconference.state = "reported"
    microconference.save(update_fields=["state"])
    Release.objects.create(microconference=microconference, number=1, content={})

    lead_client.post(address(microconference, "state"), {"to": "back"})
    microconference.refresh_from_db()
    once = microconference.state
    lead_client.post(address(microconference, "state"), {"to": "back"})
    microconference.refresh_from_db()

    assert (once, microconference.state) == ("held", "scheduled")


def test_a_move_that_there_is_not_finds_nothing(microconference, lead_client):
    response = lead_client.post(address(microconference, "state"), {"to": "declined"})

    assert response.status_code == 404


def test_any_number_of_topics_and_outcomes_costs_the_same_queries(microconference, lead, lead_client):
    counts = []
    for more in (3, 30):
        for _ in range(more):
            topic = TopicFactory(microconference=microconference, accepted=True)
            outcome = recording.record(
                microconference=microconference, topic=topic, kind="agreed", text=f"Done {topic.pk}",
                people=[PersonFactory()], links=[("a", "")], owner=PersonFactory(), by=lead,
            )  # fmt: skip
            earlier = MicroconferenceFactory(
                series=microconference.series, earlier=True, year=1900 + microconference.topics.count()
            )
            OutcomeFactory(microconference=earlier, happened_on=clock.today("UTC"))
        with CaptureQueriesContext(connection) as queries:
            lead_client.get(address(microconference))
        with CaptureQueriesContext(connection) as editing:
            lead_client.get(address(microconference, "edit", outcome.public_id))
        counts.append((len(queries), len(editing)))

    assert counts[0] == counts[1]
