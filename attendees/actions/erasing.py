"""Forgetting somebody: their place on lists, what they said, their letters, mails and links."""

from django.apps import apps
from django.db import transaction
from django.db.models import Q

from attendees.models import Answer, Attendee, InboundMail, Letter
from attendees.outreach import stopping
from uconf.models import Person

ROOM = Attendee._meta.app_label
# What somebody else said stays, also when it stood in the same mail or answered the same letter.
LET_GO = {(Answer, "mail"), (InboundMail, "letter")}


@transaction.atomic
def forget(*, person):
    """Delete all that this room knows of a person. Harmless twice."""
    for attendee in Attendee.objects.filter(person=person).select_related("person"):
        forget_place(attendee=attendee)
    for rows in rows_about(person):
        _delete(rows)


def rows_about(person):
    """The rows of this room that point at a person, or that came from or went to their address."""
    for model in apps.get_app_config(ROOM).get_models():
        about = Q()
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Person:
                about |= Q(**{field.name: person})
            elif field.name in ("to_address", "from_address") and person.address:
                about |= Q(**{field.name: person.address})
        if model is Letter:
            about |= Q(reasons__person=person)
        if about:
            yield model._base_manager.filter(about)


@transaction.atomic
def forget_place(*, attendee):
    """Delete somebody's place on one list: answers, topics they care about, times, letters and mails about it."""
    stopping.stopped(attendee=attendee)
    mine = Q(to_person=attendee.person_id, microconference=attendee.microconference_id) | Q(reasons__attendee=attendee)
    _delete(Letter.objects.filter(mine))
    _delete(InboundMail.objects.filter(person=attendee.person_id, microconference=attendee.microconference_id))
    _delete(Attendee.objects.filter(pk=attendee.pk))


def _delete(rows):
    """Delete rows with whatever hangs on them in this room, also what would only let go of them."""
    pks = list(rows.values_list("pk", flat=True))
    if not pks:
        return
    for relation in rows.model._meta.related_objects:
        if relation.related_model._meta.app_label != ROOM:
            continue
        if (relation.related_model, relation.field.name) not in LET_GO:
            _delete(relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pks}))
    rows.model._base_manager.filter(pk__in=pks).delete()
