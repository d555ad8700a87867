"""How many letters a minute may go: at all, and to one domain. Kept in rows, so that all senders hold to it together.

Each limit is a bucket that fills steadily and holds what half a minute brings (the sweep comes that often), at least
one letter. What finds it empty gets a place in the row of those that wait.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from uconf.lib import clock
from uconf.models import Pace

HOLDS_S = 30
ALL = ""  # the bucket of the whole site


def are_set():
    """Whether there is any limit."""
    return bool(settings.SENDING_PER_MINUTE or settings.SENDING_PER_DOMAIN_PER_MINUTE)


@transaction.atomic
def admit(domains):
    """For each of some letters, by the domain it goes to: None if it may go now (it is counted), else when."""
    now = clock.now()
    buckets = _buckets({*domains, ALL}, now)
    found = []
    for domain in domains:
        limited = [buckets[each] for each in (ALL, domain) if each in buckets]
        empty = [each for each in limited if each.left < 1]
        if empty:
            found.append(max(each.next_place() for each in empty))
            continue
        for each in limited:
            each.left -= 1
        found.append(None)
    for each in buckets.values():
        Pace.objects.filter(pk=each.pk).update(left=each.left, until=each.until, at=now)
    return found


class _Bucket:
    def __init__(self, row, per_minute, now):
        self.pk, self.per_s, self.now = row.pk, per_minute / 60, now
        passed = max(0.0, (now - row.at).total_seconds())  # a clock that was set back gives nothing away
        self.left = min(max(1.0, HOLDS_S * self.per_s), row.left + passed * self.per_s)
        self.until = row.until

    def next_place(self):
        """When the next of those that wait may go; the one after it waits longer."""
        step = timedelta(seconds=1 / self.per_s)
        first = self.now + step * (1 - self.left)
        self.until = max(first, self.until + step) if self.until else first
        return self.until


def _buckets(keys, now):
    """The limited ones among some keys, locked in one order so that no two senders wait for each other."""
    limits = {key: settings.SENDING_PER_DOMAIN_PER_MINUTE if key else settings.SENDING_PER_MINUTE for key in keys}
    limits = {key: limit for key, limit in limits.items() if limit}
    rows = {each.domain: each for each in _locked(limits)}
    if len(rows) < len(limits):
        fresh = [
            Pace(domain=key, left=max(1.0, HOLDS_S * limit / 60), at=now)
            for key, limit in limits.items() if key not in rows
        ]  # fmt: skip
        Pace.objects.bulk_create(fresh, ignore_conflicts=True)
        rows = {each.domain: each for each in _locked(limits)}
    return {key: _Bucket(rows[key], limit, now) for key, limit in limits.items()}


def _locked(limits):
    return Pace.objects.select_for_update(of=("self",)).filter(domain__in=list(limits)).order_by("domain")
