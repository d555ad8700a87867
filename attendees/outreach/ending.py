"""Writes how a letter ended: handed over, put off, refused, uncertain; and what follows from it."""

import logging
import random
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from attendees.actions import status
from attendees.models import Attendee, Letter, LetterReason
from attendees.outreach import quick, rules, stopping
from attendees.outreach.transport import Refused
from uconf.actions import activity
from uconf.lib import clock, limits
from uconf.models import Lease

log = logging.getLogger(__name__)

RETRIES = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 240, 720))
# Sent once more by themselves after a crash: better twice than never. Others wait for a person to decide.
RESENT_ONCE = (
    Letter.Kind.REMINDER, Letter.Kind.LINK, Letter.Kind.INVITATION, Letter.Kind.STOPPED, Letter.Kind.DIGEST,
    Letter.Kind.UNDERSTOOD, Letter.Kind.FORWARD, Letter.Kind.DECISION,
)  # fmt: skip
FREE = {"claimed_by": ""}
ENDED = {**FREE, "rendered": None, "rendered_from": ""}


class Taken:
    """A letter that the mail server has taken, and that is not written down yet."""

    def __init__(self, pk, reply):
        self.pk, self.reply, self.at = pk, reply[: limits.NOTE], clock.now()


def begin(pk, sender, *, dated_at, taken=None):
    """Commit that a letter is about to be handed over, and that the one before it was. False if it must not go.

    One statement, committed by itself. Whatever stops a letter takes it out of *claimed*: this is the last look, too.
    """
    if quick.is_possible():
        last = (taken.pk, sender, dated_at, taken.at, taken.reply) if taken else (None, sender, dated_at, None, "")
        return (pk,) in quick.run("begin", pk, *last)
    if taken:
        sent(taken, sender)
    mine = Letter.objects.filter(pk=pk, state=Letter.State.CLAIMED, claimed_by=sender)
    return bool(mine.update(state=Letter.State.TRANSMITTING, dated_at=Coalesce("dated_at", Value(dated_at))))


def _ours(sender):
    """What a sender may still say how it ended of. One that is only slow may say it of an uncertain letter."""
    held = Q(state__in=[Letter.State.CLAIMED, Letter.State.TRANSMITTING])
    return Letter.objects.filter(held | Q(state=Letter.State.UNCERTAIN, left_at=None), claimed_by=sender)


def sent(taken, sender):
    """Write down that a letter was taken; the batch's sender notes later what follows (``note_sent``)."""
    if quick.is_possible():
        quick.run("begin", None, taken.pk, sender, None, taken.at, taken.reply)
        return
    _ours(sender).filter(pk=taken.pk).update(state=Letter.State.SENT, sent_at=taken.at, reply=taken.reply)


def end(letter, sender, **values):
    """Write how a letter ended, if it is still ours; True if it was."""
    values["reply"] = values.get("reply", letter.reply)[: limits.NOTE]
    return bool(_ours(sender).filter(pk=letter.pk).update(**_gone(values), **values))


def end_all(pks, sender, **values):
    """Write the same end of several claimed letters."""
    if pks:
        _ours(sender).filter(pk__in=pks).update(**_gone(values), **values)


def put_back(pks, sender, *, at, due_at=None):
    """Let claimed letters wait until a moment (None: until somebody lets them go)."""
    moved = {} if due_at is None else {"due_at": due_at}
    _ours(sender).filter(pk__in=pks).update(state=Letter.State.QUEUED, next_try_at=at, **moved, **FREE)


def _gone(values):
    return ENDED if values["state"] in Letter.FINAL else FREE


def uncertain(letter, sender, words):
    """It may have arrived. A reminder or a link goes once more; a first letter waits for a lead."""
    if letter.kind in RESENT_ONCE and not letter.resends:
        again = clock.now() + _with_jitter(RETRIES[0])
        end(letter, sender, state=Letter.State.QUEUED, resends=1, reply=words, next_try_at=again)
    else:
        end(letter, sender, state=Letter.State.UNCERTAIN, next_try_at=None, reply=words)


@transaction.atomic
def put_off_or_give_up(letter, sender, refused):
    """A mail server said no, or the connection broke before anything was handed over: later, or never."""
    now, tries = clock.now(), letter.tries + 1
    for_good = isinstance(refused, Refused) and refused.is_for_good
    if not for_good and tries <= len(RETRIES):
        again = now + _with_jitter(RETRIES[tries - 1])
        end(letter, sender, state=Letter.State.DEFERRED, tries=tries, reply=str(refused), next_try_at=again)
        return
    ended = end(letter, sender, state=Letter.State.FAILED, tries=tries, next_try_at=None, reply=str(refused))
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


@transaction.atomic
def note_sent(pks):
    """Note what follows from letters that were sent: whoever got a first letter counts as asked. Harmless twice.

    With it their sender lets go of them, and what was made for sending them is gone.
    """
    if quick.is_possible():
        asked = {pk for (pk,) in quick.run("note", pks)}
        rest = asked - {pk for (pk,) in quick.run("pending", list(asked))} if asked else ()
        for attendee in Attendee.objects.filter(pk__in=rest).select_related("microconference") if rest else ():
            status.refresh(attendee)
    else:
        _note_sent(pks)


def _note_sent(pks):
    Letter.objects.filter(pk__in=pks, state=Letter.State.SENT).update(next_try_at=None, **ENDED)
    reasons = LetterReason.objects.filter(
        letter__in=pks, letter__kind=Letter.Kind.FIRST, letter__state=Letter.State.SENT, attendee__isnull=False,
        round__isnull=False,
    )  # fmt: skip
    reasons = list(reasons.select_related("letter__approved_by", "attendee__microconference").order_by("letter"))
    if reasons:
        rules.note_all_asked([(each, each.letter.sent_at, each.letter.approved_by) for each in reasons])


def release_expired():
    """Requeue what was claimed by a sender that is gone; what it was handing over is uncertain.

    A reminder or a link is sent again once, under the same Message-ID and Date. What it had sent is noted.
    """
    now = clock.now()
    expired = Lease.objects.filter(until__lt=now)
    with transaction.atomic():
        # Held until the end: a sender that is only slow does not renew it, or claim more, in between.
        senders = list(expired.select_for_update().values_list("sender", flat=True))
        if not senders:
            return
        held = Letter.objects.filter(claimed_by__in=senders)
        held.filter(state=Letter.State.CLAIMED).update(state=Letter.State.QUEUED, next_try_at=now, **FREE)
        cut = held.filter(state=Letter.State.TRANSMITTING)
        said = {"reply": "The sender stopped while the letter was handed over."}
        once_more = {"state": Letter.State.QUEUED, "next_try_at": now, "resends": F("resends") + 1}
        cut.filter(kind__in=RESENT_ONCE, resends=0).update(**once_more, **FREE, **said)
        # claimed_by stays: should the sender live after all, it can still say how it ended.
        cut.update(state=Letter.State.UNCERTAIN, next_try_at=None, rendered=None, **said)
    note_sent(list(held.filter(state=Letter.State.SENT).values_list("pk", flat=True)))
    expired.filter(sender__in=senders).delete()


def _with_jitter(wait):
    return wait * random.uniform(1, 1.2)  # noqa: S311  (spreads retries; nothing to guess)
