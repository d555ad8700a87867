"""The planner's rules said a second time, and the best agenda found by trying everything. Slow, short, and separate."""

from itertools import pairwise

from topics.agenda.planner.problem import WITHOUT_BREAK, Item
from topics.agenda.planner.rules import break_windows, pieces

STEP = 5


def free(problem, key, session, starts, ends):
    """Whether a person is free and can take part there."""
    person = next((each for each in problem.people if each.key == key), None)
    if person is None:
        return True
    taken = [*person.cannot, *person.elsewhere]
    return not any(max(starts, a) < min(ends, b) for a, b in taken) and not (
        person.remote and not session.remote_capable
    )


def kept_away(problem, key, session, starts, ends):
    """Whether a must keeps a person away."""
    person = next((each for each in problem.people if each.key == key), None)
    if person is None:
        return False
    rules = problem.rules
    taken = (list(person.cannot) if rules.cannot else []) + (list(person.elsewhere) if rules.elsewhere else [])
    if any(max(starts, a) < min(ends, b) for a, b in taken):
        return True
    return rules.remote and person.remote and not session.remote_capable


def people_allow(problem, topic, session, starts, ends):
    for need in topic.needs:
        if need.comes and kept_away(problem, need.person, session, starts, ends):
            helped = need.role == "proposer" and any(
                free(problem, key, session, starts, ends) for key in topic.stand_ins
            )
            if not helped:
                return False
    return True


