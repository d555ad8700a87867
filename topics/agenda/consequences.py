"""What an act causes, in a sentence: said before it is done, and again when it was."""

from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def sentence(before, after, step):
    """What a step does to an agenda: where its item comes to stand, and when the session then ends."""
    words = SENTENCES.get(step.act, _nothing)(before, after, step)
    ends = _ends(after, step)
    return f"{words}; {ends}." if ends else f"{words}."


def _time(snapshot, moment):
    return f"{moment.astimezone(ZoneInfo(snapshot.zone)):%H:%M}"


def _when(snapshot, item):
    """“14:25”, with the day where sessions lie on several."""
    days = {block.starts_at.astimezone(ZoneInfo(snapshot.zone)).date() for block in snapshot.sessions}
    time = _time(snapshot, item.starts_at)
    if len(days) < 2:
        return time
    day = formats.date_format(item.starts_at.astimezone(ZoneInfo(snapshot.zone)), "D j M")
    return _("%(time)s on %(day)s") % {"time": time, "day": day}


def _ends(after, step):
    """How much is left of the session that the step was about, or how far it is over."""
    item = after.by_public_id.get(step.item)
    session = item.session_id if item else step.session
    block = next((block for block in after.sessions if block.id == session), None)
    if block is None or step.act in QUIET:
        return ""
    ends_at = _time(after, block.items_end_at)
    if block.over:
        return _("the session then ends at %(time)s, %(over)s min over") % {"time": ends_at, "over": block.over}
    if not block.left:
        return _("the session is full to the minute")
    return _("%(left)s min are left") % {"left": block.left}


def _minutes(before, after, step):
    count, item = step.numbers["count"], after.by_public_id.get(step.item)
    if not count:
        return _("No minutes were changed")
    if item is None:
        return ngettext("One length was saved", "%(count)s lengths were saved", count) % {"count": count}
    if step.numbers["before"] != item.minutes:
        return _("“%(title)s” takes %(minutes)s min") % {"title": item.title, "minutes": item.minutes}
    return _("“%(title)s” has %(presenting)s min for presenting and %(discussing)s for discussing") % {
        "title": item.title, "presenting": item.presenting, "discussing": item.discussing,
    }  # fmt: skip


def _place(before, after, step):
    item = after.by_public_id[step.item]
    return _("“%(title)s” is placed at %(when)s, %(minutes)s min") % {
        "title": item.title, "when": _when(after, item), "minutes": item.minutes,
    }  # fmt: skip


def _add(before, after, step):
    item = after.by_public_id[step.item]
    return _("“%(title)s” is added at %(when)s, %(minutes)s min") % {
        "title": item.title, "when": _when(after, item), "minutes": item.minutes,
    }  # fmt: skip


def _move(before, after, step):
    item, was = after.by_public_id[step.item], before.by_public_id.get(step.item)
    words = {"title": item.title, "when": _when(after, item)}
    if was is not None and (was.starts_at, was.session_id) == (item.starts_at, item.session_id):
        return _("“%(title)s” stays at %(when)s") % words
    return _("“%(title)s” moves to %(when)s") % words


def _swap(before, after, step):
    item = after.by_public_id[step.item]
    return _("“%(title)s” and “%(other)s” change places, “%(title)s” starts at %(when)s") % {
        "title": item.title, "other": step.numbers["other"], "when": _when(after, item),
    }  # fmt: skip


def _out(before, after, step):
    if step.numbers.get("already"):
        return _("It was taken out already")
    if step.numbers["is_topic"]:
        return _("“%(title)s” is off the agenda and waits with the unplaced") % {"title": step.subject}
    return _("“%(title)s” is off the agenda") % {"title": step.subject}


def _fill(before, after, step):
    count = step.numbers["count"]
    if not count:
        return _("No accepted topic is left to place")
    return ngettext("One topic is placed", "%(count)s topics are placed", count) % {"count": count}


def _pin(before, after, step):
    item = after.by_public_id[step.item]
    return _("“%(title)s” is pinned to %(when)s") % {"title": item.title, "when": _when(after, item)}


def _unpin(before, after, step):
    return _("“%(title)s” is no longer pinned") % {"title": step.subject}


def _stretch(before, after, step):
    if not step.numbers["count"]:
        return _("Nothing could be stretched")
    return ngettext(
        "One item takes %(minutes)s min more", "%(count)s items take %(minutes)s min more", step.numbers["count"]
    ) % step.numbers  # fmt: skip


def _shrink(before, after, step):
    numbers = step.numbers
    if not numbers["count"] and not numbers["over"]:
        return _("Everything fits already")
    if not numbers["count"]:
        return _("Nothing can be shrunk: every topic is as short as it may be, or pinned")
    words = ngettext(
        "One item takes %(minutes)s min less", "%(count)s items take %(minutes)s min less", numbers["count"]
    ) % numbers  # fmt: skip
    if numbers["over"]:
        return _("%(words)s; %(over)s min could not be saved, as no topic may be shorter") % {**numbers, "words": words}
    return words


def _undo(before, after, step):
    return _("Undone: %(step)s") % {"step": step.subject}


def _redo(before, after, step):
    return _("Done again: %(step)s") % {"step": step.subject}


def _set(before, after, step):
    count = step.numbers["count"]
    return ngettext("The agenda now has %(count)s topic", "The agenda now has %(count)s topics", count) % {
        "count": count
    }


def _nothing(before, after, step):
    return _("Nothing was changed")


QUIET = ("pin", "unpin", "undo", "redo")
SENTENCES = {
    "minutes": _minutes, "place": _place, "add": _add, "up": _move, "down": _move, "to": _move, "move": _move,
    "swap": _swap, "out": _out, "fill": _fill, "pin": _pin, "unpin": _unpin, "stretch": _stretch, "shrink": _shrink,
    "undo": _undo, "redo": _redo, "set": _set,
}  # fmt: skip
