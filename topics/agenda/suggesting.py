"""“Suggest an agenda”: a draft and its wishes as a question to the planner, and the planner's answer for the lead.

Nothing here writes. Taking a suggestion is an edit like any other: ``drafts.set_agenda``.
"""

import math
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from attendees.models import Interest, Status, TimeTheyCannot
from topics.agenda import releases
from topics.agenda.plain import Placed
from topics.agenda.planner import another, explain, score, solve
from topics.agenda.planner.problem import (
    IMPOSSIBLE,
    KEY,
    OPEN,
    PROPOSER,
    TICK,
    TOPIC,
    Answer,
    Item,
    Need,
    Person,
    Pin,
    Problem,
    Rules,
    Session,
    Topic,
    Weights,
    ticks,
)
from topics.models import Topic as StoredTopic
from uconf.lib import limits

AWAY = (Status.CANT, Status.BOUNCES)
POINTS = {Interest.Level.NEED_ME: 3, Interest.Level.WOULD_LIKE: 1}
SHORTEST_DISCUSSION = 5  # minutes that a shortened topic keeps after its presentation
SECONDS = 1.3  # for the agenda, and half as many again for its explanation
MOST_OTHERS = 5  # how often “another” is answered


@dataclass(frozen=True)
class Wishes:
    """What a lead asks of a suggestion. Weights: 0 not at all, 1 as usual, 3 very much."""

    all_accepted: bool = False
    shrink: int = 75  # topics may be shortened to so many percent of their minutes
    break_minutes: int = 30
    opening: int = 5
    wrap_up: int = 5
    breaks: bool = True
    cannot: bool = True
    elsewhere: bool = True
    remote: bool = True
    order: bool = True
    pins: bool = True
    interest: int = 1
    needed: int = 1
    published: int = 1
    staying: int = 1


@dataclass(frozen=True)
class Suggestion:
    """A suggested agenda with what can be said about it. ``present`` is what the draft is worth by the same measure."""

    snapshot: object
    problem: Problem
    origin: datetime
    best: Answer
    answer: Answer
    number: int = 0  # 0 is the best one, then the others
    standing: dict = None
    left_out: tuple = ()
    present: int = 0

    @property
    def has_agenda(self):
        return bool(self.answer.items)

    @property
    def is_impossible(self):
        return self.best.status == IMPOSSIBLE

    def moment(self, minute):
        return self.origin + timedelta(minutes=minute)


def usual(snapshot):
    """The wishes that fit most microconferences, with the lengths that the draft or the conference has for pauses."""
    lengths = {item.kind: item.minutes for item in reversed(snapshot.items)}
    conference = snapshot.microconference.conference
    pause = lengths.get("break") or (conference.break_minutes if conference else 0) or Wishes.break_minutes
    return Wishes(
        break_minutes=pause,
        opening=lengths.get("opening", Wishes.opening),
        wrap_up=lengths.get("wrap_up", Wishes.wrap_up),
    )


def suggest(snapshot, wishes, *, number=0, seconds=SECONDS, clock=time.monotonic) -> Suggestion | None:
    """The best agenda for a draft, or the ``number``-th really different one; None without a session or a topic.

    Five queries for any number of topics and people, besides those of the snapshot. Takes at most about one and a
    half times ``seconds``.
    """
    if not snapshot.sessions or not any(topic.can_be_placed for topic in snapshot.topics.values()):
        return None
    problem, origin = ask(snapshot, wishes)
    began = clock()

    def up():
        return clock() - began > seconds

    def late():
        return clock() - began > seconds * 1.5

    best = answer = solve.plan(problem, stop=up)
    shown = [best.items]
    for _time in range(min(number, MOST_OTHERS) if best.items else 0):
        answer = another.another(problem, best, shown, stop=up)
        if not answer.items:
            break
        shown.append(answer.items)
    standing, left = {}, ()
    if answer.items:
        standing = {why.topic: why for why in explain.standing(problem, answer.items)}
        left = tuple(explain.left_out(problem, answer, stop=late))
    present = score.score(problem, _present(snapshot, origin))
    return Suggestion(snapshot, problem, origin, best, answer, number, standing, left, present)


def ask(snapshot, wishes):
    """The question to the planner: (problem, the moment that its minutes count from)."""
    origin = min(block.starts_at for block in snapshot.sessions)
    interest, crowd = _interest(snapshot.microconference)
    topics = [topic for topic in snapshot.topics.values() if topic.can_be_placed]
    known = {topic.id for topic in topics}
    published = _published(snapshot, origin) if wishes.published else {}
    asked = tuple(_topic(topic, wishes, interest[topic.id], published.get(topic.public_id)) for topic in topics)
    pins = ()
    if wishes.pins:
        pins = tuple(
            Pin(item.session_id, _minute(origin, item.pinned_at), item.minutes, item.kind,
                item.topic.id if item.topic else None)
            for item in snapshot.items
            if item.pinned and (item.topic is None or item.topic.id in known)
        )  # fmt: skip
    problem = Problem(
        sessions=tuple(
            Session(block.id, _minute(origin, block.starts_at), _minute(origin, block.ends_at), block.remote_capable)
            for block in snapshot.sessions
        ),
        topics=asked,
        people=_people(snapshot, origin, crowd),
        pins=pins,
        rules=Rules(
            wishes.cannot, wishes.elsewhere, wishes.remote, wishes.order, wishes.breaks, wishes.break_minutes,
            wishes.opening, wishes.wrap_up,
        ),
        weights=Weights(
            accepted=_first(asked, wishes), interest=wishes.interest, needed=2 * wishes.needed,
            published=5 * wishes.published, staying=4 * wishes.staying,
        ),
    )  # fmt: skip
    return problem, origin


