"""The editor's page in plain values: what stands where, who comes to it, what may be pressed."""

from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from attendees.models import Interest
from topics.agenda import editor_rows as rows
from topics.agenda import history, releases, summary, warnings
from topics.agenda.editor_rows import Card, Controls, Face, Facts, Row, Sign
from topics.agenda.snapshot import load
from topics.models import AgendaItem, Release, Topic
from uconf.lib import limits

Kind = AgendaItem.Kind
HIGHEST = 240  # minutes that css/minutes.css has a class for


@dataclass(frozen=True)
class Typed:
    """What somebody typed that is not saved: minutes by item, what is wrong with them, a reason for a warning."""

    minutes: dict = field(default_factory=dict)
    presenting: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    accepting: str = ""  # the warning whose reason is asked for
    reason: str = ""
    refused: str = ""

    def of(self, item):
        """What was typed for one item."""
        return self.minutes.get(item), self.presenting.get(item), self.errors.get(item, "")


@dataclass(frozen=True)
class Part:
    """One session as the editor draws it. Times are written in the conference's zone."""

    block: object
    words: str
    rows: tuple[Row, ...]
    signs: tuple[Sign, ...]
    left: int
    starts_minute: int  # of the day, for what the page says while something is carried about
    ends: str
    ends_iso: str
    planned_until: str
    planned_iso: str
    can_stretch: bool
    can_shrink: bool

    @property
    def left_height(self):
        return min(self.left, HIGHEST)


@dataclass(frozen=True)
class Group:
    """The warnings of one severity."""

    severity: str
    word: str
    signs: tuple[Sign, ...]
    is_open: bool

    @property
    def count(self):
        return len(self.signs)

    @property
    def css(self):
        return self.signs[0].css

    @property
    def shape(self):
        return self.signs[0].shape


@dataclass(frozen=True)
class Put:
    """What may be moved, and where to: groups of (value, words)."""

    what: tuple
    where: tuple


@dataclass(frozen=True)
class Aside:
    """What stands beside the agenda and changes rarely."""

    drafts: tuple  # (name, is current, is shown, address)
    words: str
    releases: tuple  # (number, published at)
    publish_by: object
    sessions: tuple  # (public_id, words, room, minutes)
    zone: str
    conference: str
    slug: str
    drafts_url: str
    links: tuple  # (address, words)


@dataclass(frozen=True)
class Accepted:
    """A warning that a lead knows of, and why it may stand."""

    key: str
    about: str
    sentence: str
    reason: str
    by: str


@dataclass(frozen=True)
class Page:
    snapshot: object
    name: str
    version: int
    parts: tuple[Part, ...]
    unplaced: tuple[Card, ...]
    groups: tuple[Group, ...]
    accepted: tuple
    to_add: tuple
    put: Put
    shown: str  # “item:minutes:presenting …”: what the reader saw, so that only what was typed counts
    words: str
    over: int
    left: int
    placed: int
    accepted_topics: int
    asked_minutes: int
    can_fill: bool
    has_items: bool
    movable: bool
    undo: str
    redo: str
    since: str
    drafts: tuple  # (pk, public_id, name, is current) of each, the current one first
    releases: tuple  # (number, published at) of each, the newest first

    @property
    def signs(self):
        return [sign for group in self.groups for sign in group.signs]


