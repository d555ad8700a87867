"""Does an act to a stored draft: lock it, look, act, store what changed, and remember how it was."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _

from topics.agenda import history
from topics.agenda.board import Board, Gone, Step
from topics.agenda.plain import Snapshot, rearranged
from topics.agenda.snapshot import load
from topics.models import AgendaItem, Draft
from uconf.actions import activity
from uconf.lib import clock, writing
from uconf.lib.prepared import PreparedObjects
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import User

# What the activity log calls each act.
WORDS = {
    "minutes": "agenda.minutes", "place": "agenda.placed", "add": "agenda.added", "up": "agenda.moved",
    "down": "agenda.moved", "to": "agenda.moved", "move": "agenda.moved", "swap": "agenda.moved",
    "out": "agenda.taken_out", "fill": "agenda.filled", "pin": "agenda.pinned", "unpin": "agenda.unpinned",
    "stretch": "agenda.stretched", "shrink": "agenda.shrunk", "set": "agenda.set",
}  # fmt: skip


# Acts of which nobody can say that they have happened already: they ask for a change from what was seen.
RELATIVE = ("up", "down", "swap")


@dataclass(frozen=True)
class Performed:
    """An act that was done: its step, and the agenda before and after. They are one where nothing had to change."""

    step: Step
    before: Snapshot
    after: Snapshot
    steps: history.Steps | None = None

    @property
    def changed(self):
        return self.before is not self.after

    @property
    def item(self):
        """The item to go on with, or None."""
        return self.after.by_public_id.get(self.step.item)


def _of(draft):
    return Draft.objects.select_for_update(of=("self",), no_key=True).filter(pk=draft).order_by()


_locked = PreparedObjects(_of, "draft")


def lock(draft, version):
    """The draft as it is now, locked until the transaction ends. Raises EditConflict if it was edited meanwhile.

    Drafts are locked before anything that stands on them (sessions, topics), so that no two acts wait for each other.
    """
    knows_mc = Draft.microconference.is_cached(draft)
    rows = _locked(draft=draft.pk) if knows_mc else _of(draft.pk).select_related("microconference__conference")
    locked = next(iter(rows), None)
    if locked is not None and knows_mc:
        locked.microconference = draft.microconference
    if locked is None:
        raise Refusal(_("The draft “%(name)s” was removed. Open the agenda again.") % {"name": draft.name})
    refuse_outdated(locked, version)
    return locked


def refuse_outdated(locked, version):
    """Raise EditConflict if a draft is no longer as it was looked at; None stands for whatever it is."""
    if version is not None and locked.version != version:
        raise EditConflict(_("Somebody changed the agenda while you were editing it."), theirs=locked)


@transaction.atomic
def perform(*, draft, act, version, by, neighbours=False):
    """Do an act, a function of a Board that gives a Step, to a stored draft.

    What has happened already is harmless, whatever the version. Raises Refusal, and EditConflict if the draft was
    edited since ``version``.
    """
    locked = lock(draft, None)
    before = load(locked.microconference, draft=locked, neighbours=neighbours, viewer=by)
    board = Board(before)
    try:
        step = act(board)
    except Gone as gone:
        raise EditConflict(str(gone), theirs=locked) from gone
    except Refusal:
        refuse_outdated(locked, version)
        raise
    after = rearranged(before, board.settled())
    if after.rows == before.rows:
        if step.act in RELATIVE:
            refuse_outdated(locked, version)
        return Performed(step, before, before)
    refuse_outdated(locked, version)
    after = save(locked, before, after)
    steps = history.record(locked, step, before.rows, after.rows, by)
    count(locked, draft, by)
    activity.record(WORDS[step.act], on=locked.microconference, by=by, subject=step.subject, **_numbers(step))
    return Performed(step, before, after, steps)


def _numbers(step):
    numbers = step.numbers
    if step.act == "minutes" and "before" in numbers:
        return {"before": {"minutes": numbers["before"]}, "after": {"minutes": numbers["minutes"]}}
    if step.act == "out":
        return {"before": {"minutes": numbers.get("minutes")}}
    if step.act == "fill":
        return {"after": {"topics": numbers["count"]}}
    return {"after": {name: value for name, value in numbers.items() if isinstance(value, int)} or None}


def count(locked, draft, by):
    """Count an edit of a locked draft; let the caller's draft know, so that it can go on with the next one."""
    locked.edited_at, locked.edited_by = clock.now(), by if isinstance(by, User) else None
    changed = writing.update(
        Draft, {"id": locked.pk, "version": locked.version}, version=locked.version + 1, edited_at=locked.edited_at,
        edited_by=locked.edited_by_id, step=locked.step, undone=locked.undone,
    )  # fmt: skip
    if not changed:  # only where the database knows no lock, and somebody else was quicker
        raise EditConflict(_("Somebody changed the agenda while you were editing it."), theirs=locked)
    locked.version += 1
    for name in ("version", "edited_at", "edited_by", "step", "undone"):
        setattr(draft, name, getattr(locked, name))


