"""Sends what waits. The queue is the Letter table; nothing is lost if whatever rings the bell is.

    queued ─▶ claimed ─▶ transmitting ─▶ sent | deferred | failed | uncertain

Letters are claimed in batches and looked at once more (``claiming``). Each is offered to the mail server (MAIL, RCPT);
*transmitting* is committed before the first byte of DATA, by an update that only finds a letter which may still go. A
crash before that is safe to repeat, a crash after it leaves the letter *uncertain*. No transaction is open while the
mail server is waited for.
"""

import logging
import secrets
import threading
import time
from itertools import zip_longest

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection

from attendees.models import Letter
from attendees.outreach import claiming, ending, pausing
from attendees.outreach.claiming import claim
from attendees.outreach.ending import Taken, bounced, release_expired
from attendees.outreach.transport import CutOff, MayHaveArrived, Refused, Unreachable, open_transport
from uconf.lib import clock

__all__ = ["bounced", "claim", "deliver_waiting", "is_due", "release_expired", "sweep"]

log = logging.getLogger(__name__)

RENEW_S = 10
MOST_IN_ONE_RUN = 500
A_RUN_S = 30  # then the bell is rung for the next one, see tasks
A_BATCH_S = 5  # what a slow mail server leaves of a batch then is given back: others may take it, it is looked at anew
WITHOUT_DATABASE_S = 60


def sweep(*, transport=None):
    """Give back what a crash left behind, then deliver what waits; see ``deliver_waiting``."""
    _persistently(release_expired)
    return deliver_waiting(transport=transport)


def is_due():
    """Whether anything could go now, as far as its time says."""
    return Letter.objects.filter(state__in=claiming.WAITING, next_try_at__lte=clock.now()).exists()


def deliver_waiting(*, transport=None, limit=MOST_IN_ONE_RUN):
    """Send what is due, at most ``limit`` letters, over one connection; return how many were taken on."""
    own = transport is None
    run = _Run(transport or open_transport())
    heart = _Heartbeat(run.sender)
    until = time.monotonic() + A_RUN_S
    try:
        while run.count < limit and time.monotonic() < until:
            mails = _persistently(lambda: run.claim(limit - run.count))
            if not mails:
                break
            heart.start_once()
            if not run.deliver(mails):
                break
        if run.count and run.is_tidy:
            _persistently(lambda: claiming.end(run.sender))
    finally:
        heart.stop()
        if own:
            run.transport.close()
    return run.count


