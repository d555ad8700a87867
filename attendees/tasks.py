"""Sending and reminding in the background. The queue is a table, so every task may run twice, late, or not at all."""

from celery import shared_task

from attendees.outreach import delivery, digest, reminders


@shared_task
def sweep_letters():
    """Deliver what waits, and what a crash left behind."""
    if delivery.sweep() > 1 and delivery.is_due():  # one alone: there was nobody to take it, the next sweep tries
        deliver_waiting.delay()


@shared_task
def deliver_waiting():
    """The doorbell: deliver what waits, without waiting for the next sweep."""
    if delivery.deliver_waiting() > 1 and delivery.is_due():
        deliver_waiting.delay()


@shared_task
def write_reminders():
    """Write the reminders that are due, and send them."""
    if reminders.write_due_reminders():
        deliver_waiting.delay()


@shared_task
def write_digests():
    """Tell leads what happened, once a day at most."""
    if digest.write_digests():
        deliver_waiting.delay()
