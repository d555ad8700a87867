"""Lines put together: headings, paragraphs and (nested) list items."""

import re
from dataclasses import dataclass, field

from .lines import Line
from .names import as_name
from .sections import is_plain, section_of
from .titles import plain

_DEEPEST = 6
_ATX = re.compile(r"(?P<hash>#{1,6}|={1,5}|\*{3,5})[ \t]+(?P<text>\S.*?)[ \t]*[#=*]*$")
_BOLD_LINE = re.compile(r"(\*\*|__)(?P<text>[^*_\n][^*\n]{0,120}?)\1[ \t]?:?$")
_BOX_SIDE = re.compile(r"[|*#+][ \t]*(?P<text>[^|]*?)[ \t]*[|*#+]$")
_LONGEST_HEADING = 110
_FULL_LINE = 50


@dataclass(slots=True)
class Block:
    """A heading, a paragraph or an item; `start`/`end` hold all of it, `body`/`last` only its own words.

    A heading's `level` grows towards the small ones: 1 to 6 are marked by signs or underlining, 7 is a bold line or
    capitals, 8 a bare word that names a section, 9 a line ending in a colon.
    """

    kind: str
    start: int
    end: int
    body: int
    last: int
    level: int = 0
    mark: str = ""
    number: str = ""
    ticked: bool | None = None
    lines: list[Line] = field(default_factory=list)
    children: list["Block"] = field(default_factory=list)

    @property
    def items(self) -> list["Block"]:
        return [child for child in self.children if child.kind == "item"]

    @property
    def paragraphs(self) -> list["Block"]:
        return [child for child in self.children if child.kind == "para"]


def build(work: str, lines: list[Line]) -> list[Block]:
    """The text's blocks, in order."""
    return _Builder(work, lines).build()


