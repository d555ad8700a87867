"""Checks of the people whom topics need: do they come, can they be there then, are they needed elsewhere."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from attendees.models import Status
from topics.agenda.checks.base import (
    AWARE,
    CANNOT,
    SHOULD_NOT,
    at,
    joined,
    per_item_of_people,
    per_item_of_stand_ins,
    stamp,
    time,
)  # fmt: skip
from topics.agenda.plain import KEY, PROPOSER

# What each status means for a topic that needs the person.
_WORDS = {
    Status.CANT: ("cant", SHOULD_NOT, ngettext_lazy("%(names)s can’t this time", "%(names)s can’t this time", "count")),
    Status.BOUNCES: (
        "bounces",
        SHOULD_NOT,
        ngettext_lazy("mail to %(names)s bounces", "mail to %(names)s bounces", "count"),
    ),
    Status.PENDING: (
        "pending",
        AWARE,
        ngettext_lazy("%(names)s has not answered", "%(names)s have not answered", "count"),
    ),
    Status.NOT_SURE: (
        "not_sure",
        AWARE,
        ngettext_lazy("%(names)s is not sure yet", "%(names)s are not sure yet", "count"),
    ),
    Status.NOT_ASKED: (
        "not_asked",
        AWARE,
        ngettext_lazy("%(names)s is not asked yet", "%(names)s are not asked yet", "count"),
    ),
    Status.INTERESTED: (
        "asked_again",
        AWARE,
        ngettext_lazy("%(names)s is not asked for this round", "%(names)s are not asked for this round", "count"),
    ),
    None: (
        "not_listed",
        AWARE,
        ngettext_lazy("%(names)s is not on the list of people", "%(names)s are not on the list of people", "count"),
    ),
}
_ABSENT = (Status.CANT, Status.BOUNCES)


@per_item_of_stand_ins
def not_coming(snapshot, item):
    """Somebody whom a placed topic needs can't come, cannot be reached, or has not said that they come.

    Where somebody stands in for a presenter, an absence is said only so that the lead knows, and a doubt not at all.
    """
    if item.topic is None or all(person.comes for person in item.needed_people):
        return
    substitute = stand_in(snapshot, item)
    presenting = {need.person.id for need in item.topic.of(PROPOSER) if need.presents}
    said = {person.status for person in item.needed_people}
    for status, (kind, severity, words) in _WORDS.items():
        if status not in said:
            continue
        people = [person for person in item.needed_people if person.status == status]
        if status == Status.INTERESTED and not snapshot.microconference.is_public:
            continue  # before acceptance nobody can say more than that
        covered = [person for person in people if substitute and is_replaceable(item.topic, person)]
        missing = [person for person in people if person not in covered]
        if missing:
            if status == Status.CANT and any(person.id in presenting for person in missing):
                severity = CANNOT
            yield _absent(snapshot, item, status, kind, severity, words, missing)
        if covered and status in _ABSENT:
            yield _absent(snapshot, item, status, kind, AWARE, words, covered, substitute)


def _absent(snapshot, item, status, kind, severity, words, people, substitute=None):
    sentence = words % {"names": joined([person.name for person in people]), "count": len(people)}
    return at(
        item, kind, severity, _with(sentence, substitute), whom="covered" if substitute else "",
        facts=(str(status), *(person.public_id for person in people), substitute and substitute.public_id),
        way_out_url=snapshot.url("attendees:people"),
        way_out_label=_way_out(status, len(people)),
    )  # fmt: skip


def _with(sentence, substitute):
    if substitute is None:
        return sentence
    return _("%(sentence)s; %(name)s stands in") % {"sentence": sentence, "name": substitute.name}


def _way_out(status, count):
    if status == Status.BOUNCES:
        return _("Correct the address")
    if status in (Status.NOT_ASKED, Status.INTERESTED):
        return ngettext("Ask them", "Ask %(count)s people", count) % {"count": count}
    if status is None:
        return _("Put them on the list")
    return _("See who comes")


def is_replaceable(topic, person):
    """Whether somebody may stand in for a person: for who presents, but not for who is needed as a key person."""
    return all(need.role != KEY for need in topic.needs if need.person.id == person.id)


def stand_in(snapshot, item):
    """Who stands in for the presenter of an item and can be there at its time, or None."""
    for need in item.topic.needs if item.topic else ():
        if need.stand_in and need.person.comes and is_free(snapshot, need.person, item):
            return need.person
    return None


def is_free(snapshot, person, item):
    """Whether somebody can be there while an item lasts: nothing of what they said, and nothing else, is in the way."""
    return (
        not any(item.overlaps(*stretch) for stretch in person.cannot)
        and not any(item.overlaps(each.starts_at, each.ends_at) for each in snapshot.elsewhere_of.get(person.id, ()))
        and not any(
            each.public_id != item.public_id and each.overlaps(item.starts_at, item.ends_at)
            for each in snapshot.items_needing.get(person.id, ())
        )
    )


def _covered(snapshot, item, person):
    """Who covers a person's absence from an item, or None."""
    return stand_in(snapshot, item) if is_replaceable(item.topic, person) else None


