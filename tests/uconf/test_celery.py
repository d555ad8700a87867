"""Celery is a doorbell: beat remembers nothing, and the broker is the one that was named."""

import time

import pytest
from django.conf import settings
from django.db import transaction

from uconf.celery import ForgetfulScheduler, app
from uconf.lib import clock
from uconf.models import Heartbeat
from uconf.tasks import beat_alive


def test_beat_rings_everything_when_it_starts():
    scheduler = ForgetfulScheduler(app)

    due = {name: entry.is_due().is_due for name, entry in scheduler.schedule.items()}

    assert due == dict.fromkeys(settings.CELERY_BEAT_SCHEDULE, True)


def test_beat_counts_in_plain_seconds_of_at_most_a_minute():
    """A crontab in local time would skip or double an hour twice a year."""
    assert all(0 < entry["schedule"] <= 60 for entry in settings.CELERY_BEAT_SCHEDULE.values())


def test_every_task_that_beat_rings_exists():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_a_task_goes_through_the_broker_that_was_named():
    if not settings.REDIS_URL:
        assert app.connection_for_write().transport_cls == "memory"
        return

    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=5)
        channel = broker.default_channel
        channel.queue_declare("tried", auto_delete=True)
        channel.client.lpush("tried", "x")

        assert channel.client.lpop("tried") == b"x"


@pytest.mark.django_db(transaction=True)
def test_ringing_while_the_broker_is_away_is_quick_and_breaks_nothing(caplog):
    """What was written stays written; the sweep finds the work anyway."""
    away, began = app.connection("redis://127.0.0.1:1/0"), time.monotonic()

    with transaction.atomic():
        Heartbeat.objects.create(name="kept", at=clock.now())
        beat_alive.apply_async_on_commit(connection=away)
        beat_alive.apply_async_on_commit(connection=away)

    assert Heartbeat.objects.filter(name="kept").exists()
    assert time.monotonic() - began < 2
    assert len([record for record in caplog.records if "on_commit" in record.getMessage()]) == 2


def test_delay_on_commit_rings_after_the_commit(django_capture_on_commit_callbacks, monkeypatch, db):
    rung = []
    monkeypatch.setattr(type(beat_alive._get_current_object()), "delay", lambda self, *args: rung.append(args))

    with django_capture_on_commit_callbacks(execute=True):
        beat_alive.delay_on_commit(5)
        before = list(rung)

    assert (before, rung) == ([], [(5,)])
