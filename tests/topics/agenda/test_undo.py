"""The undo history: without a limit, exact, of both leads, and honest about what is gone."""

import random

import pytest

from tests.factories import AgendaItemFactory, DraftFactory, SessionFactory, TopicFactory, UserFactory
from topics.actions import deciding, merging
from topics.agenda import drafts, edits, items, sessions, undo
from topics.agenda.edits import Edit
from topics.agenda.plain import Placed
from topics.models import AgendaEdit, Draft
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(microconference):
    return DraftFactory(microconference=microconference, version=0)


@pytest.fixture
def session(microconference):
    return SessionFactory(microconference=microconference)


@pytest.fixture
def later(session):
    return SessionFactory(
        microconference=session.microconference,
        starts_at=session.ends_at,
        ends_at=session.ends_at + (session.ends_at - session.starts_at),
    )


def a_topic(draft, title, **more):
    return TopicFactory(microconference=draft.microconference, accepted=True, title=title, **more)


def whole(draft):
    """The agenda, exactly: everything but the keys of the database."""
    fields = (
        "public_id",
        "session_id",
        "position",
        "kind",
        "topic_id",
        "minutes",
        "pinned",
        "pinned_minute",
        "presenting_minutes",
    )
    return sorted(draft.items.values_list(*fields), key=lambda row: row[:3])


def do(draft, act, value="", **more):
    return edits.apply(draft=draft, edit=Edit(act, value, **more), version=draft.version, by=None)


def test_one_step_back_and_forth(draft, session):
    a, b = (items.place(draft=draft, topic=a_topic(draft, title), version=None, by=None) for title in "AB")
    before = whole(draft)
    do(draft, "up", b.public_id)
    after = whole(draft)

    assert undo.steps(draft) == undo.history.Steps("move “B” up", "")
    assert do(draft, "undo").sentence == "Undone: move “B” up."
    assert whole(draft) == before
    assert undo.steps(draft) == undo.history.Steps("place “B”", "move “B” up")
    assert do(draft, "redo").sentence == "Done again: move “B” up."
    assert whole(draft) == after


def test_what_was_taken_out_comes_back_as_the_same_item(draft, session):
    item = items.place(draft=draft, topic=a_topic(draft, "A"), version=None, by=None)
    do(draft, "pin", item.public_id)
    before = whole(draft)
    do(draft, "out", item.public_id)

    do(draft, "undo")

    assert whole(draft) == before


def test_nothing_to_undo_is_said(draft, session):
    assert undo.steps(draft) == undo.steps(None) == undo.history.Steps("", "")
    with pytest.raises(Refusal, match="nothing to undo"):
        do(draft, "undo")
    with pytest.raises(Refusal, match="nothing to do again"):
        do(draft, "redo")


def test_whoever_edits_after_undoing_drops_what_could_be_done_again(draft, session):
    for title in "ABC":
        items.place(draft=draft, topic=a_topic(draft, title), version=None, by=None)
    do(draft, "undo")
    do(draft, "undo")
    do(draft, "add", "break")

    assert undo.redoable(draft) == ""
    assert list(AgendaEdit.objects.values_list("number", "act")) == [(1, "place"), (2, "add")]


def test_an_edit_of_nothing_is_no_step(draft, session):
    item = items.place(draft=draft, topic=a_topic(draft, "A"), version=None, by=None)
    version = draft.version

    do(draft, "up", item.public_id)
    do(draft, "minutes", minutes={item.public_id: 20})

    assert (draft.version, AgendaEdit.objects.count()) == (version, 1)


def test_typed_minutes_and_the_act_are_one_step(draft, session):
    a, b = (items.place(draft=draft, topic=a_topic(draft, title), version=None, by=None) for title in "AB")
    before = whole(draft)

    do(draft, "up", b.public_id, minutes={a.public_id: 35}, presenting={b.public_id: 10})
    do(draft, "undo")

    assert whole(draft) == before


def test_an_outdated_undo_is_refused(draft, session):
    items.place(draft=draft, topic=a_topic(draft, "A"), version=None, by=None)
    before, seen = whole(draft), draft.version
    items.place(draft=Draft.objects.get(), topic=a_topic(draft, "B"), version=None, by=UserFactory())

    for act in ("undo", "redo"):
        with pytest.raises(EditConflict):
            edits.apply(draft=draft, edit=Edit(act), version=seen, by=None)

    assert len(whole(draft)) == len(before) + 1


def test_the_other_lead_can_undo_and_it_is_noted_who_did(draft, session):
    one, other = UserFactory(), UserFactory()
    items.place(draft=draft, topic=a_topic(draft, "A"), version=None, by=one)

    edits.apply(draft=Draft.objects.get(), edit=Edit("undo"), version=draft.version, by=other)

    assert (whole(draft), Draft.objects.get().edited_by) == ([], other)
    assert ActivityEntry.objects.get(what="agenda.undone").by_user == other


@pytest.mark.parametrize("way", ["withdraw", "not_this_time"])
def test_a_topic_that_may_no_longer_be_placed_does_not_come_back(draft, session, way):
    topic = a_topic(draft, "A")
    item = items.place(draft=draft, topic=topic, version=None, by=None)
    do(draft, "out", item.public_id)
    getattr(deciding, way)(topic=topic, by=None)

    with pytest.raises(Refusal, match="“A” is .* Accept it again, then undo"):
        do(draft, "undo")

    assert (whole(draft), undo.undoable(Draft.objects.get())) == ([], "take “A” out")


