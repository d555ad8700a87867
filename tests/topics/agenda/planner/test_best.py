"""The planner against trying everything: the same best value, every must kept, contradictions that are ones."""

import pytest

from tests.topics.agenda.planner import by_force, instances
from topics.agenda.planner import contradictions
from topics.agenda.planner.problem import (
    FEASIBLE,
    IMPOSSIBLE,
    OPTIMAL,
    Need,
    Person,
    Pin,
    Problem,
    Rules,
    Session,
    Topic,
)
from topics.agenda.planner.score import score
from topics.agenda.planner.solve import plan

FIFTIES = range(0, 500, 50)


def check(seeds):
    impossible = 0
    for seed in seeds:
        problem = instances.small(seed)
        best, answer = by_force.best(problem), plan(problem)
        if best is None:
            impossible += 1
            assert answer.status == IMPOSSIBLE, seed
            check_contradictions(problem, answer, seed)
        else:
            assert (answer.status, answer.value, answer.bound) == (OPTIMAL, best, best), seed
            assert by_force.broken(problem, answer.items) == [], seed
            assert by_force.worth(problem, answer.items) == score(problem, answer.items) == best, seed
    return impossible


def check_contradictions(problem, answer, seed):
    """Each set contradicts, is irreducible, shares no wish with another one; without them all the rest fits."""
    wishes, named = contradictions.wishes(problem), [wish for found in answer.contradictions for wish in found]
    assert answer.smallest and named and len(named) == len(set(named)), seed
    for found in answer.contradictions:
        others = [wish for wish in wishes if wish not in found]
        assert by_force.best(contradictions.without(problem, others)) is None, seed
        for wish in found:
            assert by_force.best(contradictions.without(problem, [*others, wish])) is not None, (seed, wish)
    assert by_force.best(contradictions.without(problem, named)) is not None, seed


@pytest.mark.parametrize("first", FIFTIES)
def test_the_suggestion_is_the_best_of_all_agendas(first):
    impossible = check(range(first, first + 50))
    assert 0 < impossible < 25  # both happen often enough to mean something


@pytest.mark.parametrize("keys", ["one two", "two one"])
def test_a_topic_may_follow_one_in_the_room_beside(keys):
    here, there = keys.split()
    # Who follows can come only late; who is followed, only into the other room.
    busy = Person("busy", cannot=((0, 20),))
    sessions = (Session("one", 0, 40, here == "two"), Session("two", 0, 41, here == "one"))
    first = Topic("first", 20, 20, needs=(Need("away"),))
    then = Topic("then", 20, 20, must=True, after="first", needs=(Need("busy"),))
    people = (busy, Person("away", remote=True, cannot=((20, 60),)))
    rules = Rules(breaks=False, opening=0, wrap_up=0)
    pins = (Pin(there, 20, 20, "open"),)  # so that nothing follows there
    problem = Problem(sessions, (first, then), people, pins, rules)
    answer = plan(problem)
    assert (answer.status, answer.value) == (OPTIMAL, by_force.best(problem))
    assert (answer.placed["first"].session, answer.placed["then"].session) == (there, here)
    assert by_force.broken(problem, answer.items) == []


@pytest.mark.full
@pytest.mark.parametrize("first", range(500, 10_000, 500))
def test_the_suggestion_is_the_best_of_all_agendas_ten_thousand_times(first):
    check(range(first, first + 500))


@pytest.mark.parametrize("seed", [3, 11, 29, 57])
def test_the_same_question_gets_the_same_answer(seed):
    problem = instances.small(seed)
    assert plan(problem, seed=5) == plan(problem, seed=5)


@pytest.mark.parametrize("seed", range(60, 80))
def test_another_seed_finds_an_agenda_of_the_same_worth(seed):
    problem = instances.small(seed)
    one, other = plan(problem, seed=1), plan(problem, seed=2)
    assert (one.status, one.value) == (other.status, other.value)
    if one.status == OPTIMAL:
        assert by_force.broken(problem, other.items) == []


class Alarm:
    """Rings at the n-th look."""

    def __init__(self, looks):
        self.looks, self.seen = looks, 0

    def __call__(self):
        self.seen += 1
        return self.seen > self.looks


def large():
    from benchmarks.planner_instances import microconference

    return microconference(7)


@pytest.mark.parametrize("looks", [0, 1, 20, 60])
def test_when_the_time_is_up_the_best_so_far_is_given_with_a_bound(looks):
    alarm = Alarm(looks)
    answer = plan(large(), stop=alarm)
    assert answer.status == FEASIBLE
    assert answer.value <= plan(large()).value <= answer.bound
    assert by_force.broken(large(), answer.items) == []
    assert alarm.seen < looks + 120  # it does not go on for long once it rang


def test_a_limit_of_work_is_kept_and_said():
    answer = plan(large(), most=300)
    assert answer.work < 4000
    assert answer.value <= plan(large()).value <= answer.bound


def test_thirty_topics_and_a_hundred_people_are_proven():
    problem = large()
    answer = plan(problem)
    assert answer.status == OPTIMAL and answer.value == answer.bound
    assert by_force.broken(problem, answer.items) == []
    assert by_force.worth(problem, answer.items) == answer.value


def test_without_the_time_for_it_no_contradiction_is_called_the_smallest():
    topics = tuple(Topic(number, 60, 60, must=True) for number in range(4))
    problem = Problem((Session("s", 0, 110),), topics)
    assert plan(problem).smallest
    hasty = plan(problem, stop=Alarm(0))
    assert hasty.status == IMPOSSIBLE and not hasty.smallest
