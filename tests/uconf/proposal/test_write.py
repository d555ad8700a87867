import pytest

from tests.factories import (
    AttendeeFactory,
    KeyPersonFactory,
    LeadFactory,
    PersonFactory,
    TopicFactory,
    TopicLinkFactory,
)
from uconf.proposal import write

pytestmark = pytest.mark.django_db


def texts(microconference, named=frozenset()):
    material = write.gather(microconference, named=named)
    return write.as_text(material), write.as_markdown(material)


def test_people_are_named_who_agreed_and_everybody_else_is_counted(microconference):
    AttendeeFactory(microconference=microconference, person__name="Open Example", listed=True, interested=True)
    AttendeeFactory(microconference=microconference, person__name="Shy Example", interested=True)
    AttendeeFactory(microconference=microconference, person__name="Late Example", pending=True)

    for text in texts(microconference):
        assert "Open Example (interested)" in text
        assert "Shy Example" not in text
        assert "Late Example" not in text
        assert "3 asked, 2 interested" in text


def test_a_lead_may_tick_somebody_for_this_text(microconference):
    shy = AttendeeFactory(microconference=microconference, person__name="Shy Example", interested=True)

    for text in texts(microconference, named={shy.public_id}):
        assert "Shy Example (interested)" in text


def test_key_people_are_named_by_the_same_rule(microconference):
    topic = TopicFactory(microconference=microconference, title="Locks")
    lead = LeadFactory(microconference=microconference, person__name="Lead Example")
    KeyPersonFactory(topic=topic, person=lead.person, note="wrote it")
    KeyPersonFactory(topic=topic, person=PersonFactory(name="Shy Example"))

    for text in texts(microconference):
        assert "Needed: Lead Example (wrote it), 1 more" in text
        assert "Shy Example" not in text


def test_plain_text_is_wrapped_at_72_and_lists_addresses_at_the_end(microconference):
    topic = TopicFactory(microconference=microconference, title="Locks", problem="word " * 60)
    TopicLinkFactory(topic=topic, label="series", url="https://example.org/series")
    TopicLinkFactory(topic=topic, label="lost")

    text, _markdown = texts(microconference)

    assert max(len(line) for line in text.splitlines()) <= 72
    assert "series [1], lost" in text
    assert text.rstrip().endswith("[1] https://example.org/series")


def test_markdown_keeps_a_title_letter_by_letter(microconference):
    TopicFactory(microconference=microconference, title="mmap_sem *and* [friends]")

    _text, markdown = texts(microconference)

    assert "### mmap\\_sem \\*and\\* \\[friends\\]" in markdown


def test_the_text_costs_the_same_queries_for_any_number_of_topics(microconference, django_assert_max_num_queries):
    TopicLinkFactory.create_batch(12, topic__microconference=microconference)

    with django_assert_max_num_queries(10):
        texts(microconference)
