"""Digests. The clock stands on Wednesday 2 July 2031, 15:00 UTC: an hour in which a robot may write to anybody."""

from datetime import UTC, date, datetime, timedelta

import pytest

from attendees.actions import answers, links
from attendees.models import Answer, InboundMail, Letter, LetterReason
from attendees.outreach import compose, delivery, digest
from tests import somebody
from tests.factories import (
    AnswerFactory,
    AskingFactory,
    AttendeeFactory,
    HelperFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    RoundFactory,
)
from topics.actions import topics
from uconf.lib import clock
from uconf.models import Heartbeat, Membership, User

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 7, 2, 15, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    def move(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    move(NOW)
    return move


@pytest.fixture
def attendee(microconference, lead, at):
    attendee = AttendeeFactory(microconference=microconference, person__name="Mina Example")
    AskingFactory(attendee=attendee, at=NOW - timedelta(days=5))
    return attendee


def answer(attendee, choice="coming", at=NOW - timedelta(hours=2), **more):
    return answers.record_answer(
        attendee=attendee, round=attendee.askings.get().round, answer=choice, source=Answer.Source.LINK,
        by=attendee.person, recorded_at=at, **more,
    )  # fmt: skip


def write():
    Heartbeat.objects.filter(name="digests").delete()
    return digest.write_digests()


def test_a_day_on_which_nothing_happened_makes_no_digest(attendee):
    assert write() == []


def test_what_happened_stands_in_one_plain_letter(attendee, microconference, lead):
    answer(attendee, instead="Tomas Better")
    microconference.topics_open_here = True
    microconference.save()
    topics.propose_topic(
        microconference=microconference, title="Fast boot", problem="Slow.", name="Ada", address="ada@example.org"
    )
    microconference.topics.update(created_at=NOW - timedelta(hours=1))
    delivery.bounced(
        person=AttendeeFactory(microconference=microconference, person__name="Bo Bounced").person, reason="550",
        letter=LetterFactory(microconference=microconference),
    )  # fmt: skip
    microconference.activity.filter(what="letter.bounced").update(at=NOW - timedelta(hours=1))
    LetterFactory(
        microconference=microconference,
        to_person__name="Una Certain",
        state="uncertain",
        dated_at=NOW - timedelta(hours=3),
    )

    (letter,) = write()

    assert (letter.to_user, letter.kind, letter.state) == (lead, "digest", "queued")
    assert (
        letter.body
        == f"""Hello Madeup,

{microconference.title}
http://testserver{microconference.organize_url()}

Answers
  * Mina Example: coming

Somebody better
  * Mina Example names Tomas Better

Mail came back
  * Bo Bounced

Topics proposed
  * Fast boot

Letters that need a decision
  * Una Certain: uncertain"""
    )
    assert letter.subject == (
        f"{microconference}: answers: 1, somebody better: 1, mail came back: 1, topics proposed: 1, "
        "letters that need a decision: 1"
    )


def test_there_is_one_a_day_at_most_and_what_comes_later_is_in_the_next(attendee, at):
    answer(attendee)
    assert len(write()) == 1
    answer(attendee, "cant", at=NOW + timedelta(minutes=10))

    at(NOW + timedelta(minutes=30))
    assert write() == []
    at(NOW + timedelta(days=1))
    (letter,) = write()

    assert "* Mina Example: can't this time" in letter.body and "coming" not in letter.body


def test_beat_may_ring_it_as_often_as_it_likes(attendee, at):
    answer(attendee)

    written = [digest.write_digests() for _ in range(3)]
    at(NOW + timedelta(minutes=20))
    written.append(digest.write_digests())

    assert [len(each) for each in written] == [1, 0, 0, 0]


def test_two_at_once_write_one(attendee, lead):
    answer(attendee)

    first = digest.write_digest(user=lead, now=NOW)
    User.objects.filter(pk=lead.pk).update(digest_at=None)  # as the second one found it
    second = digest.write_digest(user=lead, now=NOW)

    assert (first is None, second is None) == (False, True)
    assert LetterReason.objects.filter(dedupe_key=f"digest:{lead.pk}:2031-07-02").count() == 1


@pytest.mark.parametrize(
    ("zone", "moment", "goes"),
    [
        ("", datetime(2031, 7, 2, 13, 59, tzinfo=UTC), False),
        ("", datetime(2031, 7, 2, 14, 0, tzinfo=UTC), True),
        ("", datetime(2031, 7, 2, 16, 0, tzinfo=UTC), False),
        ("", datetime(2031, 7, 4, 15, 0, tzinfo=UTC), False),  # a Friday
        ("", datetime(2031, 7, 7, 15, 0, tzinfo=UTC), False),  # a Monday
        ("Asia/Tokyo", datetime(2031, 7, 2, 0, 0, tzinfo=UTC), True),
        ("Asia/Tokyo", datetime(2031, 7, 2, 15, 0, tzinfo=UTC), False),
        ("America/Los_Angeles", datetime(2031, 7, 2, 15, 59, tzinfo=UTC), False),
        ("America/Los_Angeles", datetime(2031, 7, 2, 16, 0, tzinfo=UTC), True),
    ],
)
def test_it_comes_in_the_leads_own_working_hours(attendee, lead, at, zone, moment, goes):
    person = Membership.objects.get(user=lead).person
    person.timezone = zone
    person.save()
    answer(attendee, at=moment - timedelta(hours=1))

    at(moment)

    assert bool(write()) == goes


def test_it_comes_on_no_quiet_day(attendee, microconference, at):
    microconference.conference.quiet_days = ["2031-07-02"]
    microconference.conference.save()
    answer(attendee)

    assert write() == []
    at(NOW + timedelta(days=1))
    assert len(write()) == 1


def test_what_a_lead_did_is_no_news_to_them_and_is_to_the_other_lead(attendee, microconference, lead):
    other = LeadFactory(microconference=microconference)
    answers.record_answer(
        attendee=attendee, round=attendee.askings.get().round, answer="coming", source=Answer.Source.ON_BEHALF, by=lead,
        recorded_at=NOW - timedelta(hours=1),
    )  # fmt: skip

    assert [each.to_user for each in write()] == [other.user]


def test_helpers_and_leads_of_what_is_over_get_none(attendee, microconference):
    answer(attendee)
    HelperFactory(microconference=microconference)
    over = MicroconferenceFactory(held=True)
    LeadFactory(microconference=over)
    AnswerFactory(attendee__microconference=over, recorded_at=NOW - timedelta(hours=1))

    assert len(write()) == 1


def test_what_comes_due_is_told_once_when_it_is_three_days_off(attendee, microconference, at):
    round = attendee.askings.get().round
    round.answer_by = date(2031, 7, 5)
    round.save()

    (letter,) = write()
    at(NOW + timedelta(days=1))
    again = write()

    assert "Due soon\n  * Saturday 5 July: answers are due: “Will you be there?”" in letter.body
    assert again == []


def test_what_is_due_later_is_no_news(attendee, microconference, at):
    microconference.publish_by = date(2031, 7, 6)
    microconference.save()

    assert write() == []
    at(NOW + timedelta(days=1))
    assert "the agenda is to be published" in write()[0].body


def test_two_microconferences_are_one_letter(attendee, microconference, lead):
    seat = LeadFactory(
        microconference=MicroconferenceFactory(accepted=True), user=lead, person=lead.memberships.get().person
    )
    second = seat.microconference
    AnswerFactory(
        attendee=AttendeeFactory(microconference=second), round=RoundFactory(microconference=second),
        recorded_at=NOW - timedelta(hours=1),
    )  # fmt: skip
    answer(attendee)

    (letter,) = write()

    assert letter.subject == "News from 2 of your microconferences"
    assert microconference.title in letter.body and second.title in letter.body


def test_a_hundred_answers_are_counted_and_not_listed(attendee, microconference):
    round = attendee.askings.get().round
    for _ in range(100):
        AnswerFactory(
            attendee=AttendeeFactory(microconference=microconference), round=round, recorded_at=NOW - timedelta(hours=1)
        )

    (letter,) = write()

    assert letter.body.count("  * ") == digest.MOST_LINES
    assert "  * and 81 more" in letter.body


def test_it_is_automatic_mail_that_one_press_stops(attendee, lead):
    answer(attendee)
    (letter,) = write()
    letter.dated_at = NOW

    message = compose.as_message(letter)

    url = links.digest_url(lead)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == f"<{url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["To"] == f"{lead.name} <{lead.email}>"
    text = message.get_content()
    assert f"No more of them: {url}" in " ".join(text.split()) or url in text
    assert "{stop_link}" not in text and message.get_content_type() == "text/plain"
    assert not somebody.tables_with(url.split("/")[-2])


def test_switched_off_none_is_written_and_none_goes(attendee, lead):
    answer(attendee)
    (letter,) = write()

    digest.set_wanted(user=lead, wanted=False)

    letter.refresh_from_db()
    assert letter.state == Letter.State.CANCELLED
    User.objects.update(digest_at=None)
    LetterReason.objects.all().delete()
    assert write() == []


def test_switched_on_again_it_starts_from_then(attendee, lead, at):
    digest.set_wanted(user=lead, wanted=False)
    answer(attendee)
    digest.set_wanted(user=lead, wanted=True)

    assert write() == []


def mail(microconference, **more):
    values = {
        "state": "waiting",
        "kind": "unclear",
        "subject": "Re: hi",
        "received_at": NOW - timedelta(hours=2),
    } | more
    return InboundMail.objects.create(microconference=microconference, fingerprint=values["subject"], **values)


def test_mail_that_waits_to_be_read_is_told_of_by_writer_and_subject(attendee, microconference):
    mail(microconference, person=attendee.person)
    mail(microconference, from_address="stranger@example.org", subject="Hello\nthere")
    mail(microconference, state="done", decided_at=NOW, subject="read already")

    (letter,) = write()

    assert "Mail to be read\n  * Mina Example: Re: hi\n  * stranger@example.org: Hello there" in letter.body
    assert "read already" not in letter.body and "mail to be read: 2" in letter.subject


def test_mail_that_only_still_waits_makes_no_digest(attendee, microconference, lead):
    mail(microconference, received_at=NOW - timedelta(days=2))
    User.objects.filter(pk=lead.pk).update(digest_at=NOW - timedelta(days=1))

    assert write() == []
