from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    DraftFactory,
    MicroconferenceFactory,
    PersonFactory,
    ProposerFactory,
    RoomFactory,
    SessionFactory,
    TopicFactory,
    TopicLinkFactory,
)
from topics.agenda import drafts, releases
from topics.models import Topic
from uconf.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(microconference, lead):
    """A, a break, B, in Room A from 14:00; Z if time allows."""
    draft = DraftFactory(microconference=microconference)
    session = SessionFactory(
        microconference=microconference, room=RoomFactory(conference=microconference.conference, name="Room A")
    )
    AgendaItemFactory(draft=draft, session=session, position=0, topic__title="A", topic__problem="It is *slow*.")
    AgendaItemFactory(draft=draft, session=session, position=1, kind="break", topic=None, minutes=30)
    AgendaItemFactory(draft=draft, session=session, position=2, topic__title="B")
    TopicFactory(microconference=microconference, if_time=True, title="Z")
    return draft


def url(microconference, *number):
    where = [microconference.conference.slug, microconference.slug, *number]
    return reverse("topics:release" if number else "topics:schedule", args=where)


def read(microconference, *number, **query):
    return Client().get(url(microconference, *number), query)


def text(response):
    return " ".join(response.content.decode().split())


def test_before_the_first_release_nothing_of_the_draft_is_shown(draft, microconference):
    microconference.publish_by = date(2031, 9, 11)
    microconference.save()

    page = text(read(microconference))

    assert "The agenda is not published yet. It is due by 11 September." in page
    assert "slow" not in page


def test_the_schedule_is_the_latest_release_and_never_the_draft(draft, lead, microconference):
    releases.publish(draft=draft, note="Welcome.", version=1, by=lead)
    drafts.take_out(draft=draft, item=draft.items.last(), version=1, by=lead)

    page = text(read(microconference))

    for words in ("Sunday 21 September 2031", "14:00", "Room A", "IST (Europe/Dublin)", "Welcome.", ">A</a>", "Break",
                  ">B</a>", "If time allows", ">Z</a>", "<em>slow</em>", f"by {lead.name}"):  # fmt: skip
        assert words in page


def test_an_older_release_points_to_the_latest(draft, lead, microconference):
    releases.publish(draft=draft, version=1, by=lead)
    drafts.take_out(draft=draft, item=draft.items.last(), version=1, by=lead)
    releases.publish(draft=draft, version=2, by=lead)

    latest, older = text(read(microconference)), text(read(microconference, 1))

    assert "Release 2: 1 change since release 1" in latest
    assert "not the latest" not in latest
    assert ">B</a>" not in latest
    assert "This is release 1, not the latest." in older
    assert f'<a href="{url(microconference)}">Release 2 holds now</a>' in older
    assert ">B</a>" in older
    assert read(microconference, 3).status_code == 404


@pytest.mark.parametrize("state", ["draft", "submitted", "declined"])
def test_what_is_not_public_does_not_exist(draft, lead, microconference, state):
    releases.publish(draft=draft, version=1, by=lead)
    microconference.state = state
    microconference.save()

    assert read(microconference).status_code == read(microconference, 1).status_code == 404


def test_times_are_shown_in_a_zone_of_the_readers_choice(draft, lead, microconference):
    releases.publish(draft=draft, version=1, by=lead)

    page = text(read(microconference, tz="asia/tokyo"))

    assert "JST (Asia/Tokyo)" in page
    assert '<time class="t" datetime="2031-09-21T22:00+09:00">22:00</time>' in page
    assert "show in Europe/Dublin" in page


def test_a_day_can_be_another_one_in_the_readers_zone(draft, lead, microconference):
    releases.publish(draft=draft, version=1, by=lead)

    assert "Monday 22 September 2031" in text(read(microconference, tz="Pacific/Auckland"))


@pytest.mark.parametrize("zone", ["Foo/Bar", "../../etc/passwd", "<script>", "x" * 100])
def test_an_unknown_zone_is_said_and_the_conferences_own_is_shown(draft, lead, microconference, zone):
    releases.publish(draft=draft, version=1, by=lead)

    response = read(microconference, tz=zone)

    assert response.status_code == 422
    assert "IST (Europe/Dublin)" in text(response)
    assert 'aria-invalid="true"' in text(response)
    assert "<script>" not in text(response)


def test_people_are_named_only_where_they_agreed_and_never_with_their_address(draft, lead, microconference):
    topic = draft.items.first().topic
    agreed = AttendeeFactory(microconference=microconference, remote=True, listed=True, person__name="Mina Agreed")
    silent = AttendeeFactory(microconference=microconference, coming=True, person__name="Oskar Silent")
    elsewhere = AttendeeFactory(coming=True, listed=True, person__name="Ines Elsewhere")
    stranger = PersonFactory(name="Tomas Stranger")
    me = microconference.memberships.get().person
    for person in (agreed.person, silent.person, elsewhere.person, stranger, me):
        ProposerFactory(topic=topic, person=person)
    releases.publish(draft=draft, version=1, by=lead)

    page = text(read(microconference))

    assert f'<p class="meta">Mina Agreed (remotely), {me.name}' in page
    for name in ("Silent", "Elsewhere", "Stranger", "@"):
        assert name not in page


