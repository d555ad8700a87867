"""No agenda is worth more than this: the best way through the network if topics may come twice, but cost a price.

Lagrangian relaxation (Held and Karp 1971; Fisher 1981): that a topic comes at most once, and not without the one it
follows, is not asked for but paid for. Subgradient steps find prices that make the bound low; what no better agenda
can use is dropped from the network on the way.
"""

import math
from dataclasses import dataclass, field

from topics.agenda.planner.graph import NEXT, NOBODY, PIN, Graph

LOWEST = -(10**9)
ROUNDED = 1e-6


@dataclass(frozen=True)
class Unlike:
    """That at most ``most`` topics stand where another agenda has them: ``places`` are (vertex, topic)."""

    places: frozenset
    most: int


@dataclass
class Relaxed:
    """The best known bound with the prices that give it. ``rows[vertex][last]``: what can still be added from there."""

    graph: Graph
    unlike: tuple[Unlike, ...] = ()
    once: list[float] = field(default_factory=list)
    order: list[float] = field(default_factory=list)
    alike: list[float] = field(default_factory=list)
    rows: list = field(default_factory=list)
    bound: float = -LOWEST
    passes: int = 0

    def __post_init__(self):
        count = len(self.graph.after)
        self.once, self.order, self.alike = [0.0] * count, [0.0] * count, [0.0] * len(self.unlike)

    @property
    def price(self):
        """What placing each topic costs in all."""
        price = list(self.once)
        for number, before in self.graph.pairs:
            price[number] += self.order[number]
            price[before] -= self.order[number]
        return price

    @property
    def constant(self):
        paid = sum(price * each.most for price, each in zip(self.alike, self.unlike, strict=True))
        return self.graph.constant + sum(self.once) + paid

    @property
    def whole_bound(self):
        """The bound in whole points."""
        return math.floor(self.bound + ROUNDED)

    def alike_price(self, vertex, topic):
        return sum(price for price, each in zip(self.alike, self.unlike, strict=True) if (vertex, topic) in each.places)


def tighten(relaxed, *, lower, rounds, stop):
    """Look for better prices for so many rounds, or until the bound meets ``lower``. Leaves the best ones there."""
    graph = relaxed.graph
    best = (relaxed.bound, relaxed.once[:], relaxed.order[:], relaxed.alike[:], relaxed.rows)
    scale, idle = 1.0, 0
    for turn in range(rounds):
        if turn and (stop() or scale < 0.02):
            break
        price, arcs = relaxed.price, _priced(relaxed)
        rows = backward(graph, arcs, price)
        relaxed.passes += 1
        bound = rows[0][-1] + relaxed.constant
        if bound < best[0] - 0.01:
            best, idle = (bound, relaxed.once[:], relaxed.order[:], relaxed.alike[:], rows), 0
        else:
            idle += 1
            if idle >= 5:
                scale, idle = scale * 0.6, 0
        if math.floor(best[0] + ROUNDED) <= lower:
            break
        if not _step(relaxed, _way(graph, arcs, price, rows), scale, bound, lower):
            break
    relaxed.bound, relaxed.once, relaxed.order, relaxed.alike, relaxed.rows = best
    return relaxed


def _priced(relaxed):
    if not any(relaxed.alike):
        return relaxed.graph.topics
    return [
        [(topic, to, points - relaxed.alike_price(vertex, topic)) for topic, to, points in arcs]
        for vertex, arcs in enumerate(relaxed.graph.topics)
    ]


def _step(relaxed, way, scale, bound, lower):
    """One step against what the relaxed way does too often; False if it breaks nothing."""
    graph, count = relaxed.graph, [0] * len(relaxed.once)
    for _vertex, topic in way:
        count[topic] += 1
    once = [
        0 if graph.pinned >> number & 1 else 1 - times for number, times in enumerate(count)
    ]  # fmt: skip
    for number, slack in enumerate(once):
        if slack > 0 and relaxed.once[number] <= 0 and not graph.must >> number & 1:
            once[number] = 0
    order = {number: count[before] - count[number] for number, before in graph.pairs}
    order = {n: slack for n, slack in order.items() if slack < 0 or relaxed.order[n] > 0}
    alike = [each.most - sum(place in each.places for place in way) for each in relaxed.unlike]
    alike = [slack if slack < 0 or price > 0 else 0 for slack, price in zip(alike, relaxed.alike, strict=True)]
    norm = sum(x * x for x in once) + sum(x * x for x in order.values()) + sum(x * x for x in alike)
    if not norm:
        return False
    aim = lower if lower > LOWEST else bound * 0.95 - 1
    step = scale * max(bound - aim, 1) / norm
    for number, slack in enumerate(once):
        if slack:
            price = relaxed.once[number] - step * slack
            relaxed.once[number] = price if graph.must >> number & 1 else max(0.0, price)
    for number, slack in order.items():
        relaxed.order[number] = max(0.0, relaxed.order[number] - step * slack)
    relaxed.alike = [max(0.0, p - step * slack) for p, slack in zip(relaxed.alike, alike, strict=True)]
    return True


