"""Stable public identifiers: short, unguessable enough not to be counted, safe in an address."""

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # nothing that reads like something else
LENGTH = 10


def new_public_id() -> str:
    """A new identifier of ten characters, about 49 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
