"""The agenda in a few numbers and one bar, for the overview."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from topics.agenda import releases, warnings
from topics.agenda.snapshot import load
from topics.models import AgendaItem, Topic

WIDTH, HEIGHT, GAP = 400, 27, 1.5


@dataclass(frozen=True)
class Segment:
    """One item in the bar: ``kind`` is topic, pause, break or over."""

    x: float
    width: float
    kind: str
    title: str


@dataclass(frozen=True)
class Bar:
    """One session, drawn. ``end_x`` is where the session ends; labels are (x, text, anchor)."""

    segments: tuple[Segment, ...]
    end_x: float
    over: int
    description: str
    labels: tuple[tuple[float, str, str], ...]


@dataclass(frozen=True)
class AgendaSummary:
    """What the overview says about the agenda."""

    words: str
    planned: int
    available: int
    over: int
    left: int
    placed: int
    accepted: int
    warnings: int
    bars: tuple[Bar, ...]
    has_sessions: bool
    has_items: bool
    release_number: int | None
    changed_since_release: bool


def agenda_summary(microconference):
    """The current draft in numbers. The same number of queries for any agenda; reads only."""
    return summarize(load(microconference), releases.latest(microconference))


def summarize(snapshot, release):
    """The same from what is loaded already."""
    changed = release is not None and not releases.same(releases.content_of(snapshot), release.content)
    placed, accepted = placed_of_accepted(snapshot)
    return AgendaSummary(
        words=words(snapshot.draft, release, changed),
        planned=snapshot.planned,
        available=snapshot.available,
        over=snapshot.over,
        left=sum(block.line.left for block in snapshot.sessions),
        placed=placed,
        accepted=accepted,
        warnings=len(warnings.find(snapshot)),
        bars=tuple(_bar(snapshot, block) for block in snapshot.sessions if block.items),
        has_sessions=bool(snapshot.sessions),
        has_items=bool(snapshot.items),
        release_number=release.number if release else None,
        changed_since_release=changed,
    )


def placed_of_accepted(snapshot):
    """How many topics are placed, of how many that are accepted (or placed anyway)."""
    waiting = sum(topic.state == Topic.State.ACCEPTED for topic in snapshot.unplaced)
    return len(snapshot.placed), len(snapshot.placed) + waiting


def words(draft, release, changed):
    """“Draft A, changed since release 1”."""
    name = draft.name if draft else "A"
    if release is None:
        return _("Draft %(name)s, not published yet") % {"name": name}
    if changed:
        return _("Draft %(name)s, changed since release %(number)s") % {"name": name, "number": release.number}
    return _("Draft %(name)s, as in release %(number)s") % {"name": name, "number": release.number}


def _bar(snapshot, block):
    line, zone = block.line, ZoneInfo(snapshot.zone)
    scale = WIDTH / max(line.planned, line.available)
    segments, x = [], 0.0
    for item in block.items:
        width = item.minutes * scale
        kind = "topic" if item.topic else "break" if item.kind == AgendaItem.Kind.BREAK else "pause"
        kind = "over" if item.beyond else kind
        segments.append(Segment(round(x + GAP / 2, 1), round(max(width - GAP, 1), 1), kind, item.title))
        x += width
    end_x = round(line.available * scale, 1)
    start, end = f"{block.starts_at.astimezone(zone):%H:%M}", f"{block.ends_at.astimezone(zone):%H:%M}"
    breaks = [item for item in block.items if item.is_break]
    end_at = (min(end_x, WIDTH - 40) if line.over else end_x, "end") if end_x > 110 else (end_x, "start")
    labels = [(0, start, "start"), (end_at[0], _("%(time)s end") % {"time": end}, end_at[1])]
    for item, segment in zip(block.items, segments, strict=True):
        if item.is_break and 60 < segment.x < end_x - 130 and len(labels) == 2:
            labels.insert(1, (segment.x, _("%(time)s break")
                              % {"time": f"{item.starts_at.astimezone(zone):%H:%M}"}, "start"))  # fmt: skip
    parts = [
        _("%(planned)s minutes planned in a session of %(available)s minutes, %(start)s to %(end)s.")
        % {"planned": line.planned, "available": line.available, "start": start, "end": end}
    ]
    parts += [
        _("A break from %(start)s to %(end)s.")
        % {"start": f"{item.starts_at.astimezone(zone):%H:%M}", "end": f"{item.ends_at.astimezone(zone):%H:%M}"}
        for item in breaks
    ]
    beyond = [item.title for item in block.items if item.beyond]
    if beyond:
        parts.append(
            _("Beyond the end, by %(over)s minutes: %(titles)s.")
            % {"over": line.over, "titles": warnings.joined(beyond)}
        )
    return Bar(tuple(segments), end_x, line.over, " ".join(parts), tuple(labels))
