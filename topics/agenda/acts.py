"""What can be done to an agenda: one small function an act, on a board.

Values are as the editor's buttons send them: public identifiers with colons between them.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from topics.agenda import fitting, timeline
from topics.agenda.board import Step
from topics.models import AgendaItem, Topic
from uconf.lib.refusals import Refusal

Kind = AgendaItem.Kind


def minutes(board, typed, presenting=None):
    """Save typed lengths, and how much of them is for presenting, by public identifier. What is gone is left out."""
    there = {row.public_id: row for row in board.rows()}
    changed = [key for key, wanted in typed.items() if key in there and there[key].minutes != wanted]
    for key in changed:
        board.set_minutes(key, typed[key])
    for key, wanted in (presenting or {}).items():
        if key in there:
            board.set_presenting(key, wanted)
            if board.row(key).presenting != there[key].presenting and key not in changed:
                changed.append(key)
    one = changed[0] if len(changed) == 1 else ""
    return Step(
        "minutes", board.title(there[one]) if one else "", one, None,
        {"count": len(changed), **({"before": there[one].minutes, "minutes": board.row(one).minutes} if one else {})},
    )  # fmt: skip


def place(board, value):
    """``topic``, ``topic:session`` or ``topic:session:position``."""
    key, session, position = _parts(board, value)
    topic = next((topic for topic in board.snapshot.topics.values() if topic.public_id == key), None)
    if topic is None:
        raise Refusal(_("This topic is gone. Open the page again."))
    return place_topic(board, topic.id, session, position)


def place_topic(board, topic_id, session=None, position=None):
    """Put a topic on the agenda. A placed one stays where it is."""
    topic = board.topic(topic_id)
    if topic is None:
        raise Refusal(_("This topic is gone. Open the page again."))
    row = next((row for row in board.rows() if row.topic == topic_id), None)
    row = row or board.add_topic(topic, session, position)
    return Step("place", topic.title, row.public_id, row.session, {"minutes": row.minutes})


def add(board, value):
    """``kind``, ``kind:session`` or ``kind:session:position``."""
    kind, session, position = _parts(board, value)
    if kind not in Kind.values or kind == Kind.TOPIC:
        raise Refusal(_("There is no such item to add. Open the page again."))
    return add_pause(board, kind, session, position)


def add_pause(board, kind, session=None, position=None, minutes=None):
    if kind == Kind.TOPIC:
        raise Refusal(_("A topic is placed from the list of topics."))
    row = board.add_pause(Kind(kind), session, position, minutes)
    return Step("add", board.title(row), row.public_id, row.session, {"minutes": row.minutes})


def up(board, value):
    """Swap with the one above; from a session's beginning go to the end of the one before."""
    return _by_one(board, value, -1, "up")


def down(board, value):
    """Swap with the one below; from a session's end go to the beginning of the next one."""
    return _by_one(board, value, 1, "down")


def _by_one(board, value, step, act):
    session, index = board.find(value)
    sessions = board.sessions()
    if 0 <= index + step < len(board.rows(session)):
        row = board.take(value)
        board.insert(session, index + step, row)
    elif 0 <= sessions.index(session) + step < len(sessions):
        session = sessions[sessions.index(session) + step]
        row = board.take(value)
        board.insert(session, 0 if step > 0 else len(board.rows(session)), row)
    else:
        return Step(act, board.title(board.row(value)), value, session)
    board.repin(value)
    return Step(act, board.title(board.row(value)), value, session)


def to(board, value):
    """``item:session``: into another session, last before its wrap-up. It stays where it is if it is there."""
    key, session, _position = _parts(board, value)
    board.find(key)
    if session is None:
        raise Refusal(_("This session is gone. Open the page again."))
    if board.find(key)[0] == session:
        return Step("to", board.title(board.row(key)), key, session)
    return replace(move_item(board, key, session), act="to")


def move(board, value):
    """``item:session:position``: any place in one act. The position is the one it has afterwards, from 0."""
    key, session, position = _parts(board, value)
    return move_item(board, key, session, position)


def move_item(board, key, session=None, position=None):
    before = board.find(key)
    session = before[0] if session is None else session
    if session not in board.blocks:
        raise Refusal(_("This session is gone. Open the page again."))
    board.insert(session, position, board.take(key))
    if board.find(key) != before:
        board.repin(key)
    return Step("move", board.title(board.row(key)), key, session)


def swap(board, value):
    """``item:item``: each takes the other's place."""
    one, _colon, other = value.partition(":")
    (a, i), (b, j) = board.find(one), board.find(other)
    first, second = board.rows(a)[i], board.rows(b)[j]
    board.rows(a)[i], board.rows(b)[j] = second._replace(session=a), first._replace(session=b)
    if one != other:
        board.repin(one)
        board.repin(other)
    return Step("swap", board.title(board.row(one)), one, b, {"other": board.title(board.row(other))})


def out(board, value):
    """Take an item off the agenda. A topic waits beside it again; a pause is gone."""
    if value not in {row.public_id for row in board.rows()}:
        return Step("out", numbers={"already": True})
    session, _index = board.find(value)
    row = board.take(value)
    return Step("out", board.title(row), "", session, {"minutes": row.minutes, "is_topic": row.is_topic})


