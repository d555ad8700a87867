"""“Another”: really different, nearly as good, or honestly none."""

import math

import pytest

from tests.topics.agenda.planner import by_force, instances
from topics.agenda.planner.another import another, asked_to_differ, differing
from topics.agenda.planner.problem import IMPOSSIBLE, OPTIMAL, Item, Pin, Problem, Session, Topic
from topics.agenda.planner.solve import plan


def solved(seeds):
    for seed in seeds:
        problem = instances.small(seed)
        answer = plan(problem)
        if answer.status == OPTIMAL and any(item.topic is not None and not item.pinned for item in answer.items):
            yield seed, problem, answer


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_another_is_the_best_that_differs_and_none_is_said_only_if_there_is_none(first):
    for seed, problem, answer in solved(range(first, first + 20)):
        free = [item for item in answer.items if item.topic is not None and not item.pinned]
        most = len(free) - asked_to_differ(answer.items)
        best = by_force.best(problem, unlike=free, alike=most)
        other = another(problem, answer, [answer.items])
        if best is None or best < math.ceil(answer.value * 0.98 - 1e-9):
            assert (other.status, other.items) == (IMPOSSIBLE, ()), seed
        else:
            assert (other.status, other.value) == (OPTIMAL, best), seed
            assert by_force.broken(problem, other.items) == [], seed
            assert by_force.worth(problem, other.items) == other.value, seed
            assert differing(answer.items, other.items) >= asked_to_differ(answer.items), seed


def test_each_further_one_differs_from_all_that_were_shown():
    from benchmarks.planner_instances import microconference

    problem = microconference(2)
    answer = plan(problem)
    shown = [answer.items]
    for _time in range(3):
        other = another(problem, answer, shown)
        assert by_force.broken(problem, other.items) == []
        assert other.value >= answer.value * 0.98
        assert all(differing(items, other.items) >= asked_to_differ(items) for items in shown)
        shown.append(other.items)


def test_where_everything_is_pinned_there_is_no_other():
    topic = Topic("a", 20, 20)
    problem = Problem((Session("s", 0, 60),), (topic,), pins=(Pin("s", 20, 20, topic="a"),))
    answer = plan(problem)
    assert another(problem, answer, [answer.items]).status == IMPOSSIBLE


@pytest.mark.parametrize(("minutes", "expected"), [(14, 0), (15, 1)])
def test_a_topic_stands_elsewhere_from_a_quarter_of_an_hour_on(minutes, expected):
    here, there = Item("room", 60, 20, topic="a"), Item("room", 60 + minutes, 20, topic="a")
    assert differing([here], [there]) == expected


@pytest.mark.parametrize(("topics", "expected"), [(1, 1), (4, 1), (5, 2), (8, 2), (9, 3)])
def test_a_quarter_of_the_topics_has_to_differ(topics, expected):
    assert asked_to_differ([Item("room", 20 * number, 20, topic=number) for number in range(topics)]) == expected
