"""Where a microconference stands, in the words readers see; and who comes, as far as they may know."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendees.actions.counts import numbers
from attendees.models import Attendee, Status
from uconf.models import Microconference

State = Microconference.State


@dataclass(frozen=True)
class Standing:
    group: str
    words: str
    tells_more: bool = True  # than the heading of its group


@dataclass(frozen=True)
class ReleasedSession:
    """A session as the latest release has it, never as a draft would like it."""

    starts_at: datetime
    ends_at: datetime
    room: str
    remote: bool


@dataclass(frozen=True)
class WhoComes:
    words: str  # “7 asked, 5 interested”
    groups: list  # (status, words, names) of those who agreed to be named


def takes_topics(microconference, day):
    """Whether topics can be proposed on a day, here or in the conference's own system."""
    if microconference.topics_url:
        open_state = microconference.state in (State.ACCEPTED, State.SCHEDULED)
        return open_state and (microconference.topics_close_on is None or day <= microconference.topics_close_on)
    return microconference.takes_topics_on(day)


def of(microconference, day):
    """Where a microconference stands; needs the annotations ``release`` and ``outcome_count``."""
    mc = microconference
    count = mc.outcome_count
    outcomes = ngettext("%d outcome", "%d outcomes", count) % count if count else ""
    if mc.state == State.REPORTED:
        return Standing("reported", outcomes or _("reported"), bool(outcomes))
    if mc.state == State.HELD:
        return Standing("held", outcomes or _("held"), bool(outcomes))
    if mc.release:
        return Standing("scheduled", _("schedule, release %d") % mc.release)
    if takes_topics(mc, day):
        until = mc.topics_close_on
        words = _("topics until %s") % date_format(until, "j F") if until else _("call for topics open")
        return Standing("call", words, bool(until))
    return Standing("accepted", _("in preparation"), False)


def set_standings(microconferences, conference, day):
    """Give each of a list its ``standing`` and its conference, without a query."""
    for each in microconferences:
        each.conference = conference
        each.standing = of(each, day)


def grouped(microconferences):
    """A list by standing, as (heading, microconferences), the nearest to the reader first."""
    headings = [
        ("scheduled", _("Schedule published")),
        ("call", _("Call for topics open")),
        ("accepted", _("In preparation")),
        ("held", _("Held")),
        ("reported", _("Outcomes reported")),
    ]
    groups = [
        (heading, [each for each in microconferences if each.standing.group == group]) for group, heading in headings
    ]
    return [(heading, found) for heading, found in groups if found]


def released_sessions(release):
    """The sessions that a release names."""
    if release is None:
        return []
    return [
        ReleasedSession(
            starts_at=datetime.fromisoformat(each["starts_at"]),
            ends_at=datetime.fromisoformat(each["ends_at"]),
            room=each["room"],
            remote=bool(each["remote_capable"]),
        )
        for each in release.content["sessions"]
    ]


def who_comes(microconference):
    """How many were asked and what they said, and the names of those who agreed to be named. One query."""
    attendees = list(Attendee.objects.filter(microconference=microconference).select_related("person"))
    counts = Counter(each.status for each in attendees)
    groups = []
    if microconference.attendee_list_public:
        named = [
            each for each in attendees if each.listed and each.status != Status.CANT and each.person.erased_at is None
        ]
        said = (Status.COMING, Status.REMOTE, Status.INTERESTED)
        groups = [(status, status.label, [each.person for each in named if each.status == status]) for status in said]
        # Who is unsure or silent agreed to be named, not to have that told.
        groups.append(("", _("also on the list"), [each.person for each in named if each.status not in said]))
    return WhoComes(_counted(counts), [group for group in groups if group[2]])


def _counted(counts):
    n = numbers(counts)
    parts = [ngettext("%d asked", "%d asked", n.asked) % n.asked] if n.asked else []
    if n.coming:
        words = ngettext("%d coming", "%d coming", n.coming) % n.coming
        parts.append(f"{words} ({ngettext('%d remotely', '%d remotely', n.remote) % n.remote})" if n.remote else words)
    if n.interested:
        parts.append(ngettext("%d interested", "%d interested", n.interested) % n.interested)
    return ", ".join(parts)
