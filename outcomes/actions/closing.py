"""The last steps of a microconference: held, then reported; and back, if it was too early."""

from django.db import transaction
from django.utils.translation import gettext as _

from uconf.actions import states
from uconf.lib.refusals import Refusal
from uconf.models import Microconference

State = Microconference.State


def mark_held(*, microconference, by):
    """Say that it took place. From then on nobody is asked any more. Raises Refusal before it was accepted."""
    return states.move_state(microconference=microconference, to=State.HELD, by=by)


@transaction.atomic
def report(*, microconference, by):
    """Say that the outcomes are complete. Raises Refusal while nothing is noted."""
    if not microconference.outcomes.exists() and not microconference.topics.exclude(result="").exists():
        raise Refusal(
            _("Nothing is noted for “%(mc)s” yet. Write a line for a topic, or say how one went; then report it.")
            % {"mc": microconference}
        )
    return states.move_state(microconference=microconference, to=State.REPORTED, by=by)


@transaction.atomic
def reopen(*, microconference, by):
    """Take the last step back: reported becomes held, held becomes scheduled. Raises Refusal without a release."""
    if microconference.state == State.REPORTED:
        return states.move_state(microconference=microconference, to=State.HELD, by=by)
    if not microconference.releases.exists():
        raise Refusal(_("“%(mc)s” has no published agenda to go back to. Publish one first.") % {"mc": microconference})
    return states.move_state(microconference=microconference, to=State.SCHEDULED, by=by)
