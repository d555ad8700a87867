"""What is to be entered into the conference's own timetable, where the official schedule lives elsewhere.

A release is compared with what a lead said they entered there, so the list holds only what differs. The order and the
words are Indico's: id, title, start date, duration, room.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from topics.models import AgendaItem, Release, TimetableEntry, Topic
from uconf.actions import activity
from uconf.lib import addresses, clock
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, User

ADD, CHANGE, REMOVE = "add", "change", "remove"
FIELDS = ("title", "starts_at", "minutes", "room")


@dataclass(frozen=True)
class Line:
    """One thing to do in the other system. ``now`` is None for what is to be removed, ``was`` for what is new."""

    key: str
    what: str
    now: dict | None
    was: dict | None
    topic: str | None = None
    number: str = ""  # the other system's own id of a topic; empty where it is not known

    @property
    def values(self):
        return self.now or self.was

    @property
    def starts_at(self):
        return datetime.fromisoformat(self.values["starts_at"])

    @property
    def was_at(self):
        return datetime.fromisoformat(self.was["starts_at"]) if self.was else None

    @property
    def fields(self):
        """What differs, of a change."""
        return {name for name in FIELDS if self.now and self.was and self.now[name] != self.was[name]}


@dataclass(frozen=True)
class Todo:
    """The list for a release, and what of it is done: (line, entry)."""

    release: Release
    lines: tuple[Line, ...]
    done: tuple = ()


def entries_of(content):
    """A release as the other system knows it: {key: values}, in the order of time.

    A topic is known by itself; a pause, which may be made anew in a draft, by its kind and turn.
    """
    found, turns = {}, Counter()
    items = [(item, session["room"]) for session in content["sessions"] for item in session["items"]]
    for item, room in sorted(items, key=lambda each: (each[0]["starts_at"], each[1])):
        turns[item["kind"]] += 1
        key = f"topic:{item['topic']}" if item["topic"] else f"{item['kind']}:{turns[item['kind']]}"
        found[key] = {
            "title": item["title"], "starts_at": item["starts_at"], "minutes": item["minutes"], "room": room,
        }  # fmt: skip
    return found


def differences(wanted, entered):
    """What is to be done in the other system: {key: values} wanted there, and those entered. In the order of time."""
    lines = []
    for key, now in wanted.items():
        was = entered.get(key)
        if was is None:
            lines.append(Line(key, ADD, now, None, _topic(key)))
        elif now != was:
            lines.append(Line(key, CHANGE, now, was, _topic(key)))
    gone = [Line(key, REMOVE, None, was, _topic(key)) for key, was in entered.items() if was and key not in wanted]
    return [*lines, *sorted(gone, key=lambda each: each.starts_at)]


def _topic(key):
    kind, _colon, public_id = key.partition(":")
    return public_id if kind == AgendaItem.Kind.TOPIC else None


def how_many(microconference):
    """How many things are to be entered by the latest release; 0 before the first one. Two queries; reads only."""
    release = Release.objects.filter(microconference=microconference).order_by("-number").only("content").first()
    if release is None:
        return 0
    entered = TimetableEntry.objects.filter(microconference=microconference).values_list("key", "values")
    return len(differences(entries_of(release.content), dict(entered)))


def todo(microconference, number=None):
    """The list for a release, the latest one without a number; None if there is none. Three queries; reads only."""
    found = Release.objects.filter(microconference=microconference)
    release = (found if number is None else found.filter(number=number)).order_by("-number").first()
    if release is None:
        return None
    rows = TimetableEntry.objects.filter(microconference=microconference).select_related("entered_by")
    rows = {each.key: each for each in rows}
    wanted = entries_of(release.content)
    lines = differences(wanted, {key: each.values for key, each in rows.items()})
    topics = {_topic(key) for key in [*rows, *wanted]}
    numbers = Topic.objects.filter(microconference=microconference, public_id__in=topics)
    numbers = dict(numbers.values_list("public_id", "external_id"))
    open_keys = {each.key for each in lines}
    done = [
        (Line(key, REMOVE if each.values is None else ADD, each.values, (each.before or {}).get("values"),
              _topic(key)), each)
        for key, each in rows.items()
        if key not in open_keys
    ]  # fmt: skip
    done.sort(key=lambda each: each[0].starts_at)
    return Todo(
        release, tuple(_numbered(each, numbers) for each in lines),
        tuple((_numbered(line, numbers), each) for line, each in done),
    )  # fmt: skip


def _numbered(line, numbers):
    return Line(line.key, line.what, line.now, line.was, line.topic, numbers.get(line.topic, ""))


@transaction.atomic
def tick(*, microconference, number, keys, by):
    """Note that some things of release ``number`` were entered into the other system, or removed from it.

    What was entered is what that release said, also if another one stands by now: then the rest differs still.
    Harmless twice. Raises Refusal for a release that is not there. Returns how many were noted.
    """
    Microconference.objects.select_for_update(of=("self",)).get(pk=microconference.pk)
    release = Release.objects.filter(microconference=microconference, number=number).first()
    if release is None:
        raise Refusal(_("There is no release %(number)s. Open the page again.") % {"number": number})
    wanted = entries_of(release.content)
    rows = {each.key: each for each in TimetableEntry.objects.filter(microconference=microconference, key__in=keys)}
    noted = 0
    for key in dict.fromkeys(keys):
        row, values = rows.get(key), wanted.get(key)
        if values == (row.values if row else None):
            continue
        row = row or TimetableEntry(microconference=microconference, key=key)
        row.before, row.values = {"values": row.values}, values
        row.entered_at, row.entered_by = clock.now(), by if isinstance(by, User) else None
        row.save()
        noted += 1
    if noted:
        activity.record("timetable.entered", on=microconference, by=by, after={"count": noted, "number": number})
    return noted


@transaction.atomic
def untick(*, microconference, key, by):
    """Take the last tick of one thing back. Harmless twice."""
    row = TimetableEntry.objects.select_for_update().filter(microconference=microconference, key=key).first()
    if row is None or row.before is None:
        return
    row.values, row.before = row.before["values"], None
    if row.values is None:
        row.delete()
    else:
        row.save(update_fields=["values", "before"])
    activity.record("timetable.undone", on=microconference, by=by)


@transaction.atomic
def set_number(*, microconference, topic, number, by):
    """Note the id that the other system gave a topic. ``topic`` is its public id. Raises Refusal."""
    row = Topic.objects.select_for_update(of=("self",)).filter(microconference=microconference, public_id=topic).first()
    if row is None:
        raise Refusal(_("This topic is not there any more. Open the page again."))
    number = addresses.one_line(number)
    most = Topic._meta.get_field("external_id").max_length
    if len(number) > most:
        raise Refusal(_("An id has at most %(most)s characters; yours has %(n)s.") % {"most": most, "n": len(number)})
    if number != row.external_id:
        before, row.external_id = row.external_id, number
        row.save_if_unchanged(version=None, fields=["external_id"])
        activity.record("topic.edited", on=microconference, by=by, subject=row.title,
                        before={"external_id": before}, after={"external_id": number})  # fmt: skip
    return row
