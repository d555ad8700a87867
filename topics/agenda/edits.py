"""One press in the editor: typed minutes and an act, done together or not at all. Said before, and done."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.translation import gettext as _

from topics.agenda import acts, consequences, history, store, undo, warnings
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

    A sentence with the consequence; the item to go on with; the agenda before and after, with all warnings after.
    """

    sentence: str
    item: Item | None = None
    before: Snapshot | None = None
    after: Snapshot | None = None
    found: warnings.Found | None = None
    steps: history.Steps | None = None  # what can be undone and done again now, where the edit itself says so

    @cached_property
    def _before(self):
        """The warnings before it, looked at only where somebody asks and only where the edit can have changed them."""
        return warnings.recheck(self.found, self.after, self.before)

    @cached_property
    def brings(self) -> tuple:
        """The warnings that the edit brings, in the order of the agenda."""
        if self.found is None or self.before is self.after:
            return ()
        return tuple(each for each in self.found.loud if each.key not in self._before.loud_keys)

    @cached_property
    def ends(self) -> tuple:
        """The warnings that the edit takes away."""
        if self.found is None or self.before is self.after:
            return ()
        return tuple(each for each in self._before.loud if each.key not in self.found.loud_keys)


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


def consequence(snapshot, edit, *, found=None):
    """What an edit would cause, without doing it: the same as ``apply`` gives. Reads nothing. Raises Refusal.

    With the snapshot's own warnings as ``found``, only what the edit can affect is looked at again: for many edits that
    are considered, such as all places that an item could go to. For undo and redo there is nothing to say before:
    their words stand on their buttons.
    """
    board = Board(snapshot)
    step = _act(board, edit)
    after = rearranged(snapshot, board.settled())
    return _done(store.Performed(step, snapshot, snapshot if after.rows == snapshot.rows else after), found)


def _act(board, edit):
    typed = acts.minutes(board, edit.minutes, edit.presenting)
    if edit.act not in acts.ACTS:
        return typed
    step = acts.ACTS[edit.act](board, edit.value)
    # Minutes that were typed along are part of the step, also where the act itself finds nothing to do.
    return replace(step, numbers={**step.numbers, "typed": typed.numbers["count"]}) if typed.numbers["count"] else step


def _done(performed, found=None):
    before, after = performed.before, performed.after
    found = warnings.look(after) if found is None else warnings.recheck(found, before, after)
    sentence = consequences.sentence(before, after, performed.step)
    return Done(sentence, performed.item, before, after, found, performed.steps)


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
