"""An agenda with people in it: what the tests of releases and their letters share."""

import pytest

from tests.factories import (
    AgendaItemFactory,
    DraftFactory,
    KeyPersonFactory,
    ProposerFactory,
    RoomFactory,
    SessionFactory,
)


class Programme:
    """Topics A, B and C, twenty minutes each from 14:00 in Room A; Mina presents A, Oskar B, and C needs Ada."""

    def __init__(self, microconference, room="Room A"):
        self.mc = microconference
        room = RoomFactory(conference=microconference.conference, name=room)
        self.session = SessionFactory(microconference=microconference, room=room)
        self.draft = DraftFactory(microconference=microconference)
        self.a, self.b, self.c = (
            AgendaItemFactory(draft=self.draft, session=self.session, topic__title=title, position=position)
            for position, title in enumerate("ABC")
        )
        self.mina = ProposerFactory(topic=self.a.topic, person__name="Mina Example").person
        self.oskar = ProposerFactory(topic=self.b.topic, person__name="Oskar Fictive").person
        self.ada = KeyPersonFactory(topic=self.c.topic, person__name="Ada Madeup").person


@pytest.fixture
def programme(microconference, lead):
    return Programme(microconference)
