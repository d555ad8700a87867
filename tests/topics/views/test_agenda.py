import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import client_of
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    HelperFactory,
    KeyPersonFactory,
    RoomFactory,
    SessionFactory,
    TopicFactory,
)
from tests.pages import HTMX, html_of
from tests.topics.views.conftest import titles
from topics.agenda import drafts, releases
from topics.models import AgendaItem, Draft, Release, Session

pytestmark = pytest.mark.django_db


def posted(draft, **fields):
    """The form as a browser sends it: every item's minutes, shown and typed."""
    items = list(draft.items.all())
    shown = " ".join(f"{item.public_id}:{item.minutes}" for item in items)
    return {
        "version": draft.version,
        "shown": shown,
        **{f"m-{item.public_id}": item.minutes for item in items},
    } | fields


# --- Who may come in -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["agenda", "sessions", "publish"])
def test_strangers_find_nothing_and_the_unknown_sign_in(microconference, lead, stranger_client, name):
    page = microconference.organize_url(f"topics:{name}")

    for act in ("get", "post"):
        assert getattr(stranger_client, act)(page).status_code == 404
        assert getattr(Client(), act)(page)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", ["change_session", "remove_session"])
def test_a_session_is_found_by_its_own_team_only(microconference, session, lead_client, stranger_client, name):
    foreign = SessionFactory()

    page = microconference.organize_url(f"topics:{name}", session.public_id)
    assert lead_client.get(page).status_code == 200
    assert stranger_client.get(page).status_code == stranger_client.post(page).status_code == 404
    page = microconference.organize_url(f"topics:{name}", foreign.public_id)
    assert lead_client.get(page).status_code == lead_client.post(page).status_code == 404


def test_a_helper_edits_the_agenda_but_does_not_publish(microconference, draft, url):
    client = client_of(HelperFactory(microconference=microconference).user)
    item = draft.items.first()

    page = client.get(url)
    assert "Publish…" not in html_of(page)
    assert client.post(url, posted(draft, down=item.public_id)).status_code == 302
    assert titles(draft) == ["B", "A", "C"]
    assert client.get(microconference.organize_url("topics:publish")).status_code == 404
    assert client.post(microconference.organize_url("topics:publish"), {"version": 2}).status_code == 404


# --- The editor ------------------------------------------------------------------------------------


def test_without_a_session_the_page_asks_for_one_prefilled(microconference, lead_client, url):
    page = html_of(lead_client.get(url))

    assert "There is no session yet" in page
    assert 'value="2031-09-20"' in page
    assert 'value="14:00"' in page
    assert 'value="17:30"' in page
    assert not Draft.objects.exists()


def test_with_nothing_placed_the_page_says_what_waits(microconference, session, lead_client, url):
    TopicFactory.create_batch(2, microconference=microconference, accepted=True, minutes=25)

    page = html_of(lead_client.get(url))

    assert "2 topics ask for 50 minutes; the session has 210" in page
    assert page.count("btn-primary") == 1
    lead_client.post(url, {"version": 0, "do": "fill"})
    assert titles(Draft.objects.get()) == [
        "Opening",
        *microconference.topics.values_list("title", flat=True),
        "Wrap-up",
    ]


def test_the_editor_shows_times_people_and_flags(microconference, draft, lead_client, url):
    attendee = AttendeeFactory(microconference=microconference, pending=True, person__name="Mina Example")
    KeyPersonFactory(topic=draft.items.first().topic, person=attendee.person)

    page = html_of(lead_client.get(url))

    assert page.count('class="slot min-20') == 3
    for words in ("14:00", "14:20", "14:40", "0 of 1 come so far", "Mina Example has not answered", "150 min left"):
        assert words in page
    assert page.count("btn-primary") == 1


def test_save_minutes_is_the_first_button_so_that_enter_saves(draft, lead_client, url):
    page = html_of(lead_client.get(url))
    form = page[page.index('aria-label="Agenda, draft A"') :]

    assert form.index("<button") == form.index('<button class="btn btn-sm" name="do" value="minutes"')


def test_minutes_are_saved_together(draft, lead_client, url):
    a, b, c = draft.items.all()

    response = lead_client.post(url, posted(draft, do="minutes") | {f"m-{a.public_id}": 5, f"m-{c.public_id}": 45})

    assert response.status_code == 302
    assert list(draft.items.values_list("minutes", flat=True)) == [5, 20, 45]
    assert "2 lengths were saved." in html_of(lead_client.get(url))


