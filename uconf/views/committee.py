"""The committee's side: its microconferences by state, and one of them in full."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from topics.models import Topic
from uconf import rights
from uconf.actions import microconferences
from uconf.forms.committee import PlaceForm
from uconf.forms.team import InviteForm
from uconf.lib.refusals import EditConflict, Refusal
from uconf.lifecycle import deciding
from uconf.models import Membership, Microconference
from uconf.views import counts, invitations

State = Microconference.State
# What waits for the committee comes first.
ORDER = [State.SUBMITTED, State.ACCEPTED, State.SCHEDULED, State.DRAFT,
         State.HELD, State.REPORTED, State.DECLINED, State.MERGED]  # fmt: skip


@require_safe
def conference(request, conference):
    """The microconferences of a conference by state, those that wait for the committee first."""
    conference = rights.get_committee_conference(request.user, conference)
    rows = counts.with_counts(conference.microconferences.select_related("room", "merged_into"))
    rows = list(rows.prefetch_related(_leads()).order_by("title"))
    groups = [(state, [mc for mc in rows if mc.state == state]) for state in ORDER]
    page = {
        "conference": conference,
        "tab": "microconferences",
        "groups": [(state, group) for state, group in groups if group],
        "total": len(rows),
    }
    return render(request, "uconf/committee/conference.html", page)


def review(request, conference, mc):
    """One microconference as the committee sees it: what it is for, in numbers, and what may be decided."""
    conference, microconference = for_committee(request.user, conference, mc)
    form = PlaceForm(request.POST or None, microconference=microconference)
    if request.method != "POST":
        return review_page(request, conference, microconference, place_form=form)
    if not form.is_valid():
        return review_page(request, conference, microconference, place_form=form, status=422)
    try:
        microconferences.place(microconference=microconference, by=request.user, **form.cleaned_data)
    except EditConflict:
        microconference.refresh_from_db()
        differences = form.differences(form.initial_of(microconference))
        form.rebase(microconference.version)
        return review_page(
            request, conference, microconference, place_form=form, differences=differences, conflict=True, status=409
        )
    except Refusal as refusal:
        form.add_refusal(refusal)
        return review_page(request, conference, microconference, place_form=form, status=422)
    room = microconference.room or _("no room yet")
    messages.success(
        request,
        _("“%(mc)s”: %(kind)s, %(room)s.")
        % {"mc": microconference, "kind": microconference.get_kind_display(), "room": room},
    )
    return redirect("uconf:review", conference.slug, microconference.slug)


@require_POST
def invite(request, conference, mc):
    """Invite a lead or a helper by their address."""
    conference, microconference = for_committee(request.user, conference, mc)
    form = invitations.invited(request, microconference)
    if form.is_valid():
        return redirect("uconf:review", conference.slug, microconference.slug)
    return review_page(request, conference, microconference, invite_form=form, status=422)


def for_committee(user, conference, mc):
    """A conference and one of its microconferences, for the committee only. Raises Http404."""
    conference = rights.get_committee_conference(user, conference)
    rows = counts.with_counts(conference.microconferences.select_related("room", "merged_into", "series"))
    microconference = rows.prefetch_related(_leads()).filter(slug=mc).first()
    if microconference is None:
        raise Http404
    microconference.conference = conference
    return conference, microconference


def review_page(request, conference, microconference, *, status=200, place_form=None, invite_form=None, **more):
    """The committee's page of one microconference."""
    page = {
        "conference": conference,
        "mc": microconference,
        "tab": "microconferences",
        "topics": Topic.objects.alive().filter(microconference=microconference),
        "missing": deciding.missing_for_submission(microconference),
        "reason": microconference.decline_reason,
        "moves": Microconference.MOVES[microconference.state],
        "place_form": place_form or PlaceForm(microconference=microconference),
        "invite_form": invite_form or InviteForm(),
        **more,
    }
    return render(request, "uconf/committee/review.html", page, status=status)


def _leads():
    leads = Membership.objects.leads().select_related("person")
    return Prefetch("memberships", queryset=leads, to_attr="leads")
