"""The activity log in words: what each kind of entry says to a reader."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from attendees.models import Answer, Asking, Status
from outcomes.models import Outcome
from topics.models import AgendaItem, Topic
from uconf.activity_words import OWN_SENTENCES, SENTENCES
from uconf.lib.links import LinkKind
from uconf.models import Membership, Microconference


@dataclass(frozen=True)
class Told:
    """One line of the log as a reader sees it; ``before`` and ``after`` are short plain texts."""

    at: datetime
    words: SafeString
    before: str = ""
    after: str = ""


# What was changed, as the log names it.
FIELD_WORDS = {
    "address": gettext_lazy("address"),
    "affiliation": gettext_lazy("affiliation"),
    "after": gettext_lazy("after"),
    "all_free": gettext_lazy("free for all of it"),
    "answer_by": gettext_lazy("answer by"),
    "cadence": gettext_lazy("reminders after, in days"),
    "changed": gettext_lazy("changed"),
    "count": gettext_lazy("how many"),
    "external_id": gettext_lazy("id in the conference’s system"),
    "everywhere": gettext_lazy("from everybody here"),
    "how": gettext_lazy("how"),
    "into": gettext_lazy("into"),
    "is_primary": gettext_lazy("primary author"),
    "kind": gettext_lazy("kind"),
    "label": gettext_lazy("label"),
    "links": gettext_lazy("links"),
    "listed": gettext_lazy("may be named"),
    "minutes": gettext_lazy("minutes"),
    "note": gettext_lazy("note"),
    "number": gettext_lazy("release"),
    "people": gettext_lazy("people"),
    "place": gettext_lazy("place"),
    "presenting_minutes": gettext_lazy("of which presenting"),
    "presents": gettext_lazy("presents"),
    "problem": gettext_lazy("the problem"),
    "publish_by": gettext_lazy("publish by"),
    "result": gettext_lazy("how it went"),
    "role": gettext_lazy("role"),
    "room": gettext_lazy("room"),
    "session": gettext_lazy("session"),
    "source": gettext_lazy("source"),
    "stand_in": gettext_lazy("stands in"),
    "state": gettext_lazy("state"),
    "status": gettext_lazy("status"),
    "step": gettext_lazy("places"),
    "summary": gettext_lazy("summary"),
    "text": gettext_lazy("text"),
    "times": gettext_lazy("times they cannot"),
    "title": gettext_lazy("title"),
    "topic": gettext_lazy("topic"),
    "topics": gettext_lazy("topics"),
    "url": gettext_lazy("address"),
}
# Stored values that have a word of their own, by field.
VALUE_WORDS = {
    "how": Asking.How,
    "result": Topic.Result,
    "role": Membership.Role,
    "source": Answer.Source,
    "status": Status,
}
KINDS = [LinkKind, AgendaItem.Kind, Microconference.Kind, Outcome.Kind]
STATES = [Topic.State, Microconference.State]


def told(entries, *, reader, with_changes=False):
    """Entries of the log as sentences. One query for any number of them."""
    entries = entries.select_related("by_user", "by_person", "person")
    return [_tell(each, reader, with_changes) for each in entries]


def _tell(entry, reader, with_changes):
    own = entry.by_person_id is not None and entry.by_person_id == entry.person_id
    sentence = (OWN_SENTENCES if own else {}).get(entry.what) or SENTENCES.get(entry.what)
    words = format_html(
        str(sentence) if sentence else "{who}: {what} {subject}",
        who=_who(entry, reader),
        what=entry.what,
        subject=entry.subject,
        person=_person(entry.person),
        before=_values(entry.before),
        after=_values(entry.after),
    )
    if not with_changes:
        return Told(entry.at, words)
    return Told(entry.at, words, _values(entry.before, named=True), _values(entry.after, named=True))


def _who(entry, reader):
    if entry.by_user_id is not None:
        return _("You") if entry.by_user == reader else str(entry.by_user)
    if entry.by_person is not None:
        return _("You") if entry.by_person == reader else _person(entry.by_person)
    return _("Somebody")


def _person(person):
    if person is None:
        return _("somebody")
    return format_html("<b>{}</b>", person.name or _("somebody erased"))


def _values(values, named=False):
    if not isinstance(values, dict):
        return ""
    parts = []
    for key, value in values.items():
        shown = _value(key, value)
        parts.append(f"{FIELD_WORDS.get(key, key.replace('_', ' '))}: {shown}" if named else shown)
    return ", ".join(parts)


def _value(key, value):
    """One stored value in words."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict) and "characters" in value:
        return ngettext("%(n)s character", "%(n)s characters", value["characters"]) % {"n": value["characters"]}
    if isinstance(value, dict | list):
        plain = isinstance(value, list) and all(isinstance(each, int | str) for each in value)
        return ", ".join(str(each) for each in value) if plain else str(len(value))
    for choices in {"kind": KINDS, "state": STATES}.get(key, [VALUE_WORDS[key]] if key in VALUE_WORDS else []):
        if value in choices.values:
            return str(choices(value).label)
    shown = str(value)
    return shown if len(shown) < 80 else shown[:79] + "…"
