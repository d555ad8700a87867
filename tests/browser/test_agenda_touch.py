"""Dragging in the agenda editor, by finger and by mouse: one act each, and scrolling still scrolls."""

import pytest
from playwright.sync_api import expect

from tests.browser.editing import Editor

pytestmark = [pytest.mark.browser, pytest.mark.services]
STEPS, PAUSE = 30, 25  # SortableJS changes places once a frame: slower than a person would, and no slower


class Finger:
    """One finger on a touch screen."""

    def __init__(self, page):
        self.page, self.session = page, page.context.new_cdp_session(page)

    def _send(self, kind, *points):
        touches = [{"x": x, "y": y} for x, y in points]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def swipe(self, start, end):
        self._send("touchStart", start)
        self._send("touchMove", end)
        self._send("touchEnd")

    def drag(self, start, end):
        self._send("touchStart", start)
        self.page.wait_for_timeout(400)
        for step in range(1, STEPS + 1):
            self._send("touchMove", between(start, end, step))
            self.page.wait_for_timeout(PAUSE)

    def lift(self):
        self._send("touchEnd")


def between(start, end, step):
    return tuple(a + (b - a) * step / STEPS for a, b in zip(start, end, strict=True))


def middle(locator, up=0):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - up


def drag_by_mouse(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    for step in range(1, STEPS + 1):
        page.mouse.move(*between(start, end, step))
        page.wait_for_timeout(PAUSE)


def test_a_finger_drags_by_the_handle_and_scrolls_elsewhere(agenda_page):
    page = agenda_page("touch", has_touch=True, query="?view=compact")
    editor, finger = Editor(page), Finger(page)
    page.set_viewport_size({"width": 390, "height": 844})
    editor.item("Gamma").scroll_into_view_if_needed()
    before, scrolled = editor.titles(), page.evaluate("scrollY")

    finger.swipe(middle(editor.item("Beta").locator("h3")), middle(editor.item("Alpha").locator("h3"), up=60))
    page.wait_for_function("was => scrollY !== was", arg=scrolled)
    assert editor.titles() == before
    editor.handle("Alpha").scroll_into_view_if_needed()

    finger.drag(middle(editor.handle("Beta")), middle(editor.handle("Alpha"), up=30))
    expect(page.locator(".says")).to_contain_text("Beta: 1 of 3")
    finger.lift()
    editor.settled([["Beta", "Alpha", "Break"], ["Gamma"]])
    editor.says("Beta")
    page.reload()
    assert editor.titles() == [["Beta", "Alpha", "Break"], ["Gamma"]]


def test_a_line_of_the_compact_view_opens_its_buttons_without_moving(agenda_page):
    page = agenda_page("touch", has_touch=True, query="?view=compact")
    editor = Editor(page)
    page.set_viewport_size({"width": 390, "height": 844})
    out = editor.item("Gamma").get_by_role("button", name="Move Gamma out")
    expect(out).to_be_hidden()

    def tops():
        return page.evaluate("[...document.querySelectorAll('.slot')].map(each => each.offsetTop)")

    before = tops()
    editor.item("Gamma").get_by_label("Minutes for Gamma", exact=True).tap()
    for name in ("Pin Gamma", "Move Gamma up", "Move Gamma out"):
        expect(editor.item("Gamma").get_by_role("button", name=name)).to_be_visible()
    assert tops() == before

    out.tap()
    expect(page.locator("#unplaced h3")).to_contain_text(["Gamma"])


def test_the_mouse_drags_between_the_unplaced_and_the_sessions(agenda_page):
    page = agenda_page("mouse")
    editor = Editor(page)

    drag_by_mouse(page, middle(editor.handle("Delta")), middle(editor.item("Beta"), up=30))
    expect(page.locator(".says")).to_contain_text("Delta: 2 of 4")
    page.mouse.up()
    editor.settled([["Alpha", "Delta", "Beta", "Break"], ["Gamma"]])

    drag_by_mouse(page, middle(editor.handle("Alpha")), middle(editor.item("Epsilon")))
    page.mouse.up()
    editor.settled([["Delta", "Beta", "Break"], ["Gamma"]])
    expect(page.locator("#unplaced h3")).to_have_text(["Alpha", "Epsilon"])

    drag_by_mouse(page, middle(editor.handle("Break")), middle(editor.item("Epsilon")))  # no topic: it stays outside
    page.mouse.up()
    expect(page.locator("#unplaced h3")).to_have_text(["Alpha", "Epsilon"])
    assert "Break" in editor.titles()[0]
