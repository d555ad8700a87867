"""What leads do to the items of a working agenda: place, move, change minutes, take out.

Every edit carries the version that was looked at (None: whatever is there now, for commands). An outdated one is
refused as EditConflict and changes nothing; one that has happened already is harmless. Each is one undo step.
"""

from django.utils.translation import gettext as _

from topics.agenda import acts
from topics.agenda.board import Step
from topics.agenda.store import perform
from topics.models import AgendaItem
from uconf.lib.refusals import Refusal


def place(*, draft, topic, session=None, position=None, version, by):
    """Put a topic on the agenda, with its own minutes: where you say, or last before the wrap-up.

    Without a session it goes where it fits. A placed topic stays where it is. Raises Refusal.
    """
    if topic.microconference_id != draft.microconference_id:
        raise Refusal(_("“%(title)s” belongs to another microconference.") % {"title": topic})
    return _stored(draft, version, by, lambda board: acts.place_topic(board, topic.pk, _ours(draft, session), position))


def add_pause(*, draft, kind, minutes=None, session=None, position=None, version, by):
    """Add a break, an opening, a wrap-up or open discussion.

    Without a position an opening comes first, a wrap-up last, a break where it parts the longest stretch without
    one, and discussion before the wrap-up. Raises Refusal.
    """
    return _stored(
        draft, version, by, lambda board: acts.add_pause(board, kind, _ours(draft, session), position, minutes)
    )


def move_up(*, draft, item, version, by):
    """Swap an item with the one above it; from a session's beginning it goes to the end of the one before."""
    return _stored(draft, version, by, lambda board: acts.up(board, item.public_id))


def move_down(*, draft, item, version, by):
    """Swap an item with the one below it; from a session's end it goes to the beginning of the next one."""
    return _stored(draft, version, by, lambda board: acts.down(board, item.public_id))


def move_to_session(*, draft, item, session, position=None, version, by):
    """Move an item into another session: where you say, or last before its wrap-up. Raises Refusal."""
    into = _ours(draft, session)

    def act(board):
        if position is None and board.find(item.public_id)[0] == into:
            return Step("move", item=item.public_id)
        return acts.move_item(board, item.public_id, into, position)

    return _stored(draft, version, by, act)


def set_minutes(*, draft, minutes, presenting=None, version, by):
    """Give items other lengths: ``{item: minutes}``; ``presenting`` alike. What is the same is left alone.

    Raises Refusal.
    """
    typed = {item.public_id: wanted for item, wanted in minutes.items()}
    for_presenting = {item.public_id: wanted for item, wanted in (presenting or {}).items()}
    performed = perform(
        draft=draft, version=version, by=by, act=lambda board: acts.minutes(board, typed, for_presenting)
    )
    for item, wanted in minutes.items():
        if performed.changed:
            item.minutes = wanted


def take_out(*, draft, item, version, by):
    """Take an item off the agenda. A topic waits beside it again; a pause is gone. Twice is harmless."""
    perform(draft=draft, version=version, by=by, act=lambda board: acts.out(board, item.public_id))


def fill_default(*, draft, version=None, by):
    """A plain first agenda: an opening, all accepted topics in their order, a break near the middle, a wrap-up.

    Adds only what is not there yet, so a second time changes nothing. Returns the items of the topics that were
    placed. Raises Refusal without a session.
    """
    performed = perform(draft=draft, version=version, by=by, act=acts.fill)
    items = performed.after.by_public_id
    return [items[key] for key in performed.step.numbers.get("placed", ())]


def _ours(draft, session):
    if session is not None and session.microconference_id != draft.microconference_id:
        raise Refusal(_("This session belongs to another microconference."))
    return None if session is None else session.pk


def _stored(draft, version, by, act):
    """Do an act; gives the item that it was about, as it is stored now."""
    performed = perform(draft=draft, version=version, by=by, act=act)
    return AgendaItem.objects.select_related("topic", "session").get(draft=draft, public_id=performed.step.item)
