"""An edit costs the same number of queries for three topics and for forty."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    KeyPersonFactory,
    MicroconferenceFactory,
    ProposerFactory,
    SessionFactory,
    TopicFactory,
)  # fmt: skip
from topics.agenda import edits
from topics.agenda.edits import Edit

pytestmark = pytest.mark.django_db


def an_agenda(microconference, count, people=()):
    draft = DraftFactory(microconference=microconference)
    session = SessionFactory(microconference=microconference)
    for position in range(count):
        topic = TopicFactory(microconference=microconference, accepted=True)
        item = AgendaItemFactory(draft=draft, session=session, topic=topic, position=position, minutes=5)
        attendee = None if people else AttendeeFactory(microconference=microconference, pending=True)
        person = people[position % len(people)] if people else attendee.person
        KeyPersonFactory(topic=item.topic, person=person)
        ProposerFactory(topic=item.topic, person=person)
    TopicFactory(microconference=microconference, accepted=True)
    return draft


def surround(draft, count):
    people = [topic.key_people.get().person for topic in draft.microconference.topics.filter(key_people__isnull=False)]
    for _number in range(count):
        an_agenda(MicroconferenceFactory(conference=draft.microconference.conference, accepted=True), 3, people)


def edit_of(act, draft):
    items = list(draft.items.order_by("position"))
    waiting = draft.microconference.topics.get(agenda_items=None)
    middle = items[1].public_id
    return {
        "place": Edit("place", waiting.public_id),
        "move": Edit("move", f"{items[-1].public_id}:{items[0].session.public_id}:0"),
        "swap": Edit("swap", f"{items[0].public_id}:{items[-1].public_id}"),
        "minutes": Edit("minutes", minutes={item.public_id: 7 for item in items}),
        "add": Edit("add", "break"),
        "stretch": Edit("stretch"),
        "fill": Edit("fill"),
    }.get(act) or Edit(act, middle)  # fmt: skip


@pytest.mark.parametrize(
    "act", ["up", "down", "out", "pin", "place", "move", "swap", "minutes", "add", "stretch", "fill", "undo"]
)
def test_an_edit_costs_the_same_for_any_agenda(act, lead):
    counts = []
    for count, others in ((3, 1), (40, 6)):
        draft = an_agenda(MicroconferenceFactory(accepted=True), count)
        surround(draft, others)
        edit = edit_of(act, draft)
        if act == "undo":
            edits.apply(draft=draft, edit=Edit("out", edit.value), version=1, by=lead)
        with CaptureQueriesContext(connection) as queries:
            edits.apply(draft=draft, edit=edit, version=draft.version, by=lead)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 21
