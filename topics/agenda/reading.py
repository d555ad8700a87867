"""The queries behind a snapshot of an agenda, each put together once. All give rows of plain values."""

from django.db.models import BooleanField, Exists, F, OuterRef, Q, Value

from attendees.models import Attendee, TimeTheyCannot
from topics.agenda.plain import KEY, PROPOSER
from topics.models import AgendaItem, KeyPerson, Proposer, Session, Topic, WarningAcknowledgement
from uconf.lib.prepared import Prepared
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


def _items_elsewhere(conference, mc, viewer):
    """What stands on the current drafts of others; the last value says whether the viewer is on their team."""
    teams = Membership.objects.filter(user=viewer, microconference=OuterRef("draft__microconference"))
    return (
        AgendaItem.objects.filter(_others("draft__microconference", conference, mc), draft__is_current=True)
        .order_by("draft_id", "session_id", "position", "pk")
        .values_list(
            "draft_id", "session_id", "session__starts_at", "minutes", "topic_id", "draft__microconference__title",
            Exists(teams),
        )
    )  # fmt: skip


def _needed_elsewhere(conference, mc, people):
    """Which topics of others need these people; some are said twice."""
    others = _others("topic__microconference", conference, mc)
    presenting = Proposer.objects.filter(others, person_id__among=people, presents=True, stand_in=False).order_by()
    keys = KeyPerson.objects.filter(others, person_id__among=people).order_by()
    return presenting.values_list("topic_id", "person_id").union(keys.values_list("topic_id", "person_id"), all=True)


def _rooms_taken(conference, mc):
    ours = Session.objects.filter(microconference=mc, room=OuterRef("room"))
    rows = Session.objects.filter(_others("microconference", conference, mc), Exists(ours))
    return rows.order_by("starts_at", "pk").values_list("room_id", "starts_at", "ends_at", "microconference__title")


def _acknowledged(mc):
    return WarningAcknowledgement.objects.filter(microconference=mc).values_list(
        "key", "rests_on", "public_id", "reason", "by__name", "by__email", "at"
    )


topics = Prepared(_topics, "mc")
needs = Prepared(_needs, "mc")
statuses = Prepared(_statuses, "mc")
times = Prepared(_times, "mc")
sessions = Prepared(_sessions, "mc")
items = Prepared(_items, "draft")
items_elsewhere = Prepared(_items_elsewhere, "conference", "mc", "viewer")
needed_elsewhere = Prepared(_needed_elsewhere, "conference", "mc", lists=("people",))
rooms_taken = Prepared(_rooms_taken, "conference", "mc")
acknowledged = Prepared(_acknowledged, "mc")
