"""Personal links: nobody guesses one, nothing but a press changes anything, and no log holds one."""

import io
import logging
import re
import secrets
from collections import Counter

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from attendees.actions import joining, links, own
from attendees.models import Letter, PersonalLink
from attendees.outreach import compose, delivery
from attendees.views import links as guard
from tests import somebody
from tests.factories import AskingFactory, AttendeeFactory
from uconf.lib import keys, logs, mailbox
from uconf.lifecycle import holding

pytestmark = pytest.mark.django_db
PAGES = ("answer", "stop", "own_data", "own_copy", "erase_self", "join_confirm", "confirm_address", "digest")


@pytest.fixture
def attendee(microconference):
    attendee = AttendeeFactory(microconference=microconference)
    AskingFactory(attendee=attendee)
    return attendee


def page_of(attendee, name="answer"):
    kind = "stop" if name == "stop" else "answer"
    return reverse(f"attendees:{name}", args=[links.link_for(person=attendee.person, kind=kind).token])


def guess(count, **headers):
    """Tries that many tokens, all of the right form, on every page that takes one; how often each answer came."""
    client, found = Client(), {}
    for turn in range(count):
        page = reverse(f"attendees:{PAGES[turn % len(PAGES)]}", args=[secrets.token_urlsafe(24)])
        code = (client.post if turn % 5 == 4 else client.get)(page, **headers).status_code
        found[code] = found.get(code, 0) + 1
    return found


def test_guessed_tokens_hit_nothing_and_are_throttled(attendee, monkeypatch):
    """Some by whole requests, under changing false headers; a good link works all the while."""
    monkeypatch.setattr(guard.throttle, "count", _without_the_clock(guard.throttle.count))
    good = page_of(attendee)
    for kind in PersonalLink.Kind.values:
        links.link_for(person=attendee.person, kind=kind)
    before, found = somebody.counts(), {}

    for turn in range(10):
        for code, times in guess(40, HTTP_X_FORWARDED_FOR=f"192.0.2.{turn}").items():
            found[code] = found.get(code, 0) + times
        assert Client().get(good).status_code == 200  # from the same network

    assert found == {404: guard.BAD_A_MINUTE, 429: 400 - guard.BAD_A_MINUTE}
    assert somebody.counts() == before


def test_a_hundred_thousand_guesses_hit_nothing_and_are_held_back(attendee, monkeypatch, rf):
    """The rest of what the pages do with a guess, without the pages: the look at the stored hashes, and the count."""
    monkeypatch.setattr(guard.throttle, "count", _without_the_clock(guard.throttle.count))
    stored = {links.link_for(person=attendee.person, kind=kind).token_hash for kind in PersonalLink.Kind.values}
    tokens = [secrets.token_urlsafe(24) for _guess in range(100_000)]
    monkeypatch.setattr(guard, "render", lambda request, template, status: HttpResponse(status=status))
    requests = [rf.get("/a/x/", headers={"X-Forwarded-For": f"192.0.2.{each}"}) for each in range(250)]

    codes = Counter(guard.nothing_here(requests[turn % 250]).status_code for turn in range(100_000))

    assert not stored & {keys.fingerprint(each) for each in tokens}
    assert not any(links.find(token=each, kind="answer") for each in tokens[:200])
    assert codes == {404: guard.BAD_A_MINUTE, 429: 100_000 - guard.BAD_A_MINUTE}


def _without_the_clock(count):
    """The window of a minute does not end while the test runs, however long that takes."""
    return lambda purpose, who, *, seconds: count(purpose, who, seconds=86_400)


def test_after_a_minute_it_is_taken_up_again(attendee):
    assert guess(40) == {404: 30, 429: 10}

    cache.clear()  # a minute is over

    assert guess(1) == {404: 1}


def test_another_network_is_not_held_back():
    guess(40)

    assert guess(30, REMOTE_ADDR="192.0.2.7") == {404: 30}


def test_a_header_that_nobody_of_ours_wrote_changes_nothing():
    guess(30)

    assert guess(10, HTTP_X_FORWARDED_FOR="192.0.2.9", HTTP_X_REAL_IP="192.0.2.9") == {429: 10}


def test_the_page_says_what_to_do():
    guess(30)

    response = Client().get("/a/no-such-token-at-all/")

    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert "a good link works all the time" in response.content.decode()


def test_an_alarm_goes_off_once_when_many_networks_guess(caplog):
    caplog.set_level("WARNING", logger="attendees")

    for network in range(12):
        guess(30, REMOTE_ADDR=f"192.0.2.{network}")

    assert [record.getMessage() for record in caplog.records] == [
        "More than 300 links a minute open nothing: somebody is guessing."
    ]


@pytest.mark.parametrize("kind", PersonalLink.Kind.values)
def test_a_token_opens_the_pages_of_its_own_purpose_alone(attendee, kind):
    token = links.link_for(person=attendee.person, kind=kind).token
    opened = {name for name in PAGES if Client().get(reverse(f"attendees:{name}", args=[token])).status_code == 200}

    assert opened == {
        "answer": {"answer", "own_data", "own_copy", "erase_self"}, "stop": {"stop"}, "calendar": set(),
    }[kind]  # fmt: skip


