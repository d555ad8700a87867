"""What a snapshot of an agenda is made of: one query, put together once. All of it comes as rows of plain values."""

from django.db.models import BooleanField, Count, Exists, F, OuterRef, Q, Value

from attendees.models import Attendee, Interest, TimeTheyCannot
from topics.agenda.plain import KEY, PROPOSER
from topics.models import (
    AgendaItem,
    Draft,
    KeyPerson,
    Proposer,
    Release,
    Session,
    Topic,
    WarningAcknowledgement,
)
from uconf.lib.prepared import Together
from uconf.models import Membership, Microconference

LEAD = "lead"
NO = Value(False, output_field=BooleanField())


def _topics(mc):
    rows = Topic.objects.filter(microconference=mc).exclude(state=Topic.State.MERGED)
    return rows.values_list("pk", "public_id", "title", "state", "minutes", "presenting_minutes", "after_id")


def _needs(mc):
    """Proposers and key people of a microconference's topics; the last two say in which order of their kind."""
    person = ("topic_id", "person_id", "person__public_id", "person__name")
    proposers = Proposer.objects.filter(topic__microconference=mc).order_by()
    keys = KeyPerson.objects.filter(topic__microconference=mc).order_by()
    return proposers.values_list(Value(PROPOSER), *person, "presents", "stand_in", F("position"), F("pk")).union(
        keys.values_list(Value(KEY), *person, NO, NO, F("position"), F("pk")), all=True
    )


def _statuses(mc):
    """Everybody on the list with their status, and the leads with the word “lead”."""
    leads = Membership.objects.leads().filter(microconference=mc).order_by()
    return (
        Attendee.objects.filter(microconference=mc)
        .order_by()
        .values_list("person_id", "status")
        .union(leads.values_list("person_id", Value(LEAD)), all=True)
    )


def _times(mc):
    rows = TimeTheyCannot.objects.filter(availability__attendee__microconference=mc, availability__all_free=False)
    return rows.values_list("availability__attendee__person_id", "starts_at", "ends_at")


def _sessions(mc):
    return Session.objects.filter(microconference=mc).values_list(
        "pk", "public_id", "starts_at", "ends_at", "room_id", "room__name", "room__remote_capable"
    )


def _items(draft):
    return (
        AgendaItem.objects.filter(draft=draft)
        .order_by("position", "pk")
        .values_list(
            "pk", "position", "session_id", "kind", "topic_id", "minutes", "pinned", "pinned_minute",
            "presenting_minutes", "public_id",
        )
    )  # fmt: skip


def _others(prefix, conference, mc):
    """Of microconferences of the same conference that take place, but not of ours."""
    return Q(
        **{f"{prefix}__conference": conference, f"{prefix}__state__in": Microconference.PUBLIC_STATES}
    ) & ~Q(**{prefix: mc})  # fmt: skip


def _sessions_elsewhere(conference, mc, viewer):
    """When and where others meet; the last value says whether the viewer is on their team."""
    teams = Membership.objects.filter(user=viewer, microconference=OuterRef("microconference"))
    return (
        Session.objects.filter(_others("microconference", conference, mc))
        .order_by("starts_at", "pk")
        .values_list("pk", "starts_at", "ends_at", "room_id", "microconference__title", Exists(teams))
    )


def _items_elsewhere(conference, mc):
    """What stands on the current drafts of others."""
    return (
        AgendaItem.objects.filter(_others("draft__microconference", conference, mc), draft__is_current=True)
        .order_by("session_id", "position", "pk")
        .values_list("session_id", "minutes", "topic_id")
    )


def _needed_elsewhere(conference, mc):
    """Whom the topics of others need; some are said twice."""
    others = _others("topic__microconference", conference, mc)
    presenting = Proposer.objects.filter(others, presents=True, stand_in=False).order_by()
    keys = KeyPerson.objects.filter(others).order_by()
    return presenting.values_list("topic_id", "person_id").union(keys.values_list("topic_id", "person_id"), all=True)


def _acknowledged(mc):
    return WarningAcknowledgement.objects.filter(microconference=mc).values_list(
        "key", "rests_on", "public_id", "reason", "by__name", "by__email", "at"
    )


def _interests(mc):
    rows = Interest.objects.filter(topic__microconference=mc).order_by()
    return rows.values_list("topic_id", "level").annotate(count=Count("pk"))


def _latest(mc):
    return Release.objects.filter(microconference=mc).order_by("-number").values_list("number", "content")[:1]


def _releases(mc):
    return Release.objects.filter(microconference=mc).order_by("-number").values_list("number", "published_at")


def _drafts(mc):
    rows = Draft.objects.filter(microconference=mc).order_by("-is_current", "name")
    return rows.values_list("pk", "public_id", "name", "is_current")


_OURS = {
    "topics": _topics, "needs": _needs, "statuses": _statuses, "times": _times, "sessions": _sessions, "items": _items,
}  # fmt: skip
_THEIRS = {
    "sessions_elsewhere": _sessions_elsewhere, "items_elsewhere": _items_elsewhere,
    "needed_elsewhere": _needed_elsewhere, "acknowledged": _acknowledged,
}  # fmt: skip
BESIDE = {"interests": _interests, "latest": _latest, "releases": _releases, "drafts": _drafts}
ours = Together("mc", "draft", **_OURS)
all_of_it = Together("mc", "draft", "conference", "viewer", **_OURS, **_THEIRS, **BESIDE)
