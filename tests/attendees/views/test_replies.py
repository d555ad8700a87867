"""The page with mail that came in."""

import pytest
from django.urls import reverse

from attendees.models import Answer, InboundMail
from attendees.outreach.inbound import addressing
from tests.attendees.outreach.inbound.conftest import reply, sent_letter, take_in
from tests.factories import AttendeeFactory
from tests.pages import words_of
from uconf.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_comes_in(settings):
    settings.INBOUND_MAIL = True


@pytest.fixture
def letter(microconference, lead):
    return sent_letter(microconference, lead)


def page(mc):
    return mc.organize_url("attendees:replies")


def press(client, row, **data):
    mc = row.microconference
    return client.post(
        reverse("attendees:reply_do", args=[mc.conference.slug, mc.slug, row.public_id]), data, follow=True
    )


def test_what_is_doubtful_stands_there_with_the_answers_of_the_round(lead_client, letter, microconference):
    take_in(reply(letter, "Perhaps, if my visa comes.\n\nOn Monday, Lead wrote:\n> Will you be there?"))

    response = lead_client.get(page(microconference))

    assert b"Perhaps, if my visa comes." in response.content
    assert [value for value in ("coming", "remote", "not_sure", "cant")
            if f'value="{value}"'.encode() in response.content] == ["coming", "remote", "not_sure", "cant"]  # fmt: skip
    assert b"<details" in response.content


def test_one_press_records_it_with_the_mail_as_its_source(lead_client, lead, letter):
    row = take_in(reply(letter, "Perhaps."))

    press(lead_client, row, answer="not_sure")

    answer = Answer.objects.get()
    row.refresh_from_db()
    assert (answer.answer, answer.source, answer.mail, answer.recorded_by) == ("not_sure", "reply", row, lead)
    assert (row.state, row.decided_by) == ("done", lead)


def test_nothing_to_record_puts_it_away(lead_client, letter, microconference):
    row = take_in(reply(letter, "How is the weather?"))

    press(lead_client, row, do="nothing")

    row.refresh_from_db()
    assert (row.state, Answer.objects.count()) == ("done", 0)


def test_a_strangers_mail_is_given_to_somebody_on_the_list_and_then_read(lead_client, microconference, letter):
    raw = b"From: private@example.org\r\nTo: %s\r\n\r\nI'll be there.\r\n"
    row = take_in(raw % addressing.of_microconference(microconference).encode())
    attendee = letter.reasons.get().attendee

    refused = press(lead_client, row, answer="coming")
    press(lead_client, row, do="who", attendee=attendee.public_id)
    press(lead_client, row, answer="coming")

    assert b"Say first whose mail it is" in refused.content
    assert (Answer.objects.get().attendee, Answer.objects.get().answer) == (attendee, "coming")


@pytest.mark.parametrize("state", ["waiting", "done"])
def test_a_leads_own_mail_is_said_to_be_theirs_and_to_whom_it_went(lead_client, lead, letter, microconference, state):
    me = microconference.memberships.get(user=lead)
    InboundMail.objects.create(
        microconference=microconference, person=letter.to_person, lead=me, kind="own_mail", why="suggestions",
        state=state, fingerprint="1", subject="MC?", decided_at=clock.now() if state == "done" else None,
        suggestions=[["Nina Madeup", "nina@example.org"]],
    )  # fmt: skip

    html = lead_client.get(page(microconference)).content.decode()

    assert f"{me.person} to <a" in html


def test_a_lead_who_is_asked_whether_a_mail_was_theirs_sees_what_it_was_and_whom_it_would_ask(
    lead_client, lead, letter, microconference
):
    raw = (
        f"From: {lead.email}\r\nTo: Nina New <nina@example.org>\r\nCc: {letter.to_person.address}\r\n"
        "Subject: Tracing\r\n\r\nWill you be there?\r\n"
    ).encode()
    row = take_in(raw, addressing.of_microconference(microconference))

    shown = words_of(lead_client.get(page(microconference)))

    assert "1 person counts as asked by" in shown and "Waldo Madeup waldo@example.org" in shown
    assert "Not on the list, and left out of it unless somebody ticks them next: Nina New nina@example.org" in shown
    assert "Did you write “Tracing” to them?" in shown
    press(lead_client, row, do="mine")
    row.refresh_from_db()
    assert (row.person, row.suggestions) == (letter.to_person, [["Nina New", "nina@example.org"]])


def test_nobody_of_another_list_can_be_chosen(lead_client, microconference, letter):
    raw = b"From: private@example.org\r\nTo: %s\r\n\r\nHm.\r\n"
    row = take_in(raw % addressing.of_microconference(microconference).encode())

    press(lead_client, row, do="who", attendee=AttendeeFactory().public_id)

    row.refresh_from_db()
    assert row.person is None


def test_what_waits_is_counted_on_the_overview_and_the_letters_page(lead_client, letter, microconference):
    take_in(reply(letter, "Perhaps."))

    overview = lead_client.get(microconference.organize_url())
    letters = lead_client.get(microconference.organize_url("attendees:letters"))

    assert b"1 reply waits to be read" in overview.content
    assert addressing.of_microconference(microconference).encode() in letters.content


def test_the_persons_page_tells_of_their_mail(lead_client, letter, microconference):
    take_in(reply(letter, "Perhaps, perhaps not."))

    response = lead_client.get(
        microconference.organize_url("attendees:person", letter.reasons.get().attendee.public_id)
    )

    assert b"Perhaps, perhaps not." in response.content


def test_a_mail_is_text_on_the_page_whatever_it_says(lead_client, letter, microconference):
    take_in(reply(letter, "<script>alert(1)</script>", Subject="<img src=x onerror=alert(2)>"))

    content = lead_client.get(page(microconference)).content

    assert b"<script>alert" not in content and b"<img src=x" not in content


def test_the_page_costs_the_same_queries_for_three_mails_and_for_thirty(
    lead_client, microconference, letter, count_queries
):
    for number in range(2):
        take_in(reply(letter, "Perhaps.", Message_ID=f"<w{number}@example.org>"))
        take_in(reply(letter, "I'll be there.", Message_ID=f"<d{number}@example.org>"))
    few = count_queries(lambda: lead_client.get(page(microconference)))
    for number in range(2, 20):
        take_in(reply(letter, "Perhaps.", Message_ID=f"<w{number}@example.org>"))
        take_in(reply(letter, "I'll be there.", Message_ID=f"<d{number}@example.org>"))

    assert count_queries(lambda: lead_client.get(page(microconference))) == few


@pytest.fixture
def count_queries():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(act):
        with CaptureQueriesContext(connection) as queries:
            assert act().status_code == 200
        return len(queries)

    return count
