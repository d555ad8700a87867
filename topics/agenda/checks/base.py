"""What a warning is, and how a check says which parts of an agenda it looks at and what can change its mind."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from topics.agenda.plain import Acknowledged, Snapshot

CANNOT, SHOULD_NOT, AWARE = "cannot", "should_not", "aware"
SEVERITIES = (CANNOT, SHOULD_NOT, AWARE)


@dataclass(frozen=True)
class Warning:
    """One thing a lead should know about a draft. ``about`` names the thing where the sentence stands alone.

    A way out is an address (``way_out_url``) or an act of the editor (``way_out_act``, such as “shrink:<session>”);
    ``key`` is the same as long as it is the same warning, and ``facts`` are what it rests on.
    """

    kind: str
    severity: str
    sentence: str
    about: str = ""
    item_id: int | None = None
    session_id: int | None = None
    way_out_url: str = ""
    way_out_label: str = ""
    way_out_act: str = ""
    key: str = ""
    facts: tuple = ()
    acknowledged: Acknowledged | None = None

    @cached_property
    def rank(self):
        return SEVERITIES.index(self.severity)

    @cached_property
    def rests_on(self):
        """A digest of the facts: another one means that the warning is not the one that was acknowledged."""
        return hashlib.sha256(repr((self.kind, self.severity, self.facts)).encode()).hexdigest()[:32]

    @property
    def way_out_name(self):
        """The name of the button that does the way out, in the editor’s form."""
        return self.way_out_act.partition(":")[0]

    @property
    def way_out_value(self):
        return self.way_out_act.partition(":")[2]


@dataclass(frozen=True)
class Difference:
    """What another arrangement of the same snapshot changes: the parts that checks have to look at again."""

    items: frozenset  # public identifiers of what is new, or stands or lasts otherwise
    gone: frozenset
    blocks: frozenset
    topics: frozenset  # whose items these are, or were
    people: frozenset  # whom these topics need, or who stand in
    others: frozenset  # of the items: what is new here or in its session, so not only at another time or longer
    stretches: tuple  # when each of the items is, and was
    after: Snapshot = field(compare=False)

    @cached_property
    def items_of_people(self):
        """The items, and those at their times, now or before, whose people are needed by them too."""
        return self.items | {
            item.public_id
            for item in self.after.items
            if item.topic
            and not self.people.isdisjoint(item.topic.everybody)
            and any(start < item.ends_at and item.starts_at < end for start, end in self.stretches)
        }


def difference(before: Snapshot, after: Snapshot) -> Difference:
    """Compare two arrangements. What is the same object, or equal, is not looked at further."""
    items, gone, blocks, others, changed = set(), set(), set(), set(), []
    for old, new in zip(before.sessions, after.sessions, strict=True):
        if old is not new and old != new:
            blocks.add(old.id)
    for old in (block for block in before.sessions if block.id in blocks):
        for item in old.items:
            now = after.by_public_id.get(item.public_id)
            if now is not item and now != item:
                changed.append(item)
                if now is None:
                    gone.add(item.public_id)
    for new in (block for block in after.sessions if block.id in blocks):
        for item in new.items:
            was = before.by_public_id.get(item.public_id)
            if was is not item and was != item:
                items.add(item.public_id)
                changed.append(item)
                if was is None or _what(was) != _what(item):
                    others.add(item.public_id)
    topics = {item.topic.id: item.topic for item in changed if item.topic}
    people = {person for topic in topics.values() for person in topic.everybody}
    stretches = tuple({(item.starts_at, item.ends_at) for item in changed})
    return Difference(*map(frozenset, (items, gone, blocks, topics, people, others)), stretches, after)


def _what(item):
    """What an item is and where, without when."""
    return (item.id, item.title, item.topic, item.session_id)


@dataclass(frozen=True)
class Check:
    """A check: ``one`` looks at one part (an item, a session, a topic) of a snapshot.

    ``parts`` gives all parts by name; ``affected`` the names of those that a difference can change.
    """

    name: str
    one: Callable = field(compare=False)
    parts: Callable = field(compare=False)
    affected: Callable = field(compare=False)
    is_per_item: bool = False

    def __call__(self, snapshot):
        for part in self.parts(snapshot).values():
            yield from self.one(snapshot, part)


def _items(snapshot):
    return snapshot.by_public_id


def _changed_items(snapshot, difference):
    return difference.items


def _items_of_people(snapshot, difference):
    """The changed items, and those at the same time whose people are needed by them too."""
    return difference.items_of_people


def _items_of_stand_ins(snapshot, difference):
    """Other items, and those for which somebody stands in whose time may be another."""
    placed = snapshot.by_public_id
    return difference.others | {
        key for key in _items_of_people(snapshot, difference) if placed[key].topic and placed[key].topic.has_stand_in
    }


def _items_in_order(snapshot, difference):
    """The changed items, and those that should come after something in a session that changed."""
    found = set(difference.items)
    for item in snapshot.items:
        if item.topic and item.topic.after_id:
            there = snapshot.placed.get(item.topic.after_id)
            if (
                item.topic.after_id in difference.topics
                or item.session_id in difference.blocks
                or (there and there.session_id in difference.blocks)
            ):
                found.add(item.public_id)
    return found


def _blocks(snapshot):
    return {block.id: block for block in snapshot.sessions}


def _changed_blocks(snapshot, difference):
    return difference.blocks


def per_item(function):
    """A check of each item that depends on nothing but the item: its time, its length, its topic."""
    return Check(function.__name__, function, _items, _changed_items, is_per_item=True)


def per_item_of_people(function):
    """A check of each item that depends on what else its people are needed for at its time."""
    return Check(function.__name__, function, _items, _items_of_people, is_per_item=True)


def per_item_of_stand_ins(function):
    """A check of each item that depends on no time, but on whether somebody is free to stand in."""
    return Check(function.__name__, function, _items, _items_of_stand_ins, is_per_item=True)


def per_item_in_order(function):
    """A check of each item that depends on where the topic before it stands."""
    return Check(function.__name__, function, _items, _items_in_order, is_per_item=True)


def per_block(function):
    """A check of each session that depends on what stands in it."""
    return Check(function.__name__, function, _blocks, _changed_blocks)


def per_block_of_all(function):
    """A check of each session that depends on what stands in the others."""
    return Check(
        function.__name__, function, _blocks,
        lambda snapshot, difference: _blocks(snapshot) if difference.blocks else (),
    )  # fmt: skip


def per_topic(function):
    """A check of each topic that depends on whether it is placed."""
    return Check(
        function.__name__, function, lambda snapshot: snapshot.topics, lambda snapshot, difference: difference.topics
    )


# --- Words -----------------------------------------------------------------------------------------


def joined(names):
    """Names as people say them: “A, B and C”."""
    *others, last = names
    return _("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last} if others else last


def time(snapshot, moment):
    return f"{moment.astimezone(ZoneInfo(snapshot.zone)):%H:%M}"


def at(item, kind, severity, sentence, *, facts=(), whom="", **more):
    """A warning about an item. ``whom`` tells warnings of one kind about one item apart."""
    key = f"{kind}:{item.lasting_id}" + (f":{whom}" if whom else "")
    return Warning(kind, severity, sentence, about=item.title, item_id=item.id, key=key, facts=facts, **more)


def at_block(block, kind, severity, sentence, *, facts=(), whom="", **more):
    """A warning about a session."""
    key = f"{kind}:{block.public_id}" + (f":{whom}" if whom else "")
    return Warning(kind, severity, sentence, session_id=block.id, key=key, facts=facts, **more)


def stamp(*moments):
    """Instants as facts."""
    return tuple(moment.isoformat() for moment in moments)
