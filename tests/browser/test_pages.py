"""Every page of the site, with little on it, with nothing, and with a great deal: sound, accessible, nowhere too wide."""

import json

import html5lib
import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.browser.story import SAMPLE as SAMPLE_TEXT

pytestmark = [pytest.mark.browser, pytest.mark.services]

SAMPLE, CROWD, EMPTY, WAITING = (
    f"sample/{slug}/" for slug in ("performance-and-scalability", "crowd", "empty", "waiting")
)
PUBLIC = {
    "home": "/",
    "privacy": "/privacy/",
    "conference": "/sample/",
    "mc": f"/{SAMPLE}",
    "mc-crowd": f"/{CROWD}",
    "topic": f"/{SAMPLE}topics/{{s_topic}}/",
    "topic-crowd": f"/{CROWD}topics/{{c_topic}}/",
    "topic-propose": f"/{SAMPLE}topics/propose/",
    "schedule": f"/{SAMPLE}schedule/",
    "schedule-elsewhere": f"/{SAMPLE}schedule/?tz=America/Los_Angeles",
    "schedule-release": f"/{SAMPLE}schedule/v1/",
    "schedule-crowd": f"/{CROWD}schedule/",
    "outcomes-public": f"/{SAMPLE}outcomes/",
    "outcomes-public-crowd": f"/{CROWD}outcomes/",
    "series": "/series/{s_series}/",
    "series-crowd": "/series/{c_series}/",
    "edition": "/series/{s_series}/2018/",
    "answer": "/a/{s_answer}/",
    "answer-crowd": "/a/{c_answer}/",
    "stop": "/a/{s_stop}/stop/",
    "own-data": "/a/{s_answer}/data/",
    "own-data-crowd": "/a/{c_answer}/data/",
    "own-erase": "/a/{c_answer}/erase/",
    "erased": "/a/erased/",
    "lost": "/a/lost/",
    "join": f"/{SAMPLE}join/",
    "login": "/accounts/login/",
    "login-code": "/accounts/login/code/",
    "signup": "/accounts/signup/",
    "password-reset": "/accounts/password/reset/",
    "account-closed": "/accounts/inactive/",
    "mailbox": "/accounts/mailbox/",
}
GONE = {
    "schedule-wrong-zone": (422, f"/{SAMPLE}schedule/?tz=Nowhere/Land"),
    "answer-gone": (404, "/a/nothing-of-that-kind/"),
    "sign-in-link-gone": (410, "/accounts/link/1/nothing-of-that-kind/"),
}
ORGANIZE = {
    "organize": "/organize/",
    "account": "/accounts/email/",
    "logout": "/accounts/logout/",
    "password-set": "/accounts/password/set/",
    "propose": "/organize/sample/propose/",
    "overview": f"/organize/{SAMPLE}",
    "replies": f"/organize/{SAMPLE}letters/replies/",
    "activity": f"/organize/{SAMPLE}activity/",
    "topics": f"/organize/{SAMPLE}topics/",
    "topics-add": f"/organize/{SAMPLE}topics/add/",
    "topics-links": f"/organize/{SAMPLE}topics/links/",
    "interest-map": f"/organize/{SAMPLE}topics/map/",
    "interest-map-crowd": f"/organize/{CROWD}topics/map/",
    "interest-table-crowd": f"/organize/{CROWD}topics/map/?as=table",
    "interest-map-empty": f"/organize/{EMPTY}topics/map/",
    "topic-edit": f"/organize/{SAMPLE}topics/{{s_topic}}/",
    "topic-merge": f"/organize/{SAMPLE}topics/{{s_topic}}/merge/",
    "topic-delete": f"/organize/{SAMPLE}topics/{{s_topic}}/delete/",
    "people": f"/organize/{SAMPLE}people/",
    "people-chosen": f"/organize/{SAMPLE}people/?choose=all",
    "people-add": f"/organize/{SAMPLE}people/add/",
    "person": f"/organize/{SAMPLE}people/{{s_attendee}}/",
    "person-correct": f"/organize/{SAMPLE}people/{{s_attendee}}/?correct=1",
    "person-remove": f"/organize/{SAMPLE}people/{{s_attendee}}/remove/",
    "people-write": f"/organize/{SAMPLE}people/write/?person={{s_attendee}}",
    "letters": f"/organize/{SAMPLE}letters/",
    "outbox": f"/organize/{SAMPLE}letters/outbox/",
    "letters-ask": f"/organize/{SAMPLE}letters/ask/",
    "letters-review": f"/organize/{SAMPLE}letters/review/",
    "letters-texts": f"/organize/{SAMPLE}letters/texts/",
    "letters-text": f"/organize/{SAMPLE}letters/texts/first_coming/",
    "letters-round": f"/organize/{SAMPLE}letters/rounds/{{s_round}}/",
    "agenda": f"/organize/{SAMPLE}agenda/",
    "agenda-quorum": f"/organize/{SAMPLE}agenda/quorum/",
    "agenda-quorum-person": f"/organize/{SAMPLE}agenda/quorum/?person={{s_needed}}",
    "agenda-sessions": f"/organize/{SAMPLE}agenda/sessions/",
    "agenda-session": f"/organize/{SAMPLE}agenda/sessions/{{s_session}}/",
    "agenda-session-remove": f"/organize/{SAMPLE}agenda/sessions/{{s_session}}/remove/",
    "agenda-suggest": f"/organize/{SAMPLE}agenda/suggest/",
    "agenda-suggest-impossible": f"/organize/{SAMPLE}agenda/suggest/?asked=1&all_accepted=on&shrink=100&break_minutes=30"
    "&opening=60&wrap_up=60&breaks=on",
    "agenda-publish": f"/organize/{SAMPLE}agenda/publish/",
    "agenda-timetable": f"/organize/{SAMPLE}agenda/timetable/",
    "agenda-drafts": f"/organize/{SAMPLE}agenda/drafts/",
    "agenda-draft": f"/organize/{SAMPLE}agenda/drafts/{{s_draft}}/",
    "agenda-compare": f"/organize/{SAMPLE}agenda/compare/",
    "agenda-releases": f"/organize/{SAMPLE}agenda/releases/",
    "agenda-take-back": f"/organize/{SAMPLE}agenda/releases/1/take-back/",
    "outcomes": f"/organize/{SAMPLE}outcomes/",
    "outcome-add": f"/organize/{SAMPLE}outcomes/add/",
    "outcomes-state": f"/organize/{SAMPLE}outcomes/state/",
    "proposal": f"/organize/{SAMPLE}proposal/",
    "proposal-markdown": f"/organize/{SAMPLE}proposal/?style=md",
    "proposal-source": f"/organize/{SAMPLE}proposal/source/",
    "settings": f"/organize/{SAMPLE}settings/",
    "settings-submit": f"/organize/{EMPTY}settings/submit/",
    "member": f"/organize/{SAMPLE}settings/team/{{s_member}}/",
    "overview-crowd": f"/organize/{CROWD}",
    "topics-crowd": f"/organize/{CROWD}topics/",
    "topic-edit-crowd": f"/organize/{CROWD}topics/{{c_topic}}/",
    "people-crowd": f"/organize/{CROWD}people/",
    "people-nobody": f"/organize/{CROWD}people/?q=nobody-is-called-that",
    "letters-crowd": f"/organize/{CROWD}letters/",
    "outbox-crowd": f"/organize/{CROWD}letters/outbox/",
    "outbox-uncertain": f"/organize/{CROWD}letters/outbox/?state=uncertain",
    "letters-failed": f"/organize/{CROWD}letters/?state=failed",
    "letters-ask-crowd": f"/organize/{CROWD}letters/ask/",
    "letters-review-crowd": f"/organize/{CROWD}letters/review/",
    "letter-sent": f"/organize/{CROWD}letters/{{letter_sent}}/",
    "letter-failed": f"/organize/{CROWD}letters/{{letter_failed}}/",
    "letter-uncertain": f"/organize/{CROWD}letters/{{letter_uncertain}}/",
    "letter-written": f"/organize/{CROWD}letters/{{letter_written}}/",
    "letter-queued": f"/organize/{CROWD}letters/{{letter_queued}}/",
    "agenda-crowd": f"/organize/{CROWD}agenda/",
    "agenda-compact": f"/organize/{CROWD}agenda/?view=compact",
    "agenda-quorum-crowd": f"/organize/{CROWD}agenda/quorum/?person={{c_needed}}",
    "agenda-suggest-crowd": f"/organize/{CROWD}agenda/suggest/",
    "agenda-publish-crowd": f"/organize/{CROWD}agenda/publish/",
    "agenda-timetable-crowd": f"/organize/{CROWD}agenda/timetable/",
    "agenda-drafts-crowd": f"/organize/{CROWD}agenda/drafts/",
    "agenda-draft-other": f"/organize/{CROWD}agenda/drafts/{{c_other_draft}}/",
    "agenda-compare-crowd": f"/organize/{CROWD}agenda/compare/",
    "agenda-releases-crowd": f"/organize/{CROWD}agenda/releases/",
    "outcomes-crowd": f"/organize/{CROWD}outcomes/",
    "outcome-crowd": f"/organize/{CROWD}outcomes/{{c_outcome}}/",
    "outcome-remove": f"/organize/{CROWD}outcomes/{{c_outcome}}/remove/",
    "proposal-crowd": f"/organize/{CROWD}proposal/",
    "overview-empty": f"/organize/{EMPTY}",
    "topics-empty": f"/organize/{EMPTY}topics/",
    "people-empty": f"/organize/{EMPTY}people/",
    "letters-empty": f"/organize/{EMPTY}letters/",
    "outbox-empty": f"/organize/{EMPTY}letters/outbox/",
    "letters-ask-empty": f"/organize/{EMPTY}letters/ask/",
    "letters-review-empty": f"/organize/{EMPTY}letters/review/",
    "agenda-empty": f"/organize/{EMPTY}agenda/",
    "agenda-suggest-empty": f"/organize/{EMPTY}agenda/suggest/",
    "agenda-publish-empty": f"/organize/{EMPTY}agenda/publish/",
    "agenda-timetable-empty": f"/organize/{EMPTY}agenda/timetable/",
    "agenda-drafts-empty": f"/organize/{EMPTY}agenda/drafts/",
    "agenda-compare-empty": f"/organize/{EMPTY}agenda/compare/",
    "agenda-releases-empty": f"/organize/{EMPTY}agenda/releases/",
    "outcomes-empty": f"/organize/{EMPTY}outcomes/",
    "proposal-empty": f"/organize/{EMPTY}proposal/",
    "settings-empty": f"/organize/{EMPTY}settings/",
    "activity-empty": f"/organize/{EMPTY}activity/",
    "topics-links-empty": f"/organize/{EMPTY}topics/links/",
}
COMMITTEE = {
    "organize-committee": "/organize/",
    "committee": "/organize/sample/",
    "committee-import": "/organize/sample/import/",
    "committee-settings": "/organize/sample/settings/",
    "committee-review": f"/organize/{WAITING.replace('sample/', 'sample/committee/')}",
    "committee-review-accepted": f"/organize/{SAMPLE.replace('sample/', 'sample/committee/')}",
    "committee-decline": f"/organize/{WAITING.replace('sample/', 'sample/committee/')}decline/",
    "committee-merge": f"/organize/{WAITING.replace('sample/', 'sample/committee/')}merge/",
    "committee-new": "/organize/new/",
}
# What is sent, and what comes of it: name, who, page, form, what is typed, status.
SENT = [
    ("topic-refused", "lead", f"/organize/{SAMPLE}topics/add/", "form.fields", {"title": ""}, 422),
    ("person-refused", "lead", f"/organize/{SAMPLE}people/add/", "form[action$='/add/']", {"name": ""}, 422),
    ("outcome-refused", "lead", f"/organize/{SAMPLE}outcomes/add/", "main form", {"text": ""}, 422),
    ("session-refused", "lead", f"/organize/{SAMPLE}agenda/sessions/", "main form", {"ends": "10:00"}, 422),
    ("settings-refused", "lead", f"/organize/{SAMPLE}settings/", "form.parts", {"title": ""}, 422),
    (
        "ask-refused",
        "lead",
        f"/organize/{SAMPLE}letters/ask/",
        "main form[method=post]",
        {"body": "Hello {nobody}"},
        422,
    ),
    ("paste-refused", "lead", "/organize/sample/propose/", "form.paste", {"text": ""}, 422),
    ("times-refused", "reader", "/a/{s_answer}/", "form:has([name=all_free])", {"cannot": "tea time"}, 422),
    ("conference-refused", "chair", "/organize/sample/settings/", "form.parts", {"timezone": "Nowhere/Land"}, 422),
    ("decline-refused", "chair", f"/{COMMITTEE['committee-decline'].lstrip('/')}", "main form", {}, 422),
    ("people-paste", "lead", f"/organize/{SAMPLE}people/add/", "form[action$='/paste/']", {"text": "PASTED"}, 200),
    ("import-review", "lead", "/organize/sample/propose/", "form.paste", {"text": "PROPOSAL"}, 200),
]
PASTED = "Mina Example <mina@example.org> (interested)\n- Oskar Fictive\n???\nAlex Kogan (coming)\n"
PAGES = [
    *(("reader", name, 200, path) for name, path in PUBLIC.items()),
    *(("reader", name, *rest) for name, rest in GONE.items()),
    *(("lead", name, 200, path) for name, path in ORGANIZE.items()),
    *(("chair", name, 200, path) for name, path in COMMITTEE.items()),
]


