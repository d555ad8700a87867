"""`manage.py committee ADDRESS --conference SLUG`: how the first person gets in."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.db import transaction
from django.urls import reverse

from uconf.accounts import sign_in_url
from uconf.actions import committee, conference_settings
from uconf.lib.refusals import Refusal
from uconf.models import Conference


class Command(BaseCommand):
    help = "Makes a conference if it is missing, puts somebody on its committee, and prints a sign-in link for them."

    def add_arguments(self, parser):
        parser.add_argument("address", help="their mail address")
        parser.add_argument("--conference", metavar="SLUG", required=True, help="such as plumbers-2027")

    def handle(self, *args, address, conference, **options):
        try:
            validate_slug(conference)
            if len(conference) > Conference._meta.get_field("slug").max_length:
                raise ValidationError("too long")
        except ValidationError:
            raise CommandError(
                f"“{conference}” cannot stand in an address. Use up to 60 letters, digits and hyphens, "
                "such as plumbers-2027."
            ) from None
        try:
            with transaction.atomic():
                found, is_new = conference_settings.find_or_make(slug=conference)
                user = committee.add_by_address(conference=found, address=address, by=None)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        page = settings.BASE_URL + reverse("uconf:committee", args=[found.slug])
        if is_new:
            self.stdout.write(
                f"Made the conference “{found}”, {found.starts_on} to {found.ends_on} in {found.timezone}. "
                f"Correct its name, days and zone at {page}"
            )
        self.stdout.write(f"{user.email} is on the committee of “{found}” ({page}).")
        self.stdout.write(f"Sign in once, within a day, at {sign_in_url(user)}")
