"""The leads' pages about outcomes."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from outcomes import summary
from outcomes.actions import closing, recording
from outcomes.forms import EditOutcomeForm, NoteForm, OutcomeForm
from outcomes.models import Outcome
from topics.actions import results
from topics.models import AgendaItem, Topic
from uconf import rights
from uconf.lib import clock
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import Membership, Microconference

ROOM = "outcomes"
State = Microconference.State


def outcome_list(request, conference, mc):
    """Topic by topic: what came of it so far, and a line to write more."""
    mc = rights.get_microconference(request.user, conference, mc)
    return _show(request, mc)


def _show(request, mc, *, refused=None, refusal=None, status=200):
    """The list; ``refused`` is the quick form that was not accepted, shown in its topic's place."""
    came = summary.by_topic(mc)
    topics = _in_agenda_order(mc, came)
    for each in topics:
        each.came = came.topics.get(each.pk, [])
        is_refused = refused is not None and refused.of is not None and refused.of.pk == each.pk
        each.form = refused if is_refused else NoteForm(microconference=mc, topic=each)
        each.is_refused = is_refused
    whole = refused if refused is not None and refused.of is None else None
    context = {
        "microconference": mc,
        "room": ROOM,
        **_noted(topics, came),
        "whole": came.whole,
        "whole_form": whole or NoteForm(microconference=mc),
        "whole_refused": whole is not None,
        "earlier": summary.editions_with_outcomes(mc.series, exclude=mc),
        "leads": mc.me.role == Membership.Role.LEAD,
        "has_begun": mc.conference.starts_on <= clock.today(mc.timezone),
        "can_go_back": mc.state == State.REPORTED or (mc.state == State.HELD and mc.releases.exists()),
        "refusal": refusal,
    }
    return render(request, "outcomes/list.html", context, status=status)


def _in_agenda_order(mc, came):
    """The topics that were to be discussed, and any with an outcome: as on the agenda, then by their own order."""
    placed = AgendaItem.objects.filter(draft__microconference=mc, draft__is_current=True, topic__isnull=False)
    order = {topic: place for place, topic in enumerate(placed.values_list("topic_id", flat=True))}
    shown = [
        each
        for each in mc.topics.exclude(state=Topic.State.MERGED)
        if each.state in Topic.PUBLIC_STATES or each.result or each.pk in came.topics
    ]
    return sorted(shown, key=lambda each: order.get(each.pk, len(order)))


@require_POST
def note(request, conference, mc):
    """A line for a topic, or how it went, or both, while the session runs."""
    mc = rights.get_microconference(request.user, conference, mc)
    topic = _topic(mc, request.POST.get("topic", ""))
    form = NoteForm(request.POST, microconference=mc, topic=topic)
    if form.is_valid():
        try:
            _note(mc, topic, form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_refusal(refusal)
    if not form.is_valid():
        return (
            _part(request, mc, topic, form, status=422)
            if request.htmx
            else _show(request, mc, refused=form, status=422)
        )
    said = _said(mc, topic, form.cleaned_data)
    if request.htmx:
        return _part(request, mc, topic, said=said)
    messages.success(request, said)
    return _to_list(mc, topic)


def _part(request, mc, topic, refused=None, *, said="", status=200):
    """One topic, or the whole, and what the head and the tab count: where somebody may be typing, the page stays."""
    came = summary.by_topic(mc)
    if topic is None:
        form = refused or NoteForm(microconference=mc)
        context = {"whole": came.whole, "whole_form": form, "whole_refused": refused is not None}
        part = "outcomes/list.html#whole"
    else:
        topic.refresh_from_db()
        topic.came, topic.is_refused = came.topics.get(topic.pk, []), refused is not None
        topic.form = refused or NoteForm(microconference=mc, topic=topic)
        context, part = {"topic": topic}, "outcomes/list.html#topic"
    response = render(request, part, context | {"microconference": mc, "said": said}, status=status)
    head = {"microconference": mc, "oob": True, **_noted(_in_agenda_order(mc, came), came)}
    response.content += render_to_string("outcomes/list.html#noted", head, request).encode()
    return response


def _noted(topics, came):
    """What the head of the page counts. ``topics`` as on the page."""
    said = [each for each in topics if came.topics.get(each.pk) or each.result]
    return {"topics": topics, "count": len(came), "noted": len(said)}


@transaction.atomic
def _note(mc, topic, values, *, by):
    if topic is not None:
        results.set_result(topic=topic, result=values["result"], by=by)
    if values["text"].strip():
        recording.record(microconference=mc, topic=topic, text=values["text"], kind=values["kind"], by=by)


def _said(mc, topic, values):
    if not values["text"].strip():
        result = Topic.Result(values["result"]).label if values["result"] else _("not said yet")
        return _("“%(topic)s”: %(result)s.") % {"topic": topic, "result": result}
    if not mc.is_public:
        return _("Noted. It will stand on the public page once the microconference is accepted.")
    return _("Noted. It stands on the public page now.")


def add(request, conference, mc):
    """Record an outcome with everything about it."""
    mc = rights.get_microconference(request.user, conference, mc)
    topic = request.GET.get("topic", "")
    form = OutcomeForm(request.POST or None, microconference=mc, initial={"topic": topic})
    if request.method == "POST" and form.is_valid():
        try:
            recording.record(microconference=mc, by=request.user, **form.values())
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _said(mc, None, form.cleaned_data))
            return _to_list(mc, form.cleaned_data["topic"])
    status = 422 if request.method == "POST" else 200
    return render(request, "outcomes/add.html", {"microconference": mc, "room": ROOM, "form": form}, status=status)