@pytest.fixture(scope="session")
def facts(sample_site):
    """The ids of what the crowded site holds."""
    done = sample_site.manage("shell", "-c", "from tests.browser import crowd; crowd.make()")
    return json.loads(done.strip().splitlines()[-1])


@pytest.fixture(scope="session")
def pages(sample_site, facts, _session_eyes):
    """A page for each of the three who look: signed in once, kept open."""
    opened = {who: _session_eyes.context().new_page() for who in ("reader", "lead", "chair")}
    for who, address in (("lead", "davidlohr.bueso@example.org"), ("chair", "committee@example.org")):
        sign_in(opened[who], sample_site.link_printed_by("signinlink", address))
    return opened


@pytest.mark.parametrize(("who", "name", "status", "path"), PAGES, ids=[f"{each[0]}-{each[1]}" for each in PAGES])
def test_a_page_is_sound_accessible_and_nowhere_too_wide(eyes, pages, sample_site, facts, who, name, status, path):
    page = pages[who]

    response = page.goto(sample_site.url + path.format(**facts))

    assert response.status == status
    assert page.url.startswith(sample_site.url + path.format(**facts).split("?")[0]), f"sent on to {page.url}"
    html5lib.HTMLParser(strict=True).parse(response.text())
    eyes.check_everywhere(page, name)