def test_who_no_longer_wants_to_be_named_is_gone_from_old_releases_too(draft, lead, microconference):
    attendee = AttendeeFactory(microconference=microconference, coming=True, listed=True, person__name="Mina Agreed")
    ProposerFactory(topic=draft.items.first().topic, person=attendee.person)
    releases.publish(draft=draft, version=1, by=lead)
    assert "Mina Agreed" in text(read(microconference, 1))

    attendee.listed = False
    attendee.save()

    assert "Mina Agreed" not in text(read(microconference, 1))


def test_a_topic_withdrawn_since_tells_no_more_than_its_title(draft, lead, microconference):
    topic = draft.items.first().topic
    releases.publish(draft=draft, version=1, by=lead)
    Topic.objects.filter(pk=topic.pk).update(state="withdrawn")

    page = text(read(microconference))

    assert f'<a href="#t-{topic.public_id}">A</a>' in page
    assert "slow" not in page


def test_items_have_anchors_and_links_that_can_be_followed_alone(draft, lead, microconference):
    topic = draft.items.first().topic
    TopicLinkFactory(topic=topic, label="series", url="https://example.org/series")
    TopicLinkFactory(topic=topic, label="lost", url="")
    TopicLinkFactory(topic=topic, label="evil", url="javascript:alert(1)")
    releases.publish(draft=draft, version=1, by=lead)

    page = text(read(microconference))

    assert f'id="t-{topic.public_id}"' in page
    assert '<a href="https://example.org/series" rel="nofollow noopener noreferrer">series</a>' in page
    assert "javascript:" not in page
    assert "lost" not in page


@pytest.mark.parametrize(
    ("minutes", "now", "later"),
    [(-1, None, "A"), (0, "A", "Break"), (19, "A", "Break"), (20, "Break", "B"), (69, "B", None), (70, None, None),
     (-24 * 60, None, None)],
)  # fmt: skip
def test_now_and_next_are_said_by_the_server(draft, lead, microconference, monkeypatch, minutes, now, later):
    releases.publish(draft=draft, version=1, by=lead)
    moment = datetime(2031, 9, 21, 13, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: moment)

    context = read(microconference).context

    assert (context["now"] and context["now"].title, context["next"] and context["next"].title) == (now, later)


def test_the_official_timetable_is_named_where_there_is_one(draft, lead, microconference):
    releases.publish(draft=draft, version=1, by=lead)
    assert "Official timetable" not in text(read(microconference))

    microconference.conference.official_schedule_url = "https://example.org/timetable"
    microconference.conference.save()

    assert 'Official timetable: <a href="https://example.org/timetable">' in text(read(microconference))


def test_a_zone_set_right_after_a_release_is_said_and_the_release_stays_as_published(draft, lead, microconference):
    releases.publish(draft=draft, version=1, by=lead)
    microconference.conference.timezone = "Europe/Vienna"
    microconference.conference.save()

    page = text(read(microconference))

    assert "14:00" in page
    assert "set to Europe/Vienna since" in page


def test_days_are_grouped_where_there_are_several(draft, lead, microconference):
    session = microconference.sessions.get()
    next_day = SessionFactory(microconference=microconference, starts_at=session.starts_at + timedelta(days=1),
                              ends_at=session.ends_at + timedelta(days=1))  # fmt: skip
    AgendaItemFactory(draft=draft, session=next_day, position=0, topic__title="C")
    releases.publish(draft=draft, version=1, by=lead)

    page = text(read(microconference))

    assert page.count('<h2 class="day">') == 2
    assert page.index("Monday 22 September 2031</time></h2>") < page.index(">C</a>")


def test_everybody_gets_the_same_bytes_without_a_cookie_and_304_when_unchanged(
    draft, lead, lead_client, microconference
):
    releases.publish(draft=draft, version=1, by=lead)

    anonymous, signed_in = Client().get(url(microconference)), lead_client.get(url(microconference))

    assert anonymous.content == signed_in.content
    assert not anonymous.cookies
    again = Client().get(url(microconference), HTTP_IF_NONE_MATCH=anonymous["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_a_post_is_not_taken(draft, lead, microconference):
    assert Client().post(url(microconference)).status_code == 405


def test_the_schedule_costs_the_same_queries_for_3_and_for_300_items(draft, lead, microconference):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert read(microconference).status_code == 200
        return len(queries)

    def add(positions):
        session = microconference.sessions.get()
        for position in positions:
            item = AgendaItemFactory(draft=draft, session=session, position=position, minutes=1)
            attendee = AttendeeFactory(microconference=microconference, coming=True, listed=True)
            ProposerFactory(topic=item.topic, person=attendee.person)
            TopicLinkFactory(topic=item.topic, url="https://example.org/")
        releases.publish(draft=draft, version=None, by=lead)

    add(range(3, 5))
    add(range(5, 6))
    few = count()
    add(range(6, 300))

    assert count() == few <= 14  # PostgreSQL counts its read-only transaction too


def test_a_schedule_of_another_microconference_is_not_mixed_in(draft, lead, microconference):
    releases.publish(draft=draft, version=1, by=lead)
    other = MicroconferenceFactory(accepted=True, conference=microconference.conference)

    assert "The agenda is not published yet." in text(read(other))
    assert read(other, 1).status_code == 404
