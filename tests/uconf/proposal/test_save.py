import pytest

from attendees.models import Asking, Attendee, Round
from tests.factories import ConferenceFactory, MicroconferenceFactory, PersonFactory, UserFactory
from topics.models import Topic
from uconf.actions import people as persons
from uconf.forms.review import known_people
from uconf.lib.refusals import Refusal
from uconf.lifecycle import deciding
from uconf.models import Membership, Microconference, Person
from uconf.proposal import reader
from uconf.proposal.reviewed import (
    Proposal,
    ReviewedEdition,
    ReviewedLink,
    ReviewedOutcome,
    ReviewedPerson,
    ReviewedTopic,
    from_reading,
)
from uconf.proposal.save import save

pytestmark = pytest.mark.django_db


@pytest.fixture
def conference():
    return ConferenceFactory(slug="example")


def save_as(user, conference, **fields):
    return save(proposal=Proposal(**{"title": "Example Locks", **fields}), conference=conference, by=user)


def test_the_seed_fills_every_room(seed_text, conference):
    reading = reader.read(seed_text)

    mc = save(proposal=from_reading(reading), conference=conference, by=None)

    assert mc.title == "Performance and Scalability"
    assert [(each.person.name, each.affiliation, each.is_primary) for each in mc.memberships.leads()] == [
        ("Davidlohr Bueso", "SUSE Labs", True),
        ("Daniel Jordan", "", True),
        ("Pavel Tatashin", "", True),
    ]
    assert mc.topics.count() == 9
    first = mc.topics.first()
    assert [(key.person.name, key.note) for key in first.key_people.all()] == [
        ("Jason Zeng", "VMM Fast Restart"),
        ("Anthony Yznaga", "PKRAM"),
        ("Pavel Tatashin", ""),
    ]
    assert sorted(mc.attendees.values_list("status", flat=True)) == ["interested"] * 5 + ["pending"] * 2
    assert mc.policy_agreed_by.name == "Davidlohr Bueso"
    editions = {each.year: each for each in mc.series.editions.exclude(pk=mc.pk)}
    assert sorted(editions) == [2015, 2018]
    assert editions[2018].outcomes.count() == 3
    assert [each.label for each in editions[2015].links.all()] == ["Blog post", "Wiki page", "LKML announcement"]


def test_the_same_name_is_one_person_wherever_it_occurs_in_the_text(seed_text, conference):
    save(proposal=from_reading(reader.read(seed_text)), conference=conference, by=None)

    for name in ("Daniel Jordan", "Pavel Tatashin", "Davidlohr Bueso", "Jason Zeng", "Anthony Yznaga"):
        assert Person.objects.filter(name=name).count() == 1, name


def test_what_was_not_understood_is_kept_with_the_text(seed_text, conference):
    reading = reader.read(seed_text)

    mc = save(proposal=from_reading(reading), conference=conference, by=None)

    source = mc.sources.get()
    assert source.text == reading.text
    assert source.not_understood == [each.text for each in reading.not_understood] != []


def test_whoever_imports_becomes_the_lead_they_say_they_are(conference):
    user = UserFactory(email="ada@example.org", name="")

    mc = save_as(user, conference, leads=(ReviewedPerson("Bo Example"), ReviewedPerson("Ada Example")), me=1)

    mine = mc.memberships.get(user=user)
    assert (mine.person.name, mine.person.address, mine.role) == ("Ada Example", "ada@example.org", "lead")
    assert mc.memberships.count() == 2


def test_whoever_imports_without_being_named_is_added_as_a_lead(conference):
    user = UserFactory(name="Ada Example")

    mc = save_as(user, conference, leads=(ReviewedPerson("Bo Example"),))

    assert set(mc.memberships.values_list("person__name", "user__email")) == {
        ("Bo Example", None),
        ("Ada Example", user.email),
    }


def test_an_import_on_behalf_of_others_gives_no_rights(conference):
    committee = UserFactory()

    mc = save(
        proposal=Proposal(title="Example Locks", leads=(ReviewedPerson("Bo Example"),)),
        conference=conference, by=committee, on_behalf=True,
    )  # fmt: skip

    assert not Membership.objects.filter(microconference=mc, user=committee).exists()


def test_a_known_name_without_an_address_is_a_new_person_until_a_lead_says_otherwise(conference):
    known = PersonFactory(name="Cleo Example")
    user = UserFactory()

    first = save_as(user, conference, title="One", attendees=(ReviewedPerson("Cleo Example"),))
    second = save_as(user, conference, title="Two", attendees=(ReviewedPerson("Cleo Example", known=known.pk),))

    assert first.attendees.get().person != known
    assert second.attendees.get().person == known


def test_a_response_pending_before_the_import_counts_as_asked_and_gets_no_cadence(conference):
    mc = save_as(UserFactory(), conference, attendees=(ReviewedPerson("Cleo Example", status="pending"),))

    asking = Asking.objects.get(attendee__microconference=mc)
    assert (asking.how, asking.round.imported, asking.round.cadence) == ("import", True, [])
    assert Round.objects.get(microconference=mc).question == Round.Question.INTEREST


