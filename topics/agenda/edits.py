"""One press in the editor: typed minutes and an act, done together or not at all."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from topics.agenda import drafts
from topics.models import AgendaItem, Session, Topic
from uconf.lib.refusals import EditConflict, Refusal

Kind = AgendaItem.Kind


@dataclass(frozen=True)
class Edit:
    """What was pressed: an act (minutes, fill, publish, place, up, down, out, to, add) on something, and
    the minutes that were typed, by item."""

    act: str = "minutes"
    value: str = ""
    minutes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What came of it: a sentence with the consequence, and the item to go on with."""

    sentence: str
    item: AgendaItem | None = None


@transaction.atomic
def apply(*, draft, edit, version, by):
    """Save typed minutes, then do the act. Raises Refusal, or EditConflict if the draft was edited meanwhile."""
    items = {item.public_id: item for item in draft.items.select_related("topic", "session")}
    typed = {items[key]: minutes for key, minutes in edit.minutes.items() if key in items}
    before = draft.version
    drafts.set_minutes(draft=draft, minutes=typed, version=version, by=by)
    if draft.version != before:
        version = draft.version  # our own edit, in this very transaction
    return ACTS[edit.act](draft, edit.value, items, version, by, len(edit.minutes))


def describe(edit, draft):
    """What somebody tried, in words, for when it was refused as outdated. One line each."""
    titles = {item.public_id: item.title for item in draft.items.select_related("topic")}
    lines = [
        _("%(title)s: %(minutes)s min") % {"title": titles[key], "minutes": minutes}
        for key, minutes in edit.minutes.items()
        if key in titles
    ]
    words = {
        "up": _("Move “%(title)s” up"),
        "down": _("Move “%(title)s” down"),
        "out": _("Move “%(title)s” out"),
        "to": _("Move “%(title)s” to another session"),
        "place": _("Place “%(title)s”"),
        "add": _("Add “%(title)s”"),
        "fill": _("Place all accepted topics"),
    }
    if edit.act in words:
        lines.append(words[edit.act] % {"title": _title(edit, draft, titles)})
    return lines or [_("Nothing was typed or moved.")]


def _title(edit, draft, titles):
    key = edit.value.partition(":")[0]
    if edit.act == "place":
        return Topic.objects.filter(microconference=draft.microconference_id, public_id=key).first() or key
    if edit.act == "add":
        return Kind(key).label if key in Kind.values else key
    return titles.get(key) or _("an item that is gone")


def _item(draft, value, items):
    if value not in items:
        raise EditConflict(_("What you moved was taken out meanwhile."), theirs=draft)
    return items[value]


def _minutes(draft, value, items, version, by, count):
    if not count:
        return Done(_("No minutes were changed."))
    return Done(ngettext("One length was saved.", "%(count)s lengths were saved.", count) % {"count": count})


def _publish(draft, value, items, version, by, count):
    return Done("")


def _fill(draft, value, items, version, by, count):
    topics = drafts.fill_default(draft=draft, version=version, by=by)
    if not topics:
        return Done(_("No accepted topic was left to place."))
    return Done(
        ngettext("One topic was placed.", "%(count)s topics were placed.", len(topics)) % {"count": len(topics)}
    )


def _place(draft, value, items, version, by, count):
    key, _colon, session = value.partition(":")
    topic = Topic.objects.filter(microconference=draft.microconference_id, public_id=key).first()
    if topic is None:
        raise Refusal(_("This topic is gone. Open the page again."))
    item = drafts.place(draft=draft, topic=topic, session=_session(draft, session), version=version, by=by)
    return Done(_("“%(title)s” is placed, %(minutes)s min.") % {"title": topic, "minutes": item.minutes}, item)


def _session(draft, key):
    if not key:
        return None
    session = Session.objects.filter(microconference=draft.microconference_id, public_id=key).first()
    if session is None:
        raise Refusal(_("This session is gone. Open the page again."))
    return session


def _up(draft, value, items, version, by, count):
    item = drafts.move_up(draft=draft, item=_item(draft, value, items), version=version, by=by)
    return Done(_("“%(title)s” moved up.") % {"title": item.title}, item)


def _down(draft, value, items, version, by, count):
    item = drafts.move_down(draft=draft, item=_item(draft, value, items), version=version, by=by)
    return Done(_("“%(title)s” moved down.") % {"title": item.title}, item)


def _to(draft, value, items, version, by, count):
    key, _colon, session = value.partition(":")
    item, session = _item(draft, key, items), _session(draft, session)
    if session is None:
        raise Refusal(_("This session is gone. Open the page again."))
    item = drafts.move_to_session(draft=draft, item=item, session=session, version=version, by=by)
    return Done(_("“%(title)s” moved to the other session.") % {"title": item.title}, item)


def _out(draft, value, items, version, by, count):
    if value not in items:
        return Done(_("It was taken out already."))
    item = items[value]
    title, is_topic = item.title, item.topic_id is not None
    drafts.take_out(draft=draft, item=item, version=version, by=by)
    if is_topic:
        return Done(_("“%(title)s” is off the agenda and waits with the unplaced.") % {"title": title})
    return Done(_("“%(title)s” is off the agenda.") % {"title": title})


def _add(draft, value, items, version, by, count):
    if value not in Kind.values:
        raise Refusal(_("There is no such item to add. Open the page again."))
    item = drafts.add_pause(draft=draft, kind=value, version=version, by=by)
    return Done(_("“%(title)s” is added, %(minutes)s min.") % {"title": item.title, "minutes": item.minutes}, item)


ACTS = {
    "minutes": _minutes, "fill": _fill, "publish": _publish, "place": _place, "up": _up, "down": _down, "to": _to,
    "out": _out, "add": _add,
}  # fmt: skip
