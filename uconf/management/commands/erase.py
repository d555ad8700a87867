"""`manage.py erase ADDRESS`: erases somebody who asked the operator for it."""

from django.core.management import BaseCommand, CommandError

from uconf.lib.refusals import Refusal
from uconf.lifecycle import erasing
from uconf.models import Person


class Command(BaseCommand):
    help = (
        "Erases somebody for good: lists, answers, letters, account. A keyed hash of the address stays, so that "
        "nobody can add it again; --forget leaves none."
    )

    def add_arguments(self, parser):
        parser.add_argument("address", help="their mail address")
        parser.add_argument("--forget", action="store_true", help="keep no hash: they may be added again")
        parser.add_argument("--yes", action="store_true", help="do not ask first")

    def handle(self, *args, address, forget, yes, **options):
        person = Person.objects.at(address).first()
        if person is None:
            raise CommandError("Nobody here has this address.")
        if not yes:
            lists = person.attendances.count()
            self.stdout.write(f"{person}: on {lists} list{'' if lists == 1 else 's'}. There is no way back.")
            if input("Erase? Type yes: ").strip().casefold() != "yes":
                raise CommandError("Nothing was erased.")
        try:
            erasing.erase_person(person=person, by=None, suppress=not forget)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write("Erased.")
