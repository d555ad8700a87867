"""A year of letters in plain Python: leads who ask, people who answer when they like, outages; the real cadence decides.

What the sender does with a letter at the last moment (``delivery``) is done here in the same order on plain values.
``complaints`` looks at what went out and knows nothing of the cadence's own functions.
"""

import heapq
import itertools
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attendees.outreach import cadence

ZONES = [
    "", "Europe/Berlin", "Europe/Dublin", "Europe/London", "Europe/Helsinki", "America/New_York", "America/Chicago",
    "America/Los_Angeles", "America/Sao_Paulo", "America/St_Johns", "Asia/Kolkata", "Asia/Tokyo", "Asia/Shanghai",
    "Asia/Kathmandu", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Auckland", "Pacific/Apia",
    "Africa/Casablanca", "Africa/Cairo",
]  # fmt: skip
DAY = timedelta(days=1)
SLOW = timedelta(minutes=5)  # a mail server that puts a letter off


@dataclass
class Letter:
    """One letter that asks, from when it is queued to how it ended."""

    person: int
    round: int
    step: int
    due_at: datetime
    by_robot: bool
    state: str = "queued"
    ended_at: datetime | None = None
    tries: int = 0


@dataclass
class AskingRound:
    """A round of one microconference: whom it asks, until when, how persistently."""

    key: int
    mc: int
    number: int  # 1 before acceptance, 2 after it
    cadence: tuple
    opens: datetime
    closes: datetime
    answer_by: date
    zone: str
    quiet_days: frozenset
    asked_at: dict = field(default_factory=dict)  # person → when; only once their letter has gone
    by_letter: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)  # person → (when, what)


