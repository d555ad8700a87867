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

    ``neighbours=False`` leaves out what other microconferences of the conference do at the same time; ``viewer`` is
    the user who will read it: of microconferences on whose team they are, they read the title.
    """
    draft = draft or current_draft(microconference)
    mc = microconference.pk
    topics, people = _topics_and_people(
        reading.needs(mc=mc), reading.statuses(mc=mc), reading.times(mc=mc), reading.topics(mc=mc)
    )
    sessions = _sessions(reading.sessions(mc=mc))
    blocks = _with_items(sessions, draft, topics) if draft else sessions
    snapshot = Snapshot(microconference, draft, blocks, topics, people=people)
    conference = microconference.conference_id
    if not neighbours or not sessions or conference is None:
        return snapshot
    needed = reading.needed_elsewhere(conference=conference, mc=mc, people=list(people))
    viewer = viewer.pk if isinstance(viewer, User) else 0
    elsewhere, elsewhere_of = _people_elsewhere(
        needed, reading.items_elsewhere(conference=conference, mc=mc, viewer=viewer)
    )
    snapshot = Snapshot(
        microconference, draft, blocks, topics, people=people, people_elsewhere=elsewhere,
        rooms_taken=_rooms_taken(reading.rooms_taken(conference=conference, mc=mc)),
        acknowledged=_acknowledged(mc),
    )  # fmt: skip
    snapshot.__dict__["elsewhere_of"] = elsewhere_of
    return snapshot


# What surrounds an agenda is mostly as it was at the last press. From the same rows come the same objects, of which
# nobody changes anything: they need not be made again, and whoever compares two snapshots sees at once that they differ
# in nothing but what stands where (warnings.look). The rows themselves are read anew every time.
def kept(make):
    """Remember what was made of the last rows. Comparing them takes half as long as looking them up in a table."""
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
def _sessions(rows):
    return tuple(
        Block(pk, public_id, starts_at, ends_at, room_id, room or "", remote is None or bool(remote), (),
              timeline.Timeline(starts_at, ends_at, ()))
        for pk, public_id, starts_at, ends_at, room_id, room, remote in rows
    )  # fmt: skip


def _with_items(sessions, draft, topics):
    rows, ids, positions = defaultdict(list), {}, {}
    for pk, position, *values in reading.items(draft=draft.pk):
        row = Placed(*values)
        ids[row.public_id], positions[row.public_id] = pk, position
        rows[row.session].append(row)
    return tuple(
        lay_out(block, rows[block.id], topics, ids, positions) if rows[block.id] else block for block in sessions
    )


@kept
def _topics_and_people(needs_rows, statuses, times, topics_rows):
    """The topics with whom they need. Merged ones are left out; withdrawn ones may still stand on the agenda."""
    known = sorted(needs_rows, key=lambda row: (row[0] == KEY, *row[-2:]))
    people = _people({row[2]: row[3:5] for row in known}, statuses, times)
    needs = defaultdict(list)
    for role, topic_id, person_id, _public_id, _name, presents, stand_in, *_order in known:
        needs[topic_id].append(Need(people[person_id], role, bool(presents), bool(stand_in)))
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
def _people_elsewhere(needed_rows, items):
    """When people whom our topics name are needed by another microconference's current draft: all, and by person."""
    needed = defaultdict(list)
    for topic_id, person_id in dict.fromkeys(needed_rows):
        needed[topic_id].append(person_id)
    found, of, session, at = [], defaultdict(list), None, 0
    for draft_id, session_id, starts_at, minutes, topic_id, title, is_ours in items:
        if session != (draft_id, session_id):
            session, at = (draft_id, session_id), 0
        if topic_id in needed:
            start, end = starts_at + timedelta(minutes=at), starts_at + timedelta(minutes=at + minutes)
            for person_id in needed[topic_id]:
                there = Elsewhere(person_id, start, end, title if is_ours else "")
                found.append(there)
                of[person_id].append(there)
        at += minutes
    return tuple(found), dict(of)


@kept
def _rooms_taken(rows):
    return tuple(Elsewhere(*row) for row in rows)


def _acknowledged(mc):
    return {
        (key, rests_on): Acknowledged(public_id, reason, name or (email or "").partition("@")[0], at)
        for key, rests_on, public_id, reason, name, email, at in reading.acknowledged(mc=mc)
    }