@per_item_of_people
def times_they_cannot(snapshot, item):
    """Somebody whom a placed topic needs said that they cannot at that time."""
    for person in item.needed_people:
        clash = next((stretch for stretch in person.cannot if item.overlaps(*stretch)), None)
        if clash is None or person.status == Status.CANT:
            continue
        substitute = _covered(snapshot, item, person)
        sentence = _("%(name)s cannot %(start)s–%(end)s") % {
            "name": person.name, "start": time(snapshot, clash[0]), "end": time(snapshot, clash[1]),
        }  # fmt: skip
        yield at(
            item, "times", AWARE if substitute else CANNOT, _with(sentence, substitute), whom=person.public_id,
            facts=stamp(*clash, item.starts_at, item.ends_at), **_free_times(snapshot, person),
        )  # fmt: skip


def _free_times(snapshot, person):
    return {
        "way_out_url": f"{snapshot.url('topics:quorum')}?person={person.public_id}",
        "way_out_label": _("See when they can"),
    }


@per_item_of_people
def two_places_at_once(snapshot, item):
    """Somebody is needed by a topic of ours, and at that time by another, here or in another microconference."""
    starts_at, ends_at, here, elsewhere = item.starts_at, item.ends_at, snapshot.items_needing, snapshot.elsewhere_of
    for person in item.needed_people:
        # Asked for every person of every item that an edit touches, so without a call for each comparison.
        other = next(
            (
                each
                for each in here[person.id]
                if each.starts_at < ends_at and starts_at < each.ends_at and each.public_id != item.public_id
            ),
            None,
        )
        if other:
            sentence = _("%(name)s is needed by “%(title)s” at that time") % {
                "name": person.name, "title": other.title,
            }  # fmt: skip
            facts = (other.lasting_id, *stamp(starts_at, ends_at, other.starts_at, other.ends_at))
        else:
            there = next(
                (e for e in elsewhere.get(person.id, ()) if e.starts_at < ends_at and starts_at < e.ends_at), None
            )
            if there is None:
                continue
            # What another microconference plans is theirs to tell: without a right to see it no name, no topic.
            words = {"name": person.name, "mc": there.whose}
            if there.whose:
                sentence = _("%(name)s is needed in “%(mc)s” at that time") % words
            else:
                sentence = _("%(name)s is needed elsewhere at that time") % words
            facts = stamp(starts_at, ends_at, there.starts_at, there.ends_at)
        substitute = _covered(snapshot, item, person)
        yield at(
            item, "two_places", AWARE if substitute else CANNOT, _with(sentence, substitute), whom=person.public_id,
            facts=facts, **_free_times(snapshot, person),
        )  # fmt: skip


@per_item_of_stand_ins
def remote_without_means(snapshot, item):
    """Somebody whom a topic needs comes remotely, and the room has no means for that."""
    remote = [person for person in item.needed_people if person.status == Status.REMOTE]
    if not remote:
        return
    block = snapshot.block_of(item)
    if block.remote_capable:
        return
    missing = [person for person in remote if not is_replaceable(item.topic, person)]
    substitute = None if missing else _here(snapshot, item)
    sentence = ngettext(
        "%(names)s comes remotely, but %(room)s has no means for that",
        "%(names)s come remotely, but %(room)s has no means for that",
        len(remote),
    ) % {"names": joined([person.name for person in remote]), "room": block.room}
    yield at(
        item, "remote", AWARE if substitute else CANNOT, _with(sentence, substitute),
        facts=(block.room, *(person.public_id for person in remote)),
        way_out_url=snapshot.url("topics:change_session", block.public_id),
        way_out_label=_("Change the room"),
    )  # fmt: skip


def _here(snapshot, item):
    """Who stands in and is in the room."""
    substitute = stand_in(snapshot, item)
    return substitute if substitute and substitute.status == Status.COMING else None
