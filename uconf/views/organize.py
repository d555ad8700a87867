"""The lead's overview: what to do now, who is coming, does the agenda hold."""

from collections import Counter

from django.core.paginator import Paginator
from django.shortcuts import render

from attendees.actions.counts import numbers
from attendees.models import Status
from topics.agenda.summary import agenda_summary
from topics.readiness import topics_by_readiness
from uconf import rights
from uconf.activity import told
from uconf.lib import clock
from uconf.models import Membership
from uconf.views.todo import next_date, todo_list

CHART_WIDTH = 285  # of the bars, in the drawing’s own units
# Most asked-for first, as the overview counts them.
STATUS_ORDER = [
    Status.COMING, Status.REMOTE, Status.INTERESTED, Status.NOT_SURE, Status.PENDING, Status.CANT, Status.BOUNCES,
    Status.NOT_ASKED,
]  # fmt: skip


def overview(request, conference, mc):
    """A lead's first screen."""
    microconference = rights.get_microconference(request.user, conference, mc)
    attendees = list(microconference.attendees.select_related("person").order_by("person__search_name"))
    groups = topics_by_readiness(microconference)
    agenda = agenda_summary(microconference)
    is_lead = microconference.me.role == Membership.Role.LEAD
    today = clock.today(microconference.timezone)
    context = {
        "microconference": microconference,
        "room": "overview",
        "now": clock.now(),
        "days_to_go": (microconference.conference.starts_on - today).days,
        "todos": todo_list(microconference, attendees=attendees, groups=groups, agenda=agenda, is_lead=is_lead),
        "next_date": next_date(microconference, today),
        "funnel": funnel(attendees),
        "by_status": by_status(attendees),
        "groups": groups,
        "agenda": agenda,
        "latest": told(microconference.activity.all()[:6], reader=request.user),
    }
    return render(request, "uconf/overview.html", context)


def activity(request, conference, mc):
    """Everything that was done, newest first."""
    microconference = rights.get_microconference(request.user, conference, mc)
    page = Paginator(microconference.activity.all(), 100).get_page(request.GET.get("page"))
    context = {
        "microconference": microconference,
        "room": "overview",
        "page": page,
        "entries": told(page.object_list, reader=request.user, with_changes=True),
    }
    return render(request, "uconf/activity.html", context)


def by_status(attendees):
    """How many people stand where, empty ones left out."""
    counts = dict.fromkeys(STATUS_ORDER, 0)
    for each in attendees:
        counts[Status(each.status)] += 1
    return [(status, counts[status], f"{counts[status]} {status.label}") for status in STATUS_ORDER if counts[status]]


def funnel(attendees):
    """On the list, asked, answered, coming: the numbers of the chart and the widths of its bars."""
    n = numbers(Counter(each.status for each in attendees))

    def width(count):
        return round(CHART_WIDTH * count / n.on_list) if n.on_list else 0

    return {
        "total": n.on_list, "asked": n.asked, "answered": n.answered, "coming": n.coming, "remote": n.remote,
        "interested": n.interested,
        "width": {
            "total": width(n.on_list), "asked": width(n.asked), "answered": width(n.answered),
            "in_person": width(n.in_person), "remote": width(n.remote),
        },
        "remote_x": 114 + width(n.in_person),
        "note_x": 122 + width(n.coming),
    }  # fmt: skip
