"""What does not fit, or who is not coming: one small function for each kind of warning, over a snapshot."""

from collections import defaultdict
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from attendees.models import Status
from topics.agenda import timeline
from topics.agenda.snapshot import PROPOSER, load
from topics.models import Topic

CANNOT, SHOULD_NOT, AWARE = "cannot", "should_not", "aware"
SEVERITIES = (CANNOT, SHOULD_NOT, AWARE)


@dataclass(frozen=True)
class Warning:
    """One thing a lead should know about a draft. ``about`` names the thing where the sentence stands alone."""

    kind: str
    severity: str
    sentence: str
    about: str = ""
    item_id: int | None = None
    session_id: int | None = None
    way_out_url: str = ""
    way_out_label: str = ""

    @property
    def rank(self):
        return SEVERITIES.index(self.severity)


def warnings_for(draft):
    """The warnings of a draft, in the order of the agenda."""
    return find(load(draft.microconference, draft=draft))


def find(snapshot):
    """The warnings of a snapshot, in the order of the agenda; what stands at no item comes last."""
    order = {item.id: index for index, item in enumerate(snapshot.items)}
    found = [warning for check in CHECKS for warning in check(snapshot)]
    return sorted(found, key=lambda each: (order.get(each.item_id, len(order)), each.rank))


