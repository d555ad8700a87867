"""Why each topic stands where it does, and why one was left out: as facts, put into words elsewhere."""

from dataclasses import dataclass, replace

from topics.agenda.planner import agenda, contradictions, graph, rules, score
from topics.agenda.planner.bound import Relaxed, tighten
from topics.agenda.planner.check import broken
from topics.agenda.planner.problem import NEAR, OPEN, TICK, TOPIC, Wish
from topics.agenda.planner.search import search
from topics.agenda.planner.solve import never

PINNED, HELD, NEIGHBOURS, BEST, FREE = "pinned", "held", "neighbours", "best", "free"
PARTS = ("discussion", "published", "staying")
NOWHERE, CONTRADICTS, INSTEAD, UNKNOWN = "nowhere", "contradicts", "instead", "unknown"


@dataclass(frozen=True)
class Elsewhere:
    """That a topic could also stand there, with the whole agenda then: what is lost, and who could not be there."""

    session: object
    starts: int
    loss: int
    missing: tuple = ()  # people who want it and are free where it stands, but not there
    why: str = ""  # what most of the loss is for: discussion, published, staying
    items: tuple = ()


@dataclass(frozen=True)
class Standing:
    """Why a topic stands where it does.

    pinned; held: every other place breaks what ``holds`` names; neighbours: it would fit elsewhere, but what it
    pushes would not; best: it could stand at the places of ``elsewhere``, at a loss; free: at no loss.
    """

    topic: object
    kind: str
    holds: tuple = ()
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """Why a topic does not stand on the agenda.

    nowhere: the ``people`` leave no time for it, or (without people) it is longer than any free stretch.
    contradicts: it cannot be placed beside what has to stand (``wishes``). instead: the best agenda that was found
    with it is worth ``loss`` less, and ``fallen`` do not stand on it. ``windows`` are the times at which it could
    start, as (session, first, last), if ``people`` limit them. unknown: the time was up.
    """

    topic: object
    kind: str
    people: tuple = ()
    windows: tuple = ()
    loss: int = 0
    fallen: tuple = ()
    wishes: tuple[Wish, ...] = ()
    items: tuple = ()


def standing(problem, items) -> list[Standing]:
    """Why the topics of an agenda stand where they do, in its order."""
    value = score.parts(problem, items)
    fixed = {(pin.session, pin.starts) for pin in rules.fixed(problem)}
    rows = [item for item in items if item.kind == TOPIC]
    return [
        Standing(item.topic, PINNED)
        if (item.session, item.starts) in fixed
        else _stands(problem, items, item, value, fixed)
        for item in rows
    ]


def _stands(problem, items, item, value, fixed):
    holds, options, pushes = {}, {}, False
    for place, moved in _moved(problem, items, item, fixed):
        found = broken(problem, moved)
        if found:
            own = [each for each in found if item.topic in (each.topic, each.other)]
            holds.update(dict.fromkeys(own))
            pushes = pushes or not own
            continue
        key = (place.session, place.starts)
        there = score.parts(problem, moved)
        loss = value.total - there.total
        if key not in options or loss < options[key].loss:
            losses = {part: getattr(value, part) - getattr(there, part) for part in PARTS}
            why = max(PARTS, key=losses.get)
            options[key] = Elsewhere(*key, loss, _missing(problem, item, place), why, tuple(moved))
    if not options:
        return Standing(item.topic, HELD if holds and not pushes else NEIGHBOURS, tuple(holds))
    elsewhere = tuple(sorted(options.values(), key=lambda each: (each.loss, each.starts)))
    return Standing(item.topic, FREE if elsewhere[0].loss <= 0 else BEST, tuple(holds), elsewhere)


def _moved(problem, items, item, fixed):
    """The agendas with one topic at another position, all else in its order; as (the topic there, items)."""
    stretches = _stretches(problem, items, fixed)
    for number, (_session, starts, ends, row) in enumerate(stretches):
        others = [each for each in row if each is not item]
        length = sum(each.ends - each.starts for each in others) + item.ends - item.starts
        spare = [each for each in others if each.kind == OPEN]
        if length > ends - starts and not (spare and length - _length(spare) <= ends - starts):
            continue
        if length > ends - starts:
            others = [each for each in others if each.kind != OPEN]
        for position in range(len(others) + 1):
            changed = [*others[:position], item, *others[position:]]
            if changed == row:
                continue
            moved, on_ticks = [], True
            for place, (key, at, _until, mine) in enumerate(stretches):
                mine = changed if place == number else [each for each in mine if each is not item]
                moved += (laid := list(_one_after_the_other(key, at, mine)))
                on_ticks &= all((each.starts - at) % TICK == 0 for each in laid if each.kind != OPEN)
            there = next(each for each in moved if each.topic == item.topic and each.kind == TOPIC)
            if on_ticks and (there.session != item.session or abs(there.starts - item.starts) >= NEAR):
                kept = [each for each in items if (each.session, each.starts) in fixed]
                yield there, agenda.fill_gaps(problem, [*moved, *kept], parallel=True)


