"""The one place that moves a microconference from one state to the next."""

from django.db import transaction
from django.utils.translation import gettext as _

from uconf.actions import activity
from uconf.lib.refusals import Refusal
from uconf.models import Microconference


def check_can_move(microconference, to):
    """Raise Refusal unless a microconference may go from its state to ``to``."""
    if to not in Microconference.MOVES[microconference.state]:
        raise Refusal(
            _("“%(mc)s” is %(state)s and cannot become %(to)s. Load the page again to see what can be done now.")
            % {"mc": microconference, "state": microconference.get_state_display(), "to": _label(to)}
        )


@transaction.atomic
def move_state(*, microconference, to, by, merged_into=None, reason=""):
    """Move a microconference to another state. Being there already is harmless. Raises Refusal.

    ``reason`` is why it was declined, as its leads read it; any other move clears it.
    """
    to = Microconference.State(to)
    now = Microconference.objects.select_for_update(of=("self",)).get(pk=microconference.pk)
    if now.state != to:
        check_can_move(now, to)
        before, now.state, now.merged_into = now.state, to, merged_into
        now.decline_reason = reason
        now.save_if_unchanged(version=None, fields=["state", "merged_into", "decline_reason"])
        after = {"state": to}
        if merged_into:
            after["into"] = merged_into.title
        activity.record(
            "microconference.state", on=now, by=by, subject=now.title, before={"state": before}, after=after
        )
    microconference.state, microconference.merged_into = now.state, now.merged_into
    microconference.decline_reason, microconference.version = now.decline_reason, now.version
    return microconference


def _label(state):
    return Microconference.State(state).label
