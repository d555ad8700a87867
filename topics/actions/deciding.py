"""What becomes of a topic: accepted, if time allows, not this time, withdrawn, open again."""

from django.db import transaction
from django.utils.translation import gettext as _

from topics.models import AgendaItem, Draft, Topic
from uconf.actions import activity
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.models import User

State = Topic.State

# Which state may follow which; nothing else is allowed. “Merged” is reached by merging.merge alone.
MOVES = {
    State.PROPOSED: {State.ACCEPTED, State.IF_TIME, State.NOT_NOW, State.WITHDRAWN},
    State.ACCEPTED: {State.IF_TIME, State.NOT_NOW, State.WITHDRAWN, State.PROPOSED},
    State.IF_TIME: {State.ACCEPTED, State.NOT_NOW, State.WITHDRAWN, State.PROPOSED},
    State.NOT_NOW: {State.ACCEPTED, State.IF_TIME, State.WITHDRAWN, State.PROPOSED},
    State.WITHDRAWN: {State.PROPOSED},
    State.MERGED: set(),
}
PLACEABLE = (State.ACCEPTED, State.IF_TIME)


def accept(*, topic, by):
    """Take a topic: it may be placed on the agenda, and readers see it."""
    return decide(topic=topic, state=State.ACCEPTED, by=by)


def if_time_allows(*, topic, by):
    """Keep a topic ready in case something else takes less time."""
    return decide(topic=topic, state=State.IF_TIME, by=by)


def not_this_time(*, topic, by):
    """Leave a topic out of this edition. It is taken off the agenda's drafts."""
    return decide(topic=topic, state=State.NOT_NOW, by=by)


def withdraw(*, topic, by):
    """Note that a topic's proposer no longer wants it. It is taken off the agenda's drafts."""
    return decide(topic=topic, state=State.WITHDRAWN, by=by)


def reopen(*, topic, by):
    """Let a topic wait for the leads again, as if nothing had been decided."""
    return decide(topic=topic, state=State.PROPOSED, by=by)


@transaction.atomic
def decide(*, topic, state, by):
    """Move a topic to a state. Being there already is harmless. Raises Refusal for a move that MOVES has not.

    A topic that may no longer be placed is taken off the agenda's drafts; ``topic.taken_off`` names them.
    """
    topic = (
        Topic.objects.select_for_update(of=("self",), no_key=True).select_related("microconference").get(pk=topic.pk)
    )
    topic.taken_off = []
    if topic.state == state:
        return topic
    if state not in MOVES[State(topic.state)]:
        raise Refusal(_refused(topic))
    before, topic.state = topic.state, state
    is_open = state == State.PROPOSED
    topic.decided_at = None if is_open else clock.now()
    topic.decided_by = by if isinstance(by, User) and not is_open else None
    topic.save_if_unchanged(version=None, fields=["state", "decided_at", "decided_by"])
    if state not in PLACEABLE:
        topic.taken_off = take_off_drafts(topic=topic, by=by)
    activity.record(
        "topic.decided", on=topic.microconference, by=by, subject=topic.title,
        before={"state": before}, after={"state": state},
    )  # fmt: skip
    return topic


@transaction.atomic
def decide_many(*, topics, state, by):
    """Move several topics to a state: all of them, or none if one refuses."""
    return [decide(topic=topic, state=state, by=by) for topic in topics]


def _refused(topic):
    if topic.state == State.MERGED:
        return _("“%(title)s” was merged into “%(into)s”. Decide about that one instead.") % {
            "title": topic, "into": topic.merged_into,
        }  # fmt: skip
    return _("“%(title)s” is %(state)s. Reopen it first, then decide.") % {
        "title": topic, "state": topic.get_state_display(),
    }  # fmt: skip


def take_off_drafts(*, topic, by):
    """Take a topic off every draft that places it; returns the drafts' names."""
    drafts = lock_drafts(topic)
    AgendaItem.objects.filter(topic=topic).delete()
    for draft in drafts:
        touch(draft, by=by)
    return [draft.name for draft in drafts]


def lock_drafts(topic):
    """The drafts that place a topic, locked: always drafts before their items, as whoever edits a draft does."""
    ours = Draft.objects.filter(microconference=topic.microconference_id).order_by("pk")
    locked = list(ours.select_for_update(of=("self",), no_key=True))
    placing = set(AgendaItem.objects.filter(topic=topic).values_list("draft_id", flat=True))
    return [draft for draft in locked if draft.pk in placing]


def touch(draft, *, by):
    """Count a draft's edit, so that whoever has it open sees that it changed."""
    draft.edited_at, draft.edited_by = clock.now(), by if isinstance(by, User) else None
    draft.save_if_unchanged(version=None, fields=["edited_at", "edited_by"])
