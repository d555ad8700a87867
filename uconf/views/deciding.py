"""What the committee decides: accept, decline, merge. What cannot be undone is shown first."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from uconf.forms.committee import DeclineForm, MergeForm
from uconf.lib.refusals import Refusal
from uconf.lifecycle import deciding, merging
from uconf.models import Microconference
from uconf.views.committee import for_committee, review_page

State = Microconference.State


@require_POST
def accept(request, conference, mc):
    """Accept a microconference: it becomes public."""
    conference, microconference = for_committee(request.user, conference, mc)
    try:
        deciding.accept(microconference=microconference, by=request.user)
    except Refusal as refusal:
        return review_page(request, conference, microconference, refusal=refusal, status=422)
    messages.success(
        request,
        _("“%(mc)s” is accepted. It has a public page now, and its leads may ask who will be there.")
        % {"mc": microconference},
    )
    return redirect("uconf:committee", conference.slug)


def decline(request, conference, mc):
    """Say why a microconference is declined; the page first says what happens."""
    conference, microconference = for_committee(request.user, conference, mc)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            deciding.decline(microconference=microconference, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(
                request,
                _("“%(mc)s” is declined. Its leads read why; nobody on its list is written to any more.")
                % {"mc": microconference},
            )
            return redirect("uconf:committee", conference.slug)
    page = {
        "conference": conference,
        "mc": microconference,
        "tab": "microconferences",
        "form": form,
        "possible": State.DECLINED in Microconference.MOVES[microconference.state],
        "letters": merging.letters_not_gone(microconference),
    }
    return render(request, "uconf/committee/decline.html", page, status=422 if request.method == "POST" else 200)


def merge(request, conference, mc):
    """Choose what to merge a microconference into, see exactly what moves, and do it."""
    conference, microconference = for_committee(request.user, conference, mc)
    candidates = merging.may_take_in(microconference).order_by("title")
    given = request.POST if request.method == "POST" else request.GET
    form = MergeForm(given if "into" in given else None, candidates=candidates)
    into = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
    if request.method == "POST" and into is None:
        raise Http404  # the page offers nothing else
    refusal = None
    try:
        if request.method == "POST":
            merging.merge_microconference(microconference=microconference, into=into, by=request.user)
            messages.success(
                request,
                _("“%(mc)s” was merged into “%(into)s”; everything that people said moved along.")
                % {"mc": microconference, "into": into},
            )
            return redirect("uconf:review", conference.slug, into.slug)
        if into is not None:
            merging.check_can_merge(microconference=microconference, into=into)
    except Refusal as no:
        refusal = no
    page = {
        "conference": conference,
        "mc": microconference,
        "tab": "microconferences",
        "form": form,
        "candidates": candidates,
        "possible": State.MERGED in Microconference.MOVES[microconference.state],
        "into": into,
        "refusal": refusal,
        "moving": merging.what_moves(microconference=microconference, into=into) if into and not refusal else None,
    }
    return render(request, "uconf/committee/merge.html", page, status=422 if refusal or form.errors else 200)
