"""After any edit of any agenda, the warnings that are looked at again are all that can have changed."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.topics.agenda.plain import a_block, a_person, a_snapshot, a_topic, at, key, presenter, standing_in
from topics.agenda import acts, warnings
from topics.agenda.board import Board
from topics.agenda.checks.base import difference
from topics.agenda.plain import Elsewhere, rearranged
from uconf.lib.refusals import Refusal

# What makes warnings depend on each other comes more often than it would by chance.
STATUSES = [
    "coming",
    "coming",
    "coming",
    "cant",
    "cant",
    "remote",
    "cant",
    "bounces",
    "pending",
    "not_sure",
    "not_asked",
    "interested",
    None,
]
STATES = ["accepted", "accepted", "accepted", "if_time", "withdrawn"]
times = st.tuples(st.integers(-60, 300), st.integers(1, 120)).map(lambda pair: (at(pair[0]), at(sum(pair))))


@st.composite
def snapshots(draw):
    people = [
        a_person(name, draw(st.sampled_from(STATUSES)), draw(st.lists(times, max_size=2)), pk)
        for pk, name in enumerate(["Ines A", "Tomas B", "Mina C", "Otto D"], start=1)
    ]
    need = st.tuples(st.sampled_from([key, presenter, standing_in, standing_in]), st.sampled_from(people))
    topics = [
        replace(
            a_topic(
                pk, f"T{pk}", draw(st.sampled_from(STATES)), draw(st.integers(0, 30)),
                [role(person) for role, person in draw(st.lists(need, max_size=3))],
                draw(st.one_of(st.none(), st.integers(1, 7).filter(lambda other, pk=pk: other != pk))),
            ),
            minutes=draw(st.integers(5, 60)),
        )
        for pk in range(1, 8)
    ]  # fmt: skip
    waiting = draw(st.permutations(topics))
    blocks = []
    for pk in range(1, draw(st.integers(1, 3)) + 1):
        entries = []
        for what in draw(st.lists(st.sampled_from(["topic", "topic", "topic", "break", "open"]), max_size=5)):
            if what == "topic" and not waiting:
                continue
            pin = draw(st.one_of(st.just([]), st.just([]), st.integers(0, 120).map(lambda minute: [minute])))
            entries.append((waiting.pop() if what == "topic" else what, draw(st.integers(1, 70)), *pin))
        blocks.append(
            a_block(
                *entries, pk=pk, minutes=draw(st.integers(30, 210)), starts=draw(st.integers(0, 200)),
                room_id=draw(st.sampled_from([None, 7, 8])), remote_capable=draw(st.booleans()),
            )
        )  # fmt: skip
    elsewhere = [Elsewhere(draw(st.integers(1, 4)), *stretch) for stretch in draw(st.lists(times, max_size=4))]
    rooms = [Elsewhere(7, *stretch, "Theirs") for stretch in draw(st.lists(times, max_size=1))]
    return a_snapshot(*blocks, topics=topics, people_elsewhere=tuple(elsewhere), rooms_taken=tuple(rooms))


def an_act(draw, snapshot):
    """A random act with a value that makes sense more often than not."""
    item = st.sampled_from([item.public_id for item in snapshot.items] or ["none"])
    topic = st.sampled_from([topic.public_id for topic in snapshot.topics.values()])
    session = st.sampled_from([block.public_id for block in snapshot.sessions])
    place = st.tuples(session, st.integers(0, 6)).map(lambda pair: f"{pair[0]}:{pair[1]}")
    act = draw(st.sampled_from(sorted(acts.ACTS)))
    value = {
        "place": st.tuples(topic, place).map(":".join),
        "move": st.tuples(item, place).map(":".join),
        "to": st.tuples(item, session).map(":".join),
        "swap": st.tuples(item, item).map(":".join),
        "add": st.tuples(st.sampled_from(["break", "open", "opening"]), place).map(":".join),
        "presenting": st.tuples(item, st.integers(0, 30).map(str)).map(":".join),
        "stretch": session, "shrink": session, "fill": st.just(""),
    }.get(act, item)  # fmt: skip
    return act, draw(value)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), snapshot=snapshots())
def test_warnings_after_an_edit_are_those_from_scratch(data, snapshot):
    found = warnings.check(snapshot)
    for _count in range(data.draw(st.integers(1, 5))):
        board = Board(snapshot)
        try:
            act, value = an_act(data.draw, snapshot)
            acts.ACTS[act](board, value)
            lengths = data.draw(st.dictionaries(st.sampled_from([i.public_id for i in snapshot.items] or ["none"]),
                                                st.integers(1, 90), max_size=2))  # fmt: skip
            acts.minutes(board, lengths)
        except Refusal:
            continue
        after = rearranged(snapshot, board.settled())
        found = warnings.recheck(found, snapshot, after)
        assert found.parts == warnings.check(after).parts
        assert found.all == warnings.check(after).all
        assert warnings.recheck(warnings.check(snapshot), snapshot, read_again(after)).parts == found.parts
        snapshot = after


def read_again(snapshot):
    """The same as the next press reads it: equal items and sessions, but other objects."""
    return replace(
        snapshot,
        sessions=tuple(
            replace(block, items=tuple(item._replace() for item in block.items)) for block in snapshot.sessions
        ),
    )


def test_an_edit_looks_only_at_what_it_can_affect():
    person = a_person()
    first, last = a_topic(1, "A"), a_topic(2, "B", needs=[key(person)])
    there = a_topic(3, "C", needs=[key(person)])
    snapshot = a_snapshot(a_block((first, 20), (last, 20)), a_block((there, 20), ("break", 20), pk=2))
    board = Board(snapshot)
    acts.up(board, "i11")
    after = rearranged(snapshot, board.settled())

    changed = difference(snapshot, after)

    assert (changed.items, changed.gone, changed.blocks, changed.topics) == ({"i10", "i11"}, set(), {1}, {1, 2})
    assert warnings.two_places_at_once.affected(after, changed) == {"i10", "i11", "i20"}  # its marker changes as well
    assert warnings.no_break.affected(after, changed) == {1}
    assert after.sessions[1] is snapshot.sessions[1]


def test_who_stands_in_is_looked_at_again_when_something_else_needs_them():
    substitute = a_person("Tomas Sample", pk=2)
    topic = a_topic(1, "A", needs=[presenter(a_person(status="cant")), standing_in(substitute)])
    before = a_snapshot(a_block((topic, 20)), a_block(pk=2), topics=(a_topic(2, "B", needs=[key(substitute)]),))
    board = Board(before)
    acts.ACTS["place"](board, "t2:s2")
    after = rearranged(before, board.settled())

    found = warnings.recheck(warnings.check(before), before, after)

    assert found.parts == warnings.check(after).parts
    assert [each.severity for each in found.all if each.kind == "cant"] == ["cannot"]


def test_of_another_snapshot_everything_is_looked_at():
    topic = a_topic(needs=[key(a_person(status="coming"))])
    before = a_snapshot(a_block((topic, 20)))
    after = a_snapshot(a_block((replace(topic, needs=(key(a_person(status="pending")),)), 20)))

    found = warnings.recheck(warnings.check(before), before, after)

    assert [each.kind for each in found.all] == ["pending"]
