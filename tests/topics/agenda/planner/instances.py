"""Problems with everything in them, made from a seed: small ones, and a crowd's."""

import random

from topics.agenda.planner.problem import Need, Person, Pin, Problem, Rules, Session, Topic, Weights


def small(seed, *, most=7):
    """A problem of up to seven topics: one session or two, now and then side by side; often with a contradiction."""
    dice = random.Random(seed)
    shape = dice.choice(["short", "short", "short", "break", "two", "beside"])
    sessions = _sessions(dice, shape)
    length = max(each.ends for each in sessions)
    people = tuple(
        Person(
            key, _times(dice, length, 0.4), _times(dice, length, 0.2), remote=dice.random() < 0.15,
        )
        for key in "abcdef"
    )  # fmt: skip
    count = dice.randint(1, {"beside": 4, "break": 5}.get(shape, most))
    topics = tuple(_topic(dice, number, count, shape, sessions) for number in range(count))
    pins = _pins(dice, sessions, topics) if dice.random() < 0.3 else ()
    rules = Rules(
        cannot=dice.random() < 0.9, elsewhere=dice.random() < 0.9, remote=dice.random() < 0.9,
        order=dice.random() < 0.9, breaks=dice.random() < 0.9, break_minutes=dice.choice([15, 20, 30]),
        opening=dice.choice([0, 5]), wrap_up=dice.choice([0, 0, 5]),
    )  # fmt: skip
    weights = Weights(
        accepted=dice.choice([0, 6, 20]), minutes=dice.choice([0, 1, 2]), published=dice.choice([0, 5, 20]),
        staying=dice.choice([0, 4, 30]),
    )  # fmt: skip
    return Problem(sessions, topics, people, pins, rules, weights)


def crowd(seed):
    """Forty topics for two half days, or for two rooms, and two hundred people."""
    dice = random.Random(seed)
    beside = seed % 2 == 1
    sessions = (Session("one", 0, 180), Session("two", 30, 240, False) if beside else Session("two", 300, 540))
    length, everybody = max(each.ends for each in sessions), range(200)
    people = tuple(
        Person(key, _long(dice, length, 0.4), _long(dice, length, 0.15), remote=dice.random() < 0.15)
        for key in everybody
    )
    topics = []
    for number in range(40):
        minutes = dice.choice([15, 20, 20, 25, 30])
        needs = [
            Need(person, dice.choice(["key", "proposer"]), dice.choice([1, 2]), dice.random() < 0.9)
            for person in dice.sample(everybody, dice.choice([1, 1, 2, 3]))
        ]
        interest = [(person, dice.choice([1, 1, 3])) for person in dice.sample(everybody, dice.randint(0, 25))]
        after = dice.randrange(number) if number and dice.random() < 0.1 else None
        topics.append(
            Topic(number, minutes, max(10, minutes - 5), number < 30, after=after, needs=tuple(needs),
                  interest=tuple(interest))
        )  # fmt: skip
    return Problem(sessions, tuple(topics), people, weights=Weights(accepted=20))


def _long(dice, length, chance):
    if dice.random() >= chance:
        return ()
    starts = dice.randrange(0, length, 30)
    return ((starts, starts + dice.choice([60, 90, 180])),)


def _sessions(dice, shape):
    if shape == "two":
        return (Session("one", 0, dice.choice([30, 35, 43])), Session("two", 60, 60 + dice.choice([25, 40]), False))
    if shape == "beside":
        return (Session("one", 0, 30), Session("two", dice.choice([0, 10]), 40, dice.random() < 0.5))
    if shape == "break":
        return (Session("one", 0, dice.choice([125, 130, 150])),)
    return (Session("one", 0, dice.choice([40, 50, 60, 72]), dice.random() < 0.7),)


def _times(dice, length, chance):
    if dice.random() >= chance:
        return ()
    starts = dice.randrange(0, length, dice.choice([5, 5, 1]))
    return ((starts, starts + dice.choice([10, 25, 60])),)


def _topic(dice, number, count, shape, sessions):
    minutes = dice.choice([20, 30, 40] if shape == "break" else [10, 15, 20, 25, 18])
    needs = tuple(
        Need(person, dice.choice(["key", "proposer"]), dice.choice([1, 2]), dice.random() < 0.9)
        for person in dice.sample("abcd", dice.choice([0, 1, 1, 2]))
    )
    return Topic(
        number, minutes, dice.choice([minutes, max(5, minutes - 5), max(5, minutes - 10)]),
        accepted=dice.random() < 0.6, must=dice.random() < 0.25,
        after=dice.randrange(count) if dice.random() < 0.25 else None, needs=needs,
        stand_ins=tuple(dice.sample("aef", dice.choice([0, 0, 1]))),
        interest=tuple((person, dice.choice([1, 3])) for person in dice.sample("abcdef", dice.randint(0, 5))),
        published=(dice.choice(sessions).key, 5 * dice.randrange(8)) if dice.random() < 0.4 else None,
    )  # fmt: skip


def _pins(dice, sessions, topics):
    session = dice.choice(sessions)
    starts = session.starts + dice.randrange(0, session.minutes - 12, dice.choice([5, 5, 1]))
    kind = dice.choice(["topic", "topic", "open", "break"])
    topic = dice.choice(topics).key if kind == "topic" else None
    first = Pin(session.key, starts, dice.choice([10, 15, 12]), kind, topic)
    if dice.random() < 0.8:
        return (first,)
    return (first, Pin(session.key, min(first.ends + 5, session.ends - 5), 5, "open"))
