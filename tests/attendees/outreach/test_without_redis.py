"""Redis flushed, killed or full: letters still go, and a page that rings answers as if somebody had heard it."""

import pytest
import redis as redis_client
from django.test import Client
from redis.connection import UnixDomainSocketConnection

from attendees import tasks
from attendees.actions import links
from attendees.models import Answer, Letter
from tests.plugins import services
from tests.plugins.environment import need
from uconf.celery import app
from uconf.doorbell import Doorbell

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def redis(monkeypatch):
    """A Redis of the test's own, small enough to be full; every bell rings there."""
    need("Redis")
    with services.running(lambda: services.Redis("--maxmemory", "1mb", "--maxmemory-policy", "noeviction")) as server:
        client = redis_client.Redis.from_url(server.url())
        broker = server.url().replace("unix://", "redis+socket://").replace("db=", "virtual_host=")
        monkeypatch.setattr(
            Doorbell, "delay", lambda self, *args: self.apply_async(args, connection=app.connection(broker))
        )
        server.client = client
        yield server


def flush(server):
    server.client.flushall()


def kill(server):
    server.stop()


def fill(server):
    with pytest.raises(redis_client.ResponseError):
        for number in range(10_000):
            server.client.set(f"fill:{number}", "x" * 1000)


@pytest.mark.parametrize("happens", [flush, kill, fill])
def test_letters_go_and_answers_are_kept_whatever_happens_to_redis(
    redis, queued, lead, microconference, monkeypatch, happens
):
    tries = []
    connect = UnixDomainSocketConnection._connect
    monkeypatch.setattr(UnixDomainSocketConnection, "_connect", lambda self: tries.append(self) or connect(self))
    first, second = sorted(queued(2), key=lambda each: each.pk)
    person = second.to_person
    page = links.url_of(links.link_for(person=person, kind="answer")).removeprefix("http://testserver")
    tasks.deliver_waiting.delay_on_commit()
    happens(redis)
    tries.clear()

    answer = Client().post(page, {"mc": second.reasons.get().attendee.public_id, "answer": "coming"})
    tasks.deliver_waiting.delay_on_commit()  # what a lead's press does; nobody may hear it
    tasks.sweep_letters()

    assert answer.status_code in (302, 303)
    assert Answer.objects.get(attendee__person=person).answer == "coming"
    assert Letter.objects.get(pk=first.pk).state == "sent"
    assert Letter.objects.get(pk=second.pk).state == "cancelled"  # they had answered before it went
    assert len(tries) <= 4