def build(microconference, *, draft=None, done=None, typed=None, viewer=None):
    """The page of a draft, by default the current one.

    ``done`` is an edit that was just made: it knows the agenda and its warnings already. ``typed`` is what a refused
    press brought, ``viewer`` who will read it.
    """
    typed = typed or Typed()
    snapshot = done.after if done else load(microconference, draft=draft, viewer=viewer)
    found = done.found if done else warnings.look(snapshot)
    draft, language = snapshot.draft, get_language()
    words = rows.severity_words()
    signs = _signs(snapshot, found.loud, typed, words)
    steps = (done and done.steps) or history.steps(draft)
    placed, accepted = summary.placed_of_accepted(snapshot)
    items = snapshot.items
    sessions = tuple((block.public_id, _short(block.starts_at, snapshot.zone, language)) for block in snapshot.sessions)
    at = {}
    for sign in signs:
        at.setdefault(sign.place, []).append(sign)
    parts = tuple(_part(snapshot, block, at, sessions, typed, language) for block in snapshot.sessions)
    beside = snapshot.beside
    unplaced = _unplaced(snapshot, beside["interests"], at)
    release = next((Release(number=number, content=content) for number, content in beside["latest"]), None)
    changed = release is not None and releases.content_of(snapshot) != release.content
    return Page(
        snapshot=snapshot,
        name=draft.name if draft else "A",
        version=draft.version if draft else 0,
        parts=parts,
        unplaced=unplaced,
        groups=_groups(signs, words),
        accepted=tuple(
            Accepted(
                each.acknowledged.public_id, each.about, each.sentence, each.acknowledged.reason, each.acknowledged.by
            )
            for each in found.quiet
        ),
        to_add=_to_add(items),
        put=_put(parts, unplaced),
        shown=" ".join(f"{item.public_id}:{item.minutes}:{item.presenting}" for item in items),
        words=summary.words(draft, release, changed),
        over=snapshot.over,
        left=sum(block.line.left for block in snapshot.sessions),
        placed=placed,
        accepted_topics=accepted,
        asked_minutes=sum(card.minutes for card in unplaced),
        can_fill=any(topic.state == Topic.State.ACCEPTED for topic in snapshot.unplaced),
        has_items=bool(items),
        movable=bool(items or unplaced),
        undo=steps.undo,
        redo=steps.redo,
        since=since(draft, len(snapshot.acknowledged)),
        drafts=tuple(beside["drafts"]),
        releases=tuple(beside["releases"]),
    )


def since(draft, acknowledged):
    """What a page shows, in short: another draft, another edit or another acknowledgement makes it another."""
    return f"{draft.public_id}.{draft.version}.{acknowledged}" if draft else f"-.0.{acknowledged}"


def _signs(snapshot, found, typed, words):
    items = {item.id: item for item in snapshot.items}
    blocks = {block.id: block for block in snapshot.sessions}
    # Before anything is placed it goes without saying that a topic is not.
    return tuple(
        _sign(warning, words, items, blocks, typed) for warning in found if items or warning.kind != "not_placed"
    )


def _sign(warning, words, items, blocks, typed):
    item = items.get(warning.item_id)
    waits = warning.kind == "not_placed"  # its card has a button to place it
    if item:
        place = f"i-{item.public_id}"
    elif warning.session_id in blocks:
        place = f"h-{blocks[warning.session_id].public_id}"
    else:
        place = f"c-{warning.key.rpartition(':')[2]}" if waits else "agenda"
    opened = typed.accepting == warning.key
    kept = warning.__dict__.get("sign")  # a warning outlives an edit, and is drawn as before
    if kept is not None and kept.place == place and not opened:
        return kept
    sign = Sign(
        key=warning.key, severity=warning.severity, word=words[warning.severity], sentence=warning.sentence,
        about=warning.about, place=place, act="" if waits else warning.way_out_name, value=warning.way_out_value,
        url=warning.way_out_url, label=warning.way_out_label, reason=typed.reason if opened else None,
        rests_on=warning.rests_on if opened else "", refused=typed.refused if opened else "", most=limits.NOTE,
    )  # fmt: skip
    if not opened:
        warning.__dict__["sign"] = sign
    return sign


def _groups(signs, words):
    """By severity; what can't work is always in sight, the rest too while it is little."""
    return tuple(
        Group(severity, words[severity], mine, severity == warnings.CANNOT)
        for severity in warnings.SEVERITIES
        if (mine := tuple(sign for sign in signs if sign.severity == severity))
    )


def _part(snapshot, block, at, sessions, typed, language):
    zone = ZoneInfo(snapshot.zone)
    starts, ends = block.starts_at.astimezone(zone), block.ends_at.astimezone(zone)
    until = (block.items[-1].ends_at if block.items else block.starts_at).astimezone(zone)
    others = tuple(each for each in sessions if each[0] != block.public_id)
    words = next(words for key, words in sessions if key == block.public_id)
    first_over = next((item.id for item in block.items if item.beyond), None)
    drawn = tuple(
        _row(
            item, tuple(at.get(f"i-{item.public_id}", ())), others if item.topic else (), _after(snapshot, item),
            item is snapshot.items[0], item is snapshot.items[-1], item.id == first_over, typed.of(item.public_id),
            zone, language,
        )
        for item in block.items
    )  # fmt: skip
    topics = any(item.topic for item in block.items)
    return Part(
        block, words, drawn, tuple(at.get(f"h-{block.public_id}", ())), block.line.left,
        starts.hour * 60 + starts.minute, f"{ends:%H:%M}", ends.isoformat(timespec="minutes"),
        f"{until:%H:%M}", until.isoformat(timespec="minutes"),
        can_stretch=topics and block.line.left > 0, can_shrink=topics and block.over > 0,
    )  # fmt: skip


