"""The addresses under which mail comes in: one for each microconference, one for each letter. Nothing is stored.

    performance.1f.k2m4…+a7gk3p…s9d8…@uconf.example.org
    ───┬─────── ──┬────  ──┬─── ─┬──
       for eyes   │     letter   its tag          a tag is an HMAC under a key of its own: it cannot be guessed,
            number and tag of the microconference    is the same every time, and survives capitals

The part for eyes is not looked at when mail comes in, so that an address outlives a change of the page's address.
"""

import base64
import hmac
import re
from dataclasses import dataclass

from django.conf import settings

from attendees.models import Letter
from uconf.lib import keys
from uconf.lib.ids import ALPHABET, LENGTH
from uconf.models import Microconference

TAG = 12  # characters of 5 bits each
FOR_EYES = 16
_LOCAL = re.compile(
    rf"(?:[a-z0-9-]*\.)?([0-9a-z]{{1,8}})\.([a-z2-7]{{{TAG}}})(?:\+([{ALPHABET}]{{{LENGTH}}})([a-z2-7]{{{TAG}}}))?"
)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Found:
    """Whose address it is: a microconference's, perhaps one of its letters'."""

    microconference: Microconference
    letter: Letter | None = None


def is_on():
    """Whether mail can come in at all."""
    return settings.INBOUND_MAIL


def of_microconference(microconference):
    """The address for Cc and Bcc; also the one that letters come from. At most 38 octets before the @."""
    return f"{_local(microconference)}@{settings.MAIL_DOMAIN}"


def of_letter(letter):
    """The address of one letter of a microconference: for replies, and for mail that comes back (at most 61 octets)."""
    return (
        f"{_local(letter.microconference)}+{letter.public_id}{_tag('letter', letter.public_id)}@{settings.MAIL_DOMAIN}"
    )


def of_site():
    """What letters come from that are about no microconference."""
    return f"no-reply@{settings.MAIL_DOMAIN}"


def without_inbound(microconference):
    """What letters come from where no mail comes in: the same for nobody else, over all conferences."""
    conference = microconference.conference.slug if microconference.conference_id else str(microconference.year)
    return f"{microconference.slug[:40].strip('-') or 'mc'}.{conference[:23].strip('-')}@{settings.MAIL_DOMAIN}"


def find(addresses):
    """What the first of many addresses that is one of ours stands for; a letter's goes before a microconference's.

    None if there is none. Two queries at most, however many addresses there are.
    """
    parsed = [each for each in map(parse, addresses) if each is not None]
    if not parsed:
        return None
    letters = {each for _mc, each in parsed if each}
    for letter in Letter.objects.filter(public_id__in=letters).select_related(
        "microconference__conference", "to_person", "to_user", "asked_by__person", "asked_by__user"
    ):
        if letter.microconference is not None:
            return Found(letter.microconference, letter)
    mcs = Microconference.objects.filter(pk__in={mc for mc, _letter in parsed}).exclude(conference=None)
    found = mcs.select_related("conference").order_by("pk").first()
    return Found(found) if found else None


def parse(address):
    """The numbers in one of our addresses: (microconference's key, letter's public id or ""); None if it is none."""
    local, _at, domain = address.strip().casefold().rpartition("@")
    if domain != settings.MAIL_DOMAIN.casefold() or len(local) > 64:
        return None
    match = _LOCAL.fullmatch(local)
    if match is None:
        return None
    number, tag, letter, letter_tag = match.groups()
    pk = int(number, 36)
    if not hmac.compare_digest(tag, _tag("microconference", str(pk))) or pk > 2**62:
        return None
    if letter and not hmac.compare_digest(letter_tag, _tag("letter", letter)):
        letter = None
    return pk, letter or ""


def is_ours(address, microconference):
    """Whether this site writes from an address, about a microconference or at all.

    Not every address of our domain is ours: somebody's own mailbox may be there too.
    """
    address = address.strip().casefold()
    ours = (of_site(), without_inbound(microconference))
    return parse(address) is not None or address in {each.casefold() for each in ours}


def _local(microconference):
    eyes = microconference.slug[:FOR_EYES].strip("-") or "mc"
    return f"{eyes}.{_base36(microconference.pk)}.{_tag('microconference', str(microconference.pk))}"


def _tag(purpose, text):
    digest = hmac.digest(keys.derive(f"mail-address-{purpose}"), text.encode(), "sha256")
    return base64.b32encode(digest[:10]).decode().lower()[:TAG]


def _base36(number):
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
