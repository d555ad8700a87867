"""Accounts: who signs in by an address."""

from django.db import transaction

from uconf.lib.races import looks_again
from uconf.models import User


@transaction.atomic
@looks_again
def account_at(*, address, name=""):
    """The account of an address; a new one without a password can sign in by code at once."""
    return User.objects.filter(email=address).first() or User.objects.create_user(address, name=name)
