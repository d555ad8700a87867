"""A real server of our own (`manage.py serve`: web, worker and beat), and Debian's Chromium to look at it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).resolve().parent.parent.parent
WIDTHS = {"1280": 1280, "390": 390}
THEMES = ("light", "dark")


def chromium():
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    flags = [
        "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ]  # fmt: skip
    return {**browser_type_launch_args, "executable_path": chromium(), "args": flags}


class Site:
    """One running server with a database and a mailbox of its own."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.folder = folder
        self.environment = {
            **{key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL", "BASE_URL")},
            "DEBUG": "1", "DATA_DIR": str(folder), "PORT": str(port), "HOST": "127.0.0.1", "BASE_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1", "EMAIL_URL": "mailbox:", "SECRET_KEY": "browser-tests-" * 5,
            "DATABASE_URL": "", "REDIS_URL": "",
        }  # fmt: skip

    def manage(self, *words):
        """Run one of manage.py's commands on this site and give back what it printed."""
        return self.run("manage.py", *words)

    def run(self, *words):
        """Run a program of Python's on this site to its end and give back what it printed."""
        done = subprocess.run([sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def link_printed_by(self, *words):
        """The sign-in link that a command prints."""
        return re.search(r"http://\S+/accounts/link/\S+", self.manage(*words)).group()

    def start(self, *program):
        """Serve it: web, worker and beat, or another program of Python's, such as ``"-m", "waitress", …``."""
        self.log = open(self.folder / "serve.log", "w")  # noqa: SIM115  (stays open as long as the server)
        self.process = subprocess.Popen(
            [sys.executable, *(program or ("manage.py", "serve"))], cwd=ROOT, env=self.environment, stdout=self.log,
            stderr=self.log,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if urllib.request.urlopen(self.url + "/healthz", timeout=2).status == 200:
                    return self
            except OSError:
                time.sleep(0.2)
        raise AssertionError((self.folder / "serve.log").read_text())

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory):
    """A site with nothing in it."""
    site = Site(tmp_path_factory.mktemp("empty-site"))
    site.manage("migrate", "--verbosity", "0")
    yield site.start()
    site.stop()


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory):
    """A site with the sample, as `make run` shows it."""
    site = Site(tmp_path_factory.mktemp("sample-site"))
    site.manage("migrate", "--verbosity", "0")
    site.manage("sample")
    yield site.start()
    site.stop()


class Eyes:
    """Looks at pages: what the browser complains about, what axe finds, and pictures if they are wanted."""

    def __init__(self, browser, screens):
        self.browser, self.screens, self.axe = browser, screens, Axe()
        self.complaints = []

    def context(self, width=1280, theme="light", **options):
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce", **options
        )
        context.set_default_timeout(10_000)
        context.on("page", self._listen)
        return context

    def _listen(self, page):
        page.on("console", lambda message: self._note(page, message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._note(page, str(error)))
        page.on(
            "requestfailed",
            lambda request: (
                self._note(page, f"failed: {request.url}")
                if not request.failure or "ERR_ABORTED" not in request.failure
                else None
            ),
        )

    def _note(self, page, text):
        # A refused form is answered with 422 and a conflict with 409: the browser logs that, and it is meant.
        if not re.search(r"status of (404|409|410|422)", text):
            self.complaints.append(f"{page.url}: {text}")

    def check(self, page, name=None):
        """No axe violation, no sideways scrolling; a picture if a folder was given."""
        self._check_access(page)
        self._check_width(page)
        self._picture(page, name)

    def check_everywhere(self, page, name):
        """The same for one loaded page at several widths, in both themes, and with every fold open."""
        self._show(page, 1280, "light")
        self.check(page, name)
        for width in (992, 768, 390):
            self._show(page, width, "light")
            self._check_width(page)
        for width, theme in ((390, "light"), (390, "dark"), (1280, "dark")) if self.screens else ():
            self._show(page, width, theme)
            self._picture(page, name)
        self._show(page, 320, "dark")
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        self.check(page, name)
        self._show(page, 1280, "light")

    def _show(self, page, width, theme):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")

    def _check_access(self, page):
        found = self.axe.run(page)
        violations = [
            f"{each['id']}: {each['help']}: {[node['html'][:200] for node in each['nodes'][:3]]}"
            for each in found.response["violations"]
        ]
        assert not violations, f"{page.url}: " + "\n".join(violations)

    def _check_width(self, page):
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} scrolls sideways by {wider} px at {page.viewport_size['width']} px"

    def _picture(self, page, name):
        if self.screens and name:
            width = page.viewport_size["width"]
            theme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
            # Hiding the caret would leave style attributes behind, which htmx copies and the CSP reports.
            page.screenshot(path=self.screens / f"{name}-{width}-{theme}.png", full_page=True, caret="initial")


@pytest.fixture(scope="session")
def _session_eyes(browser, request):
    folder = request.config.getoption("--screens")
    screens = Path(folder) if folder else None
    if screens:
        screens.mkdir(parents=True, exist_ok=True)
    return Eyes(browser, screens)


@pytest.fixture
def eyes(_session_eyes):
    _session_eyes.complaints.clear()
    yield _session_eyes
    assert not _session_eyes.complaints, "\n".join(_session_eyes.complaints)


def sign_in(page, link):
    """Open a printed sign-in link and press its one button."""
    page.goto(link)
    page.get_by_role("button", name=re.compile("sign in", re.I)).click()
    page.wait_for_url(re.compile("/organize/"))


@pytest.fixture(scope="session")
def agendas_site(sample_site):
    """The sample's site with small agendas to work on, and both leads' sessions."""
    sample_site.manage("shell", "-c", "from tests.browser import agendas; agendas.make()")
    return sample_site


@pytest.fixture(scope="session")
def leads_cookies(agendas_site, _session_eyes):
    """The cookies of both leads, each signed in once."""
    from tests.browser.agendas import OTHER

    states = {}
    for who, address in (("lead", "davidlohr.bueso@example.org"), ("other", OTHER)):
        context = _session_eyes.context()
        sign_in(context.new_page(), agendas_site.link_printed_by("signinlink", address))
        states[who] = context.storage_state()
        context.close()
    return states


@pytest.fixture
def agenda_page(eyes, agendas_site, leads_cookies):
    """Opens the editor of one of the small agendas; closes every window at the end."""
    opened = []

    def open_page(slug, who="lead", query="", **options):
        context = eyes.context(storage_state=leads_cookies[who], **options)
        opened.append(context)
        page = context.new_page()
        page.goto(f"{agendas_site.url}/organize/sample/{slug}/agenda/{query}")
        return page

    yield open_page
    for context in opened:
        context.close()
