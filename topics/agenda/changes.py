"""What is new, moved, changed and cancelled between two releases. Plain values in, plain values out."""

from dataclasses import dataclass
from datetime import datetime

NEW, MOVED, CHANGED, CANCELLED = "new", "moved", "changed", "cancelled"


@dataclass(frozen=True)
class Stand:
    """How something stands in one release: an agenda item, a session, or a topic of “if time allows”."""

    title: str
    kind: str  # topic, break, opening, wrap_up, open; session; if_time
    topic: str | None = None
    session: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    minutes: int | None = None
    room: str = ""
    remote_capable: bool = True
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One difference. ``now`` is None for what is cancelled, ``was`` for what is new; ``fields`` names what differs."""

    what: str
    was: Stand | None
    now: Stand | None
    fields: frozenset[str] = frozenset()

    @property
    def stand(self):
        return self.now or self.was


@dataclass(frozen=True)
class Changes:
    new: tuple[Change, ...] = ()
    moved: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    cancelled: tuple[Change, ...] = ()

    def __iter__(self):
        return iter((*self.new, *self.moved, *self.changed, *self.cancelled))

    def __len__(self):
        return len(tuple(iter(self)))

    def __bool__(self):
        return len(self) > 0


def between(old: dict | None, new: dict) -> Changes:
    """The differences from one release's content to another's; everything is new where there was none.

    An item is known again by its topic, else by its identifier; a pause that was made anew, by its kind and turn.
    """
    before, after = _stands(old), _stands(new)
    _match_pauses(before, after)
    found = {NEW: [], MOVED: [], CHANGED: [], CANCELLED: []}
    for key, now in after.items():
        was = before.get(key)
        what, fields = _compare(was, now)
        if what:
            found[what].append(Change(what, was, now, fields))
    for key, was in before.items():
        if key not in after:
            found[CANCELLED].append(Change(CANCELLED, was, None))
    return Changes(**{what: tuple(changes) for what, changes in found.items()})


def stands(content):
    """Everything that stands in a release's content."""
    return tuple(_stands(content).values())


def _compare(was, now):
    if was is None:
        return NEW, frozenset()
    fields = {
        name
        for name in ("title", "session", "starts_at", "ends_at", "minutes", "room", "remote_capable", "people", "kind")
        if getattr(was, name) != getattr(now, name)
    }
    if now.kind != "session":
        fields.discard("ends_at")  # it follows from the start and the minutes
        fields.discard("remote_capable")  # said once, for the session
    if "kind" in fields and now.kind == "if_time":
        return CANCELLED, frozenset({"if_time"})
    if "kind" in fields and was.kind == "if_time":
        return NEW, frozenset()
    if fields & {"starts_at", "room", "session"}:
        return MOVED, frozenset(fields)
    return (CHANGED, frozenset(fields)) if fields else (None, frozenset())


def _stands(content):
    """Everything in a release's content, by what it is known by."""
    stands = {}
    for session in content["sessions"] if content else ():
        starts_at, ends_at = (datetime.fromisoformat(session[key]) for key in ("starts_at", "ends_at"))
        stands["session", session["id"]] = Stand(
            "", "session", session=session["id"], starts_at=starts_at, ends_at=ends_at, room=session["room"],
            remote_capable=session["remote_capable"],
        )  # fmt: skip
        for item in session["items"]:
            key = ("topic", item["topic"]) if item["topic"] else ("item", item["id"])
            stands[key] = Stand(
                item["title"], item["kind"], item["topic"], session["id"],
                starts_at=datetime.fromisoformat(item["starts_at"]), minutes=item["minutes"], room=session["room"],
                people=tuple(item["people"]),
            )  # fmt: skip
    for each in content["if_time"] if content else ():
        stands["topic", each["topic"]] = Stand(each["title"], "if_time", each["topic"])
    return stands


def _match_pauses(before, after):
    """Let a pause that was taken out and added again be the same pause: the first unmatched break the first, …"""
    gone = [key for key in before if key[0] == "item" and key not in after]
    for key in [key for key in after if key[0] == "item" and key not in before]:
        same = next((old for old in gone if before[old].kind == after[key].kind), None)
        if same:
            gone.remove(same)
            before[key] = before.pop(same)
