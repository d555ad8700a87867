"""What came of microconferences, ready to be shown: the same few queries for any number of editions."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Prefetch
from django.urls import reverse

from attendees.naming import nameable_person_ids_of, names_for
from outcomes.models import Outcome, OutcomeLink
from topics.models import Topic
from uconf.models import Membership, Microconference, Series


@dataclass(frozen=True)
class ShownOutcome:
    """One outcome as a page shows it. People who may not be named there are only counted."""

    public_id: str
    kind: str
    text: str
    topic: str
    topic_url: str  # empty where the topic has no public page
    people: str  # “Mina Example and 2 others”
    links: list[OutcomeLink]
    happened_on: date | None
    owner: str
    due: date | None

    @property
    def is_follow_up(self):
        return self.kind == Outcome.Kind.FOLLOW_UP

    @property
    def kind_label(self):
        return Outcome.Kind(self.kind).label


@dataclass(frozen=True)
class Edition:
    """One edition of a series: who led it, what to read about it, what came of it."""

    microconference: Microconference
    leads: list[Membership]
    outcomes: list[ShownOutcome]
    links: list = field(default_factory=list)


@dataclass(frozen=True)
class OutcomesByTopic:
    topics: dict[int, list[ShownOutcome]]  # by the topic's id
    whole: list[ShownOutcome]  # for the whole microconference

    def __len__(self):
        return len(self.whole) + sum(len(each) for each in self.topics.values())


def ready(outcomes):
    """Outcomes with all that a page shows of them."""
    return outcomes.select_related("topic__merged_into", "owner").prefetch_related("people", "links")


def show(outcome, nameable=None):
    """An outcome for a page; ``nameable`` are the ids of those it may name, None names all (a lead's own page)."""

    topic = standing_topic(outcome)
    people = list(outcome.people.all())
    if nameable is None:
        nameable = {each.pk for each in people} | {outcome.owner_id}
    names = names_for(outcome.microconference, people, nameable)
    owner = [outcome.owner] if outcome.owner else []
    return ShownOutcome(
        public_id=outcome.public_id,
        kind=outcome.kind,
        text=outcome.text,
        topic=topic.title if topic else "",
        topic_url=_topic_url(outcome.microconference, topic),
        people=str(names) if names.named else "",
        links=list(outcome.links.all()),
        happened_on=outcome.happened_on,
        owner=", ".join(names_for(outcome.microconference, owner, nameable).named),
        due=outcome.due,
    )


def standing_topic(outcome):
    """The topic an outcome is shown with: its own, or what that was merged into."""
    topic = outcome.topic
    return topic.merged_into if topic is not None and topic.merged_into_id else topic


def _topic_url(microconference, topic):
    if topic is None or topic.state not in Topic.PUBLIC_STATES or microconference.conference_id is None:
        return ""
    return reverse("topics:detail", args=[microconference.conference.slug, microconference.slug, topic.public_id])


def by_topic(microconference, nameable=None):
    """A microconference's outcomes, by topic, and those for the whole of it."""
    topics, whole = defaultdict(list), []
    for outcome in ready(microconference.outcomes):
        topic = standing_topic(outcome)
        into = whole if topic is None else topics[topic.pk]
        into.append(show(outcome, nameable))
    return OutcomesByTopic(dict(topics), whole)


def editions(series: Series, exclude: Microconference | None = None):
    """The public editions of a series, newest first, with ``led_by``, links and ``outcome_count``. Three queries."""
    found = (
        Microconference.objects.public()
        .filter(series=series)
        .select_related("conference", "series")
        .annotate(outcome_count=Count("outcomes"))
        .order_by("-year", "-conference__starts_on", "title")
        .prefetch_related(
            Prefetch(
                "memberships",
                Membership.objects.leads().filter(person__erased_at=None).select_related("person"),
                to_attr="led_by",
            ),
            "links",
        )
    )
    return found.exclude(pk=exclude.pk) if exclude is not None else found


def editions_with_outcomes(series: Series, exclude: Microconference | None = None) -> list[Edition]:
    """The public editions of a series with leads, links and outcomes, newest first; ``exclude`` leaves one out."""
    found = list(editions(series, exclude).prefetch_related(Prefetch("outcomes", ready(Outcome.objects))))
    nameable = nameable_person_ids_of(found)
    return [
        Edition(
            microconference=each,
            leads=each.led_by,
            links=list(each.links.all()),
            outcomes=[show(outcome, nameable[each.pk]) for outcome in each.outcomes.all()],
        )
        for each in found
    ]
