"""The drafts of an agenda: list, make, rename, make current, remove; and two agendas compared."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from topics.agenda import comparing, drafts, taking_back
from topics.agenda.shelf import shelf
from topics.forms.releases import CompareForm, DraftForm, NewDraftForm
from topics.models import Release
from uconf import rights
from uconf.lib.refusals import Refusal


def draft_list(request, conference, mc):
    """Every draft in a line, and a form for another one."""
    microconference = rights.get_microconference(request.user, conference, mc)
    choices = comparing.choices(microconference)
    sources = [(each.key, each.name) for each in choices]
    form = NewDraftForm(request.POST if request.method == "POST" else None, sources=sources)
    if request.method == "POST" and form.is_valid():
        try:
            made, left_out = _make(microconference, request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The draft “%(name)s” is made.") % {"name": made.name})
            for sentence in left_out:
                messages.warning(request, _("Left out: %(what)s") % {"what": sentence})
            return redirect(microconference.organize_url("topics:drafts"))
    context = {
        "microconference": microconference,
        "room": "agenda",
        "here": "drafts",
        "rows": shelf(microconference, viewer=request.user),
        "form": form,
        "choices": choices,
    }
    return render(request, "topics/drafts.html", context, status=422 if form.errors else 200)


def _make(microconference, user, *, name, source):
    """Make a draft of what was chosen: (the draft, sentences about what was left out)."""
    if source == NewDraftForm.EMPTY:
        return drafts.make(microconference=microconference, name=name, by=user), ()
    draft = drafts.get_draft(microconference, source)
    if draft is not None:
        return drafts.copy(draft=draft, name=name, by=user), ()
    release = Release.objects.filter(microconference=microconference, number=source.removeprefix("v")).first()
    done = taking_back.take_back(release=release, name=name, by=user)
    return done.draft, done.left_out


def draft(request, conference, mc, draft):
    """One draft: another name, work on it from now on, or remove it, saying what goes with it."""
    microconference = rights.get_microconference(request.user, conference, mc)
    found = drafts.get_draft(microconference, draft)
    if found is None:
        raise Http404
    found.microconference = microconference
    form = DraftForm(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            said = DOES[form.cleaned_data["do"]](found, form.cleaned_data, request.user)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, said % {"name": found.name})
            return redirect(microconference.organize_url("topics:drafts"))
    context = {
        "microconference": microconference,
        "room": "agenda",
        "here": "drafts",
        "draft": found,
        "name": found.name,
        "form": form,
        "topics": found.items.filter(kind="topic").count(),
    }
    return render(request, "topics/draft.html", context, status=422 if form.errors else 200)


def _rename(draft, values, user):
    drafts.rename(draft=draft, name=values["name"], by=user)
    return _("The draft is called “%(name)s” now.")


def _make_current(draft, values, user):
    drafts.make_current(draft=draft, by=user)
    return _("“%(name)s” is the draft that is worked on now.")


def _remove(draft, values, user):
    drafts.remove(draft=draft, by=user)
    return _("The draft “%(name)s” is removed.")


DOES = {DraftForm.RENAME: _rename, DraftForm.CURRENT: _make_current, DraftForm.REMOVE: _remove}


@require_safe
def compare(request, conference, mc):
    """Two agendas beside each other; without a choice the latest release against the current draft."""
    microconference = rights.get_microconference(request.user, conference, mc)
    choices = comparing.choices(microconference)
    a, b = CompareForm(request.GET).keys()
    a, b = a or _usual_a(microconference), b or _usual_b(microconference)
    sides = [key and comparing.side(microconference, key) for key in (a, b)]
    found = comparing.compare(*sides) if all(sides) else None
    context = {
        "microconference": microconference,
        "room": "agenda",
        "here": "compare",
        "choices": choices,
        "a": sides[0] or None,
        "b": sides[1] or None,
        "changes": found,
        "groups": _groups(found) if found else [],
        "numbers": comparing.in_numbers(found) if found else "",
        "unknown": [key for key, side in zip((a, b), sides, strict=True) if key and not side],
    }
    return render(request, "topics/compare.html", context, status=404 if context["unknown"] else 200)


def _groups(found):
    named = (
        ("new", _("New"), found.new),
        ("moved", _("Moved"), found.moved),
        ("changed", _("Changed"), found.changed),
        ("cancelled", _("Cancelled"), found.cancelled),
    )
    return [(key, label, some) for key, label, some in named if some]


def _usual_a(microconference):
    number = microconference.releases.order_by("-number").values_list("number", flat=True).first()
    return f"v{number}" if number else _usual_b(microconference)


def _usual_b(microconference):
    current = drafts.current_draft(microconference)
    return current.public_id if current else ""
