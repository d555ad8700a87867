"""What is said about somebody who is to be forgotten: topics keep their places, without a name and a reason."""

from django.db import transaction
from django.db.models import Q

from topics.models import KeyPerson, Topic, WarningAcknowledgement


@transaction.atomic
def forget(*, person):
    """Clear why somebody is needed for topics, and why warnings about these may stand.

    Who brought a topic up becomes “somebody erased” with their row.
    """
    KeyPerson.objects.filter(person=person).exclude(note="").update(note="")
    topics = Topic.objects.filter(Q(key_people__person=person) | Q(proposers__person=person))
    about = Q(key__contains=person.public_id)
    for public_id in topics.values_list("public_id", flat=True).distinct():
        about |= Q(key__contains=public_id)
    # Why a warning about them may stand is what a lead wrote about them.
    WarningAcknowledgement.objects.filter(about).delete()