@dataclass
class Year:
    """The people, the rounds and what happens to them; ``run`` lets a year pass."""

    seed: int
    people_count: int
    mc_count: int
    year: int
    outages: list
    answering: float = 0.6
    sees_answers: bool = True
    keeps_keys: bool = True
    asks_interested_again: bool = True

    def __post_init__(self):
        self.rng = random.Random(self.seed)
        self.zone = {key: self.rng.choice(ZONES) for key in range(self.people_count)}
        self.letters, self.events, self.order = [], [], itertools.count()
        self.of_person = {key: [] for key in self.zone}
        self.rounds, self.rounds_of = [], {key: [] for key in self.zone}
        self.used, self.stopped_at, self.own, self.paused, self.keys = {}, {}, {}, {}, set()
        self.second_list = {}
        for mc in range(self.mc_count):
            self._make(mc)
        for person in self.zone:
            if self.rng.random() < 0.03:
                self.at(self._some_time(datetime(self.year, 1, 5, tzinfo=UTC), 300), "stop", person)

    def _some_time(self, start, days):
        return start + timedelta(seconds=self.rng.randrange(int(days * 86400)))

    def _make(self, mc):
        rng, start = self.rng, self._some_time(datetime(self.year, 1, 4, tzinfo=UTC), 60)
        zone = rng.choice(ZONES[1:])
        held = start.date() + timedelta(days=rng.randrange(200, 260))
        quiet = frozenset({held + timedelta(days=each) for each in (-60, -59, -1, 0, 1)})
        quiet |= {start.date() + timedelta(days=rng.randrange(10, 60)) for _each in range(3)}
        people = rng.sample(sorted(self.zone), min(len(self.zone), rng.randrange(40, 110)))
        decided = start + timedelta(days=rng.randrange(50, 80))
        declined = rng.random() < 0.15
        over = datetime.combine(held, time(18), UTC)
        for number, opens, closes in ((1, start, decided), (2, decided + DAY, over)):
            round = AskingRound(
                len(self.rounds), mc, number, rng.choice([(10,), (7, 9)] if number == 1 else [(10, 14), (8,), ()]),
                opens, closes, opens.date() + timedelta(days=rng.randrange(25, 60)), zone, quiet,
            )  # fmt: skip
            if number == 2 and declined:
                break
            self.rounds.append(round)
            for person in people:
                self.rounds_of[person].append(round)
                if rng.random() < 0.05:
                    self.own[person, round.key] = rng.choice([(), (12,), (6, 6, 6)])
                if rng.random() < 0.05:
                    self.paused[person, round.key] = self._some_time(opens, 60)
                if rng.random() < 0.05:
                    self.keys.add((person, round.key))
            self.at(opens, "ask", (round, people))

    def at(self, moment, what, of):
        heapq.heappush(self.events, (moment, next(self.order), what, of))

    def run(self):
        """Let the year pass, until nothing more can happen."""
        while self.events:
            self.now, _order, what, of = heapq.heappop(self.events)
            if what in ("beat", "sweep") and (until := self._out_until()):
                self.at(until, what, of)
                continue
            getattr(self, f"_{what}")(of)
        return self

    def _out_until(self):
        return max((end for start, end in self.outages if start <= self.now < end), default=None)

    # what people do

    def _ask(self, of):
        """A lead reads the letters and approves them: at any hour, but never within 7 days of another one."""
        round, people = of
        for person in people:
            first = next((each for each in self.rounds_of[person] if each.mc == round.mc and each.number == 1), None)
            said = first and first.answers.get(person)
            if round.number == 2 and said and said[1] == "cant":
                continue
            if round.number == 2 and said and said[1] == "interested" and not self.asks_interested_again:
                continue
            if self._may_not(person, round):
                continue
            if self.rng.random() < 0.1:  # by a mail of the lead's own
                round.asked_at[person], round.by_letter[person] = self.now, False
                self._wake(person)
                continue
            due = cadence.free_at(self.now, self._times(person))
            self._queue(Letter(person, round.key, 0, due, by_robot=False))
            if round.number == 2:
                self.second_list[person, round.key] = self.now

    def _answer(self, of):
        person, round, what = of
        round.answers.setdefault(person, (self.now, what))

    def _stop(self, person):
        self.stopped_at.setdefault(person, self.now)

    # what the background does

    def _wake(self, person):
        """Look at somebody again when their next reminder may be due."""
        for round in self.rounds_of[person]:
            if asked := self._asked(person, round):
                planned = cadence.next_reminder(asked, self._plain(round), self._recipient(person))
                if planned:
                    self.at(max(planned.at, self.now) + timedelta(seconds=self.rng.randrange(60)), "beat", person)

    def _beat(self, person):
        """Write the reminders that are due to one person, over all microconferences."""
        plain = []
        for round in self.rounds_of[person]:
            if asked := self._asked(person, round):
                plain.append(self._plain(round, asked))
        for reminder in cadence.due_reminders({person: self._recipient(person)}, plain, self.now):
            key = (person, reminder.round, reminder.step)
            if self.keeps_keys and key in self.used:
                continue
            round = self.rounds[reminder.round]
            letter = Letter(person, reminder.round, reminder.step, reminder.at, by_robot=True)
            if reminder.missed:
                self._take(letter)
                letter.state, letter.ended_at = "missed", self.now
                self._wake(person)
                continue
            goes = cadence.may_go_at(
                max(reminder.at, self.now), zone=self.zone[person], quiet_days=round.quiet_days,
                conference_zone=round.zone,
            )  # fmt: skip
            self._queue(letter, goes)
            if not self.keeps_keys:
                self._queue(Letter(person, reminder.round, reminder.step, reminder.at, by_robot=True), goes)

    def _is_late(self, letter, round):
        if not letter.by_robot:
            return cadence.is_late(letter.due_at, self.now)
        return cadence.is_late_for_a_robot(
            letter.due_at, self.now, zone=self.zone[letter.person], quiet_days=round.quiet_days,
            conference_zone=round.zone,
        )  # fmt: skip

    def _sweep(self, letter):
        """The last look before a letter goes, in the order of ``delivery``."""
        person, round = letter.person, self.rounds[letter.round]
        if letter.state != "queued":
            return
        if self._may_not(person, round):
            letter.state = "cancelled"
        elif self._is_late(letter, round):
            letter.state = "missed"
        else:
            paused = self.paused.get((person, round.key), self.now)
            others = [each for each in self._times(person, leaving_out=letter) if each <= self.now]
            free = allowed = cadence.free_at(max(self.now, paused), others)
            if letter.by_robot and not letter.tries:
                allowed = cadence.may_go_at(
                    free, zone=self.zone[person], quiet_days=round.quiet_days, conference_zone=round.zone
                )
            if letter.step and allowed > self.now and cadence._too_near_the_deadline(allowed, round):
                letter.state, letter.ended_at = "missed", self.now
                self._wake(person)
                return
            if allowed > self.now:
                letter.due_at = allowed if free > self.now else letter.due_at
                self.at(allowed, "sweep", letter)
                return
            if self.rng.random() < 0.03:
                letter.tries += 1
                self.at(self.now + SLOW, "sweep", letter)
                return
            letter.state = "sent"
        letter.ended_at = self.now
        if letter.state == "sent":
            self._arrived(letter, round)
        self._wake(person)

    def _arrived(self, letter, round):
        if letter.step == 0:
            round.asked_at[letter.person], round.by_letter[letter.person] = self.now, True
        if self.rng.random() < self.answering:
            what = self.rng.choice(["interested", "interested", "not sure", "cant"])
            self.at(self._some_time(self.now, 20), "answer", (letter.person, round, what))

    def _queue(self, letter, goes=None):
        self._take(letter)
        self.at((goes or letter.due_at) + timedelta(seconds=self.rng.randrange(30)), "sweep", letter)

    def _take(self, letter):
        self.letters.append(letter)
        self.of_person[letter.person].append(letter)
        self.used.setdefault((letter.person, letter.round, letter.step), letter)

    # what the cadence is told

    def _may_not(self, person, round):
        answered = self.sees_answers and person in round.answers
        return answered or person in self.stopped_at or self.now >= round.closes

    def _asked(self, person, round):
        if person not in round.asked_at or self._may_not(person, round):
            return None
        mine = [each for each in self.of_person[person] if each.round == round.key]
        if any(each.state == "queued" for each in mine):
            return None
        paused = self.paused.get((person, round.key))
        return cadence.Asked(
            recipient=person, at=round.asked_at[person], by_letter=round.by_letter[person],
            reminders_at=tuple(
                each.ended_at if each.state == "sent" else each.due_at for each in mine if each.step
            ),
            is_key=(person, round.key) in self.keys, cadence=self.own.get((person, round.key)),
            cadence_set_at=round.opens, not_before=paused,
        )  # fmt: skip

    def _plain(self, round, *asked):
        return cadence.AskedRound(
            round.key, round.cadence, round.opens, round.answer_by, round.zone, round.quiet_days, asked
        )

    def _recipient(self, person):
        return cadence.Recipient(person, self.zone[person], tuple(sorted(self._times(person))))

    def _times(self, person, leaving_out=None):
        """When letters that ask went within 7 days, or will go."""
        return [
            each.ended_at if each.state == "sent" else each.due_at
            for each in self.of_person[person]
            if each is not leaving_out
            and (each.state == "queued" or (each.state == "sent" and each.ended_at > self.now - 7 * DAY))
        ]


