"""A warning that a lead knows of is quiet until what it rests on changes."""

import pytest

from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    KeyPersonFactory,
    MicroconferenceFactory,
    TopicFactory,
    UserFactory,
)  # fmt: skip
from topics.actions import erasing
from topics.agenda import acknowledging, drafts, edits, warnings
from topics.agenda.edits import Edit
from topics.agenda.snapshot import load
from topics.models import WarningAcknowledgement
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(microconference):
    draft = DraftFactory(microconference=microconference, version=0)
    topic = TopicFactory(microconference=microconference, accepted=True, title="Ours", presenting_minutes=15)
    AgendaItemFactory(draft=draft, topic=topic)
    attendee = AttendeeFactory(microconference=microconference, pending=True)
    KeyPersonFactory(topic=topic, person=attendee.person)
    return draft


def found(draft):
    return warnings.check(load(draft.microconference, draft=draft))


def kinds(listed):
    return [each.kind for each in listed]


def acknowledge(draft, kind, **more):
    warning = next(each for each in found(draft).all if each.kind == kind)
    return acknowledging.acknowledge(draft=draft, key=warning.key, **({"reason": "We know.", "by": None} | more))


def test_an_acknowledged_warning_is_quiet_and_says_why_and_by_whom(draft):
    lead = UserFactory(name="Daniel Madeup")
    assert kinds(found(draft).loud) == ["pending", "presenting"]

    acknowledge(draft, "pending", reason="  They told me at lunch. ", by=lead)

    assert kinds(found(draft).loud) == kinds(warnings.warnings_for(draft)) == ["presenting"]
    (quiet,) = found(draft).quiet
    assert (quiet.acknowledged.reason, quiet.acknowledged.by) == ("They told me at lunch.", "Daniel Madeup")


def test_it_is_heard_again_when_what_it_rests_on_changes_and_quiet_when_that_is_back(draft):
    acknowledge(draft, "presenting")
    item = draft.items.get()

    edits.apply(draft=draft, edit=Edit("minutes", minutes={item.public_id: 25}), version=None, by=None)
    assert kinds(found(draft).loud) == ["pending", "presenting"]

    edits.apply(draft=draft, edit=Edit("undo"), version=None, by=None)
    assert kinds(found(draft).loud) == ["pending"]


def test_it_stays_quiet_when_something_else_changes(draft):
    acknowledge(draft, "pending")

    edits.apply(draft=draft, edit=Edit("add", "opening"), version=None, by=None)

    assert kinds(found(draft).loud) == ["presenting"]


def test_somebody_else_who_has_not_answered_is_another_fact(draft):
    acknowledge(draft, "pending")
    other = AttendeeFactory(microconference=draft.microconference, pending=True)
    KeyPersonFactory(topic=draft.items.get().topic, person=other.person)

    assert kinds(found(draft).loud) == ["pending", "presenting"]


def test_it_is_quiet_in_every_draft_and_after_the_topic_was_out_and_in_again(draft):
    acknowledge(draft, "pending")
    copy = drafts.copy(draft=draft, by=None)
    item = copy.items.get()

    edits.apply(draft=copy, edit=Edit("out", item.public_id), version=None, by=None)
    edits.apply(draft=copy, edit=Edit("place", item.topic.public_id), version=None, by=None)

    assert kinds(found(copy).loud) == ["presenting"]


def test_twice_is_once_and_a_new_reason_replaces_the_old(draft):
    for reason in ("We know.", "We know.", "They told me."):
        acknowledge(draft, "pending", reason=reason)

    assert WarningAcknowledgement.objects.get().reason == "They told me."
    entries = ActivityEntry.objects.filter(what="warning.acknowledged")
    assert [entry.after["reason"] for entry in entries] == [{"characters": 13}, {"characters": 8}]


@pytest.mark.parametrize(
    ("reason", "words"), [("", "Say in a few words"), ("  ", "Say in a few words"), ("x" * 2001, "2001")]
)
def test_a_reason_is_needed(draft, reason, words):
    with pytest.raises(Refusal, match=words) as refusal:
        acknowledge(draft, "pending", reason=reason)

    assert refusal.value.field == "reason"


def test_a_warning_that_is_gone_or_another_by_now_is_not_acknowledged(draft):
    seen = next(each for each in found(draft).all if each.kind == "presenting")
    edits.apply(draft=draft, edit=Edit("minutes", minutes={draft.items.get().public_id: 25}), version=None, by=None)

    with pytest.raises(Refusal, match="has changed: 15 of its 25 min are for presenting"):
        acknowledging.acknowledge(draft=draft, key=seen.key, rests_on=seen.rests_on, reason="Fine.", by=None)
    with pytest.raises(Refusal, match="This warning is gone"):
        acknowledging.acknowledge(draft=draft, key="over:nothing", reason="Fine.", by=None)


def test_taking_it_back_lets_it_be_heard_again_and_twice_is_harmless(draft):
    row = acknowledge(draft, "pending")
    acknowledging.take_back(microconference=MicroconferenceFactory(), public_id=row.public_id, by=None)
    assert kinds(found(draft).loud) == ["presenting"]

    for _twice in range(2):
        acknowledging.take_back(microconference=draft.microconference, public_id=row.public_id, by=None)

    assert kinds(found(draft).loud) == ["pending", "presenting"]
    assert ActivityEntry.objects.filter(what="warning.taken_back").count() == 1


def test_when_somebody_is_erased_what_was_written_about_them_here_goes_and_the_rest_stays(draft):
    person = draft.items.get().topic.key_people.get().person
    acknowledge(draft, "pending")
    other = TopicFactory(microconference=draft.microconference, accepted=True, title="Waits")
    acknowledge(draft, "not_placed")

    erasing.forget(person=person)

    assert [row.key for row in WarningAcknowledgement.objects.all()] == [f"not_placed:{other.public_id}"]
