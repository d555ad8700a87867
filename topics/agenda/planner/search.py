"""The best way through the network on which every topic comes once: partial agendas, moment by moment.

Of two partial agendas that end at the same moment and leave the same choice, only the one that is worth more is
followed; one that cannot become better than the best known, by the bound, is not followed at all. With a ``width``
only the most promising of each moment are followed (a beam); if none was cut off, the result is proven.
"""

from dataclasses import dataclass

from topics.agenda.planner import rules
from topics.agenda.planner.bound import LOWEST, ROUNDED
from topics.agenda.planner.graph import NEXT, NOBODY, NOTHING, pin_of
from topics.agenda.planner.problem import TICK, ticks

REAL, REDUCED, MASK, LAST, ALIKE, BEFORE, MOVE = range(7)


@dataclass
class Found:
    """The best agenda that is worth more than asked for, if there is one, as moves (vertex, topic, to vertex)."""

    value: int
    moves: list[tuple[int, int, int]] | None
    bound: int  # nothing is worth more than this or than ``value``
    looked_at: int


def search(relaxed, *, lower, width, stop, most=10**9):
    """Look for agendas worth more than ``lower``. ``most`` partial agendas are followed altogether."""
    return _Search(relaxed, lower, width, stop, most).run()


class _Choice:
    """What can still be chosen at each moment of a network, and what has to be."""

    def __init__(self, graph):
        self.graph = graph
        self.ahead = [0] * len(graph.vertices)  # topics that may still be placed, as bits
        self.asks = [0] * len(graph.vertices)  # the placed topics that decide what may still be placed
        self.room = _room(graph)
        self.known = {}  # whether two placed topics contradict
        self.least = [ticks(min(topic.least, topic.minutes)) for topic in graph.problem.topics]
        self.entangled = _entangled(graph.problem) if graph.parallel else 0
        followed = [(topic, before) for topic, before in enumerate(graph.after) if before != NOBODY]
        self.owing = [] if not graph.parallel else [(1 << topic, 1 << before) for topic, before in followed]
        self.soonest = _soonest(graph) if graph.parallel else []
        for vertex in range(graph.end - 1, -1, -1):
            mine = 0
            for topic, to, _points in graph.topics[vertex]:
                mine |= 1 << topic | self.ahead[to]
            for each in graph.passes[vertex]:
                mine |= self.ahead[each.to]
            self.ahead[vertex] = mine
            self.asks[vertex] = mine | graph.must
            for topic, before in followed:
                if mine >> topic & 1:
                    self.asks[vertex] |= 1 << before
            for topic, before in self.owing:
                if mine & before:
                    self.asks[vertex] |= topic

    def may_follow(self, topic, mask, vertex):
        """Whether the topic that this one follows is placed; or can be, earlier, in a session beside this one."""
        before = self.graph.after[topic]
        if before == NOBODY or mask >> before & 1:
            return True
        if not self.owing:
            return False
        here = self.graph.vertices[vertex]
        return self.soonest[here.session].get(before, here.at + 1) <= here.at

    def is_hopeless(self, mask, vertex):
        """Whether a topic that has to be placed no longer can be, or all of them together cannot."""
        missing = self.graph.must
        for topic, before in self.owing:
            if mask & topic:
                missing |= before
        missing &= ~mask
        if not missing:
            return False
        if missing & ~self.ahead[vertex]:
            return True
        return sum(n for topic, n in enumerate(self.least) if missing >> topic & 1) > self.room[vertex]

    def collides(self, moves, move):
        """Whether a topic cannot stand there beside others that are placed in another room at that time."""
        if not self.entangled >> move[1] & 1:
            return False
        return any(self._contradict(move, other) for other in moves)

    def _contradict(self, move, other):
        if (move, other) not in self.known:
            mine, theirs = pin_of(self.graph, move), pin_of(self.graph, other)
            self.known[move, other] = rules.contradict(self.graph.problem, mine, theirs)
        return self.known[move, other]


