"""How fast letters go, how much memory that takes, and what is left when senders are killed.

    python benchmarks/outreach.py [--letters N] [--kills K] [--quick]

Starts a PostgreSQL of its own, safe as in production (fsync and synchronous_commit on), and Debian's smtp-sink, or
aiosmtpd where there is none. Speed: real first letters go through the whole path, from claiming to “sent” and what
follows from it, by one sender process and by two, in turns with smtplib handing over the same bytes, ready made, on
one connection; medians of the rounds are compared. “Bare” is what smtplib reaches with nothing but one commit of one
small row before each DATA. The mail server has the last processor, which raw, bare and the one sender keep off; each of
two senders has one of its own (where there are only two, the second shares the mail server's). Left to the system,
client and server are by chance put on the same one, as if they were a single program, and raw alone is up to five times
as fast as a moment later; and both senders crowd on one processor while the other idles. `--anywhere` leaves it so.

Memory: of a sender with 1,000 and with 100,000 letters waiting. Kill test: two senders, killed again and again, into a
mail server that acknowledges after 20 ms; once with letters that are held when they are uncertain, once with letters
that are sent again. The last line is one JSON object.
"""

import argparse
import itertools
import json
import os
import shutil
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.senders import Nursery  # noqa: E402
from tests.plugins import services  # noqa: E402


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--letters", type=int, default=10_000, help="letters of the kill test")
    arguments.add_argument("--kills", type=int, default=100)
    arguments.add_argument("--again", type=int, help="letters of its second part, if fewer")
    arguments.add_argument("--speed-letters", type=int, default=6_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--waiting", type=int, default=100_000, help="letters that wait when memory is looked at")
    arguments.add_argument("--quick", action="store_true", help="fewer of everything: a minute or two")
    arguments.add_argument("--anywhere", action="store_true", help="leave to the system which processor does what")
    arguments.add_argument("--only", choices=["speed", "memory", "kills", "restarts"])
    arguments.add_argument("--restarts", type=int, default=20, help="with --only restarts: of PostgreSQL, in mid-send")
    arguments.add_argument("--lease", type=float, help="seconds, where 30 would take too long (tests)")
    arguments.add_argument("--unsafe", action="store_true", help="a PostgreSQL that is quick rather than safe (tests)")
    given = arguments.parse_args()
    if given.quick:
        given.letters, given.kills, given.speed_letters = min(given.letters, 1_000), min(given.kills, 10), 1_000
        given.rounds, given.waiting = 3, 20_000
    if services.missing("PostgreSQL"):
        sys.exit(f"This needs PostgreSQL: {services.missing('PostgreSQL')}.")
    with ExitStack() as stack:
        cluster = services.PostgreSQL(safe=not given.unsafe, keeps_commits=True)
        stack.callback(cluster.stop)
        folder = tempfile.mkdtemp(prefix="uconf-benchmark-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        port, name = start_sink(stack, processors=None if given.anywhere else {max(os.sched_getaffinity(0))})
        set_up(cluster.url(), folder, f"smtp://127.0.0.1:{port}")
        from benchmarks import killing

        found = {"sink": name}
        if given.only in (None, "speed"):
            found |= speed(port, given)
        if given.only in (None, "memory"):
            found |= memory(given)
        if given.only in (None, "kills"):
            print(f"\nKill test: {given.letters} letters, 2 senders, {given.kills} × SIGKILL, acknowledged after 20 ms")
            found |= killing.both_ways(
                given.letters, given.kills, again=given.again or given.letters, lease_s=given.lease
            )
        if given.only == "restarts":
            found |= killing.restarts(cluster, given.letters, given.restarts, lease_s=given.lease)
    print(json.dumps(found))


def set_up(database, folder, mail):
    """Give this process, and those it starts, the settings of a site, and make its tables."""
    os.environ.update(
        DATABASE_URL=database, DATA_DIR=folder, EMAIL_URL=mail, DEBUG="0", SECRET_KEY="benchmark-" * 8,
        BASE_URL="https://uconf.example.org", ALLOWED_HOSTS="uconf.example.org,testserver", REDIS_URL="",
        DJANGO_SETTINGS_MODULE="uconf.settings", SENDING_PAUSES_AFTER="1000000",
    )  # fmt: skip
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def start_sink(stack, processors=None):
    """A mail server that throws everything away: (port, what it is). It may be kept on some processors."""
    port = services.free_port()
    program = shutil.which("smtp-sink", path=services.WHERE)
    if program:
        as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
        command, name = [program, *as_nobody, "-c", f"127.0.0.1:{port}", "1024"], "smtp-sink"
    else:
        command, name = [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink"], "aiosmtpd"
        command += ["-l", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(services.stop, process)
    if processors:
        os.sched_setaffinity(process.pid, processors)
    services.wait_until(lambda: _answers(port), what=name)
    print(f"sink: {name}")
    return port, name


def _answers(port):
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=1):
            return True
    except OSError:
        return False


def speed(port, given):
    from benchmarks import letters

    letters.queue(given.speed_letters)
    letters.keep()
    ready = letters.ready_bytes(1000)
    size = statistics.mean(len(data) for _sender, _to, data in ready)
    print(f"\nSpeed: {given.speed_letters} first letters of {size:.0f} bytes, {given.rounds} rounds")
    everywhere = os.sched_getaffinity(0)
    ours = everywhere if given.anywhere or len(everywhere) == 1 else everywhere - {max(everywhere)}
    nursery = Nursery()
    raw, bare, one, two = [], [], [], []
    try:
        for _round in range(given.rounds):
            os.sched_setaffinity(0, ours)
            raw.append(raw_rate(port, ready))
            bare.append(bare_rate(port, ready))
            os.sched_setaffinity(0, everywhere)
            one.append(rate_of(nursery, 1, processors=[ours]))
            two.append(rate_of(nursery, 2, processors=[everywhere] if given.anywhere else [{n} for n in everywhere]))
            print(
                f"  raw {raw[-1]:6.0f}/s   bare {bare[-1]:6.0f}/s   one sender {one[-1]:6.0f}/s   "
                f"two senders {two[-1]:6.0f}/s", flush=True,
            )  # fmt: skip
    finally:
        nursery.stop()
    found = {
        "letters_per_s": round(statistics.median(one), 1),
        "two_senders_per_s": round(statistics.median(two), 1),
        "raw_per_s": round(statistics.median(raw), 1),
        "vs_raw": round(statistics.median(a / b for a, b in zip(one, raw, strict=True)), 3),
        "bare_vs_raw": round(statistics.median(a / b for a, b in zip(bare, raw, strict=True)), 3),
        "two_senders_vs_one": round(statistics.median(a / b for a, b in zip(two, one, strict=True)), 2),
    }
    print(
        f"  one sender is {found['vs_raw']} × raw (bare: {found['bare_vs_raw']}), "
        f"two senders {found['two_senders_vs_one']} × one"
    )
    return found


def raw_rate(port, ready):
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for sender, recipient, data in ready:
            smtp.sendmail(sender, [recipient], data)
    return len(ready) / (time.perf_counter() - start)


def bare_rate(port, ready):
    """The same with one commit before each DATA: what the database and the disk allow."""
    from django.db import connection

    with connection.cursor() as cursor, smtplib.SMTP("127.0.0.1", port) as smtp:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare (id int PRIMARY KEY, state int NOT NULL)")
        cursor.execute("INSERT INTO bare VALUES (1, 0) ON CONFLICT DO NOTHING")
        smtp.ehlo()
        start = time.perf_counter()
        for number, (sender, recipient, data) in enumerate(ready):
            smtp.mail(sender)
            smtp.rcpt(recipient)
            cursor.execute("UPDATE bare SET state = %s WHERE id = 1", [number])
            smtp.data(data)
        return len(ready) / (time.perf_counter() - start)


def rate_of(nursery, senders, *, processors):
    """Letters a second of some senders that empty the queue; each may use the next of some sets of processors."""
    from benchmarks import letters

    count = letters.bring_back()
    start = time.perf_counter()
    for _sender, where in zip(range(senders), itertools.cycle(processors), strict=False):
        os.sched_setaffinity(nursery.start("once"), where)
    reports = [nursery.report() for _each in range(senders)]
    seconds = time.perf_counter() - start
    assert sum(each["letters"] for each in reports) == count, reports
    letters.check_all_sent(count)
    return count / seconds


def memory(given):
    from benchmarks import letters

    found = {}
    nursery = Nursery()
    try:
        for waiting in (1_000, given.waiting):
            letters.fill_up(waiting)
            nursery.start("once", limit=500)
            found[waiting] = nursery.report()["kib"] / 1024
    finally:
        nursery.stop()
    few, many = found[1_000], found[given.waiting]
    print(f"\nMemory of a sender: {few:.0f} MiB while 1,000 letters wait, {many:.0f} MiB while {given.waiting:,} wait")
    return {"mib_1000_waiting": round(few, 1), f"mib_{given.waiting}_waiting": round(many, 1)}


if __name__ == "__main__":
    main()
