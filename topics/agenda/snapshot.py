"""Loads a draft and all that its warnings, its page and its release need, once, into plain values."""

from collections import defaultdict

from django.db.models import BooleanField, Exists, OuterRef, Value

from attendees.models import Attendee, Status, TimeTheyCannot
from topics.agenda import timeline
from topics.agenda.plain import (
    COMES,
    KEY,
    PROPOSER,
    Acknowledged,
    Block,
    Elsewhere,
    Item,
    Need,
    Person,
    Placed,
    Snapshot,
    TopicFacts,
    lay_out,
    rearranged,
)  # fmt: skip
from topics.models import AgendaItem, Draft, KeyPerson, Proposer, Session, Topic, WarningAcknowledgement
from uconf.models import Membership, Microconference, User

__all__ = [
    "COMES", "KEY", "PROPOSER", "Acknowledged", "Block", "Elsewhere", "Item", "Need", "Person", "Placed", "Snapshot",
    "TopicFacts", "current_draft", "load", "rearranged", "rooms_taken",
]  # fmt: skip


def current_draft(microconference):
    """The draft that is worked on, or None before the first edit. Reads only."""
    return Draft.objects.select_related("edited_by").filter(microconference=microconference, is_current=True).first()


def load(microconference, *, draft=None, neighbours=True, viewer=None):
    """Everything about a microconference's draft, in the same number of queries for 3 items and for 300.

    ``neighbours=False`` leaves out what other microconferences of the conference do at the same time; ``viewer`` is
    the user who will read it: of microconferences on whose team they are, they read the title.
    """
    draft = draft or current_draft(microconference)
    topics, people = _topics_and_people(microconference)
    sessions = _sessions(microconference)
    blocks = _with_items(sessions, draft, topics) if draft else sessions
    snapshot = Snapshot(microconference, draft, blocks, topics, people=people)
    if not neighbours or not sessions or microconference.conference_id is None:
        return snapshot
    return Snapshot(
        microconference, draft, blocks, topics, people=people,
        people_elsewhere=_people_elsewhere(microconference, sessions, topics, viewer),
        rooms_taken=rooms_taken(microconference, {block.room_id for block in sessions if block.room_id}),
        acknowledged=_acknowledged(microconference),
    )  # fmt: skip


def _sessions(microconference):
    rows = Session.objects.filter(microconference=microconference).values_list(
        "pk", "public_id", "starts_at", "ends_at", "room_id", "room__name", "room__remote_capable"
    )
    return tuple(
        Block(pk, public_id, starts_at, ends_at, room_id, room or "", remote is None or remote, (),
              timeline.Timeline(starts_at, ends_at, ()))
        for pk, public_id, starts_at, ends_at, room_id, room, remote in rows
    )  # fmt: skip


def _with_items(sessions, draft, topics):
    rows, ids, positions = defaultdict(list), {}, {}
    stored = AgendaItem.objects.filter(draft=draft).order_by("position", "pk")
    for pk, position, *values in stored.values_list(
        "pk", "position", "session_id", "kind", "topic_id", "minutes", "pinned", "pinned_minute", "presenting_minutes",
        "public_id",
    ):  # fmt: skip
        row = Placed(*values)
        ids[row.public_id], positions[row.public_id] = pk, position
        rows[row.session].append(row)
    return tuple(
        lay_out(block, rows[block.id], topics, ids, positions) if rows[block.id] else block for block in sessions
    )


def _topics_and_people(microconference):
    """The topics with whom they need. Merged ones are left out; withdrawn ones may still stand on the agenda."""
    rows = Topic.objects.filter(microconference=microconference).exclude(state=Topic.State.MERGED)
    known = list(_needs({"topic__microconference": microconference}))
    people = _people(microconference, {row[2]: row[3:5] for row in known})
    needs = defaultdict(list)
    for role, topic_id, person_id, _public_id, _name, presents, stand_in, *_order in known:
        needs[topic_id].append(Need(people[person_id], role, presents, stand_in))
    fields = ("pk", "public_id", "title", "state", "minutes", "presenting_minutes", "after_id")
    topics = {row[0]: TopicFacts(*row, tuple(needs[row[0]])) for row in rows.values_list(*fields)}
    return topics, people


