"""What no browser sends: no address of the site answers it with an error of its own (5xx)."""

import re
import sys
import urllib.parse

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import transaction

from tests import rights
from tests.test_rights import NAMES, World

pytestmark = pytest.mark.django_db

ODD = {
    "nul": "a\x00b",
    "long-number": "9" * 5000,
    "number-beyond-the-database": "9" * 18,
    "other-digits": "٣",
    "negative": "-1",
    "broken-bracket": "http://[",
    "broken-host": "http://a\u2100b",
    "first-year": "0001-01-01",
    "last-year": "9999-12-31",
    "odd-unicode": "\uffff\u202e\U0010ffff",
    "long": "x" * 70_000,
}
QUICK = ("nul", "long-number", "broken-bracket")
# Where a person who may do everything there stands.
WHO = {
    rights.PUBLIC: "anonymous", rights.SIGNED_IN: "lead", rights.TEAM: "lead", rights.LEADS: "lead",
    rights.COMMITTEE: "committee", rights.ANY_COMMITTEE: "committee", rights.LINK: "link valid",
    rights.TICKET: "anonymous", rights.DEVELOPER: "lead", rights.NOBODY: "lead",
}  # fmt: skip
QUERY = [
    "q", "status", "topic", "part", "by", "sort", "person", "choose", "page", "state", "mc", "saved", "tz", "style",
    "into", "name", "next", "again", "correct", "letter", "round", "step", "room", "year", "version", "kind", "show",
]  # fmt: skip
# Fields that no page's own HTML names, or that stand on another page than the one that takes them.
MORE = [
    "answer", "do", "mc", "to", "id", "act", "up", "letter", "person", "round", "step", "version", "member", "topic",
    "session", "item", "minutes", "reason", "note", "instead", "mode", "into", "same", "seen", "text", "body",
    "subject", "cadence", "answer_by", "until", "url", "kind", "links", "happened_on", "due", "owner", "people",
]  # fmt: skip


@pytest.fixture
def world():
    return World()


@pytest.fixture
def broken():
    """What went wrong inside, as the site itself would only log it."""
    found = []

    def note(request, **more):
        problem = sys.exc_info()[1]
        found.append(f"{request.method} {request.path}: {problem!r}"[:300])

    got_request_exception.connect(note)
    yield found
    got_request_exception.disconnect(note)


def identity_for(name, method):
    return WHO[rights.TABLE[name][method == "POST"]]


def ask(client, method, address, fields):
    """One request that leaves nothing behind; its status."""
    client.raise_request_exception = False
    with transaction.atomic():
        if method == "GET":
            response = client.get(f"{address}?{urllib.parse.urlencode(fields)}")
        else:
            response = client.post(address, fields)
        transaction.set_rollback(True)
    return response


def fields_of(html):
    """The names and values of everything that a page's forms would send."""
    found = dict.fromkeys(re.findall(r'name="([^"]+)"', html), "")
    for name, value in re.findall(r'<(?:input|button)[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html):
        found[name] = value
    return {name: value for name, value in found.items() if not name.startswith(("csrf", "viewport", "robots"))}


@pytest.mark.parametrize(
    "value",
    [pytest.param(value, id=name, marks=[] if name in QUICK else pytest.mark.full) for name, value in ODD.items()],
)
def test_an_odd_value_in_every_field_is_refused_everywhere(world, broken, value):
    clients = {}
    for name in NAMES:
        shown = ""
        for method in ("GET", "POST"):
            who = identity_for(name, method)
            client = clients.setdefault(who, world.client(who))
            address = world.url(name, who)
            if method == "GET":
                shown = ask(client, method, address, {}).content.decode(errors="replace")
            names = QUERY if method == "GET" else [*MORE, *fields_of(shown)]
            ask(client, method, address, dict.fromkeys(names, value))

    assert not broken, "\n".join(broken)


@pytest.mark.full
@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_an_odd_value_in_one_field_is_refused_everywhere(world, broken, value):
    """The rest of the form is as the page shows it, so that the value comes as deep as it can."""
    clients = {}
    for name in NAMES:
        if rights.TABLE[name][1] == rights.NOBODY:
            continue
        who = identity_for(name, "POST")
        client = clients.setdefault(who, world.client(who))
        address = world.url(name, who)
        fields = fields_of(ask(client, "GET", address, {}).content.decode(errors="replace"))
        fields |= dict(urllib.parse.parse_qsl(world.form(name)))
        for field in list(fields)[:25]:
            ask(client, "POST", address, fields | {field: value})

    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    "path",
    [
        "/%00/", "/a/%00/", "/a/x%00y/stop/", "/a/join/%00/", "/a/digest/1.%00/", "/accounts/link/1/%00/",
        "/series/x/" + "9" * 5000 + "/", "/series/x/0/", "/x/y/schedule/v" + "9" * 5000 + "/", "/x/y/topics/%00/",
        "/accounts/link/" + "9" * 5000 + "/x/", "/a/digest/" + "9" * 5000 + ".x/", "/%ED%A0%80/", "/a/%ED%A0%80/",
        "/admin/uconf/person/%00/change/", "/organize/x/y/people/?person=%00", "/?q=%ED%A0%80", "/?%00=1",
        "/organize/x/settings/members/" + "9" * 5000 + "/",
    ],
)  # fmt: skip
def test_an_odd_path_is_refused(client, broken, path):
    client.raise_request_exception = False

    assert client.get(path).status_code < 500
    assert client.post(path).status_code < 500
    assert not broken


@pytest.mark.parametrize(
    "charset", ["nonsense", "utf-16", "utf-7", "base64", "unicode_escape", "idna", "rot13", "\x80", "utf-8; x=\"", ""]
)  # fmt: skip
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_an_odd_charset_is_refused(world, broken, charset, kind):
    who = world.client("link valid")
    who.raise_request_exception = False
    body = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n+2AA- \\ud800\r\n--x--\r\n'

    response = who.generic(
        "POST", world.url("attendees:answer", "link valid"), body, content_type=f"{kind}; charset={charset}"
    )

    assert response.status_code < 500
    assert not broken


def test_what_cannot_be_kept_is_refused_by_the_name_of_its_field(world):
    response = world.client("lead").post(world.url("topics:add"), {"title": "a\x00b", "problem": "kept in the browser"})

    assert response.status_code == 422
    assert "“title” holds a character that is no text and cannot be kept." in response.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "1989-12-31", "2101-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_meant_is_refused_at_its_field(world, day):
    form = {"name": "Example", "slug": "example", "starts_on": day, "ends_on": day, "timezone": "Europe/Dublin"}

    response = world.client("committee").post(world.url("uconf:new_conference"), form)

    assert response.status_code == 422
    assert f"{day} is not in the years 1990 to 2100. Check the year." in response.content.decode()


@pytest.mark.parametrize("name", ["attendees:paste", "uconf:propose"])
def test_a_file_that_is_no_text_is_no_error(world, broken, name):
    upload = SimpleUploadedFile("list.csv", b"name,address\nMi\x00na,mina@example.org\n\xff\xfe\n", "text/csv")
    who = world.client("lead")
    who.raise_request_exception = False

    for do in ("look", "save"):
        response = who.post(world.url(name), {"file": upload, "text": "", "do": do})
        assert response.status_code < 500
        upload.seek(0)
    assert not broken