def edit(request, conference, mc, outcome):
    """Set an outcome right. If somebody else just did so, both versions are shown."""
    mc = rights.get_microconference(request.user, conference, mc)
    found = _outcome(mc, outcome)
    initial = EditOutcomeForm.initial_of(found)
    context = {"microconference": mc, "room": ROOM, "outcome": found}
    if request.method != "POST":
        form = EditOutcomeForm(microconference=mc, initial=initial)
        return render(request, "outcomes/edit.html", context | {"form": form})
    form = EditOutcomeForm(request.POST, microconference=mc, initial=initial)
    if form.is_valid():
        try:
            recording.edit(outcome=found, version=form.cleaned_data["version"], by=request.user, **form.values())
        except EditConflict:
            theirs = _outcome(mc, outcome)
            differences = form.differences(EditOutcomeForm.initial_of(theirs))
            form.rebase(theirs.version)
            context |= {"form": form, "outcome": theirs, "conflict": True, "differences": differences}
            return render(request, "outcomes/edit.html", context, status=409)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("Saved. Readers see it as it is now."))
            return _to_list(mc, form.cleaned_data["topic"])
    return render(request, "outcomes/edit.html", context | {"form": form}, status=422)


def remove(request, conference, mc, outcome):
    """Show what would go, and take it away on a press."""
    mc = rights.get_microconference(request.user, conference, mc)
    found = _outcome(mc, outcome)
    if request.method == "POST":
        topic = found.topic
        recording.remove(outcome=found, by=request.user)
        messages.success(request, _("Removed. What it said stays in the activity log."))
        return _to_list(mc, topic)
    context = {"microconference": mc, "room": ROOM, "outcome": summary.show(found), "count": mc.outcomes.count()}
    return render(request, "outcomes/remove.html", context)


@require_POST
def shift(request, conference, mc, outcome):
    """Move an outcome one place up or down among those of its topic."""
    mc = rights.get_microconference(request.user, conference, mc)
    found = _outcome(mc, outcome)
    recording.shift(outcome=found, by_places=-1 if request.POST.get("direction") == "up" else 1, by=request.user)
    return _to_list(mc, found.topic)


def state(request, conference, mc):
    """Mark as held (after a page that says what follows), report the outcomes, or take the last step back."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    if request.method != "POST":
        if mc.state not in (State.ACCEPTED, State.SCHEDULED):
            return redirect(mc.organize_url("outcomes:list"))
        pending = mc.attendees.pending().count()
        begun = mc.conference.starts_on <= clock.today(mc.timezone)
        context = {"microconference": mc, "room": ROOM, "pending": pending, "has_begun": begun}
        return render(request, "outcomes/held.html", context)
    acts = {
        "held": (closing.mark_held, _("“%(mc)s” is marked as held. Nobody is asked any more.")),
        "reported": (closing.report, _("The outcomes of “%(mc)s” are reported. They can still be corrected.")),
        "back": (closing.reopen, _("The last step is taken back.")),
    }
    if request.POST.get("to") not in acts:
        raise Http404
    act, sentence = acts[request.POST["to"]]
    try:
        act(microconference=mc, by=request.user)
    except Refusal as refusal:
        return _show(request, mc, refusal=refusal, status=422)
    messages.success(request, sentence % {"mc": mc} if "%(" in sentence else sentence)
    return redirect(mc.organize_url("outcomes:list"))


def _topic(mc, public_id):
    """A topic of the microconference; none for the whole of it."""
    if not public_id:
        return None
    topic = mc.topics.filter(public_id=public_id).first()
    if topic is None:
        raise Http404
    return topic


def _outcome(mc, public_id):
    found = summary.ready(Outcome.objects.filter(microconference=mc, public_id=public_id)).first()
    if found is None:
        raise Http404
    found.microconference = mc
    return found


def _to_list(mc, topic):
    return redirect(mc.organize_url("outcomes:list") + (f"#t-{topic.public_id}" if topic else "#whole"))
