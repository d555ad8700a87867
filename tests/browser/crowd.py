"""Microconferences to look at beside the sample: one with nothing in it, and one with a great deal.

Run inside the site's own database: `manage.py shell -c "from tests.browser import crowd; crowd.make()"`.
Prints what the addresses of the pages need as one JSON object.
"""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from attendees.actions import links
from attendees.models import Answer, Asking, Attendee, Interest, Letter, LetterReason, PersonalLink, Round, Status
from outcomes.models import Outcome
from tests import factories
from tests.factories import (
    AttendeeFactory,
    HelperFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    OutcomeFactory,
    PersonFactory,
    RoundFactory,
    SessionFactory,
)
from tests.factories.topics import KeyPersonFactory, ProposerFactory, TopicFactory, TopicLinkFactory
from topics.agenda import drafts, releases
from topics.models import KeyPerson, Topic
from uconf.lib import clock
from uconf.models import Conference, Membership, Microconference, User

TOPICS, PEOPLE = 40, 120
LONG = "A title that somebody wrote who did not think of narrow columns: get_user_pages_fast_longterm_pinned() on NUMA"
STATUSES = [
    Status.COMING, Status.REMOTE, Status.PENDING, Status.INTERESTED, Status.NOT_SURE, Status.CANT, Status.NOT_ASKED,
]  # fmt: skip
STATES = [
    Letter.State.SENT, Letter.State.SENT, Letter.State.FAILED, Letter.State.UNCERTAIN, Letter.State.MISSED,
    Letter.State.CANCELLED, Letter.State.WRITTEN, Letter.State.QUEUED,
]  # fmt: skip


@transaction.atomic
def make():
    """Both microconferences at the sample's conference, led by its lead."""
    factories.number_from(20_000)
    conference = Conference.objects.get(slug="sample")
    lead = User.objects.get(email="davidlohr.bueso@example.org")
    empty = MicroconferenceFactory(
        conference=conference, year=conference.year, slug="empty", title="An Empty Microconference", summary=""
    )
    _lead(empty, lead)
    waiting = MicroconferenceFactory(
        conference=conference, year=conference.year, slug="waiting", title="Waiting for a Decision", submitted=True
    )
    _lead(waiting, lead)
    crowd = MicroconferenceFactory(
        conference=conference, year=conference.year, slug="crowd", title="A Microconference with a Crowd", accepted=True
    )
    _lead(crowd, lead)
    HelperFactory(microconference=crowd)
    topics = _topics(crowd)
    people = _people(crowd, topics)
    letters = _letters(crowd, people)
    _agenda(crowd, topics, lead)
    for number in range(25):
        OutcomeFactory(
            microconference=crowd, topic=topics[number] if number % 3 else None, position=number,
            kind=list(Outcome.Kind)[number % len(Outcome.Kind)],
            text=f"Outcome {number}: what was agreed at the table, in a sentence of the usual length.",
        )  # fmt: skip
    sample = Microconference.objects.get(conference=conference, slug="performance-and-scalability")
    print(json.dumps({**_facts(sample, "s"), **_facts(crowd, "c"), **_letter_facts(letters)}))  # noqa: T201


def _lead(microconference, user):
    person = Membership.objects.filter(user=user).first().person
    LeadFactory(microconference=microconference, user=user, person=person)


def _topics(crowd):
    states = [Topic.State.ACCEPTED] * 24 + [Topic.State.IF_TIME] * 4 + [Topic.State.PROPOSED] * 8
    states += [Topic.State.NOT_NOW] * (TOPICS - len(states))
    topics = []
    for number, state in enumerate(states):
        title = LONG if number % 13 == 5 else f"Example topic {number} about locks and memory"
        topic = TopicFactory(
            microconference=crowd, title=title, state=state, position=number, problem="Example problem. " * 12
        )
        ProposerFactory(topic=topic)
        for _ in range(number % 3):
            KeyPersonFactory(topic=topic, note="knows the code")
        TopicLinkFactory(topic=topic, label="series", url="" if number % 2 else "https://lore.example.org/all/1/")
        topics.append(topic)
    return topics


