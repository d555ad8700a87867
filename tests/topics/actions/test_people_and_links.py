import pytest

from tests.factories import (
    AttendeeFactory,
    KeyPersonFactory,
    PersonFactory,
    ProposerFactory,
    TopicFactory,
    TopicLinkFactory,
)
from topics.actions import links, people
from topics.models import TopicLink
from uconf.actions import people as persons
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(microconference):
    return TopicFactory(microconference=microconference, title="futex2")


def test_naming_a_key_person_twice_is_harmless(topic, lead):
    person = PersonFactory()

    people.add_key_person(topic=topic, person=person, note="PKRAM", by=lead)
    people.add_key_person(topic=topic, person=person, by=lead)

    assert topic.key_people.get().note == "PKRAM"
    assert ActivityEntry.objects.get().person == person


def test_the_log_names_people_by_their_row_only(topic, lead):
    person = PersonFactory(name="Mina Example", address="mina@example.org")

    key_person = people.add_key_person(topic=topic, person=person, note="PKRAM", by=lead)
    people.remove_key_person(key_person=key_person, by=lead)

    for entry in ActivityEntry.objects.all():
        assert "Mina" not in f"{entry.subject}{entry.before}{entry.after}"


def test_everybody_around_may_be_picked_and_nobody_else(topic, lead):
    attendee = AttendeeFactory(microconference=topic.microconference).person
    proposer = ProposerFactory(topic=topic).person
    key_person = KeyPersonFactory(topic=topic).person
    PersonFactory(), AttendeeFactory(), ProposerFactory()

    around = set(people.people_around(topic.microconference))

    lead_person = topic.microconference.memberships.get().person
    assert around == {attendee, proposer, key_person, lead_person}


def test_a_new_name_that_is_around_already_is_asked_about(topic, lead):
    known = AttendeeFactory(microconference=topic.microconference, person__name="Waiman Long").person

    with pytest.raises(Refusal, match="There is a Waiman Long here already") as refusal:
        people.find_or_name(topic=topic, name="waiman  long", by=lead)

    assert refusal.value.field == "another"
    assert people.find_or_name(topic=topic, name="Waiman Long", another=True, by=lead) != known
    assert people.find_or_name(topic=topic, name="Waiman Long", address=known.address, by=lead) == known


def test_a_new_name_that_is_known_elsewhere_only_is_a_new_person(topic, lead):
    PersonFactory(name="Waiman Long")

    new = people.find_or_name(topic=topic, name="Waiman Long", by=lead)

    assert Person.objects.named("Waiman Long").count() == 2
    assert "futex2" in new.source


def test_a_lead_cannot_name_an_address_that_asked_for_no_letters(topic, lead):
    persons.suppress(address="gone@example.org", reason="asked")

    with pytest.raises(Refusal, match="asked not to be written to"):
        people.update_key_people(topic=topic, added={"name": "Petra Nobody", "address": "gone@example.org"}, by=lead)

    assert not Person.objects.filter(name="Petra Nobody").exists()


@pytest.mark.parametrize(
    ("label", "url", "kind"),
    [
        ("", "https://lwn.net/Articles/1/", "article"),
        ("series", "", "series"),
        ("v3", "https://bugzilla.kernel.org/show_bug.cgi?id=1", "bug"),
    ],
)
def test_the_kind_of_a_link_is_recognised(topic, lead, label, url, kind):
    link = links.add_link(topic=topic, label=label, url=url, by=lead)

    assert link.kind == kind
    assert link.label == (label or kind)


def test_completing_an_address_recognises_the_kind_anew(topic, lead):
    link = TopicLinkFactory(topic=topic, label="1", url="", kind="other")

    links.edit_link(link=link, label="1", url="https://lore.kernel.org/lkml/1/", by=lead)

    link.refresh_from_db()
    assert link.kind == "discussion"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "lore.kernel.org/x", "http://", "https://a b/"])
def test_what_is_no_web_address_is_refused(topic, lead, url):
    with pytest.raises(Refusal, match="is not a web address"):
        links.add_link(topic=topic, label="series", url=url, by=lead)

    assert not TopicLink.objects.exists()


def test_the_same_link_twice_is_one(topic, lead):
    for _each in range(2):
        links.add_link(topic=topic, label="series", url="https://example.org/1", by=lead)

    assert TopicLink.objects.count() == 1


def test_a_link_that_is_gone_already_is_removed_harmlessly(topic, lead):
    link = TopicLinkFactory(topic=topic)

    links.remove_link(link=TopicLink.objects.get(pk=link.pk), by=lead)
    links.remove_link(link=link, by=lead)

    assert ActivityEntry.objects.filter(what="topic.link_removed").count() == 1
