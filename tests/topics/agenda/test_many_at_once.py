"""Many leads at the same draft at the same time: nothing is lost, nothing is there twice, and history is one chain."""

import random
import threading
from collections import Counter

import pytest
from django.db import connection

from tests.factories import (
    AgendaItemFactory,
    DraftFactory,
    LeadFactory,
    MicroconferenceFactory,
    SessionFactory,
    TopicFactory,
)
from topics.actions import deciding
from topics.agenda import drafts, edits, sessions
from topics.agenda.edits import Edit
from topics.models import AgendaEdit, AgendaItem, Draft, Session, Topic
from uconf.lib.refusals import EditConflict, Refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time; TEST_DATABASE=postgresql runs this.")


@pytest.fixture
def draft():
    mc = MicroconferenceFactory(accepted=True)
    draft = DraftFactory(microconference=mc, version=0)
    blocks = [SessionFactory(microconference=mc) for _number in range(3)]
    for number in range(12):
        AgendaItemFactory(
            draft=draft, session=blocks[number % 2], position=number // 2,
            topic=TopicFactory(microconference=mc, accepted=True, title=f"Example {number}"),
        )  # fmt: skip
    return draft


def at_once(count, work):
    """Run ``work(number)`` in so many threads that start together; give what they returned, and what they raised."""
    start, results, raised = threading.Barrier(count), [], []

    def run(number):
        try:
            start.wait(30)
            results.append(work(number))
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert raised == []
    return results


def is_whole(draft):
    """Every topic once, positions without a gap in each session, and edits that follow each other."""
    rows = list(AgendaItem.objects.filter(draft=draft).values_list("session", "position", "topic"))
    assert max(Counter(topic for *_place, topic in rows if topic).values()) == 1
    for session in {row[0] for row in rows}:
        positions = sorted(position for where, position, _topic in rows if where == session)
        assert positions == list(range(len(positions)))
    chain = list(AgendaEdit.objects.filter(draft=draft).order_by("number"))
    assert [edit.number for edit in chain] == list(range(1, len(chain) + 1))
    for earlier, later in zip(chain, chain[1:], strict=False):
        assert earlier.after == later.before
    return rows


@pytest.mark.parametrize(("threads", "moves"), [(6, 15), pytest.param(20, 250, marks=pytest.mark.full)])
def test_moves_of_many_leads_neither_lose_nor_double_an_item(draft, threads, moves):
    topics = set(draft.items.values_list("topic", flat=True))

    def move(number):
        throw, done, outdated = random.Random(number), 0, 0
        lead = LeadFactory(microconference=draft.microconference).user
        blocks = list(Session.objects.values_list("public_id", flat=True))
        items = list(draft.items.values_list("public_id", flat=True))
        for _count in range(moves):
            seen = Draft.objects.get(pk=draft.pk)
            value = f"{throw.choice(items)}:{throw.choice(blocks)}:{throw.randrange(6)}"
            try:
                made = edits.apply(draft=seen, edit=Edit("move", value), version=seen.version, by=lead)
                done += made.before is not made.after
            except EditConflict as conflict:
                assert conflict.theirs.version > seen.version
                outdated += 1
        return done, outdated

    results = at_once(threads, move)

    done = sum(each[0] for each in results)
    assert {row[2] for row in is_whole(draft)} == topics
    assert (
        len(AgendaEdit.objects.filter(draft=draft)) == done == Draft.objects.get().version == Draft.objects.get().step
    )
    assert sum(each[1] for each in results) > 0


def test_of_two_who_saw_the_same_one_edits_and_the_other_is_told(draft):
    item = draft.items.order_by("position").last()

    def out(number):
        try:
            edits.apply(draft=draft, edit=Edit("minutes", minutes={item.public_id: 21 + number}), version=0, by=None)
        except EditConflict:
            return "told"
        return "done"

    assert Counter(at_once(8, out)) == {"done": 1, "told": 7}
    assert len(is_whole(draft)) == 12


def test_placing_moving_undoing_withdrawing_and_removing_sessions_never_wait_in_a_circle(draft):
    mc = draft.microconference
    waiting = [TopicFactory(microconference=mc, accepted=True) for _number in range(20)]

    def meddle(number):
        throw = random.Random(number)
        for count in range(12):
            seen, topic = Draft.objects.get(pk=draft.pk), throw.choice(waiting)
            try:
                if number % 4 == 0:
                    state = throw.choice([Topic.State.NOT_NOW, Topic.State.ACCEPTED])
                    deciding.decide(topic=topic, state=state, by=None)
                elif number % 4 == 1:
                    edits.apply(draft=seen, edit=Edit("undo"), version=None, by=None)
                elif number % 4 == 2 and count == 6:
                    sessions.remove_session(session=Session.objects.order_by("-pk").first(), by=None)
                else:
                    edits.apply(draft=seen, edit=Edit("place", topic.public_id), version=None, by=None)
            except Refusal:
                continue

    at_once(8, meddle)

    stated = set(Topic.objects.filter(agenda_items__draft=draft).values_list("state", flat=True))
    assert stated == {Topic.State.ACCEPTED}


def test_the_current_draft_is_one_however_many_choose(draft):
    others = [drafts.copy(draft=draft, by=None) for _number in range(4)]

    at_once(8, lambda number: drafts.make_current(draft=others[number % 4], by=None))

    assert Draft.objects.filter(is_current=True).count() == 1


def test_drafts_made_at_once_get_different_names(draft):
    at_once(6, lambda number: drafts.copy(draft=draft, by=None))

    assert set(Draft.objects.values_list("name", flat=True)) == set("ABCDEFG")