def _minute(origin, moment, up=False):
    minutes = (moment - origin) / timedelta(minutes=1)
    return math.ceil(minutes) if up else math.floor(minutes)


def _first(topics, wishes):
    """So much that no topic “if time allows” is wanted more than an accepted one that nobody asked for."""
    return 6 + max(
        (
            wishes.interest * sum(points for _person, points in topic.interest)
            + wishes.needed * 2 * sum(need.points for need in topic.binding)
            for topic in topics
            if not topic.accepted
        ),
        default=0,
    )


def _topic(facts, wishes, interest, published):
    accepted = facts.state == StoredTopic.State.ACCEPTED
    shortest = max(facts.minutes * wishes.shrink / 100, min(facts.presenting + SHORTEST_DISCUSSION, facts.minutes))
    return Topic(
        facts.id,
        facts.minutes,
        min(ticks(math.ceil(shortest)) * TICK, facts.minutes),
        accepted=accepted,
        must=accepted and wishes.all_accepted,
        after=facts.after_id,
        needs=tuple(
            Need(need.person.id, KEY if need.role == KEY else PROPOSER, 2 if need.person.comes else 1,
                 need.person.status not in AWAY)
            for need in facts.needs
            if need.role == KEY or (need.presents and not need.stand_in)
        ),
        stand_ins=tuple(need.person.id for need in facts.needs if need.stand_in and need.person.comes),
        interest=interest,
        published=published,
    )  # fmt: skip


def _interest(microconference):
    """Who wants each topic, as (person, points), and their (status, times they cannot). Two queries."""
    interest, crowd = defaultdict(tuple), {}
    rows = Interest.objects.filter(attendee__microconference=microconference, level__in=POINTS)
    rows = rows.exclude(attendee__status__in=AWAY).order_by("pk")
    said = rows.values_list("topic_id", "attendee__person_id", "attendee__status", "level")
    for topic, person, status, level in said:
        interest[topic] += ((person, POINTS[level]),)
        crowd[person] = (status, [])
    times = TimeTheyCannot.objects.filter(
        availability__attendee__microconference=microconference, availability__all_free=False
    )
    for person, *time_ in times.values_list("availability__attendee__person_id", "starts_at", "ends_at"):
        if person in crowd:
            crowd[person][1].append(tuple(time_))
    return interest, crowd


def _people(snapshot, origin, crowd):
    elsewhere = defaultdict(list)
    for each in snapshot.people_elsewhere:
        elsewhere[each.key].append((each.starts_at, each.ends_at))
    known = {person.id: (person.status, person.cannot) for person in snapshot.people.values()}

    def stretches(times):
        told = [(since, until) for since, until in times if any(b.overlaps(since, until) for b in snapshot.sessions)]
        return tuple(sorted({(_minute(origin, since), _minute(origin, until, up=True)) for since, until in told}))

    return tuple(
        Person(key, stretches(cannot), stretches(elsewhere[key]), remote=status == Status.REMOTE)
        for key, (status, cannot) in sorted((crowd | known).items())
    )


def _published(snapshot, origin):
    """Where readers know each topic from: by its public identifier, (session, minute)."""
    release = releases.latest(snapshot.microconference)
    sessions = {block.public_id: block.id for block in snapshot.sessions}
    found = {}
    for session in release.content["sessions"] if release else ():
        for item in session["items"]:
            if item["topic"] and session["id"] in sessions:
                at = _minute(origin, datetime.fromisoformat(item["starts_at"]))
                found[item["topic"]] = (sessions[session["id"]], at)
    return found


def _present(snapshot, origin):
    """The draft as it stands, as far as the same measure can be laid to it."""
    return [
        Item(item.session_id, _minute(origin, item.starts_at), item.within, TOPIC, item.topic.id)
        for item in snapshot.items
        if item.topic and item.within > 0
    ]


def as_placed(suggestion) -> list[Placed]:
    """A suggested agenda as the editor takes it. Time that is left at a session's end stays empty."""
    present = {item.topic.id: item for item in suggestion.snapshot.items if item.topic}
    starts = {session.key: session.starts for session in suggestion.problem.sessions}
    found = []
    for item in shown_items(suggestion):
        before = present.get(item.topic)
        minutes = item.ends - item.starts
        found += [
            Placed(
                item.session, item.kind, item.topic, length, item.pinned,
                item.starts - starts[item.session] if item.pinned else None,
                min(before.own_presenting, length) if before and before.own_presenting is not None else None,
            )
            for length in _portions(minutes)
        ]  # fmt: skip
    return found


def is_present(suggestion) -> bool:
    """Whether the draft is what is suggested already."""
    return [(row.session, row.kind, row.topic, row.minutes) for row in as_placed(suggestion)] == [
        (item.session_id, item.kind, item.topic.id if item.topic else None, item.minutes)
        for item in suggestion.snapshot.items
    ]


def _portions(minutes):
    """Long open discussions in parts that an item may have."""
    while minutes > limits.MINUTES:
        yield limits.MINUTES
        minutes -= limits.MINUTES
    yield minutes


def shown_items(suggestion) -> list[Item]:
    """The items of a suggestion in their order, without what is left at a session's end."""
    items = suggestion.answer.items
    ends = {session.key: session.ends for session in suggestion.problem.sessions}
    return [item for item in items if not (item.kind == OPEN and item.ends == ends[item.session])]
