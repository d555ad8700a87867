"""Topics that go to another microconference, because theirs was merged into it."""

from django.db import transaction
from django.db.models import F, Max

from topics.models import Topic


@transaction.atomic
def move_all(*, microconference, into):
    """Give all topics of a microconference to another, behind those it has, and take down the agenda they stood on.

    Its drafts and sessions go: it will not meet, and its room is free. Its releases stay as records.
    Gives how many topics moved.
    """
    microconference.drafts.all().delete()
    microconference.sessions.all().delete()
    last = into.topics.aggregate(last=Max("position"))["last"]
    offset = 0 if last is None else last + 1
    return Topic.objects.filter(microconference=microconference).update(
        microconference=into, position=F("position") + offset, version=F("version") + 1
    )
