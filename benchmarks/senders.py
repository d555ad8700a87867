"""Sender processes for benchmarks and for tests that kill them: started in milliseconds, because Django is loaded once.

`python benchmarks/senders.py` is a nursery. It answers each line on its standard input that names a way to work with
a forked process that works so: `once` until nothing is due, `on` for good. Each says how it did in a line of JSON.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))


class Nursery:
    """Starts senders; whoever holds it kills them."""

    def __init__(self, **environment):
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__))], cwd=ROOT, env={**os.environ, **environment}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._reports, self._alive = [], set()
        self._read("ready")

    def start(self, how="on", *, limit=0):
        """Start a sender and return its process id."""
        self._process.stdin.write(f"{how} {limit}\n")
        self._process.stdin.flush()
        pid = self._read("started")["pid"]
        self._alive.add(pid)
        return pid

    def report(self):
        """Wait for a sender that works `once`; how it did: seconds, letters, the memory it had at most in KiB."""
        found = self._reports.pop(0) if self._reports else self._read("ended")
        self._alive.discard(found["pid"])
        return found

    def kill(self, pid):
        os.kill(pid, signal.SIGKILL)
        self._alive.discard(pid)

    def stop(self):
        for pid in self._alive:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self._process.stdin.close()
        self._process.wait(10)

    def _read(self, what):
        while line := self._process.stdout.readline():
            said = json.loads(line)
            if said["what"] == what:
                return said
            self._reports.append(said)
        raise RuntimeError("The nursery of senders ended.")


def _serve():
    import django

    django.setup()
    from attendees.outreach import claiming, delivery

    if lease := os.environ.get("LEASE_S"):
        claiming.LEASE = timedelta(seconds=float(lease))
        delivery.RENEW_S = float(lease) / 3
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _say(what="ready")
    for line in sys.stdin:
        how, limit = line.split()
        if pid := os.fork():
            _say(what="started", pid=pid)
            continue
        try:
            _work(how, int(limit), delivery)
        finally:
            os._exit(0)


def _work(how, limit, delivery):
    from django.db import close_old_connections

    start, count = time.perf_counter(), 0
    while True:
        try:
            done = delivery.sweep()
        except Exception as error:
            print(f"A sender failed: {type(error).__name__}", file=sys.stderr, flush=True)
            close_old_connections()  # as Celery does after each task
            done = 0
        count += done
        if how == "once" and (not done or 0 < limit <= count):
            break
        if not done:
            time.sleep(0.1)
    _say(what="ended", pid=os.getpid(), seconds=time.perf_counter() - start, letters=count, kib=_most_memory())


def _most_memory():
    return int(next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line).split()[1])


def _say(**what):
    os.write(1, (json.dumps(what) + "\n").encode())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uconf.settings")
    _serve()
