"""Which topics can be settled by the people who come: read for the overview and the leads' list."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from attendees.models import Attendee, Interest, Round, Status
from topics.models import KeyPerson, Topic, TopicLink
from uconf.lib.links import is_web_address
from uconf.models import Membership

SETTLED, WAITING, CANNOT, NOBODY = "settled", "waiting", "cannot", "nobody"
LABELS = {
    SETTLED: gettext_lazy("can be settled"),
    WAITING: gettext_lazy("waiting for an answer"),
    CANNOT: gettext_lazy("cannot be settled as it stands"),
    NOBODY: gettext_lazy("no key person named"),
}
THEY_COME = (Status.COMING, Status.REMOTE)
THEY_CANNOT = (Status.CANT, Status.BOUNCES)
# What is said first about a topic that waits: who needs a lead's attention most.
PRESSING = (
    Status.BOUNCES, Status.CANT, Status.PENDING, Status.NOT_SURE, Status.INTERESTED, Status.NOT_ASKED,
)  # fmt: skip


@dataclass(frozen=True)
class Readiness:
    """How far a topic is from being settled: dots and the same in words, and who cares about it."""

    topic: Topic
    group: str
    dots: tuple[str, ...]  # statuses of the key people, in their order
    words: str
    need_me: int
    would_like: int
    not_for_me: int
    silent: tuple[str, ...] = ()  # names of key people who were asked and have not answered
    silent_ids: tuple[str, ...] = ()  # their public identifiers

    @property
    def interest(self):
        """The firmest interest in words; nobody's word is unknown, never no."""
        if self.need_me:
            return _("%(n)d need me there") % {"n": self.need_me}
        if self.would_like:
            return _("%(n)d would like to") % {"n": self.would_like}
        return ""

    @property
    def all_interest(self):
        """Every kind of interest in words, such as “3 need me there · 1 would like to”."""
        parts = (
            (self.need_me, _("%(n)d need me there")),
            (self.would_like, _("%(n)d would like to")),
            (self.not_for_me, _("%(n)d not for me")),
        )
        return " · ".join(words % {"n": count} for count, words in parts if count)

    @property
    def minutes(self):
        return self.topic.minutes


@dataclass(frozen=True)
class Group:
    """Topics that are equally far."""

    key: str
    label: str
    rows: list[Readiness] = field(default_factory=list)


def topics_by_readiness(microconference) -> list[Group]:
    """Topics that may still be discussed, grouped by who can settle them; empty groups are left out.

    The same five or six queries for any number of topics.
    """
    wanted = (Topic.State.PROPOSED, Topic.State.ACCEPTED, Topic.State.IF_TIME)
    topics = list(microconference.topics.filter(state__in=wanted))
    found = readiness_of(microconference, topics)
    groups = [Group(key, str(label)) for key, label in LABELS.items()]
    for group in groups:
        group.rows.extend(found[topic.pk] for topic in topics if found[topic.pk].group == group.key)
    return [group for group in groups if group.rows]


def links_without_address(microconference) -> list[TopicLink]:
    """The links that lead nowhere yet, in the order of the topics; those of merged topics are left out. One query."""
    links = (
        TopicLink.objects.filter(topic__microconference=microconference)
        .exclude(topic__state=Topic.State.MERGED)
        .select_related("topic__microconference")
        .order_by("topic__position", "topic__pk", "position", "pk")
    )
    return [link for link in links if not is_web_address(link.url)]


def readiness_of(microconference, topics) -> dict[int, Readiness]:
    """How far each of these topics is, by its primary key. Constant queries."""
    key_people = defaultdict(list)
    for each in KeyPerson.objects.filter(topic__microconference=microconference).select_related("person"):
        key_people[each.topic_id].append(each.person)
    statuses = _statuses(microconference)
    second_round = Round.objects.filter(microconference=microconference, question=Round.Question.COMING).exists()
    counted = Interest.objects.filter(topic__microconference=microconference).values_list("topic", "level")
    interests = {(topic, level): count for topic, level, count in counted.annotate(Count("pk"))}
    found = {}
    for topic in topics:
        people = [(person, statuses.get(person.pk)) for person in key_people[topic.pk]]
        level = Interest.Level
        found[topic.pk] = Readiness(
            topic=topic,
            group=group_of([status for _person, status in people]),
            dots=tuple(status or Status.NOT_ASKED for _person, status in people),
            words=words_of(people, second_round=second_round),
            need_me=interests.get((topic.pk, level.NEED_ME), 0),
            would_like=interests.get((topic.pk, level.WOULD_LIKE), 0),
            not_for_me=interests.get((topic.pk, level.NOT_FOR_ME), 0),
            silent=tuple(person.name for person, status in people if status == Status.PENDING),
            silent_ids=tuple(person.public_id for person, status in people if status == Status.PENDING),
        )
    return found


def _statuses(microconference):
    """Where everybody stands, by person; who is not on the list is missing here.

    A lead counts as coming, unless they said that they come remotely, can't, or are not sure.
    """
    statuses = dict(Attendee.objects.filter(microconference=microconference).values_list("person_id", "status"))
    said = (Status.REMOTE, Status.CANT, Status.NOT_SURE)
    for person_id in (
        Membership.objects.leads().filter(microconference=microconference).values_list("person_id", flat=True)
    ):
        if statuses.get(person_id) not in said:
            statuses[person_id] = Status.COMING
    return statuses


def group_of(statuses) -> str:
    """The group that a topic with key people of these statuses belongs to; None is who is not on the list."""
    if not statuses:
        return NOBODY
    if any(status in THEY_CANNOT for status in statuses):
        return CANNOT
    return SETTLED if all(status in THEY_COME for status in statuses) else WAITING


def words_of(people, *, second_round) -> str:
    """What the dots say, in words: “4 of 4 come, 1 remotely”, or who is missing and why."""
    if not people:
        return ""
    missing = defaultdict(list)
    for person, status in people:
        if status not in THEY_COME:
            missing[status].append(person.name)
    if missing:
        return "; ".join(
            _missing_words(status, names=missing[status], second_round=second_round)
            for status in (*PRESSING, None)
            if status in missing
        )
    count = Counter(status for _person, status in people)
    words = ngettext("%(n)d of %(n)d comes", "%(n)d of %(n)d come", len(people)) % {"n": len(people)}
    if remote := count[Status.REMOTE]:
        words = _("%(words)s, %(n)d remotely") % {"words": words, "n": remote}
    return words


def _missing_words(status, *, names, second_round):
    several, who = len(names), ", ".join(names)
    if status == Status.BOUNCES:
        words = ngettext("%(who)s: mail bounces", "%(who)s: mail bounces", several)
    elif status == Status.CANT:
        words = ngettext("%(who)s can’t this time", "%(who)s can’t this time", several)
    elif status == Status.PENDING:
        words = ngettext("%(who)s has not answered", "%(who)s have not answered", several)
    elif status == Status.NOT_SURE:
        words = ngettext("%(who)s is not sure yet", "%(who)s are not sure yet", several)
    elif status == Status.INTERESTED and second_round:
        words = _("%(who)s: interested, not asked for this round")
    elif status == Status.INTERESTED:
        words = ngettext("%(who)s is interested", "%(who)s are interested", several)
    elif status == Status.NOT_ASKED:
        words = ngettext("%(who)s is not asked yet", "%(who)s are not asked yet", several)
    else:
        words = ngettext("%(who)s is not on the list of people", "%(who)s are not on the list of people", several)
    return words % {"who": who}