def test_a_title_that_is_taken_is_refused_and_nothing_is_stored(conference):
    MicroconferenceFactory(conference=conference, slug="example-locks")

    with pytest.raises(Refusal, match="“Example Locks” is at .* already"):
        save_as(UserFactory(), conference, topics=(ReviewedTopic("A topic"),))

    assert not Topic.objects.exists()


def test_somebody_who_asked_not_to_be_written_to_is_refused_and_nothing_is_stored(conference):
    persons.suppress(address="quiet@example.org", reason="asked so")

    with pytest.raises(Refusal, match="asked not to be written to"):
        save_as(
            UserFactory(), conference,
            attendees=(ReviewedPerson("Cleo Example", address="cleo@example.org"),
                       ReviewedPerson("Quiet Example", address="quiet@example.org")),
        )  # fmt: skip

    assert not Microconference.objects.exists()
    assert not Attendee.objects.exists()


def test_a_text_with_a_title_alone_gives_an_almost_empty_draft(conference):
    mc = save_as(UserFactory(), conference)

    assert (mc.state, mc.topics.count(), mc.attendees.count()) == ("draft", 0, 0)


def test_an_edition_that_is_known_already_keeps_what_it_has(conference):
    edition = ReviewedEdition(2018, (ReviewedPerson("Old Example"),), (ReviewedLink("schedule"),))
    outcome = ReviewedOutcome("It was merged.", 2018)
    lead, later = UserFactory(), ConferenceFactory(slug="later")
    save_as(lead, conference, editions=(edition,), outcomes=(outcome,))

    save_as(lead, later, editions=(edition,), outcomes=(outcome,))

    known = Microconference.objects.get(year=2018)
    assert (known.memberships.count(), known.links.count(), known.outcomes.count()) == (1, 1, 1)
    assert known.outcomes.get().kind == "merged"


class TestNobodyBecomesSomebodyElse:
    """Anybody may propose a microconference; a text is only a text, whatever names stand in it."""

    @pytest.fixture
    def theirs(self, conference):
        """A microconference that the committee imported for a lead who has not come yet."""
        lead = ReviewedPerson("Jane Example")
        return save(proposal=Proposal(title="Theirs", leads=(lead,)), conference=conference, by=None)

    def test_a_lead_who_has_not_come_yet_cannot_be_taken_over(self, theirs, conference):
        jane = theirs.memberships.get().person
        stranger = UserFactory(email="stranger@example.org")

        with pytest.raises(Refusal, match="Jane Example is on the list or the team of another microconference"):
            save_as(stranger, conference, leads=(ReviewedPerson("Jane Example", known=jane.pk),), me=0)

        jane.refresh_from_db()
        assert jane.address == ""

    def test_an_address_in_the_text_does_not_go_to_a_known_person_of_others(self, theirs, conference):
        jane = theirs.memberships.get().person
        people = (
            ReviewedPerson("Jane Example", known=jane.pk),
            ReviewedPerson("Jane Example", address="sock@example.org"),
        )

        with pytest.raises(Refusal):
            save_as(UserFactory(), conference, attendees=people)

        jane.refresh_from_db()
        assert jane.address == ""

    def test_nobody_is_somebody_with_another_address(self, conference):
        known = PersonFactory(name="Jane Example", address="jane@example.org")

        with pytest.raises(Refusal, match="another address than yours"):
            save_as(UserFactory(), conference, leads=(ReviewedPerson("Jane Example", known=known.pk),), me=0)

    def test_only_people_whom_one_may_see_are_offered_as_known(self, theirs, conference):
        mine, stranger = UserFactory(), UserFactory()
        own = save_as(mine, conference, title="Mine", attendees=(ReviewedPerson("Cleo Example"),))
        names = {"jane example", "cleo example"}

        assert known_people(names, stranger) == {}
        assert {name: [each.pk for each in people] for name, people in known_people(names, mine).items()} == {
            "cleo example": [own.attendees.get().person_id]
        }

    def test_a_series_is_joined_by_its_title_only_once_a_committee_accepts(self, conference):
        first = save_as(UserFactory(), conference, title="Same Title")
        second = save_as(UserFactory(), ConferenceFactory(slug="later"), title="Same Title")
        assert second.series != first.series

        second.state = Microconference.State.SUBMITTED
        second.save(update_fields=["state"])
        deciding.accept(microconference=second, by=None)

        second.refresh_from_db()
        assert second.series == first.series

    def test_whoever_ran_an_edition_goes_on_with_its_series(self, conference):
        lead = UserFactory()

        first = save_as(lead, conference, title="Same Title")
        second = save_as(lead, ConferenceFactory(slug="later"), title="Same Title")

        assert second.series == first.series


@pytest.mark.parametrize("on_behalf", [False, True])
def test_people_of_a_text_are_asked_by_whoever_brings_it_else_by_its_first_lead(conference, on_behalf):
    user = UserFactory(email="lead@example.org", name="Lena Lead")
    proposal = Proposal(
        title="Locks", leads=(ReviewedPerson("Olaf Other"),),
        attendees=(ReviewedPerson("Mina Example", status="interested"),),
    )  # fmt: skip

    mc = save(proposal=proposal, conference=conference, by=user, on_behalf=on_behalf)

    asker = mc.attendees.get().asked_by
    assert asker.person.name == ("Olaf Other" if on_behalf else "Lena Lead")
