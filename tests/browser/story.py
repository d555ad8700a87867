"""Who takes part in the journey, and what they share: a site, eyes that look at each page, and a mailbox."""

import re
import time
from datetime import date, timedelta

from tests.browser.conftest import ROOT, sign_in

SEED = ROOT.parent / "shared/seed/performance-and-scalability.txt"
SAMPLE = ROOT / "uconf/proposal/sample.txt"
MC = "example/performance-and-scalability"
LATER = date.today() + timedelta(weeks=20)  # noqa: DTZ011  (any day far enough ahead)


class Story:
    """One year on one site. Each role has a browser of its own; the attendee's has neither scripts nor cookies."""

    def __init__(self, site, eyes):
        self.site, self.eyes = site, eyes
        self.is_seed = SEED.exists()
        self.text = (SEED if self.is_seed else SAMPLE).read_text(encoding="utf-8")
        self.chair, self.lead, self.stranger = (eyes.context().new_page() for _ in range(3))
        self.phone = None
        self.copy = eyes.context(390).new_page()
        self.readers_context = eyes.context()
        self.reader = self.readers_context.new_page()
        self.attendees_context = eyes.context(390, java_script_enabled=False)
        self.attendees_context.route("**/*", without_cookies)
        self.attendee = self.attendees_context.new_page()

    def close(self):
        self.attendees_context.unroute_all(behavior="ignoreErrors")
        for page in (self.chair, self.lead, self.stranger, self.copy):
            page.context.close()
        for context in (self.readers_context, self.attendees_context):
            context.close()
        if self.phone:
            self.phone.context.close()

    def look(self, page, name):
        """Look at a page. axe needs scripts, so the attendee's pages are looked at in a copy."""
        if page is self.attendee:
            html, page = page.content(), self.copy
            page.unroute_all()
            page.route(
                self.attendee.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
            )
            page.goto(self.attendee.url)
        self.eyes.check(page, f"journey-{name}")

    def go(self, page, path, name):
        """Open an address by its path and look at the page."""
        response = page.goto(self.site.url + path)
        assert response.status == 200, f"{path}: {response.status}"
        self.look(page, name)

    def room(self, name=""):
        """The path of one of the lead's pages."""
        return f"/organize/{MC}/{name}"

    def press(self, page, name, *, inside=None, exact=True):
        """Press a button and wait for what comes."""
        (inside or page).get_by_role("button", name=name, exact=exact).first.click()
        page.wait_for_load_state()

    def sign_in_chair(self):
        link = self.site.link_printed_by("committee", "chair@example.org", "--conference", "example")
        self.chair.goto(link)
        self.look(self.chair, "sign-in-link")
        sign_in(self.chair, link)

    def letter(self, to, containing, within=60):
        """The text of the newest letter to somebody in the mailbox, once it is there."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            self.stranger.goto(self.site.url + "/accounts/mailbox/")
            for each in self.stranger.locator("details.mail").all():
                text = each.evaluate("each => each.textContent")
                if to in text and re.search(containing, text):
                    return text
            time.sleep(0.3)
        raise AssertionError(f"no letter to {to} with “{containing}” within {within} s")

    def weeks_pass(self, weeks):
        """Letters that were sent become older: nobody is written to twice within a week."""
        self.site.manage("shell", "-c", PASS % {"weeks": weeks})


PASS = """
from datetime import timedelta
from django.db.models import F
from attendees.models import Asking, Letter
ago = timedelta(weeks=%(weeks)s)
Letter.objects.filter(state="sent").update(sent_at=F("sent_at") - ago, written_at=F("written_at") - ago)
Asking.objects.update(at=F("at") - ago)
"""


def without_cookies(route):
    headers = {key: value for key, value in route.request.headers.items() if key.lower() != "cookie"}
    response = route.fetch(headers=headers, max_redirects=0)
    kept = {key: value for key, value in response.headers.items() if key.lower() != "set-cookie"}
    assert len(kept) == len(response.headers), f"{route.request.url} wants to set a cookie"
    route.fulfill(response=response, headers=kept)
