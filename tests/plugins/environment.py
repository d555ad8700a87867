"""Sets the environment before pytest-django reads the settings (conftest.py would be too late).

TEST_DATABASE=postgresql gives the run a private PostgreSQL, and a private Redis where there is one. The processes
of pytest-xdist share both; each has a database, a Redis number and a data folder of its own.
"""

import atexit
import os
import shutil
import tempfile

import pytest

from tests.plugins import services

_started = []


def _start(service_class):
    service = service_class()
    atexit.register(service.stop)
    _started.append(service)


# Playwright's sync API keeps an event loop in the thread of the tests; the tests after it use the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")

if _worker:
    os.environ["DATA_DIR"] = os.path.join(os.environ["TEST_FOLDER"], _worker)
    if os.environ.get("TEST_REDIS"):
        os.environ["REDIS_URL"] = os.environ["TEST_REDIS"].replace("db=0", f"db={int(_worker[2:]) + 1}")
else:
    os.environ["TEST_FOLDER"] = os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="uconf-tests-")
    atexit.register(shutil.rmtree, os.environ["TEST_FOLDER"], ignore_errors=True)
    for name in ("DATABASE_URL", "REDIS_URL", "TEST_REDIS"):
        os.environ.pop(name, None)
    if os.environ.get("TEST_DATABASE") == "postgresql":
        if services.missing("PostgreSQL"):
            raise pytest.UsageError(f"TEST_DATABASE is postgresql, but {services.missing('PostgreSQL')}.")
        _start(services.PostgreSQL)
        os.environ["DATABASE_URL"] = _started[-1].url()
        if not services.missing("Redis"):
            _start(services.Redis)
            os.environ["REDIS_URL"] = os.environ["TEST_REDIS"] = _started[-1].url()

os.environ.update(
    DEBUG="0",
    SECRET_KEY="a-key-for-the-tests-alone-that-is-long-enough-to-be-accepted",
    BASE_URL="http://testserver",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    EMAIL_URL="mailbox:",
)
for name in ("HOST", "PORT", "MAIL_DOMAIN", "INBOUND_MAIL", "IMAP_URL"):
    os.environ.pop(name, None)


def pytest_report_header():
    servers = [type(each).__name__ for each in _started] or ["SQLite"]
    return f"servers: {', '.join(servers)}"


def need(*names):
    """Leave a test out where a service is missing, in words; with REQUIRE_SERVICES=1 that is a failure."""
    lacking = services.missing(*names)
    if lacking and os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"{lacking}, and REQUIRE_SERVICES is 1.")
    elif lacking:
        pytest.skip(lacking)
