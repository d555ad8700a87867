"""“What we hold about you”: see it, take a copy, set it right, have it erased. The link is the key."""

import json

from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from attendees.actions import links, own
from attendees.actions.people import is_suppressed
from attendees.forms.own import OwnForm
from attendees.models import InboundMail, Letter, PersonalLink
from attendees.views.links import SeeOther, by_link, nothing_here, private
from attendees.views.stopping import STOPS, stop_or_resume
from outcomes.models import Outcome
from topics.models import KeyPerson, Proposer
from uconf import activity
from uconf.lib import throttle
from uconf.lib.refusals import Refusal
from uconf.lifecycle import erasing, holding
from uconf.models import ActivityEntry

CORRECTIONS_AN_HOUR = 10


@by_link(PersonalLink.Kind.ANSWER)
def own_data(request, person):
    """All that is held about a person, with a form to set it right."""
    if request.method != "POST":
        return _page(request, person)
    if request.POST.get("do", "") in STOPS:
        return stop_or_resume(request, person, person.attendances.all(), request.POST["do"])
    form = OwnForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form=form, status=422)
    if throttle.count("correct", str(person.pk), seconds=3600) > CORRECTIONS_AN_HOUR:
        form.add_error(None, _("You changed this very often within the hour. Nothing is lost: save it again later."))
        return _page(request, person, form=form, status=429)
    before = person.address
    try:
        own.correct(person=person, by=person, **form.cleaned_data)
    except Refusal as refusal:
        form.add_refusal(refusal)
        return _page(request, person, form=form, status=422)
    typed = form.cleaned_data["address"].strip().casefold()
    return SeeOther(f"{request.path}?saved={'address' if typed and typed != before else 'own'}#own")


def _page(request, person, form=None, status=200):
    entries = ActivityEntry.objects.filter(person=person) | ActivityEntry.objects.filter(by_person=person)
    places = list(holding.places_of(person))
    context = {
        "person": person,
        "form": form or OwnForm(initial={name: getattr(person, name) for name in ("name", "affiliation", "address")}),
        "saved": request.GET.get("saved", ""),
        "account": erasing.account_of(person),
        "kept_until": holding.kept_until(person),
        "places": places,
        "stops": [
            {"attendee": each, "microconference": each.microconference}
            for each in places
            if each.microconference.takes_letters
        ],
        "suppressed": is_suppressed(person),
        "proposed": Proposer.objects.filter(person=person).select_related("topic__microconference"),
        "needed": KeyPerson.objects.filter(person=person).select_related("topic__microconference"),
        "outcomes": (Outcome.objects.filter(people=person) | Outcome.objects.filter(owner=person))
        .distinct()
        .select_related("microconference"),
        "teams": person.memberships.select_related("microconference"),
        "letters": holding.rows_of(person)[Letter].order_by("-written_at"),
        "mails": holding.rows_of(person)[InboundMail].defer("raw").order_by("-received_at"),
        "links": PersonalLink.objects.filter(person=person).order_by("created_at"),
        "entries": activity.told(entries.order_by("-at", "-pk"), reader=person),
    }
    return render(request, "attendees/own_data.html", context, status=status)


@by_link(PersonalLink.Kind.ANSWER)
def own_copy(request, person):
    """The same as a file that programs read. Looking at it changes nothing."""
    text = json.dumps(holding.copy_for(person), cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="what-uconf-holds-about-you.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@by_link(PersonalLink.Kind.ANSWER)
def erase(request, person):
    """First the page that says what goes and what stays; then it is gone."""
    refusal, status = "", 200
    if request.method == "POST":
        try:
            erasing.erase_person(person=person, by=person)
        except Refusal as said:
            refusal, status = str(said), 422
        else:
            return SeeOther(reverse("attendees:erased"))
    else:
        try:
            erasing.refuse_with_seats(person)
        except Refusal as said:
            refusal = str(said)
    context = {
        "person": person,
        "refusal": refusal,
        "account": erasing.account_of(person),
        "places": [each.microconference for each in holding.places_of(person)],
        "letters": holding.rows_of(person)[Letter].count(),
        "stays": Proposer.objects.filter(person=person).exists()
        or KeyPerson.objects.filter(person=person).exists()
        or person.outcomes.exists()
        or person.owned_outcomes.exists()
        or person.memberships.exists(),
    }
    return render(request, "attendees/own_erase.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD"])
def erased(request):
    """Where somebody stands who was just erased; the same page for everybody."""
    return private(render(request, "attendees/own_erased.html"))


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request, token):
    """The link in the letter to a new address: one button; pressed, the address counts and the page has a new link."""
    found = own.asked_address(token=token)
    if found is None:
        return nothing_here(request)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            person = own.confirm_address(token=token)
        except Refusal as said:
            refusal, status = str(said), 422
        else:
            new = links.link_for(person=person, kind=PersonalLink.Kind.ANSWER).token
            return private(SeeOther(reverse("attendees:own_data", args=[new]) + "?saved=confirmed#own"))
    context = {"person": found[0], "address": found[1], "refusal": refusal}
    return private(render(request, "attendees/own_address.html", context, status=status))