class _Builder:
    def __init__(self, work: str, lines: list[Line]) -> None:
        self.work = work
        self.lines = lines
        self.blocks: list[Block] = []
        self.open: list[Block] = []  # the items we are inside of, outermost first
        self.para: Block | None = None
        self.numbered = self._has_numbered_headings()

    def build(self) -> list[Block]:
        row = 0
        while row < len(self.lines):
            row = self._step(row)
        for item in self.blocks:
            _close(item)
        return self.blocks

    def _step(self, row: int) -> int:
        line = self.lines[row]
        if line.blank:
            self.para = None
            return row + 1
        heading, next_row = self._heading(row)
        if heading:
            self.blocks.append(heading)
            self.open, self.para = [], None
            return next_row
        if line.rule:
            self.para = None
            return row + 1
        if line.mark:
            self._item(line, after_blank=row == 0 or self.lines[row - 1].blank)
        else:
            self._text(line)
        return row + 1

    def _text(self, line: Line) -> None:
        if self.para is not None and self._continues(line):
            self.para.lines.append(line)
            self.para.end = self.para.last = line.end
            return
        while self.open and line.indent <= self.open[-1].lines[0].indent:
            self.open.pop()
        block = Block("para", line.start, line.end, line.body, line.end, lines=[line])
        (self.open[-1].children if self.open else self.blocks).append(block)
        self.para = block

    def _continues(self, line: Line) -> bool:
        """Whether a line goes on with what was open, though it may have lost its indentation."""
        if self.para is None or self.para.kind == "para":
            return self.para is not None and (not self.open or line.indent > self.open[-1].lines[0].indent)
        if line.indent > self.para.lines[0].indent:
            return True
        previous = self.para.lines[-1]
        first = self.work[line.body]
        return previous.end - previous.body >= _FULL_LINE and not self._opens(line) or first.islower()

    def _opens(self, line: Line) -> bool:
        text = self.work[line.body : line.end]
        return text.endswith(":") and len(text) < _LONGEST_HEADING

    def _item(self, line: Line, *, after_blank: bool) -> None:
        while self.open and self.open[-1].lines[0].indent > line.indent:
            self.open.pop()
        same = [block for block in self.open if block.lines[0].indent == line.indent]
        if same:
            like = next((block for block in reversed(same) if block.mark == line.mark), None)
            if like is not None:
                while self.open.pop() is not like:
                    pass
            elif after_blank:
                while self.open and self.open[-1].lines[0].indent == line.indent:
                    self.open.pop()
        while len(self.open) >= _DEEPEST:
            self.open.pop()
        block = Block(
            "item",
            line.start,
            line.end,
            line.body,
            line.end,
            level=len(self.open),
            mark=line.mark,
            number=line.number,
            ticked=line.ticked,
            lines=[line],
        )
        (self.open[-1].children if self.open else self.blocks).append(block)
        self.open.append(block)
        self.para = block

    def _heading(self, row: int) -> tuple[Block | None, int]:
        line = self.lines[row]
        if line.indent > 3 and not line.rule:
            return None, row
        inside = bool(self.open) and line.indent > self.open[-1].lines[0].indent
        boxed = self._boxed(row)
        if boxed:
            return boxed
        if line.rule or inside:
            return None, row
        text = self.work[line.body : line.end]
        if len(text) > _LONGEST_HEADING + 20 and len(plain(text)) > _LONGEST_HEADING + 20:
            return None, row
        if not line.mark and (match := _ATX.match(text)):
            level = len(match["hash"])
            return self._make(
                row, row + 1, line.body + match.start("text"), line.body + match.end("text"), level
            ), row + 1
        below = self.lines[row + 1] if row + 1 < len(self.lines) else None
        above_blank = row == 0 or self.lines[row - 1].blank or bool(self.lines[row - 1].rule)
        if (
            below
            and below.rule
            and below.rule in "=-~^"
            and not line.mark
            and above_blank
            and len(text) <= _LONGEST_HEADING
        ):
            level = {"=": 1, "-": 2}.get(below.rule, 3)
            return self._make(row, row + 2, line.body, line.end, level), row + 2
        if line.mark:
            if line.mark == "number" and above_blank and self._numbered_heading(row):
                level = 2 + min(line.number.strip(".").count("."), 3)
                return self._make(row, row + 1, line.body, line.end, level), row + 1
            return None, row
        if match := _BOLD_LINE.match(text):
            return self._make(row, row + 1, line.body + match.start("text"), line.body + match.end("text"), 7), row + 1
        if self._capitals(text) and above_blank:
            return self._make(row, row + 1, line.body, line.end, 7), row + 1
        if (
            text.endswith(":")
            and len(text) <= 60
            and len(text.split()) <= 8
            and not text.endswith("::")
            and ". " not in text
        ):
            if above_blank or section_of(text) or self.lines[row - 1].mark:
                return self._make(row, row + 1, line.body, line.end - 1, 9), row + 1
        if above_blank and is_plain(text) and self._plain(row, text, below):
            return self._make(row, row + 1, line.body, line.end, 8), row + 1
        return None, row

    def _plain(self, row: int, text: str, below: Line | None) -> bool:
        if section_of(text) is None or line_has_name(text):
            return False
        after = below
        if below is not None and below.blank:
            after = self.lines[row + 2] if row + 2 < len(self.lines) else None
        return after is not None and not after.blank and any(not line.blank for line in self.lines[:row][-50:])

    def _capitals(self, text: str) -> bool:
        letters = [character for character in text if character.isalpha()]
        return (
            len(letters) >= 4
            and len(text) <= 70
            and text.upper() == text
            and text.lower() != text
            and (section_of(text) is not None or (" " in text and sum(map(str.isdigit, text)) < len(letters)))
            and not text.endswith((",", ";"))
        )

    def _boxed(self, row: int) -> tuple[Block, int] | None:
        """A title between two rules, with or without sides."""
        if not self.lines[row].rule or row + 2 >= len(self.lines):
            return None
        texts: list[Line] = []
        for last in range(row + 1, min(row + 4, len(self.lines))):
            line = self.lines[last]
            if line.rule and texts:
                first = texts[0]
                body, end = first.body, texts[-1].end
                if (side := _BOX_SIDE.match(self.work[body:end])) and side["text"]:
                    body, end = body + side.start("text"), body + side.end("text")
                if line.rule != self.lines[row].rule or end - body > _LONGEST_HEADING or len(texts) > 1:
                    return None
                level = {"=": 1, "#": 1, "*": 1, "+": 2, "-": 2}.get(line.rule, 3)
                return self._make(row, last + 1, body, end, level), last + 1
            if line.blank or line.mark not in ("", "*", "+") or (line.mark and line.rule):
                return None
            texts.append(line)
        return None

    def _numbered_heading(self, row: int) -> bool:
        line = self.lines[row]
        text = self.work[line.body : line.end]
        if len(text.split()) > 8 or text.endswith((".", ",", ";")):
            return False
        after_blank = (
            row + 1 >= len(self.lines) or self.lines[row + 1].blank or self.lines[row + 1].mark not in ("", "number")
        )
        return self.numbered and (after_blank or section_of(text) is not None) and line.indent == 0

    def _has_numbered_headings(self) -> bool:
        found = 0
        for row, line in enumerate(self.lines):
            if line.mark != "number" or line.indent or (row and not self.lines[row - 1].blank):
                continue
            text = self.work[line.body : line.end]
            found += (
                len(text) <= 60 and len(text.split()) <= 4 and not text.endswith(".") and section_of(text) is not None
            )
            if found > 1:
                return True
        return False

    def _make(self, row: int, last: int, body: int, end: int, level: int) -> Block:
        text = self.work[body:end]
        trimmed = text.rstrip(" \t:*_") or text
        lead = len(trimmed) - len(trimmed.lstrip("*_ "))
        start = self.lines[row].start
        return Block(
            "heading",
            start,
            self.lines[last - 1].end,
            body + lead,
            body + len(trimmed),
            level=level,
            lines=self.lines[row:last],
        )


