"""`manage.py ready`: what /readyz says, for a container's health check or an operator's eyes."""

import json
import sys

from django.core.management import BaseCommand

from uconf.views.health import readiness


class Command(BaseCommand):
    help = "Says whether database, broker, worker and beat work; ends with 1 if one does not."
    requires_system_checks = []

    def handle(self, *args, **options):
        found = readiness()
        self.stdout.write(json.dumps({"ready": not found.wrong, "wrong": found.wrong, **found.facts}, indent=1))
        if found.wrong:
            sys.exit(1)
