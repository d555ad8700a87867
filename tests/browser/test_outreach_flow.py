"""The whole outreach of a round in a browser, with a real mail server: what arrives there is read, its links followed.

Six people are asked; one stays silent to the end, and is handed to the lead. The clock of the site is moved on
(tests/browser/later.py), to hours in which a robot may write.
"""

import email
import email.policy
import re
import urllib.request
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import expect

from tests.browser.conftest import Site, sign_in
from tests.plugins.services import wait_until
from uconf.lib import clock

pytestmark = [pytest.mark.browser, pytest.mark.services]

LEAD = "lena@example.org"
PASTED = """\
Ada Example <ada@example.org>
- Ben Example, ben@example.org
Cleo Example <cleo@example.org>
Dora Example <dora@example.org>
Emil Example <emil@example.org>
Fritz Example <fritz@example.org>
Greta Example <greta@example.org> (interested)
"""
ASKED = ["ada", "ben", "cleo", "dora", "emil", "fritz"]
MAKE = """
from datetime import timedelta
from tests.factories import *
from uconf.lib import clock
from topics.models import Topic
day = clock.now().date() + timedelta(weeks=20)
conference = ConferenceFactory(name="Example Plumbers", slug="example", starts_on=day, ends_on=day + timedelta(days=2))
mc = MicroconferenceFactory(conference=conference, slug="locks", title="Locks", year=day.year, accepted=True)
LeadFactory(microconference=mc, user=UserFactory(email="lena@example.org", name="Lena Lead"))
TopicFactory(microconference=mc, title="Sleeping readers", state=Topic.State.ACCEPTED)
"""


class Sink:
    """A mail server that keeps what it takes."""

    def __init__(self):
        self.got = []

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        self.got.append((list(envelope.rcpt_tos), message))
        return "250 taken"

    def to(self, name):
        """The letters to one of the people, oldest first."""
        return [message for recipients, message in list(self.got) if recipients == [f"{name}@example.org"]]

    def wait_for(self, name, count):
        return wait_until(
            lambda: (found := self.to(name)) and len(found) >= count and found, within=90, what=f"a letter to {name}"
        )


class SinkController(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]  # port 0 let the system choose one
        super()._trigger_server()


@pytest.fixture
def sink():
    sink = Sink()
    sink.controller = SinkController(sink, hostname="127.0.0.1", port=0, ready_timeout=10)
    sink.controller.start()
    yield sink
    sink.controller.stop()


@pytest.fixture
def site(sink, tmp_path):
    site = Site(tmp_path)
    site.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.controller.port}"
    site.manage("migrate", "--verbosity", "0")
    site.manage("shell", "-c", MAKE)
    yield site.start("-m", "tests.browser.later", "serve")
    site.stop()


class Flow:
    """The lead's browser, the reader's phone, and the site between them."""

    def __init__(self, site, sink, eyes):
        self.site, self.sink, self.eyes = site, sink, eyes
        self.lead = eyes.context().new_page()
        self.phone = eyes.context(390).new_page()

    def go(self, path):
        self.lead.goto(f"{self.site.url}/organize/example/locks/{path}")

    def press(self, page, name, **more):
        page.get_by_role("button", name=name, **({"exact": True} | more)).first.click()
        page.wait_for_load_state()

    def open(self, name, kind="answer", which=0):
        """Follow a link of a letter on the phone."""
        self.phone.goto(link_in(self.sink.to(name)[which], kind))

    def move_on(self, moment):
        """Let the site's clock show a moment to come."""
        (self.site.folder / "later").write_text(str(int((moment - clock.now()).total_seconds())))

    def letters(self):
        """Who has how many letters."""
        return {name: len(self.sink.to(name)) for name in ASKED}


@pytest.fixture
def flow(site, sink, eyes):
    flow = Flow(site, sink, eyes)
    yield flow
    for page in (flow.lead, flow.phone):
        page.context.close()


