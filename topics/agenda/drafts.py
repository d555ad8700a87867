"""Drafts as wholes: open, copy, rename, make current, remove, take over another agenda. Items: topics.agenda.items."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from topics.agenda.board import Step
from topics.agenda.items import (
    add_pause,
    fill_default,
    move_down,
    move_to_session,
    move_up,
    place,
    set_minutes,
    take_out,
)  # fmt: skip
from topics.agenda.plain import Placed
from topics.agenda.snapshot import current_draft, load
from topics.agenda.store import lock, perform
from topics.models import AgendaItem, Draft, Topic
from uconf.actions import activity
from uconf.lib import limits
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, User

__all__ = [
    "Placed", "add_pause", "copy", "current_draft", "fill_default", "forget_session", "get_draft", "lock", "make",
    "make_current", "move_down", "move_to_session", "move_up", "open_draft", "place", "remove", "rename", "set_agenda",
    "set_minutes", "take_out",
]  # fmt: skip


@transaction.atomic
def open_draft(*, microconference, by=None):
    """The draft to work on; made if there is none yet. A new one has version 0, as no edit was made."""
    draft, _created = Draft.objects.get_or_create(
        microconference=microconference, is_current=True, defaults={"version": 0, "edited_by": _user(by)}
    )
    return draft


def get_draft(microconference, public_id):
    """One of a microconference's drafts, or None. Reads only."""
    return (
        Draft.objects.select_related("edited_by").filter(microconference=microconference, public_id=public_id).first()
    )


def make(*, microconference, name="", items=(), by):
    """Make another draft, empty or with the given ``Placed`` in it. Without a name it is called by the next letter.

    The first draft is the current one. Raises Refusal (a name that is taken or too long; items as set_agenda does).
    """
    with transaction.atomic():
        _lock_all(microconference)
        names = _names(microconference)
        name = _clean(name, names) if name else _next_letter(names)
        draft = Draft.objects.create(
            microconference=microconference, name=name, is_current=not names, version=0, edited_by=_user(by)
        )
        activity.record("draft.made", on=microconference, by=by, subject=name)
        if items:
            set_agenda(draft=draft, items=items, version=None, by=by, why="")
            draft.edits.all().delete()  # a draft begins with what it was made of
            Draft.objects.filter(pk=draft.pk).update(step=0, undone=0)
            draft.step = draft.undone = 0
    return draft


def copy(*, draft, name="", by):
    """Make a draft with the same agenda in it. Its history begins anew. Raises Refusal."""
    with transaction.atomic():
        _lock_all(draft.microconference)
        locked = lock(draft, None)
        snapshot = load(locked.microconference, draft=locked, neighbours=False)
        made = make(microconference=locked.microconference, name=name, by=by)
        AgendaItem.objects.bulk_create(
            [
                AgendaItem(
                    draft=made, position=position, session_id=row.session, kind=row.kind, topic_id=row.topic,
                    minutes=row.minutes, pinned=row.pinned, pinned_minute=row.pinned_minute,
                    presenting_minutes=row.presenting,
                )
                for block in snapshot.sessions
                for position, row in enumerate(row for row in snapshot.rows if row.session == block.id)
            ]
        )  # fmt: skip
    return made


@transaction.atomic
def rename(*, draft, name, by):
    """Give a draft another name. The same name is harmless. Raises Refusal."""
    locked = lock(draft, None)
    before = locked.name
    name = _clean(name, _names(locked.microconference) - {before})
    if name != before:
        Draft.objects.filter(pk=locked.pk).update(name=name)
        activity.record("draft.renamed", on=locked.microconference, by=by, subject=name, before={"name": before},
                        after={"name": name})  # fmt: skip
    draft.name = name
    return draft


@transaction.atomic
def make_current(*, draft, by):
    """Work on this draft from now on: warnings, the overview and other microconferences look at it."""
    rows = {each.pk: each for each in _lock_all(draft.microconference)}
    locked = rows.get(draft.pk)
    if locked is None:
        raise Refusal(_("The draft “%(name)s” was removed. Open the agenda again.") % {"name": draft.name})
    if not locked.is_current:
        Draft.objects.filter(microconference=draft.microconference, is_current=True).update(is_current=False)
        Draft.objects.filter(pk=locked.pk).update(is_current=True)
        activity.record("draft.current", on=draft.microconference, by=by, subject=locked.name)
    draft.is_current = True
    return draft


@transaction.atomic
def remove(*, draft, by):
    """Remove a draft with its history. Twice is harmless. Raises Refusal for the one that is worked on."""
    rows = {each.pk: each for each in _lock_all(draft.microconference)}
    locked = rows.get(draft.pk)
    if locked is None:
        return
    if locked.is_current:
        raise Refusal(
            _("“%(name)s” is the draft that is worked on. Make another one current first.") % {"name": locked.name}
        )
    activity.record("draft.removed", on=draft.microconference, by=by, subject=locked.name)
    locked.delete()