def _people(crowd, topics):
    asked = RoundFactory(microconference=crowd)
    everybody = []
    for number in range(PEOPLE):
        status = STATUSES[number % len(STATUSES)]
        name = (
            "Madeup Person With-A-Rather-Long-Name Von Und Zu Example" if number % 17 == 3 else f"Madeup Guest {number}"
        )
        each = AttendeeFactory(
            microconference=crowd, status=status, listed=number % 2 == 0,
            mode={Status.COMING: "in_person", Status.REMOTE: "remote"}.get(status, ""),
            person=PersonFactory(name=name, address="" if number % 11 == 7 else f"guest-{number}@example.org"),
            reason="Example reason: wrote the allocator" if number % 4 == 0 else "",
            asked_by=crowd.memberships.first() if number % 3 else None,
        )  # fmt: skip
        everybody.append(each)
        if status != Status.NOT_ASKED:
            Asking.objects.create(attendee=each, round=asked, how=Asking.How.LETTER)
        answer = {Status.COMING: "coming", Status.REMOTE: "coming", Status.NOT_SURE: "not_sure", Status.CANT: "cant"}
        if status in answer:
            Answer.objects.create(
                attendee=each, round=asked, answer=answer[status], mode=each.mode, source=Answer.Source.LINK,
                note="I land at noon and would rather not be first." if number % 5 == 0 else "",
            )  # fmt: skip
        Interest.objects.bulk_create(
            Interest(attendee=each, topic=topic, level=Interest.Level.WOULD_LIKE)
            for topic in topics[number % 9 : number % 9 + number % 4]
        )
    return everybody


def _letters(crowd, people):
    now, round = clock.now(), crowd.rounds.get()
    letters = [
        LetterFactory(
            microconference=crowd,
            to_person=each.person,
            asked_by=crowd.memberships.first(),
            subject="Will you be there?",
            state=(state := STATES[number % len(STATES)]),
            sent_at=now if state == Letter.State.SENT else None,
            due_at=now + timedelta(days=30) if state == Letter.State.QUEUED else None,
            next_try_at=now + timedelta(days=30) if state == Letter.State.QUEUED else None,
            reply="550 5.1.1 no such user here" if state == Letter.State.FAILED else "",
            body="Hello,\n\nwill you be there? One line is enough.\n",
        )  # fmt: skip
        for number, each in enumerate(people[:64])
    ]
    for each, letter in zip(people, letters, strict=False):
        LetterReason.objects.create(
            letter=letter, person=each.person, attendee=each, round=round, dedupe_key=f"crowd-{letter.pk}"
        )
    return letters


def _agenda(crowd, topics, lead):
    day = crowd.conference.starts_on + timedelta(days=2)
    for hour, long in ((9, 3), (14, 4)):
        starts = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(crowd.timezone))
        SessionFactory(
            microconference=crowd, starts_at=starts, ends_at=starts + timedelta(hours=long),
            room=crowd.conference.rooms.first(),
        )  # fmt: skip
    draft = drafts.open_draft(microconference=crowd, by=lead)
    drafts.fill_default(draft=draft, by=lead)
    draft.refresh_from_db()
    releases.publish(draft=draft, version=draft.version, by=lead)
    draft.refresh_from_db()
    drafts.copy(draft=draft, name="The other one, with a rather long name", by=lead)
    drafts.take_out(draft=draft, item=draft.items.filter(kind="topic").first(), version=draft.version, by=lead)


def _facts(mc, letter):
    """The ids that stand in the addresses of one microconference's pages."""
    attendee = Attendee.objects.filter(microconference=mc).exclude(status=Status.NOT_ASKED).first()
    member = mc.memberships.exclude(user__email="davidlohr.bueso@example.org").first()
    of = {
        kind: links.link_for(person=attendee.person, kind=kind).token
        for kind in (PersonalLink.Kind.ANSWER, PersonalLink.Kind.STOP)
    }
    outcome = mc.outcomes.first()
    return {
        f"{letter}_topic": mc.topics.first().public_id, f"{letter}_attendee": attendee.public_id,
        f"{letter}_member": member.person.public_id, f"{letter}_answer": of["answer"], f"{letter}_stop": of["stop"],
        f"{letter}_session": mc.sessions.first().public_id, f"{letter}_outcome": outcome.public_id if outcome else "",
        f"{letter}_round": Round.objects.filter(microconference=mc).first().public_id,
        f"{letter}_needed": KeyPerson.objects.filter(topic__microconference=mc).first().person.public_id,
        f"{letter}_series": mc.series.slug, f"{letter}_draft": mc.drafts.get(is_current=True).public_id,
        f"{letter}_other_draft": getattr(mc.drafts.filter(is_current=False).first(), "public_id", ""),
    }  # fmt: skip


def _letter_facts(letters):
    return {f"letter_{each.state}": each.public_id for each in letters}
