"""What attendees said about a topic that becomes part of another one."""

from django.db import transaction

from attendees.models import Interest

FIRMNESS = {Interest.Level.NEED_ME: 2, Interest.Level.WOULD_LIKE: 1, Interest.Level.NOT_FOR_ME: 0}


@transaction.atomic
def move_interests(*, topic, into):
    """Let interests in a topic count for the one it becomes part of. Who said something of both keeps the firmer.

    Returns how many people said something of the topic. Harmless twice.
    """
    there = {each.attendee_id: each for each in Interest.objects.select_for_update(of=("self",)).filter(topic=into)}
    moved = list(Interest.objects.select_for_update(of=("self",)).filter(topic=topic))
    for interest in moved:
        other = there.get(interest.attendee_id)
        if other is None:
            interest.topic = into
            interest.save(update_fields=["topic"])
            continue
        if FIRMNESS[interest.level] > FIRMNESS[other.level]:
            other.level, other.said_at = interest.level, interest.said_at
            other.save(update_fields=["level", "said_at"])
        interest.delete()
    return len(moved)
