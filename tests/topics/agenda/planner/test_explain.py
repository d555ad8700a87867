"""What is said about a suggestion is true: checked by the separate rules of ``by_force``."""

import itertools
from dataclasses import replace

import pytest

from tests.topics.agenda.planner import by_force, instances
from topics.agenda.planner import contradictions
from topics.agenda.planner.explain import (
    BEHIND,
    BEST,
    CONTRADICTS,
    FREE,
    HELD,
    INSTEAD,
    NOWHERE,
    PINNED,
    UNKNOWN,
    left_out,
    standing,
)
from topics.agenda.planner.problem import OPTIMAL, Need, Person, Pin, Problem, Rules, Session, Topic
from topics.agenda.planner.solve import plan

PLAIN = Rules(opening=0, wrap_up=0)


def solved(seeds):
    for seed in seeds:
        problem = instances.small(seed)
        answer = plan(problem)
        if answer.status == OPTIMAL:
            yield seed, problem, answer


@pytest.mark.parametrize("first", range(0, 150, 50))
def test_where_else_a_topic_could_stand_it_could_and_the_loss_is_right(first):
    for seed, problem, answer in solved(range(first, first + 50)):
        for why in standing(problem, answer.items):
            for option in why.elsewhere:
                there = next(item for item in option.items if item.topic == why.topic)
                assert (there.session, there.starts) == (option.session, option.starts)
                assert by_force.broken(problem, option.items) == [], seed
                assert answer.value - by_force.worth(problem, option.items) == option.loss >= 0, seed


@pytest.mark.parametrize("first", range(0, 150, 50))
def test_why_a_topic_is_left_out_is_true(first):
    for seed, problem, answer in solved(range(first, first + 50)):
        for why in left_out(problem, answer):
            with_it = problem.but(
                topics=tuple(replace(each, must=True) if each.key == why.topic else each for each in problem.topics)
            )
            best = by_force.best(with_it)
            if why.kind == INSTEAD:
                there = {item.topic for item in why.items}
                assert why.topic in there and not there & set(why.fallen), seed
                assert by_force.broken(with_it, why.items) == [], seed
                assert by_force.worth(problem, why.items) == answer.value - why.loss <= best, seed
            else:
                assert why.kind in (NOWHERE, CONTRADICTS), seed
                assert best is None, seed


def test_the_wishes_that_keep_a_topic_out_contradict_each_other():
    found = 0
    for seed, problem, answer in solved(range(200)):
        for why in left_out(problem, answer):
            if why.kind == CONTRADICTS:
                with_it = problem.but(
                    topics=tuple(replace(each, must=True) if each.key == why.topic else each for each in problem.topics)
                )
                others = [wish for wish in contradictions.wishes(with_it) if wish not in why.wishes]
                assert by_force.best(contradictions.without(with_it, others)) is None, seed
                found += 1
    assert found > 2


def topic(key, minutes=20, *who, **more):
    return Topic(key, minutes, minutes, needs=tuple(Need(person) for person in who), **more)


def reason(problem, key):
    return next(why for why in standing(problem, plan(problem).items) if why.topic == key)


def test_a_pinned_topic_stands_where_it_is_pinned():
    problem = Problem((Session("s", 0, 60),), (topic("a"),), pins=(Pin("s", 20, 20, topic="a"),), rules=PLAIN)
    assert reason(problem, "a").kind == PINNED


def test_a_topic_whose_person_leaves_early_is_held_by_their_times():
    people = (Person("early", cannot=((20, 60),)),)
    problem = Problem((Session("s", 0, 40),), (topic("a", 20), topic("b", 20, "early")), people, rules=PLAIN)
    why = reason(problem, "b")
    assert why.kind == HELD
    assert {(each.kind, each.person) for each in why.holds} == {("cannot", "early")}


def test_a_topic_is_held_by_the_one_it_follows():
    problem = Problem((Session("s", 0, 40),), (topic("a", 20, after="b"), topic("b", 20)), rules=PLAIN)
    assert {(each.kind, each.topic, each.other) for each in reason(problem, "a").holds} == {("order", "a", "b")}


def test_where_nothing_holds_a_topic_the_other_place_is_named():
    problem = Problem((Session("s", 0, 40),), (topic("a", 20), topic("b", 20)), rules=PLAIN)
    why = reason(problem, "a")
    assert why.kind == FREE
    assert [(each.starts, each.loss) for each in why.elsewhere] == [(20 - why_starts(problem, "a"), 0)]


def why_starts(problem, key):
    return next(item.starts for item in plan(problem).items if item.topic == key)


