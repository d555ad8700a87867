"""The servers that some tests run against: found on this machine, started for the run alone, gone after it.

Nothing here touches a server that runs already. Also run by `tools/test.py`, which has no Django.
"""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

WHERE = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"])
# Service -> the program that it needs and Debian's package of it.
PROGRAMS = {
    "PostgreSQL": ("initdb", "postgresql"),
    "Redis": ("redis-server", "redis-server"),
    "nginx": ("nginx", "nginx"),
    "Chromium": ("chromium", "chromium"),
    "openssl": ("openssl", "openssl"),
    "Dovecot": ("dovecot", "dovecot-imapd"),
}


def find(service):
    """The path of a service's program, or None."""
    program, _package = PROGRAMS[service]
    found = shutil.which(program, path=WHERE)
    if found is None and service == "PostgreSQL":
        # Debian keeps it off the PATH, one folder for each version.
        versions = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: float(path.split("/")[4]))
        found = versions[-1] if versions else None
    if found and service == "PostgreSQL":
        found = os.path.realpath(found)  # the other programs stand beside it (Redis, though, looks at its own name)
    return Path(found) if found else None


def missing(*services):
    """Why these services cannot be had, as a sentence; empty when all can."""
    lacking = [service for service in services if find(service) is None]
    packages = " ".join(PROGRAMS[service][1] for service in lacking)
    return f"{' and '.join(lacking)} not found (apt-get install {packages})" if lacking else ""


def free_port():
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, *, within=30.0, every=0.05, what="it"):
    """Wait for a condition; its last answer is returned. Raises TimeoutError."""
    end = time.monotonic() + within
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {within} s")
        time.sleep(every)


def stop(process, *, within=10.0):
    """End a process politely, then not; return its exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(within)
        if process.poll() is None:
            process.kill()
    return process.wait(5)


class PostgreSQL:
    """A cluster of its own: unix socket only, quick rather than safe. As root it runs as `nobody`.

    ``keeps_commits``: also over ``restart_at_once``. ``safe``: as in production, for benchmarks.
    """

    def __init__(self, *, safe=False, keeps_commits=False):
        self._bin = find("PostgreSQL").parent
        self._folder = Path(tempfile.mkdtemp(prefix="uconf-postgres-"))
        self._as = {"cwd": self._folder, "check": True, "stdout": subprocess.DEVNULL}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
            self._as |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        data = self._folder / "data"
        self._run("initdb", "-D", data, "-U", "uconf", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        quick = "" if safe else "-c fsync=off -c full_page_writes=off "
        quick += "" if safe or keeps_commits else "-c synchronous_commit=off "
        self._options = f"-k {self._folder} -c listen_addresses='' {quick}-c max_connections=100"
        self._run("pg_ctl", "-D", data, "-l", self._folder / "log", "-w", "-o", self._options, "start")

    def _run(self, program, *arguments):
        subprocess.run([self._bin / program, *map(str, arguments)], **self._as)

    def url(self, database="postgres"):
        return f"postgres://uconf@/{database}?host={self._folder}"

    def create(self, database):
        self._run("createdb", "-h", self._folder, "-U", "uconf", database)
        return self.url(database)

    def restart_at_once(self):
        """Stop as a crash would, without a word to anybody, and start again."""
        data = self._folder / "data"
        self._run(
            "pg_ctl", "-D", data, "-l", self._folder / "log", "-w", "-o", self._options, "-m", "immediate", "restart"
        )

    def stop(self):
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)


class Redis:
    """A server of its own, in memory only, on a unix socket."""

    def __init__(self, *options):
        self._folder = Path(tempfile.mkdtemp(prefix="uconf-redis-"))
        self._socket = self._folder / "socket"
        self._process = subprocess.Popen(
            [
                find("Redis"),
                "--port",
                "0",
                "--unixsocket",
                str(self._socket),
                "--save",
                "",
                "--appendonly",
                "no",
                *options,
            ],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )
        wait_until(self._socket.exists, what="Redis")

    def url(self, number=0):
        return f"unix://{self._socket}?db={number}"

    def stop(self):
        stop(self._process)
        shutil.rmtree(self._folder, ignore_errors=True)


class Dovecot:
    """An IMAP server of its own, without TLS, with one mailbox. As root its mail belongs to `nobody`."""

    USER, PASSWORD = "uconf", "a-password"

    def __init__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="uconf-dovecot-"))
        self._folder.chmod(0o755)
        self.port = free_port()
        is_root = os.geteuid() == 0
        owner = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
        (self._folder / "home").mkdir()
        os.chown(self._folder / "home", owner.pw_uid, owner.pw_gid)
        users = self._folder / "users"
        users.write_text(f"{self.USER}:{{PLAIN}}{self.PASSWORD}\n")
        users.chmod(0o644)
        alone = "" if is_root else (
            f"default_internal_user = {owner.pw_name}\ndefault_login_user = {owner.pw_name}\n"
            f"default_internal_group = {owner.pw_gid}\n"
        )  # fmt: skip
        settings = self._folder / "dovecot.conf"
        settings.write_text(
            f"base_dir = {self._folder}/run\nstate_dir = {self._folder}/state\nlog_path = {self._folder}/log\n"
            f"protocols = imap\nlisten = 127.0.0.1\nssl = no\ndisable_plaintext_auth = no\n{alone}"
            f"first_valid_uid = {owner.pw_uid}\nfirst_valid_gid = {owner.pw_gid}\n"
            f"mail_location = maildir:{self._folder}/home/mail\n"
            f"passdb {{\n driver = passwd-file\n args = {users}\n}}\n"
            f"userdb {{\n driver = static\n args = uid={owner.pw_uid} gid={owner.pw_gid} home={self._folder}/home\n}}\n"
            "service imap-login {\n chroot =\n inet_listener imap {\n"
            f"  port = {self.port}\n }}\n inet_listener imaps {{\n  port = 0\n }}\n}}\n"
            "service anvil {\n chroot =\n}\nservice stats {\n chroot =\n}\n"
        )
        self._process = subprocess.Popen(
            [find("Dovecot"), "-F", "-c", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(self._answers, what="Dovecot")

    def _answers(self):
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
            return connection.recv(100).startswith(b"* OK")
        return False

    def url(self):
        return f"imap://{self.USER}:{self.PASSWORD}@127.0.0.1:{self.port}/INBOX"

    def stop(self):
        stop(self._process)
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def running(service_class):
    """A service for the length of a block."""
    service = service_class()
    try:
        yield service
    finally:
        service.stop()
