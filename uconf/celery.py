"""The Celery application: a doorbell for work whose queue is the database."""

import os
from datetime import UTC, datetime

from celery import Celery
from celery.beat import Scheduler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uconf.settings")

app = Celery("uconf", task_cls="uconf.doorbell:Doorbell")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class ForgetfulScheduler(Scheduler):
    """Beat without a file: what rang last is not remembered, and everything is due when it starts.

    Ringing once too often is harmless here, and a sweep at the start finds at once what waited over a restart.
    """

    def setup_schedule(self):
        self.merge_inplace(self.app.conf.beat_schedule)
        for entry in self.schedule.values():
            entry.last_run_at = datetime(2000, 1, 1, tzinfo=UTC)
