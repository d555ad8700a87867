"""Times they cannot, when a conference's zone is set right: what the clock on the wall said stays."""

from zoneinfo import ZoneInfo

from django.db import transaction

from attendees.models import TimeTheyCannot


@transaction.atomic
def shift_times_to_zone(*, conference, old_zone, new_zone):
    """Keep the local times at which people said they cannot. Gives how many there are."""
    times = list(TimeTheyCannot.objects.filter(availability__attendee__microconference__conference=conference))
    for each in times:
        start, end = each.starts_at.astimezone(ZoneInfo(old_zone)), each.ends_at.astimezone(ZoneInfo(old_zone))
        length = each.ends_at - each.starts_at
        each.starts_at = start.replace(tzinfo=ZoneInfo(new_zone))
        each.ends_at = end.replace(tzinfo=ZoneInfo(new_zone))
        if each.ends_at.timestamp() <= each.starts_at.timestamp():  # the clocks change within it
            each.ends_at = each.starts_at + length
    TimeTheyCannot.objects.bulk_update(times, ["starts_at", "ends_at"], batch_size=500)
    return len(times)
