"""How long the server takes for an edit of an agenda, with all its warnings and the part of the page that is swapped.

    python benchmarks/editor.py [--edits N] [--sqlite] [--quick]

Makes a database of its own: a PostgreSQL that is gone afterwards, or a file with SQLite. In it: one microconference
with 40 topics and 200 attendees in two sessions, and 30 other microconferences of the same conference at the same time,
with agendas, whose people are partly the same. A lead then edits as from the page, through all middleware, one edit
after the other: moves, swaps by arrows, minutes, out, in again, undo. The time is that of the server alone, from the
request to the finished response. Where others use the machine's processors meanwhile that time is longer than it would
be; so it is said, too, how long the thread that answers and the database's process for it were computing themselves,
which is what an edit takes where nobody is in the way. The last line is one JSON object.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.plugins import services  # noqa: E402

START = datetime(2031, 9, 21, 13, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"  # as browsers send it
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "agenda"}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--edits", type=int, default=400)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--sqlite", action="store_true", help="SQLite, also where there is a PostgreSQL")
    arguments.add_argument("--quick", action="store_true", help="60 edits")
    arguments.add_argument("--profile", action="store_true", help="say where the time goes")
    given = arguments.parse_args()
    edits = 60 if given.quick else given.edits
    with ExitStack() as stack:
        folder = tempfile.mkdtemp(prefix="uconf-benchmark-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        database = "SQLite"
        if not given.sqlite and not services.missing("PostgreSQL"):
            cluster = services.PostgreSQL()
            stack.callback(cluster.stop)
            database, os.environ["DATABASE_URL"] = "PostgreSQL", cluster.url()
        set_up(folder)
        stack.callback(close)
        world = make_world(random.Random(given.seed))
        analyze()
        measured = run(world, edits, random.Random(given.seed), profile=given.profile)
    measured["database"] = database
    print(json.dumps(measured))


def set_up(folder):
    os.environ.update(
        DJANGO_SETTINGS_MODULE="uconf.settings", DEBUG="0", DATA_DIR=folder, BASE_URL="http://testserver",
        ALLOWED_HOSTS="testserver", EMAIL_URL="mailbox:",
        SECRET_KEY="a-key-for-the-benchmark-alone-that-is-long-enough-to-do",
    )  # fmt: skip
    from django.conf import settings
    from django.core.management import call_command

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    import uconf.wsgi  # noqa: F401  (the process as it serves)

    call_command("migrate", verbosity=0)


def analyze():
    """Let the database look at what is in it, as it does by itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def close():
    from django.db import connection

    connection.close()


def make_world(throw, *, topics=40, attendees=200, others=30):
    """A lead's microconference with a full agenda, and others at the same time. Returns the lead and the draft."""
    from attendees.models import Availability
    from tests import factories as make

    conference = make.ConferenceFactory(slug="c")
    people = [make.PersonFactory() for _number in range(attendees)]
    ours = make.MicroconferenceFactory(conference=conference, accepted=True, slug="ours", title="Ours")
    lead = make.LeadFactory(microconference=ours).user
    for index, person in enumerate(people):
        status = ("coming", "coming", "remote", "pending", "not_sure", "cant")[index % 6]
        mode = {"coming": "in_person", "remote": "remote"}.get(status, "")
        attendee = make.AttendeeFactory(microconference=ours, person=person, status=status, mode=mode)
        if index % 10 == 0:
            starts = START + timedelta(minutes=throw.randrange(0, 300, 15))
            Availability.objects.create(attendee=attendee).times.create(
                starts_at=starts, ends_at=starts + timedelta(minutes=60)
            )
    rooms = [make.RoomFactory(conference=conference, remote_capable=number % 2 == 0) for number in range(4)]
    draft = an_agenda(ours, [(START, 240, rooms[0]), (START + timedelta(days=1), 240, rooms[1])], topics, people, throw)
    for number in range(others):
        other = make.MicroconferenceFactory(conference=conference, accepted=True, slug=f"other-{number}")
        an_agenda(other, [(START + timedelta(days=number % 2), 210, rooms[2 + number % 2])], 12, people, throw)
    return lead, draft


def an_agenda(microconference, sessions, topics, people, throw):
    from tests import factories as make

    draft = make.DraftFactory(microconference=microconference)
    blocks = [
        make.SessionFactory(microconference=microconference, starts_at=start, room=room,
                            ends_at=start + timedelta(minutes=minutes))
        for start, minutes, room in sessions
    ]  # fmt: skip
    made = []
    for number in range(topics):
        topic = make.TopicFactory(
            microconference=microconference, accepted=True, title=f"Example topic {number}", minutes=10,
            position=number,
            after=made[-1] if number % 8 == 7 else None,
        )  # fmt: skip
        made.append(topic)
        presenter, *keys = throw.sample(people, 4)
        make.ProposerFactory(topic=topic, person=presenter)
        for person in keys:
            make.KeyPersonFactory(topic=topic, person=person)
        index = number * len(blocks) // topics
        make.AgendaItemFactory(draft=draft, session=blocks[index], topic=topic, minutes=10, position=number)
    for block in blocks:
        make.AgendaItemFactory(draft=draft, session=block, kind="break", topic=None, minutes=30, position=topics)
    return draft


