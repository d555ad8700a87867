"""What the editor draws of one item, one waiting topic, one warning: plain, frozen values without times.

They hold no time on purpose. A move changes when everything after it starts, but not how it looks: whoever draws
these (templatetags/agenda.py) needs to draw only what an edit really changed.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendees.models import Status
from topics.agenda import warnings
from topics.agenda.plain import COMES

SHAPES = {warnings.CANNOT: "cant", warnings.SHOULD_NOT: "warn", warnings.AWARE: "aware"}


class Sign(NamedTuple):
    """A warning as the editor draws it. ``place`` is the id of the element that it stands at."""

    key: str
    severity: str
    word: str
    sentence: str
    about: str
    place: str
    act: str = ""
    value: str = ""
    url: str = ""
    label: str = ""
    rests_on: str = ""
    reason: str | None = None  # what is being typed; None: the field for it is folded away
    refused: str = ""
    most: int = 0

    @property
    def shape(self):
        return SHAPES[self.severity]

    @property
    def css(self):
        return "is-wrong" if self.severity == warnings.CANNOT else "is-warn"


class Facts(NamedTuple):
    """What an item is, and who comes to it. ``key`` is its topic's id (or its own): the same placed or not."""

    id: str
    key: str
    title: str
    is_topic: bool
    pinned: bool
    dots: tuple[str, ...]
    words: str
    presenting: str  # as typed, of its minutes
    discussing: int


class Controls(NamedTuple):
    """What is pressed and typed at an item."""

    id: str
    title: str
    typed: str
    error: str
    pinned: bool
    is_first: bool
    is_last: bool


class Face(NamedTuple):
    """How one item looks, wherever it stands. Its parts are drawn each by itself: an edit changes few of them."""

    facts: Facts
    minutes: int
    css: str
    after: str
    signs: tuple[Sign, ...]
    others: tuple[tuple[str, str], ...]  # sessions that it may move to, as (public_id, words)
    controls: Controls


@dataclass(frozen=True)
class Row:
    """An item at its time."""

    face: Face
    starts: str
    iso: str
    css: str
    end_label: str  # how the session’s end is written, if it falls into this item
    within: int
    closing: bool  # a wrap-up: what comes last stands before it

    def __hash__(self):
        return self._hash

    @cached_property
    def _hash(self):  # of all that an item shows, and asked for at each edit
        return hash((self.face, self.starts, self.css, self.end_label, self.within))


@dataclass(frozen=True)
class Top:
    """How many sessions there are, and when the first of them is."""

    count: int
    starts_at: datetime
    ends_at: datetime
    room: str
    zone: str


@dataclass(frozen=True)
class Head:
    """What stands above one session. ``name`` is the draft's, where there is only this one session."""

    key: str
    words: str
    name: str
    starts_at: datetime
    ends_at: datetime
    room: str
    zone: str
    over: int
    can_stretch: bool
    can_shrink: bool
    is_first: bool
    compact: bool
    other_view: str


class Card(NamedTuple):
    """A topic that may be placed."""

    key: str
    title: str
    minutes: int
    words: str
    signs: tuple[Sign, ...]
    position: str = ""


def severity_words():
    return {
        warnings.CANNOT: _("Can’t work"),
        warnings.SHOULD_NOT: _("Should not"),
        warnings.AWARE: _("Be aware"),
    }


def css_of(item, warned):
    css = []
    if item.beyond:
        css.append("over")
        if item.within:
            css.append(f"cut-{item.within}")
    elif item.is_break:
        css.append("break")
    if item.topic is None and (not item.is_break or item.beyond):
        css.append("plain")
    if warned and not item.beyond:
        css.append("warned")
    return " ".join(css)


def end_label(item):
    """Where there is room for “17:30 end”: below the dashed line, above it, the time alone, or only the line."""
    if item.within >= 5 and item.beyond >= 7:
        return "below"
    if item.within >= 12:
        return "above"
    return "time" if item.within >= 5 and item.beyond >= 4 else "line"


def who_comes(topic, language):
    """A dot for each key person, and “2 of 3 come, 1 remotely”."""
    return _coming(topic.statuses, language) if topic else ((), "")


@lru_cache(maxsize=512)
def _coming(people, _language):
    """The same of statuses. Kept for each language, as only so many come together."""
    return tuple(status or Status.NOT_ASKED.value for status in people), _coming_words(people)


def _coming_words(people):
    if not people:
        return _("no key person named")
    statuses = Counter(people)
    coming = sum(statuses[status] for status in COMES)
    words = {"coming": coming, "all": len(people), "remote": statuses[Status.REMOTE]}
    if coming == 0:
        return _("0 of %(all)s come so far") % words
    if words["remote"]:
        return _("%(coming)s of %(all)s come, %(remote)s remotely") % words
    if coming == len(people):
        return _("%(coming)s of %(all)s come") % words
    return _("%(coming)s of %(all)s come so far") % words


def waiting_words(topic, need, like):
    """“15 min · if time allows · 2 must be there · 1 of 2 key people come”."""
    words = [_("%(minutes)s min") % {"minutes": topic.minutes}]
    if topic.state == "if_time":
        words.append(_("if time allows"))
    if need:
        words.append(ngettext("%(count)s must be there", "%(count)s must be there", need) % {"count": need})
    if like:
        words.append(ngettext("%(count)s would like to", "%(count)s would like to", like) % {"count": like})
    people = topic.key_people
    words.append(
        _("%(coming)s of %(all)s key people come")
        % {"coming": sum(person.comes for person in people), "all": len(people)}
        if people
        else _("no key person named")
    )
    return " · ".join(words)
