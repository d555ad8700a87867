"""Links: addresses, Markdown links, [n] references, and labels that lost their address."""

import re
from dataclasses import dataclass

from .lines import Line
from .result import ReadLink

_URL = r"(?:https?|ftp)://[^\s<>\"“”|]{2,2000}"
_LINK = re.compile(
    r"!?\[(?P<label>[^\[\]]{1,200})\]\([ ]?<?(?P<target>[^\s()<>]{1,2000})>?(?:[ ]\"[^\"]{0,100}\")?[ ]?\)"
    r"|\[(?P<named>[^\[\]]{2,200})\]\[(?P<key>\d{1,3})\]"
    rf"|<(?P<angled>{_URL})>|(?P<bare>{_URL})"
    r"|\[(?P<numbers>\d{1,3}(?:[ ]?[,;–-][ ]?\d{1,3}){0,9})\]",
    re.I,
)
_ADDRESS = re.compile(_URL, re.I)
_SENTENCE_END = re.compile(r"(?<=[.!?;)])[ ]+|(?<=:)[ ]+(?!https?://|<|\[)")
_SEPARATOR = re.compile(r"[ ]*(?:[,;|]|(?<=[ ])(?:and|&|/)(?=[ ]))[ ]*")
_LEAD_IN = re.compile(r"(?:[*_(\[]*)(?:see also|see|links?|refs?|references?|more at|details at|cf\.?)[ ]?:?[ ]*", re.I)
_BEFORE = re.compile(r"([^\[\]().,;:!?<>*]{1,60}?)[ ]?[:(<\-–—]{0,2}[ ]*$")
_WORD = re.compile(r"[\w'’+/.\-]+")

_NOUNS = frozenset(
    """
    series patch patches patchset patchsets patch-set discussion discussions article articles documentation
    docs doc post posts thread threads requirement requirements fix rfc lkml lwn slides slide video recording
    commit commits bug bugs wiki page announcement announcements link links blog talk paper papers repo
    repository report spec specification proposal notes etherpad schedule abstract mail message presentation
    code branch tree summary
    """.split()
)
_MODIFIERS = frozenset(
    """
    initial first second third last latest original previous early earlier current follow-on followup
    follow-up related upstream lwn lkml rfc blog wiki mailing list github gitlab youtube kernel project design
    part page full email git
    """.split()
)
_NO_LABEL = frozenset(
    """
    the no any some this that these those more a an needs need open without needed is are was were and or not
    with for of in on to we i it our your more existing possible further future general
    """.split()
)
_NUMBER = re.compile(r"v?\d{1,4}(?:[./]\d{1,4}){0,3}")


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link and the stretch it was read from; `defined` is where its [n] is spelled out, if elsewhere."""

    label: str
    url: str
    start: int
    end: int
    defined: tuple[int, int] | None = None

    @property
    def link(self) -> ReadLink:
        return ReadLink(self.label, self.url)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a [n] stands for."""

    label: str
    url: str
    start: int
    end: int


def references(flat: str, lines: list[Line]) -> dict[str, Reference]:
    """All “[n] address” lines; the first of equal numbers counts."""
    found: dict[str, Reference] = {}
    for row, line in enumerate(lines):
        if line.mark != "reference":
            continue
        end = line.end
        match = _ADDRESS.search(flat, line.body, end)
        if match is None and row + 1 < len(lines):
            below = lines[row + 1]
            match = _ADDRESS.match(flat, below.body, below.end)
            end = below.end
        if match is None:
            continue
        start, stop = match.start(), _stop(flat, match.start(), match.end())
        label = (flat[line.body : start] + " " + flat[stop:end]).strip(" :-–—<>()*,.;\t")
        found.setdefault(
            line.number.strip("[]:"), Reference(" ".join(label.split()), flat[start:stop], line.start, end)
        )
    return found


def find(flat: str, start: int, end: int, references: dict[str, Reference]) -> list[FoundLink]:
    """Every link with an address between two offsets, in order."""
    links: list[FoundLink] = []
    at = start
    while match := _LINK.search(flat, at, end):
        at = match.end()
        before = links[-1].end if links else start
        if match["label"]:
            links.append(FoundLink(_plain(match["label"]), match["target"], match.start(), match.end()))
        elif match["named"]:
            if known := references.get(match["key"]):
                links.append(
                    FoundLink(_plain(match["named"]), known.url, match.start(), match.end(), (known.start, known.end))
                )
        elif match["numbers"]:
            links.extend(_numbered(flat, match, before, references))
        else:
            group = "angled" if match["angled"] else "bare"
            stop = match.end() if group == "angled" else _stop(flat, match.start(), match.end())
            url = match["angled"] or flat[match.start() : stop]
            label, label_at = _label_before(flat, before, match.start())
            if label and stop < end and flat[stop] == ")" and "(" in flat[label_at : match.start()]:
                stop += 1
            links.append(FoundLink(label or _short(url), url, label_at, stop))
            at = max(at if group == "angled" else stop, match.start() + 1)
    return links


