"""Background work about the agenda. Letters are rows, so every task may run twice, late, or not at all."""

from celery import shared_task

from attendees.tasks import deliver_waiting
from topics.agenda import asking_proposers


@shared_task
def ask_proposers():
    """A week before: write to who leads a topic, and send it."""
    if asking_proposers.write_letters():
        deliver_waiting.delay()
