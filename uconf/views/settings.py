"""The settings of a microconference, and its way to the committee. For leads only."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from topics.models import Topic
from uconf import rights
from uconf.actions import microconferences
from uconf.forms import carry
from uconf.forms.settings import SettingsForm
from uconf.forms.team import InviteForm
from uconf.lib.refusals import EditConflict, Refusal
from uconf.lifecycle import deciding
from uconf.models import Microconference

State = Microconference.State


def settings(request, conference, mc):
    """What a microconference is called and is for, its call for topics, its dates and links; its team beside it."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=True)
    if request.method != "POST" or "fresh" in request.POST:
        return settings_page(request, microconference)
    form = SettingsForm(request.POST, microconference=microconference)
    if not form.is_valid():
        return settings_page(request, microconference, form=form, status=422)
    try:
        microconferences.change(microconference=microconference, by=request.user, **form.cleaned_data)
    except EditConflict:
        microconference.refresh_from_db()
        differences = form.differences(form.initial_of(microconference))
        form.rebase(microconference.version)
        return settings_page(request, microconference, form=form, differences=differences, conflict=True, status=409)
    except Refusal as refusal:
        microconference.refresh_from_db()
        form.add_refusal(refusal)
        return settings_page(request, microconference, form=form, status=422)
    messages.success(request, _("The settings are saved."))
    return after_saving(request, microconference, saved="form")


@require_POST
def agree(request, conference, mc):
    """Agree to the conference's conduct policy."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=True)
    before = microconference.version
    microconferences.agree_to_policy(microconference=microconference, membership=microconference.me, by=request.user)
    messages.success(request, _("It is noted that you agreed to the conduct policy."))
    return after_saving(request, microconference, before=before)


def submit(request, conference, mc):
    """Hand it to the committee; the page first shows what the committee will see and what is missing."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=True)
    refusal = None
    if request.method == "POST":
        try:
            deciding.submit(microconference=microconference, by=request.user)
        except Refusal as no:
            refusal = no
        else:
            messages.success(
                request,
                _("“%(mc)s” is with the committee of %(conference)s. You can take it back until they decide.")
                % {"mc": microconference, "conference": microconference.conference},
            )
            return redirect(microconference.organize_url("uconf:settings"))
    page = {
        "microconference": microconference,
        "room": "settings",
        "refusal": refusal,
        "missing": deciding.missing_for_submission(microconference),
        "possible": State.SUBMITTED in Microconference.MOVES[microconference.state],
        "topics": Topic.objects.alive().filter(microconference=microconference),
        "leads": microconference.memberships.leads().select_related("person"),
        "people_count": microconference.attendees.count(),
    }
    return render(request, "uconf/settings/submit.html", page, status=422 if refusal else 200)


@require_POST
def take_back(request, conference, mc):
    """Make it a draft again, as long as the committee has not decided."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=True)
    before = microconference.version
    try:
        deciding.take_back(microconference=microconference, by=request.user)
    except Refusal as refusal:
        return settings_page(request, microconference, refusal=refusal, status=422)
    messages.success(request, _("“%(mc)s” is a draft again.") % {"mc": microconference})
    return after_saving(request, microconference, before=before)


def _forms(microconference, data, saved=""):
    """The two parts of the page in which something is typed."""
    make = {
        "form": lambda data: SettingsForm(data, microconference=microconference),
        "invite_form": InviteForm,
    }
    return {part: carry(data, part, make[part], saved=saved) for part in make}


def after_saving(request, microconference, *, saved="", anchor="", before=None):
    """Back to the settings; where something typed in another part waits, the page itself, with that."""
    microconference.refresh_from_db()
    forms = _forms(microconference, request.POST, saved=saved)
    forms["form"].follow(before, microconference.version)
    if any(form.waits for form in forms.values()):
        return settings_page(request, microconference, **forms)
    return redirect(microconference.organize_url("uconf:settings") + anchor)


def settings_page(request, microconference, *, status=200, **more):
    """The settings with the team beside them: a form just refused as it is, the other with what waits in it."""
    page = {
        "microconference": microconference,
        "room": "settings",
        "team": microconference.memberships.select_related("person"),
        "reason": microconference.decline_reason,
        "can_submit": State.SUBMITTED in Microconference.MOVES[microconference.state],
        **_forms(microconference, request.POST),
        **more,
    }
    return render(request, "uconf/settings/settings.html", page, status=status)
