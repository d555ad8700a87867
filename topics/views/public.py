"""What readers see of a topic, and the form by which anybody proposes one."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from attendees.naming import nameable_person_ids, names_for
from outcomes.models import Outcome
from topics.actions import topics as actions
from topics.forms import ProposeForm
from topics.models import Topic
from uconf import rights
from uconf.lib import clock, throttle
from uconf.lib.links import is_web_address
from uconf.lib.refusals import Refusal

PROPOSALS_AN_HOUR = 5


@login_not_required
@require_safe
def detail(request, conference, mc, topic):
    """A topic as everybody sees it; where it was merged into another, that one."""
    mc = rights.get_public_microconference(conference, mc)
    topic = mc.topics.select_related("merged_into").filter(public_id=topic).first()
    if topic is not None and topic.state == Topic.State.MERGED and topic.merged_into.state in Topic.PUBLIC_STATES:
        return redirect("topics:detail", mc.conference.slug, mc.slug, topic.merged_into.public_id)
    if topic is None or topic.state not in Topic.PUBLIC_STATES:
        raise Http404
    nameable = nameable_person_ids(mc)
    proposers = names_for(mc, [each.person for each in topic.proposers.select_related("person")], nameable)
    context = {
        "microconference": mc,
        "topic": topic,
        "proposers": proposers,
        "links": topic.links.all(),
        "placed": _placed(mc, topic),
        "outcomes": _outcomes(mc, topic, nameable),
    }
    return render(request, "topics/detail.html", context)


def _placed(mc, topic):
    """Where the latest release has a topic: its times and room, or among those for which time may be left."""
    release = mc.releases.order_by("-number").first()
    if release is None:
        return {"release": None}
    for session in release.content.get("sessions", ()):
        for item in session.get("items", ()):
            if item.get("topic") == topic.public_id:
                return {
                    "release": release,
                    "starts_at": datetime.fromisoformat(item["starts_at"]),
                    "minutes": item["minutes"],
                    "room": session.get("room", ""),
                    "remote": session.get("remote_capable", False),
                }
    if_time = any(each.get("topic") == topic.public_id for each in release.content.get("if_time", ()))
    return {"release": release, "if_time": if_time}


def _outcomes(mc, topic, nameable):
    """What came of a topic and of those that were merged into it."""
    topics = [topic.pk, *topic.merged_from.values_list("pk", flat=True)]
    found = Outcome.objects.filter(topic__in=topics).select_related("owner").prefetch_related("links", "people")
    return [{"outcome": each, "people": names_for(mc, each.people.all(), nameable)} for each in found]


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request, conference, mc):
    """The form for topics, or where they are proposed instead, or when it was open."""
    mc = rights.get_public_microconference(conference, mc)
    context = {"microconference": mc}
    if request.method != "POST" and "done" in request.GET:
        return render(request, "topics/propose_done.html", context)
    if mc.topics_url or not mc.takes_topics_on(clock.today(mc.timezone)):
        elsewhere = mc.topics_url if is_web_address(mc.topics_url) else ""
        closed = mc.topics_open_here and not mc.is_over and mc.topics_close_on
        status = 422 if request.method == "POST" else 200
        return render(
            request, "topics/propose_closed.html", {**context, "elsewhere": elsewhere, "closed": closed}, status=status
        )
    form = ProposeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "topics/propose.html", {**context, "form": form})
    status = 422
    if form.is_valid() and _is_too_often(request):
        form.add_error(
            None, _("Many topics came from your network within the hour. Nothing is lost: send it again later.")
        )
        status = 429
    elif form.is_valid():
        try:
            actions.propose_topic(microconference=mc, **form.cleaned_data)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            return redirect(reverse("topics:propose", args=[mc.conference.slug, mc.slug]) + "?done=1")
    return render(request, "topics/propose.html", {**context, "form": form}, status=status)


def _is_too_often(request):
    who = get_adapter().get_client_ip(request)
    return throttle.count("propose-topic", who, seconds=3600) > PROPOSALS_AN_HOUR
