"""A really different agenda that is nearly as good."""

from topics.agenda.planner import agenda, graph
from topics.agenda.planner.bound import Unlike
from topics.agenda.planner.problem import FEASIBLE, IMPOSSIBLE, NEAR, OPTIMAL, Answer
from topics.agenda.planner.solve import MOST, best_way, never

WITHIN = 0.02  # of what the best is worth
SHARE = 4  # one topic in so many has to stand elsewhere, or not at all


def same_place(one, other) -> bool:
    """Whether a topic stands at the same place on two agendas: in one session, less than a quarter of an hour apart."""
    return one.session == other.session and abs(one.starts - other.starts) < NEAR


def differing(items, other) -> int:
    """How many of an agenda's topics that are not pinned stand elsewhere on another one, or not at all."""
    theirs = {item.topic: item for item in other if item.topic is not None}
    return sum(not (item.topic in theirs and same_place(item, theirs[item.topic])) for item in _free(items))


def asked_to_differ(items) -> int:
    """How many topics of an agenda have to differ, so that another one is really different."""
    return -(-len(_free(items)) // SHARE)


def another(problem, best, shown, *, stop=never, most=MOST) -> Answer:
    """The best agenda that differs from all that were ``shown`` (their items), worth at least 98 % of ``best``.

    Status impossible: there is none, which is proven. Feasible without items: none was found in the time.
    """
    network = graph.build(problem) if all(map(_free, shown)) else None
    if network is None:
        return Answer(IMPOSSIBLE)
    lower = -int(-best.value * (1 - WITHIN) // 1) - 1
    run = best_way(
        network, unlike=[_unlike(network, items) for items in shown], lower=lower, stop=stop, most=most
    )  # fmt: skip
    if run.moves is None:
        return Answer(IMPOSSIBLE if run.exhausted else FEASIBLE, bound=run.bound, work=run.work)
    status = OPTIMAL if run.bound <= run.value else FEASIBLE
    return Answer(status, agenda.items_of(network, run.moves), run.value, run.bound, work=run.work)


def _free(items):
    return [item for item in items if item.topic is not None and not item.pinned]


def _unlike(network, items):
    number = {topic.key: place for place, topic in enumerate(network.problem.topics)}
    sessions, free = network.problem.in_order, _free(items)
    places = {
        (place, number[item.topic])
        for item in free
        for place, vertex in enumerate(network.vertices[:-1])
        if sessions[vertex.session].key == item.session and abs(vertex.at - item.starts) < NEAR
    }
    return Unlike(frozenset(places), len(free) - asked_to_differ(items))
