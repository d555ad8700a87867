"""The agenda editor, its sessions, and publishing."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect

from topics.agenda import acknowledging, drafts, editor, edits, sessions
from topics.agenda.editor import Aside, Typed
from topics.agenda.snapshot import load
from topics.forms.agenda import AgendaForm, ChangeSessionForm, SessionForm
from topics.models import Session
from uconf import rights
from uconf.lib.refusals import EditConflict, Refusal


def agenda(request, conference, mc):
    """The editor. A press posts the whole form: what was typed is saved, then the button's act is done.

    ``?draft=`` shows another draft than the current one, ``?view=compact`` one line an item. With ``?since=`` the page
    asks whether somebody else edited: 204 as long as nobody did; with ``?would=`` what an act would cause.
    """
    microconference = rights.get_microconference(request.user, conference, mc)
    draft = _chosen_draft(request, microconference)
    if request.method != "POST":
        if request.htmx and "since" in request.GET:
            return _since(request, microconference, draft)
        if "would" in request.GET:
            return _would(request, microconference, draft)
        return _agenda_page(request, microconference, draft=draft, typed=Typed(accepting=request.GET.get("accept", "")))
    draft = draft or drafts.current_draft(microconference)
    draft = draft or drafts.open_draft(microconference=microconference, by=request.user)
    draft.microconference = microconference
    form = AgendaForm(request.POST, draft=draft)
    if form.is_valid():
        try:
            done = _do(form, draft, request.user)
        except EditConflict as conflict:
            return _agenda_page(request, microconference, draft=draft, form=form, conflict=conflict, status=409)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            return _after(request, microconference, draft, form, done)
    return _agenda_page(request, microconference, draft=draft, form=form, status=422)


def _chosen_draft(request, microconference):
    """The draft in the address; None stands for the current one, which may not be there yet."""
    key = request.GET.get("draft")
    if not key:
        return None
    found = drafts.get_draft(microconference, key)
    if found is None:
        raise Http404
    return found


def _since(request, microconference, draft):
    """What somebody else did meanwhile: 204 if nothing. Asked every few seconds by each open page."""
    draft = draft or drafts.current_draft(microconference)
    acknowledged = microconference.warning_acknowledgements.count()
    if editor.since(draft, acknowledged) == request.GET["since"]:
        return HttpResponse(status=204)
    return _agenda_page(request, microconference, draft=draft, theirs=True)


def _would(request, microconference, draft):
    """Which warnings an act would bring and end, as a line of text: said while something is carried about."""
    act, _colon, value = request.GET["would"][:300].partition(":")
    if act not in ("move", "place", "out"):
        raise Http404
    try:
        done = edits.consequence(load(microconference, draft=draft, viewer=request.user), edits.Edit(act, value))
    except Refusal as refusal:
        return HttpResponse(str(refusal), content_type="text/plain; charset=utf-8")
    words = [_("It would bring: %(warnings)s.") % {"warnings": _listed(done.brings)}] if done.brings else []
    words += [_("It would end: %(warnings)s.") % {"warnings": _listed(done.ends)}] if done.ends else []
    return HttpResponse(" ".join(words), content_type="text/plain; charset=utf-8")


def _listed(warnings):
    """“Beta: no break for 130 min; Gamma: …”, the worst first."""
    ranked = sorted(warnings, key=lambda each: each.rank)
    return "; ".join(f"{each.about}: {each.sentence}" if each.about else each.sentence for each in ranked)


def _do(form, draft, user):
    """Save what was typed and do the act. What is done to a warning is none of the agenda's edits."""
    if form.act not in ("ask", "accept", "take_back"):
        return edits.apply(draft=draft, edit=form.edit, version=form.cleaned_data["version"], by=user)
    if form.edit.minutes or form.edit.presenting:
        edits.apply(draft=draft, edit=form.edit, version=form.cleaned_data["version"], by=user)
    if form.act == "ask":
        return edits.Done("")
    if form.act == "take_back":
        acknowledging.take_back(microconference=draft.microconference, public_id=form.value, by=user)
        return edits.Done(_("The warning is heard again."))
    acknowledging.acknowledge(
        draft=draft, key=form.value, reason=form.cleaned_data["reason"], rests_on=form.cleaned_data["rests"], by=user
    )
    return edits.Done(_("The warning is accepted, and quiet until what it rests on changes."))


