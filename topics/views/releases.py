"""Publishing, shown before it happens; and what was published: releases, each of which can be taken back."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from attendees.models import Letter, LetterReason
from topics.agenda import comparing, drafts, releases, taking_back, warnings
from topics.forms.releases import PublishForm, TakeBackForm
from uconf import rights
from uconf.lib.refusals import EditConflict, Refusal

FEW = 12  # rows; a longer list is folded


def publish(request, conference, mc):
    """Show exactly what publishing would do, each letter included; do it on a press. Leads only."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=True)
    draft = drafts.current_draft(microconference)
    form = PublishForm(request.POST or None, initial={"version": draft.version if draft else 0, "tell": "yes"})
    conflict, status = None, 200
    if request.method == "POST" and "look" not in request.POST:
        status = 422
        if draft is None:
            form.add_error(None, _("Nothing is placed yet, so there is nothing to publish. Place topics first."))
        elif form.is_valid():
            try:
                release = releases.publish(draft=draft, by=request.user, **form.chosen)
            except EditConflict as refused:
                conflict, status = refused.theirs, 409
                form.rebase(conflict.version)
            except Refusal as refusal:
                form.add_refusal(refusal)
            else:
                messages.success(request, _published(release))
                return redirect(microconference.organize_url("topics:agenda"))
    preview = _preview(microconference, draft, form, request.user)
    context = {
        "microconference": microconference,
        "room": "agenda",
        "here": "publish",
        "draft": draft,
        "preview": preview,
        **(_long_lists(preview) if preview else {}),
        "form": form,
        "conflict": conflict,
        "can_publish": microconference.state in ("accepted", "scheduled"),
        "releases": microconference.releases.defer("content").select_related("published_by"),
    }
    return render(request, "topics/publish.html", context, status=status)


def _published(release):
    names = {"number": release.number, "count": len(release.told.letters)}
    if not release.told.letters:
        return _("Release %(number)s is published; readers see it now.") % names
    return (
        ngettext(
            "Release %(number)s is published; readers see it now. %(count)s letter goes in a quarter of an hour.",
            "Release %(number)s is published; readers see it now. %(count)s letters go in a quarter of an hour.",
            names["count"],
        )
        % names
    )


def _preview(microconference, draft, form, user):
    if draft is None:
        return None
    draft.microconference = microconference
    values = form.cleaned_data if form.is_bound and form.is_valid() else {}
    preview = releases.preview(
        draft, note=values.get("note", ""), with_calendar=values.get("with_calendar", False), by=user
    )
    return preview if any(session["items"] for session in preview.content["sessions"]) else None


@dataclass(frozen=True)
class Split:
    """The first rows of a list, and what is folded away because there are many."""

    shown: list
    folded: list


def _split(rows):
    rows = list(rows)
    return Split(rows, []) if len(rows) <= FEW else Split(rows[: FEW // 2], rows[FEW // 2 :])


def _long_lists(preview):
    """What would make the page long. What is cancelled, who is not written to and what does not fit always show."""
    aware = [each for each in preview.warnings if each.severity == warnings.AWARE]
    aware = aware if len(aware) > FEW // 2 else []
    return {
        "changes": {each: _split(getattr(preview.changes, each)) for each in ("new", "moved", "changed")},
        "letters": _split(preview.telling.letters),
        "aware": aware,
        "warnings": [each for each in preview.warnings if each not in aware],
    }


@require_safe
def release_list(request, conference, mc):
    """Every release: when, by whom, its note, what it changed, how many letters told of it."""
    microconference = rights.get_microconference(request.user, conference, mc)
    found = list(microconference.releases.select_related("published_by"))
    told = LetterReason.objects.filter(letter__microconference=microconference, release__in=found)
    told = told.filter(letter__kind=Letter.Kind.RELEASE).exclude(letter__state=Letter.State.CANCELLED).order_by()
    letters = dict(told.values_list("release").annotate(Count("pk")))
    rows = [
        {
            "release": each,
            "before": before,
            "changes": comparing.in_numbers(releases.changes(before and before.content, each.content)),
            "letters": letters.get(each.pk, 0),
        }
        for each, before in zip(found, [*found[1:], None], strict=False)
    ]
    context = {
        "microconference": microconference,
        "room": "agenda",
        "here": "releases",
        "rows": rows,
        "draft": drafts.current_draft(microconference),
        "is_lead": microconference.me.role == "lead",
    }
    return render(request, "topics/releases.html", context)


def take_back(request, conference, mc, number):
    """Say what of a release can be taken back into a draft; do it on a press."""
    microconference = rights.get_microconference(request.user, conference, mc)
    release = get_object_or_404(microconference.releases, number=number)
    release.microconference = microconference
    current = drafts.current_draft(microconference)
    initial = {"into": TakeBackForm.NEW, "version": current.version if current else 0}
    form, status, conflict = (
        TakeBackForm(request.POST if request.method == "POST" else None, initial=initial),
        200,
        None,
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = _take_back(release, current, form, request.user)
            except EditConflict as refused:
                conflict, status = refused.theirs, 409
                form.rebase(conflict.version)
            except Refusal as refusal:
                form.add_refusal(refusal)
            else:
                names = {"number": release.number, "name": done.draft.name}
                messages.success(request, _("Release %(number)s is taken back into the draft “%(name)s”.") % names)
                return redirect(microconference.organize_url("topics:agenda") + f"?draft={done.draft.public_id}")
    items, left_out = taking_back.placeable(microconference, release.content)
    context = {
        "microconference": microconference,
        "room": "agenda",
        "here": "releases",
        "release": release,
        "draft": current,
        "count": len(items),
        "left_out": left_out,
        "form": form,
        "conflict": conflict,
    }
    return render(request, "topics/take_back.html", context, status=status)


def _take_back(release, current, form, user):
    if form.cleaned_data["into"] == TakeBackForm.CURRENT and current is not None:
        return taking_back.take_back(
            release=release, draft=current, version=form.cleaned_data["version"] or 0, by=user
        )  # fmt: skip
    return taking_back.take_back(release=release, by=user)
