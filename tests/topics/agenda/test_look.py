"""Warnings are kept from one press to the next, and never believed where what they rest on is another."""

from datetime import timedelta

import pytest

from attendees.models import Attendee, Availability
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    KeyPersonFactory,
    LeadFactory,
    MicroconferenceFactory,
    ProposerFactory,
    RoomFactory,
    SessionFactory,
    TopicFactory,
)  # fmt: skip
from topics.agenda import edits, warnings
from topics.agenda.edits import Edit
from topics.agenda.snapshot import load
from topics.models import AgendaItem, Draft, Session, Topic
from uconf.models import Conference, Membership, Microconference, Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(lead):
    """Two sessions in one room, people who come or not, and another microconference that needs the same person."""
    mc = MicroconferenceFactory(accepted=True, title="Ours")
    room = RoomFactory(conference=mc.conference, name="Room A", remote_capable=False)
    draft = DraftFactory(microconference=mc)
    first = SessionFactory(microconference=mc, room=room)
    SessionFactory(microconference=mc, room=room, starts_at=first.starts_at + timedelta(minutes=30))
    for position, status in enumerate(["coming", "remote", "pending", "interested"]):
        topic = TopicFactory(microconference=mc, accepted=True, title=f"Topic {position}")
        attendee = AttendeeFactory(microconference=mc, status=status, mode="remote" if status == "remote" else "")
        KeyPersonFactory(topic=topic, person=attendee.person)
        ProposerFactory(topic=topic, person=attendee.person)
        AgendaItemFactory(draft=draft, session=first, topic=topic, position=position, minutes=20)
    other = MicroconferenceFactory(conference=mc.conference, accepted=True, title="Theirs")
    there = SessionFactory(microconference=other, starts_at=first.starts_at, ends_at=first.ends_at)
    topic = TopicFactory(microconference=other, accepted=True)
    KeyPersonFactory(topic=topic, person=mc.attendees.get(status="coming").person)
    AgendaItemFactory(draft=DraftFactory(microconference=other), session=there, topic=topic, minutes=20)
    return draft


def again(draft, **more):
    """What the next press reads."""
    found = Draft.objects.select_related("microconference__conference").get(pk=draft.pk)
    return load(found.microconference, draft=found, **more)


def theirs(draft):
    return AgendaItem.objects.exclude(draft=draft).get()


CHANGES = {
    "title": lambda draft: Microconference.objects.filter(pk=draft.microconference_id).update(title="Another"),
    "slug": lambda draft: Microconference.objects.filter(pk=draft.microconference_id).update(slug="another"),
    "state": lambda draft: Microconference.objects.filter(pk=draft.microconference_id).update(state="submitted"),
    "days": lambda draft: Conference.objects.update(ends_on="2001-01-02", starts_on="2001-01-01"),
    "zone": lambda draft: Conference.objects.update(timezone="Asia/Tokyo"),
    "room": lambda draft: Room.objects.filter(name="Room A").update(name="Hall"),
    "means": lambda draft: Room.objects.filter(name="Room A").update(remote_capable=True),
    "session": lambda draft: Session.objects.filter(microconference=draft.microconference_id).update(room=None),
    "status": lambda draft: Attendee.objects.filter(status="pending").update(status="cant"),
    "topic": lambda draft: Topic.objects.filter(title="Topic 2").update(title="Renamed"),
    "withdrawn": lambda draft: Topic.objects.filter(title="Topic 2").update(state="withdrawn"),
    "times": lambda draft: Availability.objects.create(attendee=Attendee.objects.get(status="coming")).times.create(
        starts_at=draft.microconference.sessions.first().starts_at,
        ends_at=draft.microconference.sessions.first().ends_at,
    ),
    "elsewhere": lambda draft: AgendaItem.objects.filter(pk=theirs(draft).pk).update(minutes=1),
    "elsewhere gone": lambda draft: theirs(draft).delete(),
    "an item": lambda draft: draft.items.filter(position=1).update(minutes=200),
    "an item less": lambda draft: draft.items.filter(position=1).delete(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_in_between_is_seen(change, draft):
    before = warnings.look(again(draft)).parts
    assert before == warnings.check(again(draft)).parts

    CHANGES[change](draft)

    snapshot = again(draft)
    now = warnings.check(snapshot).parts
    assert now != before
    assert warnings.look(snapshot).parts == now


def test_who_may_know_more_reads_more_and_the_next_one_does_not(draft, lead):
    person = Membership.objects.get(user=lead).person
    LeadFactory(microconference=theirs(draft).draft.microconference, user=lead, person=person)

    def sentences(**more):
        return [each.sentence for each in warnings.look(again(draft, **more)).all if each.kind == "two_places"]

    assert "is needed elsewhere at that time" in sentences()[0]
    assert "is needed in “Theirs” at that time" in sentences(viewer=lead)[0]
    assert "is needed elsewhere at that time" in sentences()[0]


def test_from_the_same_rows_come_the_same_objects(draft):
    first, second = again(draft), again(draft)

    assert second.topics is first.topics
    assert second.people_elsewhere is first.people_elsewhere
    assert second.rooms_taken is first.rooms_taken


def test_an_edit_goes_on_from_the_warnings_of_the_one_before(draft, lead, monkeypatch):
    warnings.look(again(draft))
    monkeypatch.setattr(warnings, "check", lambda snapshot: pytest.fail("everything was looked at again"))

    done = edits.apply(draft=draft, edit=Edit("minutes", minutes={draft.items.first().public_id: 25}), version=1,
                       by=lead)  # fmt: skip

    assert done.found.snapshot is done.after
