"""A draft and what surrounds it, in plain values: nothing here asks the database."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from attendees.models import Status
from topics.agenda import timeline
from topics.models import AgendaItem, Draft, Topic
from uconf.models import Microconference

COMES = (Status.COMING, Status.REMOTE)
KEY, PROPOSER = "key", "proposer"
USUAL_BREAK = 30


@dataclass(frozen=True)
class Person:
    """Somebody whom a topic needs. ``status`` is None for who is neither on the list nor a lead."""

    id: int
    public_id: str
    name: str
    status: str | None
    is_lead: bool = False
    cannot: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def comes(self):
        return self.status in COMES


@dataclass(frozen=True)
class Need:
    """That a topic needs a person, and as what."""

    person: Person
    role: str
    presents: bool = False
    stand_in: bool = False


@dataclass(frozen=True)
class TopicFacts:
    id: int
    public_id: str
    title: str
    state: str
    minutes: int
    presenting: int
    after_id: int | None = None
    needs: tuple[Need, ...] = ()

    def of(self, role):
        return [need for need in self.needs if need.role == role]

    @cached_property
    def key_people(self):
        return tuple(need.person for need in self.of(KEY))

    @cached_property
    def statuses(self):
        """Those of its key people."""
        return tuple(person.status for person in self.key_people)

    @cached_property
    def needed_people(self):
        """Everybody it cannot do without, each once: presenting proposers first, then key people."""
        wanted = [need for need in self.needs if need.role == KEY or (need.presents and not need.stand_in)]
        return list({need.person.id: need.person for need in wanted}.values())

    @cached_property
    def everybody(self):
        """The keys of all whose times matter to it: whom it cannot do without, and who stands in."""
        people = {person.id for person in self.needed_people}
        return frozenset(people | {need.person.id for need in self.needs if need.stand_in})

    @cached_property
    def has_stand_in(self):
        return any(need.stand_in for need in self.needs)

    @property
    def can_be_placed(self):
        return self.state in Topic.PUBLIC_STATES


class Placed(NamedTuple):
    """One item's place, without its time: what is stored of it. Lists of these are whole agendas, in order.

    ``session`` and ``topic`` are primary keys. ``pinned_minute`` counts from the session's start, so that a pin moves
    along with its session; who pins without one pins the item to where it then stands. ``presenting`` is None where
    the topic's own minutes hold. Without a ``public_id`` it is a new item.
    """

    session: int
    kind: str
    topic: int | None = None
    minutes: int = 20
    pinned: bool = False
    pinned_minute: int | None = None
    presenting: int | None = None
    public_id: str = ""

    @property
    def is_topic(self):
        return self.topic is not None


class Item(NamedTuple):
    """One agenda item at its time."""

    id: int
    public_id: str
    kind: str
    title: str
    minutes: int
    starts_at: datetime
    ends_at: datetime
    beyond: int
    session_id: int
    topic: TopicFacts | None = None
    pinned_at: datetime | None = None
    own_presenting: int | None = None
    position: int = 0

    @property
    def within(self):
        return self.minutes - self.beyond

    @property
    def is_break(self):
        return self.kind == AgendaItem.Kind.BREAK

    @property
    def pinned(self):
        return self.pinned_at is not None

    @property
    def presenting(self):
        """Minutes for presenting: its own, else its topic's; never more than it has."""
        wanted = self.own_presenting
        if wanted is None:
            wanted = self.topic.presenting if self.topic else 0
        return min(wanted, self.minutes)

    @property
    def discussing(self):
        return self.minutes - self.presenting

    @property
    def needed_people(self):
        return self.topic.needed_people if self.topic else ()

    @property
    def lasting_id(self):
        """What it is known by for good: its topic, as an item may be taken out and placed again."""
        return self.topic.public_id if self.topic else self.public_id

    def overlaps(self, starts_at, ends_at):
        """Whether it shares time with another stretch. Touching ends share none."""
        return self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True)
class Block:
    """A session with its items."""

    id: int
    public_id: str
    starts_at: datetime
    ends_at: datetime
    room_id: int | None
    room: str
    remote_capable: bool
    items: tuple[Item, ...]
    line: timeline.Timeline

    @property
    def over(self):
        return self.line.over

    @property
    def left(self):
        return self.line.left

    @property
    def items_end_at(self):
        """When what is planned ends, be that before or after the session does."""
        return self.items[-1].ends_at if self.items else self.starts_at

    def overlaps(self, starts_at, ends_at):
        return self.starts_at < ends_at and starts_at < self.ends_at


class Elsewhere(NamedTuple):
    """That a person is needed at a time in another microconference, or a room is taken by one.

    ``whose`` is empty where the reader may not know.
    """

    key: int  # of the person, or of the room
    starts_at: datetime
    ends_at: datetime
    whose: str = ""


