import pytest

from outcomes.actions import closing
from tests.factories import MicroconferenceFactory, OutcomeFactory, TopicFactory
from topics.models import Release
from uconf.lib.refusals import Refusal

pytestmark = pytest.mark.django_db


def state_of(microconference):
    microconference.refresh_from_db()
    return microconference.state


def test_it_is_held_then_reported_then_taken_back_step_by_step():
    microconference = MicroconferenceFactory(scheduled=True)
    Release.objects.create(microconference=microconference, number=1, content={})
    OutcomeFactory(microconference=microconference)

    closing.mark_held(microconference=microconference, by=None)
    held = state_of(microconference)
    closing.report(microconference=microconference, by=None)
    reported = state_of(microconference)
    closing.reopen(microconference=microconference, by=None)
    back = state_of(microconference)
    closing.reopen(microconference=microconference, by=None)

    assert (held, reported, back, state_of(microconference)) == ("held", "reported", "held", "scheduled")


def test_marking_as_held_twice_is_harmless():
    microconference = MicroconferenceFactory(scheduled=True)

    closing.mark_held(microconference=microconference, by=None)
    closing.mark_held(microconference=microconference, by=None)

    assert microconference.activity.count() == 1


def test_a_draft_cannot_be_marked_as_held():
    microconference = MicroconferenceFactory(title="Too early")

    with pytest.raises(Refusal, match="Too early"):
        closing.mark_held(microconference=microconference, by=None)

    assert state_of(microconference) == "draft"


def test_nothing_is_reported_while_nothing_is_noted():
    microconference = MicroconferenceFactory(held=True)

    with pytest.raises(Refusal, match="Nothing is noted"):
        closing.report(microconference=microconference, by=None)

    assert state_of(microconference) == "held"


def test_saying_how_a_topic_went_is_enough_to_report():
    microconference = MicroconferenceFactory(held=True)
    TopicFactory(microconference=microconference, result="not_reached")

    closing.report(microconference=microconference, by=None)

    assert state_of(microconference) == "reported"


def test_what_has_no_published_agenda_cannot_become_scheduled_again():
    microconference = MicroconferenceFactory(held=True)

    with pytest.raises(Refusal, match="no published agenda"):
        closing.reopen(microconference=microconference, by=None)

    assert state_of(microconference) == "held"
