"""Calendar files of releases, read back by the library that calendars are read with."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from icalendar import Calendar

from attendees.models import Letter
from attendees.outreach import compose
from topics.agenda import calendar_files, drafts, releases
from topics.models import Draft, Topic
from uconf.lib import clock

pytestmark = pytest.mark.django_db


def publish(draft, **more):
    return releases.publish(
        draft=Draft.objects.get(pk=draft.pk), version=None, tell=True, by=None, **({"with_calendar": True} | more)
    )


def files_of(person):
    """The calendar files in somebody's mail: {method: (the part, its events)}."""
    letter = Letter.objects.filter(to_person=person, state=Letter.State.QUEUED).get()
    letter.dated_at = clock.now()
    message = message_from_bytes(compose.as_bytes(letter), policy=policy.default)
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return {part.get_param("method"): (part, Calendar.from_ical(part.get_content()).events) for part in parts}


def test_no_file_goes_unless_it_is_asked_for(programme):
    publish(programme.draft, with_calendar=False)

    assert files_of(programme.mina) == {}
    letter = Letter.objects.filter(to_person=programme.mina).get()
    letter.dated_at = clock.now()
    assert not compose.as_message(letter).is_multipart()


def test_a_request_names_the_item_its_time_in_utc_and_its_one_reader(programme):
    Topic.objects.filter(pk=programme.a.topic_id).update(title="Größe; a, b\\c")
    publish(programme.draft)

    [(method, (part, events))] = files_of(programme.mina).items()

    assert method == "REQUEST"
    assert part.get_filename() == "agenda.ics"
    [event] = events
    assert event["SUMMARY"] == "Größe; a, b\\c"
    assert event.decoded("DTSTART") == datetime(2031, 9, 21, 13, 0, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2031, 9, 21, 13, 20, tzinfo=UTC)
    assert event["LOCATION"] == "Room A"
    assert event["SEQUENCE"] == 1
    assert str(event["ATTENDEE"]) == f"mailto:{programme.mina.address}"
    assert str(event["ORGANIZER"]) == f"mailto:{compose.sender(Letter(microconference=programme.mc)).addr_spec}"
    assert {"UID", "DTSTAMP", "STATUS"} <= set(event)


def test_a_moved_item_keeps_its_uid_and_counts_up(programme):
    publish(programme.draft)
    first = files_of(programme.mina)["REQUEST"][1][0]
    Letter.objects.update(state=Letter.State.SENT, sent_at=clock.now())
    drafts.move_down(draft=programme.draft, item=programme.a, version=None, by=None)

    publish(programme.draft)

    second = files_of(programme.mina)["REQUEST"][1][0]
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (1, 2)
    assert first.decoded("DTSTART") < second.decoded("DTSTART")


def test_what_is_cancelled_is_cancelled_under_its_uid_beside_what_moved(programme):
    publish(programme.draft)
    uid = files_of(programme.oskar)["REQUEST"][1][0]["UID"]
    Letter.objects.update(state=Letter.State.SENT, sent_at=clock.now())
    drafts.take_out(draft=programme.draft, item=programme.b, version=None, by=None)

    publish(programme.draft)

    [(method, (part, [event]))] = files_of(programme.oskar).items()
    assert (method, part.get_filename()) == ("CANCEL", "cancelled.ics")
    assert event["UID"] == uid
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)
    assert set(files_of(programme.ada)) == {"REQUEST"}


def test_a_uid_tells_nothing_and_differs_for_each_item(programme):
    topics = [each.topic.public_id for each in (programme.a, programme.b)]
    uids = [calendar_files.uid_of(each) for each in topics]

    assert len(set(uids)) == 2
    assert not any(topic in uid for topic, uid in zip(topics, uids, strict=True))


def test_a_mail_with_a_file_is_still_ascii_in_short_lines(programme):
    publish(programme.draft)
    letter = Letter.objects.filter(to_person=programme.mina).get()
    letter.dated_at = clock.now()

    data = compose.as_bytes(letter)

    assert data.isascii()
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
