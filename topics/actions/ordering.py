"""The order of topics, as the leads' list and the public page show it."""

from django.db import transaction

from topics.models import Topic
from uconf.actions import activity
from uconf.models import Microconference


def move_up(*, topic, by):
    """Move a topic before the one above it. The first one stays where it is."""
    return _move(topic, -1, by)


def move_down(*, topic, by):
    """Move a topic behind the one below it. The last one stays where it is."""
    return _move(topic, 1, by)


@transaction.atomic
def _move(topic, step, by):
    """The list shows topics by state, so the neighbour is the next one in the same state."""
    topics = _locked(topic.microconference)
    topic = next(each for each in topics if each.pk == topic.pk)
    neighbours = [each for each in topics if each.state == topic.state]
    place = neighbours.index(topic) + step
    if not 0 <= place < len(neighbours):
        return topic
    neighbour = neighbours[place]
    topics.remove(topic)
    topics.insert(topics.index(neighbour) + (1 if step > 0 else 0), topic)
    _store(topics)
    activity.record("topic.moved", on=topic.microconference, by=by, subject=topic.title, after={"step": step})
    return topic


def _locked(microconference):
    """The topics in their order, while nobody else puts them into another one."""
    Microconference.objects.select_for_update(of=("self",)).get(pk=microconference.pk)
    return list(Topic.objects.filter(microconference=microconference).select_related("microconference"))


def _store(topics):
    """Number topics from 0 on."""
    moved = [topic for place, topic in enumerate(topics) if topic.position != place]
    for place, topic in enumerate(topics):
        topic.position = place
    # The order is no text that two people edit: versions stay as they are.
    Topic.objects.bulk_update(moved, ["position"], batch_size=200)
