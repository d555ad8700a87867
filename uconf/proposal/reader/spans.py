"""The ledger: which stretch of the text became what; what nobody claimed is not understood."""

import re
from collections.abc import Callable

from . import losses
from .result import Piece, Span

_LINE = re.compile(r"[^\n]+")


class Ledger:
    """Collects claims on the text while it is read. Nothing is lost: `close` hands out what was not claimed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._marks: list[tuple[int, int, int, str, str]] = []
        self._spent: list[tuple[int, int]] = []

    def spend(self, start: int, end: int) -> None:
        """Say that a stretch was understood though its words are kept nowhere: a list's mark, a section's heading."""
        self._spent.append((start, end))

    def mark(self, start: int, end: int, kind: str, ref: str = "") -> None:
        """Claim a stretch. `ref` is final, or “@3” for the third known person, or “&address” for a link."""
        while start < end and self.text[start] in " \t\n":
            start += 1
        while end > start and self.text[end - 1] in " \t\n":
            end -= 1
        if start < end:
            self._marks.append((start, -end, len(self._marks), kind, ref))

    def close(self, person_ref: Callable[[int], str], kept: str) -> tuple[tuple[Span, ...], tuple[Piece, ...]]:
        """All spans, numbered and nested, and the pieces nobody claimed, or that are not among the words kept."""
        marks = self._nested()
        lost = losses.find(self.text, marks, self._spent, kept)
        marks = sorted([*marks, *((*stretch, "none", "") for stretch in lost)], key=lambda mark: (mark[0], -mark[1]))
        pieces: list[Piece] = []
        spans: list[Span] = []
        at = 0
        for start, end, kind, ref in marks:
            if start >= at:
                self._fill(at, start, spans, pieces)
            if kind == "none":
                ref = f"?{len(pieces) + 1}"
                pieces.append(Piece(self.text[start:end], start, end, ref))
            spans.append(Span(start, end, kind, ref))
            at = max(at, end)
        self._fill(at, len(self.text), spans, pieces)
        return tuple(_numbered(spans, person_ref)), tuple(pieces)

    def _nested(self) -> list[tuple[int, int, str, str]]:
        nested: list[tuple[int, int, str, str]] = []
        open_ends: list[int] = []
        seen: set[tuple[int, int, str, str]] = set()
        for start, negative_end, _, kind, ref in sorted(self._marks):
            end = -negative_end
            while open_ends and open_ends[-1] <= start:
                open_ends.pop()
            if open_ends and end > open_ends[-1]:
                end = open_ends[-1]
            if start < end and (start, end, kind, ref) not in seen:
                seen.add((start, end, kind, ref))
                nested.append((start, end, kind, ref))
                open_ends.append(end)
        # Clipping may have made a later one longer than its equal in start before it.
        return sorted(nested, key=lambda mark: (mark[0], -mark[1]))

    def _fill(self, start: int, end: int, spans: list[Span], pieces: list[Piece]) -> None:
        """Lines nobody claimed; neighbours are one piece, a blank line parts them."""
        run: list[int] = []
        last = start
        for match in [*_LINE.finditer(self.text, start, end), None]:
            text = match.group() if match else ""
            if not text.strip() or (run and self.text.count("\n", last, match.start() if match else end) > 1):
                if run:
                    self._leftover(run[0], run[1], spans, pieces)
                run = []
            if match and text.strip():
                begin = match.start() + len(text) - len(text.lstrip())
                run = [run[0] if run else begin, match.start() + len(text.rstrip())]
                last = match.end()

    def _leftover(self, start: int, end: int, spans: list[Span], pieces: list[Piece]) -> None:
        text = self.text[start:end]
        if any(map(str.isalnum, text)):
            ref = f"?{len(pieces) + 1}"
            pieces.append(Piece(text, start, end, ref))
            spans.append(Span(start, end, "none", ref))
        else:
            # A rule, or a mark beside what was understood: it carries no words, the page need not ask about it.
            for match in _LINE.finditer(self.text, start, end):
                if match.group().strip() and self._alone(match.start(), match.end()):
                    spans.append(Span(match.start(), match.end(), "heading"))

    def _alone(self, start: int, end: int) -> bool:
        before = self.text.rfind("\n", 0, start) + 1
        after = self.text.find("\n", end)
        after = len(self.text) if after == -1 else after
        return not self.text[before:start].strip() and not self.text[end:after].strip()


def _numbered(spans: list[Span], person_ref: Callable[[int], str]) -> list[Span]:
    links: dict[str, str] = {}
    numbered = []
    for span in spans:
        ref = span.ref
        if ref.startswith("@"):
            ref = person_ref(int(ref[1:]))
        elif ref.startswith("&"):
            ref = links.setdefault(ref, _letters(len(links)))
        digits = ref.lstrip("?TOELP")
        n = int(digits) if digits.isdecimal() else _number(ref) if span.kind == "link" and ref else int(bool(ref))
        numbered.append(Span(span.start, span.end, span.kind, ref, n))
    return numbered


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(97 + rest) + letters
    return letters


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 96
    return number
