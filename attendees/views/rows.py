"""The list of people as the lead's page shows it: filtered, counted, sorted, each row in words."""

from dataclasses import dataclass, field
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, Prefetch, Q, Value, When
from django.utils import formats
from django.utils.translation import gettext as _

from attendees import times
from attendees.actions.counts import NEEDS_YOU
from attendees.actions.status import standing
from attendees.forms.people import NO_ADDRESS, NOBODY
from attendees.models import Answer, Attendee, Interest, Status
from topics.models import KeyPerson, Topic
from uconf.lib import clock
from uconf.models.people import fold

MOST = 500
INTERESTED = (Interest.Level.NEED_ME, Interest.Level.WOULD_LIKE)


@dataclass
class Row:
    """One person on the list."""

    attendee: Attendee
    subs: list = field(default_factory=list)
    said: list = field(default_factory=list)  # (level in words, topic titles)
    key_for: list = field(default_factory=list)


def narrowed(microconference, values):
    """The attendees that match a filter, its status left aside."""
    rows = Attendee.objects.filter(microconference=microconference)
    if values["q"]:
        notes = Answer.objects.filter(note__icontains=values["q"], attendee__microconference=microconference)
        rows = rows.filter(
            Q(person__search_name__contains=fold(values["q"]))
            | Q(person__affiliation__icontains=values["q"])
            | Q(reason__icontains=values["q"])
            | Q(pk__in=notes.values("attendee"))
        )
    if values["topic"]:
        rows = rows.filter(_part_in(values["topic"], values["part"]))
    if values["by"] == NOBODY:
        rows = rows.filter(asked_by=None)
    elif values["by"]:
        rows = rows.filter(asked_by__person__public_id=values["by"])
    return rows


def _part_in(topic, part):
    """Those who have to do with a topic, or who have one part in it."""
    said = Interest.objects.filter(topic=topic, level__in=INTERESTED)
    parts = {
        "interested": Q(pk__in=said.values("attendee")),
        "key": Q(person__in=topic.key_people.values("person")),
        "proposer": Q(person__in=topic.proposers.values("person")),
    }
    return parts[part] if part else parts["interested"] | parts["key"] | parts["proposer"]


def chips(matching, values):
    """How many of those that match stand where, and how many have no address. One query."""
    found = {
        row["status"]: row
        for row in matching.order_by()
        .values("status")
        .annotate(people=Count("pk"), unreachable=Count("pk", filter=Q(person__address="")))
    }
    total = sum(row["people"] for row in found.values())
    unreachable = sum(row["unreachable"] for row in found.values())
    statuses = [
        {
            "status": each,
            "count": found[each]["people"] if each in found else 0,
            "query": query(values, status=each),
        }
        for each in NEEDS_YOU
        if each in found or values["status"] == each
    ]
    return {
        "total": total,
        "all_query": query(values, status=""),
        "statuses": statuses,
        "no_address": unreachable,
        "no_address_query": query(values, status=NO_ADDRESS),
    }


def query(values, **changes):
    """The query string of a filter with some of it changed."""
    values = {**values, **changes}
    if isinstance(values["topic"], Topic):
        values["topic"] = values["topic"].public_id
    return urlencode({name: value for name, value in values.items() if value})


def shown(matching, values):
    """The attendees to show, in order: at most MOST of them, with all that a row says. Six queries."""
    rows = matching
    if values["status"] == NO_ADDRESS:
        rows = rows.filter(person__address="")
    elif values["status"]:
        rows = rows.filter(status=values["status"])
    rows = (
        rows.select_related("person", "asked_by__person")
        .select_related("availability")
        .prefetch_related(
            "availability__times",
            Prefetch("answers", queryset=Answer.objects.order_by("-recorded_at", "-pk")),
            Prefetch("interests", queryset=Interest.objects.select_related("topic").order_by("topic__position", "pk")),
        )
    )
    return list(rows.order_by(*_order(values["sort"]))[:MOST])


def _order(sort):
    needs = Case(*[When(status=each, then=Value(at)) for at, each in enumerate(NEEDS_YOU)], default=Value(99))
    backwards = sort.startswith("-")
    expression = {
        "person": F("person__search_name"),
        "status": needs,
        "asked_by": F("asked_by__person__search_name"),
        "heard": F("last_heard_at"),
    }.get(sort.removeprefix("-"), needs)
    first = expression.desc(nulls_last=True) if backwards else expression.asc(nulls_last=True)
    return [first, "person__search_name", "pk"]


def in_words(microconference, attendees):
    """Rows that say what is to be said of each attendee. One query for the key people."""
    keys = {}
    people = [each.person_id for each in attendees]
    for key in (
        KeyPerson.objects.filter(topic__in=microconference.topics.alive(), person__in=people)
        .select_related("topic")
        .order_by("topic__position")
    ):
        keys.setdefault(key.person_id, []).append(key.topic.title)
    return [
        Row(
            attendee=each,
            subs=subs(each, microconference.timezone),
            said=said(each),
            key_for=keys.get(each.person_id, []),
        )
        for each in attendees
    ]


def said(attendee):
    """What somebody said about topics: (level in words, titles), the strongest first."""
    titles = {}
    for each in attendee.interests.all():
        titles.setdefault(each.level, []).append(each.topic.title)
    return [(Interest.Level(level).label, titles[level]) for level in Interest.Level.values if level in titles]


def subs(attendee, zone):
    """The small print under a status: since when, what they wrote, what they cannot."""
    found = []
    if attendee.status == Status.PENDING and attendee.contacted_at:
        found.append(_("asked %(day)s") % {"day": day(attendee.contacted_at, zone)})
    if attendee.status == Status.BOUNCES and attendee.person.bounced_at:
        found.append(_("came back %(day)s") % {"day": day(attendee.person.bounced_at, zone)})
    answer = next(iter(standing(attendee.answers.all())), None)
    if answer and answer.note:
        note = answer.note if len(answer.note) <= 80 else answer.note[:79] + "…"
        found.append(f"“{note}”")
    if answer and answer.instead:
        found.append(_("instead: %(name)s") % {"name": answer.instead})
    cannot = cannot_words(attendee, zone)
    if cannot:
        found.append(_("cannot %(times)s") % {"times": cannot})
    if attendee.letters_stopped_at:
        found.append(_("wants no letters"))
    if attendee.status == Status.NOT_ASKED and attendee.reason and attendee.person.affiliation:
        found.append(attendee.reason)
    return found


def notes(attendee):
    """What somebody wrote with the answers that stand, the newest first."""
    return [each.note for each in standing(attendee.answers.all()) if each.note]


def availability_of(attendee):
    return getattr(attendee, "availability", None)


def cannot_words(attendee, zone):
    """The times somebody cannot, by day: “16:00–17:00”, with the day where there are several."""
    availability = availability_of(attendee)
    days = {}
    for each in availability.times.all() if availability else ():
        local = each.starts_at.astimezone(ZoneInfo(zone)).date()
        days.setdefault(local, []).append((each.starts_at, each.ends_at))
    words = {local: times.words(spans, day=local, zone=zone) for local, spans in days.items()}
    if len(words) == 1:
        return next(iter(words.values()))
    return "; ".join(f"{formats.date_format(local, 'j M')} {text}" for local, text in words.items())


def day(instant, zone):
    """A day in short, with its year if it is not this one."""
    local = instant.astimezone(ZoneInfo(zone)).date()
    return formats.date_format(local, "j M" if local.year == clock.today(zone).year else "j M Y")
