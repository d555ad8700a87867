"""EMAIL_URL and IMAP_URL, read into the parts that sending needs."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


class MailUrlError(ValueError):
    """An EMAIL_URL that cannot be used; the text continues the words “EMAIL_URL …”."""


@dataclass(frozen=True)
class MailSettings:
    """Where letters go: a mail server, or (kind ``mailbox``) a folder on this machine."""

    kind: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    security: str = ""  # "", "tls" (STARTTLS) or "ssl"


_SCHEMES = {"smtp": ("", 25), "smtp+tls": ("tls", 587), "smtps": ("ssl", 465)}


def parse_mail_url(url: str) -> MailSettings:
    """Read ``smtp://user:password@host:port``, ``smtp+tls://``, ``smtps://`` or ``mailbox:``."""
    parts = urlsplit(url)
    if parts.scheme == "mailbox":
        return MailSettings(kind="mailbox")
    if parts.scheme not in _SCHEMES:
        raise MailUrlError(f"starts with {parts.scheme!r}" if parts.scheme else "has no scheme")
    if not parts.hostname:
        raise MailUrlError("names no host")
    security, port = _SCHEMES[parts.scheme]
    try:
        port = parts.port or port
    except ValueError:
        raise MailUrlError("has an odd port") from None
    return MailSettings(
        "smtp", parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), security
    )


@dataclass(frozen=True)
class ImapSettings:
    """A mailbox from which mail is fetched."""

    host: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    security: str = "ssl"  # "", "tls" (STARTTLS) or "ssl"


_IMAP_SCHEMES = {"imap": ("", 143), "imap+tls": ("tls", 143), "imaps": ("ssl", 993)}


def parse_imap_url(url: str) -> ImapSettings | None:
    """Read ``imaps://user:password@host:port/folder``, ``imap+tls://`` or ``imap://``; None for nothing."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in _IMAP_SCHEMES:
        raise MailUrlError(f"starts with {parts.scheme!r}" if parts.scheme else "has no scheme")
    if not parts.hostname:
        raise MailUrlError("names no host")
    if not parts.username or not parts.password:
        raise MailUrlError("names no user or no password")
    security, port = _IMAP_SCHEMES[parts.scheme]
    try:
        port = parts.port or port
    except ValueError:
        raise MailUrlError("has an odd port") from None
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if not folder.isascii() or any(each in folder for each in '"\\\r\n'):
        raise MailUrlError("names a folder with letters that IMAP cannot spell")
    return ImapSettings(parts.hostname, port, unquote(parts.username), unquote(parts.password), folder, security)
