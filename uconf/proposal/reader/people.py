"""People: one entry of a list, several in one line, those a sentence names, and who is the same as whom."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import names
from .result import ReadPerson
from .states import state_of

_MAIL = re.compile(r"[<(\[]?[ ]?(?:mailto:)?(?P<address>[\w.+%-]{1,64}@[A-Za-z0-9][\w.-]{0,190}[A-Za-z0-9])[ ]?[>)\]]?")
_ASIDE = re.compile(r"\(([^()]{0,200})\)|\[([^\[\]]{0,200})\](?!\()")
_LINKED = re.compile(r"\[([^\[\]]{1,100})\]\(([^\s()]{1,500})\)")
_TAIL = re.compile(r"[ ]+[-–—|:/][ ]+|[,:;|][ ]*|[ ]*[–—][ ]*|[ ]{3,}")
_PART = re.compile(r"[ ]*[,;/][ ]*")
_AND = re.compile(r"[ ]+(?:and|&|und|et)[ ]+")
_NAME_RUN = re.compile(r"[^\W\d_][\w'’.\-]*(?:[ ]+[^\W\d_][\w'’.\-]*){0,5}")
_NEXT = re.compile(r"[ ]*(?:[,;][ ]*(?:(?:and|&)[ ]+)?|[ ](?:and|&)[ ]+)")
_NOTE = re.compile(r"[ ]*\(([^()]{0,200})\)")


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person and the stretch that says so; `name_start`/`name_end` hold the name alone."""

    person: ReadPerson
    start: int
    end: int
    name_start: int
    name_end: int


class People:
    """Everybody the text names: equal names, and unique first names, are one person."""

    def __init__(self) -> None:
        self.known: list[ReadPerson] = []
        self._by_name: dict[str, int] = {}
        self._by_mail: dict[str, int] = {}
        self._by_first: dict[str, set[int]] = {}

    def add(self, person: ReadPerson) -> int:
        """Who this is: somebody known already, or somebody new."""
        index = self._by_name.get(person.name.casefold())
        if index is None and person.email:
            index = self._by_mail.get(person.email.casefold())
        if index is None:
            index = len(self.known)
            self.known.append(person)
            self._by_first.setdefault(person.name.split()[0].casefold(), set()).add(index)
        self._by_name.setdefault(person.name.casefold(), index)
        if person.email:
            self._by_mail.setdefault(person.email.casefold(), index)
        return index

    def name(self, index: int) -> str:
        return self.known[index].name

    def find(self, name: str) -> int | None:
        """The known person of this full or unique first name."""
        key = names.clean(name).casefold()
        if key in self._by_name:
            return self._by_name[key]
        first = self._by_first.get(key, set())
        return next(iter(first)) if len(first) == 1 else None


def entries(flat: str, start: int, end: int, *, one: bool) -> list[tuple[int, int]]:
    """The entries of a line. `one`: it is a list item, so “Name, Company” is one person, not two."""
    for separator in (";", ","):
        parts = _split(flat, start, end, separator)
        if len(parts) > 1:
            break
    else:
        parts = [(start, end)]
    if ";" in flat[start:end] and separator == ";":
        return parts
    parts = [piece for begin, stop in parts for piece in _split_and(flat, begin, stop)]
    if len(parts) < 2 or all(_MAIL.fullmatch(flat, *part) for part in parts):
        return parts
    named = [names.as_name(_bare(flat[begin:stop])) is not None for begin, stop in parts]
    surnames = [names.is_surname(_bare(flat[begin:stop])) for begin, stop in parts]
    if any(surnames):
        return _rejoin(parts, lambda position: not (position and surnames[position - 1]))
    if one and (len(parts) == 2 and not _AND.search(flat, start, end) and flat[start:end].count("(") < 2):
        return [(start, end)]
    # What is no name, or is a company's, belongs to the person before it.
    return _rejoin(parts, lambda position: named[position] and not names.is_organisation(flat[slice(*parts[position])]))


