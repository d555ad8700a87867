"""From a way through the network to an agenda, and the agenda that a patient hand would make."""

from topics.agenda.planner import rules, score
from topics.agenda.planner.graph import NOBODY, NOTHING, PAUSE, PIN, pin_of
from topics.agenda.planner.problem import BREAK, OPEN, TOPIC, Item

FILLED_UP = 10  # minutes: a gap so short lengthens the topic before it; a longer one is open discussion


def items_of(graph, moves):
    """The items of a way, gaps filled: every minute of every session belongs to one of them."""
    problem, sessions = graph.problem, graph.problem.in_order
    starts = {vertex: (topic, to) for vertex, topic, to in moves}
    items, vertex = [], 0
    while vertex < graph.end:
        here = graph.vertices[vertex]
        key = sessions[here.session].key
        if vertex in starts:
            topic, to = starts[vertex]
            items.append(Item(key, here.at, graph.vertices[to].at - here.at, TOPIC, problem.topics[topic].key))
        else:
            each = _pass_towards(graph, vertex, starts)
            to = each.to
            if each.kind == PAUSE:
                items.append(Item(key, here.at, graph.vertices[to].at - here.at, BREAK))
            elif each.kind == PIN:
                pin = each.pin
                items.append(Item(key, pin.starts, pin.minutes, pin.kind, pin.topic, pin in problem.pins))
        vertex = to
    return fill_gaps(problem, items, parallel=graph.parallel)


def _pass_towards(graph, vertex, starts):
    """The pass from which all the later topics can still be reached: nothing before a pause, where both would do."""
    later = [start for start in starts if start >= vertex]
    goal = min(later, default=graph.end)
    for each in sorted(graph.passes[vertex], key=lambda each: each.kind == NOTHING):
        if each.to == goal or _reaches(graph, each.to, goal):
            return each
    raise AssertionError("a way cannot lose itself")


def _reaches(graph, start, goal):
    waiting, seen = [start], set()
    while waiting:
        vertex = waiting.pop()
        if vertex == goal:
            return True
        if vertex not in seen and vertex < goal:
            seen.add(vertex)
            waiting.extend(each.to for each in graph.passes[vertex])
    return False


def fill_gaps(problem, items, *, parallel=False):
    """Short gaps lengthen the topic before them, if the people it needs can stay; others are open discussion."""
    found = []
    for session in problem.in_order:
        at = session.starts
        mine = sorted((item for item in items if item.session == session.key), key=lambda item: item.starts)
        for item in [*mine, None]:
            until = session.ends if item is None else item.starts
            if until > at:
                last = found[-1] if found and found[-1].session == session.key else None
                if last and not parallel and _may_take(problem, session, last, until):
                    found[-1] = Item(last.session, last.starts, last.minutes, TOPIC, last.topic, extra=until - at)
                else:
                    found.append(Item(session.key, at, until - at, OPEN))
            if item is not None:
                found.append(item)
                at = item.ends
    return tuple(found)


def _may_take(problem, session, item, until):
    if item.kind != TOPIC or item.pinned or until - item.ends > FILLED_UP:
        return False
    topic = problem.topic[item.topic]
    return not rules.hindrances(problem, topic, session, item.starts, until)


def by_hand(graph):
    """The agenda that a patient hand would make, as moves: the most wanted first, each where it first fits in full.

    None if it does not keep every must. Breaks stand as near to the even place as the network allows.
    """
    way = _plain_way(graph)
    if way is None:
        return None
    free = set(way)
    options = {}
    for vertex in way:
        for topic, to, points in graph.topics[vertex]:
            if to in free:
                options.setdefault(topic, []).append((vertex, to, points))
    order = sorted(options, key=lambda topic: (not graph.must >> topic & 1, -max(o[2] for o in options[topic]), topic))
    place = {vertex: number for number, vertex in enumerate(way)}
    taken, moves, placed = [False] * len(way), {}, graph.pinned
    again = True
    while again:
        again = False
        for topic in order:
            before = graph.after[topic]
            if topic in moves or (before != NOBODY and not placed >> before & 1):
                continue
            earliest = place[moves[before][1]] if before in moves else 0
            spot = _first_spot(options[topic], place, taken, earliest)
            if spot and (not graph.parallel or _collides_not(graph, topic, spot, moves)):
                moves[topic] = spot
                placed |= 1 << topic
                for number in range(place[spot[0]], place[spot[1]]):
                    taken[number] = True
                again = True
    if graph.must & ~placed:
        return None
    return sorted((vertex, topic, to) for topic, (vertex, to, _points) in moves.items())


def _plain_way(graph):
    """A way without topics, with each break in the middle of where it may stand."""
    starts = {}
    for vertex, passes in enumerate(graph.passes):
        if any(each.kind == PAUSE for each in passes):
            here = graph.vertices[vertex]
            starts.setdefault((here.session, here.breaks), []).append(vertex)
    middle = set()
    for group in starts.values():
        run = [group[0]]
        for vertex in [*group[1:], None]:
            if vertex is None or graph.vertices[vertex].at - graph.vertices[run[-1]].at > 60:
                middle.add(run[len(run) // 2])
                run = []
            run.append(vertex)
    way, vertex = [0], 0
    while vertex < graph.end:
        passes = sorted(graph.passes[vertex], key=lambda each: (each.kind == PAUSE) != (vertex in middle))
        vertex = passes[0].to
        way.append(vertex)
    return way


def _first_spot(options, place, taken, earliest):
    """Where it fits first, as long as it may be there."""
    fits = [
        option
        for option in options
        if place[option[0]] >= earliest and not any(taken[place[option[0]] : place[option[1]]])
    ]
    if not fits:
        return None
    longest = max(place[to] - place[vertex] for vertex, to, _points in fits)
    return next((o for o in fits if place[o[1]] - place[o[0]] == longest), None)


def _collides_not(graph, topic, spot, moves):
    mine = pin_of(graph, (spot[0], topic, spot[1]))
    others = [pin_of(graph, (where[0], other, where[1])) for other, where in moves.items()]
    return not any(rules.contradict(graph.problem, mine, other) for other in others)


def value_of(graph, moves):
    """What a way is worth: the score of its items."""
    return score.score(graph.problem, items_of(graph, moves))
