"""Whether everything that has to stand can stand at all; and if not, the smallest sets of wishes that contradict.

A deletion filter (Chinneck 1991): leave out one wish after the other; what still contradicts without it was not part
of the reason. What is left is irreducible. Then those wishes are set aside, and the rest is tried again.
"""

from dataclasses import replace

from topics.agenda.planner import graph as graphs
from topics.agenda.planner import rules
from topics.agenda.planner.problem import OPENING, TICK, WRAP_UP, Wish
from topics.agenda.planner.search import reachable

MOST_SETS = 5


def wishes(problem) -> list[Wish]:
    """Every wish that has to be kept and could stand in the way of another one.

    In the order in which one would rather not hear of them: as few topics as can be, then as few people.
    """
    asked = _asked(problem)
    needed = {key for topic in asked for key in topic.walkers}
    people = [person for person in problem.people if person.key in needed]
    must, kinds = problem.rules, {pin.kind for pin in problem.pins}
    found = [Wish("place", topic=topic.key) for topic in problem.topics if topic.must]
    found += [Wish("pin", pin=pin, topic=pin.topic) for pin in problem.pins]
    if must.order:
        found += [Wish("order", topic=topic.key) for topic in asked if topic.after in problem.topic]
    if must.elsewhere:
        found += [Wish("elsewhere", person=person.key) for person in people if person.elsewhere or len(asked) > 1]
    if must.cannot:
        found += [Wish("cannot", person=person.key) for person in people if person.cannot]
    if must.remote:
        found += [Wish("remote", person=person.key) for person in people if person.remote]
    found += [Wish("least", topic=topic.key) for topic in asked if topic.least > TICK and not _pinned(problem, topic)]
    if must.opening and OPENING not in kinds:
        found.append(Wish("opening"))
    if must.wrap_up and WRAP_UP not in kinds:
        found.append(Wish("wrap_up"))
    if must.breaks:
        found += [Wish("break", session=session.key) for session in problem.in_order]
    return found


def _pinned(problem, topic):
    return any(pin.topic == topic.key for pin in problem.pins)


def _asked(problem):
    """The topics that have to stand, and what they follow."""
    keys = {topic.key for topic in problem.topics if topic.must} | {pin.topic for pin in problem.pins}
    while more := {problem.topic[key].after for key in keys if key in problem.topic} & set(problem.topic) - keys:
        if not problem.rules.order:
            break
        keys |= more
    return [topic for topic in problem.topics if topic.key in keys]


def without(problem, dropped):
    """The problem with some of its wishes left out."""
    kinds = {wish.kind for wish in dropped}
    named = {(wish.kind, key) for wish in dropped for key in (wish.topic, wish.person, wish.session) if key is not None}
    unpinned = {wish.pin for wish in dropped if wish.pin}

    def has(kind, key):
        return (kind, key) in named

    must = problem.rules
    if "opening" in kinds:
        must = replace(must, opening=0)
    if "wrap_up" in kinds:
        must = replace(must, wrap_up=0)
    return problem.but(
        rules=must,
        pins=tuple(pin for pin in problem.pins if pin not in unpinned),
        sessions=tuple(replace(each, breaks=each.breaks and not has("break", each.key)) for each in problem.sessions),
        people=tuple(
            replace(
                each,
                cannot=() if has("cannot", each.key) else each.cannot,
                elsewhere=() if has("elsewhere", each.key) else each.elsewhere,
                one_place=each.one_place and not has("elsewhere", each.key),
                remote=each.remote and not has("remote", each.key),
            )
            for each in problem.people
        ),
        topics=tuple(
            replace(
                each,
                must=each.must and not has("place", each.key),
                least=TICK if has("least", each.key) else each.least,
                after=None if has("order", each.key) else each.after,
            )
            for each in problem.topics
        ),
    )


def fits(problem, *, stop) -> bool | None:
    """Whether all that has to stand can; None if the time was up before that was known."""
    asked = _asked(problem)
    if _least_minutes(problem, asked) > _free_minutes(problem):
        return False
    if stop():  # before the network is built, which takes its time, too
        return None
    network = graphs.build(problem, only={topic.key for topic in asked})
    if network is None:
        return False
    return reachable(network, stop=stop)


def _least_minutes(problem, asked):
    return sum(topic.ticks[0] * TICK for topic in asked if not _pinned(problem, topic))


def _free_minutes(problem):
    """What the sessions have left for topics of choice, at most."""
    return sum(session.minutes for session in problem.sessions) - sum(pin.minutes for pin in rules.fixed(problem))


def find(problem, *, stop) -> tuple[tuple[tuple[Wish, ...], ...], bool]:
    """Sets of wishes that contradict each other, no wish in two of them; and whether each is known to be irreducible.

    When the time is up, or a question is too large, a set may hold more than it needs to.
    """
    found, aside, smallest = [], [], True
    while len(found) < MOST_SETS:
        if fits(without(problem, aside), stop=stop) is not False:
            break
        kept = [wish for wish in wishes(problem) if wish not in aside]
        one, known = _irreducible(problem, aside, kept, stop)
        if not one:
            break
        found.append(tuple(one))
        aside += one
        smallest &= known
    return tuple(found), smallest


def _irreducible(problem, aside, wishes_left, stop):
    kept, known = list(wishes_left), True
    for wish in wishes_left:
        fewer = [each for each in kept if each != wish]
        dropped = [*aside, *(each for each in wishes_left if each not in fewer)]
        answer = fits(without(problem, dropped), stop=stop)
        known &= answer is not None
        if answer is False:
            kept = fewer
    return kept, known
