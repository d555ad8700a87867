"""What the planner is asked, and what it answers. All times are minutes from one origin that the caller chooses."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property

TICK = 5  # minutes: what is not pinned takes a multiple of this, counted from where its free stretch begins
WITHOUT_BREAK = 120  # minutes in a row that people can follow
SHORTEST_RUN = 30  # minutes that stand at least between two breaks
NEAR = 15  # minutes: what moves by less still stands at the same place

TOPIC, BREAK, OPENING, WRAP_UP, OPEN = "topic", "break", "opening", "wrap_up", "open"
KEY, PROPOSER = "key", "proposer"
OPTIMAL, FEASIBLE, IMPOSSIBLE = "optimal", "feasible", "impossible"

Stretch = tuple[int, int]


@dataclass(frozen=True)
class Session:
    """A block of time in a room."""

    key: Hashable
    starts: int
    ends: int
    remote_capable: bool = True
    breaks: bool = True  # whether it has to have breaks

    @property
    def minutes(self) -> int:
        return self.ends - self.starts


@dataclass(frozen=True)
class Person:
    """Somebody who is needed or interested: the times they cannot, and when they are needed elsewhere."""

    key: Hashable
    cannot: tuple[Stretch, ...] = ()
    elsewhere: tuple[Stretch, ...] = ()
    remote: bool = False
    one_place: bool = True  # cannot be in two rooms at once


@dataclass(frozen=True)
class Need:
    """That a topic needs a person. Who will not come (``comes`` is False) binds nothing and counts nothing."""

    person: Hashable
    role: str = KEY
    points: int = 2  # how much their presence counts: 2 if they said that they come, 1 if that is not known
    comes: bool = True


@dataclass(frozen=True)
class Topic:
    """A topic that may be placed. ``interest`` is who wants it, with points: 3 “need me there”, 1 “would like to”."""

    key: Hashable
    minutes: int
    least: int
    accepted: bool = True
    must: bool = False
    after: Hashable | None = None
    needs: tuple[Need, ...] = ()
    stand_ins: tuple[Hashable, ...] = ()
    interest: tuple[tuple[Hashable, int], ...] = ()
    published: tuple[Hashable, int] | None = None  # session and start, where readers know it from

    @property
    def binding(self) -> tuple[Need, ...]:
        return tuple(need for need in self.needs if need.comes)

    @cached_property
    def walkers(self) -> frozenset:
        """The people who come in for it."""
        return frozenset(need.person for need in self.binding)

    @property
    def ticks(self) -> range:
        """How many ticks it may take, fewest first."""
        wanted = ticks(self.minutes)
        return range(min(ticks(self.least), wanted), wanted + 1)


@dataclass(frozen=True)
class Pin:
    """Something that stays at its time."""

    session: Hashable
    starts: int
    minutes: int
    kind: str = TOPIC
    topic: Hashable | None = None

    @property
    def ends(self) -> int:
        return self.starts + self.minutes


@dataclass(frozen=True)
class Rules:
    """Which rules are musts. What is off is not looked at, except that only who is there counts as there."""

    cannot: bool = True
    elsewhere: bool = True
    remote: bool = True
    order: bool = True
    breaks: bool = True
    break_minutes: int = 30
    opening: int = 5  # minutes; 0 is none
    wrap_up: int = 5


@dataclass(frozen=True)
class Weights:
    """What weighs how much; see ``score``."""

    accepted: int = 6
    interest: int = 1
    needed: int = 2
    minutes: int = 1
    published: int = 5
    staying: int = 4


@dataclass(frozen=True)
class Problem:
    sessions: tuple[Session, ...]
    topics: tuple[Topic, ...]
    people: tuple[Person, ...] = ()
    pins: tuple[Pin, ...] = ()
    rules: Rules = field(default_factory=Rules)
    weights: Weights = field(default_factory=Weights)

    @cached_property
    def session(self) -> dict:
        return {session.key: session for session in self.sessions}

    @cached_property
    def topic(self) -> dict:
        return {topic.key: topic for topic in self.topics}

    @cached_property
    def person(self) -> dict:
        return {person.key: person for person in self.people}

    @cached_property
    def in_order(self) -> tuple[Session, ...]:
        """The sessions by their start."""
        return tuple(sorted(self.sessions, key=lambda session: (session.starts, session.ends)))

    def is_in_one_place(self, key) -> bool:
        person = self.person.get(key)
        return person is None or person.one_place

    def but(self, **changes) -> "Problem":
        return replace(self, **changes)


@dataclass(frozen=True)
class Item:
    """One thing on a suggested agenda. ``extra`` minutes fill up a gap behind it; they count for nothing."""

    session: Hashable
    starts: int
    minutes: int
    kind: str = TOPIC
    topic: Hashable | None = None
    pinned: bool = False
    extra: int = 0

    @property
    def ends(self) -> int:
        return self.starts + self.minutes + self.extra


@dataclass(frozen=True)
class Answer:
    """What the planner found. ``bound``: no agenda is worth more; it equals ``value`` where that is proven.

    ``contradictions``, where nothing fits: sets of wishes that cannot be kept together, although all but any one of
    a set could; the sets share no wish.
    """

    status: str
    items: tuple[Item, ...] = ()
    value: int = 0
    bound: int = 0
    contradictions: tuple[tuple["Wish", ...], ...] = ()
    smallest: bool = True  # whether each of them is known to be irreducible
    work: int = 0  # partial agendas that were looked at

    @property
    def placed(self) -> dict:
        return {item.topic: item for item in self.items if item.topic is not None}


@dataclass(frozen=True)
class Wish:
    """One thing that the lead or a person asked for, so that a contradiction can name it."""

    kind: str  # place, least, pin, cannot, elsewhere, remote, order, break, opening, wrap_up
    topic: Hashable | None = None
    person: Hashable | None = None
    session: Hashable | None = None
    pin: Pin | None = None


def ticks(minutes: int) -> int:
    """Ticks that so many minutes take, the last one perhaps in part."""
    return -(-minutes // TICK)


def overlap(starts: int, ends: int, stretches) -> bool:
    """Whether a time shares a minute with one of some stretches. Touching ends share none."""
    return any(starts < until and since < ends for since, until in stretches)
