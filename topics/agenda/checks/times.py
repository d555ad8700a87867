"""Checks of a session's time: its end, its breaks, its pins, its room and its day."""

from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from topics.agenda import timeline
from topics.agenda.checks.base import (
    AWARE,
    CANNOT,
    SHOULD_NOT,
    at,
    at_block,
    per_block,
    per_block_of_all,
    per_item,
    stamp,
    time,
)  # fmt: skip


@per_block
def over_the_end(snapshot, block):
    """Something lies beyond the session's end: the first item of which a part does, and each that does as a whole."""
    first = next((item for item in block.items if item.beyond), None)
    for item in block.items:
        if not item.beyond or (item is not first and item.within):
            continue
        words = {"beyond": item.beyond, "minutes": item.minutes, "end": time(snapshot, block.ends_at)}
        if item.within:
            sentence = _("%(beyond)s of its %(minutes)s min lie beyond %(end)s") % words
        else:
            sentence = _("it starts after the session’s end at %(end)s") % words
        yield at(
            item, "over", SHOULD_NOT, sentence, session_id=block.id, facts=(item.beyond, *stamp(block.ends_at)),
            way_out_act=f"shrink:{block.public_id}", way_out_label=_("Shrink all to fit"),
        )  # fmt: skip


@per_block
def no_break(snapshot, block):
    """More than two hours without a break."""
    shape = [(item.is_break, item.minutes) for item in block.items]
    for run in timeline.runs_without_break(shape):
        if run.too_long_at is not None:
            middle = run.first + timeline.place_for_break(shape[run.first : run.last + 1])
            yield at(
                block.items[run.too_long_at], "no_break", SHOULD_NOT,
                _("no break for %(minutes)s min since %(time)s")
                % {"minutes": run.minutes, "time": time(snapshot, block.items[run.first].starts_at)},
                facts=(run.minutes, *stamp(block.items[run.first].starts_at)),
                way_out_act=f"add:break:{block.public_id}:{middle}", way_out_label=_("Add a break"),
            )  # fmt: skip


@per_item
def off_its_pin(snapshot, item):
    """A pinned item was pushed away from the time that it is pinned to."""
    if item.pinned_at is not None and item.pinned_at != item.starts_at:
        words = {"pinned": time(snapshot, item.pinned_at), "start": time(snapshot, item.starts_at)}
        yield at(
            item, "pinned", SHOULD_NOT, _("it is pinned to %(pinned)s, but starts at %(start)s") % words,
            facts=stamp(item.pinned_at, item.starts_at),
            way_out_act=f"pin:{item.public_id}", way_out_label=_("Pin it to %(start)s") % words,
        )  # fmt: skip


@per_block_of_all
def empty_session(snapshot, block):
    """A session in which nothing stands, while topics stand elsewhere."""
    if not block.items and snapshot.items:
        yield at_block(
            block, "empty", AWARE, _("nothing stands in this session yet"),
            way_out_url=snapshot.url("topics:remove_session", block.public_id),
            way_out_label=_("Remove the session"),
        )  # fmt: skip


@per_block
def two_in_one_room(snapshot, block):
    """Two sessions at the same time in one room."""
    if not block.room_id:
        return
    mine = [
        (other.starts_at, other.ends_at, snapshot.microconference.title)
        for other in snapshot.sessions
        if other.id != block.id and other.room_id == block.room_id
    ]
    others = [(each.starts_at, each.ends_at, each.whose) for each in snapshot.rooms_taken if each.key == block.room_id]
    for starts_at, ends_at, title in [*mine, *others]:
        if block.overlaps(starts_at, ends_at):
            yield at_block(
                block, "room", CANNOT,
                _("%(room)s is taken by “%(mc)s” %(start)s–%(end)s")
                % {"room": block.room, "mc": title, "start": time(snapshot, starts_at), "end": time(snapshot, ends_at)},
                whom=f"{starts_at:%Y%m%dT%H%M}",
                facts=(block.room, title, *stamp(block.starts_at, block.ends_at, starts_at, ends_at)),
                way_out_url=snapshot.url("topics:change_session", block.public_id),
                way_out_label=_("Change the session"),
            )  # fmt: skip


@per_block
def outside_the_conference(snapshot, block):
    """A session lies outside the days of the conference."""
    conference = snapshot.microconference.conference
    day = block.starts_at.astimezone(ZoneInfo(snapshot.zone)).date()
    if conference and not conference.starts_on <= day <= conference.ends_on:
        days = (day, conference.starts_on, conference.ends_on)
        yield at_block(
            block, "days", AWARE,
            _("the session on %(day)s lies outside the conference, %(first)s to %(last)s")
            % dict(zip(("day", "first", "last"), (formats.date_format(each, "j F") for each in days), strict=True)),
            facts=stamp(*days),
            way_out_url=snapshot.url("topics:change_session", block.public_id),
            way_out_label=_("Change the session"),
        )  # fmt: skip
