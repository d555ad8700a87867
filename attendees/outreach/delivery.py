"""Sends what waits. The queue is the Letter table; nothing is lost if whatever rings the bell is.

    queued ─▶ claimed ─▶ transmitting ─▶ sent | deferred | failed | uncertain

A letter is claimed by a conditional update, looked at once more, and offered to the mail server (MAIL, RCPT).
*Transmitting* is committed before the first byte of DATA: a crash before that is safe to repeat, a crash after it
leaves the letter *uncertain*. No transaction is open while the mail server is waited for.
"""

import logging
import random
import secrets
import threading
from datetime import date, timedelta

from django.db import close_old_connections, connection, transaction
from django.db.models import F, Q

from attendees.actions import rounds, status
from attendees.models import Attendee, Letter
from attendees.outreach import cadence, compose, rules, stopping
from attendees.outreach.transport import CutOff, MayHaveArrived, Refused, Unreachable, open_transport
from uconf.actions import activity
from uconf.lib import clock, limits
from uconf.models import Person, Suppression

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
RENEW_S = 10
RETRIES = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 240, 720))
MOST_IN_ONE_RUN = 50
WAITING = (Letter.State.QUEUED, Letter.State.DEFERRED)
# Sent once more by themselves after a crash: better twice than never. Others wait for a person to decide.
RESENT_ONCE = (
    Letter.Kind.REMINDER, Letter.Kind.LINK, Letter.Kind.INVITATION, Letter.Kind.STOPPED, Letter.Kind.DIGEST,
)  # fmt: skip
NEVER_SUPPRESSED = (Letter.Kind.LINK, Letter.Kind.STOPPED)  # the person asked for these themselves


def sweep(*, transport=None):
    """Give back what a crash left behind, then deliver what waits; see ``deliver_waiting``."""
    release_expired()
    return deliver_waiting(transport=transport)


def deliver_waiting(*, transport=None, limit=MOST_IN_ONE_RUN):
    """Send what is due, at most ``limit`` letters, over one connection; return how many were taken on."""
    sender, count = f"{secrets.token_hex(8)}", 0
    own = transport is None
    transport = transport or open_transport()
    heart = _Heartbeat(sender)
    try:
        while count < limit and (letter := claim(sender=sender)) is not None:
            count += 1
            heart.start_once()
            if not _deliver(letter, transport):
                break
    finally:
        heart.stop()
        if own:
            transport.close()
    return count


def release_expired():
    """Requeue what was claimed by a sender that is gone; what it was handing over is uncertain.

    A reminder or a link is sent again once, under the same Message-ID and Date.
    """
    now = clock.now()
    expired = Letter.objects.filter(claimed_until__lt=now)
    back = {"claimed_by": "", "claimed_until": None}
    expired.filter(state=Letter.State.CLAIMED).update(state=Letter.State.QUEUED, next_try_at=now, **back)
    cut = expired.filter(state=Letter.State.TRANSMITTING)
    said = {"reply": "The sender stopped while the letter was handed over."}
    once_more = {"state": Letter.State.QUEUED, "next_try_at": now, "resends": F("resends") + 1}
    cut.filter(kind__in=RESENT_ONCE, resends=0).update(**once_more, **back, **said)
    # claimed_by stays: should the sender live after all, it can still say how it ended.
    cut.update(state=Letter.State.UNCERTAIN, claimed_until=None, **said)


def claim(*, sender):
    """Take the next letter that is due and may still go, or None. What may not go is called off on the way."""
    while True:
        now = clock.now()
        due = Letter.objects.filter(state__in=WAITING, next_try_at__lte=now).order_by("next_try_at", "pk")
        candidates = list(due.values_list("pk", flat=True)[:10])
        if not candidates:
            return None
        for pk in candidates:
            taken = Letter.objects.filter(pk=pk, state__in=WAITING, next_try_at__lte=now).update(
                state=Letter.State.CLAIMED, claimed_by=sender, claimed_until=now + LEASE
            )
            if taken and (letter := _last_look(pk, sender, now)) is not None:
                return letter


