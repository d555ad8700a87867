"""Whom to ask next: people of the topics, of earlier editions, and names that others gave."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from attendees.actions import suggestions as acts
from uconf import rights


@require_http_methods(["GET", "HEAD", "POST"])
def suggestions(request, conference, mc):
    """Who is not on the list and might be, each with the reason; a POST puts the chosen ones on it."""
    mc = rights.get_microconference(request.user, conference, mc)
    refusal, chosen = None, request.GET.getlist("person")
    if request.method == "POST":
        added = acts.add(
            microconference=mc, public_ids=request.POST.getlist("person")[: acts.MOST], asked_by=mc.me, by=request.user
        )
        if added:
            said = ngettext(
                "%(count)s person is on the list now. Nobody was written to.",
                "%(count)s people are on the list now. Nobody was written to.",
                len(added),
            )
            messages.success(request, said % {"count": len(added)})
            return HttpResponseRedirect(mc.organize_url("attendees:suggestions"))
        chosen = request.POST.getlist("person")
        refusal = _("Nobody who could be added is chosen. Tick the box beside each person, then press again.")
    found = acts.suggest(microconference=mc, by=request.user)
    known = [each for each in found if each.person]
    if request.GET.get("choose") == "all" and request.method != "POST":
        chosen = [each.person.public_id for each in known]
    context = {
        "microconference": mc,
        "room": "people",
        "groups": [
            (_("From the topics"), [each for each in known if each.kind == acts.TOPIC]),
            (_("From other editions"), [each for each in known if each.kind == acts.EDITION]),
        ],
        "known": known,
        "named": [each for each in found if each.person is None],
        "chosen": set(chosen),
        "refusal": refusal,
    }
    return render(request, "attendees/people_suggestions.html", context, status=422 if refusal else 200)
