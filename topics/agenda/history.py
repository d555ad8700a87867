"""The undo history of a draft: without a limit, after a reload, and for whoever works on it.

A draft's ``step`` is the number of the last edit that holds. Undoing goes one down, doing again one up; whoever edits
after undoing drops what could have been done again. What others did to the agenda from outside (a topic withdrawn or
merged, a session removed) is no step and is left as it is.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from topics.agenda.plain import Placed
from topics.models import AgendaEdit, Topic
from uconf.lib import writing
from uconf.lib.prepared import Prepared
from uconf.lib.refusals import Refusal
from uconf.models import User

# What an edit did, as the buttons “Undo: …” and “Do again: …” say it.
WORDS = {
    "minutes": gettext_lazy("change the minutes of “%(title)s”"),
    "place": gettext_lazy("place “%(title)s”"),
    "add": gettext_lazy("add “%(title)s”"),
    "up": gettext_lazy("move “%(title)s” up"),
    "down": gettext_lazy("move “%(title)s” down"),
    "to": gettext_lazy("move “%(title)s” to another session"),
    "move": gettext_lazy("move “%(title)s”"),
    "swap": gettext_lazy("swap “%(title)s” with another item"),
    "out": gettext_lazy("take “%(title)s” out"),
    "fill": gettext_lazy("place all accepted topics"),
    "pin": gettext_lazy("pin “%(title)s”"),
    "unpin": gettext_lazy("unpin “%(title)s”"),
    "stretch": gettext_lazy("fill the session"),
    "shrink": gettext_lazy("shrink all to fit"),
    "set": gettext_lazy("take over another agenda"),
}
WITHOUT_TITLE = {"minutes": gettext_lazy("change minutes"), "set": WORDS["set"]}


@dataclass(frozen=True)
class Steps:
    """What can be undone and done again, in words; empty where there is nothing."""

    undo: str = ""
    redo: str = ""


_of = Prepared(
    lambda draft, step, after: AgendaEdit.objects.filter(draft=draft, number__in=[step, after])
    .order_by().values_list("number", "act", "subject"), "draft", "step", "after",
)  # fmt: skip


_whole = Prepared(
    lambda draft, number: AgendaEdit.objects.filter(draft=draft, number=number)
    .order_by().values_list("act", "subject", "before", "after"), "draft", "number",
)  # fmt: skip


def step(draft, number):
    """A step as (act, what it was done to, the agenda before, the agenda after), or None. One query."""
    found = next(iter(_whole(draft=draft.pk, number=number)), None)
    return found and (*found[:2], from_json(found[2]), from_json(found[3]))


def steps(draft) -> Steps:
    """The next step of either way, for the buttons. One query."""
    if draft is None:
        return Steps()
    rows = _of(draft=draft.pk, step=draft.step, after=draft.step + 1)
    found = {number: words(act, subject) for number, act, subject in rows}
    return Steps(found.get(draft.step, ""), found.get(draft.step + 1, ""))


def undoable(draft) -> str:
    """What undoing would take back, in words, or nothing."""
    return steps(draft).undo


def redoable(draft) -> str:
    """What would be done again, in words, or nothing."""
    return steps(draft).redo


def words(act, subject):
    """An edit in words, such as “move “Maple Tree” up”."""
    if not subject and act in WITHOUT_TITLE:
        return str(WITHOUT_TITLE[act])
    if act == "set" and subject:
        return subject
    return WORDS[act] % {"title": subject}


def record(locked, step, before, after, by):
    """Add a step to a locked draft's history; what had been undone can no longer be done again. Returns the Steps."""
    if locked.undone:
        locked.edits.filter(number__gt=locked.step).delete()
        locked.undone = 0
    locked.step += 1
    writing.insert(
        AgendaEdit(
            draft=locked, number=locked.step, act=step.act, subject=step.subject,
            by=by if isinstance(by, User) else None, before=as_json(before), after=as_json(after),
        )
    )  # fmt: skip
    return Steps(undo=words(step.act, step.subject))


def as_json(rows):
    return [list(row) for row in rows]


def from_json(rows):
    return tuple(Placed(*row) for row in rows)


def going(snapshot, *, was, wanted):
    """The agenda after going one step: ``wanted``, as far as what stands now is still what the step made (``was``).

    Raises Refusal if something that the step would bring back is gone, and says what.
    """
    now = {row.public_id: row for row in snapshot.rows}
    made = {row.public_id: row for row in was}
    sessions = {block.id for block in snapshot.sessions}
    rows = []
    for row in wanted:
        if row.public_id in made and row.public_id not in now:
            continue  # taken off from outside since: no part of this step
        if row.public_id in now and row.public_id in made and now[row.public_id].topic != made[row.public_id].topic:
            row = row._replace(topic=now[row.public_id].topic)  # noqa: PLW2901  (it was merged into another)
        if row.session not in sessions:
            raise Refusal(
                _("This cannot be undone: the session in which “%(title)s” stood was removed.")
                % {"title": _title(snapshot, row)}
            )
        if row.public_id not in now:
            _refuse_gone(snapshot, row)
        rows.append(row)
    known = {row.public_id for row in wanted}
    rows += [row for key, row in now.items() if key not in made and key not in known]
    return tuple(rows)


def _refuse_gone(snapshot, row):
    if row.topic is None:
        return
    topic = snapshot.topics.get(row.topic)
    if topic is None:
        merged = Topic.objects.filter(pk=row.topic).select_related("merged_into").first()
        raise Refusal(
            _("This cannot be undone: “%(title)s” was merged into “%(into)s”.")
            % {"title": merged, "into": merged.merged_into}
            if merged and merged.merged_into
            else _("This cannot be undone: a topic that it would bring back was deleted.")
        )
    if not topic.can_be_placed:
        raise Refusal(
            _("This cannot be undone: “%(title)s” is %(state)s. Accept it again, then undo.")
            % {"title": topic.title, "state": Topic.State(topic.state).label}
        )
    if topic.id in snapshot.placed:
        raise Refusal(_("This cannot be undone: “%(title)s” stands on the agenda already.") % {"title": topic.title})


def _title(snapshot, row):
    topic = snapshot.topics.get(row.topic)
    return topic.title if topic else _("an item")
