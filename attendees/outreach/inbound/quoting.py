"""Tells the new text of a mail from what it quotes. Plain Python; the text is cut before any pattern sees it."""

import re
from dataclasses import dataclass

from mailparser_reply import EmailReplyParser

MOST_NEW = 4_000  # characters of new text that the library is shown; longer ones are a letter, not an answer
_QUOTED = re.compile(r"\s*(?:>|\|\s?>|\u203a)")
_WROTE = re.compile(r"(?:\bwrote|\bwrites|\bschrieb|\ba écrit|\bécrit|\bskrev|\bschreef|\bescribió)\s?:?\s*$", re.I)
_OPENS = re.compile(r"\s*(?:on|am|le|in|den|op|el|quoting|zitat)\b", re.I)
_CUT_HERE = re.compile(
    r"\s*(?:-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht"
    r"|message d'origine|message transféré|original-nachricht)\s*-{2,}|begin forwarded message:)\s*$",
    re.I,
)
_RULE = re.compile(r"\s*_{20,}\s*$")
_OUTLOOK = re.compile(r"\s*\*?(?:from|von|de)\s?:\*?\s+\S", re.I)
_OUTLOOK_NEXT = re.compile(r"\s*\*?(?:sent|gesendet|envoyé|date|datum|to|an|à|subject|betreff|objet)\s?:", re.I)
_PARSER = EmailReplyParser(languages=["en", "de", "fr"])


@dataclass(frozen=True)
class Split:
    """A mail's text in two. ``interleaved``: new lines stand between quoted ones, and only together make sense."""

    new: str
    quoted: str = ""
    interleaved: bool = False
    before: bool = True  # the new text stands before what is quoted
    quoted_above: str = ""  # what was quoted before the new text


def split(text):
    """Split a mail's text. What cannot be told apart counts as new."""
    lines = [each.rstrip() for each in text.replace("\xa0", " ").split("\n")]
    end = _cut(lines)
    tail = "\n".join(lines[end:])
    lines = lines[:end]
    marks = _marks(lines)
    new = [line for line, quoted in zip(lines, marks, strict=True) if not quoted]
    blocks = _blocks(lines, marks)
    if len([each for each in blocks if not each[0]]) > 1 or (
        len([each for each in blocks if each[0]]) > 1 and any(not each[0] for each in blocks)
    ):
        return Split(_squeezed(lines), tail, interleaved=True)
    quoted = [line for line, each in zip(lines, marks, strict=True) if each]
    before = not blocks or not blocks[0][0]
    text, below = _by_the_library(_squeezed(new))
    return Split(
        text, "\n".join([*quoted, below, tail]).strip("\n"), before=before,
        quoted_above="" if before else "\n".join(quoted),
    )  # fmt: skip


def _cut(lines):
    """The row from which on another mail is shown whole, without marks."""
    for row, line in enumerate(lines):
        if _CUT_HERE.match(line):
            return row
        if _RULE.match(line):
            after = next((each for each in lines[row + 1 : row + 4] if each), "")
            if _OUTLOOK.match(after):
                return row
        if _OUTLOOK.match(line) and any(_OUTLOOK_NEXT.match(each) for each in lines[row + 1 : row + 3]):
            return row
    return len(lines)


def _marks(lines):
    """Which lines are quoted, the line that says who wrote it among them."""
    marks = [bool(_QUOTED.match(line)) for line in lines]
    for row, line in enumerate(lines):
        if marks[row] or not _WROTE.search(line[-40:]):
            continue
        start = next((each for each in (row, row - 1, row - 2) if each >= 0 and _OPENS.match(lines[each])), row)
        after = next((each for each in range(row + 1, min(row + 4, len(lines))) if lines[each].strip()), None)
        if after is None or marks[after] or row == len(lines) - 1:
            marks[start : row + 1] = [True] * (row + 1 - start)
    return marks


def _blocks(lines, marks):
    """Runs of quoted and new lines, blank ones and the signature left out: [(is quoted, rows)]."""
    blocks = []
    for row, (line, quoted) in enumerate(zip(lines, marks, strict=True)):
        if line == "--" and not any(marks[row:]):
            break
        if not line.strip():
            continue
        if blocks and blocks[-1][0] == quoted:
            blocks[-1][1].append(row)
        else:
            blocks.append((quoted, [row]))
    return blocks


def _squeezed(lines):
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _by_the_library(text):
    """(new text, what mail-parser-reply finds to be another mail below it): it knows more programs' ways than we do."""
    if not text or len(text) > MOST_NEW:
        return text, ""
    try:
        replies = [each.content for each in _PARSER.read(re.sub(r"[ \t]{2,}", " ", text)).replies]
    except Exception:  # noqa: BLE001  (then all of it is new, and a person reads it)
        return text, ""
    if len(replies) < 2 or not replies[0].strip():
        return text, ""
    return replies[0].strip("\n"), "\n".join(replies[1:])