def save(locked, before, after):
    """Store what differs between two agendas of a draft: at most three statements. Returns ``after`` with all keys."""
    old = {item.public_id: item for item in before.items}
    new = {item.public_id: item for item in after.items}
    gone = [item.id for key, item in old.items() if key not in new]
    if gone:
        AgendaItem.objects.filter(pk__in=gone).delete()
    pins = {row.public_id: row.pinned_minute for row in after.rows}
    was = {row.public_id: row.pinned_minute for row in before.rows}
    made, changed, fields = [], [], set()
    for key, item in new.items():
        if key not in old:
            made.append(_stored(locked, item, pins[key]))
        elif old[key] is not item and (differs := _differing(old[key], item, was[key], pins[key])):
            changed.append(item)
            fields |= differs
    if made:
        AgendaItem.objects.bulk_create(made)
    if changed and fields <= set(PLACES):
        _move(changed)
    elif changed:
        stored = [_stored(locked, item, pins[item.public_id]) for item in changed]
        AgendaItem.objects.bulk_update(stored, sorted(fields))
    return rearranged(after, after.rows, {row.public_id: row.pk for row in made}) if made else after


PLACES = ("session_id", "position", "minutes")


def _move(items):
    """Store where items stand and how long they last, all at once: what nearly every edit changes.

    Both databases know UPDATE … FROM (VALUES …), which they read several times quicker than bulk_update's CASEs.
    """
    values = ", ".join(["(%s, %s, %s, %s)"] * len(items))
    table = connection.ops.quote_name(AgendaItem._meta.db_table)
    sets = ", ".join(f"{name} = told.column{number}" for number, name in enumerate(PLACES, start=2))
    told = [value for item in items for value in (item.id, item.session_id, item.position, item.minutes)]
    with connection.cursor() as cursor:
        # No value of anybody's stands in the text of this statement.
        cursor.execute(f"UPDATE {table} SET {sets} FROM (VALUES {values}) AS told WHERE id = told.column1", told)  # noqa: S608


def _stored(locked, item, pinned_minute):
    return AgendaItem(
        pk=item.id or None, public_id=item.public_id, draft=locked, session_id=item.session_id, position=item.position,
        kind=item.kind, topic_id=item.topic.id if item.topic else None, minutes=item.minutes, pinned=item.pinned,
        pinned_minute=pinned_minute, presenting_minutes=item.own_presenting,
    )  # fmt: skip


# What is stored of an item, by its field, and what an item of a snapshot calls it.
FIELDS = {
    "session_id": "session_id", "position": "position", "kind": "kind", "topic_id": "topic", "minutes": "minutes",
    "pinned": "pinned", "presenting_minutes": "own_presenting",
}  # fmt: skip


def _differing(was, now, was_pinned, now_pinned):
    """The fields in which an item is stored differently before and after."""
    found = {field for field, name in FIELDS.items() if getattr(was, name) != getattr(now, name)}
    return found if was_pinned == now_pinned else {*found, "pinned_minute"}