def _after(request, microconference, draft, form, done):
    """Where a press leads: to the same place of the page, or to the publish page."""
    if form.act == "publish":
        url = microconference.organize_url("topics:publish")
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    kept = _kept(form)
    if request.htmx or kept.minutes or kept.presenting:
        return _agenda_page(request, microconference, draft=draft, done=done, typed=kept)
    if done.sentence:
        messages.success(request, done.sentence)
    anchor = f"#i-{done.item.public_id}" if done.item else ""
    if form.act == "ask":
        return HttpResponseRedirect(_address(request, accept=form.value) + f"#w-{form.value}")
    return HttpResponseRedirect(_address(request) + anchor)


def _kept(form):
    """What is still to be typed on: a warning's reason, or minutes that an undo leaves alone."""
    if form.act == "ask":
        return Typed(accepting=form.value)
    if form.act not in ("undo", "redo"):
        return Typed()
    return Typed(
        minutes={key: str(minutes) for key, minutes in form.minutes.items()},
        presenting={key: str(minutes) for key, minutes in form.presenting.items()},
    )


def _address(request, **more):
    """This page again: the same draft, the same view."""
    kept = {name: request.GET[name] for name in ("draft", "view") if request.GET.get(name)}
    kept = {name: value for name, value in {**kept, **more}.items() if value}
    return request.path + (f"?{urlencode(kept)}" if kept else "")


def _agenda_page(
    request, microconference, *, draft=None, form=None, conflict=None, done=None, typed=None, theirs=False, status=200
):
    if conflict is not None:
        draft = conflict.theirs
    page = editor.build(
        microconference, draft=draft, done=done if done and done.after else None, viewer=request.user,
        typed=_typed(form) if form is not None else typed,
    )  # fmt: skip
    compact = request.GET.get("view") == "compact"
    context = {
        "microconference": microconference,
        "room": "agenda",
        "page": page,
        "form": form,
        "done": done,
        "says": _says(page, done, theirs),
        "done_key": done.item.lasting_id if done and done.item else "",
        "conflict": conflict,
        "tried": edits.describe(form.edit, page.snapshot.draft) if conflict else [],
        "edit": form.edit if form else None,
        "is_lead": microconference.me.role == "lead",
        "compact": compact,
        "address": _address(request),
        "other_view": _address(request, view="" if compact else "compact"),
        "since": _address(request, since=page.since),
        "aside": _aside(request, microconference, page, compact),
        "suggest_url": _url_if_there(microconference, "topics:suggest_agenda"),
        "session_form": None
        if page.snapshot.sessions
        else SessionForm(conference=microconference.conference, initial=SessionForm.usual(microconference)),
    }
    return render(
        request, "topics/agenda.html#agenda" if request.htmx else "topics/agenda.html", context, status=status
    )


def _aside(request, microconference, page, compact):
    """What stands below the unplaced, in plain values."""
    chosen = page.snapshot.draft.pk if page.snapshot.draft else None
    view = "compact" if compact else ""
    return Aside(
        drafts=tuple(
            (name, current, pk == chosen, _address(request, draft=key, view=view))
            for pk, key, name, current in page.drafts
        ),
        words=page.words,
        releases=page.releases,
        publish_by=microconference.publish_by,
        sessions=tuple(
            (part.block.public_id, part.words, part.block.room, part.block.line.available) for part in page.parts
        ),
        zone=microconference.timezone,
        conference=microconference.conference.slug,
        slug=microconference.slug,
        drafts_url=_url_if_there(microconference, "topics:drafts"),
        links=tuple((url, words) for name, words in _also() if (url := _url_if_there(microconference, name))),
    )


def _also():
    """Pages that look at the same agenda otherwise."""
    return (
        ("topics:quorum", _("Whom the topics need, and what breaks without them")),
        ("topics:map", _("Who is interested in what")),
        ("topics:timetable", _("Into the official timetable")),
    )


def _typed(form):
    """What a refused press brought, to be shown again."""
    minutes = {field[2:]: value for field, value in form.data.items() if field.startswith("m-")}
    presenting = {field[2:]: value for field, value in form.data.items() if field.startswith("p-")}
    accepting = form.data.get("why", "")
    refused = list(form.errors.get("reason", []))
    return Typed(
        minutes, presenting, form.refused, accepting, form.data.get("reason", ""), refused[0] if refused else ""
    )


def _says(page, done, theirs):
    """One sentence about what happened: ours, or somebody else's."""
    if done or not theirs:
        return done.sentence if done else ""
    draft = page.snapshot.draft
    words = {"who": draft.edited_by if draft and draft.edited_by else _("Somebody"), "what": page.undo}
    return _("%(who)s changed the agenda: %(what)s.") % words if page.undo else _("%(who)s changed the agenda.") % words


def _url_if_there(microconference, name):
    try:
        return microconference.organize_url(name)
    except NoReverseMatch:
        return ""


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