@dataclass(frozen=True)
class Acknowledged:
    """That a lead knows of a warning, and why it may stand."""

    public_id: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Snapshot:
    """A draft, its sessions and topics; ``draft`` is None before the first edit."""

    microconference: Microconference
    draft: Draft | None
    sessions: tuple[Block, ...]
    topics: dict[int, TopicFacts]
    people_elsewhere: tuple[Elsewhere, ...] = ()
    rooms_taken: tuple[Elsewhere, ...] = ()
    people: dict[int, Person] = field(default_factory=dict)
    acknowledged: dict[tuple[str, str], Acknowledged] = field(default_factory=dict)
    beside: dict = field(default_factory=dict, compare=False)  # rows of what the editor shows beside the agenda

    @property
    def zone(self):
        return self.microconference.timezone

    def url(self, name, *args):
        """An address of the lead's side. Kept, as warnings ask for the same few again and again."""
        known = self.microconference.__dict__.setdefault("_organize_urls", {})
        if (name, *args) not in known:
            known[name, *args] = self.microconference.organize_url(name, *args)
        return known[name, *args]

    @property
    def usual_break(self):
        """Minutes that the conference breaks for."""
        conference = self.microconference.conference
        return (conference.break_minutes if conference else 0) or USUAL_BREAK

    @cached_property
    def frame(self):
        """What warnings read of the microconference and its conference, beside what is kept here in plain values."""
        mc, conference = self.microconference, self.microconference.conference
        of_conference = (conference.slug, conference.starts_on, conference.ends_on) if conference else ()
        return (mc.pk, mc.slug, mc.title, mc.timezone, mc.is_public, self.usual_break, of_conference)

    @cached_property
    def items(self):
        return [item for block in self.sessions for item in block.items]

    @cached_property
    def by_public_id(self):
        """The items by their public identifiers."""
        return {item.public_id: item for item in self.items}

    @cached_property
    def placed(self):
        """The items that are topics, by topic."""
        return {item.topic.id: item for item in self.items if item.topic}

    @cached_property
    def unplaced(self):
        """Topics that may stand on the agenda and do not, in their order."""
        placed = self.placed
        return [topic for topic in self.topics.values() if topic.can_be_placed and topic.id not in placed]

    @cached_property
    def elsewhere_of(self):
        """When people are needed in other microconferences, by person."""
        found = defaultdict(list)
        for each in self.people_elsewhere:
            found[each.key].append(each)
        return dict(found)

    @cached_property
    def items_needing(self):
        """The items that need somebody, by person."""
        found = defaultdict(list)
        for item in self.items:
            for person in item.needed_people:
                found[person.id].append(item)
        return found

    @property
    def over(self):
        return sum(block.over for block in self.sessions)

    @property
    def planned(self):
        return sum(block.line.planned for block in self.sessions)

    @property
    def available(self):
        return sum(block.line.available for block in self.sessions)

    @cached_property
    def rows(self):
        """The agenda as it is stored: every item's place, in order."""
        return tuple(row_of(item, block) for block in self.sessions for item in block.items)

    def block_of(self, item):
        return next(block for block in self.sessions if block.id == item.session_id)


def row_of(item, block):
    """An item's place, without its time."""
    pinned = None if item.pinned_at is None else int((item.pinned_at - block.starts_at) / timedelta(minutes=1))
    return Placed(
        block.id, item.kind, item.topic.id if item.topic else None, item.minutes, pinned is not None, pinned,
        item.own_presenting, item.public_id,
    )  # fmt: skip


def lay_out(block, rows, topics, ids, positions=None):
    """A session's items at their times, from their places in order. ``ids`` are the items' primary keys."""
    line = timeline.lay_out(block.starts_at, block.ends_at, [(row.public_id, row.minutes) for row in rows])
    items = []
    for position, (row, slot) in enumerate(zip(rows, line.slots, strict=True)):
        topic = topics.get(row.topic)
        title = topic.title if topic else str(AgendaItem.Kind(row.kind).label).capitalize()
        pinned_at = None
        if row.pinned:
            minute = row.pinned_minute
            pinned_at = slot.starts_at if minute is None else block.starts_at + timedelta(minutes=minute)
        items.append(
            Item(ids.get(row.public_id, 0), row.public_id, row.kind, title, row.minutes, slot.starts_at, slot.ends_at,
                 slot.beyond, block.id, topic, pinned_at, row.presenting,
                 positions[row.public_id] if positions else position)
        )  # fmt: skip
    return replace(block, items=tuple(items), line=line)


def rearranged(snapshot, rows, ids=None):
    """The same snapshot with another agenda in it. Items that stay as they are stay the same objects.

    ``ids`` are primary keys of new items, by public identifier; what is not stored yet has 0.
    """
    known = {item.public_id: item.id for item in snapshot.items} | (ids or {})
    by_session = defaultdict(list)
    for row in rows:
        by_session[row.session].append(row)
    blocks = []
    for block in snapshot.sessions:
        mine = by_session[block.id]
        got_keys = ids and any(row.public_id in ids for row in mine)
        if not got_keys and mine == [row_of(item, block) for item in block.items]:
            blocks.append(block)  # as it was, also where its stored positions have gaps
            continue
        there = {item.public_id: item for item in block.items}
        new = lay_out(block, mine, snapshot.topics, known)
        # An item that did not change stays the same object: what is compared afterwards is compared quickly.
        kept = tuple(there[i.public_id] if there.get(i.public_id) == i else i for i in new.items)
        blocks.append(replace(new, items=kept))
    found = replace(snapshot, sessions=tuple(blocks))
    if "elsewhere_of" in snapshot.__dict__:  # nothing that an edit changes
        found.__dict__["elsewhere_of"] = snapshot.elsewhere_of
    return found
