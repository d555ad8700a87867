"""Stretching and shrinking: minutes of topics so that a session is just full. Plain numbers in, plain numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass

STEP = 5  # minutes in which lengths are changed
LEAST = 10  # minutes below which nothing is shrunk


@dataclass(frozen=True)
class Length:
    """One item. What is not ``soft`` keeps its minutes; ``pinned_minute`` is where it must start."""

    minutes: int
    soft: bool = False
    least: int = LEAST
    most: int = 240
    pinned_minute: int | None = None


def least_for(minutes: int, presenting: int) -> int:
    """What a topic may be shrunk to: ten minutes, and one step more than it takes to present it."""
    return min(minutes, max(LEAST, -(-(presenting + STEP) // STEP) * STEP))


def stretch(lengths: Sequence[Length], available: int) -> list[int]:
    """Minutes such that soft items share what is left, in proportion, in steps of five.

    What comes before a pinned item fills up to where that is pinned, and not beyond.
    """
    return _fit(lengths, available, grow=True)


def shrink(lengths: Sequence[Length], available: int) -> list[int]:
    """Minutes such that everything ends in time, as far as the least minutes of each allow."""
    return _fit(lengths, available, grow=False)


def _fit(lengths, available, *, grow):
    minutes = [length.minutes for length in lengths]
    first, at = 0, 0
    for index, length in enumerate([*lengths, None]):
        target = available if length is None else length.pinned_minute
        if target is None:
            continue
        part = range(first, index)
        spare = target - at - sum(minutes[each] for each in part)
        # An earlier pin is looked at again with each later one only where the part between them is concerned.
        if (grow and spare > 0) or (not grow and spare < 0):
            _share(lengths, minutes, part, spare)
        if length is not None:
            at += sum(minutes[each] for each in part)
            first = index
    return minutes


def _share(lengths, minutes, part, spare):
    """Give or take ``spare`` minutes, in proportion to what each soft item has; the largest remainder first."""
    soft = [each for each in part if lengths[each].soft and lengths[each].pinned_minute is None]
    step = STEP if spare > 0 else -STEP
    steps = spare // STEP if spare > 0 else -(spare // STEP)  # shrinking goes a step too far rather than too short
    total = sum(minutes[each] for each in soft)
    if not total:
        return
    before = {each: minutes[each] for each in soft}
    for _count in range(steps):
        able = [
            each
            for each in soft
            if (minutes[each] + STEP <= lengths[each].most if spare > 0 else minutes[each] > lengths[each].least)
        ]
        if not able:
            return
        # Who is furthest behind their share is next; the longer one, then the earlier one, if two are alike.
        each = min(able, key=lambda i: (abs(minutes[i] - before[i] + step / 2) / before[i], -before[i], i))
        changed = minutes[each] + step
        minutes[each] = changed if spare > 0 else max(changed, lengths[each].least)
        if spare < 0 and sum(before.values()) - sum(minutes[i] for i in soft) >= -spare:
            return