def link_in(message, kind="answer"):
    stop = r"stop/" if kind == "stop" else r"(?!\S)"
    return re.search(rf"http\S+/a/[^/\s]+/{stop}", message.get_content()).group()


def test_people_are_asked_answer_and_only_the_silent_are_reminded(flow):
    tuesday = next_tuesday()
    sign_in(flow.lead, flow.site.link_printed_by("signinlink", LEAD))
    flow.move_on(tuesday)
    people_are_pasted(flow)
    some_are_chosen_and_letters_written(flow, tuesday)
    one_is_changed_and_one_tried_out(flow)
    they_go_after_one_press(flow)
    the_letters_read_as_a_persons(flow)
    readers_answer_on_a_phone(flow)
    the_lead_sees_who_said_what(flow)
    flow.move_on(tuesday + timedelta(days=14))
    only_the_silent_are_reminded(flow)
    one_more_stops_by_the_button_of_the_mail_program(flow)
    flow.move_on(tuesday + timedelta(days=28))
    the_one_who_never_answers_is_handed_to_the_lead(flow)


def next_tuesday():
    """An hour on a Tuesday to come in which a robot may write to somebody whose zone is unknown."""
    moment = clock.now().replace(hour=14, minute=20, second=0, microsecond=0) + timedelta(days=1)
    return moment + timedelta(days=(1 - moment.weekday()) % 7)


def people_are_pasted(flow):
    page = flow.lead
    flow.go("people/add/")
    page.get_by_label("The list, one person a line").fill(PASTED)
    flow.press(page, "Look at it…")
    expect(page.get_by_role("row", name=re.compile("Ben Example.*ben@example.org"))).to_be_visible()
    flow.press(page, "Put 7 people on the list")
    expect(page.get_by_role("rowheader")).to_have_count(7)


def some_are_chosen_and_letters_written(flow, tuesday):
    page = flow.lead
    for name in ASKED:
        page.get_by_role("checkbox", name=f"Choose {name.title()} Example").check()
    flow.press(page, "Ask the chosen…")
    expect(page.get_by_role("checkbox", name="Choose Greta Example")).not_to_be_checked()
    page.get_by_label("Answer by").fill((tuesday + timedelta(weeks=12)).date().isoformat())
    page.get_by_label("Reminders after, in days").fill("10")
    flow.press(page, "Write the letters…")
    expect(page.get_by_role("article")).to_have_count(6)
    for name in ASKED:
        expect(page.get_by_role("article", name=f"{name.title()} Example")).to_contain_text(f"{name}@example.org")
    flow.eyes.check(page, "flow-review")


def one_is_changed_and_one_tried_out(flow):
    page = flow.lead
    page.get_by_role("link", name="Change the letter to Ada Example").click()
    text = page.locator("#edit").get_by_role("textbox", name="Text")
    text.fill(text.input_value().replace("Hi Ada", "Dear Ada"))
    flow.press(page, "Save")
    flow.go("letters/review/")
    expect(page.get_by_role("article", name="Ada Example")).to_contain_text("Dear Ada")
    expect(page.get_by_role("article", name="Ben Example")).to_contain_text("Hi Ben")
    flow.press(page, "Send the letter to Ada Example to myself, as a test")
    (trial,) = flow.sink.wait_for("lena", 1)
    assert trial["Subject"].startswith("[test] ")
    assert "Dear Ada" in trial.get_content()
    assert not re.search(r"/a/[\w-]{10,}", trial.get_content())
    assert not any(flow.letters().values())


def they_go_after_one_press(flow):
    flow.go("letters/review/")
    flow.press(flow.lead, "Send 6 letters")
    for name in ASKED:
        flow.sink.wait_for(name, 1)
    flow.go("letters/")
    expect(flow.lead.get_by_text("6 asked · 0 answered")).to_be_visible()


