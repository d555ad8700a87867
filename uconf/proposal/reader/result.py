"""What a reading gives back: plain, frozen values and where in the text each was found."""

from dataclasses import dataclass

STATUSES = ("none", "pending", "interested", "coming", "maybe", "declined")


@dataclass(frozen=True, slots=True)
class ReadPerson:
    """Somebody the text names; `note` says why or how, in the text's own words."""

    name: str
    affiliation: str = ""
    email: str = ""
    note: str = ""
    status: str = "none"


@dataclass(frozen=True, slots=True)
class ReadLink:
    """A link as the text has it; `url` is empty where only the label survived."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ReadTopic:
    """One thing to discuss: a short title, and the rest as Markdown."""

    title: str
    description: str
    group: str = ""
    people: tuple[ReadPerson, ...] = ()
    links: tuple[ReadLink, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """Something that came of an earlier edition; `edition` is its year, or empty."""

    text: str
    edition: str = ""
    links: tuple[ReadLink, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadEdition:
    """An earlier edition the text mentions."""

    year: int
    leads: tuple[ReadPerson, ...] = ()
    links: tuple[ReadLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text nobody could make sense of, kept as it came; `ref` is ?1, ?2, …"""

    text: str
    start: int
    end: int
    ref: str


@dataclass(frozen=True, slots=True)
class Span:
    """Which stretch of `Reading.text` became what.

    Spans are ordered by start, longer ones first, and nest cleanly: two spans are apart or one is inside the other.
    A "topic", "outcome", "edition", "summary", "lead" or "person" span is a whole entry; inside it "title", "person",
    "link" and "edition" spans say what was found there. `ref` is the number shown beside it: M, T1, O1, E1, L1 (a lead),
    P1 (anybody else), a (a link), ?1 (not understood); it is empty for headings and rules. `n` is the same as a number.
    """

    start: int
    end: int
    kind: str
    ref: str = ""
    n: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything a proposal's text was understood to say, and what was not understood."""

    text: str
    kind: str
    title: str = ""
    summary: str = ""
    session_classification: str = ""
    track_classification: str = ""
    policy_agreed: bool = False
    leads: tuple[ReadPerson, ...] = ()
    topics: tuple[ReadTopic, ...] = ()
    attendees: tuple[ReadPerson, ...] = ()
    outcomes: tuple[ReadOutcome, ...] = ()
    editions: tuple[ReadEdition, ...] = ()
    not_understood: tuple[Piece, ...] = ()
    spans: tuple[Span, ...] = ()
