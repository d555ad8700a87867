"""The best agenda, proven where there is time: a first one by hand, a bound, a narrow search, then the whole one."""

import random

from topics.agenda.planner import agenda, bound, contradictions, graph
from topics.agenda.planner.bound import LOWEST, Relaxed
from topics.agenda.planner.problem import FEASIBLE, IMPOSSIBLE, OPTIMAL, Answer
from topics.agenda.planner.search import search

BEAM = 40
ROUNDS = 60
STEPS = ((25, BEAM), (50, 4 * BEAM), *[(ROUNDS, 4 * BEAM)] * 3)  # rounds for the bound, then the width of a beam
SHRINKS = 0.7  # to what part the network has to shrink, or the whole search begins
MOST = 400_000  # partial agendas that one search follows at most


def never():
    """A clock that does not run out."""
    return False


def plan(problem, *, seed=0, stop=never, most=MOST, on_better=None):
    """The best agenda of a problem.

    ``stop()`` says whether the time is up: then the best agenda so far is given, with a bound. ``most`` limits the
    work in the same way for every machine. The seed only decides between agendas of the same worth.
    ``on_better(value)`` is told of each better agenda, for the benchmark.
    """
    shuffled = _shuffled(problem, seed)
    network = graph.build(shuffled)
    run = best_way(network, stop=stop, most=most, on_better=on_better) if network else None
    if run is None or run.moves is None:
        if run is not None and not run.exhausted and contradictions.fits(problem, stop=stop) is not False:
            return Answer(FEASIBLE, bound=run.bound, work=run.work)
        found, smallest = contradictions.find(problem, stop=stop)
        return Answer(IMPOSSIBLE, contradictions=found, smallest=smallest, work=run.work if run else 0)
    status = OPTIMAL if run.bound <= run.value else FEASIBLE
    return Answer(status, agenda.items_of(network, run.moves), run.value, max(run.bound, run.value), work=run.work)


def _shuffled(problem, seed):
    if not seed:
        return problem
    topics = list(problem.topics)
    random.Random(seed).shuffle(topics)  # noqa: S311  (not a secret)
    return problem.but(topics=tuple(topics))


class Run:
    """One search through a network, step by step; what is known so far."""

    def __init__(self, network, *, unlike=(), lower=LOWEST, stop=never, most=MOST, on_better=None):
        self.network, self.stop, self.most, self.on_better = network, stop, most, on_better
        self.relaxed = Relaxed(network, tuple(unlike))
        self.value, self.moves, self.bound = lower, None, 0
        self.work, self.exhausted = 0, False

    def better(self, value, moves):
        if moves is not None and value > self.value:
            self.value, self.moves = value, moves
            if self.on_better:
                self.on_better(value)

    def tighten(self, rounds):
        bound.tighten(self.relaxed, lower=self.value, rounds=rounds, stop=self.stop)
        self.bound = self.relaxed.whole_bound
        self.exhausted = self.bound <= self.value
        return self.exhausted

    def look(self, width):
        found = search(self.relaxed, lower=self.value, width=width, stop=self.stop, most=self.most)
        self.work += found.looked_at
        self.better(found.value, found.moves)
        self.bound = min(self.bound, max(found.bound, self.value))
        self.exhausted = found.bound <= self.value
        return self.exhausted


def best_way(network, *, unlike=(), lower=LOWEST, stop=never, most=MOST, on_better=None):
    """Run the steps until something is proven or the time is up. Only agendas worth more than ``lower`` count."""
    run = Run(network, unlike=unlike, lower=lower, stop=stop, most=most, on_better=on_better)
    if not unlike:
        moves = agenda.by_hand(network)
        if moves is not None:
            run.better(agenda.value_of(network, moves), moves)
    left = None
    for rounds, width in STEPS:
        if run.tighten(rounds) or run.look(width) or stop():
            break
        if run.value > LOWEST:
            before, left = left, bound.drop(run.relaxed, run.value)
            if before is not None and left > SHRINKS * before:
                break
    if not run.exhausted and not stop() and not run.tighten(ROUNDS):
        run.look(10**9)
    return run
