"""Publishing: what a release would do, shown before it happens."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from topics.agenda import drafts, releases
from topics.forms.releases import PublishForm
from uconf import rights
from uconf.lib.refusals import EditConflict, Refusal


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
    context = {
        "microconference": microconference,
        "room": "agenda",
        "draft": draft,
        "preview": _preview(microconference, draft, form, request.user),
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
