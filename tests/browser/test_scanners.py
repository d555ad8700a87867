"""Mail scanners open every link of a letter, some in a browser with scripts: nothing changes, and the link stays good."""

import email
import email.policy
import hashlib
import re
import sqlite3
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.browser import post
from tests.browser.conftest import Site
from tests.processes import Browser

pytestmark = [pytest.mark.browser, pytest.mark.services]

# Not business: what says that a browser was here, or that the machine is alive.
LEFT_OUT = ("django_session", "uconf_heartbeat", "sqlite_")
SCANS = [
    ("HEAD", {}),
    ("GET", {}),
    ("OPTIONS", {}),
    ("GET", {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender", "X-Moz": "prefetch"}),
]
DEPTH = 2
WAIT_MS = 300  # longer than any script of a page takes to do something by itself


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site with the sample and every kind of letter in its mailbox. No worker runs: what changes, a scanner did."""
    site = Site(tmp_path_factory.mktemp("scanned-site"))
    site.manage("migrate", "--verbosity", "0")
    site.manage("sample")
    site.manage("shell", "-c", "from tests.browser import post; post.make()")
    site.start("-m", "waitress", f"--listen={urllib.parse.urlsplit(site.url).netloc}", "uconf.wsgi:application")
    visitor = Browser(site.url)
    for page in ("/accounts/login/code/", "/accounts/password/reset/"):
        visitor.post(page, email=post.LEAD)
    yield site
    site.stop()


@pytest.fixture(scope="module")
def letters(site):
    """Every letter as it came out of the mailbox: (subject, text)."""
    read = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((site.folder / "mailbox").glob("*.eml"))
    ]
    return [(each["Subject"], f"{each.get_content()}\n{each['List-Unsubscribe'] or ''}") for each in read]


@pytest.fixture(scope="module")
def links(site, letters):
    """The links of all letters, and the sign-in link that a command prints."""
    found = {link for _subject, text in letters for link in re.findall(rf"{site.url}[^\s<>]*", text)}
    found = {link for link in found if "…" not in link}  # a test letter's own links open nothing
    return sorted({*found, site.link_printed_by("signinlink", post.LEAD)})


@pytest.fixture
def business(site):
    """Gives a checksum for each table of the site's database that holds business."""

    def checksums():
        with sqlite3.connect(f"file:{site.folder}/uconf.sqlite3?mode=ro", uri=True) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                name: hashlib.sha256(repr(database.execute(f'SELECT * FROM "{name}"').fetchall()).encode()).hexdigest()  # noqa: S608
                for name in names
                if not name.startswith(LEFT_OUT)
            }

    return checksums


def opened(link, method="GET", headers=None):
    """The status of a link as a scanner asks for it; it neither keeps cookies nor follows redirects."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args):
            return None

    request = urllib.request.Request(link, method=method, headers=headers or {})
    try:
        return urllib.request.build_opener(Stay).open(request, timeout=20).status
    except urllib.error.HTTPError as answer:
        return answer.code


@pytest.mark.parametrize(
    "page", ["/a/join/", "/a/address/", "/a/digest/", "/a/[^/]{20,}/$", "/a/[^/]{20,}/stop/", "/accounts/link/"]
)
def test_every_kind_of_link_is_scanned(links, page):
    assert [link for link in links if re.search(page, link)]


@pytest.mark.parametrize(("method", "headers"), SCANS, ids=["HEAD", "GET", "OPTIONS", "prefetch"])
def test_a_scanner_changes_nothing_and_uses_no_link_up(site, links, business, method, headers):
    before = business()

    seen = {link: opened(link, method, headers) for link in links}

    assert business() == before
    assert not {link: status for link, status in seen.items() if status >= 500}
    assert {opened(link) for link in links} <= {200, 302}


def test_a_browser_with_scripts_that_follows_every_link_changes_nothing(site, links, business, eyes):
    """Chromium, two links deep from each letter, waiting on each page for what its scripts may do."""
    before, context = business(), eyes.context()
    page, sent = context.new_page(), []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    seen, todo = set(), set(links)
    for _depth in range(DEPTH + 1):
        found = set()
        for link in sorted(todo):
            response = page.goto(link)
            page.wait_for_timeout(WAIT_MS)
            assert response.status < 500, link
            found |= set(page.eval_on_selector_all("a[href]", "all => all.map(each => each.href.split('#')[0])"))
        seen |= todo
        todo = {link for link in found if link.startswith(site.url) and not re.search(DOWNLOADS, link)} - seen
    context.close()

    assert len(seen) > len(links)
    assert {each.split()[0] for each in sent} == {"GET"}
    assert business() == before
    assert {opened(link) for link in links} <= {200, 302}


def test_the_checksum_is_awake(site, links, business):
    """One press of a mail program’s own button is a change, and is seen."""
    before = business()
    for link in (link for link in links if link.endswith("/stop/")):
        urllib.request.urlopen(urllib.request.Request(link, data=b"List-Unsubscribe=One-Click"), timeout=20)

    assert {name for name, found in business().items() if found != before[name]} >= {"attendees_attendee"}


DOWNLOADS = r"data\.json|\.ics|\.atom|/static/|/schedule\.\w+"
