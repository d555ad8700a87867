"""What an agenda is worth: one function, the same for every way of looking for the best.

A topic is worth ``wanted × (its ticks in full + ticks it gets)``. ``wanted`` counts who is free to be there the whole
time: 3 for each “need me there” and 1 for each “would like to”, the needed people who come, and the leads' own word.
Standing near its published time adds up to eight points, weighted; each needed person who stays in the room from one
topic to the next adds the weight of staying. Nothing counts below zero: more on the agenda is never worth less.
"""

from dataclasses import dataclass
from itertools import pairwise

from topics.agenda.planner.problem import NEAR, TOPIC, ticks
from topics.agenda.planner.rules import is_there

PUBLISHED_STEPS = 8


def wanted(problem, topic, session, starts, ends) -> int:
    """How much a topic is wanted then and there, by who can be there."""
    weights, person = problem.weights, problem.person
    points = 1 + (weights.accepted if topic.accepted else 0)
    for key, level in topic.interest:
        if is_there(person.get(key), session, starts, ends):
            points += weights.interest * level
    for need in topic.binding:
        if is_there(person.get(need.person), session, starts, ends):
            points += weights.needed * need.points
    return points


def worth(problem, topic, session, starts, minutes) -> int:
    """What a topic adds by standing there for so many minutes."""
    return discussion(problem, topic, session, starts, minutes) + near_published(problem, topic, session, starts)


def discussion(problem, topic, session, starts, minutes) -> int:
    full = ticks(topic.minutes)
    gets = min(ticks(minutes), full)
    points = wanted(problem, topic, session, starts, starts + minutes)
    return points * (full + problem.weights.minutes * gets)


def near_published(problem, topic, session, starts) -> int:
    if topic.published is None:
        return 0
    key, at = topic.published
    away = PUBLISHED_STEPS - 2 if key != session.key else min(abs(starts - at) // NEAR, PUBLISHED_STEPS - 2)
    return problem.weights.published * (PUBLISHED_STEPS - away)


def staying(problem, before, topic) -> int:
    """What the people add who are needed by two topics in a row of one session."""
    return problem.weights.staying * len(before.walkers & topic.walkers)


@dataclass(frozen=True)
class Parts:
    """What an agenda is worth, by what for."""

    discussion: int = 0
    published: int = 0
    staying: int = 0

    @property
    def total(self) -> int:
        return self.discussion + self.published + self.staying


def parts(problem, items) -> Parts:
    """What a whole agenda is worth, by what for."""
    discussed = near = stay = 0
    for session in problem.sessions:
        mine = sorted(
            (item for item in items if item.session == session.key and item.kind == TOPIC),
            key=lambda item: item.starts,
        )
        rows = [(item, problem.topic[item.topic]) for item in mine if item.topic in problem.topic]
        discussed += sum(discussion(problem, topic, session, item.starts, item.minutes) for item, topic in rows)
        near += sum(near_published(problem, topic, session, item.starts) for item, topic in rows)
        stay += sum(staying(problem, before[1], after[1]) for before, after in pairwise(rows))
    return Parts(discussed, near, stay)


def score(problem, items) -> int:
    """What a whole agenda is worth."""
    return parts(problem, items).total