def deliberate_breaks(work: str, lines: list[Line]) -> list[bool]:
    """For each line but the last: was it ended on purpose, or only because the next word no longer fitted?"""
    width = max([60, *(line.end - line.start for line in lines)])
    breaks = []
    for line, below in zip(lines, lines[1:], strict=False):
        word = work[below.body : below.end].split(" ", 1)[0]
        text = work[line.body : line.end]
        fits = line.end - line.start + 1 + len(word) < width - 4
        goes_on = (
            text.endswith((",", ";", "-", " and", " &", " the", " of", " or"))
            or (word[:1].islower() and "@" not in word)
            or word in ("&", "(")
        )
        breaks.append(fits and not goes_on)
    return breaks


def by_line(work: str, block: Block) -> list[Block]:
    """A paragraph of short lines as one entry per line; what is indented further belongs to the line above it."""
    lines = block.lines
    if not lines:
        return []
    base = min(line.indent for line in lines)
    breaks = [True, *deliberate_breaks(work, lines)]
    groups: list[list[Line]] = []
    for line, broken in zip(lines, breaks, strict=True):
        if groups and (line.indent > base or not broken):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        Block(
            "item",
            max(mine[0].start, block.start),
            mine[-1].end,
            max(mine[0].body, block.body),
            min(mine[-1].end, block.last),
            lines=mine,
        )
        for mine in groups
    ]


def line_has_name(text: str) -> bool:
    """Whether a would-be heading holds an address or a person's state rather than a section's name."""
    words = text.split()
    return (
        any(sign in text for sign in "@(:")
        or "   " in text
        or (len(words) > 2 and as_name(" ".join(words[:2])) is not None)
    )


def _close(block: Block) -> None:
    """Let an item reach to the end of what is inside it."""
    for child in block.children:
        _close(child)
        block.end = max(block.end, child.end)