@pytest.mark.parametrize("typed", ["twenty", "0", "241", "", "²"])
def test_minutes_that_are_none_are_refused_at_their_field_and_kept(draft, lead_client, url, typed):
    a, b, c = draft.items.all()

    response = lead_client.post(url, posted(draft, up=b.public_id) | {f"m-{a.public_id}": typed, f"m-{c.public_id}": 9})

    assert response.status_code == 422
    page = html_of(response)
    assert f"Write a number from 1 to 240. You wrote “{typed}”." in page
    assert f'name="m-{a.public_id}" value="{typed}"' in page
    assert f'name="m-{c.public_id}" value="9"' in page
    assert titles(draft) == ["A", "B", "C"]
    assert list(draft.items.values_list("minutes", flat=True)) == [20, 20, 20]


def test_what_was_typed_is_saved_with_any_other_press(draft, lead_client, url):
    a, b, c = draft.items.all()

    lead_client.post(url, posted(draft, up=b.public_id) | {f"m-{a.public_id}": 7})

    assert titles(draft) == ["B", "A", "C"]
    assert AgendaItem.objects.get(pk=a.pk).minutes == 7


def test_topics_are_placed_moved_and_taken_out(microconference, draft, lead_client, url):
    topic = TopicFactory(microconference=microconference, if_time=True, title="D")

    lead_client.post(url, posted(draft, place=topic.public_id))
    assert titles(draft) == ["A", "B", "C", "D"]
    draft.refresh_from_db()
    lead_client.post(url, posted(draft, add="break"))
    assert titles(draft) == ["A", "B", "Break", "C", "D"]
    draft.refresh_from_db()
    lead_client.post(url, posted(draft, out=draft.items.first().public_id))
    assert titles(draft) == ["B", "Break", "C", "D"]


def test_an_item_moves_to_another_session_by_a_press(microconference, draft, session, lead_client, url):
    later = SessionFactory(microconference=microconference, starts_at=session.ends_at,
                           ends_at=session.ends_at + (session.ends_at - session.starts_at))  # fmt: skip
    item = draft.items.first()
    assert "Move to Sun 21 Sep 17:30" in html_of(lead_client.get(url))

    lead_client.post(url, posted(draft, to=f"{item.public_id}:{later.public_id}"))

    assert AgendaItem.objects.get(pk=item.pk).session == later


@pytest.mark.parametrize(
    "fields",
    [{"place": "nothing"}, {"add": "lunch"}, {"add": "topic"}, {"do": "explode"}, {"version": "x"}, {"version": ""}],
)
def test_a_press_that_makes_no_sense_is_refused_and_changes_nothing(draft, lead_client, url, fields):
    response = lead_client.post(url, posted(draft) | fields)

    assert response.status_code == 422
    assert titles(draft) == ["A", "B", "C"]


def test_a_topic_of_another_microconference_cannot_be_placed(draft, lead_client, url):
    foreign = TopicFactory(accepted=True)

    assert lead_client.post(url, posted(draft, place=foreign.public_id)).status_code == 422
    assert titles(draft) == ["A", "B", "C"]


def test_two_leads_get_both_versions_and_the_second_can_go_on(microconference, draft, lead, lead_client, url):
    a, b, c = draft.items.all()
    stale = posted(draft, up=c.public_id) | {f"m-{a.public_id}": 33}
    other = HelperFactory(microconference=microconference, user__name="Daniel Madeup").user
    drafts.set_minutes(draft=draft, minutes={b: 44}, version=1, by=other)

    response = lead_client.post(url, stale)

    page = html_of(response)
    assert response.status_code == 409
    assert "Daniel Madeup changed the agenda while you were editing it." in page
    for words in ("A: 33 min", "Move “C” up", 'B <span class="meta">44 min'):
        assert words in page
    assert titles(draft) == ["A", "B", "C"]
    assert list(draft.items.values_list("minutes", flat=True)) == [20, 44, 20]

    mine = {"version": 2, "up": c.public_id, f"m-{a.public_id}": 33}  # “Do mine on top of it”
    assert all(f'name="{name}" value="{value}"' in page for name, value in mine.items())
    assert lead_client.post(url, mine).status_code == 302
    assert titles(draft) == ["A", "C", "B"]
    assert list(draft.items.values_list("minutes", flat=True)) == [33, 20, 44]


def test_a_press_that_was_done_already_is_no_conflict(draft, lead_client, url):
    item = draft.items.first()
    data = posted(draft, out=item.public_id)

    assert lead_client.post(url, data).status_code == 302
    assert lead_client.post(url, data).status_code == 302
    assert titles(draft) == ["B", "C"]


