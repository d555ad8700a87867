"""A release taken back into a draft: what is still there of it, and by name what is not."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from topics.agenda import drafts
from topics.agenda.plain import Placed
from topics.models import Draft, Session, Topic


@dataclass(frozen=True)
class TakenBack:
    """The draft that a release was taken into, and sentences about what was left out."""

    draft: Draft
    left_out: tuple[str, ...] = ()


def placeable(microconference, content):
    """What of a release can stand on an agenda now: (items, sentences about the rest). Two queries."""
    sessions = dict(Session.objects.filter(microconference=microconference).values_list("public_id", "pk"))
    topics = {each.public_id: each for each in Topic.objects.filter(microconference=microconference)}
    items, left_out = [], []
    for session in content["sessions"]:
        for item in session["items"]:
            topic = topics.get(item["topic"])
            if item["topic"] and (topic is None or topic.state not in Topic.PUBLIC_STATES):
                left_out.append(_why(item, topic))
            elif session["id"] not in sessions:
                left_out.append(_("“%(title)s”: its session is gone.") % {"title": item["title"]})
            else:
                items.append(
                    Placed(
                        session=sessions[session["id"]], kind=item["kind"], topic=topic.pk if topic else None,
                        minutes=item["minutes"], public_id=item["id"],
                    )
                )  # fmt: skip
    return items, tuple(left_out)


def _why(item, topic):
    if topic is None:
        return _("“%(title)s”: the topic is gone.") % {"title": item["title"]}
    return _("“%(title)s” is %(state)s.") % {"title": topic.title, "state": topic.get_state_display()}


@transaction.atomic
def take_back(*, release, draft=None, name="", version=None, by):
    """Put a release's agenda into a draft, in one undo step; without a draft into a new one of that name.

    Topics and sessions that are gone are left out and named. Raises Refusal, and EditConflict as ``set_agenda``.
    """
    items, left_out = placeable(release.microconference, release.content)
    words = _("release %(number)s") % {"number": release.number}
    if draft is None:
        draft = drafts.make(
            microconference=release.microconference, name=name or _free_name(release), items=items, by=by
        )
    else:
        drafts.set_agenda(draft=draft, items=items, version=version, by=by, why=words)
    return TakenBack(draft, left_out)


def _free_name(release):
    """“From release 2”, or with a turn if there is such a draft already."""
    name = _("From release %(number)s") % {"number": release.number}
    taken = set(Draft.objects.filter(microconference=release.microconference).values_list("name", flat=True))
    names = [name, *(f"{name} ({turn})" for turn in range(2, len(taken) + 3))]
    return next(each for each in names if each not in taken)
