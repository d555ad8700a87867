"""The published schedule: the latest release, or an older one. Never a draft."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from attendees import naming
from attendees.models import Attendee, Status
from topics.agenda import releases
from topics.forms.agenda import ZoneForm
from topics.models import Topic
from uconf import rights
from uconf.lib import clock
from uconf.models import Person


@login_not_required
@require_safe
def schedule(request, conference, mc):
    """The latest release; before the first one, when it is due."""
    microconference = rights.get_public_microconference(conference, mc)
    found = list(microconference.releases.order_by("-number")[:2])
    if not found:
        return render(request, "topics/schedule_empty.html", {"microconference": microconference})
    return _page(request, microconference, *found)


@login_not_required
@require_safe
def release(request, conference, mc, number):
    """One release by its number, with a pointer to the latest."""
    microconference = rights.get_public_microconference(conference, mc)
    found = list(microconference.releases.filter(number__lte=number).order_by("-number")[:2])
    if not found or found[0].number != number:
        raise Http404
    return _page(request, microconference, *found)


def _page(request, microconference, found, previous=None):
    form = ZoneForm(request.GET)
    zone = (form.cleaned_data["tz"] if form.is_valid() else "") or found.content["timezone"]
    numbers = list(microconference.releases.values_list("number", flat=True))
    leads = list(microconference.memberships.in_public().select_related("person"))
    topics = _public_topics(microconference, found)
    days, now, later = _programme(microconference, found, topics, zone)
    context = {
        "microconference": microconference,
        "release": found,
        "latest": numbers[0],
        "other_numbers": [number for number in numbers if number != found.number],
        "published_by": next((each.person for each in leads if each.user_id == found.published_by_id), None)
        if found.published_by_id
        else None,
        "leads": [each.person for each in leads],
        "form": form,
        "zone": zone,
        "own_zone": found.content["timezone"],
        "zone_changed": found.content["timezone"] != microconference.timezone,
        "suggested": ZoneForm.SUGGESTED,
        "days": days,
        "first": days[0].sessions[0].starts_at if days else found.published_at,
        "now": now if found.number == numbers[0] else None,
        "next": later if found.number == numbers[0] else None,
        "previous": previous,
        "changes": releases.changes(previous.content, found.content) if previous else None,
        "if_time": [(each["title"], topics.get(each["topic"])) for each in found.content["if_time"]],
        "here": settings.BASE_URL + request.path,
    }
    return render(request, "topics/schedule.html", context, status=200 if form.is_valid() else 422)


@dataclass
class Entry:
    """One line of the programme."""

    anchor: str
    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    topic: Topic | None
    people: list
    is_now: bool = False
    is_next: bool = False

    @property
    def links(self):
        return self.topic.links.all() if self.topic else ()


@dataclass
class Sitting:
    """A session as readers see it."""

    starts_at: datetime
    ends_at: datetime
    room: str
    remote_capable: bool
    entries: list


@dataclass
class Day:
    day: datetime
    sessions: list


def _programme(microconference, found, topics, zone):
    """The release by days of the zone, and what is on now and next."""
    items = _items(found)
    names = _names(microconference, {public_id for item in items for public_id in item["people"]})
    days, entries = [], []
    for session in sorted(found.content["sessions"], key=lambda each: each["starts_at"]):
        sitting = Sitting(
            datetime.fromisoformat(session["starts_at"]),
            datetime.fromisoformat(session["ends_at"]),
            session["room"],
            session["remote_capable"],
            [_entry(item, topics, names) for item in session["items"]],
        )
        entries += sitting.entries
        day = sitting.starts_at.astimezone(ZoneInfo(zone)).date()
        if not days or days[-1].day != day:
            days.append(Day(day, []))
        days[-1].sessions.append(sitting)
    return days, *_now_and_next(entries, zone)


def _entry(item, topics, names):
    starts_at = datetime.fromisoformat(item["starts_at"])
    return Entry(
        f"t-{item['topic']}" if item["topic"] else f"i-{item['id']}",
        item["kind"],
        item["title"],
        starts_at,
        starts_at + timedelta(minutes=item["minutes"]),
        item["minutes"],
        topics.get(item["topic"]),
        [names[public_id] for public_id in item["people"] if public_id in names],
    )


def _now_and_next(entries, zone):
    """What is on, and what comes after it today. Marks the entries."""
    moment, entries = clock.now(), sorted(entries, key=lambda each: each.starts_at)
    now = next((each for each in entries if each.starts_at <= moment < each.ends_at), None)
    later = next((each for each in entries if each.starts_at > moment), None)
    today = moment.astimezone(ZoneInfo(zone)).date()
    if later and later.starts_at.astimezone(ZoneInfo(zone)).date() != today:
        later = None
    if now:
        now.is_now = True
    if later:
        later.is_next = True
    return now, later


def _items(found):
    return [item for session in found.content["sessions"] for item in session["items"]]


def _public_topics(microconference, found):
    """A release's topics by their identifier, as they are today; one withdrawn since tells no more than its title."""
    public_ids = {each["topic"] for each in [*_items(found), *found.content["if_time"]] if each["topic"]}
    rows = Topic.objects.public().filter(microconference=microconference, public_id__in=public_ids)
    return {topic.public_id: topic for topic in rows.prefetch_related("links")}


def _names(microconference, public_ids):
    """Those who may be named, by their identifier: a name, and whether they come remotely."""
    allowed = naming.nameable_person_ids(microconference)
    people = Person.objects.filter(public_id__in=public_ids, pk__in=allowed).values_list("pk", "public_id", "name")
    remote = set(
        Attendee.objects.nameable()
        .filter(microconference=microconference, status=Status.REMOTE)
        .values_list("person_id", flat=True)
    )
    return {public_id: (name, pk in remote) for pk, public_id, name in people}