def test_a_merged_topic_does_not_come_back_and_it_is_said_where_it_went(draft, session):
    topic, into = a_topic(draft, "A"), a_topic(draft, "B")
    item = items.place(draft=draft, topic=topic, version=None, by=None)
    do(draft, "out", item.public_id)
    merging.merge(topic=topic, into=into, by=None)

    with pytest.raises(Refusal, match="“A” was merged into “B”"):
        do(draft, "undo")


def test_an_item_does_not_go_back_into_a_session_that_was_removed(draft, session, later):
    item = items.place(draft=draft, topic=a_topic(draft, "A"), session=later, version=None, by=None)
    do(draft, "to", f"{item.public_id}:{session.public_id}")
    sessions.remove_session(session=later, by=None)
    draft.refresh_from_db()

    with pytest.raises(Refusal, match="session in which “A” stood was removed"):
        do(draft, "undo")

    assert [row[1] for row in whole(draft)] == [session.pk]


def test_what_was_taken_off_from_outside_stays_off_and_hinders_nothing(draft, session):
    a, b = a_topic(draft, "A"), a_topic(draft, "B")
    first, second = (items.place(draft=draft, topic=topic, version=None, by=None) for topic in (a, b))
    do(draft, "minutes", minutes={first.public_id: 35})
    deciding.withdraw(topic=b, by=None)
    draft.refresh_from_db()

    do(draft, "undo")

    assert [(row[4], row[5]) for row in whole(draft)] == [(a.pk, 20)]


def test_an_item_whose_topic_was_merged_into_another_stays_that_others(draft, session):
    a, b = a_topic(draft, "A"), a_topic(draft, "B")
    item = items.place(draft=draft, topic=a, version=None, by=None)
    do(draft, "minutes", minutes={item.public_id: 35})
    merging.merge(topic=a, into=b, by=None)
    draft.refresh_from_db()

    do(draft, "undo")

    assert [(row[0], row[4], row[5]) for row in whole(draft)] == [(item.public_id, b.pk, 20)]


def test_taking_over_an_agenda_is_one_step(draft, session, later):
    a, b, c = (a_topic(draft, title) for title in "ABC")
    for topic in (a, b):
        items.place(draft=draft, topic=topic, version=None, by=None)
    items.add_pause(draft=draft, kind="break", version=None, by=None)
    before = whole(draft)
    ids = {row[4]: row[0] for row in before}

    drafts.set_agenda(
        draft=draft, version=draft.version, by=None, why="take the suggested agenda",
        items=[Placed(session.pk, "topic", b.pk, 30, pinned=True), Placed(later.pk, "break", minutes=15),
               Placed(later.pk, "topic", c.pk, 25)],
    )  # fmt: skip

    placed = {(row[1], row[2]): (row[4], row[5], row[7]) for row in whole(draft)}
    assert placed == {
        (session.pk, 0): (b.pk, 30, 0), (later.pk, 0): (None, 15, None), (later.pk, 1): (c.pk, 25, None),
    }  # fmt: skip
    assert {row[4]: row[0] for row in whole(draft) if row[4] != c.pk} == {b.pk: ids[b.pk], None: ids[None]}
    assert undo.undoable(draft) == "take the suggested agenda"
    do(draft, "undo")
    assert whole(draft) == before


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.full), pytest.param(3, marks=pytest.mark.full)])
def test_200_steps_back_lead_to_the_start_and_200_forth_to_the_end(draft, session, later, seed):
    throw = random.Random(seed)
    for position, title in enumerate("ABCDEF"):
        AgendaItemFactory(draft=draft, session=session, position=position, topic=a_topic(draft, title))
    for title in "GHIJ":
        a_topic(draft, title)
    start = whole(draft)

    while draft.step < 200:
        act = a_random_act(throw, draft, [session, later])
        try:
            do(draft, *act)
        except Refusal:
            continue
    end = whole(draft)
    for _count in range(200):
        do(draft, "undo")
    assert whole(draft) == start
    for _count in range(200):
        do(draft, "redo")
    assert whole(draft) == end


def a_random_act(throw, draft, places):
    there = [item.public_id for item in draft.items.all()]
    waiting = list(draft.microconference.topics.exclude(agenda_items__draft=draft).values_list("public_id", flat=True))
    session, position = throw.choice(places).public_id, throw.randrange(8)
    item = throw.choice(there) if there else "none"
    return throw.choice(
        [
            ("up", item), ("down", item), ("out", item), ("pin", item), ("unpin", item), ("to", f"{item}:{session}"),
            ("move", f"{item}:{session}:{position}"), ("swap", f"{item}:{throw.choice(there or ['none'])}"),
            ("place", f"{throw.choice(waiting or ['none'])}:{session}:{position}"), ("add", f"break:{session}:{position}"),
            ("stretch", session), ("shrink",), ("fill",), ("presenting", f"{item}:{throw.randrange(20)}"),
            ("minutes", "", ),
        ]
    )  # fmt: skip
