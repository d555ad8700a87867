"""One press in the editor: typed minutes and an act, done together or not at all. Said before, and done."""

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from topics.agenda import acts, consequences, store, undo, warnings
from topics.agenda.board import Board
from topics.agenda.plain import Item, Snapshot, rearranged
from topics.models import AgendaItem, Topic

Kind = AgendaItem.Kind
# Every act that a button may send. “minutes” saves what was typed, “publish” too and then leads on.
ACTS = frozenset(["minutes", "publish", "undo", "redo", *acts.ACTS])


@dataclass(frozen=True)
class Edit:
    """What was pressed: an act on something, and what was typed, by item: minutes, and how many are for presenting.

    Values, things being named by their public identifiers:
    ``place`` topic[:session[:position]] · ``move`` item:session:position · ``to`` item:session ·
    ``up``, ``down``, ``out``, ``pin``, ``unpin`` item · ``swap`` item:item · ``presenting`` item:minutes ·
    ``add`` kind[:session[:position]] · ``stretch``, ``shrink`` session, or nothing for all ·
    ``fill``, ``undo``, ``redo``, ``minutes`` nothing. A position is the one that the item has afterwards, from 0.
    """

    act: str = "minutes"
    value: str = ""
    minutes: dict[str, int] = field(default_factory=dict)
    presenting: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What came of an edit, or would come of it.

    A sentence with the consequence; the item to go on with; the agenda before and after, with all warnings after;
    and the warnings that the edit brings and takes away.
    """

    sentence: str
    item: Item | None = None
    before: Snapshot | None = None
    after: Snapshot | None = None
    found: warnings.Found | None = None
    brings: tuple = ()
    ends: tuple = ()


def apply(*, draft, edit, version, by):
    """Save typed minutes and do the act, in one undo step. Raises Refusal, or EditConflict if the draft was edited."""
    if edit.act in ("undo", "redo"):
        go = undo.undo if edit.act == "undo" else undo.redo
        performed = go(draft=draft, version=version, by=by, neighbours=True)
    else:
        performed = store.perform(
            draft=draft, version=version, by=by, act=lambda board: _act(board, edit), neighbours=True
        )
    return _done(performed)


def consequence(snapshot, edit):
    """What an edit would cause, without doing it: the same as ``apply`` gives. Reads nothing. Raises Refusal.

    For undo and redo there is nothing to say before: their words stand on their buttons.
    """
    board = Board(snapshot)
    step = _act(board, edit)
    after = rearranged(snapshot, board.settled())
    return _done(store.Performed(step, snapshot, snapshot if after.rows == snapshot.rows else after))


def _act(board, edit):
    typed = acts.minutes(board, edit.minutes, edit.presenting)
    if edit.act not in acts.ACTS:
        return typed
    step = acts.ACTS[edit.act](board, edit.value)
    # Minutes that were typed along are part of the step, also where the act itself finds nothing to do.
    return replace(step, numbers={**step.numbers, "typed": typed.numbers["count"]}) if typed.numbers["count"] else step


def _done(performed):
    before, after = performed.before, performed.after
    old = warnings.check(before)
    new = old if before is after else warnings.recheck(old, before, after)
    there, here = old.loud_keys, new.loud_keys
    return Done(
        consequences.sentence(before, after, performed.step), performed.item, before, after, new,
        tuple(each for each in new.loud if each.key not in there),
        tuple(each for each in old.loud if each.key not in here) if there - here else (),
    )  # fmt: skip


def describe(edit, draft):
    """What somebody tried, in words, for when it was refused as outdated. One line each."""
    titles = {item.public_id: item.title for item in draft.items.select_related("topic")}
    lines = [
        _("%(title)s: %(minutes)s min") % {"title": titles[key], "minutes": minutes}
        for key, minutes in edit.minutes.items()
        if key in titles
    ]
    lines += [
        _("%(title)s: %(minutes)s min for presenting") % {"title": titles[key], "minutes": minutes}
        for key, minutes in edit.presenting.items()
        if key in titles
    ]
    words = {
        "up": _("Move “%(title)s” up"),
        "down": _("Move “%(title)s” down"),
        "out": _("Move “%(title)s” out"),
        "to": _("Move “%(title)s” to another session"),
        "move": _("Move “%(title)s”"),
        "swap": _("Swap “%(title)s” with another item"),
        "pin": _("Pin “%(title)s”"),
        "unpin": _("Unpin “%(title)s”"),
        "presenting": _("Change the presenting minutes of “%(title)s”"),
        "place": _("Place “%(title)s”"),
        "add": _("Add “%(title)s”"),
        "fill": _("Place all accepted topics"),
        "stretch": _("Fill the session"),
        "shrink": _("Shrink all to fit"),
        "undo": _("Undo"),
        "redo": _("Do again"),
    }
    if edit.act in words:
        lines.append(words[edit.act] % {"title": _title(edit, draft, titles)})
    return lines or [_("Nothing was typed or moved.")]


def _title(edit, draft, titles):
    key = edit.value.partition(":")[0]
    if edit.act == "place":
        return Topic.objects.filter(microconference=draft.microconference_id, public_id=key).first() or key
    if edit.act == "add":
        return Kind(key).label if key in Kind.values else key
    return titles.get(key) or _("an item that is gone")
