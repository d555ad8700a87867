"""A pasted list of people, one a line, read into names, addresses and statuses; plain Python."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from uconf.lib import addresses, limits

LONGEST = 100_000  # characters
MOST_LINES = 1_000
LONGEST_LINE = 1_000

# How people write where somebody stands; the importer's words are the values.
STATUS_WORDS = {
    "none": ("none", "not asked", "not asked yet", "to ask", "to be asked", "mail bounces"),
    "pending": (
        "pending", "response pending", "answer pending", "reply pending", "no response", "no answer", "no reply",
        "asked", "waiting", "awaiting response", "awaiting reply", "tbc", "to be confirmed", "invited",
    ),
    "interested": ("interested", "is interested", "would like to", "would come"),
    "coming": ("coming", "yes", "confirmed", "attending", "will attend", "is coming", "in person"),
    "remote": ("coming remotely", "remote", "remotely", "attending remotely", "virtual", "virtually", "online"),
    "maybe": ("maybe", "not sure", "not sure yet", "unsure", "tentative", "perhaps", "?"),
    "declined": (
        "declined", "can't", "cannot", "can't this time", "cant", "no", "not coming", "not attending", "unavailable",
        "will not attend", "can't make it",
    ),
}  # fmt: skip
STATUS_OF = {word: status for status, words in STATUS_WORDS.items() for word in words}

ADDRESS = re.compile(r"(?:mailto:)?[^\s<>,;()\[\]\"'@]+@[^\s<>,;()\[\]\"'@]+", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[>|]\s*)*(?:[-*•+–·]\s+|\(?\d{1,3}[.)]\s+|\[[ xX]\]\s+)*")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_LAST_FIRST = re.compile(r"^[\s<>]*\"([^\",]+),\s*([^\",]+)\"")
# “O’Brien, Séamus <…>” without quotes: one family name, small words before it at most, then a given name or two.
_LAST_FIRST_BARE = re.compile(
    r"^\s*((?:(?:van|von|der|den|de|del|della|di|da|dos|la|le|ter|ten|zu|al|bin|el)\s+){0,3}[^\s,;<>\"()]+),\s*"
    r"([^\s,;<>\"()@]+(?:\s+[^\s,;<>\"()@]+)?)\s*(?=<)",
    re.IGNORECASE,
)
_EDGES = " \t,;:|-–—\"'<>"


@dataclass(frozen=True)
class Entry:
    """One person of a pasted list, as it was written."""

    number: int  # among those that were read: a line may name several
    line: int
    name: str
    address: str = ""
    status: str = "none"
    affiliation: str = ""
    name_is_guessed: bool = False
    note: str = ""  # this and what follows: only from a table
    reason: str = ""
    topics: tuple[str, ...] = ()  # they would like to be there
    needed: tuple[str, ...] = ()  # they say: need me there


@dataclass(frozen=True)
class Unread:
    """A line that names nobody, and why it was not read."""

    line: int
    text: str
    why: str


@dataclass
class Reading:
    """What a pasted text was read as."""

    entries: list[Entry] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    doubles: list[Unread] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # columns of a table that mean nothing here
    seen: dict = field(default_factory=dict)

    def add(self, entry: Entry, text: str):
        """Take somebody in, unless a line before says the same person."""
        name = "" if entry.name_is_guessed else _folded(entry.name)
        for key in filter(None, (entry.address, name)):
            other = self.seen.get(key)
            if other and (key == entry.address or not entry.address or other.address in ("", entry.address)):
                self.doubles.append(Unread(entry.line, text, _("the same as line %(line)s") % {"line": other.line}))
                return
        self.entries.append(entry)
        for key in filter(None, (entry.address, _folded(entry.name))):
            self.seen.setdefault(key, entry)


def read(text: str) -> Reading:
    """Read a list of people. Empty lines are skipped; nothing else is dropped without being said.

    Raises ValueError with a sentence if the text is too long.
    """
    lines = text.splitlines()
    if len(text) > LONGEST or len(lines) > MOST_LINES:
        raise ValueError(
            _("That is more than %(lines)s lines. Paste the list in several parts.") % {"lines": MOST_LINES}
        )
    reading = Reading()
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        if len(raw) > LONGEST_LINE:
            reading.unread.append(Unread(number, raw[:80] + "…", _("too long for one person")))
            continue
        for part in _parts(addresses.one_line(raw.replace("\t", ", "))):
            _read_one(part, number, reading)
    return reading


def _parts(line: str) -> list[str]:
    """One line, or the several people that a mail program writes on one: “A <a@…>, B <b@…>”."""
    if len(ADDRESS.findall(line)) < 2:
        return [line]
    parts = [part for part in re.split(r"(?<=>)\s*[,;]\s*", line) if part.strip()]
    if len(parts) > 1:
        return parts
    parts = [part.strip() for part in re.split(r"[,;\s]+", line) if part.strip()]
    return parts if all(ADDRESS.fullmatch(part) for part in parts) else [line]


def _read_one(line, number, reading):
    text = _BULLET.sub("", line, count=1).strip()
    if not text:
        return
    found = ADDRESS.findall(text)
    if len(found) > 1:
        reading.unread.append(Unread(number, line, _("two addresses; put each person on a line of their own")))
        return
    address = ""
    if found:
        try:
            address = addresses.clean(re.sub("^mailto:", "", found[0], flags=re.IGNORECASE))
        except ValueError as refusal:
            reading.unread.append(Unread(number, line, str(refusal)))
            return
        text = _given_name_first(text)
        text = text.replace(found[0], " ", 1).replace("<>", " ").replace("< >", " ").replace("<  >", " ")
    if junk := next((word for word in text.split() if _is_half_an_address(word)), None):
        said = _("“%(word)s” is not a mail address. Write it like name@example.org.") % {"word": junk[:80]}
        reading.unread.append(Unread(number, line, said))
        return
    text, status, affiliation = _take_brackets(text)
    name, status, affiliation = _take_commas(text, status, affiliation)
    guessed = not name and bool(address)
    if guessed:
        name = name_from(address)
    if not is_a_name(name) or (line.rstrip().endswith(":") and not address):
        reading.unread.append(Unread(number, line, _("no name in it")))
        return
    reading.add(
        Entry(
            len(reading.entries) + 1, number, name[: limits.NAME], address, status, affiliation[: limits.NAME], guessed
        ),
        line,
    )  # fmt: skip


def _given_name_first(text):
    """“O’Brien, Séamus <…>” as “Séamus O’Brien <…>”; what is a status or reads like “Name, Works Ltd” stays."""
    found = _LAST_FIRST_BARE.match(text)
    if found is None:
        return text
    last, first = found.groups()
    both_capital = first[:1].isupper() and last.split()[-1][:1].isupper()
    if word_of(first) in STATUS_OF or first.isupper() or not both_capital:
        return text
    return f"{first} {last} {text[found.end() :]}"


def _is_half_an_address(word):
    """“foo@” or “a@b@c”, but neither a lone @ nor a handle such as @foo."""
    word = word.strip(_EDGES + "().[]")
    return "@" in word and not word.startswith("@")


def _folded(name):
    return " ".join(name.casefold().split())


def _take_brackets(text):
    """The text without “(…)” and “[…]”, the status one of them says, and what the others say."""
    status, others = "none", []
    for round_ones, square_ones in _BRACKETS.findall(text):
        for part in re.split(r"[,;]", round_ones or square_ones):
            word = word_of(part)
            if word in STATUS_OF:
                status = STATUS_OF[word]
            elif part.strip():
                others.append(part.strip())
    return _BRACKETS.sub(" ", text), status, ", ".join(others)


def _take_commas(text, status, affiliation):
    text = _LAST_FIRST.sub(r"\2 \1 ", text)  # “"Zeng, Jason" <…>” as mail programs write it
    parts = [part.strip(_EDGES) for part in re.split(r"[,;\t|]|\s[-–—]\s", text)]
    parts = [part for part in parts if part]
    rest = []
    for part in parts:
        if word_of(part) in STATUS_OF and (rest or len(parts) == 1):
            status = STATUS_OF[word_of(part)]
        else:
            rest.append(" ".join(part.split()))
    if len(rest) > 1 and rest[0].isupper() and " " not in rest[0]:
        rest[:2] = [f"{rest[1]} {rest[0].title()}"]  # “ZENG, Jason” as conference systems write it
    name = rest[0] if rest else ""
    more = ", ".join(rest[1:])
    return name, status, affiliation or more


def word_of(text):
    """A word as it is compared with those of statuses and columns."""
    return " ".join(text.casefold().replace("’", "'").split()).rstrip(".!")


def is_a_name(name):
    """Whether a text could be somebody's name."""
    return any(char.isalpha() for char in name) and not name.startswith("#") and len(name.split()) <= 6


def name_from(address):
    """A first guess at a name, for a line that is an address alone."""
    words = re.split(r"[._\-+]+", address.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word) or address
