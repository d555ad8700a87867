import json
import sys

from django.core.management.base import BaseCommand, CommandError

from uconf.lib.refusals import Refusal
from uconf.models import Conference
from uconf.proposal import reader
from uconf.proposal.reviewed import from_reading
from uconf.proposal.save import save


class Command(BaseCommand):
    help = (
        "Read a proposal's text and store it as a draft of a conference; with --dry-run only say what was understood."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", help="a text, Markdown or HTML file, or - for standard input")
        parser.add_argument("--conference", metavar="SLUG", help="where it belongs; a dry run needs none")
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, file, conference, dry_run, json: bool, **options):
        found = self._conference(conference, dry_run)
        try:
            text = reader.decode(self._bytes(file))
        except reader.UnreadableProposal as refusal:
            raise CommandError(f"{file}: {refusal}") from None
        reading = reader.read(text)
        if dry_run:
            self._say(reading, json)
            return
        try:
            microconference = save(proposal=from_reading(reading), conference=found, by=None)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self._say(reading, json)
        if not json:
            self.stdout.write(f"Stored as a draft: {microconference.organize_url()}")

    def _conference(self, slug, dry_run):
        if not slug:
            if dry_run:
                return None
            raise CommandError("Say where it belongs with --conference SLUG, or try it with --dry-run.")
        found = Conference.objects.filter(slug=slug).first()
        if found is None:
            known = ", ".join(Conference.objects.values_list("slug", flat=True)[:10]) or "none yet"
            raise CommandError(f"There is no conference “{slug}”. Known: {known}.")
        return found

    def _bytes(self, file):
        if file == "-":
            return sys.stdin.buffer.read(reader.LIMIT + 1)
        try:
            with open(file, "rb") as source:
                return source.read(reader.LIMIT + 1)
        except OSError as refusal:
            raise CommandError(f"{file} cannot be read: {refusal.strerror}.") from None

    def _say(self, reading, as_json):
        if as_json:
            self.stdout.write(json.dumps(reader.as_dict(reading), ensure_ascii=False, indent=2))
            return
        self.stdout.write(reading.title or "(no title)")
        for count, words in [
            (len(reading.leads), "leads"),
            (len(reading.topics), "topics"),
            (len(reading.attendees), "attendees"),
            (len(reading.editions), "earlier editions"),
            (len(reading.outcomes), "outcomes"),
            (len(reading.not_understood), "places not understood"),
        ]:
            self.stdout.write(f"  {count} {words}")
        for piece in reading.not_understood:
            self.stdout.write(f"  {piece.ref}: {' '.join(piece.text.split())[:100]}")
