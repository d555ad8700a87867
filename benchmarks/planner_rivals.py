"""The same questions asked of other solvers, each only where it is installed. Answers are values and seconds."""

import time
from dataclasses import replace
from datetime import datetime, timedelta

from topics.agenda.planner import graph, rules, score
from topics.agenda.planner.graph import NOBODY
from topics.agenda.planner.problem import BREAK, Item, Pin, Rules

LIMIT = 60.0  # seconds


def without_staying(problem):
    """The question without the one term that a time-indexed model cannot say with few variables."""
    return problem.but(weights=replace(problem.weights, staying=0))


class TimeIndexed:
    """All arcs of the network as yes-or-no variables: flow through the vertices, each topic once, order by moments.

    ``arcs`` are (from, to, points); ``rows`` are (lower, upper, {arc: factor}).
    """

    def __init__(self, problem):
        network = graph.build(problem)
        self.constant, self.arcs, self.rows = network.constant, [], []
        of_topic = {}
        for vertex, moves in enumerate(network.topics):
            for topic, to, points in moves:
                of_topic.setdefault(topic, []).append((len(self.arcs), vertex, to))
                self.arcs.append((vertex, to, points))
        for vertex, passes in enumerate(network.passes):
            self.arcs += [(vertex, each.to, 0) for each in passes]
        flow = [{} for _vertex in network.vertices]
        for number, (start, to, _points) in enumerate(self.arcs):
            flow[start][number], flow[to][number] = 1, -1
        for vertex, row in enumerate(flow):
            value = {0: 1, network.end: -1}.get(vertex, 0)
            self.rows.append((value, value, row))
        for topic, mine in of_topic.items():
            self.rows.append((network.must >> topic & 1, 1, {number: 1 for number, _start, _to in mine}))
            before = network.after[topic]
            if before != NOBODY and not network.pinned >> before & 1:
                for moment in sorted({start for _number, start, _to in mine}):
                    row = {number: 1 for number, start, _to in mine if start <= moment}
                    row |= {number: -1 for number, _start, to in of_topic.get(before, ()) if to <= moment}
                    self.rows.append((-len(row), 0, row))


def highs(problem):
    """HiGHS on the time-indexed model: (value, proven, seconds), or None if it is not installed."""
    try:
        import highspy
    except ImportError:
        return None
    began = time.perf_counter()
    model = TimeIndexed(problem)
    solver = highspy.Highs()
    for option, value in {
        "output_flag": False, "threads": 2, "random_seed": 1, "time_limit": LIMIT, "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.99,
    }.items():  # fmt: skip
        solver.setOptionValue(option, value)
    names = [solver.addBinary(obj=-points) for _start, _to, points in model.arcs]
    for lower, upper, row in model.rows:
        solver.addRow(lower, upper, len(row), [names[number].index for number in row], list(row.values()))
    solver.run()
    proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    value = round(-solver.getInfo().objective_function_value) + model.constant
    return value, proven, time.perf_counter() - began


def cp_sat(problem):
    """CP-SAT on the same model: (value, proven, seconds), or None if it is not installed."""
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        return None
    began = time.perf_counter()
    asked, model = TimeIndexed(problem), cp_model.CpModel()
    names = [model.new_bool_var("") for _arc in asked.arcs]
    for lower, upper, row in asked.rows:
        model.add_linear_constraint(sum(names[number] * factor for number, factor in row.items()), lower, upper)
    model.maximize(sum(name * arc[2] for name, arc in zip(names, asked.arcs, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 2, LIMIT
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    return round(solver.objective_value) + asked.constant, status == cp_model.OPTIMAL, time.perf_counter() - began


def for_slots(problem):
    """What conference-scheduler can be asked: every topic 20 minutes, no order, nobody's staying, a fixed break."""
    topics = tuple(replace(topic, minutes=20, least=20, after=None, published=None) for topic in problem.topics)
    session = problem.sessions[0]
    pause = Pin(session.key, session.starts + 85, 30, BREAK)
    return without_staying(problem).but(topics=topics, pins=(pause,), rules=Rules(opening=5, wrap_up=5))


def conference_scheduler(problem):
    """conference-scheduler on eight slots of 20 minutes: (value, True, seconds), or None if it is not installed.

    It has to place everything, so what is left out stands in a hallway that costs nothing.
    """
    try:
        import pulp
        from conference_scheduler import scheduler
        from conference_scheduler.resources import Event, Slot
    except ImportError:
        return None
    session, day = problem.sessions[0], datetime(2026, 1, 1)  # noqa: DTZ001  (it takes no zone)
    starts = [5, 25, 45, 65, 115, 135, 155, 175]
    began = time.perf_counter()
    slots = [Slot("room", day + timedelta(minutes=at), 20, 100, "day") for at in starts]
    slots += [
        Slot("hallway", day + timedelta(days=2, minutes=20 * number), 20, 100, "none")
        for number in range(len(problem.topics))
    ]
    events, worth = [], {}
    for row, topic in enumerate(problem.topics):
        away = []
        for column, at in enumerate(starts):
            if rules.hindrances(problem, topic, session, at, at + 20):
                away.append(slots[column])
            else:
                worth[row, column] = score.worth(problem, topic, session, at, 20)
        events.append(Event(str(topic.key), 20, 0, tags=[], unavailability=away))

    def least(events, slots, X, **_more):  # noqa: N803  (their name for it)
        return pulp.lpSum(-points * X[place] for place, points in worth.items())

    found = scheduler.solution(
        events, slots, objective_function=least, solver=pulp.PULP_CBC_CMD(msg=False, threads=2, timeLimit=LIMIT)
    )
    seconds = time.perf_counter() - began
    items = [Item("room", starts[column], 20, topic=problem.topics[row].key) for row, column in found if column < 8]
    return score.score(problem, items), True, seconds
