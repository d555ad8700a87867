"""Signed tickets in a letter's link: what somebody is about to confirm, stored nowhere else."""

from datetime import datetime, timedelta

from django.core import signing

from uconf.lib import clock, keys

GOOD_FOR = timedelta(days=7)


def ticket(purpose, **facts):
    """A token that says these facts for a week, to whoever holds it. Nobody can make another."""
    return _signer(purpose).sign_object({**facts, "at": clock.now().isoformat()}, compress=True)


def read(purpose, token):
    """The facts of a token; None if it is none, is for something else, or is older than a week."""
    try:
        facts = _signer(purpose).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return facts if clock.now() - datetime.fromisoformat(facts["at"]) < GOOD_FOR else None


def _signer(purpose):
    return signing.Signer(key=keys.derive(f"ticket-{purpose}"), salt=purpose)
