"""How persistently one or several people are asked: their own reminders, pause, stop, go on."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from attendees.forms.letters import PersistenceForm
from attendees.outreach import persistence as acts
from attendees.outreach import rules
from attendees.views.letters import cadence_words
from attendees.views.rows import MOST
from uconf import rights
from uconf.lib.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
def persistence(request, conference, mc):
    """The chosen people with the reminders they get; each button changes it for all of them at once."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    data = request.POST if request.method == "POST" else request.GET
    picked = chosen(mc, data.getlist("person"))
    form = PersistenceForm(initial=_initial(picked))
    if request.method == "POST":
        form = PersistenceForm(request.POST)
        if not picked:
            form.add_error(None, _("Nobody is chosen yet. Tick the box beside each person, then press again."))
        elif form.is_valid():
            try:
                messages.success(request, _act(mc, picked, form, request.POST.get("do"), request.user))
            except Refusal as refusal:
                form.add_refusal(refusal)
            else:
                if request.POST.get("do") == "wrote":
                    return HttpResponseRedirect(mc.organize_url("attendees:letters") + "#silent")
                if len(picked) == 1:
                    return HttpResponseRedirect(mc.organize_url("attendees:person", picked[0].public_id))
                return HttpResponseRedirect(mc.organize_url("attendees:people"))
    for each in picked:
        each.now = standing(each, mc)
    context = {
        "microconference": mc,
        "room": "people",
        "form": form,
        "picked": picked,
        "may_go_on": any(each.held_at or each.paused_until for each in picked),
        "may_stop": any(each.held_at is None for each in picked),
    }
    return render(request, "attendees/people_persistence.html", context, status=422 if form.errors else 200)


def chosen(mc, public_ids):
    """The people of a list that were chosen on a page, in its order."""
    rows = mc.attendees.filter(public_id__in=public_ids[:MOST]).select_related("person", "asked_by__person")
    return list(rows.order_by("person__search_name", "pk"))


def standing(attendee, mc):
    """How persistently somebody is asked now, in a few words; empty where it is as the round says."""
    words = []
    if attendee.held_at:
        words.append(_("no letters: a lead stopped them"))
    elif rules.paused_until(attendee, mc.conference):
        words.append(_("paused until %(day)s") % {"day": formats.date_format(attendee.paused_until, "j F Y")})
    if attendee.cadence is not None:
        words.append(_("their own reminders: %(which)s") % {"which": cadence_words(attendee.cadence)})
    return "; ".join(words)


def _initial(picked):
    own = picked[0].cadence if picked and all(each.cadence == picked[0].cadence for each in picked) else None
    which = "round" if own is None else "own" if own else "none"
    until = picked[0].paused_until if len(picked) == 1 else None
    return {"which": which, "cadence": own or [], "until": until}


def _act(mc, picked, form, do, by):
    """Do what the button says; the sentence that says what follows from it."""
    values = {"microconference": mc, "attendees": picked, "by": by}
    if do == "cadence":
        acts.set_cadence(cadence=form.days, **values)
        said = ngettext(
            "The reminders to %(count)s person are set: %(which)s.",
            "The reminders to %(count)s people are set: %(which)s.",
            len(picked),
        )
        which = _("as the round says") if form.days is None else cadence_words(form.days)
        return said % {"count": len(picked), "which": which}
    if do == "pause":
        acts.pause(until=form.cleaned_data["until"], **values)
        said = ngettext(
            "Paused: no letter that asks goes to %(count)s person before %(day)s.",
            "Paused: no letter that asks goes to %(count)s people before %(day)s.",
            len(picked),
        )
        return said % {
            "count": len(picked), "day": formats.date_format(form.cleaned_data["until"], "j F Y"),
        }  # fmt: skip
    if do == "stop":
        acts.stop(**values)
        return ngettext(
            "Stopped: %(count)s person gets no more letters about this; what was waiting is called off.",
            "Stopped: %(count)s people get no more letters about this; what was waiting is called off.",
            len(picked),
        ) % {"count": len(picked)}
    if do == "go_on":
        acts.go_on(**values)
        return ngettext(
            "Letters to %(count)s person go on as the cadence says.",
            "Letters to %(count)s people go on as the cadence says.",
            len(picked),
        ) % {"count": len(picked)}
    if do == "wrote":
        acts.wrote_myself(**values)
        return ngettext(
            "Noted: you wrote to %(count)s person. For %(days)s days nothing goes to them from here.",
            "Noted: you wrote to %(count)s people. For %(days)s days nothing goes to them from here.",
            len(picked),
        ) % {"count": len(picked), "days": acts.QUIET_AFTER_OWN_MAIL}
    raise Refusal(_("Press one of the buttons: save the reminders, pause, stop, or go on."))
