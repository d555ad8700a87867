"""Undo and do again: one step back or forth in a draft's history."""

from django.db import transaction
from django.utils.translation import gettext as _

from topics.agenda import history, store
from topics.agenda.board import Step
from topics.agenda.plain import rearranged
from topics.agenda.snapshot import load
from uconf.actions import activity
from uconf.lib.refusals import Refusal

redoable, steps, undoable = history.redoable, history.steps, history.undoable


def undo(*, draft, version, by, neighbours=False):
    """Take back the last edit of a draft, whoever made it; exactly as it was before.

    Raises Refusal (nothing to undo; something that it would bring back is gone), and EditConflict if the draft was
    edited since ``version``.
    """
    return _go(draft, version, by, "undo", neighbours)


def redo(*, draft, version, by, neighbours=False):
    """Do again what was undone last. Raises as undo does."""
    return _go(draft, version, by, "redo", neighbours)


@transaction.atomic
def _go(draft, version, by, way, neighbours):
    locked = store.lock(draft, version)
    back = way == "undo"
    step = history.step(locked, locked.step if back else locked.step + 1)
    if step is None:
        raise Refusal(_("There is nothing to undo.") if back else _("There is nothing to do again."))
    before = load(locked.microconference, draft=locked, neighbours=neighbours, viewer=by)
    act, subject, was, wanted = step
    if back:
        was, wanted = wanted, was
    after = rearranged(before, history.going(before, was=was, wanted=wanted))
    after = store.save(locked, before, after)
    locked.step += -1 if back else 1
    locked.undone += 1 if back else -1
    store.count(locked, draft, by)
    activity.record("agenda.undone" if back else "agenda.redone", on=locked.microconference, by=by,
                    subject=subject, after={"act": act})  # fmt: skip
    return store.Performed(Step(way, history.words(act, subject)), before, after)
