from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendees.actions import rounds
from attendees.models import Answer, Asking, Letter, Round
from tests.conftest import client_of
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    HelperFactory,
    KeyPersonFactory,
    LetterFactory,
    RoundFactory,
    SessionFactory,
    TopicFactory,
    TopicLinkFactory,
)
from topics.agenda import releases, transfer
from uconf.actions import activity
from uconf.activity import told
from uconf.activity_words import SENTENCES
from uconf.lib import clock
from uconf.models import Microconference
from uconf.views.organize import funnel

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(microconference, lead_client):
    """The overview's text, as a lead reads it now."""

    def read(client=lead_client):
        response = client.get(microconference.organize_url())
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    return read


def asked(microconference, *, days_ago, **person):
    attendee = AttendeeFactory(microconference=microconference, **person)
    round = Round.objects.filter(microconference=microconference).first() or RoundFactory(
        microconference=microconference
    )
    rounds.asked(
        attendees=[attendee], round=round, how=Asking.How.OWN_MAIL, by=None, at=clock.now() - timedelta(days=days_ago)
    )
    return attendee


def test_whoever_has_been_silent_for_a_week_is_pressing(microconference, page):
    asked(microconference, days_ago=6, person__name="Patient Example")
    assert "has not answered" not in page()

    asked(microconference, days_ago=8, person__name="Silent Example")

    assert "<strong>1 person has not answered</strong> for 8 days" in page()
    assert "Silent Example" in page()


def test_a_placed_topic_that_waits_for_its_key_person_is_pressing(microconference, page):
    silent = asked(microconference, days_ago=1, person__name="Silent Example")
    topic = TopicFactory(microconference=microconference, accepted=True, title="Locks")
    KeyPersonFactory(topic=topic, person=silent.person)
    assert "<strong>Locks</strong>" not in page()

    AgendaItemFactory(draft=DraftFactory(microconference=microconference), topic=topic)

    assert "<strong>Locks</strong> needs Silent Example, who has not answered" in page()


def test_an_agenda_that_is_too_long_is_pressing(microconference, page):
    draft, session = DraftFactory(microconference=microconference), SessionFactory(microconference=microconference)
    AgendaItemFactory(draft=draft, session=session, minutes=210)
    assert "min over" not in page()

    AgendaItemFactory(draft=draft, session=session, minutes=25)

    assert "<strong>The agenda is 25 min over</strong>" in page()


def test_interested_people_wait_for_the_second_question(microconference, page):
    AttendeeFactory(microconference=microconference, interested=True, person__name="Keen Example")

    assert "1 person is interested and waits for the second question" in page()
    assert "Ask 1 person…" in page()


def test_a_helper_is_offered_no_letters(microconference, page):
    AttendeeFactory(microconference=microconference, interested=True)
    LetterFactory(microconference=microconference, state=Letter.State.WRITTEN)

    text = page(client_of(HelperFactory(microconference=microconference).user))

    assert "Ask 1 person…" not in text
    assert "waits for you" not in text


@pytest.mark.parametrize(
    ("days", "says"),
    [(4, "Publishing is due in 4 days"), (0, "Publishing is due today"), (-2, "Publishing was due 2 days ago")],
)
def test_the_day_to_publish_comes_nearer(microconference, page, days, says):
    day = clock.today(microconference.timezone) + timedelta(days=days)
    Microconference.objects.filter(pk=microconference.pk).update(publish_by=day)

    assert says in page()


def test_what_the_official_timetable_does_not_say_yet_is_to_be_entered(microconference, lead, page):
    item = AgendaItemFactory(
        draft=DraftFactory(microconference=microconference), session=SessionFactory(microconference=microconference)
    )
    AgendaItemFactory(draft=item.draft, session=item.session, position=1)
    release = releases.publish(draft=item.draft, version=None, by=lead)
    assert "into the official timetable" not in page()  # the conference has none elsewhere

    microconference.conference.official_schedule_url = "https://timetable.example.org/"
    microconference.conference.save()
    assert "2 things are to be entered into the official timetable" in page()

    keys = transfer.entries_of(release.content)
    transfer.tick(microconference=microconference, number=1, keys=keys, by=lead)
    assert "to be entered into the official timetable" not in page()


def test_links_without_an_address_are_counted(microconference, page):
    TopicLinkFactory.create_batch(2, topic__microconference=microconference)

    assert "2 links have no address yet" in page()


def test_with_nothing_to_do_the_next_date_is_named(microconference, page):
    SessionFactory(microconference=microconference)

    assert "Nothing to do now." in page()
    assert "the conference begins" in page()


def test_the_numbers_of_the_chart_are_those_of_the_list(microconference):
    attendees = [
        AttendeeFactory.build(microconference=microconference, **state)
        for state in ({"coming": True}, {"remote": True}, {"cant": True}, {"pending": True}, {})
    ]

    numbers = funnel(attendees)

    wanted = {"total": 5, "asked": 4, "answered": 3, "coming": 2, "remote": 1}
    assert {name: numbers[name] for name in wanted} == wanted


def test_the_overview_costs_the_same_queries_for_3_rows_and_for_30(microconference, lead, page):
    draft, session = DraftFactory(microconference=microconference), SessionFactory(microconference=microconference)

    def fill(count):
        for _number in range(count):
            attendee = asked(microconference, days_ago=9)
            item = AgendaItemFactory(draft=draft, session=session, minutes=1)
            KeyPersonFactory(topic=item.topic, person=attendee.person)
            TopicLinkFactory(topic=item.topic)
            activity.record("topic.added", on=microconference, by=lead, subject="Locks", person=attendee.person)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            page()
        return len(seen)

    fill(3)
    few = queries()
    fill(27)

    assert queries() == few


def test_everything_that_is_logged_has_a_sentence(microconference, lead):
    for what in SENTENCES:
        activity.record(what, on=microconference, by=lead, subject="Locks {x}", before={"a": 1}, after={"a": "<b>"})

    lines = told(microconference.activity.all(), reader=lead, with_changes=True)

    assert len(lines) == len(SENTENCES)
    assert all("<b>" not in line.words.replace("<b>somebody</b>", "") for line in lines)


def test_somebody_named_as_better_is_something_to_do(microconference, page):
    round = RoundFactory(microconference=microconference)
    attendee = AttendeeFactory(microconference=microconference)
    Answer.objects.create(attendee=attendee, round=round, answer="cant", instead="Rosa Invented", source="link")

    shown = page()

    assert "Somebody better is named" in shown and "Rosa Invented" in shown
    assert microconference.organize_url("attendees:suggestions") in shown
