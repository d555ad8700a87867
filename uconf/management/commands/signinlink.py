"""`manage.py signinlink ADDRESS`: a way in when no mail arrives."""

from django.core.management import BaseCommand, CommandError

from uconf.accounts import sign_in_url
from uconf.models import User


class Command(BaseCommand):
    help = "Prints a sign-in link for somebody who has an account, valid once and for a day."

    def add_arguments(self, parser):
        parser.add_argument("address", help="their mail address")

    def handle(self, *args, address, **options):
        user = User.objects.filter(email=address.strip().casefold(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {address}. Check the address.")
        self.stdout.write(sign_in_url(user))
