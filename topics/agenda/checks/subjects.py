"""Checks of topics: placed or not, in which order, and with how much time to discuss."""

from django.utils.translation import gettext as _

from topics.agenda.checks.base import AWARE, SHOULD_NOT, Warning, at, per_item, per_item_in_order, per_topic
from topics.models import Topic


@per_topic
def not_placed(snapshot, topic):
    """An accepted topic stands on no agenda."""
    if topic.state == Topic.State.ACCEPTED and topic.id not in snapshot.placed:
        yield Warning(
            "not_placed", SHOULD_NOT, _("accepted, but not placed"), about=topic.title,
            key=f"not_placed:{topic.public_id}", way_out_act=f"place:{topic.public_id}", way_out_label=_("Place it"),
        )  # fmt: skip


@per_item
def not_accepted(snapshot, item):
    """A placed topic was withdrawn or put off meanwhile."""
    if item.topic and not item.topic.can_be_placed:
        yield at(
            item, "not_accepted", SHOULD_NOT,
            _("it is on the agenda, but its state is “%(state)s”") % {"state": Topic.State(item.topic.state).label},
            facts=(item.topic.state,),
            way_out_url=snapshot.url("topics:list"), way_out_label=_("Decide about it"),
        )  # fmt: skip


@per_item_in_order
def order_broken(snapshot, item):
    """A topic that should come after another does not."""
    first = snapshot.topics.get(item.topic.after_id) if item.topic else None
    if first is None:
        return
    there = snapshot.placed.get(first.id)
    if there is None:
        if first.can_be_placed:
            yield at(
                item, "order", AWARE, _("it comes after “%(title)s”, which is not placed") % {"title": first.title},
                facts=(first.public_id, "not placed"),
                way_out_act=f"place:{first.public_id}", way_out_label=_("Place “%(title)s”") % {"title": first.title},
            )  # fmt: skip
    elif there.ends_at > item.starts_at:
        yield at(
            item, "order", SHOULD_NOT, _("it should come after “%(title)s”") % {"title": first.title},
            facts=(first.public_id,),
            way_out_act=f"move:{item.public_id}:{_place_after(snapshot, there, item)}",
            way_out_label=_("Move it after “%(title)s”") % {"title": first.title},
        )  # fmt: skip


def _place_after(snapshot, there, item):
    """Just behind another item, as the move act names it: the position once the item is taken out where it was."""
    block = snapshot.block_of(there)
    index = block.items.index(there)
    comes_before = item.session_id == there.session_id and block.items.index(item) < index
    return f"{block.public_id}:{index if comes_before else index + 1}"


@per_item
def more_presenting(snapshot, item):
    """More time for presenting than for discussing; half and half is fine."""
    if item.topic and item.presenting * 2 > item.minutes:
        half = item.minutes // 2
        yield at(
            item, "presenting", AWARE,
            _("%(presenting)s of its %(minutes)s min are for presenting")
            % {"presenting": item.presenting, "minutes": item.minutes},
            facts=(item.presenting, item.minutes),
            way_out_act=f"presenting:{item.public_id}:{half}",
            way_out_label=_("Present for %(minutes)s min") % {"minutes": half},
        )  # fmt: skip
