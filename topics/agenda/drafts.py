"""What leads do to a working agenda: place, move, change minutes, take out.

Every edit carries the version that was looked at (None: whatever is there now, for commands). An outdated one is
refused as EditConflict and changes nothing; one that has happened already is harmless.
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from topics.agenda import timeline
from topics.agenda.snapshot import current_draft
from topics.models import AgendaItem, Draft, Session, Topic
from uconf.actions import activity
from uconf.lib import clock, limits
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import User

__all__ = [
    "add_pause", "current_draft", "fill_default", "lock", "move_down", "move_to_session", "move_up", "open_draft",
    "place", "set_minutes", "take_out",
]  # fmt: skip

Kind = AgendaItem.Kind
USUAL_MINUTES = {Kind.OPENING: 5, Kind.WRAP_UP: 5, Kind.OPEN: 20}


@transaction.atomic
def open_draft(*, microconference, by=None):
    """The draft to work on; made if there is none yet. A new one has version 0, as no edit was made."""
    draft, _created = Draft.objects.get_or_create(
        microconference=microconference, is_current=True, defaults={"version": 0, "edited_by": _user(by)}
    )
    return draft


def lock(draft, version):
    """The draft as it is now, locked until the transaction ends. Raises EditConflict if it was edited meanwhile."""
    locked = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("microconference__conference")
        .get(pk=draft.pk)
    )  # fmt: skip
    if version is not None and locked.version != version:
        raise EditConflict(_("Somebody changed the agenda while you were editing it."), theirs=locked)
    return locked


@transaction.atomic
def place(*, draft, topic, session=None, position=None, version, by):
    """Put a topic on the agenda, with its own minutes: where you say, or last before the wrap-up.

    Without a session it goes where it fits. A placed topic stays where it is. Raises Refusal.
    """
    placed = AgendaItem.objects.filter(draft=draft, topic=topic).first()
    if placed:
        return placed
    locked = lock(draft, version)
    if topic.microconference_id != locked.microconference_id:
        raise Refusal(_("“%(title)s” belongs to another microconference.") % {"title": topic})
    if topic.state not in Topic.PUBLIC_STATES:
        raise Refusal(
            _("“%(title)s” is %(state)s and was not placed. Accept it first.")
            % {"title": topic, "state": topic.get_state_display()}
        )
    session = session or _where_it_fits(locked, topic.minutes)
    item = _insert(locked, session, position, kind=Kind.TOPIC, topic=topic, minutes=topic.minutes)
    _edited(locked, draft, by)
    activity.record("agenda.placed", on=locked.microconference, by=by, subject=topic.title,
                    after={"minutes": item.minutes})  # fmt: skip
    return item


@transaction.atomic
def add_pause(*, draft, kind, minutes=None, session=None, position=None, version, by):
    """Add a break, an opening, a wrap-up or open discussion.

    Without a position an opening comes first, a wrap-up last, a break where it parts the longest stretch without
    one, and discussion before the wrap-up. Raises Refusal.
    """
    locked = lock(draft, version)
    kind = Kind(kind)
    if kind == Kind.TOPIC:
        raise Refusal(_("A topic is placed from the list of topics."))
    session = session or _usual_session(locked, kind)
    item = _add_pause(locked, kind, session, position, minutes)
    _edited(locked, draft, by)
    activity.record("agenda.added", on=locked.microconference, by=by, subject=item.title,
                    after={"minutes": item.minutes})  # fmt: skip
    return item


@transaction.atomic
def move_up(*, draft, item, version, by):
    """Swap an item with the one above it; from a session's beginning it goes to the end of the one before."""
    return _move(draft, item, -1, version, by)


@transaction.atomic
def move_down(*, draft, item, version, by):
    """Swap an item with the one below it; from a session's end it goes to the beginning of the next one."""
    return _move(draft, item, 1, version, by)


@transaction.atomic
def move_to_session(*, draft, item, session, position=None, version, by):
    """Move an item into another session: where you say, or last before its wrap-up. Raises Refusal."""
    locked = lock(draft, version)
    _refuse_foreign(locked, session)
    item = _item(locked, item)
    before = item.session_id
    if before == session.pk and position is None:
        return item
    rows = [row for row in _rows(locked, session) if row.pk != item.pk]
    rows.insert(_end(rows) if position is None else max(0, min(position, len(rows))), item)
    _renumber(rows, session)
    _renumber(list(_rows(locked, before)), None)
    _edited(locked, draft, by)
    activity.record("agenda.moved", on=locked.microconference, by=by, subject=item.title)
    return item


