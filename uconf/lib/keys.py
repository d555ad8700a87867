"""Keys of their own for each purpose, derived from SECRET_KEY by HKDF's expand step (RFC 5869)."""

import base64
import hashlib
import hmac
from functools import lru_cache

from django.conf import settings


def derive(purpose: str) -> bytes:
    """The 32-byte key of one purpose; no purpose can use or guess another's."""
    return _derive(settings.SECRET_KEY, purpose)


@lru_cache(maxsize=50)
def _derive(secret, purpose):
    return hmac.digest(secret.encode(), b"uconf:" + purpose.encode() + b"\x01", "sha256")


def keyed_hash(purpose: str, text: str) -> str:
    """A hash that only this installation can compute: for remembering what must not be kept in the clear."""
    return hmac.digest(derive(purpose), text.encode(), "sha256").hex()


def token(purpose: str, text: str) -> str:
    """An unguessable token of 192 bits for a text, the same every time, safe in an address."""
    return base64.urlsafe_b64encode(hmac.digest(derive(purpose), text.encode(), "sha256")[:24]).decode()


def fingerprint(secret: str) -> str:
    """What is stored of a token: enough to recognise it, useless to whoever reads the table."""
    return hashlib.sha256(secret.encode()).hexdigest()
