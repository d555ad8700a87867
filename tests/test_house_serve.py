"""`manage.py serve` as a newcomer runs it: one process, no server beside it."""

import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.plugins.services import free_port, wait_until
from tests.processes import ROOT, Browser, run, started

pytestmark = pytest.mark.services
MANAGE = [sys.executable, "manage.py"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The settings of a development site with one committee member in it."""
    folder, port = tmp_path_factory.mktemp("site"), free_port()
    ours = {"DEBUG": "1", "DATA_DIR": str(folder), "PORT": str(port)}
    assert run([*MANAGE, "migrate"], **ours).returncode == 0
    assert run([*MANAGE, "committee", "chair@example.org", "--conference", "sample"], **ours).returncode == 0
    return ours


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def said(log, pattern):
    return re.search(pattern, log.read_text())


def test_the_site_serves_becomes_ready_signs_in_once_and_stops(site, log):
    with started([*MANAGE, "serve", "--sign-in", "chair@example.org"], log=log, **site) as process:
        browser = Browser(f"http://127.0.0.1:{site['PORT']}").wait()
        link = urlsplit(wait_until(lambda: said(log, r"http\S+/accounts/link/\S+"), what="the link").group()).path
        wait_until(browser.is_ready, within=30, what="readiness: the worker and beat")
        first = browser.post(link)
        again = Browser(f"http://127.0.0.1:{site['PORT']}").get(link)
        account = browser.get("/accounts/email/")
        style = browser.get("/static/css/ui.css")

        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        status = process.wait(10)

    assert (first.status, first.getheader("Location")) == (302, "/organize/")
    assert again.status == 410
    assert b"chair@example.org" in account.body
    assert style.status == 200
    assert status in (0, 130)
    assert time.monotonic() - began < 10
    assert "Traceback" not in log.read_text().split("Ctrl-C")[1]


def test_one_line_is_said_and_no_token_of_it_comes_into_the_log(site, log):
    with started([*MANAGE, "serve", "--sign-in", "chair@example.org"], log=log, **site):
        browser = Browser(f"http://127.0.0.1:{site['PORT']}").wait()
        link = wait_until(lambda: said(log, r"http\S+/accounts/link/\S+"), what="the link").group()
        browser.request("POST", urlsplit(link).path)  # without its token: refused, and noted

    text = log.read_text()
    assert text.count("Ctrl-C stops uconf") == 1
    assert text.count(link) == 1
    assert "(token)" in text


def test_a_mail_sent_while_serving_stands_in_the_mailbox(site, log):
    with started([*MANAGE, "serve"], log=log, **site):
        browser = Browser(f"http://127.0.0.1:{site['PORT']}").wait()
        browser.post("/accounts/login/code/", email="chair@example.org")

        assert b"Your code to sign in to uconf" in browser.get("/accounts/mailbox/").body


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_at_once_when_it_has_only_begun(site, log, ending):
    with started([*MANAGE, "serve"], log=log, **site) as process:
        Browser(f"http://127.0.0.1:{site['PORT']}").wait()
        process.send_signal(ending)

        assert process.wait(10) in (0, 130)


def test_a_taken_port_is_said_in_a_sentence_before_anything_starts(site):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        ended = run([*MANAGE, "serve"], **{**site, "PORT": str(port)})

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.strip() == (
        f"CommandError: Port {port} is taken by another program. "
        f"Stop it, or choose another port: make run PORT={port + 1}."
    )


def test_who_is_not_known_is_given_no_link(site):
    ended = run([*MANAGE, "serve", "--sign-in", "nobody@example.org"], **site)

    assert ended.returncode == 1
    assert "Nobody signs in as nobody@example.org" in ended.stderr


def test_reset_waits_until_the_site_is_stopped_then_empties_it(tmp_path, log):
    ours = {"DEBUG": "1", "DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    run([*MANAGE, "migrate"], **ours)
    run([*MANAGE, "committee", "chair@example.org", "--conference", "mine"], **ours)

    with started([*MANAGE, "serve"], log=log, **ours):
        Browser(f"http://127.0.0.1:{ours['PORT']}").wait()
        refused = run([*MANAGE, "reset"], **ours)
    done = run([*MANAGE, "reset"], **ours)
    gone = run([*MANAGE, "signinlink", "chair@example.org"], **ours)

    assert (refused.returncode, done.returncode, gone.returncode) == (1, 0, 1)
    assert "is in use: uconf is being served from it" in refused.stderr
    assert f"Deleted the database and the mailbox in {tmp_path}" in done.stdout


@contextmanager
def sample_served(log, **ours):
    """What `make run` starts; gives a browser and the path of the printed link."""
    with started([*MANAGE, "serve", "--sample"], log=log, **ours):
        line = wait_until(lambda: said(log, r"^Sign in as Davidlohr Bueso, once, at (\S+) .*$"), what="the line")
        yield Browser(f"http://127.0.0.1:{ours['PORT']}"), urlsplit(line.group(1)).path


def test_a_newcomer_gets_the_sample_its_lead_and_the_same_data_the_next_time(tmp_path):
    ours = {"DEBUG": "1", "DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    mc = "/organize/sample/performance-and-scalability/"

    with sample_served(tmp_path / "first.log", **ours) as (browser, first_link):
        public = browser.get("/sample/performance-and-scalability/")
        browser.post(first_link)
        overview = browser.get(mc)
    with sample_served(tmp_path / "second.log", **ours) as (browser, second_link):
        old_link = browser.get(first_link)
        browser.post(second_link)
        again = browser.get(mc)

    assert (public.status, overview.status, old_link.status, again.status) == (200, 200, 410, 200)
    assert [len((tmp_path / name).read_text().splitlines()) for name in ("first.log", "second.log")] == [1, 1]


def test_reset_brings_the_sample_back_as_it_was(tmp_path):
    ours = {"DEBUG": "1", "DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    run([*MANAGE, "reset"], **ours)
    run([*MANAGE, "committee", "chair@example.org", "--conference", "mine"], **ours)

    done = run([*MANAGE, "reset"], **ours)

    assert done.returncode == 0
    assert "The sample is back" in done.stdout
    assert run([*MANAGE, "signinlink", "chair@example.org"], **ours).returncode == 1


@pytest.mark.parametrize("taken_away", ["stamp", "python"])
def test_a_half_made_environment_is_made_again(tmp_path, taken_away):
    """Make looks at the stamp, which is written last, and at the Python in it."""
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").touch()
    (venv / ".runtime").touch()
    (venv / {"stamp": ".runtime", "python": "bin/python"}[taken_away]).unlink()

    would = subprocess.run(
        ["make", "--dry-run", "setup", f"VENV={venv}"], cwd=ROOT, capture_output=True, text=True
    ).stdout

    assert "tools/make_venv.sh" in would


def test_a_made_environment_is_left_alone(tmp_path):
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").touch()
    (venv / ".runtime").touch()

    would = subprocess.run(
        ["make", "--dry-run", "setup", f"VENV={venv}"], cwd=ROOT, capture_output=True, text=True
    ).stdout

    assert "make_venv" not in would


def test_make_says_in_a_sentence_that_python_is_missing(tmp_path):
    said = subprocess.run(
        ["sh", "tools/make_venv.sh", "", tmp_path / "venv", "requirements.txt"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert said.returncode == 1
    assert said.stderr.startswith("uconf needs Python 3.11 or newer, and none was found: install it")
    assert said.stderr.count("\n") == 1


def test_make_says_in_a_sentence_that_venv_is_missing(tmp_path):
    python = tmp_path / "python3"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)

    said = subprocess.run(
        ["sh", "tools/make_venv.sh", python, tmp_path / "venv", "requirements.txt"], cwd=ROOT, capture_output=True,
        text=True,
    )  # fmt: skip

    assert said.returncode == 1
    assert "lacks the venv module: install it (Debian: apt-get install python3-venv)" in said.stderr
    assert said.stderr.count("\n") == 1