@transaction.atomic
def _last_look(pk, sender, now):
    """The claimed letter if it may go; else it is called off, missed or put off, and None comes back."""
    letter = (
        Letter.objects.select_related(
            "microconference__conference", "to_person__added_by", "to_user", "asked_by__person", "asked_by__user"
        )
        .prefetch_related("reasons__attendee", "reasons__round")
        .get(pk=pk)
    )
    if letter.to_person_id and letter.kind in rules.ASKING:
        # One letter at a time to one person: two senders must not both find that the last 7 days were free.
        Person.objects.select_for_update(of=("self",)).get(pk=letter.to_person_id)
    if _is_called_off(letter):
        _end(letter, sender, state=Letter.State.CANCELLED)
        return None
    if cadence.is_late(letter.due_at, now):
        _end(letter, sender, state=Letter.State.MISSED, next_try_at=None)
        return None
    allowed, by_the_7_days = _allowed_at(letter, now)
    if allowed > now:
        # Hours do not move the first moment at which it might have gone; the 7-day rule and a pause do.
        moved = {"due_at": allowed} if by_the_7_days else {}
        _end(letter, sender, state=Letter.State.QUEUED, next_try_at=allowed, **moved)
        return None
    if letter.dated_at is None:
        letter.dated_at = now
        Letter.objects.filter(pk=pk, claimed_by=sender).update(dated_at=now)
    return letter


def _is_called_off(letter):
    """Whether a letter that was queued must not go any more: an answer, a wish, a bounce, the end of the MC."""
    person = letter.to_person
    address = compose.recipient(letter).addr_spec
    if letter.kind not in NEVER_SUPPRESSED and Suppression.objects.holds(address):
        return True
    if person is not None and (person.erased_at or not person.address):
        return True
    if letter.kind == Letter.Kind.THANKS:
        return rules.is_unwanted(letter)
    if letter.kind not in rules.ASKING:
        return False
    if person.bounced_at or not letter.microconference.takes_letters:
        return True
    question = rounds.question_now(letter.microconference)
    return any(
        reason.round.question != question
        or rules.is_stopped(reason.attendee)
        or rules.answered_in(reason.attendee, reason.round)
        for reason in letter.reasons.all()
        if reason.attendee
    )


def _allowed_at(letter, now):
    """The first moment at which a letter may go, and whether the 7-day rule or a lead's pause makes it wait.

    The rule holds for whatever asks; the hours for a robot's first try.
    """
    if letter.kind not in rules.ASKING:
        return now, False
    others = rules.letters_at([letter.to_person_id], leaving_out=[letter.pk]).get(letter.to_person_id, [])
    start = max([now, *rules.pauses_of(letter)])
    free = allowed = cadence.free_at(start, [each for each in others if each <= now])
    # Once a mail server has heard of it, the hours do not count any more.
    if letter.by_robot and letter.approved_at is None and not letter.tries and not letter.resends:
        conference = letter.microconference.conference
        allowed = cadence.may_go_at(
            free, zone=letter.to_person.timezone, conference_zone=conference.timezone,
            quiet_days=frozenset(date.fromisoformat(each) for each in conference.quiet_days),
        )  # fmt: skip
    return allowed, free > now


def _deliver(letter, transport):
    """Send one claimed letter and note how it ended. False if there is no mail server to talk to."""
    sender = letter.claimed_by
    try:
        data, recipient = compose.as_bytes(letter), compose.recipient(letter).addr_spec
        envelope = compose.sender(letter).addr_spec
    except Exception as error:  # one letter that cannot be worded must not keep the others waiting
        log.exception("Letter %s cannot be worded", letter.public_id)
        _end(letter, sender, state=Letter.State.FAILED, reply=f"It could not be worded: {error}")
        return True
    try:
        transport.offer(envelope, recipient)
    except Unreachable as refused:
        log.error("The mail server cannot be reached: %s", refused)
        _end(letter, sender, state=Letter.State.QUEUED, reply=f"The mail server cannot be reached: {refused}")
        return False
    except (Refused, CutOff) as refused:
        _put_off_or_give_up(letter, sender, refused)
        return True
    # The mail server may have kept us waiting, and somebody may have answered meanwhile.
    fresh = Letter.objects.select_related("to_person", "to_user", "microconference").get(pk=letter.pk)
    if _is_called_off(fresh):
        transport.forget()
        _end(letter, sender, state=Letter.State.CANCELLED)
        return True
    renewed = {"state": Letter.State.TRANSMITTING, "claimed_until": clock.now() + LEASE}
    if not Letter.objects.filter(pk=letter.pk, state=Letter.State.CLAIMED, claimed_by=sender).update(**renewed):
        transport.forget()  # somebody else took it over meanwhile
        return True
    try:
        reply = transport.hand_over(data)
    except (Refused, CutOff) as refused:
        _put_off_or_give_up(letter, sender, refused)
    except MayHaveArrived as cut:
        _uncertain(letter, sender, str(cut))
    else:
        _sent(letter, sender, reply)
    return True


