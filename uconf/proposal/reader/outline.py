"""Blocks cut into chapters: what stands under which heading, label or lead-in sentence."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import zip_longest

from . import editions
from .blocks import Block
from .sections import Section, is_plain, section_of
from .states import state_of

# Labels of conference systems; only these may also stand in the middle of a line.
_INLINE = re.compile(
    r"(?:(?<=\s)|^)[*_]{0,2}(?P<label>primary authors?|co-?authors?|session classification|track classification|contribution type"
    r"|presenters?|submitted by|submitted on|last modified|comments)[ ]?[*_]{0,2}:[*_]{0,2}(?=\s|$)",
    re.I | re.M,
)
_LABEL = re.compile(r"[*_]{0,2}(?P<label>[A-Z][^:\n.;!?*_@]{1,50}?)[ ]?[*_]{0,2}:[*_]{0,2}(?=[ \t]+\S)")
_SENTENCE_END = re.compile(r"(?<=[.!?])[ ]+(?=[A-Z\"“(])")
_OF_THE_WHOLE = re.compile(r"attendee|participant|organi[sz]er|author|leads\b|chairs|microconference|\bmc\b", re.I)
_LONGEST_LEAD_IN = 400


@dataclass(slots=True)
class Chapter:
    """What stands under one heading. `sub`: inside the topics; `empty`: nothing stands there, not even a sub-heading."""

    section: Section | None
    label: str = ""
    label_start: int = 0
    label_end: int = 0
    start: int = 0
    level: int = 0
    how: str = "base"  # base, heading, colon, inline, leadin
    sub: bool = False
    state: str = "none"
    empty: bool = False
    blocks: list[Block] = field(default_factory=list)


def cut(flat: str, work: str, blocks: list[Block], defined: set[int]) -> list[Chapter]:
    """The chapters of a text, in order; the first is what stands before any heading.

    `defined` holds where “[n] address” lines start: they belong to no chapter.
    """
    return _Cutter(flat, work).cut([block for block in blocks if block.start not in defined])


class _Cutter:
    def __init__(self, flat: str, work: str) -> None:
        self.flat = flat
        self.work = work
        self.chapters = [Chapter(Section.SUMMARY)]
        self.base: Section | None = Section.SUMMARY
        self.opened: Chapter | None = None  # the last chapter that a real heading opened

    @property
    def now(self) -> Chapter:
        return self.chapters[-1]

    def cut(self, blocks: list[Block]) -> list[Chapter]:
        for position, block in enumerate(blocks):
            following = blocks[position + 1] if position + 1 < len(blocks) else None
            if block.kind == "heading" and _heads_nothing(block, following, self.flat):
                block = Block("para", block.start, block.end, block.body, block.last, lines=block.lines)
            if block.kind == "heading":
                self._heading(block, following)
            elif block.kind == "para":
                for label, part in split_labels(self.work, block):
                    self._paragraph(label, part, following)
            else:
                self.now.blocks.append(block)
        for chapter, below in zip_longest(self.chapters, self.chapters[1:]):
            chapter.empty = not chapter.blocks and (below is None or below.level <= chapter.level)
        return self.chapters

    def _open(self, chapter: Chapter) -> None:
        self.chapters.append(chapter)
        if chapter.section not in (
            Section.SUMMARY,
            Section.GOALS,
            Section.TITLE,
            Section.LEADS,
            Section.SESSION,
            Section.TRACK,
        ):
            self.base = None

    def _heading(self, block: Block, following: Block | None) -> None:
        label = self.flat[block.body : block.last]
        section = section_of(label)
        how = "colon" if block.level == 9 else "heading"
        chapter = Chapter(section, label, block.body, block.last, block.start, block.level, how, state=_state(label))
        first = len(self.chapters) == 1 and not self.now.blocks
        if first and block.level < 9 and (section is None or editions.names_microconference(label)):
            chapter.section = Section.TITLE
        elif self._is_sub(chapter, following):
            chapter.sub, chapter.section = True, Section.TOPICS
            self.chapters.append(chapter)
            return
        elif self.now.section is Section.ATTENDEES and how == "colon" and chapter.state != "none":
            chapter.section = Section.ATTENDEES
        elif section is None and self.base is Section.SUMMARY:
            # A heading the grammar does not know, before anything else: part of what the proposal says of itself.
            chapter.section = Section.SUMMARY
        if chapter.section is Section.TITLE and not _title_alone(label, section):
            self.chapters.append(chapter)
            self.chapters.append(Chapter(Section.SUMMARY))
            return
        self._open(chapter)
        if how == "heading":
            self.opened = chapter

    def _is_sub(self, chapter: Chapter, following: Block | None) -> bool:
        """Whether a heading inside the topics is one of them, or a group of them."""
        now = self.now
        if now.section is not Section.TOPICS:
            return False
        top = self.opened if self.opened and self.opened.section is Section.TOPICS else now
        if now.sub and chapter.section is None and chapter.level == now.level:
            return True
        if (
            chapter.section in (None, Section.TOPICS, Section.GOALS, Section.OTHER, Section.SUMMARY)
            and chapter.how == "heading"
        ):
            return chapter.level > top.level and top.how == "heading"
        return chapter.section is None and chapter.how == "colon" and following is not None and following.kind == "item"

    def _paragraph(self, label: tuple[int, int] | None, block: Block, following: Block | None) -> None:
        if label:
            words = self.flat[label[0] : label[1]]
            section = section_of(words)
            if self.now.sub and self.now.how == "heading" and _is_of_topic(section, words):
                self.now.blocks.append(_labelled(block, label))
                return
            chapter = Chapter(
                section, words, label[0], label[1], label[0], 9, "inline", state=_state(words), blocks=[block]
            )
            self._open(chapter)
            return
        listed = following is not None and (following.kind == "item" or _indented(following, block))
        text = self.flat[block.body : block.last]
        if listed and text.endswith(":"):
            begin = block.body + max([0, *(match.end() for match in _SENTENCE_END.finditer(text))])
            sentence = self.flat[begin : block.last]
            if self._lead_in(block, begin, sentence):
                return
        if self.now.how in ("inline", "leadin") and self.now.blocks or (self.now.how == "colon" and self._ended()):
            self.chapters.append(Chapter(self.base))
        self.now.blocks.append(block)

    def _lead_in(self, block: Block, begin: int, sentence: str) -> bool:
        if len(sentence) > _LONGEST_LEAD_IN:
            return False
        section = section_of(sentence)
        past = editions.is_about_the_past(sentence)
        if past and section not in (Section.OUTCOMES, Section.LINKS):
            section = Section.EDITIONS
        if section in (None, Section.SUMMARY, Section.OTHER):
            if self.now.section is Section.TOPICS and len(sentence.split()) <= 8 and begin == block.body:
                self.chapters.append(
                    Chapter(Section.TOPICS, sentence.rstrip(": "), begin, block.last - 1, begin, 9, "leadin", sub=True)
                )
                return True
            return False
        if begin > block.body:
            self._paragraph(None, part_of(block, block.body, begin), None)
        self._open(Chapter(section, sentence, begin, block.last, begin, 9, "leadin", state="none"))
        return True

    def _ended(self) -> bool:
        """Whether a list under a plain “Label:” is over: a paragraph after items is about something else."""
        return any(block.kind == "item" for block in self.now.blocks)


def split_labels(work: str, block: Block) -> list[tuple[tuple[int, int] | None, Block]]:
    """A paragraph cut before each “Label:”; the label's offsets, and what stands behind it."""
    cuts: list[tuple[int, int, int]] = []
    for line in block.lines:
        match = _LABEL.match(work, line.body, line.end)
        if match and _opens_section(match["label"]):
            cuts.append((line.body, match.end(), match.end("label")))
    text = work[block.body : block.last]
    for match in _INLINE.finditer(text):
        cuts.append((block.body + match.start(), block.body + match.end(), block.body + match.end("label")))
    starts: dict[int, int] = {}
    for start, value, _ in cuts:
        starts.setdefault(start, value)
    cuts_in_order = sorted(starts.items())
    parts: list[tuple[tuple[int, int] | None, Block]] = []
    first = cuts_in_order[0][0] if cuts_in_order else block.last
    if first > block.body:
        parts.append((None, part_of(block, block.body, first)))
    for position, (start, value) in enumerate(cuts_in_order):
        stop = cuts_in_order[position + 1][0] if position + 1 < len(cuts_in_order) else block.last
        parts.append(((start, value), part_of(block, value, max(stop, value))))
    return parts


