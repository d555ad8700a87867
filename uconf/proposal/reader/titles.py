"""Where a topic's short title ends and its text begins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 90

_BOLD = re.compile(r"(?P<sign>\*\*|__|\*|_)(?=\S)(?P<title>[^*_\n]{1,150}|[^*\n]{1,150}?)(?P=sign)")
_LINKED = re.compile(r"\[(?P<title>[^\[\]]{1,150})\]\([^\s()]{1,2000}\)")
_MARKUP = re.compile(
    r"!?\[(?P<label>[^\[\]]{1,200})\](?:\([ ]?<?[^\s()<>]{1,2000}>?(?:[ ]\"[^\"]{0,100}\")?[ ]?\)|\[\d{1,3}\])"
    r"|(?P<sign>\*\*|__)(?=\S)(?P<bold>[^*_\n]{1,150})(?P=sign)"
)
_OPENED = re.compile(r"!?\[(?=[^\[\]]*$)")
_VISIBLE = re.compile(r"\S")
_AFTER = re.compile(r"[ ]*(?:[:.–—-]+(?=[ ]|$))?[ ]*")
_TIME = re.compile(
    r"(?:\d{1,2}[:.h]\d{2}(?:[ ]?[ap]m)?(?:[ ]?[-–—][ ]?\d{1,2}[:.h]\d{2}(?:[ ]?[ap]m)?)?|\[\d{1,3}[ ]?min\w{0,4}\]|\(\d{1,3}[ ]?min\w{0,4}\))[ ]*(?:[-–—:|][ ]+)?",
    re.I,
)
_STOP = re.compile(r":(?=[ ])|[ ][-–—|]{1,3}(?=[ ])|(?<=\S)[–—](?=\S)|[.?!…](?=[ \"”')]|$)")
_SHORTENED = re.compile(r"(?:\b(?:e\.g|i\.e|vs|etc|cf|incl|resp|approx|no|v\d+|[A-Za-z])|\d)\.$", re.I)
_BREAK = re.compile(
    r"[,;](?=[ ])|[ ](?=\(|(?:with|via|which|so that|in order to|because|where|whose|while|although|but|since)[ ])"
)
_SHORTEST = 12
_NO_TOPIC = re.compile(
    r"(?:(?:coffee|tea|lunch|short|afternoon|morning)[ ])?(?:break|lunch|coffee|opening|welcome|closing|wrap[- ]?up|q\s?&\s?a|intro|introductions?"
    r"|tbd|tba|open discussion)\b[^A-Za-z]*(?:remarks?|words?|session|and introductions?|and wrap[- ]?up)?[\s.!]*$",
    re.I,
)

_MC_WORD = re.compile(
    r"(?:[\s\-–—:,]*(?:\b(?:micro-?conferences?|mcs?|uconfs?|µconfs?|proposal|cfp)\b|\((?:mc|uconf)\)))+\s*$", re.I
)
_MC_FIRST = re.compile(
    r"(?:proposal(?: for)?(?: an?| the)?|(?:micro-?conference|mc|uconf)(?: proposal| title)?)\s*[:\-–—]\s+|(?:proposal for (?:an? |the )?)",
    re.I,
)
_LONGEST_OF_ALL = 150


@dataclass(frozen=True, slots=True)
class Split:
    """Offsets: the title, where the rest begins. `whole`: the title was cut out of a sentence, so the rest repeats it."""

    start: int
    end: int
    rest: int
    whole: bool = False


def plain(text: str) -> str:
    """The words alone: links and bold without their marks."""
    return _OPENED.sub("", _MARKUP.sub(lambda match: match["label"] or match["bold"], text))


def split(flat: str, start: int, end: int) -> Split:
    """Find the title an entry begins with; the title's words alone are never longer than LONGEST."""
    if match := _TIME.match(flat, start, end):
        start = match.end() if match.end() < end else start
    for form in (_LINKED, _BOLD):
        if (match := form.match(flat, start, end)) and match["title"].strip():
            first, last = match.span("title")
            after = _AFTER.match(flat, match.end(), end)
            last = first + len(flat[first:last].rstrip(" :.–—-"))
            if form is _LINKED and not after_is_clean(flat, match.end(), end):
                break
            if last - first <= LONGEST and last > first:
                return Split(first, last, after.end() if after else match.end())
    words, places = _without_markup(flat, start, end)
    found = _split_words(words, 0, len(words))
    return Split(places[found.start], places[found.end], places[found.rest], found.whole)


