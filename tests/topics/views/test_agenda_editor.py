"""The editor's page: what it asks every few seconds, what it draws again, its warnings, its views and drafts."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import client_of
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    HelperFactory,
    KeyPersonFactory,
    SessionFactory,
    TopicFactory,
)
from tests.pages import HTMX, html_of
from tests.topics.views.conftest import titles
from topics.agenda import acknowledging, drafts, editor, releases, snapshot, warnings
from topics.models import AgendaItem, WarningAcknowledgement
from topics.templatetags import agenda as tags

pytestmark = pytest.mark.django_db


@pytest.fixture
def warned(microconference, draft):
    """A draft whose B needs somebody who has not answered."""
    attendee = AttendeeFactory(microconference=microconference, pending=True, person__name="Mina Example")
    KeyPersonFactory(topic=draft.items.all()[1].topic, person=attendee.person)
    return draft


def press(client, url, draft, **fields):
    draft.refresh_from_db()
    return client.post(url, {"version": draft.version, **fields})


def since(page):
    return re.search(r'hx-get="([^"]+)"', html_of(page)).group(1).replace("&amp;", "&")


# --- Two leads at once -----------------------------------------------------------------------------


def test_a_page_that_asks_hears_nothing_as_long_as_nobody_edits(draft, lead_client, url):
    asked = since(lead_client.get(url))

    with CaptureQueriesContext(connection) as queries:
        response = lead_client.get(asked, **HTMX)

    assert (response.status_code, response.content) == (204, b"")
    assert len([each for each in queries if each["sql"].startswith("SELECT")]) <= 5


def test_a_page_that_asks_sees_who_did_what_to_the_agenda(microconference, draft, lead_client, url):
    asked = since(lead_client.get(url))
    other = HelperFactory(microconference=microconference, user__name="Daniel Madeup").user
    press(client_of(other), url, draft, down=draft.items.first().public_id)

    page = lead_client.get(asked, **HTMX)

    assert page.status_code == 200
    assert "Daniel Madeup changed the agenda: move “A” down." in html_of(page)
    assert re.findall(r'<h3 id="h-\w+">(\w)</h3>', html_of(page)) == ["B", "A", "C"]
    assert lead_client.get(since(page), **HTMX).status_code == 204


def test_a_page_that_asks_sees_another_draft_become_the_current_one(microconference, draft, lead, lead_client, url):
    asked = since(lead_client.get(url))
    drafts.make_current(draft=drafts.copy(draft=draft, by=lead), by=lead)

    assert lead_client.get(asked, **HTMX).status_code == 200


def test_a_page_that_asks_sees_a_warning_accepted(microconference, warned, lead, lead_client, url):
    asked = since(lead_client.get(url))
    key = re.search(r'name="ask" value="([^"]+)"', html_of(lead_client.get(url))).group(1)
    acknowledging.acknowledge(draft=warned, key=key, reason="She said so.", by=lead)

    assert "She said so." in html_of(lead_client.get(asked, **HTMX))


def test_the_first_edit_of_all_is_seen_too(microconference, session, lead, lead_client, url):
    asked = since(lead_client.get(url))
    assert lead_client.get(asked, **HTMX).status_code == 204
    drafts.add_pause(draft=drafts.open_draft(microconference=microconference), kind="break", version=None, by=lead)

    assert lead_client.get(asked, **HTMX).status_code == 200


# --- What is drawn again ---------------------------------------------------------------------------


def test_an_edit_draws_again_only_what_it_changed(draft, session, lead_client, url):
    for position in range(3, 20):
        AgendaItemFactory(draft=draft, session=session, position=position)
    lead_client.get(url)
    drawn = tags._drawn.cache_info().misses

    press(lead_client, url, draft, down=draft.items.all()[4].public_id)
    lead_client.get(url)

    assert tags._drawn.cache_info().misses - drawn < 6


def bare(response):
    """The editor as it is drawn, without what was said of the last press and what differs in every answer."""
    inner = re.search(r'<form id="agenda-form".*?</form>', html_of(response), re.S).group()
    return re.sub(r'<p class="says">.*?</p>|name="csrfmiddlewaretoken" value="\w+"', "", inner)


def forget_all():
    """As in a process that has drawn nothing yet."""
    for each in (tags._drawn, tags._slot, tags._options, tags._warning_line):
        each.cache_clear()
    warnings._last.clear()
    editor._rows.clear()
    for each in (
        snapshot._topics_and_people, snapshot._blocks, snapshot._people_elsewhere, snapshot._rooms_taken,
        snapshot._acknowledged,
    ):  # fmt: skip
        each.forget()


def test_what_an_edit_answers_is_what_is_drawn_from_scratch(microconference, warned, session, lead_client, url):
    for position in range(3, 9):
        item = AgendaItemFactory(draft=warned, session=session, position=position, minutes=40)
        attendee = AttendeeFactory(microconference=microconference, status="cant")
        KeyPersonFactory(topic=item.topic, person=attendee.person)
    later = session.ends_at + timedelta(hours=1)
    SessionFactory(microconference=microconference, starts_at=session.ends_at, ends_at=later)
    first, second, third, *_more, last = warned.items.all()

    for fields in (
        {"down": first.public_id}, {"out": second.public_id}, {"up": last.public_id}, {"do": "undo"}, {"do": "undo"},
        {"do": "minutes", f"m-{third.public_id}": "75"}, {"pin": third.public_id}, {"add": "break"}, {"do": "redo"},
        {"shrink": session.public_id}, {"do": "undo"}, {"out": third.public_id}, {"place": third.topic.public_id},
    ):  # fmt: skip
        warned.refresh_from_db()
        answer = lead_client.post(url, {"version": warned.version, **fields}, **HTMX)
        forget_all()
        assert bare(answer) == bare(lead_client.get(url, **HTMX)), fields


def test_what_people_wrote_is_escaped_wherever_the_editor_draws_it(microconference, draft, lead_client, url):
    wicked = '<b class="x">&'
    item = draft.items.first()
    item.topic.title = wicked
    item.topic.save(update_fields=["title"])
    TopicFactory(microconference=microconference, accepted=True, title=wicked)

    page = html_of(lead_client.get(url))

    assert '<b class="x">' not in page
    assert page.count("&lt;b class=&quot;x&quot;&gt;&amp;") > 6


# --- Acts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "where", "expected"),
    [("C", "A", "CAB"), ("A", "C", "BAC"), ("A", "", "BCA"), ("B", "B", "ABC"), ("D", "B", "ADBC"), ("D", "", "ABCD")],
)
def test_anything_moves_to_any_place_in_two_choices(
    microconference, draft, session, lead_client, url, what, where, expected
):
    waiting = TopicFactory(microconference=microconference, accepted=True, title="D")
    item = {each.title: each.public_id for each in draft.items.select_related("topic")}
    moved = f"i:{item[what]}" if what in item else f"t:{waiting.public_id}"

    press(lead_client, url, draft, do="put", what=moved, where=f"{session.public_id}:{item.get(where, '')}")

    assert titles(draft) == list(expected)


def test_a_thing_is_taken_out_by_the_same_two_choices(draft, lead_client, url):
    press(lead_client, url, draft, do="put", what=f"i:{draft.items.first().public_id}", where="out")

    assert titles(draft) == ["B", "C"]


@pytest.mark.parametrize(("what", "where"), [("", ""), ("i:gone", "out"), ("x", "y"), ("t:gone", "nowhere:x")])
def test_choices_that_name_nothing_change_nothing(draft, lead_client, url, what, where):
    response = press(lead_client, url, draft, do="put", what=what, where=where)

    assert response.status_code in (302, 409, 422)
    assert titles(draft) == ["A", "B", "C"]


def test_undo_and_redo_say_on_their_buttons_what_they_do(draft, lead_client, url):
    assert 'id="do-undo" disabled' in html_of(lead_client.get(url))

    press(lead_client, url, draft, up=draft.items.last().public_id)
    assert 'title="Undo: move “C” up"' in html_of(lead_client.get(url))
    press(lead_client, url, draft, do="undo")

    page = html_of(lead_client.get(url))
    assert titles(draft) == ["A", "B", "C"]
    assert 'id="do-undo" disabled' in page
    assert 'title="Redo: move “C” up"' in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_undo_leaves_what_was_typed_and_not_saved_in_its_field(draft, lead_client, url, headers):
    a, _b, c = draft.items.all()
    press(lead_client, url, draft, up=c.public_id)
    draft.refresh_from_db()

    response = lead_client.post(url, {"version": draft.version, "do": "undo", f"m-{a.public_id}": "33"}, **headers)

    assert response.status_code == 200
    assert f'name="m-{a.public_id}" value="33"' in html_of(response)
    assert titles(draft) == ["A", "B", "C"]
    assert AgendaItem.objects.get(pk=a.pk).minutes == 20


def test_presenting_and_discussing_are_apart_and_saved_together(draft, lead_client, url):
    a = draft.items.first()
    shown = f"{a.public_id}:20:5"
    assert shown in html_of(lead_client.get(url))

    press(lead_client, url, draft, do="minutes", shown=shown, **{f"m-{a.public_id}": "30", f"p-{a.public_id}": "12"})

    assert "presenting, 18 discussing" in html_of(lead_client.get(url))
    assert AgendaItem.objects.get(pk=a.pk).presenting_minutes == 12


def test_a_session_is_filled_and_shrunk_by_a_press(draft, session, lead_client, url):
    press(lead_client, url, draft, stretch=session.public_id)
    assert sum(draft.items.values_list("minutes", flat=True)) == 210
    press(lead_client, url, draft, **{"do": "minutes", f"m-{draft.items.first().public_id}": "120"})
    assert "50 min over" in html_of(lead_client.get(url))

    press(lead_client, url, draft, shrink=session.public_id)

    assert "exactly full" in html_of(lead_client.get(url))


def test_what_a_move_would_cause_is_said_before_and_nothing_is_done(microconference, draft, session, lead_client, url):
    a, _b, c = draft.items.select_related("topic")
    c.topic.after = a.topic
    c.topic.save(update_fields=["after"])

    brings = lead_client.get(url, {"would": f"move:{c.public_id}:{session.public_id}:0"})
    nothing = lead_client.get(url, {"would": f"move:{c.public_id}:{session.public_id}:1"})
    out = lead_client.get(url, {"would": f"out:{c.public_id}"})

    assert html_of(brings) == "It would bring: C: it should come after “A”."
    assert brings["Content-Type"] == "text/plain; charset=utf-8"
    assert html_of(nothing) == ""
    assert html_of(out) == "It would bring: C: accepted, but not placed."
    assert titles(draft) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("would", "status", "words"),
    [("explode:x", 404, ""), ("move:gone:x:0", 200, "gone|taken out"), ("place:gone", 200, "This topic is gone")],
)
def test_what_cannot_be_done_is_not_foretold(draft, lead_client, url, would, status, words):
    response = lead_client.get(url, {"would": would})

    assert response.status_code == status
    assert status == 404 or re.search(words, html_of(response))


# --- Warnings --------------------------------------------------------------------------------------


def test_a_warning_stands_at_its_item_and_in_the_list_with_shape_and_word(warned, lead_client, url):
    page = html_of(lead_client.get(url))
    item = warned.items.all()[1]

    sign = page[page.index('class="flag sign"') :]
    assert "#s-aware" in sign[:200]
    assert "<b>Be aware:</b> Mina Example has not answered" in sign[:400]
    assert f'<a href="#i-{item.public_id}"><b>B</b> Mina Example has not answered</a>' in page


def test_a_topic_that_is_not_placed_is_warned_of_once_something_is(microconference, session, lead_client, url):
    TopicFactory(microconference=microconference, accepted=True)
    assert "accepted, but not placed" not in html_of(lead_client.get(url))

    lead_client.post(url, {"version": 0, "add": "break"})

    page = html_of(lead_client.get(url))
    assert 'href="#c-' in page
    assert "accepted, but not placed" in page[page.index('id="unplaced"') :]


def test_a_warning_is_accepted_with_a_reason_only_and_can_be_taken_back(warned, lead_client, url):
    key = re.search(r'name="ask" value="([^"]+)"', html_of(lead_client.get(url))).group(1)

    asked = press(lead_client, url, warned, ask=key)
    assert asked.status_code == 302
    form = html_of(lead_client.get(asked["Location"]))
    rests = re.search(r'name="rests" value="(\w+)"', form).group(1)
    refused = press(lead_client, url, warned, accept=key, why=key, rests=rests, reason=" ")
    assert refused.status_code == 422
    assert "Say in a few words why this may stand." in html_of(refused)
    press(lead_client, url, warned, do="minutes", why=key, rests=rests, reason="She said so at lunch.")

    page = html_of(lead_client.get(url))
    assert "Accepted (1)" in page
    assert "“She said so at lunch.”" in page
    assert 'class="flag sign"' not in page
    press(lead_client, url, warned, take_back=WarningAcknowledgement.objects.get().public_id)
    assert 'class="flag sign"' in html_of(lead_client.get(url))


def test_what_a_warning_rests_on_is_what_was_looked_at(warned, lead_client, url):
    key = re.search(r'name="ask" value="([^"]+)"', html_of(lead_client.get(url))).group(1)

    response = press(lead_client, url, warned, accept=key, why=key, rests="0" * 32, reason="Fine.")

    assert response.status_code == 422
    assert "has changed" in html_of(response)
    assert 'name="reason" value="Fine."' in html_of(response)


def test_not_now_accepts_nothing(warned, lead_client, url):
    key = re.search(r'name="ask" value="([^"]+)"', html_of(lead_client.get(url))).group(1)

    press(lead_client, url, warned, not_now="1", why=key, reason="Well")

    assert not WarningAcknowledgement.objects.exists()


# --- Views and drafts ------------------------------------------------------------------------------


def test_the_compact_view_lives_in_the_address_and_outlives_a_press(draft, lead_client, url):
    compact = f"{url}?view=compact"
    assert f'href="{compact}"' in html_of(lead_client.get(url))

    page = html_of(lead_client.get(compact))
    response = press(lead_client, compact, draft, up=draft.items.last().public_id)

    assert 'class="compact"' in page
    assert f'action="{compact}"' in page
    assert f'href="{url}"' in page
    assert response["Location"].startswith(compact)


def test_another_draft_is_edited_at_its_own_address(microconference, draft, lead, lead_client, url):
    other = drafts.copy(draft=draft, by=lead)
    there = f"{url}?draft={other.public_id}"
    assert there in html_of(lead_client.get(url))

    press(lead_client, there, other, out=other.items.first().public_id)

    assert titles(other) == ["B", "C"]
    assert titles(draft) == ["A", "B", "C"]
    assert "Draft B" in html_of(lead_client.get(there))


def test_the_page_says_whether_the_draft_is_what_was_published(draft, lead, lead_client, url):
    releases.publish(draft=draft, version=draft.version, by=lead)
    assert "Draft A, as in release 1" in html_of(lead_client.get(url))

    press(lead_client, url, draft, up=draft.items.last().public_id)

    assert "Draft A, changed since release 1" in html_of(lead_client.get(url))


def test_a_draft_of_somebody_else_is_not_found(draft, lead_client, url):
    assert lead_client.get(f"{url}?draft={DraftFactory().public_id}").status_code == 404


def test_the_pages_that_look_at_the_agenda_otherwise_are_one_press_away(microconference, draft, lead_client, url):
    page = html_of(lead_client.get(url))

    assert f'href="{microconference.organize_url("topics:quorum")}"' in page
