"""An attendee's own page, one section for each microconference that asked them."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max, OuterRef, Prefetch, Subquery

from attendees.actions import rounds
from attendees.actions.status import standing
from attendees.forms.answer import AnswerForm, InterestsForm, TimesForm
from attendees.forms.people import BUTTONS
from attendees.models import Answer, Attendee, Round, Status
from topics.models import KeyPerson, Proposer, Release, Session, Topic
from uconf.models import Microconference

FEW_TOPICS = 3


@dataclass
class Section:
    """What one microconference asks somebody, and what they said to it."""

    attendee: Attendee
    microconference: Microconference
    round: Round | None
    answer: Answer | None  # what stands in this round
    earlier: Answer | None  # what stands of an earlier one
    form: AnswerForm | None
    interests: InterestsForm
    times: TimesForm
    sessions: list
    own_topics: list = field(default_factory=list)
    release: Release | None = None
    items: list = field(default_factory=list)

    @property
    def anchor(self):
        return f"mc-{self.attendee.public_id}"

    @property
    def waits(self):
        """Whether a question is open and not answered."""
        return self.round is not None and self.answer is None

    @property
    def because(self):
        """The reason as it goes on a sentence, “because you …”; empty if it is written otherwise."""
        reason = self.attendee.reason.rstrip(".")
        return reason if reason.casefold().startswith("you ") else ""

    @property
    def buttons(self):
        """The answers to press: (value, label, pressed)."""
        now = self.answer.status if self.answer else None
        return [(value, Status(value).label, value == now) for value, *_ in BUTTONS[self.round.question]]

    @property
    def asks_again(self):
        """Whether the first question is asked still, though the microconference is accepted."""
        return self.round.question == Round.Question.INTEREST and self.microconference.is_public

    @property
    def can_change(self):
        """Whether interests and times can still be said."""
        return self.microconference.takes_letters

    @property
    def only_proposed(self):
        """Whether the topics shown are proposals, because none is chosen yet."""
        mc = self.microconference
        return mc.is_public and not _chosen(mc.topics.all())

    @property
    def first_topics(self):
        return self.interests.rows()[:FEW_TOPICS]

    @property
    def more_topics(self):
        return self.interests.rows()[FEW_TOPICS:]

    @property
    def said_topics(self):
        """About how many topics something is said."""
        return sum(1 for row in self.interests.rows() if row["value"])


def for_person(person, *, first=""):
    """Every section of a person's page; one with an open question first, or the one named by ``first``.

    A draft that has not asked them yet is its leads' own affair and is left out. The same number of queries
    for any number of microconferences, topics and answers.
    """
    attendances = Attendee.objects.filter(person=person).exclude(microconference__state=Microconference.State.MERGED)
    attendances = attendances.select_related(
        "person", "microconference__conference", "microconference__series", "asked_by__person", "availability"
    ).prefetch_related(
        "availability__times",
        "askings",
        "interests",
        Prefetch("answers", queryset=Answer.objects.select_related("round").order_by("-recorded_at", "-pk")),
        "microconference__rounds",
        Prefetch("microconference__sessions", queryset=Session.objects.select_related("room")),
        Prefetch("microconference__topics", queryset=Topic.objects.alive()),
    )
    shown = [each for each in attendances if _concerns_them(each)]
    releases = _latest_releases([each.microconference_id for each in shown])
    own = _own_topics(person, [each.microconference_id for each in shown])
    sections = [_section(each, releases, own) for each in shown]
    order = (Microconference.State.DECLINED, Microconference.State.REPORTED, Microconference.State.HELD)
    return sorted(
        sections,
        key=lambda each: (
            each.attendee.public_id != first and each.microconference.public_id != first,
            not each.waits,
            each.round is None,
            each.microconference.state in order,
            -each.microconference.year,
            each.microconference.title,
        ),
    )


def _concerns_them(attendee):
    asked = attendee.askings.all() or attendee.answers.all() or attendee.contacted_at
    return bool(asked) or attendee.microconference.is_public


def _section(attendee, releases, own):
    mc = attendee.microconference
    round = rounds.to_answer(mc, mc.rounds.all())
    stands = standing(attendee.answers.all())
    answer = next((each for each in stands if round and each.round_id == round.pk), None)
    release = releases.get(mc.pk)
    sessions = list(mc.sessions.all())
    return Section(
        attendee=attendee,
        microconference=mc,
        round=round,
        answer=answer,
        earlier=next((each for each in stands if each is not answer), None),
        form=answer_form(round, answer, attendee) if round else None,
        interests=interests_form(attendee),
        times=times_form(attendee),
        sessions=sessions,
        own_topics=own.get(mc.pk, []),
        release=release,
        items=_items(release, attendee.person, own.get(mc.pk, [])),
    )


def answer_form(round, answer, attendee, data=None):
    """The form of the question, filled with what was said."""
    # A note that a lead wrote down is theirs; the person's field holds the person's own words.
    own = answer is not None and answer.source in (Answer.Source.LINK, Answer.Source.REPLY, Answer.Source.JOINED)
    initial = {
        "note": answer.note if own else "",
        "instead": answer.instead if own else "",
        "listed": attendee.listed,
    }
    return AnswerForm(data, question=round.question, initial=initial)


def interests_form(attendee, data=None):
    """The form of the topics that still count: all before acceptance, the chosen ones once there are any."""
    topics = attendee.microconference.topics.all()
    if attendee.microconference.is_public:
        topics = _chosen(topics) or [each for each in topics if each.state == Topic.State.PROPOSED]
    return InterestsForm(data, topics=topics, levels={each.topic_id: each.level for each in attendee.interests.all()})


def _chosen(topics):
    return [each for each in topics if each.state in Topic.PUBLIC_STATES]


def times_form(attendee, data=None):
    """The form of the times they cannot, a field for each day with a session."""
    mc = attendee.microconference
    said = getattr(attendee, "availability", None)
    return TimesForm(data, sessions=mc.sessions.all(), said=said, zone=mc.timezone)


def _latest_releases(mc_pks):
    newest = (
        Release.objects.filter(microconference=OuterRef("microconference"))
        .order_by()
        .values("microconference")
        .annotate(newest=Max("number"))
        .values("newest")
    )
    found = Release.objects.filter(microconference__in=mc_pks, number=Subquery(newest))
    return {each.microconference_id: each for each in found}


def _own_topics(person, mc_pks):
    """The topics that somebody proposed, or that need them: by microconference, {topic, proposed, why}."""
    found = {}
    for each in Proposer.objects.filter(
        person=person, topic__microconference__in=mc_pks, topic__in=Topic.objects.alive()
    ).select_related("topic"):
        found[each.topic_id] = {"topic": each.topic, "proposed": True, "needed": False, "why": ""}
    for each in KeyPerson.objects.filter(
        person=person, topic__microconference__in=mc_pks, topic__in=Topic.objects.alive()
    ).select_related("topic"):
        row = found.setdefault(each.topic_id, {"topic": each.topic, "proposed": False})
        row.update(needed=True, why=each.note)
    by_mc = {}
    for row in sorted(found.values(), key=lambda each: (each["topic"].position, each["topic"].pk)):
        by_mc.setdefault(row["topic"].microconference_id, []).append(row)
    return by_mc


def _items(release, person, own_topics):
    """When somebody is needed, by the latest release: {title, starts_at, minutes, room}."""
    found, own = [], {row["topic"].public_id for row in own_topics}
    for session in release.content.get("sessions", []) if release else []:
        for item in session.get("items", []):
            if person.public_id in item.get("people", []) or item.get("topic") in own:
                found.append(
                    {
                        "title": item.get("title", ""),
                        "topic": item.get("topic"),
                        "starts_at": datetime.fromisoformat(item["starts_at"]),
                        "minutes": item.get("minutes"),
                        "room": session.get("room") or "",
                    }
                )
    return sorted(found, key=lambda each: each["starts_at"])