def test_htmx_swaps_the_editor_alone_and_says_what_was_done(draft, lead_client, url):
    c = draft.items.last()

    response = lead_client.post(url, posted(draft, up=c.public_id), **HTMX)

    page = html_of(response)
    assert response.status_code == 200
    assert page.lstrip().startswith(
        f'<div id="agenda" data-says="“C” moves to 14:20; 150 min are left." data-item="{c.topic.public_id}">'
    )


def test_a_thing_keeps_its_handle_placed_or_not_so_that_the_focus_stays(draft, lead_client, url):
    c = draft.items.last()
    handle = f'id="g-{c.topic.public_id}"'
    assert html_of(lead_client.get(url)).count(handle) == 1

    page = html_of(lead_client.post(url, posted(draft, out=c.public_id), **HTMX))

    assert page.count(handle) == 1
    assert handle in page[page.index('id="unplaced"') : page.index('id="add"')]


def test_htmx_gets_refusals_and_conflicts_as_the_same_part(draft, lead_client, url):
    a = draft.items.first()

    refused = lead_client.post(url, posted(draft) | {f"m-{a.public_id}": "x"}, **HTMX)
    conflict = lead_client.post(url, posted(draft, down=a.public_id) | {"version": 7}, **HTMX)

    assert [refused.status_code, conflict.status_code] == [422, 409]
    assert all(html_of(each).lstrip().startswith('<div id="agenda"') for each in (refused, conflict))


def test_publish_saves_what_was_typed_and_shows_the_page_before(microconference, draft, lead_client, url):
    a = draft.items.first()
    data = posted(draft, do="publish") | {f"m-{a.public_id}": 30}

    plain = lead_client.post(url, data)
    draft.refresh_from_db()
    with_htmx = lead_client.post(url, posted(draft, do="publish"), **HTMX)

    assert plain["Location"] == with_htmx["HX-Redirect"] == microconference.organize_url("topics:publish")
    assert AgendaItem.objects.get(pk=a.pk).minutes == 30
    assert not Release.objects.exists()


def test_the_editor_costs_the_same_queries_for_3_and_for_30_items(microconference, draft, session, lead_client, url):
    def count():
        with CaptureQueriesContext(connection) as queries:
            lead_client.get(url)
        return len(queries)

    def add(positions):
        for position in positions:
            item = AgendaItemFactory(draft=draft, session=session, position=position)
            attendee = AttendeeFactory(microconference=microconference, pending=True)
            KeyPersonFactory(topic=item.topic, person=attendee.person)
            TopicFactory(microconference=microconference, accepted=True)

    add([3])
    few = count()
    add(range(4, 30))

    assert count() == few


@pytest.mark.parametrize("name", ["what", "where"])
@pytest.mark.parametrize("value", ["", ":", "i:", "x", "i:zzz", "t:zzz:", "9" * 400, "²", "out:out"])
def test_a_choice_that_is_none_moves_nothing(microconference, session, draft, lead_client, name, value):
    key = draft.items.first().public_id
    before = list(draft.items.values_list("public_id", "position"))
    choices = {"what": f"i:{key}", "where": f"{session.public_id}:{key}"} | {name: value}

    response = lead_client.post(
        microconference.organize_url("topics:agenda"), {"version": draft.version, "do": "put", **choices}
    )

    assert response.status_code in (302, 409, 422)
    assert name == "where" or list(draft.items.values_list("public_id", "position")) == before


# --- Sessions --------------------------------------------------------------------------------------


def the_form(**fields):
    return {"day": "2031-09-21", "starts": "14:00", "ends": "17:30", "room": ""} | fields


def test_a_session_is_added_and_its_oddities_are_said(microconference, lead_client):
    room = RoomFactory(conference=microconference.conference)

    response = lead_client.post(
        microconference.organize_url("topics:sessions"), the_form(room=room.pk, day="2031-09-30"), follow=True
    )

    assert microconference.sessions.get().room == room
    assert "lies outside the conference" in html_of(response)
    assert "The session is added" in html_of(response)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ends": "13:00"}, "ends before it starts"),
        ({"day": "2031-03-30", "starts": "01:30"}, "the clocks go forward"),
        ({"day": "soon"}, "Enter a valid date"),
    ],
)
def test_a_session_that_cannot_be_is_refused_with_what_was_typed(microconference, lead_client, fields, words):
    response = lead_client.post(microconference.organize_url("topics:sessions"), the_form(**fields))

    assert response.status_code == 422
    assert words in html_of(response)
    assert all(f'value="{value}"' in html_of(response) for value in fields.values())
    assert not Session.objects.exists()