def _needs(of_topics):
    """Proposers, then key people, of some topics, each in their order. One query."""
    person = ("topic_id", "person_id", "person__public_id", "person__name")
    no = Value(False, output_field=BooleanField())
    proposers = Proposer.objects.filter(**of_topics).order_by().values_list(
        Value(PROPOSER), *person, "presents", "stand_in", Value(0), "position", "pk"
    )  # fmt: skip
    keys = KeyPerson.objects.filter(**of_topics).order_by().values_list(
        Value(KEY), *person, no, no, Value(1), "position", "pk"
    )  # fmt: skip
    return sorted(proposers.union(keys, all=True), key=lambda row: row[-3:])


def _people(microconference, names):
    """People with their status here. A lead comes, unless they said otherwise."""
    on_the_list = Attendee.objects.filter(microconference=microconference, person__in=names).order_by()
    leads = Membership.objects.leads().filter(microconference=microconference).order_by()
    statuses, is_lead = {}, set()
    for person_id, status in on_the_list.values_list("person_id", "status").union(
        leads.values_list("person_id", Value("lead")), all=True
    ):
        if status == "lead":
            is_lead.add(person_id)
        else:
            statuses[person_id] = status
    cannot = defaultdict(list)
    times = TimeTheyCannot.objects.filter(
        availability__attendee__microconference=microconference, availability__all_free=False
    )
    for person_id, starts_at, ends_at in times.values_list("availability__attendee__person_id", "starts_at", "ends_at"):
        cannot[person_id].append((starts_at, ends_at))
    found = {}
    for pk, (public_id, name) in names.items():
        status = statuses.get(pk)
        if pk in is_lead and status in (None, Status.NOT_ASKED, Status.PENDING, Status.INTERESTED):
            status = Status.COMING.value
        found[pk] = Person(pk, public_id, name, status, pk in is_lead, tuple(cannot[pk]))
    return found


def _others(microconference):
    """Microconferences that may take place at the same time."""
    return (
        Microconference.objects.public()
        .filter(conference_id=microconference.conference_id)
        .exclude(pk=microconference.pk)
    )


def _people_elsewhere(microconference, sessions, topics, viewer):
    """When people whom our topics need are needed by another microconference's current draft."""
    wanted = {person.id for topic in topics.values() for person in topic.needed_people}
    others = {"draft__is_current": True, "draft__microconference__in": _others(microconference)}
    rows = AgendaItem.objects.filter(session__starts_at__lt=max(block.ends_at for block in sessions), **others)
    if isinstance(viewer, User):
        teams = Membership.objects.filter(user=viewer, microconference=OuterRef("draft__microconference"))
        rows = rows.annotate(is_ours=Exists(teams))
    needed = defaultdict(set)
    theirs = {"topic__agenda_items__" + name: value for name, value in others.items()} | {"person__in": wanted}
    presenting = Proposer.objects.filter(presents=True, stand_in=False, **theirs).order_by()
    keys = KeyPerson.objects.filter(**theirs).order_by()
    for topic_id, person_id in presenting.values_list("topic_id", "person_id").union(
        keys.values_list("topic_id", "person_id")
    ):
        needed[topic_id].add(person_id)
    by_session = defaultdict(list)
    whose = ["draft__microconference__title", "is_ours"] if isinstance(viewer, User) else []
    for draft_id, session_id, starts_at, ends_at, minutes, topic_id, *title in rows.order_by(
        "draft_id", "session_id", "position", "pk"
    ).values_list("draft_id", "session_id", "session__starts_at", "session__ends_at", "minutes", "topic_id", *whose):
        known_as = title[0] if title and title[1] else ""
        by_session[draft_id, session_id, starts_at, ends_at, known_as].append((topic_id, minutes))
    found = []
    for (_draft, _session, starts_at, ends_at, title), items in by_session.items():
        for slot in timeline.lay_out(starts_at, ends_at, items).slots:
            found += [
                Elsewhere(person_id, slot.starts_at, slot.ends_at, title) for person_id in sorted(needed[slot.key])
            ]
    return tuple(found)


def rooms_taken(microconference, room_ids):
    """Sessions of other microconferences in the same rooms, with the others' titles."""
    rows = Session.objects.filter(room__in=room_ids, microconference__in=_others(microconference))
    rows = rows.order_by("starts_at", "pk").values_list("room_id", "starts_at", "ends_at", "microconference__title")
    return tuple(Elsewhere(*row) for row in rows)


def _acknowledged(microconference):
    rows = WarningAcknowledgement.objects.filter(microconference=microconference).select_related("by")
    return {
        (row.key, row.rests_on): Acknowledged(row.public_id, row.reason, str(row.by) if row.by else "", row.at)
        for row in rows
    }
