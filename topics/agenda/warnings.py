"""What does not fit, or who is not coming: all warnings of an agenda, from scratch or after an edit."""

from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter

from django.utils.translation import get_language

from topics.agenda.checks.base import (
    AWARE,
    CANNOT,
    SEVERITIES,
    SHOULD_NOT,
    Warning,
    difference,
    joined,
)  # fmt: skip
from topics.agenda.checks.people import not_coming, remote_without_means, times_they_cannot, two_places_at_once
from topics.agenda.checks.subjects import more_presenting, not_accepted, not_placed, order_broken
from topics.agenda.checks.times import (
    empty_session,
    no_break,
    off_its_pin,
    outside_the_conference,
    over_the_end,
    two_in_one_room,
)  # fmt: skip
from topics.agenda.plain import Snapshot
from topics.agenda.snapshot import load

CHECKS = (
    over_the_end, off_its_pin, no_break, not_placed, not_accepted, not_coming, times_they_cannot, order_broken,
    remote_without_means, more_presenting, two_places_at_once, two_in_one_room, outside_the_conference, empty_session,
)  # fmt: skip

__all__ = [
    "AWARE", "CANNOT", "CHECKS", "SEVERITIES", "SHOULD_NOT", "Found", "Warning", "check", "find", "joined", "look",
    "recheck", "warnings_for",
]  # fmt: skip


@dataclass(frozen=True)
class Found:
    """All warnings of a snapshot, by the check and the part that gave them."""

    snapshot: Snapshot
    parts: dict[tuple[str, object], tuple[Warning, ...]]

    @cached_property
    def all(self) -> list[Warning]:
        """In the order of the agenda, worst first where several stand at one item; what stands at no item is last."""
        order = {item.id: index for index, item in enumerate(self.snapshot.items)}
        turn = {each.name: index for index, each in enumerate(CHECKS)}
        topics = {pk: index for index, pk in enumerate(self.snapshot.topics)}
        ranked = [
            (order.get(each.item_id, len(order)), each.rank, turn[name], topics.get(part, 0), index, each.key, each)
            for (name, part), warnings in self.parts.items()
            for index, each in enumerate(warnings)
        ]
        ranked.sort(key=itemgetter(0, 1, 2, 3, 4, 5))
        return [self._acknowledged(each) for *_rank, each in ranked]

    def _acknowledged(self, warning):
        if not self._known or warning.key not in self._known:
            return warning
        known = self.snapshot.acknowledged.get((warning.key, warning.rests_on))
        return replace(warning, acknowledged=known) if known else warning

    @cached_property
    def _known(self):
        return {key for key, _rests_on in self.snapshot.acknowledged}

    @cached_property
    def loud(self) -> list[Warning]:
        """Those that nobody has acknowledged as they stand."""
        return [each for each in self.all if each.acknowledged is None]

    @cached_property
    def quiet(self) -> list[Warning]:
        """Those that a lead has acknowledged, with a reason, and that rest on the same facts still."""
        return [each for each in self.all if each.acknowledged is not None]

    @cached_property
    def loud_keys(self) -> set[str]:
        """The keys of those that nobody has acknowledged; quicker than all of them in order."""
        found = (self._acknowledged(each) for warnings in self.parts.values() for each in warnings)
        return {each.key for each in found if each.acknowledged is None}

    def by_key(self, key) -> Warning | None:
        return next((each for each in self.all if each.key == key), None)


def check(snapshot) -> Found:
    """All warnings, from scratch."""
    parts = {}
    for each in CHECKS:
        for name, part in each.parts(snapshot).items():
            found = tuple(each.one(snapshot, part))
            if found:
                parts[each.name, name] = found
    return Found(snapshot, parts)


_last: dict[tuple, Found] = {}  # by draft and language, of the drafts looked at last
KEPT = 16


def look(snapshot) -> Found:
    """All warnings, as ``check`` gives them: from those of the last time, where nothing but the agenda is another.

    What is kept is kept for this process alone, and is nothing but a shortcut: a snapshot whose surroundings are not
    the same is looked at from scratch.
    """
    if snapshot.draft is None:
        return check(snapshot)
    key = (snapshot.draft.pk, get_language())
    last = _last.pop(key, None)
    found = recheck(last, last.snapshot, snapshot) if last else check(snapshot)
    _last[key] = found  # as the newest
    while len(_last) > KEPT:
        _last.pop(next(iter(_last)), None)
    return found


def recheck(found, before, after) -> Found:
    """All warnings after an edit, from those before it: only what the edit can affect is looked at again.

    ``after`` is ``before`` rearranged; of any other snapshot everything is looked at.
    """
    if not _is_rearranged(before, after):
        return check(after)
    changed = difference(before, after)
    parts = {
        (name, part): warnings
        for (name, part), warnings in found.parts.items()
        if not (name in _PER_ITEM and part in changed.gone)
    }
    affected = {way: way(after, changed) for way in {each.affected for each in CHECKS}}
    for each in CHECKS:
        there = None
        for name in affected[each.affected]:
            there = each.parts(after) if there is None else there
            warnings = tuple(each.one(after, there[name])) if name in there else ()
            if warnings:
                parts[each.name, name] = warnings
            else:
                parts.pop((each.name, name), None)
    return Found(after, parts)


_PER_ITEM = {each.name for each in CHECKS if each.is_per_item}


def _is_rearranged(before, after):
    """Whether two snapshots differ in nothing but what stands where."""
    return (
        before.topics is after.topics
        and before.people_elsewhere is after.people_elsewhere
        and before.rooms_taken is after.rooms_taken
        and before.people is after.people
        and [_outline(block) for block in before.sessions] == [_outline(block) for block in after.sessions]
        and before.frame == after.frame
    )


def _outline(block):
    """A session without what stands in it."""
    return (block.id, block.public_id, block.starts_at, block.ends_at, block.room_id, block.room, block.remote_capable)


def warnings_for(draft):
    """The warnings of a draft that nobody has acknowledged, in the order of the agenda."""
    return find(load(draft.microconference, draft=draft))


def find(snapshot):
    """The warnings of a snapshot that nobody has acknowledged, in the order of the agenda."""
    return check(snapshot).loud