def _length(items):
    return sum(each.ends - each.starts for each in items)


def _stretches(problem, items, fixed):
    """The free stretches between what is fixed, each with its items: (session, start, end, items)."""
    found = []
    for session in problem.in_order:
        at, row = session.starts, []
        for item in sorted((each for each in items if each.session == session.key), key=lambda each: each.starts):
            if (item.session, item.starts) in fixed:
                found.append((session.key, at, item.starts, row))
                at, row = item.ends, []
            else:
                row.append(item)
        found.append((session.key, at, session.ends, row))
    return found


def _one_after_the_other(session, at, row):
    for each in row:
        yield replace(each, session=session, starts=at)
        at += each.ends - each.starts


def _missing(problem, here, there):
    """Who wants a topic and is free where it stands, but not at another place."""

    def are_there(item):
        session = problem.session[item.session]
        return {
            key
            for key, _points in problem.topic[item.topic].interest
            if key not in problem.person
            or rules.is_there(problem.person[key], session, item.starts, item.starts + item.minutes)
        }

    return tuple(sorted(are_there(here) - are_there(there), key=str))


def left_out(problem, answer, *, stop=never) -> list[LeftOut]:
    """Why the topics that do not stand on an agenda were left out, in the order of the problem."""
    waiting = [topic for topic in problem.topics if topic.key not in answer.placed]
    network = graph.build(problem) if waiting else None
    if network is None:
        return []
    relaxed = tighten(Relaxed(network), lower=answer.value, rounds=25, stop=stop)
    return [_left_out(problem, answer, network, relaxed, topic, stop) for topic in waiting]


def _left_out(problem, answer, network, relaxed, topic, stop):
    number = problem.topics.index(topic)
    starts = sorted({vertex for vertex, arcs in enumerate(network.topics) if any(arc[0] == number for arc in arcs)})
    people = _limiting(problem, network, topic, starts)
    if not starts:
        return LeftOut(topic.key, NOWHERE, people)
    windows = _windows(problem, network, starts) if people else ()
    if stop():
        return LeftOut(topic.key, UNKNOWN, people, windows)
    with_it = _with(problem, network, relaxed, number, stop)
    if with_it is None:
        asked = problem.but(
            topics=tuple(replace(each, must=True) if each is topic else each for each in problem.topics)
        )
        if contradictions.fits(asked, stop=stop) is False:
            sets, _smallest = contradictions.find(asked, stop=stop)
            return LeftOut(topic.key, CONTRADICTS, people, windows, wishes=sets[0] if sets else ())
        return LeftOut(topic.key, UNKNOWN, people, windows)
    value, items = with_it
    there = {item.topic for item in items}
    fallen = tuple(item.topic for item in answer.items if item.topic is not None and item.topic not in there)
    return LeftOut(topic.key, INSTEAD, people, windows, max(0, answer.value - value), fallen, items=items)


def _with(problem, network, relaxed, number, stop):
    """The best agenda with one topic that a narrow search finds, as (value, items)."""
    asked = replace(network)
    asked.ask_for(1 << number)
    mine = Relaxed(asked)
    mine.once, mine.order = relaxed.once[:], relaxed.order[:]
    tighten(mine, lower=relaxed.bound * 0.9, rounds=4, stop=stop)
    for width in (12, 120, 3000):
        found = search(mine, lower=-1, width=width, stop=stop)
        if found.moves is not None:
            items = agenda.items_of(asked, found.moves)
            return found.value, items
    return None


def _limiting(problem, network, topic, starts):
    """The people whose times keep a topic from where there would be room for it."""
    least, found, free = topic.ticks[0] * TICK, {}, set(starts)
    for place, vertex in enumerate(network.vertices[:-1]):
        session = problem.in_order[vertex.session]
        if place not in free and vertex.at + least <= session.ends:
            for _why, person in rules.hindrances(problem, topic, session, vertex.at, vertex.at + least):
                found[person] = True
    return tuple(found)


def _windows(problem, network, starts):
    """Starts in a row as (session, first, last)."""
    found = []
    for place in starts:
        vertex = network.vertices[place]
        key = problem.in_order[vertex.session].key
        if found and found[-1][0] == key and vertex.at - found[-1][2] <= TICK:
            found[-1] = (key, found[-1][1], max(vertex.at, found[-1][2]))
        else:
            found.append((key, vertex.at, vertex.at))
    return tuple(found)