def set_agenda(*, draft, items, version, by, why):
    """Put another agenda in place of a draft's, in one undo step; ``why`` says in words what was taken over.

    ``items`` are ``Placed`` in their order. What is there already keeps its identity: by its public identifier, else
    by its topic, else by its kind and turn. Raises Refusal (a topic that cannot be placed or twice, a session of
    somebody else's, odd minutes), and EditConflict if the draft was edited since ``version``.
    """
    return perform(draft=draft, version=version, by=by, act=lambda board: _set(board, items, why))


def _set(board, items, why):
    known = _identities(board.rows())
    taken, placed = set(), set()
    for row in board.rows():
        board.take(row.public_id)
    for row in items:
        if row.session not in board.blocks:
            raise Refusal(_("This session belongs to another microconference, or it is gone."))
        topic = board.topic(row.topic) if row.topic else None
        _refuse_topic(row, topic, placed)
        placed.add(row.topic)
        public_id = row.public_id if row.public_id in known["id"] else known["topic"].get(row.topic, "")
        if not public_id and row.topic is None:
            public_id = next((key for key in known[row.kind] if key not in taken), "")
        public_id = "" if public_id in taken else public_id
        presenting = None if row.presenting is None else max(0, min(row.presenting, row.minutes))
        row = row._replace(public_id=public_id, presenting=presenting,  # noqa: PLW2901
                           pinned_minute=row.pinned_minute if row.pinned else None)  # fmt: skip
        taken.add(board.insert(row.session, len(board.rows(row.session)), row).public_id)
    return Step("set", str(why)[: limits.TITLE], numbers={"count": len(placed - {None})})


def _identities(rows):
    known = {"id": {row.public_id for row in rows}, "topic": {row.topic: row.public_id for row in rows if row.topic}}
    for kind in AgendaItem.Kind.values:
        known[kind] = [row.public_id for row in rows if row.kind == kind] if kind != "topic" else known["topic"]
    return known


def _refuse_topic(row, topic, placed):
    is_topic = row.kind == AgendaItem.Kind.TOPIC
    if is_topic != (row.topic is not None) or row.kind not in AgendaItem.Kind.values or (is_topic and topic is None):
        raise Refusal(_("A topic of this agenda is gone. Take it over again."))
    if topic and not topic.can_be_placed:
        raise Refusal(
            _("“%(title)s” is %(state)s and was not placed. Accept it first.")
            % {"title": topic.title, "state": Topic.State(topic.state).label}
        )
    if topic and row.topic in placed:
        raise Refusal(_("“%(title)s” stands on this agenda twice.") % {"title": topic.title})


def forget_session(*, session):
    """Take everything of a session off all drafts, so that it can be removed. Returns how many topics that were."""
    drafts = Draft.objects.filter(microconference=session.microconference_id)
    list(drafts.order_by("pk").select_for_update(of=("self",), no_key=True))  # nobody can place into it meanwhile
    drafts.update(version=F("version") + 1)
    topics = AgendaItem.objects.filter(session=session, kind=AgendaItem.Kind.TOPIC, draft__is_current=True).count()
    AgendaItem.objects.filter(session=session).delete()
    return topics


def _user(by):
    return by if isinstance(by, User) else None


def _lock_all(microconference):
    """All drafts of a microconference, locked in one order; the microconference itself first, for there may be none."""
    Microconference.objects.select_for_update(of=("self",), no_key=True).get(pk=microconference.pk)
    rows = Draft.objects.filter(microconference=microconference).order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def _names(microconference):
    return set(Draft.objects.filter(microconference=microconference).values_list("name", flat=True))


def _clean(name, others):
    name = " ".join(str(name).split())
    if not name:
        raise Refusal(_("Give the draft a name."), field="name")
    if len(name) > limits.LABEL:
        raise Refusal(
            _("The name is %(n)s characters long. At most %(most)s fit.") % {"n": len(name), "most": limits.LABEL},
            field="name",
        )
    if name.casefold() in {each.casefold() for each in others}:
        raise Refusal(_("There is a draft called “%(name)s” already. Choose another name.") % {"name": name},
                      field="name")  # fmt: skip
    return name


def _next_letter(names):
    """A, B, … Z, then 27, 28, …: the first that is free."""
    letters = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *map(str, range(27, 27 + len(names) + 1))]
    taken = {each.casefold() for each in names}
    return next(letter for letter in letters if letter.casefold() not in taken)
