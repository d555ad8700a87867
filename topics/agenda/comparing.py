"""Two agendas beside each other: a draft or a release against another, whatever they are."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from topics.agenda import changes, releases
from topics.agenda.drafts import get_draft
from topics.agenda.snapshot import load
from topics.models import Draft, Release


@dataclass(frozen=True)
class Side:
    """One of two agendas: the key that addresses carry, its name, and what it says."""

    key: str
    name: str
    content: dict


@dataclass(frozen=True)
class Choice:
    key: str
    name: str


def choices(microconference):
    """Everything that can be compared: the drafts, then the releases, the newest first. Two queries."""
    drafts = Draft.objects.filter(microconference=microconference)
    found = [Choice(each.public_id, draft_name(each)) for each in drafts]
    numbers = Release.objects.filter(microconference=microconference).values_list("number", flat=True)
    return found + [Choice(f"v{number}", _("release %(number)s") % {"number": number}) for number in numbers]


def draft_name(draft):
    """“draft A”, and whether it is the one that is worked on."""
    words = _("draft %(name)s, current") if draft.is_current else _("draft %(name)s")
    return words % {"name": draft.name}


def side(microconference, key):
    """The agenda that a key stands for: “v2” is release 2, else a draft's identifier. None if there is none."""
    if key[:1] == "v" and key[1:].isascii() and key[1:].isdecimal() and len(key) < 8:
        release = Release.objects.filter(microconference=microconference, number=int(key[1:])).first()
        if release is not None:
            return Side(key, _("release %(number)s") % {"number": release.number}, release.content)
    draft = get_draft(microconference, key)
    if draft is None:
        return None
    content = releases.content_of(load(microconference, draft=draft, neighbours=False))
    return Side(draft.public_id, draft_name(draft), content)


def compare(a, b):
    """What is new, moved, changed and cancelled on the way from one agenda to the other."""
    return changes.between(a.content, b.content)


def in_numbers(found):
    """“2 new, 1 moved”: a set of changes in few words."""
    parts = (
        (len(found.new), _("%(n)s new")),
        (len(found.moved), _("%(n)s moved")),
        (len(found.changed), _("%(n)s changed")),
        (len(found.cancelled), _("%(n)s cancelled")),
    )
    return ", ".join(words % {"n": count} for count, words in parts if count)
