"""Two leads in one agenda, and one without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.editing import Editor

pytestmark = [pytest.mark.browser, pytest.mark.services]


def test_two_leads_see_each_other_but_nothing_moves_under_their_hands(agenda_page, eyes):
    mine = Editor(agenda_page("pair"))
    theirs = Editor(agenda_page("pair", who="other"))

    theirs.page.get_by_role("button", name="Move Alpha down", exact=True).click()
    expect(mine.page.locator(".says")).to_contain_text("Second Madeup", timeout=9_000)
    mine.settled([["Beta", "Alpha", "Break"], ["Gamma"]])
    mine.says("Second Madeup")

    # With something in my hands nothing is swapped; what I do then is refused with both versions in sight.
    mine.focus("Gamma")
    mine.press("Enter", "ArrowUp")
    theirs.page.get_by_role("button", name="Move Break up", exact=True).click()
    theirs.settled([["Beta", "Break", "Alpha"], ["Gamma"]])
    with mine.page.expect_response(lambda response: response.request.method == "POST") as answer:
        mine.press("Enter")
    assert answer.value.status == 409
    conflict = mine.page.get_by_role("alert")
    expect(conflict).to_contain_text("Second Madeup changed the agenda while you were editing it.")
    expect(conflict.locator(".both")).to_contain_text("Gamma")
    expect(conflict.locator(".both")).to_contain_text("Break")
    assert mine.titles() == [["Beta", "Break", "Alpha"], ["Gamma"]]
    eyes.check_everywhere(mine.page, "agenda-conflict")

    mine.page.get_by_role("button", name="Do mine on top of it").click()
    mine.settled([["Beta", "Break", "Alpha", "Gamma"], []])


def test_every_act_works_without_scripts(agenda_page):
    page = agenda_page("plain", java_script_enabled=False)

    def titles():
        return [each.locator("h3").all_inner_texts() for each in page.locator(".timeline").all()]

    def press(name):
        page.get_by_role("button", name=name, exact=True).click()

    assert not page.locator(".grip").first.is_visible()
    press("Move Alpha down")
    assert titles() == [["Beta", "Alpha", "Break"], ["Gamma"]]
    press("Undo")
    assert titles() == [["Alpha", "Beta", "Break"], ["Gamma"]]
    press("Redo")
    assert titles() == [["Beta", "Alpha", "Break"], ["Gamma"]]
    press("Move Alpha up")
    page.get_by_role("button", name=re.compile("^Move to .* 14:00 ?: Alpha$")).click()
    assert titles() == [["Beta", "Break"], ["Gamma", "Alpha"]]

    page.get_by_label("Move", exact=True).select_option(label="Delta")
    page.get_by_label("to", exact=True).select_option(label="before Break")
    press("Move it there")
    assert titles() == [["Beta", "Delta", "Break"], ["Gamma", "Alpha"]]
    page.get_by_label("Move", exact=True).select_option(label="Alpha")
    page.get_by_label("to", exact=True).select_option(label="before Beta")
    press("Move it there")
    assert titles() == [["Alpha", "Beta", "Delta", "Break"], ["Gamma"]]

    press("Pin Gamma")
    assert "pinned" in titles()[1][0]
    press("Pin Gamma")
    page.get_by_label("Minutes for Beta", exact=True).fill("70")
    page.get_by_label("Minutes for Beta", exact=True).press("Enter")
    page.get_by_role("button", name=re.compile("^Shrink all to fit")).first.click()
    expect(page.get_by_label("Minutes for Beta", exact=True)).not_to_have_value("70")
    page.get_by_role("button", name=re.compile("^Fill the session")).first.click()
    expect(page.get_by_label("Minutes for Gamma", exact=True)).to_have_value("60")
    press("Move Delta out")
    press("Place all accepted topics")
    assert page.locator("#unplaced h3").count() == 0

    page.get_by_role("button", name=re.compile("Accept with a reason ?: Beta, Mina")).click()
    page.get_by_label("Why is it all right?").fill("She said so at lunch.")
    page.get_by_label("Why is it all right?").press("Enter")
    page.locator("#wg-accepted summary").click()
    expect(page.locator("#wg-accepted")).to_contain_text("She said so at lunch.")
    page.locator("#wg-accepted").get_by_role("button", name=re.compile("Take back.*Beta")).click()
    expect(page.locator("#wg-accepted")).to_have_count(0)

    page.get_by_role("link", name="Compact").click()
    press("Move Beta down")
    assert page.url.split("#")[0].endswith("?view=compact")