def complaints(year):
    """All that must never be, in sentences; empty after a good year. Knows the rules, not the cadence."""
    found = []
    sent = [each for each in year.letters if each.state == "sent"]
    for mine in year.of_person.values():
        times = sorted(each.ended_at for each in mine if each.state == "sent")
        found += [f"two letters within 7 days: {a} {b}" for a, b in itertools.pairwise(times) if b - a < 7 * DAY]
    for letter in sent:
        round = year.rounds[letter.round]
        if letter.by_robot and not letter.tries:
            found += _about_hours(letter, year.zone[letter.person], round)
        answered = round.answers.get(letter.person)
        if answered and answered[0] <= letter.ended_at:
            found.append(f"asked after an answer: {letter}")
        if year.stopped_at.get(letter.person, letter.ended_at) < letter.ended_at:
            found.append(f"asked after a stop: {letter}")
        if letter.ended_at >= round.closes:
            found.append(f"asked after the end: {letter}")
        if _late_by(letter, year.zone[letter.person], round) > 2 * DAY:
            found.append(f"sent more than two days late: {letter}")
        if letter.step and (round.answer_by - letter.due_at.astimezone(ZoneInfo(round.zone)).date()).days < 7 - 2:
            found.append(f"a reminder just before the deadline: {letter}")
    seen = set()
    for letter in year.letters:
        key = (letter.person, letter.round, letter.step)
        if key in seen:
            found.append(f"twice: {letter}")
        seen.add(key)
        if letter.state == "queued":
            found.append(f"never went and is not listed: {letter}")
        allowed = year.own.get(key[:2], year.rounds[letter.round].cadence)
        if letter.step > len(allowed) or (letter.step and key[:2] in year.keys and key[:2] not in year.own):
            found.append(f"more reminders than set: {letter}")
    found += _about_forgotten(year)
    return found + _about_the_second_round(year)


