"""Whether a mail is from where it says: DKIM (RFC 6376), by a domain that is the sender's own.

What cannot be settled (no signature, no name server, an odd key) is not trusted; nothing here fails.
"""

import logging

import dkim
import dkim.dnsplug

from attendees.outreach.inbound import mime

log = logging.getLogger(__name__)
LOOKUP_S = 5
MOST_SIGNATURES = 5
SIGNED = {b"from", b"to"}  # and Cc where there is one: else recipients could be added afterwards


def is_signed_for(raw, address):
    """Whether a mail has a good signature of the domain of ``address``, over From, To and Cc and all of its text."""
    domain = address.rpartition("@")[2].casefold()
    if not domain:
        return False
    has_cc = mime.parse(raw).has("Cc")
    for place in range(min(raw.lower().count(b"dkim-signature:"), MOST_SIGNATURES)):
        try:
            signature = dkim.DKIM(raw, logger=_Silent(), minkey=1024, timeout=LOOKUP_S)
            good = signature.verify(idx=place, dnsfunc=look_up)
            headers = {name.lower() for name, _value in signature.signed_headers or ()}
            fields = signature.signature_fields
        except Exception:  # noqa: BLE001, S112  (there are many ways in which a signature can be odd)
            continue
        covered = SIGNED | ({b"cc"} if has_cc else set())
        if good and b"l" not in fields and covered <= headers and _aligned(domain, signature.domain):
            return True
    return False


def look_up(name, timeout=LOOKUP_S):
    """A TXT record by its name, as bytes; None if there is none or nobody answers."""
    try:
        return dkim.dnsplug.get_txt(name, timeout=timeout)
    except Exception:  # noqa: BLE001
        return None


def _aligned(domain, signer):
    """Whether the signer's domain is the sender's, or one above it (not a top-level one)."""
    signer = (signer.decode("ascii", "replace") if isinstance(signer, bytes) else signer or "").casefold()
    return domain == signer or ("." in signer and domain.endswith("." + signer))


class _Silent:
    """dkimpy says addresses and signatures aloud; a log is no place for them."""

    def debug(self, *words):
        pass

    info = warning = error = debug
