"""What mail puts around a text: headers, quoting, greetings, signatures, list footers.

All of it is blanked, character by character, in a working copy of the same length: every offset found in the copy is an
offset in the text, and what was blanked turns up by itself among the places nobody claimed.
"""

import re
from dataclasses import dataclass

_HEADER = re.compile(
    r"(from|to|cc|bcc|subject|date|sent|reply-to|sender|message-id|in-reply-to|references|user-agent|organi[sz]ation"
    r"|mime-version|content-[a-z-]{1,30}|list-[a-z-]{1,30}|x-[a-z-]{1,30}|return-path|received|delivered-to)\s?:(?=\s|$)",
    re.I,
)
_MAIL_ONLY = frozenset({"from", "to", "subject", "message-id", "sender"})
_FORWARDED = re.compile(
    r"-{2,}\s?(?:original message|forwarded message|begin forwarded message)|begin forwarded message:", re.I
)
_QUOTE = re.compile(r"(?:> ?)+")
_WROTE = re.compile(r"(?:on|am|le)\b.{0,200}\b(?:wrote|schrieb|écrit)\s?:$", re.I)
_GREETING = re.compile(
    r"(?:hi|hello|dear|hey|greetings|good (?:morning|afternoon|evening|day))\b[^.:;!?]{0,50}[,!.:]?$", re.I
)
_CLOSING = re.compile(
    r"(?:many thanks|thanks|thank you|thanks in advance|cheers|best|best wishes|best regards|kind regards|regards|sincerely|yours)"
    r"[,!.]?$",
    re.I,
)
_UNDERLINE = re.compile(r"_{20,}$")
_SUBJECT_TAG = re.compile(r"(?:(?:re|fwd?|aw)\s?:\s?|\[[^\[\]]{1,40}\]\s?)+", re.I)


@dataclass(frozen=True, slots=True)
class Letter:
    """The working copy, and where a subject line stands in it (before it was blanked)."""

    work: str
    subject: tuple[int, int] | None
    subject_line: tuple[int, int] | None


def unwrap(text: str) -> Letter:
    """Take a mail's wrapping off a proposal; what is no mail comes back nearly as it was."""
    starts, lines = [], text.split("\n")
    at = 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    subject_row = _headers(lines)
    subject = subject_line = None
    if subject_row is not None:
        row, after = subject_row
        value = lines[row][after:]
        value_at = starts[row] + after + len(value) - len(value.lstrip())
        tag = _SUBJECT_TAG.match(text, value_at)
        subject = (tag.end() if tag else value_at, starts[row] + len(lines[row].rstrip()))
        subject_line = (starts[row], subject[1])
    work = list(lines)
    _blank_headers(work)
    _quoting(work)
    _ends(work)
    return Letter("\n".join(work), subject, subject_line)


def _blank(work: list[str], first: int, last: int) -> None:
    for row in range(first, min(last, len(work))):
        work[row] = " " * len(work[row])


def _header_blocks(lines: list[str]) -> list[tuple[int, int]]:
    """Rows of header blocks: at the very top, or right after a line that says a forwarded mail begins."""
    blocks = []
    candidates = [next((row for row, line in enumerate(lines) if line.strip()), 0)]
    for row, line in enumerate(lines):
        if line[:1] in "-bB>" and _FORWARDED.match(line.lstrip("> ")):
            candidates.append(row)
    for first in candidates:
        row = first
        if row < len(lines) and _FORWARDED.match(lines[row].lstrip("> ")):
            row += 1
            while row < len(lines) and not lines[row].strip("> "):
                row += 1
        names = set()
        while row < len(lines):
            line = lines[row].lstrip(">").removeprefix(" ") if lines[row].startswith(">") else lines[row]
            if match := _HEADER.match(line):
                names.add(match.group(1).lower())
            elif not (names and line[:1] in (" ", "\t") and line.strip()):
                break
            row += 1
        if (
            names & _MAIL_ONLY
            and (len(names) >= 2 or "subject" in names)
            or (first != row and row > first and not names)
        ):
            blocks.append((first, row))
    return blocks


def _headers(lines: list[str]) -> tuple[int, int] | None:
    for first, last in _header_blocks(lines):
        for row in range(first, last):
            at = len(lines[row]) - len(lines[row].lstrip("> "))
            match = _HEADER.match(lines[row], at)
            if match and match.group(1).lower() == "subject" and lines[row][match.end() :].strip():
                return row, match.end()
    return None


def _blank_headers(work: list[str]) -> None:
    for first, last in _header_blocks(work):
        _blank(work, first, last)


def _quoting(work: list[str]) -> None:
    """Keep the quoted text if it is most of the letter, the reply's own text otherwise."""
    depths: list[int] = []
    for line in work:
        match = _QUOTE.match(line) if line.startswith(">") else None
        depths.append(
            match.group().count(">") if match and (line[match.end() :].strip() or match.end() == len(line)) else 0
        )
    written: dict[int, int] = {}
    for line, depth in zip(work, depths, strict=True):
        if line.strip("> "):
            written[depth] = written.get(depth, 0) + 1
    for row, line in enumerate(work):
        if line[:1] in "OoAaLl":
            # A long one goes on in the next line.
            for rows in (1, 2):
                if _WROTE.match(" ".join(work[row : row + rows]).strip()):
                    _blank(work, row, row + rows)
                    break
    if not any(written.get(depth) for depth in written if depth):
        return
    main = max(written, key=lambda depth: (written[depth], -depth))
    for row, (line, depth) in enumerate(zip(work, depths, strict=True)):
        if depth != main:
            _blank(work, row, row + 1)
        elif depth:
            mark = _QUOTE.match(line)
            length = mark.end() if mark else 0
            # A carriage return has no width: where a quote mark stood is no indentation.
            work[row] = "\r" * length + line[length:]


def _ends(work: list[str]) -> None:
    """Blank greeting, closing, signature and list footer."""
    stripped = [line.strip("\r \t") for line in work]
    first = next((row for row, line in enumerate(stripped) if line), None)
    if first is not None and len(stripped[first].split()) <= 6 and _GREETING.match(stripped[first]):
        _blank(work, first, first + 1)
    for row, line in enumerate(stripped):
        if (
            line == "--"
            and work[row].rstrip("\r") in ("--", "-- ", "--\t")
            or _UNDERLINE.match(line)
            and any("mailing list" in near.lower() or "@" in near for near in stripped[row + 1 : row + 5])
        ):
            last = row + 1
            while last < len(work) and stripped[last]:
                last += 1
            _blank(work, row, last)
        elif len(line) < 24 and _CLOSING.match(line) and (row == 0 or not stripped[row - 1] or line.endswith(",")):
            last = row + 1
            while (
                last < len(work)
                and last <= row + 3
                and stripped[last]
                and len(stripped[last]) < 40
                and not stripped[last].endswith(":")
            ):
                last += 1
            _blank(work, row, last)
