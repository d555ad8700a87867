"""Who runs a microconference: inviting, changing, leaving. For leads only."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from uconf import rights
from uconf.actions import team
from uconf.forms.team import InviteMemberForm, MemberForm
from uconf.lib.refusals import EditConflict, Refusal
from uconf.lifecycle import inviting
from uconf.views import invitations
from uconf.views.settings import after_saving, settings_page


@require_POST
def invite(request, conference, mc):
    """Invite a co-lead or a helper by their address."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=True)
    form = invitations.invited(request, microconference)
    if form.is_valid():
        return after_saving(request, microconference, saved="invite_form", anchor="#team")
    return settings_page(request, microconference, invite_form=form, status=422)


def member(request, conference, mc, person):
    """One member of the team: role, how the proposal names them, invitation, and leaving."""
    microconference, membership = _member(request, conference, mc, person)
    form = MemberForm(request.POST or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        try:
            team.change_member(membership=membership, by=request.user, **form.cleaned_data)
        except EditConflict:
            membership.refresh_from_db()
            found = {"conflict": True, "differences": form.differences(form.initial_of(membership))}
            form.rebase(membership.version)
            return _page(request, microconference, membership, form=form, status=409, **found)
        except Refusal as refusal:
            membership.refresh_from_db()
            form.add_refusal(refusal)
        else:
            messages.success(
                request,
                _("%(name)s is a %(role)s.") % {"name": membership.person, "role": membership.get_role_display()},
            )
            if membership == microconference.me and membership.role != membership.Role.LEAD:
                return redirect(microconference.organize_url())  # the settings are the leads'
            return redirect(microconference.organize_url("uconf:settings") + "#team")
    return _page(request, microconference, membership, form=form, status=422 if request.method == "POST" else 200)


@require_POST
def move(request, conference, mc, person):
    """Name somebody one place earlier or later."""
    microconference, membership = _member(request, conference, mc, person)
    team.move_member(membership=membership, up=request.POST.get("to") == "up", by=request.user)
    return after_saving(request, microconference, anchor="#team")


@require_POST
def invite_member(request, conference, mc, person):
    """Invite somebody who stands on the team already, or invite them once more."""
    microconference, membership = _member(request, conference, mc, person)
    form = InviteMemberForm(request.POST)
    if form.is_valid():
        try:
            membership = inviting.invite_member(membership=membership, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, invitations.said_of(membership))
            return redirect(microconference.organize_url("uconf:settings") + "#team")
    return _page(request, microconference, membership, invite_form=form, status=422)


@require_POST
def remove(request, conference, mc, person):
    """Take somebody off the team, or leave it; a lead has to stay."""
    microconference, membership = _member(request, conference, mc, person)
    try:
        team.remove_member(membership=membership, by=request.user)
    except Refusal as refusal:
        return _page(request, microconference, membership, refusal=refusal, status=422)
    if membership.user_id == request.user.pk:
        messages.success(request, _("You left the team of “%(mc)s”.") % {"mc": microconference})
        return redirect("uconf:organize")
    messages.success(request, _("%(name)s is no longer on the team.") % {"name": membership.person})
    return redirect(microconference.organize_url("uconf:settings") + "#team")


def _member(request, conference, mc, person):
    microconference = rights.get_microconference(request.user, conference, mc, lead=True)
    members = microconference.memberships.select_related("person", "microconference__conference")
    return microconference, get_object_or_404(members, person__public_id=person)


def _page(request, microconference, membership, *, form=None, invite_form=None, status=200, **more):
    page = {
        "microconference": microconference,
        "room": "settings",
        "member": membership,
        "is_me": membership.user_id == request.user.pk,
        "form": form or MemberForm(membership=membership),
        "invite_form": invite_form or InviteMemberForm(initial={"address": membership.person.address}),
        **more,
    }
    return render(request, "uconf/settings/member.html", page, status=status)
