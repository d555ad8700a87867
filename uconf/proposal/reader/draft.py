"""The reading itself: chapter by chapter, people first, so that later sentences can name them."""

import re
from collections.abc import Callable
from dataclasses import astuple, replace

from . import editions, links, mail
from .blocks import Block, build, by_line
from .desk import Desk
from .lines import scan
from .outline import Chapter, cut
from .people import FoundPerson, entries, read_entry, trim
from .result import ReadEdition, Reading, ReadOutcome, ReadPerson
from .sections import Section, says_only_a_section, section_of
from .source import clean
from .spans import Ledger
from .states import state_of
from .titles import title_words
from .topics import TopicReader

_POLICY = re.compile(r"anti-harassment|code of conduct|\bpolicy\b", re.I)
_AGREE = re.compile(
    r"[\s*_>]*(?:\[(?P<box>[ xX✓✔]?)\]\s*)?[*_]*(?:yes,? )?(?:i|we)(?: hereby| both| all)? (?P<not>do not |don't )?agree\b",
    re.I,
)
_NO = re.compile(r"(?:[:?]|^)[\s*_]*no\b[\s.]*$", re.I)
_YES = re.compile(r"(?:[:?]|^)[\s*_]*(?:yes|agreed|accepted|i agree|we agree|true)\b[\s.!*_]*$", re.I)
_NAMED = re.compile(
    r"\b(?:an?|the)[ ](?P<title>(?:[A-Z][\w/&+.-]*|and|&|of|for)(?:[ ](?:[A-Z][\w/&+.-]*|and|&|of|for)){0,6})[ ](?:[Mm]icro-?[Cc]onference|MC|[Uu]conf)\b"
    r"|\b[Mm]icro-?[Cc]onference[ ](?:on|about|for)[ ](?P<about>[A-Z][\w/&+.-]*(?:[ ](?:and[ ]|&[ ]|of[ ])?[A-Z][\w/&+-]*){0,6})"
)


def read(text: str, *, kind: str = "auto") -> Reading:
    """Read a proposal's text (kind: auto, text, markdown or html) for the lead to review.

    Raises ValueError for an unknown kind, and nothing else: what is not understood is kept and shown.
    """
    shown, kind = clean(text, kind)
    return _Reader(shown, kind).read()


def _kept(reading: Reading) -> str:
    """Every word that is in a field."""
    fields = astuple(replace(reading, text="", kind=""))
    words: list[str] = []
    todo: list[object] = [fields]
    while todo:
        one = todo.pop()
        if isinstance(one, tuple):
            todo += one
        else:
            words.append(str(one))
    return "\n".join(words)


