"""How many are on the list, asked, answered and coming: the same numbers on every page."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from attendees.actions.status import standing
from attendees.models import Answer, Asking, Status

ANSWERED = (Status.INTERESTED, Status.NOT_SURE, Status.COMING, Status.REMOTE, Status.CANT)
# What needs a lead first: no answer, mail that came back, not sure; then everybody else.
NEEDS_YOU = (
    Status.PENDING,
    Status.BOUNCES,
    Status.NOT_SURE,
    Status.COMING,
    Status.REMOTE,
    Status.INTERESTED,
    Status.NOT_ASKED,
    Status.CANT,
)


# Whoever was asked in any way, or said something unasked.
ASKED = tuple(each for each in Status if each != Status.NOT_ASKED)


@dataclass(frozen=True)
class Numbers:
    """How many people are on a list, were asked, answered and come; of those who come, how many remotely."""

    on_list: int
    asked: int
    answered: int
    interested: int
    coming: int
    remote: int

    @property
    def in_person(self):
        return self.coming - self.remote


def numbers(by_status):
    """The numbers that every page shows, from how many people have each status."""
    by_status = Counter(by_status)
    return Numbers(
        on_list=sum(by_status.values()),
        asked=sum(by_status[each] for each in ASKED),
        answered=sum(by_status[each] for each in ANSWERED),
        interested=by_status[Status.INTERESTED],
        coming=by_status[Status.COMING] + by_status[Status.REMOTE],
        remote=by_status[Status.REMOTE],
    )


@dataclass(frozen=True)
class RoundNumbers:
    asked: int
    answered: int
    pending: int


def of_rounds(microconference):
    """The same for each round, by its key: who said something in it unasked counts as asked. Two queries."""
    asked, silent, answered, by_attendee = defaultdict(set), defaultdict(set), defaultdict(set), defaultdict(list)
    askings = Asking.objects.filter(round__microconference=microconference)
    for round, attendee, now in askings.values_list("round", "attendee", "attendee__status"):
        asked[round].add(attendee)
        if now == Status.PENDING:
            silent[round].add(attendee)
    rows = Answer.objects.filter(attendee__microconference=microconference).order_by("-recorded_at", "-pk")
    for each in rows:
        by_attendee[each.attendee_id].append(each)
    for attendee, said in by_attendee.items():
        for each in standing(said):
            answered[each.round_id].add(attendee)
    return {
        round: RoundNumbers(
            asked=len(asked[round] | answered[round]),
            answered=len(answered[round]),
            pending=len(silent[round] - answered[round]),
        )
        for round in {*asked, *answered}
    }
