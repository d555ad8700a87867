"""How many are on the list, asked, answered and coming: the numbers of the overview."""

from django.db.models import Count, Q

from attendees.models import Attendee, Status

ANSWERED = (Status.INTERESTED, Status.NOT_SURE, Status.COMING, Status.REMOTE, Status.CANT)
# What needs a lead first: no answer, mail that came back, not sure; then everybody else.
NEEDS_YOU = (
    Status.PENDING,
    Status.BOUNCES,
    Status.NOT_SURE,
    Status.COMING,
    Status.REMOTE,
    Status.INTERESTED,
    Status.NOT_ASKED,
    Status.CANT,
)


def overview_numbers(microconference):
    """One query: ``on_list``, ``asked``, ``answered``, ``coming`` (either way), ``remote``, ``by_status``.

    ``by_status`` has every status, in the order of what needs a lead first.
    """
    was_asked = Q(contacted_at__isnull=False) | Q(last_heard_at__isnull=False)
    rows = (
        Attendee.objects.filter(microconference=microconference)
        .order_by()
        .values("status")
        .annotate(people=Count("pk"), asked=Count("pk", filter=was_asked))
    )
    rows = {row["status"]: row for row in rows}
    by_status = {each: rows[each]["people"] if each in rows else 0 for each in NEEDS_YOU}
    return {
        "on_list": sum(by_status.values()),
        "asked": sum(row["asked"] for row in rows.values()),
        "answered": sum(by_status[each] for each in ANSWERED),
        "coming": by_status[Status.COMING] + by_status[Status.REMOTE],
        "remote": by_status[Status.REMOTE],
        "by_status": by_status,
    }
