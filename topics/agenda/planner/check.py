"""What an agenda breaks of the musts, one by one: for explaining why something cannot be moved."""

from dataclasses import dataclass

from topics.agenda.planner import rules
from topics.agenda.planner.problem import BREAK, TOPIC, Pin


@dataclass(frozen=True)
class Broken:
    """One must that is not kept: order (the topic comes before ``other``), cannot, elsewhere, remote, rooms, break."""

    kind: str
    topic: object = None
    person: object = None
    other: object = None


def broken(problem, items) -> list[Broken]:
    """The musts that the items break, apart from pins and lengths, which nothing here changes."""
    found = []
    placed = {item.topic: item for item in items if item.kind == TOPIC}
    pins = {key: Pin(item.session, item.starts, item.ends - item.starts, topic=key) for key, item in placed.items()}
    for key, item in placed.items():
        topic, session = problem.topic[key], problem.session[item.session]
        found += [
            Broken(why, key, person)
            for why, person in rules.hindrances(problem, topic, session, item.starts, item.ends)
        ]  # fmt: skip
        before = topic.after
        if problem.rules.order and before in problem.topic and before != key:
            if before not in placed or placed[before].ends > item.starts:
                found.append(Broken("order", key, other=before))
        for other, pin in pins.items():
            if other != key and pin.starts < item.ends and item.starts < pin.ends:
                if rules.contradict(problem, pins[key], pin):
                    found.append(Broken("rooms", key, other=other))
    return found + [Broken("break") for session in problem.sessions if not _breaks_stand(problem, session, items)]


def _breaks_stand(problem, session, items):
    """Whether every break of a session starts within its window."""
    pinned = {(pin.session, pin.starts) for pin in problem.pins if pin.kind == BREAK}
    mine = sorted(
        item.starts
        for item in items
        if item.session == session.key and item.kind == BREAK and (item.session, item.starts) not in pinned
    )
    windows = [
        window
        for piece in rules.pieces(problem, session)
        for window in rules.break_windows(problem, session, piece)
    ]  # fmt: skip
    return len(mine) == len(windows) and all(
        earliest <= at <= latest for at, (earliest, latest) in zip(mine, windows, strict=True)
    )
