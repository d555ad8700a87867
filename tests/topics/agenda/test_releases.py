import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    AgendaItemFactory,
    DraftFactory,
    HelperFactory,
    LeadFactory,
    MicroconferenceFactory,
    ProposerFactory,
    RoomFactory,
    SessionFactory,
    TopicFactory,
    UserFactory,
)
from topics.agenda import drafts, releases, summary
from topics.models import Release
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import ActivityEntry, Microconference

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(microconference):
    """Two topics with a break between them, in Room A."""
    room = RoomFactory(conference=microconference.conference, name="Room A", remote_capable=False)
    draft = DraftFactory(microconference=microconference)
    session = SessionFactory(microconference=microconference, room=room)
    a = AgendaItemFactory(draft=draft, session=session, topic__title="A", position=0)
    AgendaItemFactory(draft=draft, session=session, kind="break", topic=None, minutes=30, position=1)
    AgendaItemFactory(draft=draft, session=session, topic__title="B", position=2)
    ProposerFactory(topic=a.topic, person__name="Mina Example")
    TopicFactory(microconference=microconference, if_time=True, title="Z")
    TopicFactory(microconference=microconference, title="proposed")
    return draft


def test_a_release_holds_the_agenda_in_utc_with_identifiers_and_without_names(draft, lead):
    release = releases.publish(draft=draft, note=" First. ", version=1, by=lead)

    session = draft.microconference.sessions.get()
    a, pause, b = draft.items.all()
    z = draft.microconference.topics.get(title="Z")
    assert (release.number, release.note, release.published_by) == (1, "First.", lead)
    assert release.content == {
        "version": 1,
        "timezone": "Europe/Dublin",
        "sessions": [
            {
                "id": session.public_id, "starts_at": "2031-09-21T13:00:00+00:00",
                "ends_at": "2031-09-21T16:30:00+00:00", "room": "Room A", "remote_capable": False,
                "items": [
                    {"id": a.public_id, "kind": "topic", "topic": a.topic.public_id, "title": "A",
                     "starts_at": "2031-09-21T13:00:00+00:00", "minutes": 20,
                     "people": [a.topic.proposers.get().person.public_id]},
                    {"id": pause.public_id, "kind": "break", "topic": None, "title": "Break",
                     "starts_at": "2031-09-21T13:20:00+00:00", "minutes": 30, "people": []},
                    {"id": b.public_id, "kind": "topic", "topic": b.topic.public_id, "title": "B",
                     "starts_at": "2031-09-21T13:50:00+00:00", "minutes": 20, "people": []},
                ],
            }
        ],
        "if_time": [{"topic": z.public_id, "title": "Z"}],
    }  # fmt: skip


def test_the_first_release_schedules_the_microconference_and_the_next_ones_leave_it_so(draft, lead):
    releases.publish(draft=draft, version=1, by=lead)
    drafts.set_minutes(draft=draft, minutes={draft.items.first(): 25}, version=1, by=lead)
    second = releases.publish(draft=draft, version=2, by=lead)

    assert second.number == 2
    assert Microconference.objects.get(pk=draft.microconference_id).state == "scheduled"
    assert list(ActivityEntry.objects.filter(what="microconference.state").values_list("after", flat=True)) == [
        {"state": "scheduled"}
    ]


def test_publishing_what_readers_have_already_is_refused(draft, lead):
    releases.publish(draft=draft, version=1, by=lead)

    with pytest.raises(Refusal, match="Nothing changed since release 1"):
        releases.publish(draft=draft, version=1, by=lead)

    assert Release.objects.count() == 1


def test_an_empty_draft_is_not_published(microconference, lead):
    draft = DraftFactory(microconference=microconference)
    SessionFactory(microconference=microconference)

    with pytest.raises(Refusal, match="Nothing is placed yet"):
        releases.publish(draft=draft, version=1, by=lead)