@transaction.atomic
def set_minutes(*, draft, minutes, version, by):
    """Give items other lengths: ``{item: minutes}``. What is the same already is left alone. Raises Refusal."""
    changed = {item: wanted for item, wanted in minutes.items() if item.minutes != wanted}
    if not changed:
        return
    locked = lock(draft, version)
    for item, wanted in changed.items():
        _check_minutes(wanted, item.title)
        before, item.minutes = _item(locked, item).minutes, wanted
        item.save(update_fields=["minutes"])
        activity.record("agenda.minutes", on=locked.microconference, by=by, subject=item.title,
                        before={"minutes": before}, after={"minutes": wanted})  # fmt: skip
    _edited(locked, draft, by)


@transaction.atomic
def take_out(*, draft, item, version, by):
    """Take an item off the agenda. A topic waits beside it again; a pause is gone. Twice is harmless."""
    if not AgendaItem.objects.filter(pk=item.pk, draft_id=draft.pk).exists():
        return
    locked = lock(draft, version)
    title, session, minutes = item.title, item.session_id, item.minutes
    AgendaItem.objects.filter(pk=item.pk).delete()
    _renumber(list(_rows(locked, session)), None)
    _edited(locked, draft, by)
    activity.record("agenda.taken_out", on=locked.microconference, by=by, subject=title, before={"minutes": minutes})


@transaction.atomic
def fill_default(*, draft, version=None, by):
    """A plain first agenda: an opening, all accepted topics in their order, a break near the middle, a wrap-up.

    Adds only what is not there yet, so a second time changes nothing. Returns the topics that were placed.
    Raises Refusal without a session.
    """
    locked = lock(draft, version)
    sessions = _sessions(locked)
    there = list(AgendaItem.objects.filter(draft=locked))
    topics = _in_order(
        Topic.objects.accepted().filter(microconference=locked.microconference_id).order_by("position", "pk"),
        {row.topic_id for row in there},
    )
    if not topics and there:
        return []
    if not any(row.kind == Kind.OPENING for row in there):
        _add_pause(locked, Kind.OPENING, sessions[0], 0, None)
    if not any(row.kind == Kind.WRAP_UP for row in there):
        _add_pause(locked, Kind.WRAP_UP, sessions[-1], None, None)
    for topic in topics:
        _insert(locked, _where_it_fits(locked, topic.minutes, keep=_break_minutes(locked)), None, kind=Kind.TOPIC,
                topic=topic, minutes=topic.minutes)  # fmt: skip
    for session in sessions:
        broken = _rows(locked, session).filter(kind=Kind.BREAK).exists()
        if not broken and _longest_run(locked, session) > timeline.WITHOUT_BREAK:
            _add_pause(locked, Kind.BREAK, session, None, None)
    _edited(locked, draft, by)
    activity.record("agenda.filled", on=locked.microconference, by=by, after={"topics": len(topics)})
    return topics


def _user(by):
    return by if isinstance(by, User) else None


def _edited(locked, draft, by):
    """Count the edit; let the caller's draft know, so that it can go on with the next one."""
    locked.edited_at, locked.edited_by = clock.now(), _user(by)
    locked.save_if_unchanged(version=locked.version, fields=["edited_at", "edited_by"])
    draft.version, draft.edited_at, draft.edited_by = locked.version, locked.edited_at, locked.edited_by


def _sessions(locked):
    found = list(Session.objects.filter(microconference=locked.microconference_id))
    if not found:
        raise Refusal(_("There is no session yet. Add one, then topics can be placed in it."))
    return found


def _refuse_foreign(locked, session):
    if session.microconference_id != locked.microconference_id:
        raise Refusal(_("This session belongs to another microconference."))


def _rows(locked, session):
    session_id = getattr(session, "pk", session)
    rows = AgendaItem.objects.select_related("topic").filter(draft=locked, session_id=session_id)
    return rows.order_by("position", "pk")


def _item(locked, item):
    """The item as it is stored now."""
    found = AgendaItem.objects.select_related("topic", "session").filter(draft=locked, pk=item.pk).first()
    if found is None:
        raise EditConflict(_("“%(title)s” was taken out meanwhile.") % {"title": item.title}, theirs=locked)
    return found


def _renumber(rows, session):
    """Store rows in their order, and in a session if one is given."""
    for position, row in enumerate(rows):
        if row.position != position or (session is not None and row.session_id != session.pk):
            row.position = position
            row.session = session if session is not None else row.session
            row.save(update_fields=["position", "session"])


