"""All agendas as ways through a network: a vertex is a moment of a session and how many breaks lie behind it.

Arcs lead from moment to moment: a topic that may start there and takes so long, a break, something pinned, five
minutes of nothing, the next session. Every agenda that keeps the musts is a way from the first vertex to the last one
on which no topic comes twice and each comes after the one it should follow; and the other way round.
"""

from dataclasses import dataclass, field

from topics.agenda.planner import rules, score
from topics.agenda.planner.problem import BREAK, TICK, Pin

NOBODY = -1
NOTHING, PAUSE, PIN, NEXT = "nothing", "pause", "pin", "next"


@dataclass(frozen=True, order=True)
class Vertex:
    """A moment of a session, and how many breaks lie behind it since the last pinned one."""

    session: int
    at: int
    breaks: int = 0


@dataclass(frozen=True)
class Pass:
    """An arc that places no topic of choice: nothing, a break, something pinned, the way into the next session."""

    to: int
    kind: str
    pin: Pin | None = None
    topic: int = NOBODY


@dataclass
class Graph:
    """``topics`` holds, by vertex, what may start there: (topic, vertex at its end, points)."""

    problem: object
    vertices: list[Vertex] = field(default_factory=list)
    passes: list[list[Pass]] = field(default_factory=list)
    topics: list[list[tuple[int, int, int]]] = field(default_factory=list)
    bonus: list[dict[int, int]] = field(default_factory=list)  # by topic: which before it adds what
    after: list[int] = field(default_factory=list)  # the topic that each has to follow
    must: int = 0  # topics that have to be placed, as bits; pinned ones are neither here nor in ``topics``
    pinned: int = 0
    constant: int = 0  # what the pinned topics are worth by themselves
    parallel: bool = False  # two sessions share time

    @property
    def end(self) -> int:
        return len(self.vertices) - 1

    def ask_for(self, topics):
        """Let these topics (bits) have to be placed, and what they follow."""
        while topics:
            self.must |= topics & ~self.pinned
            befores = {self.after[number] for number in range(len(self.after)) if topics >> number & 1} - {NOBODY}
            topics = sum(1 << before for before in befores) & ~self.must & ~self.pinned

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Topics of choice that follow another one of choice: (topic, the one before it)."""
        free = ~self.pinned
        return [
            (number, before)
            for number, before in enumerate(self.after)
            if before != NOBODY and free >> number & 1 and free >> before & 1
        ]


def build(problem, *, only=None) -> Graph | None:
    """The network of a problem, with ``only`` these topics, as short as may be, where they are given (keys).

    None if the pins, breaks and sessions leave no way at all.
    """
    graph = Graph(problem)
    index = {topic.key: number for number, topic in enumerate(problem.topics)}
    fixed = rules.fixed(problem)
    if not problem.sessions or not _lay_out(graph, fixed, index):
        return None
    graph.pinned = sum(1 << number for number in {index[pin.topic] for pin in fixed if pin.topic in index})
    graph.must = sum(1 << number for number, topic in enumerate(problem.topics) if topic.must) & ~graph.pinned
    graph.after = [
        index.get(topic.after, NOBODY) if problem.rules.order and topic.after != topic.key else NOBODY
        for topic in problem.topics
    ]
    graph.bonus = [
        {
            number: points
            for number, before in enumerate(problem.topics)
            if before is not topic and (points := score.staying(problem, before, topic))
        }
        for topic in problem.topics
    ]
    sessions = problem.in_order
    graph.parallel = any(
        one.starts < other.ends and other.starts < one.ends
        for number, one in enumerate(sessions)
        for other in sessions[:number]
    )
    pinned = {pin.topic: pin for pin in fixed if pin.topic in index}
    if rules.pins_contradict(problem, list(pinned.values())):
        return None
    graph.ask_for(graph.must | graph.pinned)
    for pin in pinned.values():
        topic = problem.topic[pin.topic]
        graph.constant += score.worth(problem, topic, problem.session[pin.session], pin.starts, pin.minutes)
    _place_topics(graph, pinned, only)
    return graph


def _lay_out(graph, fixed, index):
    """The vertices and passes that lie on a way from the beginning to the end; False if there is none."""
    problem, sessions = graph.problem, graph.problem.in_order
    known = {session.key for session in sessions}
    if any(pin.session not in known for pin in fixed):
        return False
    pins = [
        sorted((pin for pin in fixed if pin.session == session.key), key=lambda pin: (pin.starts, pin.ends))
        for session in sessions
    ]
    for session, mine in zip(sessions, pins, strict=True):
        at = session.starts
        for pin in mine:
            if pin.starts < at or pin.ends > session.ends:
                return False
            at = pin.ends
    windows = [
        [rules.break_windows(problem, session, piece) for piece in rules.pieces(problem, session)]
        for session in sessions
    ]
    first, last = Vertex(0, sessions[0].starts), Vertex(len(sessions), 0)
    found, waiting = {last: []}, [first]
    while waiting:
        vertex = waiting.pop()
        if vertex not in found:
            found[vertex] = list(_passes(problem, sessions, pins, windows, vertex, index))
            waiting.extend(to for to, *_rest in found[vertex])
    leads = {last}
    for vertex in sorted(found, reverse=True):
        if any(to in leads for to, *_rest in found[vertex]):
            leads.add(vertex)
    if first not in leads:
        return False
    graph.vertices = sorted(leads)
    number = {vertex: place for place, vertex in enumerate(graph.vertices)}
    graph.passes = [
        [Pass(number[to], *rest) for to, *rest in found[vertex] if to in leads] for vertex in graph.vertices
    ]
    return True


def _passes(problem, sessions, pins, windows, vertex, index):
    session, at, passed = vertex.session, vertex.at, vertex.breaks
    piece = sum(pin.kind == BREAK and pin.ends <= at for pin in pins[session])
    wanted = windows[session][piece]
    pin = next((pin for pin in pins[session] if pin.starts >= at), None)
    until = pin.starts if pin else sessions[session].ends
    if at < until:
        yield Vertex(session, min(at + TICK, until), passed), NOTHING
        if passed < len(wanted):
            earliest, latest = wanted[passed]
            ends = at + rules.break_length(problem)
            if earliest <= at <= latest and ends <= until:
                yield Vertex(session, ends, passed + 1), PAUSE
    elif pin and (pin.kind != BREAK or passed == len(wanted)):
        yield Vertex(session, pin.ends, 0 if pin.kind == BREAK else passed), PIN, pin, index.get(pin.topic, NOBODY)
    elif not pin and passed == len(wanted):
        onwards = session + 1 < len(sessions)
        yield Vertex(session + 1, sessions[session + 1].starts if onwards else 0), NEXT


def _place_topics(graph, pinned, only):
    """Where each topic may start, for how long, and what it is worth there."""
    problem, sessions = graph.problem, graph.problem.in_order
    number = {vertex: place for place, vertex in enumerate(graph.vertices)}
    free_until = _free_until(graph)
    graph.topics = [[] for _vertex in graph.vertices]
    for index, topic in enumerate(problem.topics):
        if topic.key in pinned or (only is not None and topic.key not in only):
            continue
        worth = {}
        lengths = topic.ticks if only is None else topic.ticks[:1]
        for place, vertex in enumerate(graph.vertices[:-1]):
            for length in lengths:
                ends = vertex.at + length * TICK
                to = number.get(Vertex(vertex.session, ends, vertex.breaks))
                if ends > free_until[place]:
                    break
                key = (vertex.session, vertex.at, length)
                if key not in worth:
                    session = sessions[vertex.session]
                    worth[key] = None
                    if _may_stand(problem, topic, session, vertex.at, ends, pinned):
                        worth[key] = score.worth(problem, topic, session, vertex.at, length * TICK)
                if worth[key] is None:
                    break  # what is longer is no better
                if to is not None:
                    graph.topics[place].append((index, to, worth[key]))


def _free_until(graph):
    """By vertex, how far one can go by doing nothing."""
    until = [vertex.at for vertex in graph.vertices]
    for place in range(len(until) - 2, -1, -1):
        onwards = [each.to for each in graph.passes[place] if each.kind == NOTHING]
        if onwards:
            until[place] = until[onwards[0]]
    return until


def _may_stand(problem, topic, session, starts, ends, pinned):
    """Whether nothing fixed keeps a topic from standing there."""
    if rules.hindrances(problem, topic, session, starts, ends):
        return False
    mine = Pin(session.key, starts, ends - starts, topic=topic.key)
    return not any(rules.contradict(problem, mine, pin) for pin in pinned.values())


def pin_of(graph, move) -> Pin:
    """A placed topic, (vertex, topic, vertex at its end), with its times."""
    vertex, topic, to = move
    problem, start, end = graph.problem, graph.vertices[vertex], graph.vertices[to]
    return Pin(problem.in_order[start.session].key, start.at, end.at - start.at, topic=problem.topics[topic].key)
