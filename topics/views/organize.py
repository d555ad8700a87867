"""The leads' list of topics: what there is, what was decided, in which order."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from topics.actions import deciding, ordering
from topics.actions import topics as actions
from topics.forms import AddTopicForm, ChosenTopicsForm, ListFilter, StateForm, StepForm
from topics.models import Proposer, Topic
from topics.readiness import LABELS, readiness_of
from topics.views import topic as topic_page
from uconf import rights
from uconf.lib.links import is_web_address
from uconf.lib.refusals import Refusal

# What may be decided where, in the words of the buttons.
BUTTONS = {
    Topic.State.ACCEPTED: gettext_lazy("Accept"),
    Topic.State.IF_TIME: gettext_lazy("If time"),
    Topic.State.NOT_NOW: gettext_lazy("Not this time"),
}
ORDER = (
    Topic.State.PROPOSED, Topic.State.ACCEPTED, Topic.State.IF_TIME, Topic.State.NOT_NOW,
    Topic.State.WITHDRAWN, Topic.State.MERGED,
)  # fmt: skip


def topic_list(request, conference, mc):
    mc = rights.get_microconference(request.user, conference, mc)
    return _list(request, mc, ListFilter(request.GET).values())


def _list(request, mc, chosen, refusal=None, status=200):
    rows = _rows(mc)
    shown = [row for row in rows if _wanted(row, chosen)]
    counts = {state: sum(row["topic"].state == state for row in rows) for state in ORDER}
    context = {
        "microconference": mc,
        "room": "topics",
        "filter": chosen,
        "query": _query(chosen),
        "sorts": ListFilter.SORTS,
        "chips": _chips(chosen, counts, len(rows)),
        "groups": _grouped(shown, chosen),
        "total": len(rows),
        "shown": len(shown),
        "missing_links": sum(row["missing_links"] for row in rows),
        "time": _time(mc, rows),
        "buttons": [(state, str(label)) for state, label in BUTTONS.items()],
        "refusal": refusal,
    }
    return render(request, "topics/list.html", context, status=status)


def _rows(mc):
    """Every topic with what the list shows of it; the same queries for any number."""
    proposers = Prefetch("proposers", queryset=Proposer.objects.select_related("person"))
    topics = list(mc.topics.select_related("merged_into").prefetch_related(proposers, "links"))
    ready = readiness_of(mc, topics)
    return [
        {
            "topic": topic,
            "readiness": ready[topic.pk],
            "proposers": ", ".join(each.person.name for each in topic.proposers.all()),
            "missing_links": sum(not is_web_address(link.url) for link in topic.links.all()),
            "buttons": [(state, str(BUTTONS[state])) for state in BUTTONS if state in deciding.MOVES[topic.state]],
            "can_reopen": Topic.State.PROPOSED in deciding.MOVES[topic.state],
        }
        for topic in topics
    ]


def _wanted(row, chosen):
    topic = row["topic"]
    if chosen["state"] and topic.state != chosen["state"]:
        return False
    text = " ".join([topic.title, topic.group, topic.problem, row["proposers"], row["readiness"].words]).casefold()
    return all(word in text for word in chosen["q"].casefold().split())


def _grouped(rows, chosen):
    """Rows by state, those that wait for the leads first; the arrows only where the order is what one sees."""
    sort = chosen["sort"]
    keys = {
        "title": lambda row: row["topic"].title.casefold(),
        "interest": lambda row: (-row["readiness"].need_me, -row["readiness"].would_like),
        "readiness": lambda row: list(LABELS).index(row["readiness"].group),
        "minutes": lambda row: -row["topic"].minutes,
    }
    if sort in keys:
        rows = sorted(rows, key=keys[sort])
    in_order = not sort and not chosen["q"]
    groups = []
    for state in ORDER:
        of_state = [row for row in rows if row["topic"].state == state]
        for place, row in enumerate(of_state):
            row["can_go_up"], row["can_go_down"] = place > 0, place < len(of_state) - 1
        if of_state:
            minutes = sum(row["topic"].minutes for row in of_state)
            groups.append(
                {"state": state, "label": state.label, "rows": of_state, "minutes": minutes, "in_order": in_order}
            )
    return groups


def _chips(chosen, counts, total):
    chips = [{"label": _("all"), "count": total, "query": _query({**chosen, "state": ""}), "on": not chosen["state"]}]
    for state in ORDER:
        if counts[state] or chosen["state"] == state:
            query = _query({**chosen, "state": state})
            on = chosen["state"] == state
            chips.append({"label": state.label, "count": counts[state], "query": query, "on": on})
    return chips


def _query(chosen):
    return urlencode({name: value for name, value in chosen.items() if value})


def _time(mc, rows):
    """What the accepted topics ask for against what the sessions have."""
    accepted = [row["topic"].minutes for row in rows if row["topic"].state == Topic.State.ACCEPTED]
    sessions = list(mc.sessions.all())
    has = sum(session.minutes for session in sessions)
    return {"accepted": len(accepted), "asked": sum(accepted), "has": has, "sessions": len(sessions),
            "over": max(sum(accepted) - has, 0) if sessions else 0}  # fmt: skip


def add(request, conference, mc):
    mc = rights.get_microconference(request.user, conference, mc)
    form = AddTopicForm(request.POST or None, topics=mc.topics.alive())
    if request.method == "POST" and form.is_valid():
        try:
            topic = actions.add_topic(microconference=mc, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(
                request, _("“%(title)s” was added. It is proposed until you accept it.") % {"title": topic}
            )
            return redirect(mc.organize_url("topics:edit", topic.public_id))
    context = {"microconference": mc, "room": "topics", "form": form}
    return render(request, "topics/add.html", context, status=422 if form.errors else 200)


@require_POST
def decide(request, conference, mc, topic):
    mc = rights.get_microconference(request.user, conference, mc)
    topic = topic_page.get_topic(mc, topic)
    form = StateForm(request.POST)
    if not form.is_valid():
        raise Http404
    before = topic.version
    try:
        topic = deciding.decide(topic=topic, state=form.cleaned_data["state"], by=request.user)
    except Refusal as refusal:
        if request.POST.get("from") == "topic":
            return topic_page.show(request, mc, topic, refusal=refusal, status=422)
        return _list(request, mc, _posted_filter(request), refusal=refusal, status=422)
    messages.success(request, decided_words(topic))
    if request.POST.get("from") == "topic":
        return topic_page.after_saving(request, mc, topic, before=before)
    return _back(request, mc)


def decided_words(topic):
    """What was decided, and what follows from it."""
    words = {
        Topic.State.PROPOSED: _("“%(title)s” waits for a decision again."),
        Topic.State.ACCEPTED: _("“%(title)s” is accepted and can be placed on the agenda."),
        Topic.State.IF_TIME: _("“%(title)s” is kept for the case that time allows."),
        Topic.State.NOT_NOW: _("“%(title)s” is not for this time."),
        Topic.State.WITHDRAWN: _("“%(title)s” is withdrawn. It can be reopened."),
    }[topic.state] % {"title": topic}
    if topic.taken_off:
        drafts = ", ".join(topic.taken_off)
        words += " " + ngettext(
            "It was taken off draft %(drafts)s of the agenda.",
            "It was taken off drafts %(drafts)s of the agenda.",
            len(topic.taken_off),
        ) % {"drafts": drafts}
    return words


@require_POST
def decide_many(request, conference, mc):
    mc = rights.get_microconference(request.user, conference, mc)
    form = ChosenTopicsForm(request.POST, topics=mc.topics.all())
    refusal = None
    if form.is_valid():
        try:
            decided = deciding.decide_many(topics=form.chosen(), state=form.cleaned_data["state"], by=request.user)
        except Refusal as raised:
            refusal = raised
        else:
            state = Topic.State(form.cleaned_data["state"]).label
            words = ngettext("%(n)d topic is now “%(state)s”.", "%(n)d topics are now “%(state)s”.", len(decided))
            messages.success(request, words % {"n": len(decided), "state": state})
            return _back(request, mc)
    elif "topic" in form.errors:
        refusal = form.errors["topic"][0]
    else:
        raise Http404
    return _list(request, mc, _posted_filter(request), refusal=refusal, status=422)


@require_POST
def move(request, conference, mc, topic):
    mc = rights.get_microconference(request.user, conference, mc)
    topic = topic_page.get_topic(mc, topic)
    form = StepForm(request.POST)
    if not form.is_valid():
        raise Http404
    act = {"up": ordering.move_up, "down": ordering.move_down}[form.cleaned_data["step"]]
    act(topic=topic, by=request.user)
    return _back(request, mc)


def _posted_filter(request):
    return ListFilter(QueryDict(request.POST.get("filter", ""))).values()


def _back(request, mc):
    """To the list as it was filtered."""
    query = _query(_posted_filter(request))
    return redirect(mc.organize_url("topics:list") + (f"?{query}" if query else ""))
