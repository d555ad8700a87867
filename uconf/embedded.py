"""A Celery worker and beat as threads of this process: all that a laptop or a small site needs."""

import logging
import threading
from collections.abc import Callable

from celery import beat
from celery.worker import WorkController, state

from uconf.celery import ForgetfulScheduler, app

logger = logging.getLogger(__name__)
STOP_WITHIN_S = 8


class Background:
    """Runs the worker and beat until stopped. ``on_end`` is called when one of them ends by itself."""

    def __init__(self, *, on_end: Callable[[], None]):
        self._on_end = on_end
        self._stopping = threading.Event()
        self._worker = WorkController(
            app=app,
            hostname="uconf@embedded",
            pool="threads",
            concurrency=2,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
        )
        # Beat looks up once a second, so that it can be stopped within one.
        self._beat = beat.Service(app, max_interval=1, scheduler_cls=ForgetfulScheduler)
        self._threads = [
            threading.Thread(target=self._run, args=(name, part.start), name=f"uconf-{name}", daemon=True)
            for name, part in (("worker", self._worker), ("beat", self._beat))
        ]

    def start(self):
        for thread in self._threads:
            thread.start()

    def _run(self, name, start):
        try:
            start()
        except Exception:
            logger.exception("The %s ended by an error.", name)
        if not self._stopping.is_set():
            logger.error("The %s ended by itself, so the site stops too. Start it again.", name)
            self._on_end()

    def stop(self):
        """Let the tasks at hand end, then stop both. What still waits is found again at the next start."""
        self._stopping.set()
        self._beat._is_shutdown.set()  # its stop() would wait for a thread that may be gone
        state.should_stop = 0
        for thread in self._threads:
            thread.join(STOP_WITHIN_S / 2)
