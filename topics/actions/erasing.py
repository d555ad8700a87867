"""What is said about somebody who is to be forgotten: topics keep their places, without a name and a reason."""

from django.db import transaction

from topics.models import KeyPerson


@transaction.atomic
def forget(*, person):
    """Clear why somebody is needed for topics; who brought a topic up becomes “somebody erased” with their row."""
    KeyPerson.objects.filter(person=person).exclude(note="").update(note="")
