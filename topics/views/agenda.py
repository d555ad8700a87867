"""The agenda editor, its sessions, and publishing."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect

from topics.agenda import drafts, editor, edits, releases, sessions
from topics.forms.agenda import AgendaForm, ChangeSessionForm, PublishForm, SessionForm
from topics.models import Session
from uconf import rights
from uconf.lib.refusals import EditConflict, Refusal


def agenda(request, conference, mc):
    """The editor. A press posts the whole form: what was typed is saved, then the button's act is done."""
    microconference = rights.get_microconference(request.user, conference, mc)
    if request.method != "POST":
        return _agenda_page(request, microconference)
    draft = drafts.open_draft(microconference=microconference, by=request.user)
    form = AgendaForm(request.POST, items=list(draft.items.select_related("topic")))
    if form.is_valid():
        try:
            done = edits.apply(draft=draft, edit=form.edit, version=form.cleaned_data["version"], by=request.user)
        except EditConflict as conflict:
            return _agenda_page(request, microconference, form=form, conflict=conflict, status=409)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            return _after(request, microconference, form.edit, done)
    return _agenda_page(request, microconference, form=form, status=422)


def _after(request, microconference, edit, done):
    """Where a press leads: to the same place of the page, or to the publish page."""
    if edit.act == "publish":
        url = microconference.organize_url("topics:publish")
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    if request.htmx:
        return _agenda_page(request, microconference, done=done, focus=_focus(edit, done))
    messages.success(request, done.sentence)
    anchor = f"#i-{done.item.public_id}" if done.item else ""
    return HttpResponseRedirect(microconference.organize_url("topics:agenda") + anchor)


def _focus(edit, done):
    """The control that the keyboard goes on from: the button that was pressed, or the minutes of what is new."""
    if edit.act in ("up", "down") and done.item:
        return f"{edit.act}-{done.item.public_id}"
    if done.item:
        return f"m-{done.item.public_id}"
    return "h-un" if edit.act == "out" else "do-minutes"


def _agenda_page(request, microconference, *, form=None, conflict=None, done=None, focus="", status=200):
    typed, errors = {}, {}
    if form is not None:
        typed = {
            item.public_id: form.data[f"m-{item.public_id}"]
            for item in form.items
            if f"m-{item.public_id}" in form.data
            and form.data[f"m-{item.public_id}"] != form.data.get(f"was-{item.public_id}")
        }
        errors = {name[2:]: list(said)[0] for name, said in form.errors.items() if name.startswith("m-")}
    page = editor.build(microconference, typed=typed, errors=errors)
    if focus.startswith(("up-", "down-")):
        focus = _still_there(page, focus)
    context = {
        "microconference": microconference,
        "room": "agenda",
        "page": page,
        "form": form,
        "done": done,
        "focus": focus,
        "conflict": conflict,
        "tried": edits.describe(form.edit, page.snapshot.draft) if conflict else [],
        "edit": form.edit if form else None,
        "is_lead": microconference.me.role == "lead",
        "releases": microconference.releases.defer("content"),
        "session_form": None
        if page.snapshot.sessions
        else SessionForm(conference=microconference.conference, initial=SessionForm.usual(microconference)),
    }
    return render(
        request, "topics/agenda.html#agenda" if request.htmx else "topics/agenda.html", context, status=status
    )


def _still_there(page, focus):
    """The other arrow, where the pressed one can go no further."""
    step, _dash, key = focus.partition("-")
    row = next((row for part in page.parts for row in part.rows if row.item.public_id == key), None)
    if row and (row.is_first if step == "up" else row.is_last):
        return f"{'down' if step == 'up' else 'up'}-{key}"
    return focus


def session_list(request, conference, mc):
    """All sessions, and a form for another one."""
    microconference = rights.get_microconference(request.user, conference, mc)
    form = SessionForm(
        request.POST or None, conference=microconference.conference, initial=SessionForm.usual(microconference)
    )
    if request.method == "POST" and form.is_valid():
        try:
            session = sessions.add_session(microconference=microconference, by=request.user, **form.times)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            _say_concerns(request, session)
            messages.success(request, _("The session is added. Topics can be placed in it."))
            return redirect(microconference.organize_url("topics:agenda"))
    rows = microconference.sessions.select_related("room").annotate(
        topic_count=Count("items", filter=Q(items__kind="topic", items__draft__is_current=True))
    )
    context = {"microconference": microconference, "room": "agenda", "form": form, "sessions": rows}
    return render(request, "topics/sessions.html", context, status=422 if form.errors else 200)


