"""“I would like to take part”: the form, and the link in the letter that confirms it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from attendees import tasks
from attendees.actions import joining, links, tickets
from attendees.forms.own import JoinForm
from attendees.models import PersonalLink
from attendees.views.links import SeeOther, network_of, nothing_here, private
from uconf import rights
from uconf.lib import throttle
from uconf.lib.refusals import Refusal
from uconf.models import Microconference

AN_HOUR_FROM_ONE_NETWORK = 10
AN_HOUR_TO_ONE_ADDRESS = 3


@csrf_exempt  # no cookie: whoever forges this sends nothing that they could not type themselves
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request, conference, mc):
    """Say who would like to take part; a letter asks for the last press. The answer is the same for every address."""
    mc = rights.get_public_microconference(conference, mc)
    context = {"microconference": mc, "open": mc.takes_letters}
    if request.method != "POST":
        form = JoinForm() if mc.takes_letters and "sent" not in request.GET else None
        return render(request, "attendees/join.html", {**context, "form": form})
    form, status = JoinForm(request.POST), 422
    if form.is_valid() and throttle.count("join", network_of(request), seconds=3600) > AN_HOUR_FROM_ONE_NETWORK:
        form.add_error(None, _("Many people joined from your network within the hour. Nothing is lost: try later."))
        status = 429
    elif form.is_valid():
        try:
            _ask(mc, **form.cleaned_data)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            return redirect(reverse("attendees:join", args=[mc.conference.slug, mc.slug]) + "?sent=1")
    return render(request, "attendees/join.html", {**context, "form": form}, status=status)


def _ask(mc, name, address):
    if throttle.count("join-to", address.strip().casefold(), seconds=3600) <= AN_HOUR_TO_ONE_ADDRESS:
        joining.ask_to_join(microconference=mc, name=name, address=address)
        tasks.deliver_waiting.delay_on_commit()


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_confirm(request, token):
    """The link in that letter: one button puts its reader on the list and opens their own page."""
    facts = tickets.read("join", token)
    if facts is None:
        return nothing_here(request)
    mc = Microconference.objects.select_related("conference").filter(public_id=facts["mc"]).first()
    if mc is None:
        raise Http404
    refusal, status = "", 200
    if request.method == "POST":
        try:
            attendee = joining.join(
                microconference=mc, name=facts["name"], address=facts["address"],
                listed=bool(request.POST.get("listed")),
            )  # fmt: skip
        except Refusal as said:
            refusal, status = str(said), 422
        else:
            own = links.link_for(person=attendee.person, kind=PersonalLink.Kind.ANSWER).token
            page = reverse("attendees:answer", args=[own])
            return private(SeeOther(f"{page}?saved=joined&mc={attendee.public_id}#mc-{attendee.public_id}"))
    context = {"microconference": mc, "name": facts["name"], "address": facts["address"], "refusal": refusal}
    return private(render(request, "attendees/join_confirm.html", context, status=status))
