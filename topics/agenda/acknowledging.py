"""Warnings that a lead knows of: acknowledged with a reason, and quiet until what they rest on changes."""

from django.db import transaction
from django.utils.translation import gettext as _

from topics.agenda import warnings
from topics.agenda.snapshot import load
from topics.models import WarningAcknowledgement
from uconf.actions import activity
from uconf.lib import limits
from uconf.lib.refusals import Refusal
from uconf.models import User


@transaction.atomic
def acknowledge(*, draft, key, reason, rests_on="", by):
    """Say why a warning of a draft may stand. It is quiet in every draft where it rests on the same facts.

    ``rests_on`` is what the lead looked at: if the facts are others by now, this is refused. Twice is harmless; a new
    reason replaces the old one. Raises Refusal.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal(_("Say in a few words why this may stand."), field="reason")
    if len(reason) > limits.NOTE:
        raise Refusal(
            _("The reason is %(n)s characters long. At most %(most)s fit.") % {"n": len(reason), "most": limits.NOTE},
            field="reason",
        )
    warning = warnings.check(load(draft.microconference, draft=draft, viewer=by)).by_key(key)
    if warning is None:
        raise Refusal(_("This warning is gone: what it was about has changed. Open the agenda again."))
    if rests_on and rests_on != warning.rests_on:
        raise Refusal(
            _("What this warning rests on has changed: %(now)s. Look at it again.") % {"now": warning.sentence}
        )
    row, made = WarningAcknowledgement.objects.get_or_create(
        microconference=draft.microconference, key=key, rests_on=warning.rests_on,
        defaults={"reason": reason, "by": by if isinstance(by, User) else None},
    )  # fmt: skip
    if not made and row.reason != reason:
        row.reason, row.by = reason, by if isinstance(by, User) else None
        row.save(update_fields=["reason", "by"])
        made = True
    if made:
        activity.record("warning.acknowledged", on=draft.microconference, by=by,
                        subject=warning.about or _("a session"),
                        after={"kind": warning.kind, "reason": reason})  # fmt: skip
    return row


@transaction.atomic
def take_back(*, microconference, public_id, by):
    """Let an acknowledged warning be heard again. Twice is harmless."""
    row = WarningAcknowledgement.objects.filter(microconference=microconference, public_id=public_id).first()
    if row is None:
        return
    warning = row.key.partition(":")[0]
    row.delete()
    activity.record("warning.taken_back", on=microconference, by=by, after={"kind": warning})
