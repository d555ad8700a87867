"""Pausing: by an operator for the whole site, by sending itself after too many failures, by a lead for their own MC."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from attendees.models import Letter
from attendees.outreach import stopping
from uconf.actions import activity
from uconf.lib import addresses, clock, limits
from uconf.lib.prepared import Prepared
from uconf.models import LettersPause, Sending

TRY_AGAIN = timedelta(minutes=10)  # after sending paused itself, one letter tries the mail server this often
WAITING = (Letter.State.APPROVED, Letter.State.QUEUED, Letter.State.DEFERRED)


def state():
    """How sending is at the moment; the row is made by whoever changes it first."""
    return Sending.objects.select_related("paused_by").filter(pk=Sending.THE_ONE).first() or Sending()


@transaction.atomic
def pause(*, why="", by):
    """Stop all letters of the site, those that a sender holds included. Twice is harmless: the first reason stays."""
    now = clock.now()
    row = _locked()
    if row.paused_at is not None and not row.by_itself:
        return row
    row.paused_at, row.paused_by, row.by_itself = now, by, False
    row.why = addresses.one_line(why)[: limits.NOTE]
    row.save()
    activity.record("sending.paused", on=None, by=by)
    # Once the pause can be seen, so that nothing is claimed after this.
    transaction.on_commit(lambda: stopping.hand_back(Letter.objects.all()))
    return row


@transaction.atomic
def resume(*, by):
    """Let letters go again, whoever paused them. What is more than two days late by now is missed, and listed."""
    row = _locked()
    if row.paused_at is not None:
        row.paused_at = row.paused_by = row.tried_at = None
        row.by_itself, row.why, row.failures = False, "", 0
        row.save()
        activity.record("sending.resumed", on=None, by=by)
    return row


def _pause(name):
    return Sending.objects.filter(pk=name, paused_at__isnull=False).values_list("by_itself")


_paused = Prepared(_pause, texts=("name",))  # each batch asks


def how_many_may_go(limit):
    """How many letters may be claimed now: none while it is paused; one, now and then, to see if it works again."""
    paused = _paused(name=Sending.THE_ONE)
    if not paused:
        return limit
    [(by_itself,)] = paused
    if not by_itself:
        return 0
    now = clock.now()
    long_ago = Q(tried_at=None, paused_at__lte=now - TRY_AGAIN) | Q(tried_at__lte=now - TRY_AGAIN)
    mine = Sending.objects.filter(long_ago, pk=Sending.THE_ONE, by_itself=True).update(tried_at=now)
    return 1 if mine else 0


@transaction.atomic
def failed(words):
    """Count a failure of the mail server (not of one recipient). After too many in a row sending pauses itself.

    True if it is paused now.
    """
    row = _locked()
    row.failures += 1
    if row.failures >= settings.SENDING_PAUSES_AFTER and row.paused_at is None:
        row.paused_at, row.by_itself = clock.now(), True
        row.why = words[: limits.NOTE]
        activity.record("sending.paused", on=None, by=None)
    row.save()
    return row.paused_at is not None


def worked():
    """The mail server took a letter: failures are counted anew, and what sending paused by itself goes on."""
    if not Sending.objects.filter(Q(failures__gt=0) | Q(by_itself=True), pk=Sending.THE_ONE).exists():
        return
    with transaction.atomic():
        row = _locked()
        row.failures = 0
        if row.by_itself:
            row.paused_at, row.by_itself, row.why, row.tried_at = None, False, "", None
            activity.record("sending.resumed", on=None, by=None)
        row.save()


def _locked():
    Sending.objects.get_or_create(pk=Sending.THE_ONE)
    return Sending.objects.select_for_update(of=("self",)).get(pk=Sending.THE_ONE)


@transaction.atomic
def pause_letters(*, microconference, by):
    """Let no letter of a list (first letters, reminders, thanks) of a microconference go. Twice is harmless.

    New links and confirmations go on: somebody waits for them.
    """
    _row, new = LettersPause.objects.get_or_create(
        microconference=microconference, defaults={"by": by, "at": clock.now()}
    )
    if new:
        # In this order: what a sender claims in between is found by the second.
        _of_its_list(microconference).filter(state__in=WAITING).update(next_try_at=None)
        stopping.hand_back(_of_its_list(microconference), next_try_at=None)
        activity.record("letters.paused", on=microconference, by=by)


@transaction.atomic
def resume_letters(*, microconference, by):
    """Let the letters of a microconference go again. What the pause kept waiting is not late for that."""
    gone, _rows = LettersPause.objects.filter(microconference=microconference).delete()
    if not gone:
        return
    now = clock.now()
    held = _of_its_list(microconference).filter(state__in=WAITING, next_try_at=None)
    held.filter(due_at__isnull=False).update(due_at=Greatest(F("due_at"), now), next_try_at=Greatest(F("due_at"), now))
    activity.record("letters.went_on", on=microconference, by=by)


def is_paused(microconference):
    return LettersPause.objects.filter(microconference=microconference).exists()


def _of_its_list(microconference):
    return Letter.objects.filter(microconference=microconference, kind__in=stopping.FOR_A_LIST)


def words(sending):
    """Why nothing goes, in a sentence; empty if letters go."""
    if sending.paused_at is None:
        return ""
    if sending.by_itself:
        return _("Sending paused itself: the mail server failed %(times)s times in a row (%(why)s).") % {
            "times": sending.failures, "why": sending.why,
        }  # fmt: skip
    return _("Sending is paused for the whole site: %(why)s") % {"why": sending.why or _("no reason given")}