def read_entry(
    flat: str, start: int, end: int, *, aside: str = "affiliation", fewest: int = 2, listed: bool = False
) -> FoundPerson | None:
    """The one person an entry of a list names, or None if it names nobody for sure.

    `listed`: it stands under a heading for people, so an address or a known state makes anybody a person.
    """
    if end - start > 400:
        return None
    text = flat[start:end]
    email = ""
    status = "none"
    known_state = False
    notes: list[str] = []
    affiliations: list[str] = []
    if match := _LINKED.search(text):
        target = match.group(2)
        if target.startswith("mailto:"):
            email = target[7:]
        else:
            notes.append(target)
        text = _pad(text, match.start(), match.end(), " " + match.group(1))
    while match := _MAIL.search(text):
        email = email or match["address"]
        text = _pad(text, match.start(), match.end(), "   " if text[match.end() :].strip() else "")
    for match in list(_ASIDE.finditer(text)):
        for part in _PART.split(match.group(1) or match.group(2) or ""):
            status = _sort(part, status, notes, affiliations, aside)
            known_state = known_state or state_of(part) is not None
        text = _pad(text, match.start(), match.end(), "")
    text = text.rstrip(" .,;:-–—|")
    pieces = [piece for piece in _TAIL.split(text) if piece.strip()]
    if not pieces:
        return _by_address(flat, start, end, email, notes, affiliations, status) if listed and email else None
    name, used = _name_of(pieces, fewest if not email and status == "none" else 1)
    if name is None:
        name, rest = _name_and_state(pieces[0])
        if name is None and listed and len(pieces) == 1 and (email or known_state):
            name = names.as_listed(pieces[0], capitals=not email)
        if name is None:
            return None
        used = 1
        status = _sort(rest, status, notes, affiliations, aside)
    for piece in pieces[used:]:
        status = _sort(piece, status, notes, affiliations, aside)
    name_start = start + _first_letter(flat[start:end], pieces[0])
    name_end = max(
        name_start + 1,
        start + flat[start:end].find(pieces[used - 1].strip(), name_start - start) + len(pieces[used - 1].strip()),
    )
    person = ReadPerson(name, "; ".join(affiliations), email, "; ".join(notes), status)
    return FoundPerson(person, start, end, name_start, min(name_end, end))


def _by_address(
    flat: str, start: int, end: int, email: str, notes: list[str], affiliations: list[str], status: str
) -> FoundPerson | None:
    """Somebody of whom only the address is known goes by what stands before its “@”."""
    name = email.partition("@")[0]
    if not any(map(str.isalpha, name)):
        return None
    name_start = max(start, flat.find(name, start, end))
    person = ReadPerson(name, "; ".join(affiliations), email, "; ".join(notes), status)
    return FoundPerson(person, start, end, name_start, min(name_start + len(name), end))


def named_in_a_row(
    flat: str, start: int, end: int, people: People, *, first_names: bool = False
) -> Iterator[FoundPerson]:
    """The names a stretch begins with: “Ann Example (tracing), Bob Sample and Cy Test, who …”."""
    at = start
    while True:
        if flat.startswith("the ", at):
            return
        found = _name_at(flat, at, end, people, first_names=first_names)
        if found is None:
            return
        name, stop = found
        note, after = "", stop
        if match := _NOTE.match(flat, stop, end):
            note, after = " ".join(match.group(1).split()), match.end()
        elif match := _MAIL.match(flat, stop + 1 if flat[stop : stop + 1] == " " else stop, end):
            after = match.end()
        email_match = _MAIL.search(flat, stop, after)
        yield FoundPerson(
            ReadPerson(name, email=email_match["address"] if email_match else "", note="" if email_match else note),
            at,
            after,
            at,
            stop,
        )
        separator = _NEXT.match(flat, after, end)
        if not separator:
            return
        at = separator.end()


def _name_at(flat: str, at: int, end: int, people: People, *, first_names: bool) -> tuple[str, int] | None:
    run = _NAME_RUN.match(flat, at, min(end, at + 120))
    if not run:
        return None
    words = list(re.finditer(r"\S+", run.group()))
    for count in range(min(len(words), 4), 0, -1):
        stop = at + words[count - 1].end()
        text = flat[at:stop].rstrip(".,")
        text = re.sub(r"['’]s$", "", text)
        if text != flat[at:stop].rstrip(".,"):
            continue
        index = people.find(text)
        if index is not None and (first_names or count > 1):
            return people.name(index), at + len(text)
        if count > 1 and (name := names.as_name(text)) and not names.is_organisation(text):
            return name, at + len(text)
    return None


