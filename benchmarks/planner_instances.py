"""Made-up microconferences for the planner, the same ones for the same seed."""

import random

from topics.agenda.planner.problem import KEY, PROPOSER, Need, Person, Problem, Session, Topic

HALF_DAY = 210


def microconference(seed, *, topics=30, people=100, others=20, minutes=HALF_DAY, published=True):
    """One half day, as at a large conference.

    Each person wants six topics (need me there one time in three, would like to otherwise). Each topic has a proposer
    and up to three key people out of the 40 who know most; nine in ten of them come, one in ten of those remotely.
    One person in four cannot for one or two stretches of 30 to 90 minutes. Each of the other microconferences needs
    four of the people at the same time for a topic of 20 to 30 minutes each. One topic in six follows another one.
    Topics want 15 to 30 minutes and can do with three quarters. Two topics in three are accepted.
    """
    dice = random.Random(seed)
    cannot = {key: [] for key in range(people)}
    elsewhere = {key: [] for key in range(people)}
    for key in cannot:
        if dice.random() < 0.25:
            for _time in range(dice.choice([1, 2])):
                start = 5 * dice.randrange(0, minutes // 5 - 6)
                cannot[key].append((start, start + 5 * dice.randrange(6, 19)))
    for _other in range(others):
        for key in dice.sample(range(people), 4):
            start = 5 * dice.randrange(0, minutes // 5 - 4)
            elsewhere[key].append((start, start + dice.choice([20, 25, 30])))
    crowd = tuple(
        Person(key, tuple(cannot[key]), tuple(elsewhere[key]), remote=dice.random() < 0.1) for key in range(people)
    )
    wants = {key: [] for key in range(topics)}
    for key in range(people):
        for topic in dice.sample(range(topics), min(6, topics)):
            wants[topic].append((key, dice.choice([3, 1, 1])))
    experts = dice.sample(range(people), min(40, people))
    found, order = [], dice.sample(range(topics), topics)
    on_agenda, at = {}, 5
    for topic in order:
        full = dice.choice([15, 20, 20, 25, 30])
        needed = dice.sample(experts, dice.choice([1, 2, 2, 3, 4]))
        needs = tuple(
            Need(person, PROPOSER if place == 0 else KEY, points=2, comes=dice.random() < 0.9)
            for place, person in enumerate(needed)
        )
        others = [other for other in range(topics) if other != topic]
        if published and topic % 3 == 0 and at + full <= minutes:
            on_agenda[topic] = ("room", at)
            at += full
        found.append(
            Topic(
                topic, full, -(-full * 3 // 20) * 5, accepted=dice.random() < 0.66,
                after=dice.choice(others) if dice.random() < 0.17 else None,
                needs=needs, stand_ins=(dice.choice(experts),) if dice.random() < 0.3 else (),
                interest=tuple(wants[topic]), published=on_agenda.get(topic),
            )
        )  # fmt: skip
    return Problem((Session("room", 0, minutes, remote_capable=True),), tuple(found), crowd)
