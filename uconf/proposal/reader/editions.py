"""Earlier editions: the sentences that tell of one, and what came of it."""

import re
from dataclasses import dataclass, field

from . import links as link_reader
from .links import FoundLink, Reference
from .people import FoundPerson, People, named_in_a_row

_YEAR = re.compile(r"(?<![\w/.#-])(?:19[7-9]|20[0-9])\d(?![\w/-]|\.\d)")
_MC = re.compile(r"\b(?:micro-?conferences?|mcs?|uconfs?|µconfs?)\b", re.I)
_KIND = re.compile(
    r"\b(?:micro-?conferences?|mcs?|uconfs?|µconfs?|editions?|events?|lpc|plumbers|conferences?|tracks?|sessions?|meetings?|summits?)\b",
    re.I,
)
_PAST = re.compile(
    r"\b(?:held|took place|was|were|had|led|ran|run|hosted|chaired|organi[sz]ed|met|last|previous|previously|first|earlier|past|since"
    r"|successful|gathered|happened|moderated)\b",
    re.I,
)
_FUTURE = re.compile(r"\b(?:will|would like|propose|proposing|plan to|upcoming|this year)\b", re.I)
_RAN = re.compile(r"[ ](?:(?:have|had)[ ])?(?:organi[sz]ed|led|ran|chaired|hosted|moderated|co-organi[sz]ed)\b", re.I)
_RUN_BY = re.compile(
    r"\b(?:(?:co-)?(?:organi[sz]ed|led|run|chaired|hosted|moderated)[ ]by|(?:organi[sz]ers?|leads?|chairs?)[ ]?:)[ ]+",
    re.I,
)
_HELD = re.compile(
    r"\b(?:held|took place|met)[ ](?:in|at)\b|\bwe met\b|\b(?:organi[sz]ed|led|chaired|hosted)[ ]by\b", re.I
)
_SCHEDULE = re.compile(
    r"\b(?:this|its|the|a|see|here is the|that)[ ](?P<label>(?:full |final |published )?(?:schedule|agenda|programme|program|summary|report|etherpad))\b",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=[.!?:;])[ ]+(?=[A-Z0-9\"“(\[])")
_LONGEST = 1_000


@dataclass(slots=True)
class FoundEdition:
    """An edition a sentence tells of: year, leads, links, and the sentence's own stretch."""

    year: int
    start: int
    end: int
    leads: list[FoundPerson] = field(default_factory=list)
    links: list[FoundLink] = field(default_factory=list)


def names_microconference(text: str) -> bool:
    """Whether a title says that it is one."""
    return _MC.search(text[:300]) is not None


def is_about_the_past(sentence: str) -> bool:
    """Whether a sentence tells of an earlier edition and says which year."""
    if len(sentence) > _LONGEST or not _YEAR.search(sentence) or not _PAST.search(sentence):
        return False
    if not _KIND.search(sentence) and not _HELD.search(sentence):
        return False
    return not _FUTURE.search(sentence) or re.search(r"\b(?:held|took place|was|were)\b", sentence) is not None


def years(text: str) -> list[int]:
    """The years a few words name."""
    return [int(year) for year in _YEAR.findall(text[:_LONGEST])]


def sentences(flat: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of a stretch."""
    bounds = [start, *(match.end() for match in _SENTENCE_END.finditer(flat, start, end)), end]
    return [(begin, stop) for begin, stop in zip(bounds, bounds[1:], strict=False) if begin < stop]


def in_paragraph(
    flat: str, start: int, end: int, people: People, references: dict[str, Reference], *, trusted: bool = False
) -> list[FoundEdition]:
    """The editions a paragraph tells of, in order. `trusted`: it stands under “Previous editions”."""
    found: list[FoundEdition] = []
    for begin, stop in sentences(flat, start, end):
        sentence = flat[begin : min(stop, begin + _LONGEST)]
        if not (trusted and _YEAR.search(sentence)) and not is_about_the_past(sentence):
            if found and _tells_more(sentence):
                found[-1].leads += _leads(flat, begin, stop, people)
                found[-1].links += _links(flat, begin, stop, references)
                found[-1].end = stop
            continue
        said = list(dict.fromkeys(years(sentence)))
        here = [FoundEdition(year, begin, stop) for year in said]
        if len(here) == 1:
            here[0].leads = _leads(flat, begin, stop, people)
        here[0].links = _links(flat, begin, stop, references)
        found += here
    return found


def _tells_more(sentence: str) -> bool:
    return bool(
        _RUN_BY.match(sentence)
        or re.match(r"(?:it|this|that|they)\b.{0,40}\b(?:organi[sz]ed|led|run|chaired|hosted) by\b", sentence, re.I)
    )


def _leads(flat: str, start: int, end: int, people: People) -> list[FoundPerson]:
    end = min(end, start + _LONGEST)
    if match := _RUN_BY.search(flat, start, end):
        return list(named_in_a_row(flat, match.end(), end, people, first_names=True))
    for verb in _RAN.finditer(flat, start, end):
        row = list(named_in_a_row(flat, start, verb.start(), people, first_names=True))
        if row and row[-1].end == verb.start():
            return row
    return []


def _links(flat: str, start: int, end: int, references: dict[str, Reference]) -> list[FoundLink]:
    found = link_reader.find(flat, start, end, references)
    if match := _SCHEDULE.search(flat, start, end):
        begin, stop = match.span("label")
        if not any(link.start <= begin < link.end or 0 <= link.start - stop <= 3 for link in found):
            found.append(FoundLink(match["label"], "", begin, stop))
    return sorted(found, key=lambda link: link.start)