def backward(graph, arcs, price):
    """By vertex and last topic (the very last entry: none), the most that the rest of the way can add."""
    count = len(price)
    rows = [None] * len(arcs)
    rows[-1] = [0.0] * (count + 1)
    for vertex in range(len(arcs) - 2, -1, -1):
        row = None
        for each in graph.passes[vertex]:
            row = _better(row, _beyond(graph, each, rows[each.to], count))
        best = {}
        for topic, to, points in arcs[vertex]:
            value = points + rows[to][topic] - price[topic]
            if value > best.get(topic, LOWEST):
                best[topic] = value
        rows[vertex] = _with(row or [LOWEST] * (count + 1), best, graph.bonus)
    return rows


def _with(row, best, bonus):
    """A row with the topics that may start there: never the last one again, and with what staying adds."""
    if not best:
        return row
    first = max(best, key=best.get)
    top = best[first]
    second = max((value for topic, value in best.items() if topic != first), default=LOWEST)
    again = max(row[first], second)
    row = [value if value > top else top for value in row]
    row[first] = again
    for topic, value in best.items():
        for before, points in bonus[topic].items():
            if value + points > row[before]:
                row[before] = value + points
    return row


def _beyond(graph, each, row, count):
    """What a pass leads to, by last topic."""
    if each.kind == NEXT:
        return [row[count]] * (count + 1)
    if each.kind == PIN and each.topic != NOBODY:
        found = [row[each.topic]] * (count + 1)
        for before, points in graph.bonus[each.topic].items():
            found[before] += points
        return found
    return row


def _better(row, other):
    return list(other) if row is None else [max(pair) for pair in zip(row, other, strict=True)]


def _way(graph, arcs, price, rows):
    """The way that the rows promise, as (vertex, topic)."""
    count = len(price)
    way, vertex, last = [], 0, count
    while vertex < graph.end:
        best = (LOWEST, None)
        for topic, to, points in arcs[vertex]:
            if topic != last:
                value = points - price[topic] + rows[to][topic] + graph.bonus[topic].get(last, 0)
                best = max(best, (value, (to, topic, True)), key=lambda each: each[0])
        for each in graph.passes[vertex]:
            value = _beyond(graph, each, rows[each.to], count)[last]
            keeps = each.topic if each.topic != NOBODY else (count if each.kind == NEXT else last)
            if value > best[0]:
                best = (value, (each.to, keeps, False))
        to, last, placed = best[1]
        if placed:
            way.append((vertex, last))
        vertex = to
    return way


def drop(relaxed, lower):
    """Take out of the network what no agenda worth more than ``lower`` can use. Returns how many arcs are left."""
    graph, price, rows = relaxed.graph, relaxed.price, relaxed.rows
    count, arcs, constant = len(price), _priced(relaxed), relaxed.constant
    ahead = [[LOWEST] * (count + 1) for _vertex in arcs]
    ahead[0][count] = 0.0
    left = 0
    for vertex in range(graph.end):
        row = ahead[vertex]
        order = sorted(range(count + 1), key=row.__getitem__, reverse=True)[:2]
        kept, arrived = [], {}
        for original, (topic, to, points) in zip(graph.topics[vertex], arcs[vertex], strict=True):
            if topic not in arrived:
                came = row[order[0]] if order[0] != topic else row[order[1]]
                for before, extra in graph.bonus[topic].items():
                    came = max(came, row[before] + extra)
                arrived[topic] = came - price[topic]
            value = arrived[topic] + points
            if value + rows[to][topic] + constant < lower + 1 - ROUNDED:
                continue
            kept.append(original)
            ahead[to][topic] = max(ahead[to][topic], value)
        graph.topics[vertex] = kept
        left += len(kept)
        for each in graph.passes[vertex]:
            _ahead(graph, each, row, ahead[each.to], count)
    return left


def _ahead(graph, each, row, target, count):
    if each.kind == NEXT:
        target[count] = max(target[count], *row)
    elif each.kind == PIN and each.topic != NOBODY:
        bonus = graph.bonus[each.topic]
        came = max(value + bonus.get(last, 0) for last, value in enumerate(row))
        target[each.topic] = max(target[each.topic], came)
    else:
        target[:] = [max(pair) for pair in zip(target, row, strict=True)]
