"""Who brings a topic up, and without whom it can't be settled."""

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from topics.actions.topics import refuse_merged
from topics.models import KeyPerson, Proposer
from uconf.actions import activity, people
from uconf.lib import addresses, limits
from uconf.lib.refusals import Refusal
from uconf.models import Person, User


@transaction.atomic
def add_proposer(*, topic, person, presents=True, stand_in=False, by):
    """Name somebody as a topic's proposer. Being it already is harmless: nothing changes."""
    refuse_merged(topic)
    proposer, created = Proposer.objects.get_or_create(
        topic=topic,
        person=person,
        defaults={"presents": presents, "stand_in": stand_in, "position": _next(topic.proposers)},
    )
    if created:
        _log("topic.proposer_added", topic, person, by)
    return proposer


@transaction.atomic
def change_proposer(*, proposer, presents, stand_in, by):
    """Say whether a proposer presents the topic, or stands in for who does."""
    before = {"presents": proposer.presents, "stand_in": proposer.stand_in}
    after = {"presents": presents, "stand_in": stand_in}
    if before != after:
        proposer.presents, proposer.stand_in = presents, stand_in
        proposer.save(update_fields=["presents", "stand_in"])
        _log("topic.proposer_changed", proposer.topic, proposer.person, by, before=before, after=after)
    return proposer


@transaction.atomic
def remove_proposer(*, proposer, by):
    """Take a proposer off a topic. Gone already is harmless."""
    if Proposer.objects.filter(pk=proposer.pk).delete()[0]:
        _log("topic.proposer_removed", proposer.topic, proposer.person, by)


@transaction.atomic
def add_key_person(*, topic, person, note="", by):
    """Name somebody without whom a topic can't be settled, and why. Being named already is harmless."""
    refuse_merged(topic)
    key_person, created = KeyPerson.objects.get_or_create(
        topic=topic, person=person, defaults={"note": _note(note), "position": _next(topic.key_people)}
    )
    if created:
        _log("topic.key_person_added", topic, person, by, after={"note": key_person.note})
    return key_person


@transaction.atomic
def change_key_person(*, key_person, note, by):
    """Say anew why somebody is needed for a topic."""
    before, note = key_person.note, _note(note)
    if before != note:
        key_person.note = note
        key_person.save(update_fields=["note"])
        _log(
            "topic.key_person_changed", key_person.topic, key_person.person, by,
            before={"note": before}, after={"note": note},
        )  # fmt: skip
    return key_person


@transaction.atomic
def remove_key_person(*, key_person, by):
    """Say that a topic can be settled without somebody. Gone already is harmless."""
    if KeyPerson.objects.filter(pk=key_person.pk).delete()[0]:
        _log("topic.key_person_removed", key_person.topic, key_person.person, by, before={"note": key_person.note})


def _note(text):
    return addresses.one_line(text)[: limits.LABEL]


def _next(rows):
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _log(what, topic, person, by, **values):
    activity.record(what, on=topic.microconference, by=by, subject=topic.title, person=person, **values)


def people_around(microconference):
    """Everybody a lead may pick by name: on the list, on the team, proposers and key people. One query."""
    topics = microconference.topics.values("pk")
    return Person.objects.filter(
        Q(pk__in=microconference.attendees.values("person"))
        | Q(pk__in=microconference.memberships.values("person"))
        | Q(pk__in=Proposer.objects.filter(topic__in=topics).values("person"))
        | Q(pk__in=KeyPerson.objects.filter(topic__in=topics).values("person")),
        erased_at=None,
    ).order_by("search_name", "pk")


@transaction.atomic
def find_or_name(*, topic, person=None, name="", address="", another=False, by):
    """The person whom a lead picked, or a new one of a name they wrote.

    Raises Refusal if somebody around has this name already and the lead did not say that it is ``another``.
    """
    if person is not None:
        return person
    same = None if address or another else people_around(topic.microconference).named(name).first()
    if same is not None:
        raise Refusal(
            _(
                "There is a %(name)s here already. Choose them from the list, "
                "or tick that this is another person of the same name."
            )
            % {"name": same},
            field="another",
        )
    return people.find_or_add(
        name=name,
        address=address,
        source=_("named for the topic “%(topic)s” of “%(mc)s” by its leads")
        % {"topic": topic, "mc": topic.microconference},
        by=by if isinstance(by, User) else None,
    )


@transaction.atomic
def update_proposers(*, topic, changed=(), removed=(), added=None, by):
    """Do what a lead set right in the list of proposers at once: all of it, or nothing if something is refused."""
    refuse_merged(topic)
    for proposer, values in changed:
        change_proposer(proposer=proposer, by=by, **values)
    for proposer in removed:
        remove_proposer(proposer=proposer, by=by)
    if added:
        add_proposer(topic=topic, person=find_or_name(topic=topic, by=by, **added), by=by)


@transaction.atomic
def update_key_people(*, topic, changed=(), removed=(), added=None, note="", by):
    """Do what a lead set right in the list of key people at once: all of it, or nothing if something is refused."""
    refuse_merged(topic)
    for key_person, values in changed:
        change_key_person(key_person=key_person, by=by, **values)
    for key_person in removed:
        remove_key_person(key_person=key_person, by=by)
    if added:
        add_key_person(topic=topic, person=find_or_name(topic=topic, by=by, **added), note=note, by=by)


@transaction.atomic
def replace_person(*, microconference, person, known):
    """Let a person's part in the topics of a microconference belong to the known one whom they turned out to be."""
    for rows in (Proposer.objects, KeyPerson.objects):
        here = rows.filter(topic__microconference=microconference)
        here.filter(person=person, topic__in=here.filter(person=known).values("topic")).delete()
        here.filter(person=person).update(person=known)