def _late_by(letter, zone, round):
    """How late a letter went; of a robot's, days on which it may not write at all do not count."""
    if not letter.by_robot:
        return letter.ended_at - letter.due_at
    there, conference, late = ZoneInfo(zone or "UTC"), ZoneInfo(round.zone), timedelta()
    for day in range((letter.ended_at - letter.due_at).days + 2):
        date_there = (letter.due_at + day * DAY).astimezone(there).date()
        begins, ends = (datetime.combine(date_there + each * DAY, time(), there).astimezone(UTC) for each in (0, 1))
        quiet = {date_there, begins.astimezone(conference).date(), ends.astimezone(conference).date()}
        if date_there.weekday() in (1, 2, 3) and not quiet & round.quiet_days:
            late += max(min(letter.ended_at, ends) - max(letter.due_at, begins), timedelta())
    return late


def _about_hours(letter, zone, round):
    there = letter.ended_at.astimezone(ZoneInfo(zone or "UTC"))
    opens, closes = (time(9), time(17)) if zone else (time(14), time(16))
    slack = timedelta(minutes=2)  # it was claimed in its hours
    if (
        there.weekday() not in (1, 2, 3)
        or not opens <= there.time() < (datetime.combine(date.min, closes) + slack).time()
    ):
        return [f"a robot outside of its hours: {there:%a %H:%M} {letter}"]
    days = {there.date(), letter.ended_at.astimezone(ZoneInfo(round.zone)).date()}
    return [f"a robot on a quiet day: {letter}"] if days & round.quiet_days else []


def _about_forgotten(year):
    """Reminders that nobody wrote although nothing stood in the way."""
    found = []
    for round in year.rounds:
        for person, asked_at in round.asked_at.items():
            key = (person, round.key)
            cadence_set = year.own.get(key, round.cadence)
            if (key in year.keys and key not in year.own) or not cadence_set:
                continue
            mine = sorted((each for each in year.of_person[person] if each.round == round.key), key=lambda e: e.step)
            reminders = [each for each in mine if each.step]
            if len(reminders) >= len(cadence_set):
                continue
            last = max([asked_at, *((each.ended_at or each.due_at) for each in reminders)])
            wanted = last + cadence_set[len(reminders)] * DAY
            if key in year.paused:
                wanted = max(wanted, year.paused[key])
            # Each other letter to this person may move it by a week and into the next one's days; so may an outage.
            near = [each.ended_at or each.due_at for each in year.of_person[person] if each.round != round.key]
            others = sum(wanted - 7 * DAY <= each <= wanted + 50 * DAY for each in near)
            outages = sum(
                (end - start for start, end in year.outages if end > wanted and start < wanted + 50 * DAY), timedelta()
            )
            latest = wanted + timedelta(days=12 + 11 * others) + outages
            until = [round.closes, datetime.combine(round.answer_by, time(), UTC) - 7 * DAY]
            if answered := round.answers.get(person):
                until.append(answered[0])
            if person in year.stopped_at:
                until.append(year.stopped_at[person])
            if latest < min(until):
                found.append(f"forgotten: person {person}, round {round}, {len(reminders)} reminders")
    return found


def _about_the_second_round(year):
    """Whoever was interested in the first round is asked in the second one, or said something in it before."""
    found = []
    second = {each.mc: each for each in year.rounds if each.number == 2}
    for first in (each for each in year.rounds if each.number == 1):
        round = second.get(first.mc)
        for person, (when, what) in first.answers.items() if round else ():
            if what != "interested" or when >= round.opens or person in year.stopped_at:
                continue
            letter = year.used.get((person, round.key, 0))
            if letter is None and person not in round.asked_at and person not in round.answers:
                found.append(f"interested and not asked again: {person} {round.key}")
    return found
