import pytest

from outcomes.forms import NoteForm, OutcomeForm, parse_links, people_of
from tests.factories import (
    AttendeeFactory,
    KeyPersonFactory,
    LeadFactory,
    OutcomeFactory,
    PersonFactory,
    ProposerFactory,
    TopicFactory,
)
from uconf.lib import clock


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Patch 1/8 https://lore.kernel.org/x", [("Patch 1/8", "https://lore.kernel.org/x")]),
        ("https://lwn.net/1 what it says", [("what it says", "https://lwn.net/1")]),
        ("notes: <https://example.org/pad>", [("notes", "https://example.org/pad")]),
        ("https://lwn.net/Articles/1/", [("article", "https://lwn.net/Articles/1/")]),
        ("https://example.org/1", [("example.org", "https://example.org/1")]),
        ("Blog post", [("Blog post", "")]),
        ("example.org/pad", [("example.org/pad", "example.org/pad")]),
        ("\n  \n", []),
        ("a\nb", [("a", ""), ("b", "")]),
    ],
)
def test_a_link_is_written_as_people_write_it(line, found):
    assert parse_links(line) == found


@pytest.mark.django_db
def test_everybody_who_has_to_do_with_it_can_be_named_once_but_nobody_erased(microconference):
    lead, attendee = LeadFactory(microconference=microconference), AttendeeFactory(microconference=microconference)
    topic = TopicFactory(microconference=microconference)
    proposer = ProposerFactory(topic=topic, person=attendee.person)
    key = KeyPersonFactory(topic=topic)
    named = PersonFactory()
    OutcomeFactory(microconference=microconference).people.add(named)
    AttendeeFactory(microconference=microconference, person__erased_at=clock.now())
    AttendeeFactory()

    found = list(people_of(microconference))

    assert len(found) == 4
    assert set(found) == {lead.person, proposer.person, key.person, named}


@pytest.mark.django_db
def test_a_form_with_neither_a_line_nor_a_new_result_is_refused(microconference):
    topic = TopicFactory(microconference=microconference, result="partly")
    empty = {"text": " ", "kind": "agreed", "result": "partly"}

    form = NoteForm(empty, microconference=microconference, topic=topic)

    assert set(form.errors) == {"text"}


@pytest.mark.django_db
def test_how_it_went_can_be_said_without_a_line(microconference):
    topic = TopicFactory(microconference=microconference)

    form = NoteForm({"text": "", "kind": "agreed", "result": "partly"}, microconference=microconference, topic=topic)

    assert form.is_valid()


@pytest.mark.django_db
def test_a_person_or_topic_of_elsewhere_cannot_be_chosen(microconference):
    values = {"kind": "agreed", "text": "x", "people": [PersonFactory().public_id], "topic": TopicFactory().public_id}

    form = OutcomeForm(values, microconference=microconference)

    assert set(form.errors) == {"people", "topic"}