def _end(letter, sender, **values):
    """Write how it ended, if the letter is still ours; True if it was."""
    values["reply"] = values.get("reply", letter.reply)[: limits.NOTE]
    ours = Q(state__in=[Letter.State.CLAIMED, Letter.State.TRANSMITTING]) | Q(
        state=Letter.State.UNCERTAIN, left_at=None
    )
    return bool(
        Letter.objects.filter(ours, pk=letter.pk, claimed_by=sender).update(claimed_by="", claimed_until=None, **values)
    )


def _sent(letter, sender, reply):
    sent = {"state": Letter.State.SENT, "sent_at": clock.now(), "next_try_at": None, "reply": reply}
    try:
        with transaction.atomic():
            if _end(letter, sender, **sent):
                _note_asked(letter, sent["sent_at"])
    except Exception:  # it is sent, whatever else goes wrong: never let it go twice for that
        log.exception("What follows from letter %s could not be noted", letter.public_id)
        _end(letter, sender, **sent)


def _note_asked(letter, at):
    for reason in letter.reasons.all():
        if reason.attendee and letter.kind == Letter.Kind.FIRST:
            rules.note_asked(reason=reason, at=at, by=letter.approved_by)


def _uncertain(letter, sender, words):
    """It may have arrived. A reminder or a link goes once more; a first letter waits for a lead."""
    if letter.kind in RESENT_ONCE and not letter.resends:
        _end(
            letter, sender, state=Letter.State.QUEUED, resends=1, reply=words,
            next_try_at=clock.now() + _with_jitter(RETRIES[0]),
        )  # fmt: skip
    else:
        _end(letter, sender, state=Letter.State.UNCERTAIN, next_try_at=None, reply=words)


@transaction.atomic
def _put_off_or_give_up(letter, sender, refused):
    now, tries = clock.now(), letter.tries + 1
    for_good = isinstance(refused, Refused) and refused.is_for_good
    if not for_good and tries <= len(RETRIES):
        _end(
            letter, sender, state=Letter.State.DEFERRED, tries=tries, reply=str(refused),
            next_try_at=now + _with_jitter(RETRIES[tries - 1]),
        )  # fmt: skip
        return
    ended = _end(letter, sender, state=Letter.State.FAILED, tries=tries, next_try_at=None, reply=str(refused))
    if ended and for_good and refused.is_bounce and letter.to_person is not None:
        bounced(person=letter.to_person, reason=str(refused), letter=letter)


@transaction.atomic
def bounced(*, person, reason, letter=None):
    """Note that mail to somebody comes back: they get no more letters until the address is corrected."""
    if person.bounced_at is None:
        person.bounced_at, person.bounce_reason = clock.now(), reason[: limits.NOTE]
        person.save(update_fields=["bounced_at", "bounce_reason"])
        if letter is not None and letter.microconference is not None:
            activity.record("letter.bounced", on=letter.microconference, by=None, person=person)
    stopping.person_stopped(person=person)
    for attendee in Attendee.objects.filter(person=person).select_related("microconference"):
        status.refresh(attendee)


def _with_jitter(wait):
    return wait * random.uniform(1, 1.2)  # noqa: S311  (spreads retries; nothing to guess)


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
        held = [Letter.State.CLAIMED, Letter.State.TRANSMITTING]
        try:
            while not self.stopped.wait(RENEW_S):
                try:
                    close_old_connections()
                    mine = Letter.objects.filter(claimed_by=self.sender, state__in=held)
                    mine.update(claimed_until=clock.now() + LEASE)
                except Exception:
                    log.exception("A lease could not be renewed")
        finally:
            connection.close()