def run(world, edits, throw, *, profile=False):
    """Edit as a lead would; returns the medians."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    lead, draft = world
    client = Client()
    client.force_login(lead)
    url = reverse("topics:agenda", args=["c", "ours"])
    watch = Watch(client.handler)
    client.get(url)
    queries, sizes = [], []
    if profile:
        import cProfile

        watch.profiler = cProfile.Profile(time.thread_time)
    for number in range(edits):
        data = urlencode(press(draft, throw))
        if number % 20 == 0:
            with CaptureQueriesContext(connection) as captured:
                response = client.post(url, data, content_type=FORM, **HTMX)
            queries.append(len(captured))
            watch.forget()  # counting takes time itself
        else:
            response = client.post(url, data, content_type=FORM, **HTMX)
        if response.status_code != 200:
            raise SystemExit(f"An edit was answered with {response.status_code}: {response.content[:2000]!r}")
        sizes.append(len(response.content))
        draft.refresh_from_db()
    if profile:
        import pstats

        pstats.Stats(watch.profiler).sort_stats("tottime").print_stats(45).sort_stats("cumulative").print_stats(75)
    return report(watch, queries, sizes)


def report(watch, queries, sizes):
    """Say it in words; returns it for the last line. All in milliseconds; the first edits warm up and do not count."""
    taken = {name: sorted(getattr(each, name) for each in watch.taken[10:]) for name in Taken._fields}
    median = {name: statistics.median(values) for name, values in taken.items()}
    computing = statistics.median(each.python + each.database for each in watch.taken[10:])
    most = taken["wall"][len(taken["wall"]) * 9 // 10]
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"{len(sizes)} edits of {statistics.median(sizes) / 1000:.0f} kB; {min(queries)} to {max(queries)} queries")
    print(f"median {median['wall']:.1f} ms, 90 % under {most:.1f} ms, with {load:.1f} processes on {cores} cores")
    print(f"of it computing: {median['python']:.1f} ms in Python, {median['database']:.1f} ms in the database, "
          f"{computing:.1f} ms together; {median['waited']:.1f} ms from sending queries to their answers")  # fmt: skip
    return {
        "edit_ms_median": round(median["wall"], 2),
        "edit_ms_p90": round(most, 2),
        "edit_computing_ms_median": round(computing, 2),
        "edit_python_ms_median": round(median["python"], 2),
        "edit_database_ms_median": round(median["database"], 2),
        "queries": statistics.median_high(queries),
        "queries_least_to_most": [min(queries), max(queries)],
        "kilobytes": round(statistics.median(sizes) / 1000, 1),
        "load": round(load, 1),
        "edits": len(sizes),
    }


class Taken(NamedTuple):
    """What one request took, in milliseconds.

    ``wall`` is from the request to the response; ``python`` and ``database`` are what this thread and the database's
    process computed; ``waited`` is the wall time of all queries.
    """

    wall: float
    python: float
    database: float
    waited: float


class Watch:
    """Takes the time of every request of a test client: that of the server alone."""

    def __init__(self, handler):
        from django.db import connection

        self.taken, self.profiler, self._waited = [], None, 0.0
        self._backend = backend_of(connection)
        if handler._middleware_chain is None:
            handler.load_middleware()
        answer = handler.get_response

        def timed(request):
            self._waited, computed = 0.0, self._database()
            start, used = time.perf_counter(), time.thread_time()
            if self.profiler:
                self.profiler.enable()
            with connection.execute_wrapper(self._query):
                response = answer(request)
            if self.profiler:
                self.profiler.disable()
            used, wall = time.thread_time() - used, time.perf_counter() - start
            computed = self._database() - computed
            self.taken.append(Taken(*(seconds * 1000 for seconds in (wall, used, computed, self._waited))))
            return response

        handler.get_response = timed

    def forget(self):
        """The last request does not count."""
        self.taken.pop()

    def _query(self, execute, sql, values, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, values, many, context)
        finally:
            self._waited += time.perf_counter() - start

    def _database(self):
        """Seconds that the database's process has computed; SQLite computes in our own thread."""
        return int(self._backend.read_text().split()[0]) / 1e9 if self._backend else 0.0


def backend_of(connection):
    """Where Linux says how long the database's process for this connection has been computing, or None."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        path = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return path if path.exists() else None


def press(draft, throw):
    """A press of one button as the page sends it: with what was typed, and nothing that stands as it was drawn."""
    items = list(draft.items.select_related("topic"))
    data = {"version": draft.version, "what": f"i:{items[0].public_id}", "where": "out"}  # what the two choices show
    item = throw.choice(items)
    waiting = draft.microconference.topics.exclude(agenda_items__draft=draft).first()
    act = throw.choice(["up", "down", "minutes", "place" if waiting else "out", "undo"])
    if act == "minutes":
        data |= {"do": "minutes", f"m-{item.public_id}": 5 + (item.minutes + 5) % 25}
    elif act == "undo":
        data["do"] = "undo" if draft.step else "minutes"
    elif act == "place":
        data["place"] = waiting.public_id
    else:
        data[act] = item.public_id
    return data


if __name__ == "__main__":
    main()
