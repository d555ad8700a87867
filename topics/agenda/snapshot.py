"""A draft and all that its warnings, its page and its release need, loaded once into plain values."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from attendees.models import Attendee, Status, TimeTheyCannot
from topics.agenda import timeline
from topics.models import AgendaItem, Draft, KeyPerson, Proposer, Session, Topic
from uconf.models import Membership, Microconference

COMES = (Status.COMING, Status.REMOTE)
KEY, PROPOSER = "key", "proposer"


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

    @property
    def key_people(self):
        return [need.person for need in self.of(KEY)]

    @property
    def needed_people(self):
        """Everybody it cannot do without, each once: presenting proposers first, then key people."""
        wanted = [need for need in self.needs if need.role == KEY or (need.presents and not need.stand_in)]
        return list({need.person.id: need.person for need in wanted}.values())


@dataclass(frozen=True)
class Item:
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

    @property
    def within(self):
        return self.minutes - self.beyond

    @property
    def is_break(self):
        return self.kind == AgendaItem.Kind.BREAK

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


@dataclass(frozen=True)
class Elsewhere:
    """That a person is needed at a time in another microconference, or a room is taken by one."""

    key: int  # of the person, or of the room
    starts_at: datetime
    ends_at: datetime
    whose: str = ""


@dataclass(frozen=True)
class Snapshot:
    """A current draft, its sessions and topics; ``draft`` is None before the first edit."""

    microconference: Microconference
    draft: Draft | None
    sessions: tuple[Block, ...]
    topics: dict[int, TopicFacts]
    people_elsewhere: tuple[Elsewhere, ...] = ()
    rooms_taken: tuple[Elsewhere, ...] = ()
    people: dict[int, Person] = field(default_factory=dict)

    @property
    def zone(self):
        return self.microconference.timezone

    @property
    def items(self):
        return [item for block in self.sessions for item in block.items]

    @property
    def placed(self):
        """The items that are topics, by topic."""
        return {item.topic.id: item for item in self.items if item.topic}

    @property
    def unplaced(self):
        """Topics that may stand on the agenda and do not, in their order."""
        placed = self.placed
        return [
            topic for topic in self.topics.values()
            if topic.state in Topic.PUBLIC_STATES and topic.id not in placed
        ]  # fmt: skip

    @property
    def over(self):
        return sum(block.over for block in self.sessions)

    @property
    def planned(self):
        return sum(block.line.planned for block in self.sessions)

    @property
    def available(self):
        return sum(block.line.available for block in self.sessions)


def current_draft(microconference):
    """The draft that is worked on, or None before the first edit. Reads only."""
    return Draft.objects.select_related("edited_by").filter(microconference=microconference, is_current=True).first()


def load(microconference, *, draft=None, neighbours=True):
    """Everything about a microconference's draft, in the same number of queries for 3 items and for 300.

    ``neighbours=False`` leaves out what other microconferences of the conference do at the same time.
    """
    draft = draft or current_draft(microconference)
    sessions = list(Session.objects.select_related("room").filter(microconference=microconference))
    rows = list(AgendaItem.objects.filter(draft=draft).order_by("position", "pk")) if draft else []
    topics, people = _topics_and_people(microconference)
    blocks = tuple(_block(session, rows, topics) for session in sessions)
    snapshot = Snapshot(microconference, draft, blocks, topics, people=people)
    if not neighbours or not sessions or microconference.conference_id is None:
        return snapshot
    return Snapshot(
        microconference, draft, blocks, topics, people=people,
        people_elsewhere=_people_elsewhere(microconference, {item.topic.id for item in snapshot.items if item.topic},
                                           topics),
        rooms_taken=rooms_taken(microconference, {session.room_id for session in sessions if session.room_id}),
    )  # fmt: skip


def _block(session, rows, topics):
    mine = [row for row in rows if row.session_id == session.pk]
    line = timeline.lay_out(session.starts_at, session.ends_at, [(row.pk, row.minutes) for row in mine])
    items = []
    for row, slot in zip(mine, line.slots, strict=True):
        topic = topics.get(row.topic_id)
        title = topic.title if topic else str(AgendaItem.Kind(row.kind).label).capitalize()
        items.append(
            Item(row.pk, row.public_id, row.kind, title, row.minutes, slot.starts_at, slot.ends_at, slot.beyond,
                 session.pk, topic)
        )  # fmt: skip
    room = session.room
    return Block(
        session.pk, session.public_id, session.starts_at, session.ends_at, session.room_id, room.name if room else "",
        room.remote_capable if room else True, tuple(items), line,
    )  # fmt: skip


def _topics_and_people(microconference):
    """The topics with whom they need. Merged ones are left out; withdrawn ones may still stand on the agenda."""
    rows = list(Topic.objects.filter(microconference=microconference).exclude(state=Topic.State.MERGED))
    proposers = list(Proposer.objects.select_related("person").filter(topic__microconference=microconference))
    keys = list(KeyPerson.objects.select_related("person").filter(topic__microconference=microconference))
    people = _people(microconference, {each.person_id: each.person for each in [*proposers, *keys]})
    needs = defaultdict(list)
    for each in proposers:
        needs[each.topic_id].append(Need(people[each.person_id], PROPOSER, each.presents, each.stand_in))
    for each in keys:
        needs[each.topic_id].append(Need(people[each.person_id], KEY))
    topics = {
        row.pk: TopicFacts(
            row.pk, row.public_id, row.title, row.state, row.minutes, row.presenting_minutes, row.after_id,
            tuple(needs[row.pk]),
        )
        for row in rows
    }  # fmt: skip
    return topics, people


def _people(microconference, persons):
    """People with their status here. A lead comes, unless they said otherwise."""
    statuses = dict(
        Attendee.objects.filter(microconference=microconference, person__in=persons).values_list("person_id", "status")
    )
    leads = set(Membership.objects.leads().filter(microconference=microconference).values_list("person_id", flat=True))
    cannot = defaultdict(list)
    times = TimeTheyCannot.objects.filter(
        availability__attendee__microconference=microconference, availability__all_free=False
    )
    for person_id, starts_at, ends_at in times.values_list("availability__attendee__person_id", "starts_at", "ends_at"):
        cannot[person_id].append((starts_at, ends_at))
    found = {}
    for pk, person in persons.items():
        status = statuses.get(pk)
        if pk in leads and status in (None, Status.NOT_ASKED, Status.PENDING, Status.INTERESTED):
            status = Status.COMING.value
        found[pk] = Person(pk, person.public_id, person.name, status, pk in leads, tuple(cannot[pk]))
    return found


def _others(microconference):
    """Microconferences that may take place at the same time."""
    return (
        Microconference.objects.public()
        .filter(conference_id=microconference.conference_id)
        .exclude(pk=microconference.pk)
    )


def _people_elsewhere(microconference, placed_topic_ids, topics):
    """When people whom our placed topics need are needed by another microconference's current draft."""
    wanted = {person.id for pk in placed_topic_ids for person in topics[pk].needed_people}
    rows = AgendaItem.objects.filter(draft__is_current=True, draft__microconference__in=_others(microconference))
    rows = list(
        rows.order_by("draft_id", "session_id", "position", "pk").values_list(
            "draft_id", "session_id", "session__starts_at", "session__ends_at", "minutes", "topic_id"
        )
    )
    needed = defaultdict(set)
    theirs = {"topic__agenda_items__draft__microconference__in": _others(microconference), "person__in": wanted}
    presenting = Proposer.objects.filter(presents=True, stand_in=False, **theirs)
    for topic_id, person_id in presenting.values_list("topic_id", "person_id"):
        needed[topic_id].add(person_id)
    for topic_id, person_id in KeyPerson.objects.filter(**theirs).values_list("topic_id", "person_id"):
        needed[topic_id].add(person_id)
    by_session = defaultdict(list)
    for draft_id, session_id, starts_at, ends_at, minutes, topic_id in rows:
        by_session[draft_id, session_id, starts_at, ends_at].append((topic_id, minutes))
    found = []
    for (_draft, _session, starts_at, ends_at), items in by_session.items():
        for slot in timeline.lay_out(starts_at, ends_at, items).slots:
            found += [Elsewhere(person_id, slot.starts_at, slot.ends_at) for person_id in sorted(needed[slot.key])]
    return tuple(found)


def rooms_taken(microconference, room_ids):
    """Sessions of other microconferences in the same rooms, with the others' titles."""
    rows = Session.objects.filter(room__in=room_ids, microconference__in=_others(microconference))
    rows = rows.order_by("starts_at", "pk").values_list("room_id", "starts_at", "ends_at", "microconference__title")
    return tuple(Elsewhere(*row) for row in rows)
