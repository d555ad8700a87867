"""Settings come from the environment, typed; what is missing or odd is named together with what is allowed."""

import runpy
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.processes import OURS, ROOT, run

SECRET = "s3cret-" * 10
PRODUCTION = {
    "SECRET_KEY": SECRET,
    "BASE_URL": "https://uconf.example.org",
    "EMAIL_URL": "smtp+tls://user:pass@mail.example.org:587",
    "DATABASE_URL": "postgres://uconf:pass@database/uconf",
    "REDIS_URL": "redis://redis:6379/0",
}


@pytest.fixture
def read(monkeypatch, tmp_path):
    """Read the settings in an environment of these variables alone."""

    def read(**environment):
        for name in OURS:
            monkeypatch.delenv(name, raising=False)
        for name, value in {"DATA_DIR": str(tmp_path), **environment}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "uconf/settings.py"))

    return read


def test_a_laptop_needs_nothing_but_debug(read, tmp_path):
    found = read(DEBUG="1")

    assert found["BASE_URL"] == "http://127.0.0.1:8000"
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "uconf.sqlite3")
    assert found["CELERY_BROKER_URL"].startswith("memory://")
    assert found["MAIL"].kind == "mailbox"
    assert read(DEBUG="1")["SECRET_KEY"] == found["SECRET_KEY"]
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_production_reads_what_it_is_given(read):
    found = read(**PRODUCTION)

    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["uconf.example.org"]
    assert found["MAIL_DOMAIN"] == "uconf.example.org"
    assert (found["MAIL"].host, found["MAIL"].port, found["MAIL"].security) == ("mail.example.org", 587, "tls")
    assert found["CELERY_BROKER_URL"] == "redis://redis:6379/0"


@pytest.mark.parametrize("name", ["SECRET_KEY", "BASE_URL", "EMAIL_URL"])
def test_what_production_lacks_is_named_with_what_is_allowed(read, name):
    lacking = {key: value for key, value in PRODUCTION.items() if key != name}

    with pytest.raises(ImproperlyConfigured, match=rf"^{name} is not set\. Allowed: .+"):
        read(**lacking)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("DEBUG", ""),
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("SECRET_KEY", "short"),
        ("BASE_URL", "uconf.example.org"),
        ("BASE_URL", "ftp://uconf.example.org"),
        ("BASE_URL", "https://uconf.example.org/here"),
        ("BASE_URL", "https://uconf.example.org:port"),
        ("BASE_URL", "https://[uconf"),
        ("ALLOWED_HOSTS", ""),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "http://redis"),
        ("MAIL_DOMAIN", "someone@example.org"),
        ("MAIL_DOMAIN", ""),
        ("EMAIL_URL", ""),
        ("EMAIL_URL", "mail.example.org"),
        ("EMAIL_URL", "imap://mail.example.org"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://mail.example.org:port"),
        ("INBOUND_MAIL", "perhaps"),
        ("IMAP_URL", "pop://user:pass@mail.example.org"),
        ("IMAP_URL", "imaps://mail.example.org/INBOX"),
        ("IMAP_URL", "imaps://user:pass@mail.example.org:port/INBOX"),
        ("DATABASE_URL", "mysql://localhost/uconf"),
        ("DATABASE_URL", "nonsense"),
        ("DATA_DIR", "/proc/uconf"),
    ],
)
def test_an_odd_value_is_named_with_what_is_allowed(read, name, value):
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} (is|has|starts|names) .+ Allowed: .+") as refusal:
        read(**{**PRODUCTION, name: value})

    assert "Traceback" not in str(refusal.value)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "EMAIL_URL", "IMAP_URL"])
def test_a_refused_address_does_not_tell_its_password(read, name):
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(**{**PRODUCTION, name: "odd://user:hunter2@host:1/x"})

    assert "hunter2" not in str(refusal.value)


def test_a_socket_is_spelled_as_celery_wants_it(read):
    found = read(**{**PRODUCTION, "REDIS_URL": "unix:///run/redis.sock?db=3"})

    assert found["CELERY_BROKER_URL"] == "redis+socket:///run/redis.sock?virtual_host=3"
    assert found["CACHES"]["default"]["LOCATION"] == "unix:///run/redis.sock?db=3"


@pytest.mark.parametrize(("host", "base"), [("0.0.0.0", "http://localhost:8005"), ("::", "http://localhost:8005")])
def test_what_is_listened_to_everywhere_is_opened_here(read, host, base):
    assert read(DEBUG="1", HOST=host, PORT="8005")["BASE_URL"] == base


def test_cookies_are_bound_to_https_and_the_proxy_is_believed_only_there(read):
    with_tls, without = read(**PRODUCTION), read(DEBUG="1")

    assert (with_tls["SESSION_COOKIE_NAME"], with_tls["SESSION_COOKIE_SECURE"]) == ("__Host-session", True)
    assert with_tls["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert with_tls["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
    assert (without["SESSION_COOKIE_NAME"], without["SESSION_COOKIE_SECURE"]) == ("session", False)
    assert without["SECURE_PROXY_SSL_HEADER"] is None
    assert without["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0


def check(*arguments, **environment):
    return run([sys.executable, "manage.py", "check", *arguments], **environment)


def test_a_production_environment_passes_the_deployment_check_without_a_warning(tmp_path):
    run = check("--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path), **PRODUCTION)

    assert run.returncode == 0, run.stderr
    assert "no issues" in run.stdout


def test_the_deployment_check_warns_when_sign_in_limits_are_not_shared(tmp_path):
    run = check("--deploy", DATA_DIR=str(tmp_path), **{**PRODUCTION, "REDIS_URL": ""})

    assert "uconf.W001" in run.stderr


def test_mail_comes_in_only_where_its_domain_is_said(read):
    with pytest.raises(ImproperlyConfigured, match="MAIL_DOMAIN"):
        read(**PRODUCTION, INBOUND_MAIL="1")

    assert read(**PRODUCTION, INBOUND_MAIL="1", MAIL_DOMAIN="mc.example.org")["INBOUND_MAIL"] is True


def test_a_mailbox_to_fetch_from_needs_inbound_mail(read):
    mailbox = "imaps://user%40example.org:pass@mail.example.org/Lists/uconf"
    with pytest.raises(ImproperlyConfigured, match="INBOUND_MAIL"):
        read(**PRODUCTION, IMAP_URL=mailbox)

    found = read(**PRODUCTION, INBOUND_MAIL="1", MAIL_DOMAIN="mc.example.org", IMAP_URL=mailbox)["IMAP"]
    assert (found.user, found.port, found.folder) == ("user@example.org", 993, "Lists/uconf")
