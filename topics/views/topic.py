"""The leads' page of one topic, and what can be done there."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from topics.actions import deciding, links, merging, people
from topics.actions import topics as actions
from topics.forms import EditTopicForm, KeyPeopleForm, LinksForm, MergeForm, MissingLinksForm, ProposersForm
from topics.models import Topic
from topics.readiness import links_without_address, readiness_of
from uconf import rights
from uconf.forms import carry
from uconf.lib.refusals import EditConflict, Refusal

BUTTONS = {
    Topic.State.ACCEPTED: gettext_lazy("Accept"),
    Topic.State.IF_TIME: gettext_lazy("If time allows"),
    Topic.State.NOT_NOW: gettext_lazy("Not this time"),
    Topic.State.PROPOSED: gettext_lazy("Decide later"),
    Topic.State.WITHDRAWN: gettext_lazy("Withdraw"),
}


def get_topic(mc, public_id):
    """A topic of a microconference; foreign and missing look the same."""
    found = mc.topics.select_related("microconference__conference", "merged_into", "after", "decided_by")
    topic = found.filter(public_id=public_id).first()
    if topic is None:
        raise Http404
    return topic


def show(request, mc, topic, *, refusal=None, conflict=None, whose="", status=200, **forms):
    """The page of a topic: a form just refused as it is, the other parts with what was typed and waits."""
    forms = _forms(mc, topic, request.POST) | forms
    ready = readiness_of(mc, [topic])[topic.pk]
    key_people = forms["key_people"].items
    context = {
        "microconference": mc,
        "room": "topics",
        "topic": topic,
        "readiness": ready,
        **forms,
        "dots": dict(zip([each.pk for each in key_people], ready.dots, strict=True)),
        "buttons": [(state, BUTTONS[state]) for state in BUTTONS if state in deciding.MOVES[topic.state]],
        "presents_long": topic.presenting_minutes * 2 > topic.minutes,
        "refusal": refusal,
        "conflict": conflict,
        "whose": whose,
        "merged_from": topic.merged_from.all(),
    }
    return render(request, "topics/edit.html", context, status=status)


def after_saving(request, mc, topic, saved="", anchor="", before=None):
    """Back to the page; where something typed in another part waits, the page itself, with that."""
    topic = get_topic(mc, topic.public_id)
    forms = _forms(mc, topic, request.POST, saved=saved)
    forms["form"].follow(before, topic.version)
    if any(form.waits for form in forms.values()):
        return show(request, mc, topic, **forms)
    return redirect(mc.organize_url("topics:edit", topic.public_id) + anchor)


def _forms(mc, topic, data, saved=""):
    """The four parts of the page by name."""
    known = list(people.people_around(mc))
    proposing = list(topic.proposers.select_related("person"))
    needed = list(topic.key_people.select_related("person"))
    linked = list(topic.links.all())
    make = {
        "form": lambda data: _edit_form(mc, topic, data),
        "proposers": lambda data: ProposersForm(data, items=proposing, known=known),
        "key_people": lambda data: KeyPeopleForm(data, items=needed, known=known),
        "links": lambda data: LinksForm(data, items=linked),
    }
    return {part: carry(data, part, make[part], saved=saved) for part in make}


def _edit_form(mc, topic, data=None):
    others = mc.topics.alive().exclude(pk=topic.pk)
    return EditTopicForm(data, topics=others, initial=EditTopicForm.initial_of(topic))


def edit(request, conference, mc, topic):
    mc = rights.get_microconference(request.user, conference, mc)
    topic = get_topic(mc, topic)
    if request.method != "POST" or "fresh" in request.POST:
        return show(request, mc, topic)
    form = _edit_form(mc, topic, request.POST)
    if not form.is_valid():
        return show(request, mc, topic, form=form, status=422)
    try:
        saved = actions.edit_topic(topic=topic, version=form.cleaned_data["version"], by=request.user, **form.values())
    except EditConflict as conflict:
        theirs = get_topic(mc, conflict.theirs.public_id)
        differences = form.differences(EditTopicForm.initial_of(theirs))
        form.rebase(theirs.version)
        return show(request, mc, theirs, form=form, conflict=differences or True, whose=_whose(mc, theirs), status=409)
    except Refusal as refusal:
        form.add_refusal(refusal)
        return show(request, mc, topic, form=form, status=422)
    messages.success(request, _saved_words(saved))
    return after_saving(request, mc, topic, "form")


def _whose(mc, topic):
    """Who saved a topic last, and when: “Daniel Jordan’s, 10:17”; empty if that is not known."""
    entry = mc.activity.filter(what="topic.edited", subject=topic.title).select_related("by_user").first()
    if entry is None or entry.by_user is None:
        return ""
    at = entry.at.astimezone(ZoneInfo(mc.timezone))
    return _("%(who)s’s, %(time)s") % {"who": entry.by_user, "time": f"{at:%H:%M}"}


def _saved_words(topic):
    words = _("“%(title)s” is saved.") % {"title": topic}
    if topic.state in Topic.PUBLIC_STATES and topic.microconference.is_public:
        words += " " + _("Readers see it like this from now on.")
    return words


@require_POST
def proposers(request, conference, mc, topic):
    mc = rights.get_microconference(request.user, conference, mc)
    topic = get_topic(mc, topic)
    form = ProposersForm(
        request.POST, items=topic.proposers.select_related("person", "topic__microconference"),
        known=people.people_around(mc),
    )  # fmt: skip
    return _save_rows(
        request, mc, topic, "proposers", form,
        lambda: people.update_proposers(
            topic=topic, changed=form.changed("presents", "stand_in"), removed=form.removed(), added=form.added(),
            by=request.user,
        ),
    )  # fmt: skip


@require_POST
def key_people(request, conference, mc, topic):
    mc = rights.get_microconference(request.user, conference, mc)
    topic = get_topic(mc, topic)
    form = KeyPeopleForm(
        request.POST, items=topic.key_people.select_related("person", "topic__microconference"),
        known=people.people_around(mc),
    )  # fmt: skip
    return _save_rows(
        request, mc, topic, "key_people", form,
        lambda: people.update_key_people(
            topic=topic, changed=form.changed("note"), removed=form.removed(), added=form.added(),
            note=form.cleaned_data["note"], by=request.user,
        ),
    )  # fmt: skip


@require_POST
def topic_links(request, conference, mc, topic):
    mc = rights.get_microconference(request.user, conference, mc)
    topic = get_topic(mc, topic)
    form = LinksForm(request.POST, items=topic.links.select_related("topic__microconference"))
    return _save_rows(
        request, mc, topic, "links", form,
        lambda: links.update_links(
            changed=form.changed("label", "url"), removed=form.removed(), added=form.added(), topic=topic,
            by=request.user,
        ),
    )  # fmt: skip


def _save_rows(request, mc, topic, name, form, act):
    """Save one of the lists of a topic, or show the page again with what was typed."""
    if not form.is_valid():
        return show(request, mc, topic, status=409 if form.conflicts else 422, **{name: form})
    try:
        act()
    except Refusal as refusal:
        form.add_refusal(refusal)
        return show(request, mc, topic, status=422, **{name: form})
    words = {"proposers": _("Proposers"), "key_people": _("Key people"), "links": _("Links")}[name]
    messages.success(request, _("%(what)s of “%(title)s” are saved.") % {"what": words, "title": topic})
    return after_saving(request, mc, topic, name, anchor="#" + name.replace("_", "-"))


def merge(request, conference, mc, topic):
    """Choose a topic to merge into; see what will happen; then do it."""
    mc = rights.get_microconference(request.user, conference, mc)
    topic = get_topic(mc, topic)
    possible = mc.topics.alive().exclude(pk=topic.pk)
    asked = request.POST if request.method == "POST" else request.GET
    form = MergeForm(asked if "into" in asked else None, topics=possible)
    into, sentences, status = None, [], 200
    if form.is_bound and form.is_valid():
        into = form.cleaned_data["into"]
        try:
            if request.method == "POST":
                merging.merge(topic=topic, into=into, by=request.user)
                messages.success(request, _("“%(title)s” is part of “%(into)s” now.") % {"title": topic, "into": into})
                return redirect(mc.organize_url("topics:edit", into.public_id))
            sentences = merging.consequences(topic=topic, into=into)
        except Refusal as refusal:
            form.add_refusal(refusal)
            into = None
    elif request.method == "POST" and not form.is_bound:
        raise Http404
    if form.errors:
        status = 422
    context = {
        "microconference": mc, "room": "topics", "topic": topic, "form": form, "into": into, "sentences": sentences,
        "possible": len(form.topics),
    }  # fmt: skip
    return render(request, "topics/merge.html", context, status=status)


def delete(request, conference, mc, topic):
    """Ask before a topic is deleted; say what hangs on it where it cannot be."""
    mc = rights.get_microconference(request.user, conference, mc)
    topic = get_topic(mc, topic)
    refusal = None
    if request.method == "POST":
        try:
            actions.delete_topic(topic=topic, by=request.user)
        except Refusal as raised:
            refusal = raised
        else:
            messages.success(request, _("“%(title)s” was deleted.") % {"title": topic})
            return redirect(mc.organize_url("topics:list"))
    else:
        refusal = actions.refusal_to_delete(topic)
    context = {
        "microconference": mc, "room": "topics", "topic": topic, "refusal": refusal,
        "can_withdraw": Topic.State.WITHDRAWN in deciding.MOVES[topic.state],
    }  # fmt: skip
    return render(request, "topics/delete.html", context, status=422 if refusal and request.method == "POST" else 200)


def missing_links(request, conference, mc):
    """Complete the links: every link of a topic that lost its address, in one form."""
    mc = rights.get_microconference(request.user, conference, mc)
    missing = links_without_address(mc)
    form = MissingLinksForm(request.POST if request.method == "POST" else None, items=missing)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            changed = form.changed("url")
            links.update_links(changed=changed, by=request.user)
            left = len(missing) - sum(bool(values["url"]) for _link, values in changed)
            words = (
                _("All links have their addresses now.")
                if not left
                else ngettext(
                    "Saved. %(n)d link is still without an address.",
                    "Saved. %(n)d links are still without an address.",
                    left,
                )
                % {"n": left}
            )
            messages.success(request, words)
            return redirect(mc.organize_url("topics:missing_links") if left else mc.organize_url("topics:list"))
        status = 409 if form.conflicts else 422
    context = {"microconference": mc, "room": "topics", "form": form}
    return render(request, "topics/missing_links.html", context, status=status)
