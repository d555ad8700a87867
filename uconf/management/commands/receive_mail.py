"""`manage.py receive_mail`: takes one mail on standard input, for a mail server's pipe.

It ends with the statuses of sysexits.h, which mail servers understand: 0 stored, 65 too large, 67 for nobody here,
75 try again later. What it says on standard error goes back to the writer; it never names anybody.
"""

import sys

from django.conf import settings
from django.core.management import BaseCommand
from django.db import DatabaseError

from attendees.outreach.inbound import storing
from uconf import tasks
from uconf.lib import limits

EX_DATAERR, EX_NOUSER, EX_UNAVAILABLE, EX_TEMPFAIL = 65, 67, 69, 75


class Command(BaseCommand):
    help = "Takes one mail (RFC 5322) on standard input and keeps it for the microconference it was sent to."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "recipients", nargs="*", help="the addresses it is delivered to; else they are read from its headers"
        )

    def handle(self, *args, recipients, **options):
        if not settings.INBOUND_MAIL:
            self._end(EX_UNAVAILABLE, "No mail is taken in here (INBOUND_MAIL is off).")
        raw = sys.stdin.buffer.read(limits.MAIL + 1)
        try:
            row = storing.store(raw=_without_envelope(raw), recipients=recipients)
        except storing.NotOurs as refused:
            self._end(EX_NOUSER, str(refused))
        except storing.TooLarge as refused:
            self._end(EX_DATAERR, str(refused))
        except (DatabaseError, OSError):
            self._end(EX_TEMPFAIL, "The mail cannot be stored at the moment. Try again later.")
        try:
            tasks.read_mail.delay(row.pk)
        except Exception:  # noqa: BLE001  (it is stored; the next sweep reads it)
            self.stderr.write("Stored; it will be read a little later.")

    def _end(self, status, words):
        self.stderr.write(words)
        sys.exit(status)


def _without_envelope(raw):
    """The mail without the “From ” line that some programs write before it."""
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
