"""Loads a draft and all that its warnings, its page and its release need, once, into plain values."""

from collections import defaultdict
from datetime import timedelta

from attendees.models import Status
from topics.agenda import reading, timeline
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
)
from topics.models import Draft
from uconf.lib.prepared import PreparedObjects
from uconf.models import User

__all__ = [
    "COMES", "KEY", "PROPOSER", "Acknowledged", "Block", "Elsewhere", "Item", "Need", "Person", "Placed", "Snapshot",
    "TopicFacts", "current_draft", "load", "rearranged",
]  # fmt: skip


def current_draft(microconference):
    """The draft that is worked on, or None before the first edit. Reads only."""
    return next(iter(_current(mc=microconference.pk)), None)


_current = PreparedObjects(
    lambda mc: Draft.objects.select_related("edited_by").filter(microconference=mc, is_current=True).order_by(), "mc"
)


def load(microconference, *, draft=None, neighbours=True, viewer=None):
    """Everything about a microconference's draft, in the same number of queries for 3 items and for 300.

    ``neighbours=False`` leaves out what other microconferences of the conference do at the same time, and all that
    warnings and the editor's page need beside; ``viewer`` is the user who will read it: of microconferences on whose
    team they are, they read the title.
    """
    draft = draft or current_draft(microconference)
    keys = {"mc": microconference.pk, "draft": draft.pk if draft else 0}
    if neighbours:
        keys |= {
            "conference": microconference.conference_id or 0,
            "viewer": viewer.pk if isinstance(viewer, User) else 0,
        }
    found = (reading.all_of_it if neighbours else reading.ours)(**keys)
    topics, people = _topics_and_people(found["needs"], found["statuses"], found["times"], found["topics"])
    blocks = _blocks(found["sessions"], found["items"], topics)
    if not neighbours:
        return Snapshot(microconference, draft, blocks, topics, people=people)
    there = found["sessions_elsewhere"]
    elsewhere, elsewhere_of = _people_elsewhere(people, there, found["items_elsewhere"], found["needed_elsewhere"])
    snapshot = Snapshot(
        microconference, draft, blocks, topics, people=people, people_elsewhere=elsewhere,
        rooms_taken=_rooms_taken(found["sessions"], there), acknowledged=_acknowledged(found["acknowledged"]),
        beside={name: found[name] for name in reading.BESIDE},
    )  # fmt: skip
    snapshot.__dict__["elsewhere_of"] = elsewhere_of
    return snapshot


# What surrounds an agenda is mostly as it was at the last press. From the same rows come the same objects, of which
# nobody changes anything: they need not be made again, and whoever compares two snapshots sees at once that they differ
# in nothing but what stands where (warnings.look). The rows themselves are read anew every time.
def kept(make):
    """Remember what was made of the last rows, which are compared as the text that they came as."""
    last = []  # of (rows, what was made of them), the newest first

    def given(*rows):
        known = next((each for each in last if each[0] == rows), None) or (rows, make(*rows))
        if not last or last[0] is not known:
            last[:] = [known, *(each for each in last if each is not known)][:KEPT]
        return known[1]

    given.forget = last.clear
    return given


KEPT = 16


@kept
def _blocks(sessions, items, topics):
    rows, ids, positions = defaultdict(list), {}, {}
    for pk, position, *values in items:
        row = Placed(*values)
        ids[row.public_id], positions[row.public_id] = pk, position
        rows[row.session].append(row)
    blocks = [
        Block(pk, public_id, starts_at, ends_at, room_id, room or "", remote is None or remote, (),
              timeline.Timeline(starts_at, ends_at, ()))
        for pk, public_id, starts_at, ends_at, room_id, room, remote in sessions
    ]  # fmt: skip
    return tuple(
        lay_out(block, rows[block.id], topics, ids, positions) if rows[block.id] else block for block in blocks
    )


@kept
def _topics_and_people(needs_rows, statuses, times, topics_rows):
    """The topics with whom they need. Merged ones are left out; withdrawn ones may still stand on the agenda."""
    known = sorted(needs_rows, key=lambda row: (row[0] == KEY, *row[-2:]))
    people = _people({row[2]: row[3:5] for row in known}, statuses, times)
    needs = defaultdict(list)
    for role, topic_id, person_id, _public_id, _name, presents, stand_in, *_order in known:
        needs[topic_id].append(Need(people[person_id], role, presents, stand_in))
    topics = {row[0]: TopicFacts(*row, tuple(needs[row[0]])) for row in topics_rows}
    return topics, people


def _people(names, rows, times):
    """People with their status here. A lead comes, unless they said otherwise."""
    statuses, leads = {}, set()
    for person_id, status in rows:
        if status == reading.LEAD:
            leads.add(person_id)
        else:
            statuses[person_id] = status
    cannot = defaultdict(list)
    for person_id, starts_at, ends_at in times:
        cannot[person_id].append((starts_at, ends_at))
    found = {}
    for pk, (public_id, name) in names.items():
        status = statuses.get(pk)
        if pk in leads and status in (None, Status.NOT_ASKED, Status.PENDING, Status.INTERESTED):
            status = Status.COMING.value
        found[pk] = Person(pk, public_id, name, status, pk in leads, tuple(cannot.get(pk, ())))
    return found


@kept
def _people_elsewhere(people, sessions, items, needed_rows):
    """When people whom our topics name are needed by another microconference's current draft: all, and by person."""
    needed = defaultdict(list)
    for topic_id, person_id in dict.fromkeys(needed_rows):
        if person_id in people:
            needed[topic_id].append(person_id)
    meets = {pk: (starts_at, title if is_ours else "") for pk, starts_at, _ends, _room, title, is_ours in sessions}
    found, of, session, at = [], defaultdict(list), None, 0
    for session_id, minutes, topic_id in items:
        if session != session_id:
            session, at = session_id, 0
        if topic_id in needed:
            starts_at, title = meets[session_id]
            start, end = starts_at + timedelta(minutes=at), starts_at + timedelta(minutes=at + minutes)
            for person_id in needed[topic_id]:
                there = Elsewhere(person_id, start, end, title)
                found.append(there)
                of[person_id].append(there)
        at += minutes
    return tuple(found), dict(of)


@kept
def _rooms_taken(ours, theirs):
    rooms = {room_id for _pk, _public_id, _starts, _ends, room_id, *_room in ours} - {None}
    return tuple(
        Elsewhere(room_id, starts_at, ends_at, title)
        for _pk, starts_at, ends_at, room_id, title, _is_ours in theirs
        if room_id in rooms
    )


@kept
def _acknowledged(rows):
    return {
        (key, rests_on): Acknowledged(public_id, reason, name or (email or "").partition("@")[0], at)
        for key, rests_on, public_id, reason, name, email, at in rows
    }