@pytest.mark.parametrize("state", ["draft", "submitted", "declined", "held", "reported"])
def test_only_an_accepted_or_scheduled_microconference_publishes(draft, lead, state):
    Microconference.objects.filter(pk=draft.microconference_id).update(state=state)

    with pytest.raises(Refusal, match="once it is accepted"):
        releases.publish(draft=draft, version=1, by=lead)

    assert not Release.objects.exists()


def test_only_leads_publish(draft, lead):
    helper = HelperFactory(microconference=draft.microconference).user
    lead_of_another = LeadFactory(microconference=MicroconferenceFactory(accepted=True)).user

    for user in (helper, lead_of_another, UserFactory()):
        with pytest.raises(Refusal, match="Only a lead"):
            releases.publish(draft=draft, version=1, by=user)

    assert not Release.objects.exists()
    releases.publish(draft=draft, version=1, by=lead)


def test_a_draft_that_was_edited_since_it_was_looked_at_is_not_published(draft, lead):
    drafts.take_out(draft=draft, item=draft.items.first(), version=1, by=None)

    with pytest.raises(EditConflict):
        releases.publish(draft=draft, version=1, by=lead)

    assert not Release.objects.exists()


def test_a_release_does_not_change_with_the_draft(draft, lead):
    content = releases.publish(draft=draft, version=1, by=lead).content

    drafts.take_out(draft=draft, item=draft.items.first(), version=1, by=lead)

    assert Release.objects.get().content == content


def test_the_preview_says_what_would_change_and_stores_nothing(draft, lead):
    releases.publish(draft=draft, version=1, by=lead)
    drafts.move_up(draft=draft, item=draft.items.last(), version=1, by=lead)

    preview = releases.preview(draft)

    assert (preview.number, preview.is_same) == (2, False)
    assert {(change.what, change.stand.title) for change in preview.changes} == {("moved", "B"), ("moved", "Break")}
    assert Release.objects.count() == 1


def test_the_summary_says_how_the_draft_stands_to_the_release(draft, lead):
    mc = draft.microconference
    assert summary.agenda_summary(mc).words == "Draft A, not published yet"

    releases.publish(draft=draft, version=1, by=lead)
    assert summary.agenda_summary(mc).words == "Draft A, as in release 1"

    drafts.set_minutes(draft=draft, minutes={draft.items.last(): 200}, version=1, by=lead)
    found = summary.agenda_summary(mc)
    assert found.words == "Draft A, changed since release 1"
    assert (found.planned, found.available, found.over, found.placed, found.accepted) == (250, 210, 40, 2, 2)
    assert [segment.kind for segment in found.bars[0].segments] == ["topic", "break", "over"]
    assert "Beyond the end, by 40 minutes: B." in found.bars[0].description


def test_the_bar_fills_its_width_and_no_more(draft):
    bar = summary.agenda_summary(draft.microconference).bars[0]

    assert all(each.x >= 0 and each.x + each.width <= summary.WIDTH for each in bar.segments)
    assert bar.end_x == summary.WIDTH


def test_the_bar_says_in_words_what_it_draws(draft):
    drafts.set_minutes(draft=draft, minutes={draft.items.last(): 200}, version=1, by=None)
    found = summary.agenda_summary(draft.microconference)

    svg = render_to_string("topics/partials/agenda_bar.html", {"summary": found})

    assert svg.count('class="soft"') == svg.count('class="overfill"') == svg.count("url(#bar-1-h)") == 1
    assert "250 minutes planned in a session of 210 minutes, 14:00 to 17:30." in svg
    assert ">+40</text>" in svg
    assert "style=" not in svg


def test_a_summary_of_nothing_says_so(microconference):
    found = summary.agenda_summary(microconference)

    assert (found.has_sessions, found.has_items, found.bars, found.warnings) == (False, False, (), 0)


def test_the_summary_costs_the_same_for_any_agenda(draft):
    def count():
        with CaptureQueriesContext(connection) as queries:
            summary.agenda_summary(draft.microconference)
        return len(queries)

    few = count()
    session = draft.microconference.sessions.get()
    for position in range(3, 30):
        item = AgendaItemFactory(draft=draft, session=session, position=position)
        ProposerFactory(topic=item.topic)

    assert count() == few
