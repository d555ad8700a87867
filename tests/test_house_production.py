"""The site as docker-compose.yml runs it, by the same entry points and the same proxy file, as plain processes."""

import os
import re
import subprocess
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller

from tests.plugins import services
from tests.plugins.environment import need
from tests.plugins.services import free_port, wait_until
from tests.processes import Browser, copy_of_the_code, run, started

pytestmark = pytest.mark.services
FOREGROUND = "daemon off; pid {folder}/nginx.pid; error_log stderr warn; events {{}} http {{ include {rendered}; " + (
    "include /etc/nginx/mime.types; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; "
    "fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; }}"
)


class Letters:
    """A mail server that keeps what it is given."""

    def __init__(self):
        self.received = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.received.append(envelope)
        return "250 kept"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """web, worker, beat, PostgreSQL, Redis, mail server and proxy, each a process of its own."""
    need("PostgreSQL", "Redis", "nginx", "openssl")
    folder = tmp_path_factory.mktemp("production")
    code = copy_of_the_code(folder / "code")
    letters = Letters()
    with ExitStack() as stack:
        database = stack.enter_context(services.running(services.PostgreSQL))
        redis = stack.enter_context(services.running(services.Redis))
        mail = Controller(letters, hostname="127.0.0.1", port=free_port())
        mail.start()
        stack.callback(mail.stop)
        https, http, web = free_port(), free_port(), free_port()
        ours = {
            "SECRET_KEY": "only-for-this-test-" * 4,
            "BASE_URL": f"https://localhost:{https}",
            "ALLOWED_HOSTS": "localhost",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
            "MAIL_DOMAIN": "uconf.example.org",
            "DATABASE_URL": database.create("uconf"),
            "REDIS_URL": redis.url(),
            "DATA_DIR": str(folder / "data"),
            "HOST": "127.0.0.1",
            "PORT": str(web),
        }
        entry = code / "deploy/entrypoint.sh"
        for command in (
            ["python", "manage.py", "collectstatic", "--noinput"],
            [entry, "migrate"],
            ["python", "manage.py", "committee", "chair@example.org", "--conference", "sample"],
        ):
            done = run(command, cwd=code, **ours)
            assert done.returncode == 0, done.stdout + done.stderr
        link = re.search(r"https\S+(/accounts/link/\S+)", done.stdout).group(1)
        for role in ("web", "worker", "beat"):
            stack.enter_context(started([entry, role], log=folder / f"{role}.log", cwd=code, **ours))
        stack.enter_context(proxy(folder, code, https=https, http=http, web=web))
        browser = Browser(ours["BASE_URL"]).wait()
        yield SimpleNamespace(
            base=ours["BASE_URL"], http=http, browser=browser, letters=letters, link=link, folder=folder, ours=ours,
            code=code, entry=entry,
        )  # fmt: skip


