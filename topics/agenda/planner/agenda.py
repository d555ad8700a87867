"""From a way through the network to an agenda, and the agenda that a patient hand would make."""

from itertools import product

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
    """The best agenda that a patient hand would make, as moves; None if none keeps every must.

    The most wanted first, or the most wanted for its minutes; each where it first fits, in full or as short as it may
    be. Breaks stand in the middle of where they may.
    """
    way = _plain_way(graph)
    tries = [_place_by_hand(graph, way, *habit) for habit in product((_whole, _for_its_minutes), (max, min))]
    return max((moves for moves in tries if moves is not None), key=lambda moves: value_of(graph, moves), default=None)


def _whole(spot):
    return spot[2]


def _for_its_minutes(spot):
    return spot[2] / (spot[1] - spot[0])


def _place_by_hand(graph, way, worth, length):
    place = {vertex: number for number, vertex in enumerate(way)}
    spots = {}  # by topic: (first, behind, points), counted along the way
    for vertex in way:
        for topic, to, points in graph.topics[vertex]:
            if to in place:
                spots.setdefault(topic, []).append((place[vertex], place[to], points))
    order = sorted(spots, key=lambda topic: (not graph.must >> topic & 1, -max(map(worth, spots[topic])), topic))
    taken, moves, placed, again = [False] * len(way), {}, graph.pinned, True
    while again:
        again = False
        for topic in order:
            before = graph.after[topic]
            if topic in moves or (before != NOBODY and not placed >> before & 1):
                continue
            earliest = moves[before][1] if before in moves else 0
            free = [spot for spot in spots[topic] if spot[0] >= earliest and not any(taken[spot[0] : spot[1]])]
            if not free:
                continue
            wanted = length(behind - first for first, behind, _points in free)
            first, behind, _points = next(spot for spot in free if spot[1] - spot[0] == wanted)
            if graph.parallel and _collides(graph, (way[first], topic, way[behind]), moves, way):
                continue
            moves[topic], again = (first, behind), True
            placed |= 1 << topic
            taken[first:behind] = [True] * (behind - first)
    if graph.must & ~placed:
        return None
    return sorted((way[first], topic, way[behind]) for topic, (first, behind) in moves.items())


def _collides(graph, move, moves, way):
    mine = pin_of(graph, move)
    others = [pin_of(graph, (way[first], other, way[behind])) for other, (first, behind) in moves.items()]
    return any(rules.contradict(graph.problem, mine, other) for other in others)


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


def value_of(graph, moves):
    """What a way is worth: the score of its items."""
    return score.score(graph.problem, items_of(graph, moves))
