"""Whom each topic needs, who of them comes, when all of them can be there, and what breaks if somebody can't.

Plain functions over a snapshot; they ask nothing of the database.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from attendees.models import Status
from topics.agenda.checks.people import is_replaceable, stand_in
from topics.agenda.plain import Item, Person, TopicFacts

YES, OPEN, NO = "yes", "open", "no"
Stretch = tuple[datetime, datetime]
ABSENT = (Status.CANT, Status.BOUNCES)


@dataclass(frozen=True)
class Needed:
    """Somebody whom a topic needs, and who would stand in for them (nobody does for a key person)."""

    person: Person
    is_key: bool
    presents: bool
    substitute: Person | None = None


@dataclass(frozen=True)
class Quorum:
    """A topic's quorum. ``together`` is when, within our sessions, all can be there as far as is known."""

    topic: TopicFacts
    item: Item | None
    needed: tuple[Needed, ...]
    stand_ins: tuple[Person, ...]
    together: tuple[Stretch, ...]

    @property
    def coming(self):
        return sum(each.person.comes for each in self.needed)

    @property
    def holds(self):
        """Whether all come who are needed or somebody stands in (yes), may come (open), or somebody can't (no)."""
        if any(each.person.status in ABSENT and not each.substitute for each in self.needed):
            return NO
        return YES if all(each.person.comes or each.substitute for each in self.needed) else OPEN

    @property
    def minutes(self):
        return self.item.minutes if self.item else self.topic.minutes

    @property
    def has_room(self):
        """Whether all can be there together for as long as the topic takes."""
        return any(end - start >= timedelta(minutes=self.minutes) for start, end in self.together)

    @property
    def is_at_its_time(self):
        """Whether all can be there while its item lasts; of a topic that is not placed, None."""
        if self.item is None:
            return None
        return any(start <= self.item.starts_at and self.item.ends_at <= end for start, end in self.together)

    @property
    def stands_with(self):
        """The one person with whom the topic stands or falls, or None."""
        alone = [each.person for each in self.needed if each.substitute is None]
        return alone[0] if len(alone) == 1 and len(self.needed) == 1 else None

    @property
    def cannot_work(self):
        """Whether somebody needed can't, or not all can be there for as long as it takes, or when it stands."""
        if self.holds == NO:
            return True
        return bool(self.needed) and (not self.has_room or self.is_at_its_time is False)


@dataclass(frozen=True)
class Broken:
    """A topic that needs somebody: lost without them, or covered by who stands in."""

    topic: TopicFacts
    item: Item | None
    substitute: Person | None

    @property
    def is_lost(self):
        return self.substitute is None


@dataclass(frozen=True)
class Breaks:
    """What breaks if somebody can't: their topics in the order of the agenda, then those that are not placed."""

    person: Person
    topics: tuple[Broken, ...]

    @property
    def lost(self):
        return tuple(each for each in self.topics if each.is_lost)

    @property
    def covered(self):
        return tuple(each for each in self.topics if not each.is_lost)

    @property
    def minutes(self):
        """Minutes of the agenda that would be without them."""
        return sum(each.item.minutes for each in self.lost if each.item)


def quorums(snapshot) -> list[Quorum]:
    """The quorum of every topic that is placed or may be: in the order of the agenda, then the others."""
    placed = snapshot.placed
    ordered = [item.topic for item in snapshot.items if item.topic] + snapshot.unplaced
    return [quorum_of(snapshot, topic, placed.get(topic.id)) for topic in ordered]


def by_state(snapshot, found) -> dict:
    """Quorums by what they ask of a lead: those that cannot work (no), those that wait for words (open), the others."""
    states = {NO: [], OPEN: [], YES: []}
    for each in found:
        fails = each.cannot_work if snapshot.sessions else each.holds == NO
        states[NO if fails else each.holds].append(each)
    return states


def quorum_of(snapshot, topic, item=None) -> Quorum:
    """One topic's quorum. ``item`` is where it stands, if it is placed."""
    substitutes = tuple(need.person for need in topic.needs if need.stand_in)
    keys = {person.id for person in topic.key_people}
    presenters = {need.person.id for need in topic.needs if need.presents and not need.stand_in}
    needed = tuple(
        Needed(person, person.id in keys, person.id in presenters, _substitute(snapshot, topic, item, person))
        for person in topic.needed_people
    )
    return Quorum(topic, item, needed, substitutes, _together(snapshot, topic, substitutes))


def is_missed(breaks):
    """Whether more than one topic hangs on somebody, or one that they can't come to."""
    return len(breaks.lost) > 1 or bool(breaks.lost and breaks.person.status in ABSENT)


def what_breaks_if(snapshot, person) -> Breaks:
    """What breaks if somebody can't come: the topics that need them, and who stands in."""
    found = [
        Broken(quorum.topic, quorum.item, each.substitute)
        for quorum in quorums(snapshot)
        for each in quorum.needed
        if each.person.id == person.id
    ]
    return Breaks(person, tuple(found))


def everybody_needed(snapshot) -> list[Breaks]:
    """What breaks without each person whom a topic needs: who would be missed most comes first."""
    people = {each.person.id: each.person for quorum in quorums(snapshot) for each in quorum.needed}
    found = [what_breaks_if(snapshot, person) for person in people.values()]
    return sorted(found, key=lambda each: (-len(each.lost), -each.minutes, each.person.name.casefold()))


def stands_or_falls(snapshot) -> list[Quorum]:
    """The topics that stand or fall with one person."""
    return [quorum for quorum in quorums(snapshot) if quorum.stands_with]


def _substitute(snapshot, topic, item, person):
    """Who would stand in for a person at the item's time, or at any time of a topic that is not placed."""
    if not is_replaceable(topic, person):
        return None
    if item is not None:
        found = stand_in(snapshot, item)
        return found if found and found.id != person.id else None
    return next(
        (need.person for need in topic.needs if need.stand_in and need.person.comes and need.person.id != person.id),
        None,
    )


def _together(snapshot, topic, substitutes):
    """The stretches of our sessions in which everybody needed, or who stands in for them, can be there."""
    stretches = [(block.starts_at, block.ends_at) for block in snapshot.sessions]
    for person in topic.needed_people:
        free = _free(snapshot, person, stretches)
        if is_replaceable(topic, person):
            for each in substitutes:
                free = _joined([*free, *(_free(snapshot, each, stretches) if each.comes else ())])
        stretches = free
    return tuple(sorted(stretches))


def _free(snapshot, person, stretches):
    """What is left of stretches of time for somebody: minus what they cannot, minus what needs them elsewhere."""
    if person.status in ABSENT:
        return []
    busy = [*person.cannot, *((each.starts_at, each.ends_at) for each in snapshot.elsewhere_of.get(person.id, ()))]
    for taken_from, taken_until in busy:
        stretches = [
            part
            for start, end in stretches
            for part in ((start, min(end, taken_from)), (max(start, taken_until), end))
            if part[0] < part[1]
        ]
    return stretches


def _joined(stretches):
    """Stretches of time in order, those that overlap or touch made one."""
    found = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
