"""The editor's page in plain values: what stands where, who comes to it, what may be pressed."""

from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendees.models import Interest, Status
from topics.agenda import releases, summary, warnings
from topics.agenda.snapshot import load
from topics.models import AgendaItem, Topic

Kind = AgendaItem.Kind
HIGHEST = 240  # minutes that css/minutes.css has a class for


@dataclass(frozen=True)
class Row:
    """One item as the editor draws it."""

    item: object
    css: str
    dots: tuple[str, ...]
    words: str
    after: str
    warnings: tuple
    is_first: bool
    is_last: bool
    end_label: str  # how the session’s end is written, if it falls into this item
    others: tuple  # sessions that it may move to, as (public_id, words)
    typed: str
    error: str


@dataclass(frozen=True)
class Part:
    """One session as the editor draws it."""

    block: object
    words: str
    rows: tuple[Row, ...]
    warnings: tuple
    left: int

    @property
    def left_height(self):
        return min(self.left, HIGHEST)


@dataclass(frozen=True)
class Waiting:
    """A topic that may be placed."""

    topic: object
    words: str
    rank: tuple


@dataclass(frozen=True)
class Page:
    snapshot: object
    parts: tuple[Part, ...]
    unplaced: tuple[Waiting, ...]
    summary: object
    warnings: list
    to_add: tuple
    asked_minutes: int
    can_fill: bool


def build(microconference, *, typed=None, errors=None):
    """The page of a microconference's draft. ``typed`` and ``errors`` are by item, where a form was refused."""
    typed, errors = typed or {}, errors or {}
    snapshot = load(microconference)
    found = warnings.find(snapshot)
    sessions = [(block.public_id, _short(block, snapshot.zone)) for block in snapshot.sessions]
    parts = tuple(_part(snapshot, block, found, sessions, typed, errors) for block in snapshot.sessions)
    unplaced = _unplaced(snapshot, microconference)
    return Page(
        snapshot, parts, unplaced, summary.summarize(snapshot, releases.latest(microconference)), found,
        _to_add(snapshot), sum(each.topic.minutes for each in unplaced),
        any(each.topic.state == Topic.State.ACCEPTED for each in unplaced),
    )  # fmt: skip


def _part(snapshot, block, found, sessions, typed, errors):
    by_item = {}
    for warning in found:
        by_item.setdefault(warning.item_id, []).append(warning)
    first_over = next((item.id for item in block.items if item.beyond), None)
    all_items = snapshot.items
    rows = tuple(
        Row(
            item, _css(item, by_item.get(item.id)), tuple(_dots(item)), _who_comes(item), _after(snapshot, item),
            tuple(by_item.get(item.id, ())), item is all_items[0], item is all_items[-1],
            _end_label(item) if item.id == first_over else "",
            tuple(each for each in sessions if each[0] != block.public_id),
            typed.get(item.public_id, str(item.minutes)), errors.get(item.public_id, ""),
        )
        for item in block.items
    )  # fmt: skip
    own = tuple(each for each in found if each.session_id == block.id and each.item_id is None)
    return Part(block, _short(block, snapshot.zone), rows, own, block.line.left)


def _short(block, zone):
    starts_at = block.starts_at.astimezone(ZoneInfo(zone))
    return _("%(day)s %(time)s") % {"day": formats.date_format(starts_at, "D j M"), "time": f"{starts_at:%H:%M}"}


def _css(item, warned):
    css = []
    if item.beyond:
        css.append("over")
        if item.within:
            css.append(f"cut-{item.within}")
    elif item.is_break:
        css.append("break")
    if item.topic is None and not item.is_break or item.is_break and item.beyond:
        css.append("plain")
    if warned and not item.beyond:
        css.append("warned")
    return " ".join(css)


def _end_label(item):
    """Where there is room for “17:30 end”: below the dashed line, above it, the time alone, or only the line."""
    if item.within >= 5 and item.beyond >= 7:
        return "below"
    if item.within >= 12:
        return "above"
    return "time" if item.within >= 5 and item.beyond >= 4 else "line"


def _dots(item):
    for person in item.topic.key_people if item.topic else ():
        yield person.status or Status.NOT_ASKED.value


def _who_comes(item):
    """“2 of 3 come, 1 remotely”, of the key people."""
    if item.topic is None:
        return ""
    people = item.topic.key_people
    if not people:
        return _("no key person named")
    statuses = Counter(person.status for person in people)
    coming = sum(person.comes for person in people)
    words = {"coming": coming, "all": len(people), "remote": statuses[Status.REMOTE]}
    if coming == 0:
        return _("0 of %(all)s come so far") % words
    if words["remote"]:
        return _("%(coming)s of %(all)s come, %(remote)s remotely") % words
    return (
        _("%(coming)s of %(all)s come") if coming == len(people) else _("%(coming)s of %(all)s come so far")
    ) % words


def _after(snapshot, item):
    """The topic that it rightly comes after, if it should come after one."""
    before = snapshot.placed.get(item.topic.after_id) if item.topic and item.topic.after_id else None
    return before.title if before and before.starts_at < item.starts_at else ""


def _unplaced(snapshot, microconference):
    said = Interest.objects.filter(topic__microconference=microconference)
    counts = {
        (topic_id, level): count
        for topic_id, level, count in said.values_list("topic_id", "level").annotate(count=Count("pk"))
    }
    waiting = []
    for index, topic in enumerate(snapshot.unplaced):
        need, like = (counts.get((topic.id, level), 0) for level in (Interest.Level.NEED_ME, Interest.Level.WOULD_LIKE))
        words = [_("%(minutes)s min") % {"minutes": topic.minutes}]
        if topic.state == Topic.State.IF_TIME:
            words.append(_("if time allows"))
        if need:
            words.append(ngettext("%(count)s must be there", "%(count)s must be there", need) % {"count": need})
        if like:
            words.append(ngettext("%(count)s would like to", "%(count)s would like to", like) % {"count": like})
        people = topic.key_people
        words.append(
            _("no key person named")
            if not people
            else _("%(coming)s of %(all)s key people come")
            % {"coming": sum(person.comes for person in people), "all": len(people)}
        )
        waiting.append(Waiting(topic, " · ".join(words), (-need, -like, index)))
    return tuple(sorted(waiting, key=lambda each: each.rank))


def _to_add(snapshot):
    """The pauses that may be added: opening and wrap-up only while they are missing."""
    there = {item.kind for item in snapshot.items}
    kinds = [Kind.BREAK, Kind.OPEN, *(kind for kind in (Kind.OPENING, Kind.WRAP_UP) if kind not in there)]
    return tuple((kind.value, str(kind.label).capitalize()) for kind in kinds)