class _Reader:
    def __init__(self, text: str, kind: str) -> None:
        letter = mail.unwrap(text)
        flat = re.sub(r"[\n\r\t\f\xa0]", " ", letter.work)
        self.letter = letter
        self.kind = kind
        self.desk = Desk(text, letter.work.replace("\r", " "), flat, Ledger(text))
        lines = scan(letter.work)
        self.desk.references = links.references(flat, lines)
        for line in lines:
            # A list's mark, a number or a box is not kept, what it marks is.
            self.desk.ledger.spend(line.start, line.body)
        defined = {reference.start for reference in self.desk.references.values()}
        self.chapters = cut(flat, self.desk.work, build(letter.work, lines), defined)
        self.title = ""
        self.summary: list[Block] = []
        self.values = {Section.SESSION: "", Section.TRACK: ""}
        self.policy = False
        self.refused = False
        self.leads: dict[str, ReadPerson] = {}
        self.attendees: dict[str, ReadPerson] = {}
        self.outcomes: list[ReadOutcome] = []
        self.editions: dict[int, ReadEdition] = {}

    def read(self) -> Reading:
        self._title()
        self._policies()
        for section in (Section.LEADS, Section.ATTENDEES):
            for chapter in self.chapters:
                if chapter.section is section or (section is Section.LEADS and chapter.section is Section.PRESENTER):
                    self._people(chapter)
        self._remaining()
        topics = TopicReader(self.desk)
        for chapter in self.chapters:
            if chapter.section is Section.TOPICS:
                if not chapter.sub:
                    self._head(chapter)
                topics.read(chapter)
        reading = Reading(
            text=self.desk.text, kind=self.kind, title=self.title, summary=self.desk.markdown(self.summary),
            session_classification=self.values[Section.SESSION], track_classification=self.values[Section.TRACK],
            policy_agreed=self.policy, leads=tuple(self.leads.values()), topics=tuple(topics.topics), attendees=tuple(self.attendees.values()),
            outcomes=tuple(self.outcomes), editions=tuple(self.editions.values()),
        )  # fmt: skip
        spans, pieces = self.desk.ledger.close(self._person_refs(), _kept(reading))
        return replace(reading, not_understood=pieces, spans=spans)

    # Title

    def _title(self) -> None:
        candidates: list[tuple[int, int, int, int]] = []
        for chapter in self.chapters:
            if chapter.section is Section.TITLE:
                if chapter.blocks:
                    block = chapter.blocks.pop(0)
                    candidates.append((chapter.start, block.end, block.body, block.last))
                elif chapter.label and chapter.how == "heading":
                    candidates.append((chapter.start, chapter.label_end, chapter.label_start, chapter.label_end))
                chapter.section = None if not chapter.blocks else Section.SUMMARY
        first = self._title_line(self.chapters[0].blocks)
        if not candidates and first is not None and self._is_title(first):
            # A cover letter may stand before the proposal's own first line; it is no part of the summary.
            self.chapters[0].blocks = self.chapters[0].blocks[self.chapters[0].blocks.index(first) + 1 :]
            candidates.append((first.start, first.end, first.body, first.last))
        if not candidates and self.letter.subject and self.letter.subject_line:
            candidates.append((*self.letter.subject_line, *self.letter.subject))
        if candidates:
            start, end, body, last = candidates[0]
            self.title = title_words(
                self.desk.words(body, last)
                if self.letter.subject != (body, last)
                else " ".join(self.desk.text[body:last].split())
            )
            self.desk.ledger.mark(start, end, "title", "M")
            if links.find(self.desk.flat, body, last, self.desk.references):
                self.summary.append(Block("para", start, end, body, last))
        elif first is not None and (
            match := _NAMED.search(self.desk.flat, first.body, min(first.last, first.body + 600))
        ):
            group = "title" if match["title"] else "about"
            self.title = title_words(match[group])
            self.desk.ledger.mark(*match.span(group), "title", "M")

    def _title_line(self, blocks: list[Block]) -> Block | None:
        for block in blocks[:6]:
            if (
                self._is_title(block)
                and editions.names_microconference(self.desk.words(block.body, block.last))
                and len(block.lines) == 1
            ):
                return block
        return blocks[0] if blocks else None

    def _is_title(self, block: Block) -> bool:
        text = self.desk.words(block.body, block.last)
        if block.kind != "para" or len(text) > 110 or len(block.lines) > 2:
            return False
        if editions.names_microconference(text) and len(text.split()) <= 14 and not text.endswith((".", "?", "!")):
            return True
        return len(text.split()) <= 12 and not text.endswith((".", ",", ";", ":", "!")) and "http" not in text

    # Policy

    def _policies(self) -> None:
        for chapter in self.chapters:
            if chapter.section is Section.POLICY:
                for block in chapter.blocks:
                    self._policy(chapter.label + " " + self.desk.words(block.body, block.last), block, asked=True)
                self.desk.ledger.mark(chapter.start, chapter.label_end, "policy")
                self._agreed(chapter.label, asked=False)
                chapter.section = None
                continue
            asked = False
            for block in list(chapter.blocks):
                words = self.desk.words(block.body, min(block.last, block.body + 400))
                match = _AGREE.match(words)
                mentions = _POLICY.search(words) is not None
                if (
                    match and (mentions or asked) or mentions and "agree" in words.lower()
                ) and block.last - block.body < 400:
                    asked = True
                    self._policy(words, block, asked=True)
                    chapter.blocks.remove(block)
                else:
                    asked = False

    def _policy(self, words: str, block: Block, *, asked: bool) -> None:
        if block.ticked is not None:
            words = ("[x] " if block.ticked else "[ ] ") + self.desk.words(block.body, block.last)
        self._agreed(words, asked=asked)
        self.desk.ledger.mark(block.start, block.end, "policy")

    def _agreed(self, words: str, *, asked: bool) -> None:
        match = _AGREE.match(words)
        if _NO.search(words) or (match and (match["not"] or match["box"] == " " or match["box"] == "")):
            self.policy = False
            self.refused = True
        elif (match or (asked and _YES.search(words))) and not self.refused:
            self.policy = True

    # People

    def _people(self, chapter: Chapter) -> None:
        lead = chapter.section is not Section.ATTENDEES
        here = self.leads if lead else self.attendees
        self._head(chapter)
        for block in chapter.blocks:
            for start, end, one, ticked in self._entry_lines(block):
                before = block.start if start == block.body and block.kind == "item" else start
                for entry in entries(self.desk.flat, start, end, one=one) if end - start < 4000 else []:
                    found = read_entry(self.desk.flat, *trim(self.desk.flat, *entry), listed=True)
                    if found:
                        # A mark or an “and” before somebody is theirs, too.
                        between = self.desk.flat[before : found.start]
                        begin = (
                            before
                            if between.strip(" ,;").lower() == "and" or before == block.start != start
                            else found.start
                        )
                        self._person(
                            replace(found, start=begin), here, "lead" if lead else "person", chapter.state, ticked
                        )
                    before = entry[1]

    def _person(
        self, found: FoundPerson, here: dict[str, ReadPerson], kind: str, state: str, ticked: bool | None
    ) -> None:
        person = self.desk.claim_person(found, kind, whole=True)
        if person.status == "none":
            status = "coming" if ticked else state
            person = ReadPerson(person.name, person.affiliation, person.email, person.note, status)
        known = here.get(person.name, person)
        here[person.name] = ReadPerson(
            known.name, known.affiliation or person.affiliation, known.email or person.email, known.note or person.note,
            known.status if known.status != "none" else person.status,
        )  # fmt: skip

    def _entry_lines(self, block: Block) -> list[tuple[int, int, bool, bool | None]]:
        """Where entries stand: an item is one; in a paragraph each line is, unless the line goes on in the next."""
        found: list[tuple[int, int, bool, bool | None]] = []
        if block.kind == "item":
            found.append((block.body, block.last, True, block.ticked))
            for child in block.children:
                found += self._entry_lines(child)
        elif len(lines := by_line(self.desk.work, block)) > 1:
            found += [(line.body, line.last, True, None) for line in lines]
        else:
            found.append((block.body, block.last, False, None))
        return found

    def _person_refs(self) -> Callable[[int], str]:
        refs: dict[int, str] = {}
        for number, lead in enumerate(self.leads.values(), 1):
            index = self.desk.people.find(lead.name)
            if index is not None:
                refs.setdefault(index, f"L{number}")
        others = iter(range(1, 1_000_000))

        def ref(index: int) -> str:
            if index not in refs:
                refs[index] = f"P{next(others)}"
            return refs[index]

        return ref

    # Everything between

    def _head(self, chapter: Chapter) -> None:
        if not chapter.label or (chapter.empty and not says_only_a_section(chapter.label)):
            return
        self.desk.ledger.mark(chapter.start, chapter.label_end + (chapter.how == "colon"), "heading")
        state = state_of(chapter.label)
        if section_of(chapter.label) or (state and not state[1]) or editions.is_about_the_past(chapter.label):
            self.desk.ledger.spend(chapter.start, chapter.label_end)

    def _remaining(self) -> None:
        year = 0
        for chapter in self.chapters:
            if chapter.section is Section.SUMMARY or chapter.section is Section.GOALS:
                year = self._summary(chapter) or year
            elif chapter.section in self.values:
                self._value(chapter)
            elif chapter.section is Section.OUTCOMES:
                year = self._outcomes(chapter, year)
            elif chapter.section is Section.EDITIONS:
                year = self._editions(chapter) or year
            elif chapter.section in (Section.TOPICS, Section.ATTENDEES, None, Section.OTHER):
                for block in chapter.blocks:
                    if block.kind == "para":
                        year = self._edition_paragraph(block) or year

    def _summary(self, chapter: Chapter) -> int:
        year = 0
        known = len(self.summary)
        # What a heading says beside its section's name is part of the summary.
        telling = chapter.label and chapter.how != "leadin" and not says_only_a_section(chapter.label)
        if chapter.label and (chapter.section is Section.GOALS or telling):
            self.summary.append(
                Block("heading", chapter.start, chapter.label_end, chapter.label_start, chapter.label_end)
            )
        for block in chapter.blocks:
            if block.kind == "para":
                year = self._edition_paragraph(block, whole=False) or year
            self.summary.append(block)
            self.desk.ledger.mark(block.start, block.end, "summary", "M")
        if len(self.summary) > known:
            chapter.empty = False
        self._head(chapter)
        return year

    def _value(self, chapter: Chapter) -> None:
        if not chapter.blocks or not chapter.section:
            return
        block = chapter.blocks[0]
        words = self.desk.words(block.body, block.last).strip("*_ ")
        if len(words) > 200:
            return
        self.values[chapter.section] = self.values[chapter.section] or words
        self.desk.ledger.mark(chapter.start, block.end, "classification")
        if says_only_a_section(chapter.label):
            self.desk.ledger.spend(chapter.start, chapter.label_end)
        for extra in chapter.blocks[1:]:
            self._edition_paragraph(extra)

    def _edition_paragraph(self, block: Block, *, whole: bool = True, trusted: bool = False) -> int:
        found = editions.in_paragraph(
            self.desk.flat, block.body, block.last, self.desk.people, self.desk.references, trusted=trusted
        )
        for edition in found:
            self._edition(edition)
            start = block.start if edition.start == block.body else edition.start
            self.desk.ledger.mark(start, edition.end, "edition", self._edition_ref(edition.year))
        return found[-1].year if found else 0

    def _edition(self, found: editions.FoundEdition) -> None:
        known = self.editions.get(found.year, ReadEdition(found.year))
        leads = {lead.name: lead for lead in known.leads}
        for person in found.leads:
            lead = self.desk.claim_person(person)
            leads.setdefault(lead.name, lead)
        new = dict.fromkeys([*known.links, *self.desk.claim_links(found.links)])
        self.editions[found.year] = ReadEdition(found.year, tuple(leads.values()), tuple(new))

    def _edition_ref(self, year: int) -> str:
        return f"E{list(self.editions).index(year) + 1}"

    def _editions(self, chapter: Chapter) -> int:
        year = 0
        if chapter.how == "leadin":
            block = Block("para", chapter.start, chapter.label_end, chapter.label_start, chapter.label_end)
            year = self._edition_paragraph(block, trusted=editions.is_about_the_past(chapter.label))
        elif chapter.label:
            named = editions.years(chapter.label)
            if len(named) == 1 and chapter.how != "inline":
                self._edition(editions.FoundEdition(named[0], chapter.label_start, chapter.label_end))
                self.desk.ledger.mark(chapter.start, chapter.label_end, "edition", self._edition_ref(named[0]))
                year = named[0]
        self._head(chapter)
        for block in chapter.blocks:
            year = self._edition_entry(block, year)
        return year

    def _edition_entry(self, block: Block, year: int) -> int:
        only = links.labels(self.desk.flat, block.body, block.last, self.desk.references)
        if only and year and not editions.years(self.desk.flat[block.body : block.last]):
            self._edition(editions.FoundEdition(year, block.body, block.last, links=only))
            self.desk.ledger.mark(block.start, block.end, "edition", self._edition_ref(year))
            return year
        year = self._edition_paragraph(block, trusted=True) or year
        for child in block.children:
            year = self._edition_entry(child, year)
        return year

    def _outcomes(self, chapter: Chapter, year: int) -> int:
        named = editions.years(chapter.label)
        year = named[-1] if named else year or max(self.editions, default=0)
        if named and year not in self.editions:
            self._edition(editions.FoundEdition(year, chapter.label_start, chapter.label_end))
        self._head(chapter)
        items = [block for block in chapter.blocks if block.kind == "item"]
        for block in chapter.blocks:
            if block.kind == "para" and (items or self._edition_paragraph(block)):
                year = self._edition_paragraph(block) or year
                continue
            for entry in by_line(self.desk.work, block) if block.kind == "para" else [block]:
                self._outcome(entry, year)
        return year

    def _outcome(self, block: Block, year: int) -> None:
        flat, desk = self.desk.flat, self.desk
        end, found = links.trailing(flat, block.body, block.last, desk.references)
        if end == block.body:
            end, found = block.last, [link for link in found if link.url]
        found = links.find(flat, block.body, end, desk.references) + found
        text = desk.words(block.body, end).rstrip(";,:")
        more = desk.markdown(block.children)
        if not text:
            return
        for child in block.children:
            found += links.find(flat, child.body, child.last, desk.references)
        desk.ledger.mark(block.start, block.end, "outcome", f"O{len(self.outcomes) + 1}")
        read = desk.claim_links(found)
        self.outcomes.append(
            ReadOutcome("\n\n".join(part for part in (text, more) if part), str(year) if year else "", read)
        )
