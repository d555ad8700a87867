import pytest

from tests.factories import HelperFactory, LeadFactory, MicroconferenceFactory, PersonFactory, UserFactory
from uconf.actions import team
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry, Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def mc():
    return MicroconferenceFactory()


def test_the_last_lead_cannot_leave(mc):
    last = LeadFactory(microconference=mc)
    HelperFactory(microconference=mc)

    with pytest.raises(Refusal, match="Invite another lead first"):
        team.remove_member(membership=last, by=last.user)

    assert mc.memberships.filter(pk=last.pk).exists()


def test_a_lead_may_leave_if_another_one_stays(mc):
    leaving, staying = LeadFactory.create_batch(2, microconference=mc)

    team.remove_member(membership=leaving, by=leaving.user)

    assert list(mc.memberships.all()) == [staying]


def test_a_lead_who_signed_in_cannot_leave_it_to_one_who_has_not(mc):
    here = LeadFactory(microconference=mc)
    LeadFactory(microconference=mc, user=None, person=PersonFactory())

    with pytest.raises(Refusal, match="only lead .* who has signed in"):
        team.remove_member(membership=here, by=here.user)


def test_a_lead_who_never_came_can_be_taken_off(mc):
    here = LeadFactory(microconference=mc)
    absent = LeadFactory(microconference=mc, user=None, person=PersonFactory())

    team.remove_member(membership=absent, by=here.user)

    assert list(mc.memberships.all()) == [here]


def test_the_last_lead_cannot_become_a_helper(mc):
    last = LeadFactory(microconference=mc)

    with pytest.raises(Refusal) as refused:
        team.change_member(
            membership=last, version=1, role=Membership.Role.HELPER, affiliation="", is_primary=False, by=last.user
        )

    assert refused.value.field == "role"
    last.refresh_from_db()
    assert last.role == Membership.Role.LEAD


def test_a_change_is_logged_by_what_differs_and_names_the_person_only_as_one(mc):
    by = LeadFactory(microconference=mc).user
    helper = HelperFactory(microconference=mc, affiliation="Example Institute")

    team.change_member(
        membership=helper,
        version=1,
        role=Membership.Role.LEAD,
        affiliation="Example Institute",
        is_primary=False,
        by=by,
    )
    team.change_member(
        membership=helper,
        version=1,
        role=Membership.Role.LEAD,
        affiliation="Example Institute",
        is_primary=False,
        by=by,
    )

    entry = ActivityEntry.objects.get()
    assert (entry.what, entry.person, entry.before, entry.after) == (
        "team.changed", helper.person, {"role": "helper"}, {"role": "lead"},
    )  # fmt: skip


def test_moving_somebody_up_swaps_them_with_their_neighbour(mc):
    first, second, third = LeadFactory.create_batch(3, microconference=mc)  # all at position 0: in order of joining

    team.move_member(membership=third, up=True, by=first.user)

    assert list(mc.memberships.all()) == [first, third, second]


def test_moving_the_first_up_changes_nothing(mc):
    first, second = LeadFactory.create_batch(2, microconference=mc)

    team.move_member(membership=first, up=True, by=UserFactory())

    assert list(mc.memberships.all()) == [first, second]
    assert not ActivityEntry.objects.exists()


@pytest.mark.parametrize(("called", "afterwards"), [("", "Rosa Invented"), ("R. Invented", "R. Invented")])
def test_a_user_without_a_name_gets_the_one_of_their_first_place_on_a_team(mc, called, afterwards):
    user = UserFactory(name=called)

    team.add_member(microconference=mc, person=PersonFactory(name="Rosa Invented"), user=user, by=user)

    user.refresh_from_db()
    assert user.name == afterwards