def trailing(flat: str, start: int, end: int, references: dict[str, Reference]) -> tuple[int, list[FoundLink]]:
    """The links a text ends with: “…. Series, lwn article”. Gives where they begin (`end` if there are none)."""
    bounds = [start, *(match.end() for match in _SENTENCE_END.finditer(flat, start, end))]
    cut = end
    links: list[FoundLink] = []
    for begin in reversed(bounds):
        segment = _segment(flat, begin, cut, references)
        if segment is None:
            break
        links = segment + links
        cut = begin
    return cut, links


def labels(flat: str, start: int, end: int, references: dict[str, Reference]) -> list[FoundLink] | None:
    """The links a whole entry consists of, or None if it says anything else."""
    return _segment(flat, start, end, references)


def is_label(words: str) -> bool:
    """Whether a few words name a kind of page: “v1 series”, “lwn article”, “Patch 6/8”."""
    parts = [part.lower() for part in words.split()]
    if not 0 < len(parts) <= 5 or any(part.strip(".") in _NO_LABEL for part in parts) or words.rstrip().endswith("."):
        return False
    if not all(_WORD.fullmatch(part) for part in parts):
        return False
    if not any(part in _NOUNS for part in parts):
        return False
    plain = all(part in _NOUNS or part in _MODIFIERS or _NUMBER.fullmatch(part) for part in parts)
    return plain or (len(parts) <= 3 and parts[-1] in _NOUNS)


def _segment(flat: str, start: int, end: int, references: dict[str, Reference]) -> list[FoundLink] | None:
    if end - start > 4000:
        return None
    if match := _LEAD_IN.match(flat, start, end):
        after = match.end()
        if _LINK.match(flat, after) or flat[start:after].rstrip().endswith(":"):
            start = after
    found = find(flat, start, end, references)
    links: list[FoundLink] = []
    at = start
    for link in found:
        between = _labels_only(flat, at, link.start)
        if between is None:
            return None
        links += [*between, link]
        at = link.end
    rest = _labels_only(flat, at, end, last=bool(links))
    return links + rest if rest is not None and links + rest else None


def _labels_only(flat: str, start: int, end: int, *, last: bool = False) -> list[FoundLink] | None:
    links: list[FoundLink] = []
    for begin, stop in _pieces(flat, start, end):
        words = flat[begin:stop].strip(" *_()<>[]" + (".!" if last else ""))
        if not words or not any(map(str.isalnum, words)):
            continue
        if not is_label(words):
            return None
        begin = flat.index(words, begin)
        links.append(FoundLink(words, "", begin, begin + len(words)))
    return links


def _pieces(flat: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces = []
    at = start
    for match in _SEPARATOR.finditer(flat, start, end):
        pieces.append((at, match.start()))
        at = match.end()
    pieces.append((at, end))
    return [(begin, stop) for begin, stop in pieces if begin < stop]


def _numbered(flat: str, match: "re.Match[str]", before: int, references: dict[str, Reference]) -> list[FoundLink]:
    label, label_at = _label_before(flat, before, match.start())
    numbers = re.findall(r"\d+", match["numbers"])
    known = [references[number] for number in numbers if number in references]
    if len(known) > 1:
        label, label_at = "", match.start()
    # Two references in one pair of brackets share its span.
    return [
        FoundLink(label or item.label or _short(item.url), item.url, label_at, match.end(), (item.start, item.end))
        for item in known
    ]


def _label_before(flat: str, start: int, at: int) -> tuple[str, int]:
    """The label written just before an address: “Series: https://…”."""
    begin = max(start, at - 70)
    match = _BEFORE.search(flat[begin:at])
    if not match:
        return "", at
    words = match.group(1)
    words_at = begin + match.start(1)
    while words:
        stripped = words.lstrip()
        words_at += len(words) - len(stripped)
        words = stripped.rstrip(" -–—")
        if is_label(words):
            return words, words_at
        cut = words.find(" ")
        if cut == -1:
            break
        words, words_at = words[cut:], words_at + cut
    return "", at


def _stop(flat: str, start: int, end: int) -> int:
    """Where an address ends: punctuation that belongs to the sentence is left out."""
    while end > start and flat[end - 1] in ".,;:!?'\"*_>)]}":
        if flat[end - 1] == ")" and flat.count("(", start, end) >= flat.count(")", start, end):
            break
        end -= 1
    return end


def _plain(label: str) -> str:
    return " ".join(label.strip("*_ `").split())


def _short(url: str) -> str:
    bare = re.sub(r"^[a-z]+://(?:www\.)?", "", url, flags=re.I).rstrip("/")
    return bare if len(bare) <= 80 else bare[:79] + "…"
