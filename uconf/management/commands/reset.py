"""`manage.py reset`: the sample as it was on the first day."""

import fcntl
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection

from uconf.management.commands.serve import hold, load_sample


class Command(BaseCommand):
    help = "Deletes the embedded database and the local mailbox, and brings the sample back. Development only."
    requires_system_checks = []

    def handle(self, *args, **options):
        folder = Path(settings.DATA_DIR)
        database = Path(settings.DATABASES["default"]["NAME"])
        if not settings.DEBUG or connection.vendor != "sqlite" or database.parent != folder:
            raise CommandError("Only a development database in DATA_DIR is reset (DEBUG=1, no DATABASE_URL).")
        with hold(fcntl.LOCK_EX):
            connection.close()
            for path in folder.glob(f"{database.name}*"):
                path.unlink()
            shutil.rmtree(folder / "mailbox", ignore_errors=True)
            call_command("migrate", verbosity=0)
            lead = load_sample()
        again = f"The sample is back; {lead} leads it." if lead else "The database is empty."
        self.stdout.write(f"Deleted the database and the mailbox in {folder}. {again}")