def change_session(request, conference, mc, session):
    """Change a session's times or room."""
    microconference = rights.get_microconference(request.user, conference, mc)
    session = _session(microconference, session)
    shown = SessionForm.of(session, microconference.conference.zone)
    form = ChangeSessionForm(request.POST or None, conference=microconference.conference, initial=shown)
    differences, status = [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sessions.change_session(
                    session=session, version=form.cleaned_data["version"], by=request.user, **form.times
                )
            except EditConflict as conflict:
                theirs = SessionForm.of(conflict.theirs, microconference.conference.zone)
                differences, status = form.differences(theirs), 409
                form.rebase(conflict.theirs.version)
            except Refusal as refusal:
                form.add_refusal(refusal)
            else:
                _say_concerns(request, session)
                messages.success(request, _("The session is changed; what stands in it moved with it."))
                return redirect(microconference.organize_url("topics:agenda"))
    context = {
        "microconference": microconference,
        "room": "agenda",
        "session": session,
        "form": form,
        "conflict": status == 409,
        "differences": differences,
    }
    return render(request, "topics/sessions_change.html", context, status=status)


def remove_session(request, conference, mc, session):
    """Say what removing a session would do; do it on a press."""
    microconference = rights.get_microconference(request.user, conference, mc)
    session = _session(microconference, session)
    if request.method == "POST":
        waiting = sessions.remove_session(session=session, by=request.user)
        messages.success(
            request,
            ngettext(
                "The session is removed. One topic waits to be placed again.",
                "The session is removed. %(count)s topics wait to be placed again.",
                waiting,
            )
            % {"count": waiting}
            if waiting
            else _("The session is removed."),
        )
        return redirect(microconference.organize_url("topics:agenda"))
    items = session.items.filter(draft__is_current=True).select_related("topic").order_by("position", "pk")
    context = {"microconference": microconference, "room": "agenda", "session": session, "items": items}
    return render(request, "topics/sessions_remove.html", context)


def _session(microconference, public_id):
    session = (
        Session.objects.select_related("room", "microconference__conference")
        .filter(microconference=microconference, public_id=public_id)
        .first()
    )
    if session is None:
        raise Http404
    return session


def _say_concerns(request, session):
    for sentence in sessions.concerns(session):
        messages.warning(request, sentence)


def publish(request, conference, mc):
    """Show exactly what publishing would do; do it on a press. Leads only."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=True)
    draft = drafts.current_draft(microconference)
    form = PublishForm(request.POST or None, initial={"version": draft.version if draft else 0})
    conflict, status = None, 200
    if request.method == "POST":
        status = 422
        if draft is None:
            form.add_error(None, _("Nothing is placed yet, so there is nothing to publish. Place topics first."))
        elif form.is_valid():
            try:
                release = releases.publish(
                    draft=draft, note=form.cleaned_data["note"], version=form.cleaned_data["version"], by=request.user
                )
            except EditConflict as refused:
                conflict, status = refused.theirs, 409
                form.data = form.data.copy()
                form.data["version"] = str(conflict.version)
            except Refusal as refusal:
                form.add_refusal(refusal)
            else:
                messages.success(
                    request, _("Release %(number)s is published; readers see it now.") % {"number": release.number}
                )
                return redirect(microconference.organize_url("topics:agenda"))
    context = {
        "microconference": microconference,
        "room": "agenda",
        "draft": draft,
        "preview": _preview(microconference, draft),
        "form": form,
        "conflict": conflict,
        "can_publish": microconference.state in ("accepted", "scheduled"),
        "releases": microconference.releases.defer("content").select_related("published_by"),
    }
    return render(request, "topics/publish.html", context, status=status)


def _preview(microconference, draft):
    if draft is None:
        return None
    draft.microconference = microconference
    preview = releases.preview(draft)
    return preview if any(session["items"] for session in preview.content["sessions"]) else None
