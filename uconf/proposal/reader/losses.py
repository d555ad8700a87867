"""What was claimed but is kept nowhere: the words of an entry that are in no field of the reading."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from .states import state_of

_WORD = re.compile(r"[^\W_]+")
_REMARK = re.compile(r"(?:(?! - )[^()/\[\],;:|–—<>])+")
# Whoever these stretches tell of is kept, and their other words only said so.
_TOLD = frozenset({"policy", "edition"})
_JOINING = frozenset(
    {"and", "see", "also", "link", "links", "ref", "refs", "reference", "references", "more", "at", "details", "cf"}
)
_OF_A_TITLE = frozenset(
    {
        "a",
        "an",
        "the",
        "for",
        "title",
        "proposal",
        "cfp",
        "mc",
        "mcs",
        "uconf",
        "uconfs",
        "µconf",
        "µconfs",
        "micro",
        "conference",
    }
    | {"conferences", "microconference", "microconferences", "subject", "name"}
)


def words(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return [word.casefold() for word in _WORD.findall(text)]


def find(
    text: str, marks: Sequence[tuple[int, int, str, str]], spent: Sequence[tuple[int, int]], kept: str
) -> list[tuple[int, int]]:
    """The stretches, each on one line and inside one mark, whose words are neither kept nor spent."""
    known = set(words(kept))
    claimed, done = bytearray(len(text)), bytearray(len(text))
    inside = {kind: bytearray(len(text)) for kind in ("title", "person", "link")}
    for start, end, kind, _ in marks:
        _fill(claimed, start, end)
        kind = "person" if kind == "lead" else kind
        if kind in inside:
            _fill(inside[kind], start, end)
        if kind in _TOLD:
            _fill(done, start, end)
        elif kind == "person":
            for remark in _REMARK.finditer(text, start, end):
                if (state := state_of(remark.group().strip(" -"))) and not state[1]:
                    _fill(done, *remark.span())
    for start, end in spent:
        _fill(done, start, end)
    bounds = sorted({bound for start, end, _, _ in marks for bound in (start, end)})
    lost = []
    for start, end in _runs(text, known, done):
        for begin, stop in _apart(start, end, bounds):
            found = [match.group().casefold() for match in _WORD.finditer(text, begin, stop)]
            state = state_of(text[begin:stop]) if inside["person"][begin] else None
            if (
                not found
                or not claimed[begin]
                or _JOINING.issuperset(found)
                or (inside["title"][begin] and _OF_A_TITLE.issuperset(found))
                or (inside["link"][begin] and all(word.isdecimal() and len(word) <= 3 for word in found))
                or (state is not None and not state[1])
            ):
                continue
            lost.append((begin, stop))
    return lost


def _fill(cells: bytearray, start: int, end: int) -> None:
    cells[start:end] = b"\1" * (end - start)


def _runs(text: str, known: set[str], done: bytearray) -> Iterator[tuple[int, int]]:
    """Neighbouring words of one line that are not known."""
    start = end = -1
    for match in _WORD.finditer(text):
        first, last = match.span()
        if match.group().casefold() in known or all(done[first:last]):
            if start >= 0:
                yield start, end
            start = -1
        elif start >= 0 and "\n" not in text[end:first]:
            end = last
        else:
            if start >= 0:
                yield start, end
            start, end = first, last
    if start >= 0:
        yield start, end


def _apart(start: int, end: int, bounds: list[int]) -> Iterator[tuple[int, int]]:
    """A run cut wherever a mark begins or ends."""
    at = bisect_right(bounds, start)
    while at < len(bounds) and bounds[at] < end:
        yield start, bounds[at]
        start = bounds[at]
        at += 1
    yield start, end
