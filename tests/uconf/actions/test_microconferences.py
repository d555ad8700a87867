import pytest

from tests.factories import LeadFactory, MicroconferenceFactory, RoomFactory, UserFactory
from uconf.actions import microconferences
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import ActivityEntry, Microconference

pytestmark = pytest.mark.django_db


def test_two_leads_saving_the_same_settings_is_a_conflict_that_keeps_the_first():
    mc = MicroconferenceFactory(title="Old")
    stale = Microconference.objects.get(pk=mc.pk)
    microconferences.change(microconference=mc, version=1, by=UserFactory(), title="First")

    with pytest.raises(EditConflict) as conflict:
        microconferences.change(microconference=stale, version=1, by=UserFactory(), title="Second")

    assert conflict.value.theirs.title == "First"
    mc.refresh_from_db()
    assert mc.title == "First"


def test_topics_are_never_called_for_in_two_places():
    mc = MicroconferenceFactory(topics_open_here=True)

    with pytest.raises(Refusal, match="not in both places"):
        microconferences.change(microconference=mc, version=1, by=UserFactory(), topics_url="https://example.org/call")


def test_topics_may_be_called_for_elsewhere():
    mc = MicroconferenceFactory(topics_open_here=True)

    microconferences.change(
        microconference=mc, version=1, by=UserFactory(), topics_open_here=False, topics_url="https://example.org/call"
    )

    mc.refresh_from_db()
    assert (mc.topics_open_here, mc.topics_url) == (False, "https://example.org/call")


def test_links_are_replaced_in_order_with_their_kind_recognised():
    mc = MicroconferenceFactory()
    links = [("LWN", "https://lwn.net/Articles/1/"), ("wiki page", "")]

    microconferences.change(microconference=mc, version=1, by=UserFactory(), links=links)

    assert list(mc.links.values_list("label", "url", "kind")) == [
        ("LWN", "https://lwn.net/Articles/1/", "article"),
        ("wiki page", "", "documentation"),
    ]


def test_saving_what_is_there_already_counts_no_version_and_logs_nothing():
    mc = MicroconferenceFactory(title="Same")

    microconferences.change(microconference=mc, version=1, by=UserFactory(), title="Same", links=[])

    mc.refresh_from_db()
    assert mc.version == 1
    assert not ActivityEntry.objects.exists()


def test_a_room_of_another_conference_is_refused():
    mc = MicroconferenceFactory()

    with pytest.raises(Refusal, match="another conference"):
        microconferences.place(microconference=mc, version=1, kind="full", room=RoomFactory(), by=UserFactory())


def test_the_committee_sets_kind_and_room_in_one():
    mc = MicroconferenceFactory()
    room = RoomFactory(conference=mc.conference, name="Hall A")

    microconferences.place(microconference=mc, version=1, kind="short", room=room, by=UserFactory())

    mc.refresh_from_db()
    assert (mc.kind, mc.room) == ("short", room)
    assert ActivityEntry.objects.get().after == {"kind": "short", "room": "Hall A"}


def test_the_first_who_agrees_to_the_policy_stays_noted():
    mc = MicroconferenceFactory()
    first, second = LeadFactory.create_batch(2, microconference=mc)

    microconferences.agree_to_policy(microconference=mc, membership=first, by=first.user)
    microconferences.agree_to_policy(microconference=mc, membership=second, by=second.user)

    mc.refresh_from_db()
    assert mc.policy_agreed_by == first.person
    assert mc.policy_agreed_at is not None
