"""The site's own background work."""

from celery import shared_task

from uconf.lib import clock
from uconf.lifecycle import retention
from uconf.models import Heartbeat


@shared_task
def beat_alive():
    """Note that beat rang and a worker heard it; /readyz reads it."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.now()})


@shared_task
def clean_up():
    """Delete what has been kept long enough: once a day, however often it is rung."""
    retention.clean_up_once_a_day()
