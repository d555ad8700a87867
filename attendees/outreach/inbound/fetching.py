"""Fetches mail from an IMAP mailbox (RFC 3501): each message is stored before it is marked as seen, so none is lost.

A message that was stored and not marked, because something broke in between, is stored again as the same row.
What is for nobody here is marked too, and stays where it is.
"""

import imaplib
import logging
import ssl
from contextlib import suppress

from django.conf import settings

from attendees.outreach.inbound import storing
from uconf.lib import limits

log = logging.getLogger(__name__)

CONNECT_S = 20
MOST_IN_ONE_RUN = 100


def fetch(*, limit=MOST_IN_ONE_RUN):
    """Store what is unseen in the mailbox; gives how many were stored. Does nothing without IMAP_URL."""
    if settings.IMAP is None:
        return 0
    try:
        with _Mailbox(settings.IMAP) as mailbox:
            return sum(_take(mailbox, uid) for uid in mailbox.unseen()[:limit])
    except (OSError, imaplib.IMAP4.error) as refused:
        log.error("The IMAP mailbox cannot be read: %s", type(refused).__name__)
        return 0


def _take(mailbox, uid):
    """Store one message, then mark it. 1 if it was stored."""
    if mailbox.size(uid) > limits.MAIL:
        log.warning("A mail in the IMAP mailbox is too large and stays there")
        mailbox.mark(uid)
        return 0
    raw = mailbox.read(uid)
    if raw is None:  # it was moved or deleted meanwhile
        return 0
    stored = 1
    try:
        storing.store(raw=raw, by_thread=True)
    except (storing.NotOurs, storing.TooLarge):
        log.info("A mail in the IMAP mailbox is for nobody here")
        stored = 0
    mailbox.mark(uid)
    return stored


class _Mailbox:
    """One open folder. UIDs are used within one connection alone, so a new UIDVALIDITY changes nothing."""

    def __init__(self, imap):
        self._imap = imap

    def __enter__(self):
        imap = self._imap
        if imap.security == "ssl":
            context = ssl.create_default_context()
            self._client = imaplib.IMAP4_SSL(imap.host, imap.port, ssl_context=context, timeout=CONNECT_S)
        else:
            self._client = imaplib.IMAP4(imap.host, imap.port, timeout=CONNECT_S)
        try:
            if imap.security == "tls":
                self._client.starttls(ssl.create_default_context())
            self._client.login(imap.user, imap.password)
            self._ask(self._client.select, f'"{imap.folder}"')
        except BaseException:
            self._client.shutdown()
            raise
        return self

    def __exit__(self, *problem):
        with suppress(OSError, imaplib.IMAP4.error):
            self._client.logout()

    def unseen(self):
        """UIDs of what was not marked yet, oldest first."""
        return self._ask(self._client.uid, "SEARCH", "UNSEEN", "UNDELETED")[0].split()

    def size(self, uid):
        for each in self._ask(self._client.uid, "FETCH", uid, "(RFC822.SIZE)"):
            words = (each[0] if isinstance(each, tuple) else each or b"").split(b"RFC822.SIZE")
            if len(words) > 1:
                return int(words[1].split(b")")[0].split()[0])
        return 0

    def read(self, uid):
        """A message's bytes, without marking it; None if it is gone."""
        found = self._ask(self._client.uid, "FETCH", uid, "(BODY.PEEK[])")
        return next((each[1] for each in found if isinstance(each, tuple)), None)

    def mark(self, uid):
        self._ask(self._client.uid, "STORE", uid, "+FLAGS.SILENT", r"(\Seen)")

    @staticmethod
    def _ask(command, *words):
        kind, answer = command(*words)
        if kind != "OK":
            raise imaplib.IMAP4.error("refused")
        return answer