def proxy(folder, code, *, https, http, web):
    """nginx with the repository's file, filled in as envsubst does in its container."""
    subprocess.run(
        [services.find("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    values = {
        "HTTP_LISTEN": f"127.0.0.1:{http}",
        "HTTPS_LISTEN": f"127.0.0.1:{https}",
        "UPSTREAM": f"127.0.0.1:{web}",
        "CERTIFICATES": str(folder),
    }
    text = (code / "deploy/nginx.conf").read_text()
    # Only ${NAME}: nginx's own variables have no braces there.
    rendered = re.sub(r"\$\{(\w+)\}", lambda found: values[found.group(1)], text)
    (folder / "uconf.conf").write_text(rendered.replace("/dev/stdout", str(folder / "access.log")))
    (folder / "nginx.conf").write_text(FOREGROUND.format(folder=folder, rendered=folder / "uconf.conf"))
    if os.geteuid() == 0:
        for path in [folder, *folder.parents][:4]:
            path.chmod(path.stat().st_mode | 0o011)
    return started([services.find("nginx"), "-c", folder / "nginx.conf", "-e", "stderr"], log=folder / "nginx.log")


def test_a_request_through_the_proxy_gets_the_page(site):
    page = site.browser.get("/accounts/login/")

    assert page.status == 200
    assert b"Send me a code" in page.body
    assert page.getheader("Strict-Transport-Security") == "max-age=31536000; includeSubDomains; preload"
    assert page.getheader("Server") == "nginx"


def test_plain_http_is_sent_to_https(site):
    answer = Browser(f"http://localhost:{site.http}").get("/accounts/login/")

    assert answer.status == 301
    assert answer.getheader("Location") == "https://localhost/accounts/login/"


def test_the_site_becomes_ready_with_its_worker_beat_broker_and_database(site):
    wait_until(site.browser.is_ready, within=60, what="readiness")

    found = site.browser.json("/readyz")

    assert found["wrong"] == []
    assert (found["database"]["kind"], found["broker"]["kind"]) == ("postgresql", "redis")


def test_the_containers_health_checks_pass(site):
    wait_until(site.browser.is_ready, within=60, what="readiness")

    for check in ("healthy-web", "healthy-worker"):
        done = run([site.entry, check], cwd=site.code, **site.ours)

        assert done.returncode == 0, check + done.stdout + done.stderr


def test_static_files_are_immutable_and_come_compressed(site):
    page = site.browser.get("/accounts/login/").body.decode()
    path = re.search(r'href="(/static/css/ui\.[0-9a-f]{12}\.css)"', page).group(1)

    brotli, gzip, plain = (site.browser.get(path, **{"Accept-Encoding": kind}) for kind in ("br", "gzip", "identity"))

    assert [each.getheader("Content-Encoding") for each in (brotli, gzip, plain)] == ["br", "gzip", None]
    assert len(brotli.body) < len(gzip.body) < len(plain.body)
    assert "immutable" in brotli.getheader("Cache-Control")
    assert "Set-Cookie" not in dict(plain.getheaders())


def test_a_sign_in_code_goes_out_by_smtp_and_signs_in(site):
    browser = Browser(site.base)

    sent = browser.post("/accounts/login/code/", email="chair@example.org")
    letter = wait_until(lambda: site.letters.received, what="the letter")[-1]
    code = re.search(rb"^    (\S+)\r?$", letter.content, re.MULTILINE).group(1).decode()
    browser.post(sent.getheader("Location"), code=code)

    assert (letter.mail_from, letter.rcpt_tos) == ("no-reply@uconf.example.org", ["chair@example.org"])
    assert b"chair@example.org" in browser.get("/accounts/email/").body


def test_the_sixth_wrong_password_is_refused_across_processes(site):
    browser = Browser(site.base)

    pages = [browser.post("/accounts/login/", login="chair@example.org", password=f"wrong-{n}") for n in range(6)]

    assert b"do not belong together" in pages[4].body
    assert b"wrong too often" in pages[5].body


def test_a_claimed_sender_address_does_not_move_the_limits(site):
    """Ten failures a minute are let pass of one sender; X-Forwarded-For from outside makes nobody another one."""
    browser = Browser(site.base)

    pages = [
        browser.post(
            "/accounts/login/",
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
            login=f"nobody-{n}@example.org",
            password="wrong-wrong",
        )
        for n in range(11)
    ]

    assert b"wrong too often" in pages[10].body


def test_a_body_that_is_too_large_is_refused_by_the_proxy(site):
    answer = site.browser.request("POST", "/accounts/login/", b"x" * 4_300_000)

    assert answer.status == 413


def test_tokens_reach_neither_the_proxys_log_nor_ours(site):
    token = site.link.rstrip("/").rsplit("/", 1)[1]
    site.browser.get(site.link)
    site.browser.request("POST", site.link, b"")
    site.browser.get("/a/some-personal-token-of-an-attendee/?x=1")

    def logged():
        return "/a/(token)/" in (site.folder / "access.log").read_text()

    wait_until(logged, what="the line in the access log")
    everything = "".join(path.read_text() for path in Path(site.folder).glob("*.log"))
    assert "/accounts/link/(token)/" in everything
    assert token not in everything
    assert "some-personal-token" not in everything


def test_a_foreign_host_name_is_refused(site):
    assert site.browser.get("/accounts/login/", Host="evil.example.net").status == 400