@pytest.mark.parametrize(("name", "who", "path", "form", "typed", "status"), SENT, ids=[each[0] for each in SENT])
def test_what_follows_a_press_is_as_sound_as_the_page_before(
    eyes, pages, sample_site, facts, name, who, path, form, typed, status
):
    page, texts = pages[who], {"PASTED": PASTED, "PROPOSAL": SAMPLE_TEXT.read_text(encoding="utf-8")}
    page.goto(sample_site.url + path.format(**facts))
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    sent = page.locator(form).first
    for field, value in typed.items():
        sent.locator(f"[name^={field}]").first.fill(texts.get(value, value))

    with page.expect_response(lambda response: response.request.method == "POST") as waiting:
        sent.evaluate(
            "form => { form.noValidate = true; form.requestSubmit(form.querySelector('.btn-primary, button')) }"
        )

    page.wait_for_load_state()
    assert waiting.value.status == status
    if status == 422:
        expect(page.locator(".refusal, .fielderr").first).to_be_visible()
    eyes.check_everywhere(page, name)


def test_two_who_edit_one_topic_see_both_versions(eyes, pages, sample_site, facts):
    page, path = pages["lead"], f"{sample_site.url}/organize/{SAMPLE}topics/{facts['s_topic']}/"
    page.goto(path)
    other = page.context.new_page()
    other.goto(path)
    other.get_by_role("textbox", name="The problem").fill("The version of somebody else.")
    other.get_by_role("button", name="Save", exact=True).first.click()
    expect(other.get_by_role("status")).to_be_visible()
    other.close()

    page.get_by_role("textbox", name="The problem").fill("My own version.")
    with page.expect_response(lambda response: response.request.method == "POST") as waiting:
        page.get_by_role("button", name="Save", exact=True).first.click()

    page.wait_for_load_state()
    assert waiting.value.status == 409
    expect(page.locator(".both")).to_contain_text("My own version.")
    expect(page.locator(".both")).to_contain_text("The version of somebody else.")
    eyes.check_everywhere(page, "conflict")


@pytest.mark.parametrize("template", ["400", "403_csrf", "404", "429", "500", "account/mail_down"])
def test_a_page_for_what_went_wrong_is_sound(eyes, pages, sample_site, template):
    """Shown in the site's place: with DEBUG it would answer with Django's own pages."""
    page, html = pages["reader"], render_to_string(f"{template}.html")
    page.route("**/went-wrong/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))

    page.goto(sample_site.url + "/went-wrong/")

    html5lib.HTMLParser(strict=True).parse(html)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    eyes.check_everywhere(page, f"error-{template.replace('/', '-')}")