def _end(rows):
    """The position after the last row that is no wrap-up."""
    position = len(rows)
    while position and rows[position - 1].kind == Kind.WRAP_UP:
        position -= 1
    return position


def _insert(locked, session, position, **values):
    _refuse_foreign(locked, session)
    _check_minutes(values["minutes"], values["topic"].title if values.get("topic") else Kind(values["kind"]).label)
    rows = list(_rows(locked, session))
    position = _end(rows) if position is None else max(0, min(position, len(rows)))
    item = AgendaItem.objects.create(draft=locked, session=session, position=position, **values)
    rows.insert(position, item)
    _renumber(rows, session)
    return item


def _add_pause(locked, kind, session, position, minutes):
    _refuse_foreign(locked, session)
    if minutes is None:
        minutes = _break_minutes(locked) if kind == Kind.BREAK else USUAL_MINUTES[kind]
    if position is None:
        rows = list(_rows(locked, session))
        position = {
            Kind.OPENING: 0,
            Kind.WRAP_UP: len(rows),
            Kind.BREAK: timeline.place_for_break([(row.kind == Kind.BREAK, row.minutes) for row in rows]),
        }.get(kind, _end(rows))
    return _insert(locked, session, position, kind=kind, minutes=minutes)


def _usual_session(locked, kind):
    """Where a pause goes: an opening into the first session, a break where it is needed most, others into the last."""
    sessions = _sessions(locked)
    if kind == Kind.BREAK:
        return max(sessions, key=lambda session: _longest_run(locked, session))
    return sessions[0 if kind == Kind.OPENING else -1]


def _longest_run(locked, session):
    runs = timeline.runs_without_break([(row.kind == Kind.BREAK, row.minutes) for row in _rows(locked, session)])
    return max((run.minutes for run in runs), default=0)


def _break_minutes(locked):
    conference = locked.microconference.conference
    return (conference.break_minutes if conference else 0) or 30


def _check_minutes(minutes, title):
    if not isinstance(minutes, int) or not 1 <= minutes <= limits.MINUTES:
        raise Refusal(
            _("“%(title)s” can take 1 to %(most)s minutes, not %(minutes)s.")
            % {"title": title, "most": limits.MINUTES, "minutes": minutes}
        )


def _where_it_fits(locked, minutes, keep=0):
    """The first session with room for so many minutes (and a break, where there is none); else the last one."""
    sessions = _sessions(locked)
    for session in sessions:
        rows = list(_rows(locked, session))
        broken = any(row.kind == Kind.BREAK for row in rows)
        if sum(row.minutes for row in rows) + minutes + (0 if broken else keep) <= session.minutes:
            return session
    return sessions[-1]


def _in_order(topics, placed):
    """Topics that are not placed, each after the one it should come after."""
    waiting = {topic.pk: topic for topic in topics if topic.pk not in placed}
    ordered = []
    while waiting:
        ready = next((topic for topic in waiting.values() if topic.after_id not in waiting), None)
        topic = ready or next(iter(waiting.values()))  # a circle: take them as they come
        ordered.append(waiting.pop(topic.pk))
    return ordered


def _move(draft, item, step, version, by):
    locked = lock(draft, version)
    item = _item(locked, item)
    rows = list(_rows(locked, item.session))
    index = next(index for index, row in enumerate(rows) if row.pk == item.pk)
    if 0 <= index + step < len(rows):
        rows[index], rows[index + step] = rows[index + step], rows[index]
        _renumber(rows, None)
    else:
        sessions = _sessions(locked)
        at = next(place for place, each in enumerate(sessions) if each.pk == item.session_id) + step
        if not 0 <= at < len(sessions):
            return item
        theirs = list(_rows(locked, sessions[at]))
        theirs.insert(0 if step > 0 else len(theirs), rows.pop(index))
        _renumber(theirs, sessions[at])
        _renumber(rows, None)
    _edited(locked, draft, by)
    activity.record("agenda.moved", on=locked.microconference, by=by, subject=item.title)
    return _item(locked, item)


def forget_session(*, session):
    """Take everything of a session off all drafts, so that it can be removed. Returns how many topics that were."""
    drafts = Draft.objects.filter(microconference=session.microconference_id)
    drafts.update(version=F("version") + 1)  # also locks them: nobody can place into the session meanwhile
    topics = AgendaItem.objects.filter(session=session, kind=Kind.TOPIC, draft__is_current=True).count()
    AgendaItem.objects.filter(session=session).delete()
    return topics
