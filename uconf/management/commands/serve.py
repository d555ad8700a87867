"""`manage.py serve`: the whole site in one process."""

import fcntl
import io
import os
import re
import signal
import socket
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from uconf.accounts import sign_in_url
from uconf.models import User

THREADS = 8
LOCK = "serving.lock"


class Command(BaseCommand):
    help = "Serves the site: web server, Celery worker and beat in one process. Ctrl-C stops all three."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--sign-in", metavar="ADDRESS", help="print a sign-in link for this user, valid once")
        parser.add_argument(
            "--sample",
            action="store_true",
            help="first bring the database up to date and load the sample if it is missing; its lead gets the link",
        )

    def handle(self, *args, sign_in, sample, **options):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: sys.exit(130))
        listener = listen(settings.HOST, settings.PORT)
        with listener, hold(fcntl.LOCK_SH):
            if sample:
                sign_in = self._prepare() or sign_in
            else:
                refuse_old_database()
            said = f"uconf runs at {settings.BASE_URL}/"
            if sign_in:
                user = User.objects.filter(email=sign_in.strip().casefold()).first()
                if user is None:
                    raise CommandError(f"Nobody signs in as {sign_in}. Check the address.")
                said = f"Sign in as {user}, once, at {sign_in_url(user)}"
            status = self._serve(listener, f"{said} (Ctrl-C stops uconf)")
        if status:
            sys.exit(status)

    def _prepare(self):
        """Bring the database up to date and load the sample; return its lead's address, if there is a sample."""
        call_command("migrate", verbosity=0)
        return load_sample()

    def _serve(self, listener, said):
        # Imported here: both are slow, and a taken port should be said at once.
        import waitress
        from django.core.servers.basehttp import get_internal_wsgi_application

        from uconf.embedded import Background

        failed = []

        def end(*_):
            signal.signal(signal.SIGINT, die_at_once)
            raise KeyboardInterrupt

        def ended_by_itself():
            failed.append(True)
            os.kill(os.getpid(), signal.SIGTERM)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)
        background = None
        try:
            server = waitress.create_server(
                get_internal_wsgi_application(), sockets=[listener], threads=THREADS, ident=None
            )
            background = Background(on_end=ended_by_itself)
            background.start()
            self.stdout.write(said)
            self.stdout.flush()
            server.run()  # returns on KeyboardInterrupt
        except KeyboardInterrupt:
            pass
        finally:
            if background is not None:
                background.stop()
        return 1 if failed else 0


def die_at_once(*_):
    """The second Ctrl-C: whoever presses it does not want to wait. The queue is the database: nothing is lost."""
    os._exit(130)


def listen(host, port):
    """A listening socket, or a CommandError that says in a sentence why there is none."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except PermissionError:
        raise CommandError(f"Port {port} may not be used by this user. Choose one above 1023: PORT=8001.") from None
    except OSError as refusal:
        if isinstance(refusal, socket.gaierror) or refusal.errno == 99:
            raise CommandError(f"HOST is {host!r}, which is no address of this machine. Try 127.0.0.1.") from None
        raise CommandError(
            f"Port {port} is taken by another program. Stop it, or choose another port: make run PORT={port + 1}."
        ) from None
    return listener


class hold:  # noqa: N801  (reads as a verb)
    """Hold the data folder: many may serve from it (LOCK_SH); only one may empty it (LOCK_EX)."""

    def __init__(self, how):
        self._how = how

    def __enter__(self):
        self._file = (Path(settings.DATA_DIR) / LOCK).open("a")
        try:
            fcntl.flock(self._file, self._how | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            what = "is being reset" if self._how == fcntl.LOCK_SH else "is in use: uconf is being served from it"
            raise CommandError(f"{settings.DATA_DIR} {what}. Stop that first (Ctrl-C), then try again.") from None
        return self

    def __exit__(self, *_):
        self._file.close()


def refuse_old_database():
    """Say in one sentence that the database lacks tables, rather than in a traceback for each task."""
    plan = MigrationExecutor(connection)
    if plan.migration_plan(plan.loader.graph.leaf_nodes()):
        raise CommandError(
            "The database is not up to date. Run `manage.py migrate` first, or `manage.py serve --sample`."
        )


def load_sample():
    """Load the sample if it is missing and return its lead's address; None where there is no sample."""
    if "sample" not in get_commands():
        return None
    said = io.StringIO()
    call_command("sample", stdout=said)
    found = re.findall(r"[\w.+-]+@[\w.-]*\w", said.getvalue())
    return found[-1] if found else None