def broken(problem, items):
    """The musts that an agenda breaks, in words; nothing if it is good."""
    said = []
    sessions = {each.key: each for each in problem.sessions}
    topics = {each.key: each for each in problem.topics}
    placed = {}
    for session in problem.sessions:
        mine = sorted((item for item in items if item.session == session.key), key=lambda item: item.starts)
        edges = [session.starts, *(x for item in mine for x in (item.starts, item.ends)), session.ends]
        if mine and any(a != b for a, b in zip(edges[::2], edges[1::2], strict=True)):
            said.append(f"{session.key} has a gap or an overlap")
        if problem.rules.breaks and session.breaks:
            run = session.starts
            for item in [*mine, None]:
                if item is None or item.kind == "break":
                    if (session.ends if item is None else item.starts) - run > WITHOUT_BREAK:
                        said.append(f"no break in {session.key} since {run}")
                    run = item.ends if item else 0
    for item in items:
        if item.kind != "topic":
            continue
        topic, session = topics[item.topic], sessions[item.session]
        if topic.key in placed:
            said.append(f"{topic.key} stands twice")
        placed[topic.key] = item
        pinned = any(pin.topic == topic.key for pin in problem.pins)
        if not pinned and not -(-min(topic.least, topic.minutes) // STEP) * STEP <= item.minutes:
            said.append(f"{topic.key} is too short")
        if not people_allow(problem, topic, session, item.starts, item.ends):
            said.append(f"somebody cannot at {topic.key}")
    for key, item in placed.items():
        before = topics[key].after
        if problem.rules.order and before in topics and before != key:
            if before not in placed or placed[before].ends > item.starts:
                said.append(f"{key} is not after {before}")
        for other, theirs in placed.items():
            if other != key and max(item.starts, theirs.starts) < min(item.ends, theirs.ends):
                ours, also = _comers(topics[key]), _comers(topics[other])
                both = [p for p in ours & also if _one_place(problem, p)]
                if problem.rules.elsewhere and both:
                    said.append(f"{both} in two rooms")
    said += [f"{topic.key} is not placed" for topic in problem.topics if topic.must and topic.key not in placed]
    for pin in problem.pins:
        if not any(
            (i.session, i.starts, i.minutes, i.kind, i.topic)
            == (pin.session, pin.starts, pin.minutes, pin.kind, pin.topic)
            for i in items
        ):
            said.append(f"{pin} has moved")
    first = min(problem.sessions, key=lambda each: (each.starts, each.ends))
    last = max(problem.sessions, key=lambda each: each.ends)
    kinds = {pin.kind for pin in problem.pins}
    if problem.rules.opening and "opening" not in kinds:
        if not any(i.kind == "opening" and i.starts == first.starts and i.session == first.key for i in items):
            said.append("the opening is not first")
    if problem.rules.wrap_up and "wrap_up" not in kinds:
        if not any(i.kind == "wrap_up" and i.ends == last.ends for i in items):
            said.append("the wrap-up is not last")
    return said


def _comers(topic):
    return {need.person for need in topic.needs if need.comes}


def _one_place(problem, key):
    return all(each.one_place for each in problem.people if each.key == key)


def worth(problem, items):
    """The objective, in its own words: see the planner’s ``score``."""
    weights, total = problem.weights, 0
    topics = {each.key: each for each in problem.topics}
    for session in problem.sessions:
        row = sorted(
            (i for i in items if i.session == session.key and i.kind == "topic" and i.topic in topics),
            key=lambda item: item.starts,
        )
        for item in row:
            topic = topics[item.topic]
            here = [session, item.starts, item.starts + item.minutes]
            points = 1 + weights.accepted * topic.accepted
            points += sum(weights.interest * level for who, level in topic.interest if free(problem, who, *here))
            points += sum(
                weights.needed * need.points for need in topic.needs if need.comes and free(problem, need.person, *here)
            )
            full = -(-topic.minutes // STEP)
            total += points * (full + weights.minutes * min(full, -(-item.minutes // STEP)))
            if topic.published:
                away = abs(topic.published[1] - item.starts) // 15 if topic.published[0] == session.key else 6
                total += weights.published * (8 - min(away, 6))
        for one, other in pairwise(row):
            total += weights.staying * len(_comers(topics[one.topic]) & _comers(topics[other.topic]))
    return total


def best(problem, *, unlike=(), alike=0):
    """The highest value of any agenda that keeps every must, found by trying all of them; None if there is none.

    ``unlike``: only those with at most ``alike`` topics within a quarter of an hour of where they stand in it.
    """
    sessions = sorted(problem.sessions, key=lambda each: (each.starts, each.ends))
    pins = [*problem.pins]
    kinds = {pin.kind for pin in pins}
    fixed = [Item(p.session, p.starts, p.minutes, p.kind, p.topic, True) for p in pins]
    if problem.rules.opening and "opening" not in kinds:
        fixed.append(Item(sessions[0].key, sessions[0].starts, problem.rules.opening, "opening"))
    if problem.rules.wrap_up and "wrap_up" not in kinds:
        last = max(sessions, key=lambda each: each.ends)
        fixed.append(Item(last.key, last.ends - problem.rules.wrap_up, problem.rules.wrap_up, "wrap_up"))
    return _Everything(problem, sessions, fixed, unlike, alike).run()


class _Everything:
    def __init__(self, problem, sessions, fixed, unlike, alike):
        self.unlike, self.alike = {item.topic: item for item in unlike if item.topic is not None}, alike
        self.problem, self.sessions, self.fixed = problem, sessions, fixed
        self.topics = {each.key: each for each in problem.topics}
        self.overlapping = any(a.starts < b.ends and b.starts < a.ends for a in sessions for b in sessions if a != b)
        self.pinned = {item.topic: item for item in fixed if item.topic in self.topics}
        self.memory = {}

    def run(self):
        for one in self.fixed:
            session = next((each for each in self.sessions if each.key == one.session), None)
            if session is None or one.starts < session.starts or one.ends > session.ends:
                return None
            if one.topic in self.topics and not self._may(self.topics[one.topic], session, one, {}):
                return None
            for other in self.fixed:
                if other is not one and other.session == one.session:
                    if max(one.starts, other.starts) < min(one.ends, other.ends):
                        return None
        return self._from(0, self.sessions[0].starts, 0, None, {})

    def _may(self, topic, session, item, placed):
        if not people_allow(self.problem, topic, session, item.starts, item.ends):
            return False
        rules = self.problem.rules
        for key, other in {**self.pinned, **placed}.items():
            if key == topic.key:
                continue
            theirs = self.topics[key]
            if rules.order and topic.after == key and other.ends > item.starts:
                return False
            if rules.order and theirs.after == topic.key and item.ends > other.starts:
                return False
            if rules.elsewhere and max(item.starts, other.starts) < min(item.ends, other.ends):
                if any(_one_place(self.problem, p) for p in _comers(topic) & _comers(theirs)):
                    return False
        return True

    def _from(self, number, at, breaks, last, placed):
        if number == len(self.sessions):
            return 0 if self._whole(placed) else None
        known = (number, at, breaks, last, frozenset(placed.values() if self.overlapping else placed))
        known += (self._alike(placed.values()),) if self.unlike else ()
        if known not in self.memory:
            self.memory[known] = self._try(number, at, breaks, last, placed)
        return self.memory[known]

    def _alike(self, items):
        return sum(
            item.topic in self.unlike
            and self.unlike[item.topic].session == item.session
            and abs(self.unlike[item.topic].starts - item.starts) < 15
            for item in items
        )

    def _whole(self, placed):
        there = {*placed, *self.pinned}
        if any(topic.must and topic.key not in there for topic in self.problem.topics):
            return False
        if self.unlike and self._alike(placed.values()) > self.alike:
            return False
        if not self.problem.rules.order:
            return True
        return all(
            self.topics[key].after in there
            for key in there
            if self.topics[key].after in self.topics and self.topics[key].after != key
        )

    def _try(self, number, at, breaks, last, placed):
        session, found = self.sessions[number], []
        pins = sorted((i for i in self.fixed if i.session == session.key), key=lambda i: i.starts)
        pinned_breaks = [i for i in pins if i.kind == "break" and i.ends <= at]
        piece = pieces(self.problem, session)[len(pinned_breaks)]
        windows = break_windows(self.problem, session, piece)
        pin = next((i for i in pins if i.starts >= at), None)
        until = pin.starts if pin else session.ends
        if at == until:
            if pin is None:
                return (
                    self._from(number + 1, self._start(number + 1), 0, None, placed) if breaks == len(windows) else None
                )
            if pin.kind == "break" and breaks != len(windows):
                return None
            adds, now = 0, last
            if pin.topic in self.topics:
                adds, now = self._adds(session, pin, last), pin.topic
            rest = self._from(number, pin.ends, 0 if pin.kind == "break" else breaks, now, placed)
            return None if rest is None else rest + adds
        found.append(self._from(number, min(at + STEP, until), breaks, last, placed))
        pause = -(-self.problem.rules.break_minutes // STEP) * STEP
        if breaks < len(windows) and windows[breaks][0] <= at <= windows[breaks][1] and at + pause <= until:
            found.append(self._from(number, at + pause, breaks + 1, last, placed))
        for key, topic in self.topics.items():
            if key in placed or key in self.pinned:
                continue
            for length in range(min(topic.least, topic.minutes), topic.minutes + STEP, STEP):
                minutes = -(-length // STEP) * STEP
                item = Item(session.key, at, minutes, "topic", key)
                if item.ends > until or minutes > -(-topic.minutes // STEP) * STEP:
                    continue
                if self._may(topic, session, item, placed):
                    rest = self._from(number, item.ends, breaks, key, {**placed, key: item})
                    if rest is not None:
                        found.append(rest + self._adds(session, item, last))
        return max((value for value in found if value is not None), default=None)

    def _start(self, number):
        return self.sessions[number].starts if number < len(self.sessions) else 0

    def _adds(self, session, item, last):
        """What an item is worth behind another topic."""
        alone = worth(self.problem, [item])
        if last is None:
            return alone
        return alone + self.problem.weights.staying * len(_comers(self.topics[last]) & _comers(self.topics[item.topic]))
