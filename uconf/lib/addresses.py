"""Mail addresses: one spelling for each, and a sentence for what is none."""

import re
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from uconf.lib import limits

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def clean(address: str) -> str:
    """The one spelling of an address: trimmed and casefolded. Raises ValueError with a sentence."""
    address = address.strip().strip("<>").strip()
    if CONTROLS.search(address):
        raise ValueError(_("An address has no line breaks or control characters in it. Type it again."))
    if len(address) > limits.ADDRESS:
        raise ValueError(_("“%(start)s…” is longer than any mail address can be.") % {"start": address[:30]})
    address = address.casefold()
    try:
        validate_email(address)
        address.partition("@")[0].encode("ascii")  # nothing else reaches every mail server
    except (ValidationError, UnicodeError):
        raise ValueError(
            _("“%(address)s” is not a mail address. Write it like name@example.org.") % {"address": address}
        ) from None
    return address


def mailto(address: str, subject: str, body: str = "") -> str:
    """An address that opens one's own mail program with everything filled in (RFC 6068: the @ stays as it is)."""
    said = {"subject": subject, "body": body.replace("\n", "\r\n")}
    asked = "&".join(f"{key}={quote(text)}" for key, text in said.items() if text)
    return f"mailto:{quote(address, safe='@')}?{asked}"


def one_line(text: str) -> str:
    """A text without line breaks or control characters, fit for a mail header."""
    return " ".join(CONTROLS.sub(" ", text).split())