def scanned(letters):
    """Every address in some letters, and every one that stands on the pages behind them, two steps deep."""
    todo = {found for letter in letters for found in re.findall(r"http://testserver(/\S+)", letter)}
    seen = set()
    for _depth in range(3):
        seen |= todo
        pages = [Client().get(path) for path in sorted(todo)]
        html = [page.content.decode() for page in pages if page["Content-Type"].startswith("text/html")]
        links_on = {
            path.replace("&amp;", "&").partition("#")[0]
            for text in html
            for path in re.findall(r'href="(/[^"]*)"', text)
        }
        todo = {path for path in links_on if not path.startswith("/static/")} - seen
    return seen


def letters_with_every_link(microconference, attendee):
    """Letters that hold a link of each kind, as they came out of the mailbox."""
    before = len(mailbox.letters())
    joining.ask_to_join(microconference=microconference, name="Jo Example", address="jo@example.org")
    own.correct(
        person=attendee.person, name="Mina Example", affiliation="", address="new@example.org", by=attendee.person
    )
    own.send_new_link(address=attendee.person.address)
    delivery.deliver_waiting()
    new = len(mailbox.letters()) - before
    return [each.message.get_content() for each in mailbox.letters(new)]


@pytest.mark.parametrize("method", ["HEAD", "GET", "OPTIONS"])
def test_a_scanner_that_follows_every_link_changes_nothing(microconference, attendee, method):
    letters = letters_with_every_link(microconference, attendee)
    before = _everything()

    paths = scanned(letters)
    for path in paths:
        Client().generic(method, path, HTTP_PURPOSE="prefetch", HTTP_SEC_PURPOSE="prefetch;prerender")

    assert len([path for path in paths if path.startswith("/a/")]) >= 7
    assert _everything() == before
    assert Client().get(page_of(attendee)).status_code == 200


def _everything():
    """All rows of all our tables."""
    return {model: list(model._base_manager.order_by("pk").values()) for model in holding.models()}


def test_a_robot_that_presses_a_button_sets_an_answer_that_can_be_changed(attendee):
    page = page_of(attendee)
    Client().post(page, {"mc": attendee.public_id, "answer": "cant"})

    Client().post(page, {"mc": attendee.public_id, "answer": "coming"})

    attendee.refresh_from_db()
    assert attendee.status == "coming"


@pytest.mark.parametrize(
    "path",
    [
        "/a/{token}/", "/a/{token}/stop/", "/a/{token}/data.json", "/a/join/{ticket}/", "/a/address/{ticket}/",
        "/a/digest/12.{token}/", "http://uconf.example.org/a/{token}/?saved=answer",
    ],
)  # fmt: skip
def test_no_token_gets_through_into_a_log(path):
    token, ticket = (
        secrets.token_urlsafe(24),
        ".eJyrVkosLVG-=_" + secrets.token_urlsafe(60) + ":" + secrets.token_urlsafe(32),
    )

    shown = logs.masked(f'GET {path.format(token=token, ticket=ticket)} 200 "mina@example.org"')

    assert not {token, ticket, *ticket.split(":")} & set(re.split(r"[/ .?]", shown))
    assert token[:12] not in shown and ticket[-30:] not in shown and "mina@" not in shown


def test_what_is_no_token_can_be_read_in_a_log():
    for path in ("/a/lost/", "/a/erased/", "/organize/lpc/perf/", "/lpc/perf/join/"):
        assert logs.masked(f"GET {path} 200") == f"GET {path} 200"


def test_a_whole_run_logs_neither_a_token_nor_an_address(microconference, attendee, monkeypatch):
    """Everything at its loudest, through the filter that stands before every log of ours."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(logs.NoTokens())
    root = logging.getLogger()
    loggers = [
        root,
        *(logging.getLogger(name) for name in ("django", "django.request", "django.server", "attendees", "uconf")),
    ]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel("DEBUG")
    root.addHandler(handler)
    try:
        texts = letters_with_every_link(microconference, attendee)
        tokens = {path for text in texts for path in re.findall(r"/a/(?:join/|address/)?([^/\s]{20,})/", text)}
        for path in scanned(texts):
            Client().get(path)
        guess(35)
        page = page_of(attendee)
        Client().post(page, {"mc": attendee.public_id, "answer": "coming"})
        monkeypatch.setattr(compose, "as_message", _fails)
        own.send_new_link(address=attendee.person.address)
        Letter.objects.update(state="queued")
        delivery.deliver_waiting()
        Client(raise_request_exception=False).post(page, {"mc": attendee.public_id, "answer": "\x00"})
        logging.getLogger("django.request").warning("Not Found: %s, %s", page, attendee.person.address)
    finally:
        root.removeHandler(handler)
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)

    said = out.getvalue()
    addresses = {attendee.person.address, "jo@example.org", "new@example.org"}
    assert len(tokens) >= 3 and len(said) > 1000 and "(token)" in said
    quiet = "\n".join(line for line in said.splitlines() if not _is_sql(line))
    assert not {each for each in tokens | addresses | {page.split("/")[2]} if each in quiet}


def _is_sql(line):
    """The database's own log is off in production (it says every value); here it is as loud as all others."""
    return bool(re.match(r"^\(\d+\.\d+\) |^[^:]*django\.db\.backends", line))


def _fails(*args, **kwargs):
    raise RuntimeError("mail to mina@example.org could not be made: /a/abcdefghijklmnopqrstuvwxyz/")


def test_the_sites_own_log_passes_the_filter():
    assert {"no_tokens"} == set(settings.LOGGING["handlers"]["console"]["filters"])
    assert set(settings.LOGGING["handlers"]) == {"console"}
