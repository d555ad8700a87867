"""Drafts as wholes: copied, named, chosen, removed."""

import pytest

from tests.factories import (
    AgendaItemFactory,
    DraftFactory,
    MicroconferenceFactory,
    SessionFactory,
    TopicFactory,
    UserFactory,
)
from topics.agenda import drafts, edits, undo, warnings
from topics.agenda.edits import Edit
from topics.agenda.plain import Placed
from topics.agenda.snapshot import load
from topics.models import AgendaEdit, AgendaItem, Draft
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(microconference):
    draft = DraftFactory(microconference=microconference, version=0)
    sessions = [SessionFactory(microconference=microconference) for _number in range(2)]
    for number, title in enumerate("ABC"):
        topic = TopicFactory(microconference=microconference, accepted=True, title=title)
        AgendaItemFactory(draft=draft, session=sessions[number % 2], topic=topic, position=number // 2)
    AgendaItemFactory(draft=draft, session=sessions[0], topic=None, kind="break", position=2, minutes=15, pinned=True,
                      pinned_minute=40)  # fmt: skip
    return draft


def whole(draft):
    fields = ("session", "position", "kind", "topic", "minutes", "pinned", "pinned_minute", "presenting_minutes")
    return sorted(draft.items.values_list(*fields), key=lambda row: row[:2])


def test_the_first_draft_is_the_current_one_and_the_next_gets_the_next_letter(microconference):
    first, second = (drafts.make(microconference=microconference, by=None) for _count in range(2))

    assert [(each.name, each.is_current) for each in (first, second)] == [("A", True), ("B", False)]


def test_a_copy_has_the_same_agenda_and_a_history_of_its_own(draft):
    edits.apply(draft=draft, edit=Edit("fill"), version=None, by=None)

    copy = drafts.copy(draft=draft, name="  Rainy   day ", by=None)

    assert (copy.name, copy.is_current, undo.undoable(copy)) == ("Rainy day", False, "")
    assert whole(copy) == whole(draft)
    assert not set(copy.items.values_list("public_id")) & set(draft.items.values_list("public_id"))


def test_what_is_done_to_a_copy_leaves_the_other_as_it_is(draft):
    before = whole(draft)
    copy = drafts.copy(draft=draft, by=None)

    edits.apply(draft=copy, edit=Edit("out", copy.items.first().public_id), version=0, by=None)

    assert whole(draft) == before
    assert [each.kind for each in warnings.warnings_for(copy)] == ["pinned", "not_placed"]
    assert warnings.warnings_for(draft) == []


def test_a_draft_can_be_made_of_an_agenda_and_begins_there(draft, microconference):
    topic = microconference.topics.first()
    session = microconference.sessions.first()

    made = drafts.make(microconference=microconference, name="Short", by=None,
                       items=[Placed(session.pk, "topic", topic.pk, 45, pinned=True)])  # fmt: skip

    assert whole(made) == [(session.pk, 0, "topic", topic.pk, 45, True, 0, None)]
    assert (undo.undoable(made), Draft.objects.get(pk=made.pk).step) == ("", 0)


@pytest.mark.parametrize(
    ("name", "words"), [("", "Give the draft a name"), ("  ", "Give the draft a name"), ("a" * 201, "201 characters"),
                        ("b", "called “b” already")],
)  # fmt: skip
def test_a_draft_needs_a_name_of_its_own(draft, name, words):
    other = drafts.copy(draft=draft, name="B", by=None)
    with pytest.raises(Refusal, match=words):
        drafts.rename(draft=draft, name=name, by=None)

    assert Draft.objects.get(pk=draft.pk).name == "A"
    assert drafts.rename(draft=other, name="b", by=None).name == "b"


def test_naming_a_draft_as_it_is_called_is_harmless(draft):
    drafts.rename(draft=draft, name="A", by=None)

    assert not ActivityEntry.objects.filter(what="draft.renamed").exists()


def test_another_draft_becomes_the_current_one(draft):
    copy = drafts.copy(draft=draft, by=None)

    for _twice in range(2):
        drafts.make_current(draft=copy, by=UserFactory())

    assert drafts.current_draft(draft.microconference) == copy
    assert ActivityEntry.objects.filter(what="draft.current").count() == 1


def test_the_current_draft_is_not_removed_and_another_is_with_its_history(draft):
    copy = drafts.copy(draft=draft, by=None)
    edits.apply(draft=copy, edit=Edit("fill"), version=None, by=None)

    with pytest.raises(Refusal, match="“A” is the draft that is worked on"):
        drafts.remove(draft=draft, by=None)
    for _twice in range(2):
        drafts.remove(draft=copy, by=None)

    assert list(Draft.objects.all()) == [draft]
    assert not AgendaEdit.objects.filter(draft=copy.pk).exists()


def test_an_edit_of_a_removed_draft_is_refused_in_words(draft):
    copy = drafts.copy(draft=draft, by=None)
    drafts.remove(draft=copy, by=None)

    with pytest.raises(Refusal, match="draft “B” was removed"):
        edits.apply(draft=copy, edit=Edit("fill"), version=None, by=None)


def test_a_draft_is_found_in_its_own_microconference_only(draft):
    assert drafts.get_draft(draft.microconference, draft.public_id) == draft
    assert drafts.get_draft(MicroconferenceFactory(), draft.public_id) is None


# --- Taking over an agenda ---------------------------------------------------------------------------


def test_taking_over_the_same_agenda_changes_nothing(draft):
    rows = load(draft.microconference, draft=draft).rows

    performed = drafts.set_agenda(draft=draft, items=rows, version=0, by=None, why="again")

    assert (performed.changed, AgendaEdit.objects.count()) == (False, 0)


def test_an_outdated_taking_over_is_refused(draft):
    edits.apply(draft=Draft.objects.get(), edit=Edit("out", draft.items.first().public_id), version=0, by=None)

    with pytest.raises(EditConflict):
        drafts.set_agenda(draft=draft, items=[], version=0, by=None, why="nothing")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda row, topic, session: Placed(session, "topic", topic, 0), "1 to 240 minutes, not 0"),
        (lambda row, topic, session: Placed(0, "topic", topic, 20), "session belongs to another microconference"),
        (lambda row, topic, session: Placed(session, "topic", 0, 20), "topic of this agenda is gone"),
        (lambda row, topic, session: Placed(session, "topic", None, 20), "topic of this agenda is gone"),
        (lambda row, topic, session: Placed(session, "break", topic, 20), "topic of this agenda is gone"),
        (lambda row, topic, session: Placed(session, "lunch", None, 20), "topic of this agenda is gone"),
    ],
)
def test_an_agenda_that_cannot_be_is_refused_and_changes_nothing(draft, change, words):
    before, row = whole(draft), draft.items.first()

    with pytest.raises(Refusal, match=words):
        drafts.set_agenda(draft=draft, version=0, by=None, why="", items=[change(row, row.topic_id, row.session_id)])

    assert whole(draft) == before


def test_a_topic_stands_on_an_agenda_once_and_only_if_it_may(draft, microconference):
    item = draft.items.filter(kind="topic").first()
    row = Placed(item.session_id, "topic", item.topic_id, 20)
    withdrawn = TopicFactory(microconference=microconference, state="withdrawn", title="W")

    with pytest.raises(Refusal, match="“A” stands on this agenda twice"):
        drafts.set_agenda(draft=draft, items=[row, row], version=0, by=None, why="")
    with pytest.raises(Refusal, match="“W” is withdrawn"):
        drafts.set_agenda(draft=draft, items=[Placed(item.session_id, "topic", withdrawn.pk, 20)], version=0, by=None,
                          why="")  # fmt: skip


def test_positions_have_no_gaps_after_any_edit(draft):
    AgendaItem.objects.filter(draft=draft).update(position=7)

    edits.apply(draft=draft, edit=Edit("out", draft.items.first().public_id), version=0, by=None)

    session = draft.items.first().session
    there = list(draft.items.filter(session=session).order_by("position").values_list("position", flat=True))
    assert there == list(range(len(there)))