def pin(board, value):
    """Pin an item to where it stands: nothing but a lead's own hand moves it, and a warning tells if it is pushed."""
    board.change(value, pinned=True, pinned_minute=None)
    return Step("pin", board.title(board.row(value)), value, board.find(value)[0])


def unpin(board, value):
    board.change(value, pinned=False, pinned_minute=None)
    return Step("unpin", board.title(board.row(value)), value, board.find(value)[0])


def presenting(board, value):
    """``item:minutes``: how many of its minutes are for presenting."""
    key, _colon, wanted = value.partition(":")
    if not (wanted.isascii() and wanted.isdigit()):
        raise Refusal(_("Write the minutes for presenting as a number."))
    board.find(key)
    return minutes(board, {}, {key: int(wanted[:6])})


def stretch(board, value=""):
    """Fill a session (or all): what is left is shared by the unpinned topics, in steps of five minutes."""
    return _fit(board, value, fitting.stretch, "stretch")


def shrink(board, value=""):
    """Shrink all to fit a session (or all of them), as far as each topic's least minutes allow."""
    return _fit(board, value, fitting.shrink, "shrink")


def _fit(board, value, fit, act):
    chosen = _session(board, value)
    sessions = board.sessions() if chosen is None else [chosen]
    count = changed = over = 0
    for session in sessions:
        rows = list(board.rows(session))
        wanted = fit([_length(board, row) for row in rows], board.available(session))
        for row, length in zip(rows, wanted, strict=True):
            if length != row.minutes:
                count, changed = count + 1, changed + length - row.minutes
                board.set_minutes(row.public_id, length)
        over += max(0, board.planned(session) - board.available(session))
    return Step(act, "", "", chosen if chosen is not None else sessions[-1],
                {"count": count, "minutes": abs(changed), "over": over})  # fmt: skip


def _length(board, row):
    topic = board.topic(row.topic)
    presenting = row.presenting if row.presenting is not None else topic.presenting if topic else 0
    return fitting.Length(
        row.minutes, soft=not row.pinned and row.kind in (Kind.TOPIC, Kind.OPEN),
        least=fitting.least_for(row.minutes, min(presenting, row.minutes)),
        pinned_minute=row.pinned_minute if row.pinned else None,
    )  # fmt: skip


def fill(board, value=""):
    """A plain agenda: an opening, all accepted topics in their order, a break near the middle, a wrap-up.

    Adds only what is not there yet, so a second time changes nothing.
    """
    sessions, there = board.sessions(), list(board.rows())
    topics = _in_order(board.snapshot.topics.values(), {row.topic for row in there})
    if not topics and there:
        return Step("fill", numbers={"count": 0})
    if not any(row.kind == Kind.OPENING for row in there) and not board.pushes_a_pin(sessions[0], 0, 5):
        board.add_pause(Kind.OPENING, sessions[0], 0)
    if not any(row.kind == Kind.WRAP_UP for row in there):
        board.add_pause(Kind.WRAP_UP, sessions[-1])
    placed = [
        board.add_topic(topic, board.where_it_fits(topic.minutes, keep=board.snapshot.usual_break)).public_id
        for topic in topics
    ]
    for session in sessions:
        broken = any(row.kind == Kind.BREAK for row in board.rows(session))
        at = timeline.place_for_break(board.shape(session))
        if (
            not broken
            and board.longest_run(session) > timeline.WITHOUT_BREAK
            and not board.pushes_a_pin(session, at, board.snapshot.usual_break)
        ):
            board.add_pause(Kind.BREAK, session, at)
    return Step("fill", session=sessions[-1], numbers={"count": len(topics), "placed": placed})


def _in_order(topics, placed):
    """Accepted topics that are not placed, each after the one it should come after."""
    waiting = {topic.id: topic for topic in topics if topic.state == Topic.State.ACCEPTED and topic.id not in placed}
    ordered = []
    while waiting:
        ready = next((topic for topic in waiting.values() if topic.after_id not in waiting), None)
        topic = ready or next(iter(waiting.values()))  # a circle: take them as they come
        ordered.append(waiting.pop(topic.id))
    return ordered


def _parts(board, value):
    """What a button's value names: a thing, a session (its key, or None) and a position (or None)."""
    key, session, position = (*value.split(":"), "", "")[:3]
    if position and not (position.isascii() and position.isdigit()):
        raise Refusal(_("There is no such place. Open the page again."))
    return key, _session(board, session), int(position[:6]) if position else None


def _session(board, public_id):
    if not public_id:
        return None
    found = next((block.id for block in board.snapshot.sessions if block.public_id == public_id), None)
    if found is None:
        raise Refusal(_("This session is gone. Open the page again."))
    return found


ACTS = {
    "fill": fill, "place": place, "up": up, "down": down, "to": to, "move": move, "swap": swap, "out": out, "add": add,
    "pin": pin, "unpin": unpin, "presenting": presenting, "stretch": stretch, "shrink": shrink,
}  # fmt: skip