def test_a_place_with_fewer_people_is_named_with_who_would_be_missing():
    people = (Person("busy", cannot=((20, 40),)),)
    wanted = topic("a", 20, interest=(("busy", 3),))
    problem = Problem((Session("s", 0, 40),), (wanted, topic("b", 20)), people, rules=PLAIN)
    why = reason(problem, "a")
    assert (why.kind, [each.missing for each in why.elsewhere]) == (BEST, [("busy",)])


def left(problem, key, **more):
    return next(why for why in left_out(problem, plan(problem), **more) if why.topic == key)


def test_a_topic_is_left_out_whose_person_is_free_only_when_another_is_wanted_more():
    people = (Person("late", cannot=((0, 20),)), Person("crowd"))
    wanted = topic("w", 20, interest=tuple((f"p{number}", 3) for number in range(9)))
    early = topic("e", 20, "late")
    problem = Problem((Session("s", 0, 45),), (wanted, topic("x", 20, after="w"), early), people, rules=PLAIN)
    problem = problem.but(topics=(wanted, topic("x", 20, must=True), early), sessions=(Session("s", 0, 40),))
    why = left(problem, "e")
    assert (why.kind, why.people, why.fallen) == (INSTEAD, ("late",), ("w",))
    assert why.windows == (("s", 20, 20),)


def test_a_topic_whose_person_is_never_free_stands_nowhere():
    people = (Person("away", cannot=((0, 600),)),)
    problem = Problem((Session("s", 0, 40),), (topic("a", 20), topic("b", 20, "away")), people, rules=PLAIN)
    why = left(problem, "b")
    assert (why.kind, why.people) == (NOWHERE, ("away",))


def test_a_topic_that_is_longer_than_the_session_stands_nowhere():
    problem = Problem((Session("s", 0, 40),), (topic("a", 20), topic("b", 60)), rules=PLAIN)
    assert (left(problem, "b").kind, left(problem, "b").people) == (NOWHERE, ())


def up():
    return True


def soon(looks=60):
    """A clock that runs out after so many looks at it."""
    count = itertools.count()
    return lambda: next(count) >= looks


@pytest.mark.parametrize("first", range(0, 150, 50))
def test_what_is_said_when_the_time_is_up_is_true(first):
    for seed, problem, answer in solved(range(first, first + 50)):
        for why in left_out(problem, answer, stop=up):
            if why.kind == INSTEAD:
                there = {item.topic for item in why.items}
                assert why.topic in there and not there & set(why.fallen), seed
                assert by_force.broken(problem, why.items) == [], seed
                assert by_force.worth(problem, why.items) == answer.value - why.loss, seed
            elif why.kind == BEHIND:
                assert problem.topic[why.topic].after not in answer.placed, seed
            else:
                assert why.kind in (NOWHERE, UNKNOWN), seed


def test_when_the_time_is_up_it_is_still_said_what_a_topic_would_push_out():
    problem = Problem((Session("s", 0, 40),), tuple(topic(key, 20) for key in "abc"), rules=PLAIN)
    answer = plan(problem)
    (why,) = left_out(problem, answer, stop=up)
    assert (why.kind, len(why.fallen), why.fallen[0] in answer.placed) == (INSTEAD, 1, True)


def test_when_the_time_is_up_whoever_follows_a_topic_that_was_left_out_is_behind_it():
    many = tuple((f"p{number}", 3) for number in range(9))
    topics = (topic("a", 20, interest=many), topic("b", 20, interest=many), topic("x", 20), topic("y", 20, after="x"))
    problem = Problem((Session("s", 0, 40),), topics, rules=PLAIN)
    assert [(why.topic, why.kind) for why in left_out(problem, plan(problem), stop=up)] == [
        ("x", INSTEAD), ("y", BEHIND),
    ]  # fmt: skip


def test_a_crowds_topics_are_nearly_all_explained_when_the_time_is_up():
    """So that a search which uses up the time leaves the lead with reasons."""
    found = [
        why.kind
        for seed in range(4)
        for problem in [instances.crowd(seed)]
        for why in left_out(problem, plan(problem, stop=soon()), stop=up)
    ]
    assert len(found) > 40 and found.count(UNKNOWN) <= len(found) / 20


def test_of_what_must_stand_nothing_is_pushed_out():
    problem = Problem(
        (Session("s", 0, 40),), (topic("a", 20, must=True), topic("b", 20, must=True), topic("c")), rules=PLAIN
    )
    answer = plan(problem)
    assert [why.kind for why in left_out(problem, answer, stop=up)] == [UNKNOWN]
    assert [why.kind for why in left_out(problem, answer)] == [CONTRADICTS]