class _Run:
    """One sender at work: a connection, a batch in hand, and the letter that was taken last."""

    def __init__(self, transport):
        self.sender, self.transport, self.count = secrets.token_hex(8), transport, 0
        self.taken = None  # sent, but only written down together with the next one
        self.sent = []
        self.is_tidy = True  # whether all that it claimed has ended, and is noted
        self.is_sound = False  # whether the mail server took a letter in this run, after whatever failed

    def claim(self, limit):
        """The next mails. What an attempt claimed that failed in the middle waits for the end of the lease."""
        was_tidy, self.is_tidy = self.is_tidy, False
        mails = claim(sender=self.sender, limit=limit)
        self.is_tidy = was_tidy
        return mails

    def deliver(self, mails):
        """Send a batch. False if there is no mail server to talk to, or it failed too often."""
        until = time.monotonic() + A_BATCH_S
        goes_on, begun = True, 0
        try:
            for mail, following in zip_longest(mails, mails[1:]):
                if begun and time.monotonic() > until:
                    break
                begun += 1
                self.count += 1
                if not (goes_on := self._deliver(mail, following)):
                    break
            self._write_down()
        except _DatabaseGone:
            goes_on = False
        left = mails[begun:]
        if left:
            _persistently(lambda: claiming.give_back(left, self.sender))
        self._note()
        if left:
            self.transport.forget()  # the first of them may have been offered ahead
        return goes_on

    def _deliver(self, mail, following):
        try:
            self.transport.offer(mail.sender, mail.recipient)
        except Unreachable as refused:
            self._write_down()
            log.error("The mail server cannot be reached: %s", refused)
            self._failed(f"The mail server cannot be reached: {refused}")
            self._end(mail, state=Letter.State.QUEUED, reply=f"The mail server cannot be reached: {refused}")
            return False
        except (Refused, CutOff) as refused:
            self._write_down()
            return self._put_off(mail, refused)
        now = mail.dated_at or clock.now()
        data = mail.dated(now)
        if not self._begin(mail, now):
            self.transport.forget()
            return True
        try:
            reply = self.transport.hand_over(data, following=following and (following.sender, following.recipient))
        except (Refused, CutOff) as refused:
            return self._put_off(mail, refused)
        except MayHaveArrived as cut:
            words = str(cut)
            _persistently(lambda: ending.uncertain(mail.letter, self.sender, words))
            return not self._failed(words)
        else:
            self.taken = Taken(mail.pk, reply)
            self.sent.append(mail.pk)
            if not self.is_sound:
                _persistently(pausing.worked)
                self.is_sound = True
        return True

    def _begin(self, mail, now):
        """Commit *transmitting*; with it, that the letter before was sent."""
        try:
            begun = ending.begin(mail.pk, self.sender, dated_at=now, taken=self.taken)
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block or not _is_away(error):
                raise
            log.error("The database is gone: a letter that was about to be handed over is not")
            self.transport.forget()
            self._write_down()
            # Whether *transmitting* was committed is not known; that nothing was handed over, is.
            self._end(mail, state=Letter.State.QUEUED)
            raise _DatabaseGone from None
        self.taken = None
        return begun

    def _write_down(self):
        """Write down that the last letter was taken."""
        if self.taken is not None:
            _persistently(lambda: ending.sent(self.taken, self.sender))
            self.taken = None

    def _put_off(self, mail, refused):
        _persistently(lambda: ending.put_off_or_give_up(mail.letter, self.sender, refused))
        of_the_server = isinstance(refused, CutOff) or refused.is_of_the_server
        return not (of_the_server and self._failed(str(refused)))

    def _end(self, mail, **values):
        _persistently(lambda: ending.end(mail.letter, self.sender, **values))

    def _failed(self, words):
        """Count a failure of the mail server; True if sending is paused now."""
        self.is_sound = False
        return _persistently(lambda: pausing.failed(words))

    def _note(self):
        """What follows from what was sent. It is sent whatever goes wrong here; the sweep makes up for it."""
        if not self.sent:
            return
        try:
            _persistently(lambda: ending.note_sent(self.sent))
        except Exception:
            self.is_tidy = False
            log.exception("What follows from letters that were sent could not be noted")
        self.sent = []


class _DatabaseGone(Exception):
    """The database went away before a letter was handed over; all that was known is written down by now."""


def _is_away(error):
    """Whether it is the database that failed, and not what was asked of it. psycopg2 may say no more than that."""
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def _persistently(do):
    """Do something with the database; while that is away, again for a minute. What a crash leaves, the sweep finds."""
    until = time.monotonic() + WITHOUT_DATABASE_S
    while True:
        try:
            return do()
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block or not _is_away(error) or time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.3)


class _Heartbeat:
    """Renews the lease of what a sender holds while a slow mail server is waited for."""

    def __init__(self, sender):
        self.sender = sender
        self.stopped = threading.Event()
        self.thread = None

    def start_once(self):
        if self.thread is None:
            self.thread = threading.Thread(target=self._beat, name="lease", daemon=True)
            self.thread.start()

    def stop(self):
        self.stopped.set()

    def _beat(self):
        try:
            while not self.stopped.wait(RENEW_S):
                try:
                    close_old_connections()
                    claiming.renew(self.sender)
                except Exception as error:  # the next beat tries again, long before the lease ends
                    log.error("A lease could not be renewed: %s", type(error).__name__)
                    connection.close()
        finally:
            connection.close()
