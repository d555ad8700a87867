"""Outcomes go along when topics or microconferences are merged, and when a person turns out to be a known one."""

from django.db import transaction
from django.db.models import F, Max

from outcomes.models import Outcome
from uconf.actions import activity


@transaction.atomic
def move(*, topic, into):
    """Give a topic's outcomes to another topic, behind those it has. The merge itself is logged by who merges."""
    return _append(topic.outcomes.all(), microconference=into.microconference, topic=into)


@transaction.atomic
def move_all(*, microconference, into, by):
    """Give all outcomes of a microconference to another, behind those it has; each stays with its topic."""
    moved = _append(microconference.outcomes.all(), microconference=into)
    if moved:
        activity.record("outcome.moved", on=into, by=by, subject=microconference.title, after={"count": moved})
    return moved


def _append(outcomes, *, microconference, **fields):
    last = microconference.outcomes.aggregate(last=Max("position"))["last"]
    first = 0 if last is None else last + 1
    moved = list(outcomes.values_list("pk", flat=True))
    for place, pk in enumerate(moved, start=first):
        Outcome.objects.filter(pk=pk).update(
            microconference=microconference, position=place, version=F("version") + 1, **fields
        )
    return len(moved)


@transaction.atomic
def replace_person(*, microconference, person, known):
    """Let a person's part in the outcomes of a microconference belong to the known one whom they turned out to be."""
    for outcome in Outcome.objects.filter(microconference=microconference, people=person):
        outcome.people.remove(person)
        outcome.people.add(known)
    Outcome.objects.filter(microconference=microconference, owner=person).update(owner=known)
