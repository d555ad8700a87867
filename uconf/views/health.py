"""Whether the site is alive, and whether it can do its work."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import Min
from django.db.models.functions import Coalesce
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendees.models import Letter
from uconf.celery import app
from uconf.lib import clock
from uconf.models import Heartbeat

HEARTBEAT_IS_OLD_S = 120


@dataclass
class Readiness:
    """What works and what does not; ``facts`` has no secret in it, so anybody may see it."""

    facts: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)

    def note(self, name, ok, **more):
        self.facts[name] = {"ok": ok, **more}
        if not ok:
            self.wrong.append(name)


@login_not_required
@never_cache
@require_safe
def healthz(request):
    """Alive: this process answers. It asks neither the database nor the broker."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request):
    """Ready: database, broker, worker and beat work. 503 and the names of what does not."""
    found = readiness()
    return JsonResponse(
        {"ready": not found.wrong, "wrong": found.wrong, **found.facts}, status=503 if found.wrong else 200
    )


def readiness():
    """Try everything that the site needs. Takes a few seconds at most, whatever is down."""
    found = Readiness()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found.note("database", True, kind=connection.vendor)
        _note_worker(found)
        _note_letters(found)
    except Exception as problem:
        found.note("database", False, problem=type(problem).__name__)
        found.note("worker", False, problem="unknown without the database")
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
        found.note("broker", True, kind="redis" if settings.REDIS_URL else "memory")
    except Exception as problem:
        found.note("broker", False, problem=type(problem).__name__)
    return found


def _note_worker(found):
    """Beat rings twice a minute and the worker notes it: an old note means that one of the two is gone."""
    at = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
    age = None if at is None else round((clock.now() - at).total_seconds())
    found.note("worker", age is not None and age <= HEARTBEAT_IS_OLD_S, heartbeat_age_s=age)


def _note_letters(found):
    """For whoever watches the site. Late letters are no reason to take the pages away, so this is never wrong."""
    now = clock.now()
    due = Letter.objects.waiting().exclude(next_try_at=None, microconference__letters_pause__isnull=False)
    due = due.annotate(since=Coalesce("next_try_at", "due_at", "approved_at", "written_at"))
    oldest = due.filter(since__lte=now).aggregate(oldest=Min("since"))["oldest"]
    found.facts["letters"] = {"oldest_waiting_s": 0 if oldest is None else round((now - oldest).total_seconds())}
