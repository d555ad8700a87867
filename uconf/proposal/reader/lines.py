"""Physical lines: how far in they start, which mark they carry, whether they are only a rule."""

import re
from dataclasses import dataclass

_MARK = re.compile(
    r"(?:(?P<bullet>[-*+–—~])[ \t]+|(?P<round>[•‣◦▪▫·●○∙◆■□►▸⁃])[ \t]*"
    r"|(?P<number>\d{1,3}(?:\.\d{1,3}){0,3}[.)]|\d{1,3}(?:\.\d{1,3}){1,3}(?=[ \t])|\(\d{1,3}\))[ \t]+"
    r"|(?P<letter>[a-z][.)]|[A-Z]\)|\([A-Za-z]\))[ \t]+|(?P<reference>\[\d{1,3}\]:?)[ \t]*)(?=\S)"
)
_BOX = re.compile(r"\[(?P<tick>[ xX✓✔]?)\][ \t]+(?=\S)")
_RULE = re.compile(r"[ \t]*[|+]?(?:([-=*#~_+^.:])[ \t]?)(?:\1[ \t]?){2,}[|+]?[ \t]*$")
_INDENT = re.compile(r"[\r \t\f]*")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `body` is where its words start, `mark` what stands before them, `ticked` what a box before them says."""

    start: int
    end: int
    body: int
    indent: int
    mark: str = ""
    number: str = ""
    ticked: bool | None = None
    rule: str = ""

    @property
    def blank(self) -> bool:
        return self.body >= self.end


def scan(work: str) -> list[Line]:
    """All lines of the working copy, in order."""
    lines = []
    start = 0
    for raw in work.split("\n"):
        lines.append(_line(work, start, start + len(raw)))
        start += len(raw) + 1
    return lines


def _line(work: str, start: int, end: int) -> Line:
    lead = _INDENT.match(work, start, end)
    at = lead.end() if lead else start
    indent = _columns(work[start:at])
    last = start + len(work[start:end].rstrip())
    if at >= last:
        return Line(start, last, last, indent)
    if rule := _RULE.match(work, at, last):
        return Line(start, last, at, indent, rule=rule.group(1))
    mark = number = ""
    if match := _MARK.match(work, at, last):
        mark = match.lastgroup or ""
        number = work[at : match.end()].strip()
        if mark == "bullet":
            mark = work[at]
        at = match.end()
    ticked = None
    if (box := _BOX.match(work, at, last)) and mark != "reference":
        ticked, at = bool(box.group("tick").strip()), box.end()
        mark = mark or "box"
    return Line(start, last, at, indent, mark, number, ticked)


def _columns(lead: str) -> int:
    column = 0
    for character in lead:
        if character == "\t":
            column += 8 - column % 8
        elif character == " ":
            column += 1
    return column
