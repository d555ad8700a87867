"""The whole agenda editor by keyboard alone: what is announced, and where the focus goes."""

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.browser.editing import Editor

pytestmark = [pytest.mark.browser, pytest.mark.services]


def test_an_agenda_is_made_by_keyboard_alone(agenda_page):
    editor = Editor(agenda_page("keyboard"))
    editor.focus("Alpha")

    editor.press("ArrowDown")
    editor.focused_is("Beta")
    editor.press("ArrowDown", "ArrowDown")  # past the break, into the afternoon
    editor.focused_is("Gamma")

    # Pick up, look around, put back.
    editor.press("Enter")
    editor.says("Picked up: Gamma.")
    editor.press("ArrowUp")
    editor.says(re.compile(r"^Gamma: 4 of 4 in .* 09:00, 10:05 to 10:30\. The session is planned until 10:30"))
    assert editor.titles() == [["Alpha", "Beta", "Break", "Gamma"], []]
    editor.press("Escape")
    editor.says("Gamma is back where it was.")
    editor.focused_is("Gamma")
    assert editor.titles() == [["Alpha", "Beta", "Break"], ["Gamma"]]

    # Across sessions.
    editor.press("Enter", "ArrowUp", "ArrowUp", "Enter")
    editor.says("Gamma")
    editor.settled([["Alpha", "Beta", "Gamma", "Break"], []])
    editor.focused_is("Gamma")

    # Out of the unplaced, and back into them.
    editor.press("ArrowLeft")
    editor.focused_is("Delta")
    editor.press("Enter", "ArrowRight", "ArrowUp")
    editor.says(re.compile("^Delta: 4 of 5.* It would end: Delta: accepted, but not placed"))
    editor.press("Enter")
    editor.says("Delta")
    editor.settled([["Alpha", "Beta", "Gamma", "Delta", "Break"], []])
    editor.focused_is("Delta")
    editor.press("Enter", "ArrowLeft")
    editor.says("Delta: off the agenda, with the unplaced.")
    editor.press("Enter")
    editor.settled([["Alpha", "Beta", "Gamma", "Break"], []])
    editor.focused_is("Delta")

    # A pause has nowhere to wait.
    editor.focus("Break")
    editor.press("Enter", "ArrowLeft")
    editor.says("Break is no topic and cannot wait with the unplaced.")
    editor.press("Escape")


def test_minutes_pins_and_undo_have_a_key_each(agenda_page):
    editor = Editor(agenda_page("minutes"))
    before = editor.titles()
    editor.focus("Beta")

    editor.press("4", "0", "Enter")
    editor.says("“Beta” takes 40 min; 10 min are left.")
    editor.focused_is("Beta")
    assert editor.minutes("Beta") == "40"
    editor.press("3", "Escape")
    editor.focused_is("Beta")
    assert editor.minutes("Beta") == "40"

    editor.press("p")
    editor.says("“Beta” is pinned")
    editor.focused_is("Beta")
    expect(editor.item("Beta").locator("h3")).to_contain_text("pinned")
    editor.press("p")
    expect(editor.item("Beta").locator("h3")).not_to_contain_text("pinned")
    editor.focused_is("Beta")

    editor.press("Delete")
    editor.says("Beta")
    expect(editor.item("Beta")).to_have_class(re.compile("card-topic"))
    editor.focused_is("Beta")
    editor.press("u")
    editor.settled(before)
    editor.focused_is("Beta")
    editor.press("Shift+U")
    expect(editor.item("Beta")).to_have_class(re.compile("card-topic"))
    editor.press("Control+z")
    editor.settled(before)
    expect(editor.page.get_by_role("button", name="Redo")).to_be_enabled()

    editor.press("?")
    expect(editor.page.get_by_role("dialog", name="Keys")).to_be_visible()
    editor.press("Escape")
    editor.focused_is("Beta")


def test_only_what_was_typed_is_sent_along(agenda_page):
    editor = Editor(agenda_page("signs"))
    before = editor.titles()
    editor.item("Gamma").locator(".ctl input").fill("35")
    editor.focus("Alpha")

    with editor.page.expect_request(lambda request: request.method == "POST") as sent:
        editor.press("Delete")

    fields = parse_qs(sent.value.post_data)
    assert [value for name, value in fields.items() if name.startswith(("m-", "p-"))] == [["35"]]
    assert "shown" not in fields
    editor.settled([["Beta", "Break"], ["Gamma"]])
    editor.page.reload()
    assert editor.minutes("Gamma") == "35"
    editor.focus("Beta")
    editor.press("u")
    editor.settled(before)


@pytest.mark.parametrize("answer", ["none", "broken"])
def test_what_the_server_did_not_do_is_put_back_and_said(agenda_page, eyes, answer):
    editor = Editor(agenda_page("signs"))
    before = editor.titles()
    editor.page.route(
        "**/agenda/",
        lambda route: (
            route.continue_() if route.request.method == "GET"
            else route.abort() if answer == "none" else route.fulfill(status=503, body="broken")
        ),
    )  # fmt: skip

    editor.focus("Alpha")
    editor.press("Enter", "ArrowDown", "Enter")

    editor.says("The server could not be reached. Nothing was changed; try again.")
    expect(editor.page.locator(".says")).to_contain_text("Nothing was changed")
    assert editor.titles() == before
    editor.focused_is("Alpha")
    editor.page.unroute_all()
    editor.press("Enter", "ArrowDown", "Enter")
    editor.settled([["Beta", "Alpha", "Break"], ["Gamma"]])
    editor.press("u")
    editor.settled(before)
    eyes.complaints.clear()  # of the browser, about the request that failed


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_the_editor_is_accessible_in_all_its_states(agenda_page, eyes, width, theme):
    page = agenda_page("signs", width=width, theme=theme)
    editor = Editor(page)

    editor.focus("Beta")
    editor.press("Enter", "ArrowUp")
    editor.says("Beta: 1 of 3")
    eyes.check(page, f"agenda-carrying-{theme}")
    editor.press("ArrowLeft")
    eyes.check(page, f"agenda-carried-out-{theme}")
    editor.press("Escape", "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    eyes.check(page, f"agenda-keys-{theme}")
    editor.press("Escape", "9", "9", "9", "Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    eyes.check(page, f"agenda-refused-{theme}")


def test_a_warning_is_accepted_with_a_reason_and_taken_back_by_keyboard(agenda_page, eyes):
    signs = Editor(agenda_page("signs"))
    page, sign = signs.page, signs.item("Beta").locator(".sign")
    expect(sign).to_contain_text("Mina Example has not answered")

    page.get_by_role("button", name=re.compile("Accept with a reason ?: Beta")).focus()
    signs.press("Enter")
    expect(page.get_by_label("Why is it all right?")).to_be_focused()
    signs.press("Enter")  # without a reason
    expect(page.get_by_label("Why is it all right?")).to_have_attribute("aria-invalid", "true")
    eyes.check(page)
    page.get_by_label("Why is it all right?").focus()
    page.keyboard.type("She said so at lunch.")
    signs.press("Enter")

    expect(sign).to_have_count(0)
    accepted = page.locator("#wg-accepted")
    expect(accepted).to_contain_text("Accepted (1)")
    accepted.locator("summary").focus()
    signs.press("Enter")
    expect(accepted).to_contain_text("She said so at lunch.")
    eyes.check(page)
    accepted.get_by_role("button", name=re.compile("Take back")).focus()
    signs.press("Enter")
    expect(sign).to_contain_text("Mina Example has not answered")
