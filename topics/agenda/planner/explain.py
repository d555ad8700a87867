"""Why each topic stands where it does, and why one was left out: as facts, put into words elsewhere."""

from dataclasses import dataclass, replace

from topics.agenda.planner import agenda, contradictions, graph, rules, score
from topics.agenda.planner.bound import Relaxed, tighten
from topics.agenda.planner.check import broken
from topics.agenda.planner.problem import NEAR, OPEN, TICK, TOPIC, Item, Wish, overlap
from topics.agenda.planner.search import search
from topics.agenda.planner.solve import never

PINNED, HELD, NEIGHBOURS, BEST, FREE = "pinned", "held", "neighbours", "best", "free"
PARTS = ("discussion", "published", "staying")
NOWHERE, CONTRADICTS, INSTEAD, BEHIND, UNKNOWN = "nowhere", "contradicts", "instead", "behind", "unknown"
MOST_TRIES = 40  # places at which a topic that was left out is put in, the cheapest first


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
    with it is worth ``loss`` less, and ``fallen`` do not stand on it. behind: it follows a topic that was left out too,
    and no more was found in the time. unknown: the time was up. ``windows`` are the times at which it could start, as
    (session, first, last), if ``people`` limit them.
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
    """Why the topics that do not stand on an agenda were left out, in the order of the problem.

    First what a look at the agenda tells, for every one of them; then, while there is time, what a search finds: for
    those of which nothing is known yet, then for the most wanted.
    """
    waiting = [topic for topic in problem.topics if topic.key not in answer.placed]
    network = graph.build(problem) if waiting else None
    if network is None:
        return []
    found = {topic.key: _at_a_look(problem, answer, network, topic) for topic in waiting}
    again = [topic for topic in waiting if found[topic.key].kind != NOWHERE]
    known = {key for key, why in found.items() if why.kind == INSTEAD}
    if again and not stop():
        relaxed = tighten(Relaxed(network), lower=answer.value, rounds=25, stop=stop)
        most = _most(network)
        again.sort(key=lambda topic: (topic.key in known, -most[problem.topics.index(topic)]))
        for topic in again:
            if stop():
                break
            found[topic.key] = _searched(problem, answer, network, relaxed, topic, found[topic.key], stop)
    return [found[topic.key] for topic in waiting]


def _most(network):
    """By topic, what it is worth where it is worth most."""
    most = [0] * len(network.after)
    for arcs in network.topics:
        for number, _to, points in arcs:
            most[number] = max(most[number], points)
    return most


def _at_a_look(problem, answer, network, topic):
    """Why a topic was left out, as far as that can be told without a search."""
    number = problem.topics.index(topic)
    starts = [vertex for vertex, arcs in enumerate(network.topics) if any(arc[0] == number for arc in arcs)]
    people = _limiting(problem, network, topic, starts)
    if not starts:
        return LeftOut(topic.key, NOWHERE, people)
    windows = _windows(problem, network, starts) if people else ()
    items = _put_in(problem, answer.items, network, number)
    if items is None:
        is_behind = problem.rules.order and topic.after in problem.topic and topic.after not in answer.placed
        return LeftOut(topic.key, BEHIND if is_behind else UNKNOWN, people, windows)
    return _instead(LeftOut(topic.key, UNKNOWN, people, windows), answer, score.score(problem, items), items)


def _instead(why, answer, value, items):
    """That an agenda with the topic is worth less than the one without it."""
    there = {item.topic for item in items}
    fallen = tuple(item.topic for item in answer.items if item.topic is not None and item.topic not in there)
    return replace(why, kind=INSTEAD, loss=max(0, answer.value - value), fallen=fallen, items=tuple(items))


def _put_in(problem, items, network, number):
    """The agenda with a topic in the place of those that give up least for it, all else as it was; or None."""
    fixed = {(pin.session, pin.starts) for pin in rules.fixed(problem)}
    kept = [
        replace(item, extra=0) for item in items if item.kind != OPEN or (item.session, item.starts) in fixed
    ]  # fmt: skip
    worth = {
        item.topic: score.worth(
            problem, problem.topic[item.topic], problem.session[item.session], item.starts, item.minutes
        )
        for item in kept
        if item.kind == TOPIC
    }
    tries = []
    for place, points in _places(problem, network, number):
        way = [
            each
            for each in kept
            if each.session == place.session and overlap(each.starts, each.ends, [(place.starts, place.ends)])
        ]
        if all(_may_fall(problem, each, fixed) for each in way):
            tries.append((sum(worth[each.topic] for each in way) - points, place.starts, place, way))
    for _loss, _starts, place, way in sorted(tries, key=lambda each: each[:2])[:MOST_TRIES]:
        moved = agenda.fill_gaps(
            problem, [*(each for each in kept if each not in way), place], parallel=network.parallel
        )
        if not broken(problem, moved):
            return moved
    return None


def _places(problem, network, number):
    """Where a topic may stand by itself, and for how long, each with what it is worth there."""
    found = {}
    for vertex, arcs in enumerate(network.topics):
        for topic, to, points in arcs:
            if topic == number:
                pin = graph.pin_of(network, (vertex, topic, to))
                found[Item(pin.session, pin.starts, pin.minutes, TOPIC, pin.topic)] = points
    return found.items()


def _may_fall(problem, item, fixed):
    return item.kind == TOPIC and (item.session, item.starts) not in fixed and not problem.topic[item.topic].must


def _searched(problem, answer, network, relaxed, topic, why, stop):
    """Why a topic was left out, by the best agenda with it that a search finds, or by what contradicts it."""
    known = answer.value - why.loss if why.kind == INSTEAD else -1
    with_it = _with(problem, network, relaxed, problem.topics.index(topic), known, stop)
    if with_it is not None:
        return _instead(why, answer, *with_it)
    if why.kind == INSTEAD:
        return why
    asked = problem.but(topics=tuple(replace(each, must=True) if each is topic else each for each in problem.topics))
    if contradictions.fits(asked, stop=stop) is not False:
        return why
    sets, smallest = contradictions.find(asked, stop=stop)
    return replace(why, kind=CONTRADICTS, wishes=sets[0] if sets and smallest else ())  # else many that do not matter


def _with(problem, network, relaxed, number, known, stop):
    """The best agenda with one topic that a narrow search finds, as (value, items), if it is worth more than known."""
    asked = replace(network)
    asked.ask_for(1 << number)
    mine = Relaxed(asked)
    mine.once, mine.order = relaxed.once[:], relaxed.order[:]
    tighten(mine, lower=relaxed.bound * 0.9, rounds=4, stop=stop)
    for width in (12,) if known >= 0 else (12, 120, 3000):
        found = search(mine, lower=known, width=width, stop=stop)
        if found.moves is not None:
            return found.value, agenda.items_of(asked, found.moves)
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