class _Search(_Choice):
    def __init__(self, relaxed, lower, width, stop, most):
        super().__init__(relaxed.graph)
        self.relaxed = relaxed
        self.lower, self.width, self.stop, self.most = lower, width, stop, most
        self.price, self.rows, self.constant = relaxed.price, relaxed.rows, relaxed.constant
        self.none = len(self.price)
        self.looked_at, self.cut = 0, LOWEST
        sessions = self.graph.problem.in_order
        self.last_beside = [
            max(
                (later for later, other in enumerate(sessions)
                 if later > number and one.starts < other.ends and other.starts < one.ends),
                default=number,
            )
            for number, one in enumerate(sessions)
        ]  # fmt: skip
        self.unlike = [dict.fromkeys(each.places, 1 << 8 * number) for number, each in enumerate(relaxed.unlike)]

    def run(self):
        graph = self.graph
        at = [{} for _vertex in graph.vertices]
        at[0][self.none, graph.pinned] = (graph.constant, 0.0, graph.pinned, self.none, 0, None, None)
        best = None
        for vertex in range(graph.end):
            labels = list(at[vertex].values())
            at[vertex] = None
            chosen = self._chosen(vertex, labels)
            for number, label in enumerate(chosen):
                if number % 256 == 255 and self.stop():
                    row = self.rows[vertex]
                    rest = max(left[REDUCED] + row[left[LAST]] for left in chosen[number:])
                    self.cut = max(self.cut, rest + self.constant)
                    break
                self._extend(vertex, label, at)
        for label in at[-1].values():
            if label[MASK] & graph.must == graph.must and label[REAL] > self.lower:
                if best is None or label[REAL] > best[REAL]:
                    best, self.lower = label, label[REAL]
        moves = _moves(best) if best else None
        cut = int(self.cut + ROUNDED) if self.cut > LOWEST else LOWEST
        return Found(self.lower, moves, max(cut, self.lower), self.looked_at)

    def _chosen(self, vertex, labels):
        width = self.width
        if self.looked_at > self.most or self.stop():
            width = 1 if self.looked_at <= 2 * self.most else 0
        if len(labels) <= width:
            return labels
        row = self.rows[vertex]
        labels.sort(key=lambda label: label[REDUCED] + row[label[LAST]], reverse=True)
        self.cut = max(self.cut, labels[width][REDUCED] + row[labels[width][LAST]] + self.constant)
        return labels[:width]

    def _extend(self, vertex, label, at):
        self.looked_at += 1
        graph, mask, last = self.graph, label[MASK], label[LAST]
        for topic, to, points in graph.topics[vertex]:
            if mask >> topic & 1 or topic == last:
                continue
            if not self.may_follow(topic, mask, vertex):
                continue
            if self.entangled and self.collides(self._bound_up(label[BEFORE], label[MOVE]), (vertex, topic, to)):
                continue
            adds = points + graph.bonus[topic].get(last, 0)
            reduced, alike = label[REDUCED] + adds - self.price[topic], label[ALIKE]
            if self.unlike:
                alike += sum(places.get((vertex, topic), 0) for places in self.unlike)
                if not self._unlike(alike):
                    continue
                reduced -= self.relaxed.alike_price(vertex, topic)
            self._put(at, to, label[REAL] + adds, reduced, mask | 1 << topic, topic, alike, label, (vertex, topic, to))
        for each in graph.passes[vertex]:
            real, reduced, keeps = label[REAL], label[REDUCED], last
            if each.kind == NEXT:
                keeps = self.none
            elif each.topic != NOBODY:
                adds = graph.bonus[each.topic].get(last, 0)
                real, reduced, keeps = real + adds, reduced + adds, each.topic
            self._put(at, each.to, real, reduced, mask, keeps, label[ALIKE], label[BEFORE], label[MOVE])

    def _put(self, at, to, real, reduced, mask, last, alike, before, move):
        if reduced + self.rows[to][last] + self.constant < self.lower + 1 - ROUNDED:
            return
        if self.is_hopeless(mask, to):
            return
        key = (last, mask & self.asks[to], alike) if alike else (last, mask & self.asks[to])
        if self.entangled:
            key = (*key, *sorted(each for each in self._bound_up(before, move) if self._matters(each, to)))
        labels = at[to]
        known = labels.get(key)
        if known is None or known[REAL] < real:
            labels[key] = (real, reduced, mask, last, alike, before, move)

    def _unlike(self, alike):
        return all(alike >> 8 * number & 255 <= each.most for number, each in enumerate(self.relaxed.unlike))

    def _matters(self, move, vertex):
        """Whether a placed topic can still collide with one that is placed from a vertex on."""
        here, there = self.graph.vertices[vertex], self.graph.vertices[move[2]]
        if there.session < here.session and there.at > here.at:
            return True
        return self.last_beside[there.session] > here.session

    def _bound_up(self, before, move):
        """The placed topics that later ones may collide with, in another room at the same time."""
        found = [move] if move and self.entangled >> move[1] & 1 else []
        while before is not None and before[MOVE] is not None:
            if self.entangled >> before[MOVE][1] & 1:
                found.append(before[MOVE])
            before = before[BEFORE]
        return found


