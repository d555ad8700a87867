"""The musts, one function each: where something may stand, and what an agenda breaks."""

import math

from topics.agenda.planner.problem import (
    BREAK,
    OPENING,
    PROPOSER,
    SHORTEST_RUN,
    TICK,
    WITHOUT_BREAK,
    WRAP_UP,
    Pin,
    overlap,
    ticks,
)  # fmt: skip


def is_there(person, session, starts, ends) -> bool:
    """Whether a person can take part then and there, whatever the rules."""
    if person is None or not (person.cannot or person.elsewhere or person.remote):
        return True
    return not (
        overlap(starts, ends, person.cannot)
        or overlap(starts, ends, person.elsewhere)
        or (person.remote and not session.remote_capable)
    )


def hindrance(problem, person, session, starts, ends) -> str:
    """The must that keeps a person away then and there: cannot, elsewhere, remote, or nothing."""
    rules = problem.rules
    if person is None:
        return ""
    if rules.cannot and overlap(starts, ends, person.cannot):
        return "cannot"
    if rules.elsewhere and overlap(starts, ends, person.elsewhere):
        return "elsewhere"
    if rules.remote and person.remote and not session.remote_capable:
        return "remote"
    return ""


def hindrances(problem, topic, session, starts, ends) -> list[tuple[str, object]]:
    """Why a topic cannot stand there, as (must, person). Of proposers none counts while a stand-in is there."""
    found = []
    covered = None
    for need in topic.binding:
        why = hindrance(problem, problem.person.get(need.person), session, starts, ends)
        if why and need.role == PROPOSER:
            if covered is None:
                covered = any(
                    is_there(problem.person.get(key), session, starts, ends) for key in topic.stand_ins
                )  # fmt: skip
            why = "" if covered else why
        if why:
            found.append((why, need.person))
    return found


def fixed(problem) -> list[Pin]:
    """What stands at a given time: the pins, the opening at the very beginning and the wrap-up at the very end."""
    pins = list(problem.pins)
    kinds = {pin.kind for pin in pins}
    if not problem.sessions:
        return pins
    first = problem.in_order[0]
    last = max(problem.in_order, key=lambda session: session.ends)
    if problem.rules.opening and OPENING not in kinds:
        pins.append(Pin(first.key, first.starts, problem.rules.opening, OPENING))
    if problem.rules.wrap_up and WRAP_UP not in kinds:
        pins.append(Pin(last.key, last.ends - problem.rules.wrap_up, problem.rules.wrap_up, WRAP_UP))
    return pins


def contradict(problem, one, other) -> bool:
    """Whether two placed topics break the order between them, or need one person in two rooms at once."""
    mine, theirs = problem.topic[one.topic], problem.topic[other.topic]
    if problem.rules.order:
        if mine.after == other.topic != one.topic and one.starts < other.ends:
            return True
        if theirs.after == one.topic != other.topic and other.starts < one.ends:
            return True
    if problem.rules.elsewhere and one.starts < other.ends and other.starts < one.ends:
        return any(problem.is_in_one_place(person) for person in mine.walkers & theirs.walkers)
    return False


def pins_contradict(problem, pins) -> bool:
    """Whether pinned topics cannot stay where they are, for their people or their order."""
    for number, pin in enumerate(pins):
        session = problem.session[pin.session]
        if hindrances(problem, problem.topic[pin.topic], session, pin.starts, pin.ends):
            return True
        if any(contradict(problem, pin, other) for other in pins[:number]):
            return True
    return False


def break_length(problem) -> int:
    return ticks(problem.rules.break_minutes) * TICK


def pieces(problem, session) -> list[tuple[int, int]]:
    """The parts of a session between its pinned breaks."""
    found, at = [], session.starts
    pinned = [pin for pin in problem.pins if pin.session == session.key and pin.kind == BREAK]
    for pin in sorted(pinned, key=lambda pin: pin.starts):
        found.append((at, pin.starts))
        at = pin.ends
    return [*found, (at, session.ends)]


def break_windows(problem, session, piece) -> list[tuple[int, int]]:
    """When the breaks of a part of a session may start, one window for each: as few breaks as leave no run over two
    hours, evenly apart, each as far from its even place as no run can grow too long or shorter than half an hour.
    """
    starts, ends = piece
    length, pause = ends - starts, break_length(problem)
    if not (problem.rules.breaks and session.breaks) or pause <= 0:
        return []
    count = 0
    while length - count * pause > WITHOUT_BREAK * (count + 1) or not _leaves_a_choice(length, pause, count):
        count += 1
    if not count:
        return []
    run = (length - count * pause) / (count + 1)
    slack = (WITHOUT_BREAK - run) / min(count, 2)
    slack = min(slack, max(run - SHORTEST_RUN, TICK / 2))
    middles = [starts + run * (index + 1) + pause * index for index in range(count)]
    return [(math.ceil(at - slack), math.floor(at + slack)) for at in middles]


def _leaves_a_choice(length, pause, count):
    """Whether the windows would be a tick wide, or the only moment left lies on a tick."""
    run = (length - count * pause) / (count + 1)
    return count == 0 or WITHOUT_BREAK - run >= TICK or run % TICK == 0