def test_a_room_of_another_conference_is_no_choice(microconference, lead_client):
    response = lead_client.post(microconference.organize_url("topics:sessions"), the_form(room=RoomFactory().pk))

    assert response.status_code == 422
    assert not Session.objects.exists()


def test_a_session_is_changed_and_two_who_change_it_see_both(microconference, session, lead_client):
    url = microconference.organize_url("topics:change_session", session.public_id)
    assert 'name="version" value="1"' in html_of(lead_client.get(url))

    first = lead_client.post(url, the_form(version=1, ends="18:00"))
    second = lead_client.post(url, the_form(version=1, ends="16:00"))

    assert first["Location"] == microconference.organize_url("topics:agenda")
    assert second.status_code == 409
    assert "Somebody changed" in html_of(second)
    assert 'name="version" value="2"' in html_of(second)
    assert Session.objects.get().minutes == 240


def test_a_session_changed_after_a_release_warns(microconference, session, draft, lead_client):
    releases.publish(draft=draft, version=1, by=None)
    url = microconference.organize_url("topics:change_session", session.public_id)

    response = lead_client.post(url, the_form(version=1, ends="18:00"), follow=True)

    assert "Release 1 still shows 21 September, 14:00–17:30" in html_of(response)


def test_removing_a_session_is_shown_first_and_done_by_a_press(microconference, session, draft, lead_client):
    url = microconference.organize_url("topics:remove_session", session.public_id)

    page = html_of(lead_client.get(url))
    assert page.count("waits to be placed again") == 3
    assert Session.objects.exists()

    response = lead_client.post(url, follow=True)
    assert "3 topics wait to be placed again" in html_of(response)
    assert not Session.objects.exists()


def test_the_list_of_sessions_counts_its_topics(microconference, session, draft, lead_client):
    page = html_of(lead_client.get(microconference.organize_url("topics:sessions")))

    assert 'data-label="topics">3<' in page


# --- Publishing ------------------------------------------------------------------------------------


@pytest.fixture
def publish_url(microconference):
    return microconference.organize_url("topics:publish")


def test_a_release_is_shown_first_and_published_by_a_press(microconference, draft, lead_client, publish_url):
    page = html_of(lead_client.get(publish_url))
    assert "Publish release 1" in page
    assert page.count("btn-primary") == 1
    assert not Release.objects.exists()

    response = lead_client.post(publish_url, {"version": 1, "note": "Welcome."}, follow=True)

    assert "Release 1 is published" in html_of(response)
    assert Release.objects.get().note == "Welcome."


def test_the_next_release_shows_what_differs_and_the_warnings_that_stand(draft, lead_client, publish_url):
    releases.publish(draft=draft, version=1, by=None)
    a, b, c = draft.items.all()
    drafts.take_out(draft=draft, item=c, version=1, by=None)
    drafts.move_up(draft=draft, item=b, version=2, by=None)

    page = html_of(lead_client.get(publish_url))

    for words in ("What changes since release 1", "Moved", "Cancelled", "<b>C</b>: accepted, but not placed"):
        assert words in page
    assert ">New<" not in page


def test_without_a_change_there_is_nothing_to_press_and_pressing_is_refused(draft, lead_client, publish_url):
    releases.publish(draft=draft, version=1, by=None)

    assert "btn-primary" not in html_of(lead_client.get(publish_url))
    response = lead_client.post(publish_url, {"version": 1})
    assert response.status_code == 422
    assert "Nothing changed since release 1" in html_of(response)


def test_publishing_what_was_not_looked_at_is_a_conflict_and_keeps_the_note(draft, lead_client, publish_url):
    drafts.take_out(draft=draft, item=draft.items.first(), version=1, by=None)

    response = lead_client.post(publish_url, {"version": 1, "note": "Kept."})

    assert response.status_code == 409
    assert "Nothing was published" in html_of(response)
    assert 'name="version" value="2"' in html_of(response)
    assert "Kept." in html_of(response)
    assert not Release.objects.exists()


def test_nothing_can_be_published_before_acceptance_or_before_anything_is_placed(microconference, draft, lead_client,
                                                                                 publish_url):  # fmt: skip
    microconference.state = "submitted"
    microconference.save()
    page = html_of(lead_client.get(publish_url))
    assert "once it is accepted" in page
    assert "Publish release" not in page
    assert lead_client.post(publish_url, {"version": 1}).status_code == 422

    draft.delete()
    assert "Nothing is placed yet" in html_of(lead_client.get(publish_url))
    assert lead_client.post(publish_url, {"version": 0}).status_code == 422
    assert not Release.objects.exists()
