"""The settings of a conference: its days and habits, its rooms, its committee."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from uconf import rights
from uconf.actions import committee, conference_settings, rooms
from uconf.forms import carry
from uconf.forms.committee import CommitteeMemberForm, ConferenceForm, NewConferenceForm, NewRoomForm, RoomForm
from uconf.forms.fields import zone_names
from uconf.lib.refusals import EditConflict, Refusal
from uconf.lifecycle import inviting, zones
from uconf.models import Conference, User


def new(request):
    """Make another conference: for whoever sits on a committee here already."""
    if not Conference.objects.of_committee(request.user).exists():
        raise Http404
    form = NewConferenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            conference = conference_settings.make(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(
                request, _("“%(conference)s” is there, and you are its committee.") % {"conference": conference}
            )
            return redirect("uconf:conference_settings", conference.slug)
    page = {"form": form, "zones": zone_names()}
    return render(request, "uconf/committee/new.html", page, status=422 if request.method == "POST" else 200)


def settings(request, conference):
    """What a conference is; changing the zone tells first what becomes of the sessions."""
    conference = rights.get_committee_conference(request.user, conference)
    if request.method != "POST" or "fresh" in request.POST:
        return _page(request, conference)
    form = ConferenceForm(request.POST, conference=conference)
    if not form.is_valid():
        return _page(request, conference, form=form, status=422)
    try:
        zones.change_conference(conference=conference, by=request.user, **form.cleaned_data)
    except EditConflict:
        conference.refresh_from_db()
        differences = form.differences(form.initial_of(conference))
        form.rebase(conference.version)
        return _page(request, conference, form=form, differences=differences, conflict=True, status=409)
    except Refusal as refusal:
        conference.refresh_from_db()
        form.add_refusal(refusal)
        return _page(request, conference, form=form, status=422)
    messages.success(request, _("The settings of “%(conference)s” are saved.") % {"conference": conference})
    for sentence in zones.outside_the_days(conference):
        messages.warning(request, sentence)
    return _after_saving(request, conference, saved="form")


@require_POST
def add_room(request, conference):
    """Add a room."""
    conference = rights.get_committee_conference(request.user, conference)
    form = NewRoomForm(request.POST)
    if form.is_valid():
        try:
            room = rooms.add(conference=conference, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("“%(room)s” is a room now.") % {"room": room})
            return _after_saving(request, conference, saved="room_form", anchor="#rooms")
    return _page(request, conference, room_form=form, status=422)


@require_POST
def room(request, conference, room):
    """Change a room, or remove it if nobody uses it."""
    conference = rights.get_committee_conference(request.user, conference)
    room = get_object_or_404(conference.rooms, public_id=room)
    form, part = RoomForm(request.POST, room=room), room.public_id
    try:
        if request.POST.get("act") == "remove":
            rooms.remove(room=room, by=request.user)
            messages.success(request, _("“%(room)s” is no longer a room here.") % {"room": room})
            return _after_saving(request, conference, saved=part, anchor="#rooms")
        if form.is_valid():
            rooms.change(room=room, by=request.user, **form.cleaned_data)
            messages.success(request, _("“%(room)s” is saved.") % {"room": room})
            return _after_saving(request, conference, saved=part, anchor="#rooms")
    except EditConflict:
        room.refresh_from_db()
        form.found = form.differences(form.initial_of(room))
        form.rebase(room.version)
        return _page(request, conference, status=409, **{part: form})
    except Refusal as refusal:
        form.is_valid()
        form.add_refusal(refusal)
    return _page(request, conference, status=422, **{part: form})


@require_POST
def add_member(request, conference):
    """Put somebody on the committee by their address; a letter tells them."""
    conference = rights.get_committee_conference(request.user, conference)
    form = CommitteeMemberForm(request.POST)
    if form.is_valid():
        try:
            user = inviting.invite_committee_member(conference=conference, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(
                request,
                _("%(name)s is on the committee; a letter says how to sign in.") % {"name": user},
            )
            return _after_saving(request, conference, saved="member_form", anchor="#members")
    return _page(request, conference, member_form=form, status=422)


@require_POST
def remove_member(request, conference, user):
    """Take somebody off the committee, or leave it; somebody has to stay."""
    conference = rights.get_committee_conference(request.user, conference)
    member = get_object_or_404(User, pk=user, committees=conference)
    try:
        committee.leave(conference=conference, user=member, by=request.user)
    except Refusal as refusal:
        return _page(request, conference, member_refusal=refusal, status=422)
    if member == request.user:
        messages.success(request, _("You are no longer on the committee of “%(name)s”.") % {"name": conference})
        return redirect("uconf:organize")
    messages.success(request, _("%(name)s is no longer on the committee.") % {"name": member})
    return _after_saving(request, conference, anchor="#members")


def _forms(conference, data, saved=""):
    """The parts of the page in which something is typed, by name; a room's part is named by its identifier."""
    make = {
        "form": lambda data: ConferenceForm(data, conference=conference),
        "room_form": NewRoomForm,
        "member_form": CommitteeMemberForm,
        **{room.public_id: partial(RoomForm, room=room) for room in conference.rooms.all()},
    }
    return {part: carry(data, part, make[part], saved=saved) for part in make}


def _after_saving(request, conference, *, saved="", anchor=""):
    """Back to the page; where something typed in another part waits, the page itself, with that."""
    conference = Conference.objects.get(pk=conference.pk)
    forms = _forms(conference, request.POST, saved=saved)
    if any(form.waits for form in forms.values()):
        return _page(request, conference, **forms)
    response = redirect("uconf:conference_settings", conference.slug)
    response["Location"] += anchor
    return response


def _page(request, conference, *, status=200, **more):
    """The page: a form just refused as it is, the other parts with what was typed and waits."""
    page = {
        "conference": conference,
        "tab": "settings",
        "zones": zone_names(),
        "members": conference.committee.order_by("name", "email"),
        **_forms(conference, request.POST),
        **more,
    }
    page["rooms"] = [(each, page[each.public_id]) for each in conference.rooms.all()]
    return render(request, "uconf/committee/settings.html", page, status=status)
