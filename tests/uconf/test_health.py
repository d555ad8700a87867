"""/healthz says that the process lives, /readyz whether it can do its work."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import OperationalError

from tests.factories import LetterFactory, PersonFactory
from uconf.celery import app
from uconf.lib import clock
from uconf.models import Heartbeat
from uconf.tasks import beat_alive


def test_healthz_asks_no_database(client):
    # Without the database mark, any query fails the test.
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_is_ready_after_beat_rang_and_the_worker_heard(client, settings):
    beat_alive()

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "wrong": [],
        "database": {"ok": True, "kind": connection.vendor},
        "worker": {"ok": True, "heartbeat_age_s": 0},
        "letters": {"oldest_waiting_s": 0},
        "broker": {"ok": True, "kind": "redis" if settings.REDIS_URL else "memory"},
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "status"), [(None, 503), (110, 200), (130, 503)])
def test_readyz_wants_a_heartbeat_of_the_last_two_minutes(client, age, status):
    if age is not None:
        Heartbeat.objects.create(name="worker", at=clock.now() - timedelta(seconds=age))

    answer = client.get("/readyz")

    assert answer.status_code == status
    assert answer.json()["wrong"] == ([] if status == 200 else ["worker"])


@pytest.mark.django_db
def test_readyz_tells_how_long_the_oldest_letter_waits(client):
    now = clock.now()
    beat_alive()
    LetterFactory(to_person=PersonFactory(), state="queued", due_at=now - timedelta(seconds=90))
    LetterFactory(to_person=PersonFactory(), state="queued", due_at=now + timedelta(days=3))
    LetterFactory(to_person=PersonFactory(), state="cancelled", due_at=now - timedelta(days=9))

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert 90 <= answer.json()["letters"]["oldest_waiting_s"] < 100


@pytest.mark.django_db
def test_readyz_says_that_the_database_is_away(client, monkeypatch):
    def away(*_):
        raise OperationalError("password is hunter2")

    monkeypatch.setattr(connection, "cursor", away)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["wrong"] == ["database", "worker"]
    assert answer.json()["database"] == {"ok": False, "problem": "OperationalError"}
    assert b"hunter2" not in answer.content


@pytest.mark.django_db
def test_readyz_says_that_the_broker_is_away(client, monkeypatch):
    beat_alive()
    away = app.connection_for_write
    monkeypatch.setattr(app, "connection_for_write", lambda: away("redis://127.0.0.1:1/0"))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["wrong"] == ["broker"]