def the_letters_read_as_a_persons(flow):
    for name in ASKED:
        (letter,) = flow.sink.to(name)
        assert letter["To"] == f"{name.title()} Example <{name}@example.org>"
        assert letter["From"].startswith('"Lena Lead (Locks MC)"')
        assert "lena@example.org" in letter["Reply-To"]
        assert letter["Auto-Submitted"] is None and letter["List-Unsubscribe"] is None
        assert letter.get_content_type() == "text/plain"
        assert max(len(line) for line in letter.get_content().splitlines() if "http" not in line) <= 72
    assert "Dear Ada" in flow.sink.to("ada")[0].get_content()
    assert len({link_in(flow.sink.to(name)[0]) for name in ASKED}) == 6


def readers_answer_on_a_phone(flow):
    phone = flow.phone
    flow.open("ada")
    expect(phone.locator("main")).to_contain_text("Lena Lead asked you")
    flow.eyes.check(phone, "flow-answer")
    flow.press(phone, "Coming")
    expect(phone.get_by_role("status")).to_contain_text("Saved: coming.")
    flow.open("ben")
    flow.press(phone, "Can't this time")
    expect(phone.get_by_role("status")).to_contain_text("can't this time")
    flow.open("cleo")
    flow.press(phone, "Not sure yet")
    phone.locator("summary", has_text="Somebody better?").click()
    phone.get_by_label(re.compile("A name is enough")).fill("Rosa Invented")
    flow.press(phone, "Save name")
    expect(phone.locator("summary", has_text="Rosa Invented")).to_be_visible()
    flow.open("dora", "stop")
    flow.press(phone, re.compile("^No more letters.*Locks"), exact=False)
    expect(phone.get_by_role("status")).to_contain_text("Stopped.")
    flow.eyes.check(phone, "flow-stopped")


def the_lead_sees_who_said_what(flow):
    page = flow.lead
    flow.go("people/")
    for name, status in (
        ("Ada", "coming"),
        ("Ben", "can't this time"),
        ("Cleo", "not sure yet"),
        ("Greta", "interested"),
    ):
        expect(page.get_by_role("row", name=re.compile(f"{name} Example"))).to_contain_text(status)
    expect(page.get_by_role("row", name=re.compile("Emil Example"))).to_contain_text("response pending")
    flow.go("people/suggestions/")
    expect(page.get_by_text("Rosa Invented")).to_be_visible()
    assert not flow.sink.to("rosa")


def only_the_silent_are_reminded(flow):
    for name in ("emil", "fritz"):
        first, reminder = flow.sink.wait_for(name, 2)
        assert reminder["In-Reply-To"] == first["Message-ID"] == reminder["References"]
        assert link_in(reminder) == link_in(first)
        assert reminder["Auto-Submitted"] == "auto-generated"
        assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert flow.letters() == {"ada": 1, "ben": 1, "cleo": 1, "dora": 1, "emil": 2, "fritz": 2}


def one_more_stops_by_the_button_of_the_mail_program(flow):
    """RFC 8058: a POST by a program, without page, cookie or token."""
    link = flow.sink.to("emil")[1]["List-Unsubscribe"].strip(" <>")
    answer = urllib.request.urlopen(urllib.request.Request(link, data=b"List-Unsubscribe=One-Click"), timeout=20)
    assert (answer.status, answer.headers["Set-Cookie"]) == (200, None)


def the_one_who_never_answers_is_handed_to_the_lead(flow):
    page = flow.lead
    sweep = "from attendees import tasks; tasks.write_reminders(); tasks.sweep_letters()"
    flow.site.run("-m", "tests.browser.later", "shell", "-c", sweep)
    assert flow.letters() == {"ada": 1, "ben": 1, "cleo": 1, "dora": 1, "emil": 2, "fritz": 2}
    flow.go("letters/")
    silent = page.locator("#silent")
    expect(silent.locator("strong")).to_have_text(["Fritz Example"])
    write = silent.get_by_role("link", name="Write to Fritz Example in your own mail program")
    assert write.get_attribute("href").startswith("mailto:fritz@example.org?")
    silent.locator("summary").click()
    expect(silent.locator("pre")).to_contain_text("Fritz")
    flow.eyes.check(page, "flow-silent")
