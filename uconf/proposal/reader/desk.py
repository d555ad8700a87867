"""What every part of the reader works on: the text, its working copy, who is known, and the ledger."""

from dataclasses import dataclass, field

from .blocks import Block
from .links import FoundLink, Reference
from .people import FoundPerson, People
from .result import ReadLink, ReadPerson
from .spans import Ledger


@dataclass(slots=True)
class Desk:
    """`work` is the text without mail's wrapping, `flat` the same on one line; offsets are equal in all three."""

    text: str
    work: str
    flat: str
    ledger: Ledger
    people: People = field(default_factory=People)
    references: dict[str, Reference] = field(default_factory=dict)

    def words(self, start: int, end: int) -> str:
        """A stretch as one line."""
        return " ".join(self.flat[start:end].split())

    def claim_links(self, found: list[FoundLink]) -> tuple[ReadLink, ...]:
        """Mark links and give them back, each once."""
        links: dict[ReadLink, None] = {}
        for link in found:
            ref = f"&{link.url}" if link.url else f"&@{link.start}"
            self.ledger.mark(link.start, link.end, "link", ref)
            if link.defined:
                self.ledger.mark(*link.defined, "link", ref)
            links[link.link] = None
        return tuple(links)

    def claim_person(self, found: FoundPerson, kind: str = "person", *, whole: bool = False) -> ReadPerson:
        """Mark a person and give them back under the name they are known by."""
        index = self.people.add(found.person)
        start, end = (found.start, found.end) if whole else (found.name_start, found.name_end)
        self.ledger.mark(start, end, kind, f"@{index}")
        person = found.person
        return ReadPerson(self.people.name(index), person.affiliation, person.email, person.note, person.status)

    def markdown(self, blocks: list[Block], depth: int = 0) -> str:
        """Blocks as Markdown, paragraphs unwrapped."""
        parts: list[str] = []
        before = ""
        for block in blocks:
            words = self.words(block.body, block.last)
            if not words:
                continue
            if block.kind == "item":
                mark = block.number + " " if block.mark == "number" else "- "
                box = "" if block.ticked is None else "[x] " if block.ticked else "[ ] "
                inner = self.markdown(block.children, depth + 1)
                text = "  " * depth + mark + box + words + (f"\n{inner}" if inner else "")
            elif block.kind == "heading":
                text = f"**{words}**"
            else:
                text = "  " * depth + words
            if before:
                parts.append("\n" if depth or before == block.kind == "item" else "\n\n")
            parts.append(text)
            before = block.kind
        return "".join(parts)
