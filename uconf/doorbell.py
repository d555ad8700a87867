"""How a page rings for work: a ring that nobody hears is no error, the sweep finds the work anyway."""

from celery.contrib.django.task import DjangoTask
from django.db import transaction


class Doorbell(DjangoTask):
    """A task whose ``delay_on_commit`` never breaks the page that calls it: with Redis down it is logged."""

    def delay_on_commit(self, *args, **kwargs):
        def ring():  # no partial(): Django names the function when it logs why it failed
            self.delay(*args, **kwargs)

        transaction.on_commit(ring, robust=True)

    def apply_async_on_commit(self, *args, **kwargs):
        def ring():
            self.apply_async(*args, **kwargs)

        transaction.on_commit(ring, robust=True)
