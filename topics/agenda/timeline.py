"""When things start: positions and minutes in, times out. Plain Python; nothing here knows the database."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

WITHOUT_BREAK = 120  # minutes in a row that people can follow


class Slot(NamedTuple):
    """One item at its time. ``beyond`` of its minutes lie after the session's end."""

    key: Hashable
    starts_at: datetime
    ends_at: datetime
    minutes: int
    beyond: int

    @property
    def within(self) -> int:
        """How many of its minutes lie before the session's end."""
        return self.minutes - self.beyond

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether it shares time with another stretch. Touching ends share none."""
        return self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True)
class Timeline:
    """A session's items at their times."""

    starts_at: datetime
    ends_at: datetime
    slots: tuple[Slot, ...]

    @cached_property
    def available(self) -> int:
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @cached_property
    def planned(self) -> int:
        return sum(slot.minutes for slot in self.slots)

    @property
    def over(self) -> int:
        """Minutes planned beyond the session's end."""
        return max(0, self.planned - self.available)

    @property
    def left(self) -> int:
        """Minutes of the session that nothing is planned for."""
        return max(0, self.available - self.planned)


def lay_out(starts_at: datetime, ends_at: datetime, items: Iterable[tuple[Hashable, int]]) -> Timeline:
    """Put items, as (key, minutes) in their order, one after the other from the session's start."""
    slots, at, so_far = [], starts_at, 0
    length = (ends_at - starts_at) / timedelta(minutes=1)
    for key, minutes in items:
        so_far += minutes
        until = starts_at + timedelta(minutes=so_far)
        beyond = min(minutes, max(0, int(so_far - length)))
        slots.append(Slot(key, at, until, minutes, beyond))
        at = until
    return Timeline(starts_at, ends_at, tuple(slots))


@dataclass(frozen=True)
class Run:
    """Items in a row without a break: where it starts, its minutes, and the index that first makes it too long."""

    first: int
    last: int
    minutes: int
    too_long_at: int | None


def runs_without_break(items: Sequence[tuple[bool, int]]) -> list[Run]:
    """The stretches between breaks. ``items`` are (is a break, minutes) in their order."""
    runs, first, total, too_long_at = [], 0, 0, None
    for index, (is_break, minutes) in enumerate([*items, (True, 0)]):
        if is_break:
            if index > first:
                runs.append(Run(first, index - 1, total, too_long_at))
            first, total, too_long_at = index + 1, 0, None
            continue
        total += minutes
        if too_long_at is None and total > WITHOUT_BREAK:
            too_long_at = index
    return runs


def place_for_break(items: Sequence[tuple[bool, int]]) -> int:
    """The position at which a break parts the longest stretch without one most evenly."""
    longest = max(runs_without_break(items), key=lambda run: run.minutes, default=None)
    if longest is None:
        return len(items)
    best, before = (longest.minutes, longest.first), 0
    for index in range(longest.first, longest.last + 1):
        best = min(best, (abs(longest.minutes - 2 * before), index))
        before += items[index][1]
    return best[1] if best[1] > longest.first else longest.last + 1
