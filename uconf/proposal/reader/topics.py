"""Topics: what an entry under “Topics” says, whom it names, and which entries are only groups."""

import re
from collections.abc import Sequence
from dataclasses import replace

from . import links, titles
from .blocks import Block, by_line, deliberate_breaks
from .desk import Desk
from .names import as_name, is_organisation
from .outline import Chapter, split_labels
from .people import FoundPerson, entries, named_in_a_row, read_entry, trim
from .result import ReadPerson, ReadTopic
from .sections import Section, says_only_a_section, section_of

_PEOPLE_LABELS = (Section.PRESENTER, Section.LEADS, Section.ATTENDEES)
_BY = re.compile(
    r"\b(?:led|presented|proposed|driven|moderated|run|given|introduced|hosted|discussed|brought up|maintained) by[ ]+|"
    r"\b(?:key people|people needed|needed|required|presenters?|speakers?|leads?|proposers?|who)[ ]?:[ ]+",
    re.I,
)
_WITH = re.compile(
    r"\b(?:including|such as|e\.g\.,?|with|from|like|needs?|involves?|involving|between|ping|cc|and)[ ]+", re.I
)
_FOLK = re.compile(
    r"\b(?:people|folks|developers?|maintainers?|experts?|reviewers?|attendees|participants|researchers?|talk to|input)\b",
    re.I,
)
_BRACKETS = re.compile(r"\(([^()]{3,120})\)|\[([^\[\]]{3,120})\](?![(\[])")
_NUMBERS = re.compile(r"[ ]*\[\d{1,3}(?:[,;–-][ ]?\d{1,3}){0,9}\]")
_LONGEST_GROUP = 60