def _moves(label):
    moves = []
    while label is not None and label[MOVE] is not None:
        moves.append(label[MOVE])
        label = label[BEFORE]
    return moves[::-1]


def _room(graph):
    """By vertex, the most ticks that topics can still fill."""
    room = [0] * len(graph.vertices)
    for vertex in range(graph.end - 1, -1, -1):
        start = graph.vertices[vertex]
        for each in graph.passes[vertex]:
            took = graph.vertices[each.to].at - start.at if each.kind == NOTHING else 0
            room[vertex] = max(room[vertex], room[each.to] + took / TICK)
    return room


def _soonest(graph):
    """By session, when each topic can end at the soonest in one that the way comes through later."""
    found = [{} for _session in graph.problem.sessions]
    for vertex, arcs in enumerate(graph.topics):
        for topic, to, _points in arcs:
            ends = graph.vertices[to].at
            for earlier in found[: graph.vertices[vertex].session]:
                earlier[topic] = min(ends, earlier.get(topic, ends))
    return found


def _entangled(problem):
    """Topics that may collide with another one across rooms, as bits."""
    found = 0
    for number, topic in enumerate(problem.topics):
        for place, other in enumerate(problem.topics[:number]):
            if topic.walkers & other.walkers or topic.key == other.after or other.key == topic.after:
                found |= 1 << number | 1 << place
    return found


NARROW, WIDE, COMPARED = 60, 20_000, 60


def reachable(graph, *, stop) -> bool | None:
    """Whether some way places everything that has to be placed. None if that was too much work to find out."""
    choice = _Choice(graph)
    if choice.is_hopeless(graph.pinned, 0):
        return False
    for width in (NARROW, WIDE):
        found = _reach(choice, width, stop)
        if found is not None:
            return found
    return None


def _reach(choice, width, stop):
    graph, cut = choice.graph, False
    at = [set() for _vertex in graph.vertices]
    at[0].add((graph.pinned, ()))
    for vertex in range(graph.end):
        kept = _widest(at[vertex])
        cut |= len(kept) > width
        for number, (mask, moves) in enumerate(kept[:width]):
            if number % 256 == 0 and stop():
                return None
            for topic, to, _points in graph.topics[vertex]:
                if mask >> topic & 1 or not choice.may_follow(topic, mask, vertex):
                    continue
                move, more = (vertex, topic, to), moves
                if choice.entangled >> topic & 1:
                    if choice.collides(moves, move):
                        continue
                    more = (*moves, move)
                if not choice.is_hopeless(mask | 1 << topic, to):
                    at[to].add((mask | 1 << topic, more))
            for each in graph.passes[vertex]:
                if not choice.is_hopeless(mask, each.to):
                    at[each.to].add((mask, moves))
        at[vertex] = None
    there = any(mask & graph.must == graph.must for mask, _moves in at[-1])
    return True if there else (None if cut else False)


def _widest(found):
    """Without those that one of the fullest of the same moves surpasses; the fullest come first."""
    kept = []
    for mask, moves in sorted(found, key=lambda each: (-each[0].bit_count(), each)):
        if not any(mask & other == mask and moves == others for other, others in kept[:COMPARED]):
            kept.append((mask, moves))
    return kept