def _sort(part: str, status: str, notes: list[str], affiliations: list[str], aside: str) -> str:
    """Put one remark where it belongs: the status, the affiliation or the note."""
    part = " ".join(part.split()).strip(" *_.,;:-–—|")
    if not part:
        return status
    company = names.is_organisation(part)
    if not company and (state := state_of(part)):
        if state[1]:
            notes.append(state[1])
        # “confirmed, remote” and “remote, tentative”: the more careful word wins over a bare mode.
        return state[0] if status in ("none", "coming") or state[0] == "declined" else status
    if aside == "affiliation" and not affiliations and (company or (part[0].isupper() and len(part.split()) <= 5)):
        affiliations.append(part)
    else:
        notes.append(part)
    return status


def _name_of(pieces: list[str], fewest: int) -> tuple[str | None, int]:
    head = pieces[0]
    if len(pieces) > 1 and names.is_surname(head):
        given = names.as_name(pieces[1], fewest=1)
        if given and len(given.split()) <= 3:
            return f"{given} {names.capitalised(names.clean(head))}", 2
    if len(pieces) > 1 and names.as_name(head, fewest=1) and " " not in head.strip():
        given = names.as_name(pieces[1], fewest=1)
        if given and " " not in given and not names.is_organisation(given) and not state_of(given):
            return f"{given} {names.clean(head)}", 2
    words = names.clean(head).split()
    if len(words) > 1 and names.is_surname(words[-1]) and not names.is_surname(words[0]):
        name = names.as_name(head, capitals=True)
        return (" ".join([*words[:-1], names.capitalised(words[-1])]), 1) if name else (None, 0)
    if names.is_organisation(head):
        return None, 0
    return names.as_name(head, fewest=fewest), 1


def _name_and_state(piece: str) -> tuple[str | None, str]:
    """“Ann Example will attend”: the longest name the words begin with, if the rest is a state."""
    words = piece.split()
    for count in range(min(4, len(words) - 1), 1, -1):
        rest = " ".join(words[count:])
        if state_of(rest) and (name := names.as_name(" ".join(words[:count]))):
            return name, rest
    return None, ""


def _split(flat: str, start: int, end: int, separator: str) -> list[tuple[int, int]]:
    parts, depth, begin = [], 0, start
    for at in range(start, end):
        character = flat[at]
        if character in "([<":
            depth += 1
        elif character in ")]>":
            depth = max(0, depth - 1)
        elif character == separator and not depth:
            parts.append((begin, at))
            begin = at + 1
    parts.append((begin, end))
    return [trimmed for part in parts if (trimmed := trim(flat, *part))[0] < trimmed[1]]


def _split_and(flat: str, start: int, end: int) -> list[tuple[int, int]]:
    if flat.startswith(("and ", "& "), start):
        start = flat.index(" ", start) + 1
    pieces, at = [], start
    for match in _AND.finditer(flat, start, end):
        if flat.count("(", at, match.start()) == flat.count(")", at, match.start()):
            pieces.append((at, match.start()))
            at = match.end()
    return [*pieces, (at, end)]


def _rejoin(parts: list[tuple[int, int]], begins: Callable[[int], bool]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for position, (begin, stop) in enumerate(parts):
        if joined and not begins(position):
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((begin, stop))
    return joined


def trim(flat: str, start: int, end: int) -> tuple[int, int]:
    """The same stretch without spaces at its ends."""
    while start < end and flat[start] in " \t":
        start += 1
    while end > start and flat[end - 1] in " \t":
        end -= 1
    return start, end


def _bare(text: str) -> str:
    return _ASIDE.sub("", _MAIL.sub("", _LINKED.sub(r"\1", text[:400]))).strip(" .")


def _pad(text: str, start: int, end: int, instead: str) -> str:
    return text[:start] + instead + text[end:]


def _first_letter(text: str, piece: str) -> int:
    word = piece.split()[0].strip('*_"“`')
    return max(0, text.find(word))
