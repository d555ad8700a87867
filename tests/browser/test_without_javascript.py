"""Without scripts, without cookies, without a mouse: everything still works."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.browser.story import without_cookies

pytestmark = [pytest.mark.browser, pytest.mark.services]

ROOM = "/organize/sample/performance-and-scalability/"


@pytest.fixture
def lead_link(sample_site):
    return sample_site.link_printed_by("signinlink", "davidlohr.bueso@example.org")


@pytest.fixture
def plain(eyes):
    """A browser without scripts."""
    context = eyes.context(java_script_enabled=False)
    yield context.new_page()
    context.unroute_all(behavior="ignoreErrors")
    context.close()


@pytest.fixture
def lead_page(eyes, lead_link):
    context = eyes.context()
    page = context.new_page()
    sign_in(page, lead_link)
    yield page
    context.close()


def test_an_attendee_answers_changes_and_stops_letters_without_scripts_and_cookies(plain, sample_site):
    link = sample_site.manage("shell", "-c", LINK_OF_PETER).strip().splitlines()[-1]
    plain.context.route("**/*", without_cookies)
    plain.goto(link)

    for answer in ("Not sure yet", "Can't this time"):
        plain.get_by_role("button", name=answer).click()
        expect(plain.get_by_role("status")).to_contain_text(answer.lower())
        expect(plain.get_by_role("button", name=answer)).to_have_attribute("aria-pressed", "true")
    plain.get_by_label("A note for the leads").fill("I read the notes afterwards.")
    plain.get_by_role("button", name="Save", exact=True).last.click()
    plain.reload()
    expect(plain.get_by_label("A note for the leads")).to_have_value("I read the notes afterwards.")
    plain.locator("#letters > summary").click()
    plain.get_by_role("button", name=re.compile("No more letters.*Performance")).click()
    expect(plain.locator("#letters").get_by_role("status")).to_contain_text("Stopped.")
    plain.get_by_role("button", name=re.compile("Let them come again.*Performance")).click()
    expect(plain.locator("#letters").get_by_role("status")).to_contain_text("Letters may come again.")
    assert plain.context.cookies() == []


def test_a_lead_edits_the_agenda_without_scripts(plain, sample_site, lead_link):
    sign_in(plain, lead_link)
    plain.goto(sample_site.url + ROOM + "agenda/")
    titles = plain.locator(".timeline h3")
    second, third = titles.nth(1).inner_text(), titles.nth(2).inner_text()

    plain.get_by_label(f"Minutes for {second}", exact=True).fill("35")
    plain.get_by_role("button", name="Save minutes").click()
    expect(plain.get_by_role("status")).to_contain_text("takes 35 min")
    expect(plain.get_by_label(f"Minutes for {second}", exact=True)).to_have_value("35")
    plain.get_by_role("button", name=f"Move {second} down", exact=True).click()
    assert [titles.nth(1).inner_text(), titles.nth(2).inner_text()] == [third, second]
    plain.get_by_role("button", name=f"Move {second} out", exact=True).click()
    expect(plain.locator(".card-topic", has_text=second)).to_be_visible()
    plain.get_by_role("button", name=f"Place {second}", exact=True).click()
    expect(plain.locator(".timeline h3", has_text=second)).to_be_visible()
    plain.get_by_label(f"Minutes for {third}", exact=True).fill("0")
    plain.get_by_role("button", name="Save minutes").click()
    expect(plain.get_by_label(f"Minutes for {third}", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(plain.get_by_label(f"Minutes for {third}", exact=True)).to_have_value("0")


def test_the_first_tab_offers_the_way_to_the_content(lead_page, sample_site):
    lead_page.goto(sample_site.url + ROOM)

    lead_page.keyboard.press("Tab")

    expect(lead_page.get_by_role("link", name="To the content")).to_be_focused()
    expect(lead_page.get_by_role("link", name="To the content")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("path", "main", "before"),
    [
        ("", ".todo .btn", ".tabs a"),
        ("people/", ".bulk .btn-primary", ".filter input"),
        ("agenda/", ".toolbar .btn-primary", ".tabs a"),
    ],
    ids=["overview", "people", "agenda"],
)
def test_the_tab_key_reaches_what_matters_in_the_order_of_the_page(lead_page, sample_site, path, main, before):
    lead_page.goto(sample_site.url + ROOM + path)

    passed = []
    for _ in range(60):
        lead_page.keyboard.press("Tab")
        if lead_page.evaluate("main => document.activeElement.matches(main)", main):
            break
        passed.append(lead_page.evaluate("before => document.activeElement.matches(before)", before))
    else:
        raise AssertionError(f"60 presses of Tab do not reach {main}")

    assert any(passed), f"{before} comes before {main} on the page, but not with the Tab key"
    shown = lead_page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert shown != "none", "where the focus is cannot be seen"


def test_the_agenda_is_reordered_with_keys_alone_and_the_focus_stays(lead_page, sample_site):
    lead_page.goto(sample_site.url + ROOM + "agenda/")
    titles = lead_page.locator(".timeline h3")
    first, title = titles.nth(1).inner_text(), titles.nth(2).inner_text()
    lead_page.get_by_role("button", name=f"Move {title} up", exact=True).focus()

    lead_page.keyboard.press("Enter")

    expect(titles.nth(1)).to_have_text(title)
    expect(titles.nth(2)).to_have_text(first)
    focused = lead_page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert title in (focused or ""), f"the focus went to {focused}"


LINK_OF_PETER = """
from attendees.actions import links
from uconf.models import Person
print(links.url_of(links.link_for(person=Person.objects.get(name="Peter Zijlstra"), kind="answer")))
"""