_rows: dict[str, tuple] = {}  # what an item's row was made of the last time, and the row
KEPT = 4096


def _row(item, *made_of):
    """An item's row: the same object as the last time if it is made of the same. Most are, at most edits."""
    known = _rows.get(item.public_id)
    if known and known[0] == (item, *made_of):
        return known[1]
    if len(_rows) >= KEPT:
        _rows.clear()
    row = _new_row(item, *made_of)
    _rows[item.public_id] = ((item, *made_of), row)
    return row


def _new_row(item, signs, others, after, is_first, is_last, crosses, typed, zone, language):
    minutes, typed_presenting, error = typed
    label = rows.end_label(item) if crosses else ""
    key = item.public_id
    iso = item.starts_at.astimezone(zone).isoformat(timespec="minutes")
    dots, words = rows.who_comes(item.topic, language)
    presenting = item.presenting
    facts = Facts(
        key, item.lasting_id, item.title, item.topic is not None, item.pinned, dots, words,
        typed_presenting or str(presenting), item.minutes - presenting,
    )  # fmt: skip
    controls = Controls(
        key, item.title, str(item.minutes) if minutes is None else minutes, error, item.pinned,
        is_first=is_first, is_last=is_last,
    )  # fmt: skip
    face = Face(facts, item.minutes, rows.css_of(item, signs), after, signs, others, controls)
    css = f" ends-{label}" if label else ""
    return Row(face, iso[11:16], iso, css, label, item.within, item.kind == Kind.WRAP_UP)


@lru_cache(maxsize=64)
def _short(starts_at, zone, _language):
    """A session in two words and a time, “Tue 21 Sep 14:00”."""
    starts_at = starts_at.astimezone(ZoneInfo(zone))
    return _("%(day)s %(time)s") % {"day": formats.date_format(starts_at, "D j M"), "time": f"{starts_at:%H:%M}"}


def _after(snapshot, item):
    """The topic that it rightly comes after, if it should come after one."""
    if item.topic is None or not item.topic.after_id:
        return ""
    before = snapshot.placed.get(item.topic.after_id)
    return before.title if before and before.ends_at <= item.starts_at else ""


def _unplaced(snapshot, interests, at):
    if not snapshot.unplaced:
        return ()
    counts = {(topic_id, level): count for topic_id, level, count in interests}
    cards = []
    for index, topic in enumerate(snapshot.unplaced):
        need, like = (counts.get((topic.id, level), 0) for level in (Interest.Level.NEED_ME, Interest.Level.WOULD_LIKE))
        signs = tuple(at.get(f"c-{topic.public_id}", ()))
        card = Card(topic.public_id, topic.title, topic.minutes, rows.waiting_words(topic, need, like), signs)
        cards.append(((-need, -like, index), card))
    return tuple(card for _rank, card in sorted(cards, key=lambda each: each[0]))


def _to_add(items):
    """The pauses that may be added: opening and wrap-up only while they are missing."""
    there = {item.kind for item in items}
    kinds = [Kind.BREAK, Kind.OPEN, *(kind for kind in (Kind.OPENING, Kind.WRAP_UP) if kind not in there)]
    return tuple((kind.value, str(kind.label).capitalize()) for kind in kinds)


def _put(parts, unplaced):
    """Everything that may be moved, and every place: before each item and at each session's end."""
    before = _("before %(title)s")
    placed = [
        (part.words, tuple((f"i:{row.face.facts.id}", row.face.facts.title) for row in part.rows)) for part in parts
    ]
    waiting = (_("Unplaced"), tuple((f"t:{card.key}", card.title) for card in unplaced))
    where = [
        (
            part.words,
            (
                *((f"{part.block.public_id}:{row.face.facts.id}", before % {"title": row.face.facts.title})
                  for row in part.rows),
                (f"{part.block.public_id}:", _("at the end")),
            ),
        )
        for part in parts
    ]  # fmt: skip
    off = (_("Unplaced"), (("out", _("off the agenda")),))
    return Put(tuple(group for group in (waiting, *placed) if group[1]), (*where, off))