def joined(names):
    """Names as people say them: “A, B and C”."""
    *others, last = names
    return _("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last} if others else last


def _time(snapshot, moment):
    return f"{moment.astimezone(ZoneInfo(snapshot.zone)):%H:%M}"


def _at(item, kind, severity, sentence, **more):
    return Warning(kind, severity, sentence, about=item.title, item_id=item.id, **more)


def _people_page(snapshot, label):
    return {"way_out_url": snapshot.microconference.organize_url("attendees:people"), "way_out_label": label}


def over_the_end(snapshot):
    """Something lies beyond its session's end. Said once a session, at the first item that does."""
    for block in snapshot.sessions:
        first = next((item for item in block.items if item.beyond), None)
        if first:
            words = {"beyond": first.beyond, "minutes": first.minutes, "end": _time(snapshot, block.ends_at)}
            if first.within:
                sentence = _("%(beyond)s of its %(minutes)s min lie beyond %(end)s") % words
            else:
                sentence = _("it starts after the session’s end at %(end)s") % words
            yield _at(first, "over", SHOULD_NOT, sentence, session_id=block.id)


def no_break(snapshot):
    """More than two hours without a break."""
    for block in snapshot.sessions:
        for run in timeline.runs_without_break([(item.is_break, item.minutes) for item in block.items]):
            if run.too_long_at is not None:
                yield _at(
                    block.items[run.too_long_at], "no_break", SHOULD_NOT,
                    _("no break for %(minutes)s min since %(time)s")
                    % {"minutes": run.minutes, "time": _time(snapshot, block.items[run.first].starts_at)},
                )  # fmt: skip


def not_placed(snapshot):
    """An accepted topic stands on no agenda."""
    for topic in snapshot.unplaced:
        if topic.state == Topic.State.ACCEPTED:
            yield Warning("not_placed", SHOULD_NOT, _("accepted, but not placed"), about=topic.title)


def not_accepted(snapshot):
    """A placed topic was withdrawn or put off meanwhile."""
    for item in snapshot.items:
        if item.topic and item.topic.state not in Topic.PUBLIC_STATES:
            yield _at(
                item, "not_accepted", SHOULD_NOT,
                _("it is on the agenda, but its state is “%(state)s”")
                % {"state": Topic.State(item.topic.state).label},
            )  # fmt: skip


# What each status means for a topic that needs the person.
_WORDS = {
    Status.CANT: ("cant", SHOULD_NOT, ngettext_lazy("%(names)s can’t this time", "%(names)s can’t this time", "count")),
    Status.BOUNCES: (
        "bounces",
        SHOULD_NOT,
        ngettext_lazy("mail to %(names)s bounces", "mail to %(names)s bounces", "count"),
    ),
    Status.PENDING: (
        "pending",
        AWARE,
        ngettext_lazy("%(names)s has not answered", "%(names)s have not answered", "count"),
    ),
    Status.NOT_SURE: (
        "not_sure",
        AWARE,
        ngettext_lazy("%(names)s is not sure yet", "%(names)s are not sure yet", "count"),
    ),
    Status.NOT_ASKED: (
        "not_asked",
        AWARE,
        ngettext_lazy("%(names)s is not asked yet", "%(names)s are not asked yet", "count"),
    ),
    Status.INTERESTED: (
        "asked_again",
        AWARE,
        ngettext_lazy("%(names)s is not asked for this round", "%(names)s are not asked for this round", "count"),
    ),
    None: (
        "not_listed",
        AWARE,
        ngettext_lazy("%(names)s is not on the list of people", "%(names)s are not on the list of people", "count"),
    ),
}


def not_coming(snapshot):
    """Somebody whom a placed topic needs can't come, cannot be reached, or has not said that they come."""
    for item in snapshot.items:
        if item.topic is None:
            continue
        stood_in_for = any(need.stand_in and need.person.comes for need in item.topic.needs)
        presenting = {need.person.id for need in item.topic.of(PROPOSER) if need.presents}
        for status in _WORDS:
            people = [person for person in item.topic.needed_people if person.status == status]
            if status == Status.INTERESTED and not snapshot.microconference.is_public:
                people = []  # before acceptance nobody can say more than that
            if not people:
                continue
            kind, severity, words = _WORDS[status]
            if status == Status.CANT and any(person.id in presenting for person in people):
                severity = AWARE if stood_in_for else CANNOT
            yield _at(
                item, kind, severity,
                words % {"names": joined([person.name for person in people]), "count": len(people)},
                **_people_page(snapshot, _way_out(status, len(people))),
            )  # fmt: skip


def _way_out(status, count):
    if status == Status.BOUNCES:
        return _("Correct the address")
    if status in (Status.NOT_ASKED, Status.INTERESTED):
        return ngettext("Ask them", "Ask %(count)s people", count) % {"count": count}
    if status is None:
        return _("Put them on the list")
    return _("See who comes")


def times_they_cannot(snapshot):
    """Somebody whom a placed topic needs said that they cannot at that time."""
    for item in snapshot.items:
        for person in item.topic.needed_people if item.topic else ():
            clash = next((time for time in person.cannot if item.overlaps(*time)), None)
            if clash and person.status != Status.CANT:
                yield _at(
                    item, "times", CANNOT,
                    _("%(name)s cannot %(start)s–%(end)s")
                    % {"name": person.name, "start": _time(snapshot, clash[0]), "end": _time(snapshot, clash[1])},
                    **_people_page(snapshot, _("See their times")),
                )  # fmt: skip


def order_broken(snapshot):
    """A topic that should come after another does not."""
    placed = snapshot.placed
    for item in placed.values():
        before = snapshot.topics.get(item.topic.after_id)
        if before is None:
            continue
        if before.id not in placed:
            if before.state in Topic.PUBLIC_STATES:
                yield _at(item, "order", AWARE, _("it comes after “%(title)s”, which is not placed")
                          % {"title": before.title})  # fmt: skip
        elif placed[before.id].starts_at >= item.starts_at:
            yield _at(item, "order", SHOULD_NOT, _("it should come after “%(title)s”") % {"title": before.title})


def remote_without_means(snapshot):
    """Somebody whom a topic needs comes remotely, and the room has no means for that."""
    for block in snapshot.sessions:
        if block.remote_capable:
            continue
        for item in block.items:
            remote = [p for p in (item.topic.needed_people if item.topic else ()) if p.status == Status.REMOTE]
            if remote:
                yield _at(
                    item, "remote", CANNOT,
                    ngettext(
                        "%(names)s comes remotely, but %(room)s has no means for that",
                        "%(names)s come remotely, but %(room)s has no means for that",
                        len(remote),
                    )
                    % {"names": joined([person.name for person in remote]), "room": block.room},
                    way_out_url=snapshot.microconference.organize_url("topics:change_session", block.public_id),
                    way_out_label=_("Change the room"),
                )  # fmt: skip


def more_presenting(snapshot):
    """More time for presenting than for discussing; half and half is fine."""
    for item in snapshot.items:
        if item.topic and item.topic.presenting * 2 > item.minutes:
            yield _at(
                item, "presenting", AWARE,
                _("%(presenting)s of its %(minutes)s min are for presenting")
                % {"presenting": min(item.topic.presenting, item.minutes), "minutes": item.minutes},
                way_out_url=snapshot.microconference.organize_url("topics:list"), way_out_label=_("Change the topic"),
            )  # fmt: skip


def two_places_at_once(snapshot):
    """Somebody is needed by a topic of ours, and at that time by another, here or in another microconference."""
    ours, theirs = defaultdict(list), defaultdict(list)
    for item in snapshot.items:
        for person in item.topic.needed_people if item.topic else ():
            ours[person].append(item)
    for each in snapshot.people_elsewhere:
        theirs[each.key].append(each)
    for person, items in ours.items():
        for item in items:
            other = next(
                (each for each in items if each is not item and each.overlaps(item.starts_at, item.ends_at)), None
            )
            if other:
                yield _at(item, "two_places", CANNOT, _("%(name)s is needed by “%(title)s” at that time")
                          % {"name": person.name, "title": other.title})  # fmt: skip
            elif any(item.overlaps(each.starts_at, each.ends_at) for each in theirs[person.id]):
                # What another microconference plans is theirs to tell until they publish it: no name, no topic.
                yield _at(item, "two_places", CANNOT, _("%(name)s is needed elsewhere at that time")
                          % {"name": person.name})  # fmt: skip


def two_in_one_room(snapshot):
    """Two sessions at the same time in one room."""
    for index, block in enumerate(snapshot.sessions):
        mine = [
            (other.starts_at, other.ends_at, snapshot.microconference.title)
            for position, other in enumerate(snapshot.sessions)
            if position != index and other.room_id == block.room_id
        ]
        others = [
            (each.starts_at, each.ends_at, each.whose) for each in snapshot.rooms_taken if each.key == block.room_id
        ]
        for starts_at, ends_at, title in [*mine, *others]:
            if block.room_id and block.starts_at < ends_at and starts_at < block.ends_at:
                yield Warning(
                    "room", CANNOT,
                    _("%(room)s is taken by “%(mc)s” %(start)s–%(end)s")
                    % {"room": block.room, "mc": title, "start": _time(snapshot, starts_at),
                       "end": _time(snapshot, ends_at)},
                    session_id=block.id,
                    way_out_url=snapshot.microconference.organize_url("topics:change_session", block.public_id),
                    way_out_label=_("Change the session"),
                )  # fmt: skip


def outside_the_conference(snapshot):
    """A session lies outside the days of the conference."""
    conference = snapshot.microconference.conference
    for block in snapshot.sessions:
        day = block.starts_at.astimezone(ZoneInfo(snapshot.zone)).date()
        if conference and not conference.starts_on <= day <= conference.ends_on:
            yield Warning(
                "days", AWARE,
                _("the session on %(day)s lies outside the conference, %(first)s to %(last)s")
                % {
                    "day": formats.date_format(day, "j F"),
                    "first": formats.date_format(conference.starts_on, "j F"),
                    "last": formats.date_format(conference.ends_on, "j F"),
                },
                session_id=block.id,
                way_out_url=snapshot.microconference.organize_url("topics:change_session", block.public_id),
                way_out_label=_("Change the session"),
            )  # fmt: skip


CHECKS = (
    over_the_end,
    no_break,
    not_placed,
    not_accepted,
    not_coming,
    times_they_cannot,
    order_broken,
    remote_without_means,
    more_presenting,
    two_places_at_once,
    two_in_one_room,
    outside_the_conference,
)
