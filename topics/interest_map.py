"""Who cares about what: topics × people, for the leads' map. What nobody said is unknown, never no."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendees.models import Attendee, Interest, Status
from topics.models import KeyPerson, Proposer, Topic
from uconf.models import Membership

UNKNOWN = "unknown"
COME = (Status.COMING, Status.REMOTE)
EVERYBODY, COMING = "all", "coming"
# Key people and proposers first, then those who come, then everybody else as they answered.
BY_STATUS = (
    Status.COMING, Status.REMOTE, Status.INTERESTED, Status.NOT_SURE, Status.PENDING, Status.NOT_ASKED, Status.BOUNCES,
    Status.CANT,
)  # fmt: skip
LEVELS = (
    (Interest.Level.NEED_ME, gettext_lazy("need me there")),
    (Interest.Level.WOULD_LIKE, gettext_lazy("would like to")),
    (Interest.Level.NOT_FOR_ME, gettext_lazy("not for me")),
    (UNKNOWN, gettext_lazy("unknown")),
)
WORDS = dict(LEVELS)


@dataclass(frozen=True)
class Somebody:
    """A column of the map. ``status`` is None for who is neither on the list nor a lead."""

    id: int
    name: str
    status: str | None
    parts: int = 0  # of how many topics they are a key person or a proposer

    @property
    def comes(self):
        return self.status in COME

    @property
    def shape(self):
        """The shape of their status in the sprite; none for who is not on the list."""
        return {Status.BOUNCES: "warn", None: ""}.get(self.status, (self.status or "").replace("_", "-"))

    @property
    def status_words(self):
        return Status(self.status).label if self.status else _("not on the list of people")


@dataclass(frozen=True)
class Cell:
    """What one person has to do with one topic."""

    topic: Topic
    person: Somebody
    level: str = UNKNOWN
    is_key: bool = False
    is_proposer: bool = False

    @property
    def words(self):
        """“need me there, key person, proposer”: everything that its shapes say."""
        said = [str(WORDS[self.level])]
        said += [_("key person")] if self.is_key else []
        said += [_("proposer")] if self.is_proposer else []
        return ", ".join(said)

    @property
    def is_empty(self):
        return self.level == UNKNOWN and not self.is_key and not self.is_proposer


@dataclass(frozen=True)
class Row:
    """A topic with one cell for each person, in the order of the people."""

    topic: Topic
    cells: tuple[Cell, ...]

    def count(self, level):
        return sum(cell.level == level for cell in self.cells)

    @property
    def need_me(self):
        return self.count(Interest.Level.NEED_ME)

    @property
    def would_like(self):
        return self.count(Interest.Level.WOULD_LIKE)

    @property
    def not_for_me(self):
        return self.count(Interest.Level.NOT_FOR_ME)

    @property
    def unknown(self):
        return self.count(UNKNOWN)

    def of(self, level):
        return [cell for cell in self.cells if cell.level == level]

    @property
    def facts(self):
        """What is known, level by level: (words, cells), for the table. The unknown are counted, not named."""
        return [(str(WORDS[level]), self.of(level)) for level, _words in LEVELS[:-1] if self.of(level)]

    @property
    def needed(self):
        return [cell for cell in self.cells if cell.is_key]

    @property
    def proposers(self):
        return [cell for cell in self.cells if cell.is_proposer]


@dataclass(frozen=True)
class InterestMap:
    """Topics × people. ``hidden`` counts the people that the filter leaves out."""

    people: tuple[Somebody, ...]
    rows: tuple[Row, ...]
    hidden: int = 0


def load(microconference, *, show=EVERYBODY):
    """The map of a microconference's topics that may still be discussed. Six queries, however large it is."""
    wanted = (Topic.State.PROPOSED, *Topic.PUBLIC_STATES)
    topics = list(Topic.objects.filter(microconference=microconference, state__in=wanted))
    of_these = {"topic__microconference": microconference, "topic__state__in": wanted}
    keys = list(KeyPerson.objects.filter(**of_these).values_list("topic", "person", "person__name"))
    proposers = list(Proposer.objects.filter(**of_these).values_list("topic", "person", "person__name"))
    attendees = Attendee.objects.filter(microconference=microconference)
    attendees = list(attendees.values_list("person", "person__name", "status"))
    leads = Membership.objects.leads().filter(microconference=microconference)
    leads = set(leads.values_list("person", flat=True))
    said = Interest.objects.filter(**of_these).values_list("topic", "attendee__person", "level")
    said = {(topic, person): level for topic, person, level in said}
    return draw_up(topics, attendees, leads=leads, keys=keys, proposers=proposers, said=said, show=show)


def draw_up(topics, attendees, *, leads, keys, proposers, said, show=EVERYBODY):
    """The map from plain rows: (person, name, status), (topic, person, name) and {(topic, person): level}."""
    key, proposed = {each[:2] for each in keys}, {each[:2] for each in proposers}
    names = {person: name for _topic, person, name in [*keys, *proposers]}
    statuses = {person: status for person, _name, status in attendees}
    names |= {person: name for person, name, _status in attendees}
    for person in leads & set(names):  # a lead comes, unless they said otherwise
        if statuses.get(person) in (None, Status.NOT_ASKED, Status.PENDING, Status.INTERESTED):
            statuses[person] = Status.COMING
    parts = {person: sum(who == person for _topic, who in key | proposed) for person in names}
    people = [Somebody(pk, name or _("somebody erased"), statuses.get(pk), parts[pk]) for pk, name in names.items()]
    people.sort(key=_by_who_matters)
    shown = tuple(each for each in people if show != COMING or each.comes)
    rows = tuple(
        Row(topic, tuple(
            Cell(topic, each, said.get((topic.pk, each.id), UNKNOWN), (topic.pk, each.id) in key,
                 (topic.pk, each.id) in proposed)
            for each in shown
        ))
        for topic in topics
    )  # fmt: skip
    return InterestMap(shown, rows, len(people) - len(shown))


def _by_who_matters(somebody):
    status = BY_STATUS.index(somebody.status) if somebody.status in BY_STATUS else len(BY_STATUS)
    return not somebody.parts, status, -somebody.parts, somebody.name.casefold(), somebody.id