class TopicReader:
    """Reads every chapter of topics; afterwards `topics` holds them in order."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.topics: list[ReadTopic] = []
        self.trust_brackets = False

    def read(self, chapter: Chapter) -> None:
        """Read one chapter: its items, or its heading if the heading is itself the topic."""
        items = [block for block in chapter.blocks if block.kind == "item"]
        group = ""
        if chapter.sub:
            if chapter.blocks and chapter.blocks[0].kind == "para" or not items:
                self._headed(chapter)
                return
            group = titles.plain(self.desk.words(chapter.label_start, chapter.label_end)).rstrip(":")
            self.desk.ledger.mark(chapter.start, chapter.label_end + 1, "heading")
        if items:
            self._list(items, group)
            return
        for block in chapter.blocks:
            self._loose(block, inline=chapter.how == "inline", several=len(chapter.blocks) > 1)

    def _list(self, items: Sequence[Block], group: str) -> None:
        self.trust_brackets = (
            sum(self._ends_with_name(item) for item in [*items, *(sub for item in items for sub in item.items)]) > 1
        )
        grouping = self._are_groups(items)
        for item in items:
            if grouping and item.items and self._is_group(item):
                self.desk.ledger.mark(item.start, item.last, "heading")
                for sub in item.items:
                    self._item(sub, titles.plain(self.desk.words(item.body, item.last)).strip("*_: "))
            else:
                self._item(item, group)

    def _are_groups(self, items: Sequence[Block]) -> bool:
        parents = [item for item in items if item.items]
        return bool(parents) and all(self._is_group(item) for item in parents)

    def _is_group(self, item: Block) -> bool:
        words = self.desk.words(item.body, item.last).strip("*_")
        subs = item.items
        if item.paragraphs or len(words) > _LONGEST_GROUP or len(subs) < 2:
            return False
        texts = [self.desk.words(sub.body, sub.last) for sub in subs]
        if any(self._attribute(sub) for sub in subs):
            return False
        rich = sum(bool(self._has_parts(sub)) for sub in subs)
        capital = sum(text[:1].isupper() or text[:1] in "*[`" for text in texts)
        plain = sum(text.endswith(("?", ".", ";", ",")) for text in texts)
        if rich * 2 >= len(subs) or any(sub.items for sub in subs):
            return capital * 2 >= len(subs) or rich == len(subs)
        return capital == len(subs) and not plain and (words.endswith(":") or len(words.split()) <= 3)

    def _has_parts(self, item: Block) -> bool:
        cut = titles.split(self.desk.flat, item.body, item.last)
        return not cut.whole and self.desk.flat[cut.rest : item.last].strip() != "" or self._ends_with_name(item)

    def _ends_with_name(self, item: Block) -> bool:
        brackets = _BRACKETS.findall(self.desk.flat[item.body : min(item.last, item.body + 300)])
        inner = "".join(brackets[-1]) if brackets else ""
        return (
            bool(inner)
            and as_name(re.split(r"[,;]| and ", inner)[0]) is not None
            and not is_organisation(inner.split(",")[0])
        )

    def _headed(self, chapter: Chapter) -> None:
        flat = self.desk.flat
        people: list[ReadPerson] = []
        start, end = chapter.label_start, chapter.label_end
        cut = titles.split(flat, start, end)
        if not any(map(str.isalnum, flat[cut.start : cut.end])):
            return
        found: list[FoundPerson] = self._bracketed(start, end)
        ref = self._next_ref()
        stop = max([chapter.label_end, *(block.end for block in chapter.blocks)])
        self.desk.ledger.mark(chapter.start, stop, "topic", ref)
        self.desk.ledger.mark(cut.start, cut.end, "title", ref)
        title = titles.plain(self.desk.words(cut.start, cut.end))
        people += [self.desk.claim_person(person) for person in found]
        rest = self.desk.words(start if cut.whole else cut.rest, end)
        if found:
            rest = _without(rest, flat[found[0].start - 1 : found[-1].end + 1])
        more, more_people, more_links = self._inside(chapter.blocks)
        description = "\n\n".join(part for part in [rest, more] if part)
        found_links = links.find(flat, start, end, self.desk.references)
        self._add(title, description, "", [*people, *more_people], [*found_links, *more_links])

    def _loose(self, block: Block, *, inline: bool, several: bool) -> None:
        """Topics that no mark sets off: short lines under each other, or a comma-separated line."""
        if inline and len(block.lines) <= 3 and block.last - block.body < 600:
            text = self.desk.flat[block.body : block.last]
            separator = ";" if ";" in text else ","
            parts = [trim(self.desk.flat, *span) for span in _pieces(text, block.body, separator)]
            if len(parts) > 1 and all(
                0 < stop - start <= 80 and not self.desk.flat[start:stop].rstrip(".").count(". ")
                for start, stop in parts
            ):
                for start, stop in parts:
                    self._item(
                        Block("item", start, stop, start, start + len(self.desk.flat[start:stop].rstrip("."))), ""
                    )
            return
        lone = not several and not block.lines[0].indent
        found = by_line(self.desk.work, block)
        if len(found) == 1 and (lone or titles.split(self.desk.flat, block.body, block.last).whole):
            return
        self.trust_brackets = sum(self._ends_with_name(item) for item in found) > 1
        for item in found:
            words = self.desk.words(item.body, item.last)
            # A full sentence without a mark or an indentation introduces the topics, it is none.
            if len(words) <= 1_000 and not (
                words.endswith((".", ":")) and len(item.lines) == 1 and not item.lines[0].indent
            ):
                self._item(item, "")

    def _item(self, block: Block, group: str) -> None:
        flat, desk = self.desk.flat, self.desk
        parts = split_labels(desk.work, block) if block.lines else [(None, block)]
        end = next((label[0] for label, _ in parts if label and label[0] > block.body), block.last)
        start, end = trim(flat, block.body, end)
        if titles.is_no_topic(desk.words(titles.split(flat, start, end).start, end)) or start >= end:
            return
        end, below = self._first_line(block, start, end)
        cut_at, found_links = links.trailing(flat, start, end, desk.references)
        if cut_at == start:
            cut_at, found_links = end, []
        cut = titles.split(flat, start, cut_at)
        if not any(map(str.isalnum, _NUMBERS.sub("", flat[cut.start : cut.end]))):
            return
        ref = self._next_ref()
        company = ""
        if (
            flat[cut.end : cut.end + 1] == ":"
            and is_organisation(flat[start : cut.end])
            and self._ends_with_name(block)
        ):
            company = desk.words(cut.start, cut.end)
            cut = titles.split(flat, cut.rest, cut_at)
        bracketed = self._bracketed(start, cut_at, sure=bool(company))
        people = [desk.claim_person(person) for person in bracketed]
        if company:
            people = [ReadPerson(p.name, p.affiliation or company, p.email, p.note, p.status) for p in people]
        rest = desk.words(start if cut.whole else cut.rest, cut_at)
        if bracketed:
            rest = _without(rest, flat[bracketed[0].start - 1 : bracketed[-1].end + 1])
        if rest.startswith("(") and rest.rstrip(".").endswith(")") and rest.count("(") == 1:
            rest = rest.rstrip(".")[1:-1]
        if bracketed and cut.start < bracketed[0].start < cut.end:
            cut = replace(cut, end=cut.start + len(flat[cut.start : bracketed[0].start - 1].rstrip()))
        title = _NUMBERS.sub("", titles.plain(desk.words(cut.start, cut.end))).strip("*_ ").rstrip(",;:")
        desk.ledger.mark(block.start, block.end, "topic", ref)
        desk.ledger.mark(cut.start, cut.end, "title", ref)
        # A time before the title belongs to a schedule still to be made.
        desk.ledger.spend(start, cut.start)
        people += [desk.claim_person(person) for person in self._in_prose(cut.end, cut_at)]
        found_links = links.find(flat, start, cut_at, desk.references) + found_links
        labelled = [(label, part) for label, part in parts if label and label[0] > block.body]
        more, more_people, more_links = self._inside([*below, *block.children], labelled)
        description = "\n\n".join(part for part in (rest, more) if part.strip())
        self._add(title, description, group, [*people, *more_people], [*found_links, *more_links])

    def _first_line(self, block: Block, start: int, end: int) -> tuple[int, list[Block]]:
        """A title on a line of its own, its text below: where the title ends, and that text."""
        lines = [line for line in block.lines if line.start < end]
        if len(lines) < 2 or not deliberate_breaks(self.desk.work, lines)[0]:
            return end, []
        first = lines[0].end
        if self.desk.flat[start:first].rstrip().endswith((".", "?", "!")) or first - start > titles.LONGEST:
            return end, []
        return first, [Block("para", lines[1].start, end, lines[1].body, end, lines=lines[1:])]

    def _add(
        self, title: str, description: str, group: str, people: list[ReadPerson], found: list[links.FoundLink]
    ) -> None:
        once: dict[str, ReadPerson] = {}
        for person in people:
            once.setdefault(person.name, person)
        self.topics.append(ReadTopic(title, description, group, tuple(once.values()), self.desk.claim_links(found)))

    def _next_ref(self) -> str:
        return f"T{len(self.topics) + 1}"

    def _inside(
        self, blocks: Sequence[Block], labelled: Sequence[tuple[tuple[int, int], Block]] = ()
    ) -> tuple[str, list[ReadPerson], list[links.FoundLink]]:
        """What stands under a title: presenters, links, and the rest as Markdown."""
        kept: list[Block] = []
        people: list[ReadPerson] = []
        found: list[links.FoundLink] = []
        for offsets, part in labelled:
            self._labelled(offsets, part, kept, people, found)
        for block in blocks:
            if block.kind == "para" and block.lines:
                for label, part in split_labels(self.desk.work, block):
                    if label:
                        self._labelled(label, part, kept, people, found)
                    else:
                        self._plain(part, kept, people, found)
            elif (attribute := self._attribute(block)) and not block.children:
                self._labelled(
                    attribute, Block("para", block.start, block.end, attribute[1], block.last), kept, people, found
                )
            else:
                self._plain(block, kept, people, found)
        return self.desk.markdown(kept), people, found

    def _labelled(
        self,
        label: tuple[int, int],
        part: Block,
        kept: list[Block],
        people: list[ReadPerson],
        found: list[links.FoundLink],
    ) -> None:
        flat = self.desk.flat
        section = section_of(flat[label[0] : label[1]])
        start, end = trim(flat, part.body, part.last)
        if section in _PEOPLE_LABELS:
            read = (
                [read_entry(flat, *entry, aside="note") for entry in entries(flat, start, end, one=False)]
                if end - start < 2000
                else []
            )
            if read and all(read):
                people += [self.desk.claim_person(person) for person in read if person]
                self._spend(label)
                return
        if section is Section.LINKS and (only := links.labels(flat, start, end, self.desk.references)):
            found += only
            self._spend(label)
            return
        self._plain(
            Block(part.kind if part.kind == "item" else "para", label[0], end, label[0], end), kept, people, found
        )

    def _spend(self, label: tuple[int, int]) -> None:
        if says_only_a_section(self.desk.flat[slice(*label)]):
            self.desk.ledger.spend(*label)

    def _plain(self, block: Block, kept: list[Block], people: list[ReadPerson], found: list[links.FoundLink]) -> None:
        flat = self.desk.flat
        if not block.children and (only := links.labels(flat, block.body, block.last, self.desk.references)):
            found += only
            return
        kept.append(block)
        todo = [block]
        while todo:
            one = todo.pop()
            found += links.find(flat, one.body, one.last, self.desk.references)
            people += [self.desk.claim_person(person) for person in self._in_prose(one.body, one.last)]
            todo += one.children

    def _attribute(self, block: Block) -> tuple[int, int] | None:
        """“Presenter: …” or “Links: …” as an item under a topic: the label's offsets."""
        colon = self.desk.flat.find(":", block.body, min(block.last, block.body + 40))
        if colon == -1 or "http" in self.desk.flat[block.body : colon] or "\n" in self.desk.work[block.body : colon]:
            return None
        section = section_of(self.desk.flat[block.body : colon])
        return (block.body, colon + 1) if section in (*_PEOPLE_LABELS, Section.LINKS) else None

    def _bracketed(self, start: int, end: int, *, sure: bool = False) -> list[FoundPerson]:
        """People in brackets behind a title: “Title (Person)”, “Title [Person, Company]”."""
        flat = self.desk.flat
        for match in _BRACKETS.finditer(flat, start, min(end, start + 400)):
            first, last = match.span(1) if match.group(1) else match.span(2)
            if flat[start : match.start()].rstrip().count(". "):
                break
            parts = entries(flat, first, last, one=True)
            read = [read_entry(flat, *part) for part in parts]
            people = [person for person in read if person]
            if len(people) != len(parts) or not people:
                continue
            if (
                sure
                or self.trust_brackets
                or any(
                    self.desk.people.find(p.person.name) is not None
                    or p.person.email
                    or is_organisation(p.person.affiliation)
                    for p in people
                )
            ):
                return people
        return []

    def _in_prose(self, start: int, end: int) -> list[FoundPerson]:
        """People a topic's sentences ask for: “including Ann Example (tracing) and Bob Sample, who …”."""
        flat, people = self.desk.flat, self.desk.people
        found: list[FoundPerson] = []
        taken: set[int] = set()
        for pattern, sure in ((_BY, True), (_WITH, False)):
            for match in pattern.finditer(flat, start, end):
                if match.end() in taken:
                    continue
                row = list(named_in_a_row(flat, match.end(), end, people))
                trusted = sure or any(people.find(p.person.name) is not None or p.person.email for p in row)
                if row and (trusted or _FOLK.search(flat[max(start, match.start() - 120) : match.start()])):
                    found += row
                    taken.update(person.start for person in row)
        return sorted(found, key=lambda person: person.start)


def _without(words: str, stretch: str) -> str:
    """A line without the brackets that named people."""
    return " ".join(words.replace(" ".join(stretch.split()), "", 1).split()).lstrip(":.-–— ")


def _pieces(text: str, offset: int, separator: str) -> list[tuple[int, int]]:
    pieces, depth, begin = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == separator and depth <= 0:
            pieces.append((offset + begin, offset + at))
            begin = at + 1
    return [*pieces, (offset + begin, offset + len(text))]
