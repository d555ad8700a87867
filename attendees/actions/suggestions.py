"""Whom a lead may want to ask: people of the topics, of earlier editions, and names that others gave."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.actions import people
from attendees.actions.status import standing
from attendees.models import Answer, Attendee, Status
from topics.models import KeyPerson, Proposer, Topic
from uconf.models import Membership, Person, Suppression
from uconf.models.people import fold

MOST = 500
TOPIC, EDITION, NAMED = "topic", "edition", "named"
CAME = (Status.COMING, Status.REMOTE)
ANSWERED = (*CAME, Status.INTERESTED, Status.NOT_SURE)


@dataclass
class Suggestion:
    """Somebody who is not on the list, and why they might be. Without ``person`` it is a name that somebody gave."""

    name: str
    kind: str
    person: Person | None = None
    why: list = field(default_factory=list)  # sentences


def suggest(*, microconference, by):
    """Whom a lead might put on the list, the topics' people first. A fixed number of queries.

    Of earlier editions, leads are named in public anyway; attendees come only from editions that ``by`` ran too, or
    of which only the year is known: a list belongs to its leads, and a series is joined by giving a text its title.
    Nobody's address is here.
    """
    found = {}
    taken = _taken(microconference)
    _from_topics(microconference, found)
    _from_editions(microconference, by, found)
    banned = Suppression.objects.among({each.person.address for each in found.values() if each.person.address})
    known = [
        each
        for pk, each in found.items()
        if pk not in taken and each.person.erased_at is None and each.person.address not in banned
    ]
    order = {TOPIC: 0, EDITION: 1}
    known.sort(key=lambda each: (order[each.kind], each.person.search_name))
    names = {each.person.search_name for each in known}
    return [*known[:MOST], *_named(microconference, names)]


@transaction.atomic
def add(*, microconference, public_ids, asked_by=None, by):
    """Put suggested people on the list; who is not suggested (any more) is left out. Returns the new attendees."""
    wanted = set(public_ids)
    chosen = [
        each
        for each in suggest(microconference=microconference, by=by)
        if each.person and each.person.public_id in wanted
    ]
    return [
        people.add_attendee(microconference=microconference, person=each.person, asked_by=asked_by, by=by)
        for each in chosen
    ]


def _taken(microconference):
    listed = Attendee.objects.filter(microconference=microconference).values_list("person", flat=True)
    team = Membership.objects.filter(microconference=microconference).values_list("person", flat=True)
    return {*listed, *team}


def _note(found, person, kind, why):
    known = found.setdefault(person.pk, Suggestion(name=person.name, kind=kind, person=person))
    known.why.append(why)


def _from_topics(microconference, found):
    topics = Topic.objects.alive().filter(microconference=microconference)
    rows = KeyPerson.objects.filter(topic__in=topics).select_related("topic", "person")
    for each in rows.order_by("topic__position", "pk"):
        why = _("key person of “%(topic)s”") % {"topic": each.topic}
        _note(found, each.person, TOPIC, f"{why} ({each.note})" if each.note else why)
    rows = Proposer.objects.filter(topic__in=topics).select_related("topic", "person")
    for each in rows.order_by("topic__position", "pk"):
        _note(found, each.person, TOPIC, _("proposes “%(topic)s”") % {"topic": each.topic})


def _from_editions(microconference, by, found):
    editions = people.editions_open_to(microconference=microconference, by=by)
    rows = Membership.objects.leads().filter(microconference__in=editions) | people.leads_in_public(microconference)
    for each in rows.select_related("microconference", "person").order_by("-microconference__year", "pk"):
        _note(found, each.person, EDITION, _("led it in %(year)s") % {"year": each.microconference.year})
    rows = Attendee.objects.filter(microconference__in=editions, status__in=ANSWERED)
    for each in rows.select_related("microconference", "person").order_by("-microconference__year", "pk"):
        values = {"year": each.microconference.year, "status": Status(each.status).label}
        came = each.status in CAME and each.microconference.is_over
        words = _("came in %(year)s") if came else _("said “%(status)s” in %(year)s")
        _note(found, each.person, EDITION, words % values)


def named_instead(*, microconference):
    """Names that people on the list gave in place of themselves, and that nobody has added yet."""
    return _named(microconference, set())


def _named(microconference, names):
    """Names that people on the list gave in place of themselves, and that are nobody's on it."""
    rows = Answer.objects.filter(attendee__microconference=microconference).select_related("attendee__person")
    by_attendee = defaultdict(list)
    for each in rows.order_by("-recorded_at", "-pk"):
        by_attendee[each.attendee_id].append(each)
    listed = Attendee.objects.filter(microconference=microconference)
    team = Membership.objects.filter(microconference=microconference)
    names = names | set(listed.values_list("person__search_name", flat=True))
    names |= set(team.values_list("person__search_name", flat=True))
    found = {}
    for answers in by_attendee.values():
        for answer in standing(answers):
            key = fold(answer.instead)
            if key and key not in names:
                given = found.setdefault(key, Suggestion(name=answer.instead, kind=NAMED))
                why = _("%(name)s names them as somebody better") % {"name": answer.attendee.person}
                if why not in given.why:
                    given.why.append(why)
    return sorted(found.values(), key=lambda each: fold(each.name))
