"""Programs of ours that a test starts as a person or a container would, and talks to."""

import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import urllib.parse
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.plugins.services import stop, wait_until

ROOT = Path(settings.BASE_DIR)
OURS = [
    "DEBUG", "HOST", "PORT", "DATA_DIR", "SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "REDIS_URL", "MAIL_DOMAIN",
    "EMAIL_URL", "INBOUND_MAIL", "IMAP_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SENDING_PER_MINUTE",
    "SENDING_PER_DOMAIN_PER_MINUTE", "SENDING_PAUSES_AFTER",
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # for the tests alone, see tests/plugins/environment.py
]  # fmt: skip


def environment(**ours):
    """This process's environment with these settings of ours and no others, and our Python first."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("TEST_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return {**kept, "PATH": path, "PYTHONUNBUFFERED": "1", **ours}


@contextmanager
def started(command, *, log, cwd=ROOT, **ours):
    """A program for the length of a block; what it says goes into the file ``log``."""
    with Path(log).open("w") as out:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=cwd, env=environment(**ours), stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            stop(process)


def run(command, *, cwd=ROOT, **ours):
    """Run a program to its end and return what it was; the test looks at its status."""
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment(**ours), capture_output=True, text=True, timeout=120
    )


def copy_of_the_code(folder):
    """The files that the image would hold, so that collected files do not get in between ours."""
    leave_out = (ROOT / ".dockerignore").read_text().split()
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*[line.removeprefix("**/") for line in leave_out]))
    return folder


class Browser:
    """As much of a browser as a test of servers needs: it keeps cookies and reads forms."""

    def __init__(self, base_url):
        self._base = urllib.parse.urlsplit(base_url)
        self._cookies = {}

    def request(self, method, path, body=None, headers=None):
        https = self._base.scheme == "https"
        # The certificate is the test's own.
        kind = {"context": ssl._create_unverified_context()} if https else {}
        connection = (http.client.HTTPSConnection if https else http.client.HTTPConnection)(
            self._base.hostname, self._base.port, timeout=20, **kind
        )
        headers = dict(headers or {})
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.body = answer.read()
        for cookie in answer.msg.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self._cookies[name] = value
        connection.close()
        return answer

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def json(self, path):
        return json.loads(self.get(path).body)

    def post(self, path, *, headers=None, **fields):
        """Send the form that stands at an address back to it, with its token, as a browser does."""
        page = self.get(path).body.decode()
        fields["csrfmiddlewaretoken"] = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
        origin = f"{self._base.scheme}://{self._base.netloc}"
        return self.request(
            "POST", path, urllib.parse.urlencode(fields),
            {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin, **(headers or {})},
        )  # fmt: skip

    def answers(self):
        """Whether anybody answers yet."""
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def is_ready(self):
        try:
            return self.get("/readyz").status == 200
        except OSError:
            return False

    def wait(self):
        wait_until(self.answers, what="the site")
        return self
