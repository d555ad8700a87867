"""Putting people on the list: one, or a pasted list."""

import hashlib

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from attendees.actions import paste as pasting
from attendees.actions import people
from attendees.forms.people import PasteForm, PersonForm
from attendees.models import Attendee, Status
from uconf import rights
from uconf.lib.refusals import Refusal
from uconf.models import Person
from uconf.models.people import fold

SHOWN_AS = {
    "pending": Status.PENDING,
    "interested": Status.INTERESTED,
    "coming": Status.COMING,
    "remote": Status.REMOTE,
    "maybe": Status.NOT_SURE,
    "declined": Status.CANT,
}


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, conference, mc):
    """One person; a name that is known already is asked about before anything is stored."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=False)
    initial = {"name": request.GET.get("name", ""), "reason": request.GET.get("reason", "")}
    initial["asked_by"] = microconference.me.pk
    form = PersonForm(request.POST or None, initial=initial, microconference=microconference)
    known, choice = [], request.POST.get("same", "")
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        same_name = people.namesakes(
            microconference=microconference, names=[fold(values["name"])], by=request.user
        ).get(fold(values["name"]), [])
        person = next((each for each in same_name if each.public_id == choice), None)
        by_address = Person.objects.at(values["address"]).exists()
        if same_name and not by_address and person is None and choice != pasting.SOMEBODY_ELSE:
            known = same_name
            form.add_error(
                None,
                _("“%(name)s” is known already. Say below whether this is the same person.") % {"name": values["name"]},
            )
        else:
            try:
                return _added(request, microconference, person, values)
            except Refusal as refusal:
                form.add_refusal(refusal)
    context = {
        "microconference": microconference,
        "room": "people",
        "form": form,
        "known": [{"person": each, "where": _where(each, microconference)} for each in known],
        "paste_form": PasteForm(),
    }
    return render(request, "attendees/people_add.html", context, status=422 if form.errors else 200)


def _added(request, microconference, person, values):
    before = microconference.attendees.count()
    attendee = people.add_by_name(microconference=microconference, person=person, by=request.user, **values)
    if microconference.attendees.count() == before:
        messages.warning(request, _("%(name)s is on the list already; nothing changed.") % {"name": attendee.person})
    else:
        messages.success(request, _("%(name)s is on the list. Nobody was written to.") % {"name": attendee.person})
    return HttpResponseRedirect(microconference.organize_url("attendees:person", attendee.public_id))


def _where(person, microconference):
    """From where a known person is known, in words; never with the address."""
    seen = Attendee.objects.filter(person=person).select_related("microconference").first()
    if seen and seen.microconference_id == microconference.pk:
        return _("on this list")
    if seen:
        return _("on the list of %(mc)s %(year)s") % {
            "mc": seen.microconference, "year": seen.microconference.year,
        }  # fmt: skip
    return person.affiliation or _("named in a proposal")


@require_POST
def paste(request, conference, mc):
    """A pasted list: shown as it was read first, and saved only from there."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=False)
    form = PasteForm(request.POST, request.FILES)
    plan = None
    if form.is_valid():
        text = form.cleaned_data["text"]
        if form.cleaned_data.get("file"):  # the next page carries its text on
            form = PasteForm({"text": text})
            form.is_valid()
        try:
            plan = pasting.look(microconference=microconference, text=text, by=request.user)
            if request.POST.get("do") == "save" and request.POST.get("seen") == _mark(text):
                return _saved(request, microconference, text, plan)
        except Refusal as refusal:
            form.add_refusal(refusal)
    context = {
        "microconference": microconference,
        "room": "people",
        "form": PersonForm(initial={"asked_by": microconference.me.pk}, microconference=microconference),
        "paste_form": form,
        "plan": plan,
        "lines": _lines(plan, request.POST) if plan else [],
        "counts": _counts(plan) if plan else [],
        "seen": _mark(form.cleaned_data["text"]) if "text" in form.cleaned_data else "",
        "changed": request.POST.get("do") == "save" and not form.errors,
    }
    page = "attendees/people_paste.html" if plan else "attendees/people_add.html"
    return render(request, page, context, status=422 if form.errors else 200)


def _lines(plan, data):
    """The lines as the page shows them: the status as what it amounts to, the choice made so far."""
    return [
        {
            "line": line,
            "status": SHOWN_AS.get(line.entry.status, ""),
            "choice": data.get(f"same-{line.entry.number}", ""),
        }
        for line in plan.lines
    ]


def _counts(plan):
    """How many are new, known, doubtful, on the list already and left out, in words."""
    count = {what: len(plan.of(what)) for what in (pasting.NEW, pasting.KNOWN, pasting.DOUBTFUL, pasting.LISTED)}
    suppressed, unread = len(plan.of(pasting.SUPPRESSED)), len(plan.unread)
    return [
        words % {"n": n}
        for n, words in (
            (count[pasting.NEW], _("%(n)s new")),
            (count[pasting.KNOWN], _("%(n)s known")),
            (count[pasting.DOUBTFUL], _("%(n)s doubtful")),
            (count[pasting.LISTED], _("%(n)s on the list already")),
            (suppressed, _("%(n)s who asked not to be written to")),
            (unread, _("%(n)s not understood")),
        )
        if n or words == _("%(n)s new")
    ]


def _saved(request, microconference, text, plan):
    choices = {
        line.entry.number: request.POST.get(f"same-{line.entry.number}", "") for line in plan.of(pasting.DOUBTFUL)
    }
    added = pasting.save(
        microconference=microconference, text=text, choices=choices, asked_by=microconference.me, by=request.user
    )
    left = len(plan.of(pasting.SUPPRESSED)) + len(plan.unread)
    said = ngettext(
        "%(count)s person is on the list now. Nobody was written to.",
        "%(count)s people are on the list now. Nobody was written to.",
        len(added),
    ) % {"count": len(added)}
    if left:
        said += " " + ngettext("%(count)s line was left out.", "%(count)s lines were left out.", left) % {"count": left}
    messages.success(request, said)
    return HttpResponseRedirect(microconference.organize_url("attendees:people"))


def _mark(text):
    """A mark of a text that was looked at: choices fit that text only."""
    return hashlib.sha256("\n".join(text.splitlines()).encode()).hexdigest()[:16]
