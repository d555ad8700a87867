"""Whom the topics need, and what breaks if somebody can't."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from topics.agenda import drafts, quorum
from topics.agenda.snapshot import load
from uconf import rights

MANY = 15  # rows; of more, those that need nobody's attention are folded away


@require_safe
def quorums(request, conference, mc):
    """A table of the topics, and of the people they need. ``?person=`` says what breaks without that one."""
    microconference = rights.get_microconference(request.user, conference, mc)
    draft = None
    if request.GET.get("draft"):
        draft = drafts.get_draft(microconference, request.GET["draft"])
        if draft is None:
            raise Http404
    snapshot = load(microconference, draft=draft, viewer=request.user)
    people = quorum.everybody_needed(snapshot)
    chosen = request.GET.get("person")
    breaks = next((each for each in people if each.person.public_id == chosen), None)
    found = quorum.quorums(snapshot)
    missed = [each for each in people if len(people) <= MANY or quorum.is_missed(each)]
    zone = microconference.conference.zone
    context = {
        "microconference": microconference,
        "room": "agenda",
        "snapshot": snapshot,
        "has_days": len({block.starts_at.astimezone(zone).date() for block in snapshot.sessions}) > 1,
        "quorums": found,
        "by_state": quorum.by_state(snapshot, found) if len(found) > MANY else None,
        "people": people,
        "missed": missed,
        "others": [each for each in people if len(people) > MANY and not quorum.is_missed(each)],
        "breaks": breaks,
        "is_unknown": bool(chosen) and breaks is None,
        "draft": draft,
    }
    return render(request, "topics/quorum.html", context)
