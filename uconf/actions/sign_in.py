"""Sign-in links: printed by a command, good for one sign-in within a day."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.translation import gettext as _

from uconf.actions import team
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.models import User


class _Tokens(PasswordResetTokenGenerator):
    """Django's signed tokens under a key salt of our own; any sign-in makes the user's older tokens invalid.

    Valid for ``PASSWORD_RESET_TIMEOUT`` seconds (nothing else here uses that setting).
    """

    key_salt = "uconf.actions.sign_in"

    def _make_hash_value(self, user, timestamp):
        # To the microsecond, unlike Django's: two sign-ins within one second are two.
        last = user.last_login.isoformat() if user.last_login else ""
        return f"{user.pk}|{user.password}|{last}|{timestamp}|{user.email}"

    def _now(self):
        return clock.now().replace(tzinfo=None)


_tokens = _Tokens()


def new_token(*, user):
    """A token that signs this user in once. Nothing is stored."""
    return _tokens.make_token(user)


def user_of(*, user_id, token):
    """The user whom a token would sign in, or None: it was used, is older than a day, or was never one."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user if user is not None and _tokens.check_token(user, token) else None


@transaction.atomic
def redeem(*, user_id, token):
    """Use a token up and return its user, who may now be signed in. Raises Refusal the second time."""
    user = user_of(user_id=user_id, token=token)
    # Of two presses at the same moment only one finds the row as its token knows it.
    if user is None or not User.objects.filter(pk=user.pk, last_login=user.last_login).update(last_login=clock.now()):
        raise Refusal(_("This sign-in link was used already, or it is older than a day."))
    user.refresh_from_db()
    team.claim_memberships(user=user)
    return user