def _without_markup(flat: str, start: int, end: int) -> tuple[str, Sequence[int]]:
    """The words alone as far as they part a title, and where each of their characters (and their end) stands in the text."""
    if not _MARKUP.search(flat, start, end):
        return flat[start:end], range(start, end + 1)
    words: list[str] = []
    places: list[int] = []
    at = start
    for match in _MARKUP.finditer(flat, start, end):
        group = "label" if match["label"] else "bold"
        # Inside the marks no sign ends a title: what stands there is only words.
        words += [flat[at : match.start()], _VISIBLE.sub("x", match[group])]
        places += range(at, match.start())
        places += [match.start(), *range(match.start(group) + 1, match.end(group))]
        at = match.end()
    return "".join([*words, flat[at:end]]), [*places, *range(at, end + 1)]


def _split_words(flat: str, start: int, end: int) -> Split:
    stop, rest, question = _first_stop(flat, start, end)
    if stop - start <= LONGEST:
        return _without_aside(flat, start, stop, rest, end) if not question else Split(start, stop, rest)
    return _shortened(flat, start, stop)


def after_is_clean(flat: str, at: int, end: int) -> bool:
    """Whether a linked title ends there rather than going on as a sentence."""
    rest = flat[at : min(end, at + 3)].strip()
    return not rest or not rest[0].isalnum()


def is_no_topic(words: str) -> bool:
    """Whether an entry of a schedule is a break or an opening."""
    return len(words) < 60 and _NO_TOPIC.match(words) is not None


def _first_stop(flat: str, start: int, end: int) -> tuple[int, int, bool]:
    """The first sign that parts a title from its text, outside brackets."""
    limit = min(end, start + 400)
    depth_at = start
    depth = 0
    for match in _STOP.finditer(flat, start, limit):
        depth += flat.count("(", depth_at, match.start()) - flat.count(")", depth_at, match.start())
        depth_at = match.start()
        sign = match.group().strip()
        if depth > 0 or match.start() == start:
            continue
        if sign == "." and match.end() < end and _SHORTENED.search(flat[max(start, match.end() - 12) : match.end()]):
            continue
        if sign in "?!":
            return match.end(), _skip(flat, match.end(), end), True
        return match.start(), _skip(flat, match.end(), end), False
    return end, end, False


def _without_aside(flat: str, start: int, stop: int, rest: int, end: int) -> Split:
    """“NUMA-aware spinlocks (now in v14)”: what stands in brackets at the end belongs to the text."""
    stripped = start + len(flat[start:stop].rstrip())
    if stripped > start and flat[stripped - 1] == ")":
        opening = flat.rfind(" (", start, stripped)
        if opening > start and flat.count(")", opening, stripped) == 1:
            return Split(start, opening, opening + 1)
    return Split(start, stripped, rest)


def _shortened(flat: str, start: int, stop: int) -> Split:
    for match in _BREAK.finditer(flat, start + _SHORTEST, min(stop, start + LONGEST + 1)):
        if flat.count("(", start, match.start()) == flat.count(")", start, match.start()):
            return Split(start, match.start(), start, whole=True)
    cut = flat.rfind(" ", start + _SHORTEST, start + LONGEST - 5)
    return Split(start, cut if cut != -1 else start + LONGEST - 5, start, whole=True)


def _skip(flat: str, at: int, end: int) -> int:
    while at < end and flat[at] in " –—-|":
        at += 1
    return at


def title_words(words: str) -> str:
    """A title without the words that every microconference's title has."""
    words = plain(words).strip(' *_#="“”')
    shorter = _MC_FIRST.sub("", words, count=1) if _MC_FIRST.match(words) else words
    shorter = _MC_WORD.sub("", shorter).strip(' *_-–—:"“”')
    return (shorter or words)[:_LONGEST_OF_ALL].strip()
