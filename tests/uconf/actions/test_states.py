import pytest

from tests.factories import MicroconferenceFactory, UserFactory
from uconf.actions import states
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry, Microconference

pytestmark = pytest.mark.django_db
State = Microconference.State


def test_a_move_is_logged_with_what_was_before_and_after():
    mc = MicroconferenceFactory(submitted=True)
    by = UserFactory()

    states.move_state(microconference=mc, to=State.ACCEPTED, by=by)

    mc.refresh_from_db()
    entry = ActivityEntry.objects.get()
    assert mc.state == State.ACCEPTED
    assert (entry.what, entry.by_user, entry.before, entry.after) == (
        "microconference.state", by, {"state": "submitted"}, {"state": "accepted"},
    )  # fmt: skip


def test_being_there_already_changes_and_logs_nothing():
    mc = MicroconferenceFactory(accepted=True)

    states.move_state(microconference=mc, to=State.ACCEPTED, by=UserFactory())

    assert not ActivityEntry.objects.exists()


@pytest.mark.parametrize("state", [each for each in State if each != State.MERGED])
@pytest.mark.parametrize("to", [each for each in State if each != State.MERGED])
def test_only_the_moves_of_the_table_are_possible(state, to):
    mc = MicroconferenceFactory(state=state)
    allowed = to in Microconference.MOVES[state] or state == to

    try:
        states.move_state(microconference=mc, to=to, by=UserFactory())
    except Refusal as refusal:
        moved = False
        assert mc.title in str(refusal)
    else:
        moved = True

    mc.refresh_from_db()
    assert moved is allowed
    assert mc.state == (to if allowed else state)


def test_a_stale_object_is_moved_from_its_stored_state():
    mc = MicroconferenceFactory(submitted=True)
    Microconference.objects.filter(pk=mc.pk).update(state=State.HELD)

    with pytest.raises(Refusal):
        states.move_state(microconference=mc, to=State.ACCEPTED, by=UserFactory())