def part_of(block: Block, start: int, end: int) -> Block:
    """A stretch of a paragraph as a paragraph of its own."""
    first = bisect_right(block.lines, start, key=lambda line: line.end)
    last = bisect_left(block.lines, end, key=lambda line: line.start)
    lines = block.lines[first : max(first, last)]
    return Block("para", start, end, start, end, lines=lines)


def _is_of_topic(section: Section | None, words: str) -> bool:
    """Whether a label under a topic's own heading tells of that topic rather than of the whole."""
    if section in (Section.PRESENTER, Section.LINKS):
        return True
    return section in (Section.LEADS, Section.ATTENDEES) and not _OF_THE_WHOLE.search(words)


def _heads_nothing(block: Block, following: Block | None, flat: str) -> bool:
    """Whether a bare word like “Intro” stands alone between headings: then it is text, however short."""
    return (
        block.level == 8
        and section_of(flat[block.body : block.last]) in (Section.SUMMARY, Section.GOALS, Section.OTHER)
        and (following is None or following.kind == "heading")
    )


def _labelled(block: Block, label: tuple[int, int]) -> Block:
    return Block("para", label[0], block.end, label[0], block.last, lines=block.lines)


def _opens_section(label: str) -> bool:
    return len(label.split()) <= 6 and section_of(label) is not None and (is_plain(label) or len(label.split()) <= 3)


def _indented(following: Block, block: Block) -> bool:
    if following.kind != "para" or not following.lines or not block.lines:
        return False
    return following.lines[0].indent > block.lines[0].indent


def _state(label: str) -> str:
    state = state_of(label) if len(label.split()) <= 6 else None
    return state[0] if state else "none"


def _title_alone(label: str, section: Section | None) -> bool:
    return section is Section.TITLE and not editions.names_microconference(label)
