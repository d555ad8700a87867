"""Reads an answer out of a mail's new text: text in, verdict out. Plain Python; in doubt there is none.

It does not look for words that sound like an answer. Every clause of the text must be one that is known
(``phrases.py``), all of them must say the same, and nothing may be left over: a condition, a question, a joke, a second
person or a language that is not known leaves something over by itself, and then a person reads the mail.
"""

import re
import unicodedata
from dataclasses import dataclass

from attendees.outreach.inbound import phrases
from attendees.outreach.inbound.phrases import CANT, COMING, COURTESY, GLAD, INTERESTED, NEXT_TIME, REMOTE, SORRY, YES

INTEREST_ROUND, COMING_ROUND = "interest", "coming"
LONGEST = 400  # characters; whoever writes more says more
MOST_CLAUSES = 8
WRAPPED_AT = 50  # a line this long was broken by the mail program, not by the writer
_APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u2018\u00b4`\u2032"), "'")
_HAPPY = re.compile(r"(?<!\S)(?::-?\)|\U0001f642|\U0001f44d|\U0001f60a)(?!\S)")
_SPLIT = re.compile(r"[.!,;:\n\u2013\u2014]+(?=\s|$)|\s+-{1,2}\s+|\n|\s+\band\b\s+(?=i\b|i'|looking|see)")
_ODD = re.compile(r"\?|\"|\u201c|\u201d|\u00ab|\u00bb|\u201e|\.\.|\u2026|!!|;-?\)|:-?[pPdD(/]|/s\b|\*|[<>]|\d")


@dataclass(frozen=True)
class Verdict:
    """What was read: an answer with its mode, or none and why (a word for ``why`` in the pages)."""

    answer: str = ""  # "interested", "coming", "cant", or "": a person reads it
    mode: str = ""  # "in_person" or "remote", if coming
    why: str = ""

    @property
    def is_clear(self):
        return bool(self.answer)


def read(text, *, round, names=()):
    """The answer that a new text gives in a round, if it is clear.

    ``round`` is the question's key; ``names`` are the writer's own: any other name under the text leaves it doubtful.
    """
    body = _lines(text)
    if not body:
        return Verdict(why="empty")
    if len("\n".join(body)) > 4 * LONGEST:
        return Verdict(why="long")
    body, harmless = _without_ends(body, names)
    said = "\n".join(_joined(body))
    if not harmless:
        return Verdict(why="more")
    if not said.strip():
        return Verdict(why="empty")
    if len(said) > LONGEST:
        return Verdict(why="long")
    if "?" in said:
        return Verdict(why="question")
    said = _HAPPY.sub(" ", said)
    if _ODD.search(said):
        return Verdict(why="more")
    return _judge(_clauses(said), round)


def _lines(text):
    """The text in lower case and one spelling of what looks alike, blank lines kept as "" once."""
    text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    lines = [" ".join(each.split()) for each in text.split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _without_ends(lines, names):
    """The lines without greeting, closing and signature, and whether nothing there might change what was said."""
    under = []
    if "--" in lines:
        place = lines.index("--")
        lines, signature = lines[:place], lines[place + 1 :]
        below = signature[signature.index("") :] if "" in signature else []
        if any(re.match(r"p\.?\s?s\b|nb\b|edit\b", each) for each in signature) or any(
            phrases.AFTERTHOUGHT.search(each) for each in below
        ):
            return lines, False
    lines = [each for each in lines if not phrases.SENT_FROM.fullmatch(each.rstrip("."))]
    while lines and not lines[0]:
        lines.pop(0)
    if lines:
        lines = _without_greeting(lines)
    for place, line in enumerate(lines):
        if place and phrases.CLOSING.fullmatch(line.rstrip(",.!")) and any(lines[:place]):
            under, lines = lines[place + 1 :], lines[:place]
            break
    else:
        while lines and (not lines[-1] or _is_name(lines[-1], names)):
            lines = lines[:-1]
    return lines, _is_harmless(under, names)


def _without_greeting(lines):
    """The greeting may stand on a line of its own, or before a comma."""
    first = lines[0]
    if phrases.GREETING.fullmatch(first.rstrip(",.!: -")):
        return lines[1:]
    head, comma, rest = first.partition(",")
    if comma and phrases.GREETING.fullmatch(head.strip()) and rest.strip():
        return [rest.strip(), *lines[1:]]
    return lines


def _is_name(line, names):
    words = re.findall(r"[^\W\d_]+", line)
    own = {word for name in names for word in re.findall(r"[^\W\d_]+", name.lower())}
    initials = {"".join(word[0] for word in re.findall(r"[^\W\d_]+", name.lower())) for name in names if name}
    line = line.strip("-~/ .")
    return 0 < len(words) <= 4 and (all(word in own for word in words) or line in initials)


def _is_harmless(under, names):
    """Whether what stands under a closing is their name, perhaps with a post and an address, and nothing else.

    A second paragraph is an afterthought, whatever it says.
    """
    while under and not under[0]:
        under = under[1:]
    if not under:
        return True
    if "" in under or len(under) > 8 or any(len(each) > 90 for each in under):
        return False
    return _is_name(under[0], names) and not any(phrases.AFTERTHOUGHT.search(each) for each in under[1:])


def _joined(lines):
    """Lines that the mail program broke are put together again."""
    found = []
    broken = False
    for line in lines:
        if broken and line:
            found[-1] += " " + line
        else:
            found.append(line)
        broken = len(line) >= WRAPPED_AT and not line.endswith((".", "!", ":", ","))
    return found


def _clauses(text):
    parts = [re.sub(r"[\s,.!;:]+$", "", each).strip() for each in _SPLIT.split(text)]
    return [each for each in parts if each]


def _judge(clauses, round):
    """All clauses must be known, and say the same."""
    if not clauses:
        return Verdict(why="empty")
    if len(clauses) > MOST_CLAUSES:
        return Verdict(why="long")
    found = [phrases.kinds_of(each) for each in clauses]
    if not all(found):
        return Verdict(why="more")
    kinds = {each for one in found for each in one}
    if sum(YES in one for one in found) > 1:
        return Verdict(why="more")  # “yeah, sure, of course” may be meant otherwise
    said = kinds & {COMING, REMOTE, INTERESTED, CANT}
    if not said:
        return Verdict(why="unclear")
    if CANT in said:
        if said != {CANT} or kinds & {YES, GLAD}:
            return Verdict(why="both")
        return Verdict("cant")
    if kinds & {SORRY, NEXT_TIME}:
        return Verdict(why="both")
    return _positive(said, clauses, found, round)


def _positive(said, clauses, found, round):
    in_person = any(re.search(r"in person|vor ort|sur place", each) for each in clauses)
    if REMOTE in said and in_person:
        return Verdict(why="both")
    if round == INTEREST_ROUND:
        if said == {REMOTE} and all(
            _is_only_how(each) for each, one in zip(clauses, found, strict=True) if REMOTE in one
        ):
            return Verdict(why="unclear")
        return Verdict("interested")
    if not said & {COMING, REMOTE}:
        return Verdict(why="unclear")  # interested is not coming
    if INTERESTED in said:
        return Verdict(why="unclear")
    if REMOTE in said:
        return Verdict("coming", mode="remote")
    if all(
        each in ("in person", "vor ort", "sur place") for each, one in zip(clauses, found, strict=True) if COMING in one
    ):
        return Verdict(why="unclear") if not any(YES in one for one in found) else Verdict("coming", mode="in_person")
    return Verdict("coming", mode="in_person")


def _is_only_how(clause):
    return len(clause.split()) <= 2


__all__ = ["COMING_ROUND", "COURTESY", "INTEREST_ROUND", "Verdict", "read"]
