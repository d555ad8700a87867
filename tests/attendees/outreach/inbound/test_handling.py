"""What follows from a mail that comes in."""

import email
import email.policy
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from attendees.actions import answers, links
from attendees.models import Answer, InboundMail, Letter, LetterReason
from attendees.outreach import compose, delivery
from attendees.outreach.inbound import addressing
from tests.attendees.outreach.inbound.conftest import reply, sent_letter, take_in
from tests.factories import AnswerFactory, AttendeeFactory, LeadFactory, LetterFactory, PersonFactory, RoundFactory
from uconf.lib import clock

pytestmark = pytest.mark.django_db


def test_a_clear_answer_to_the_letters_own_address_is_recorded_with_the_mail_as_its_source(letter):
    row = take_in(reply(letter, "Yes, I'll be there, remotely."))

    answer = Answer.objects.get()
    assert (answer.answer, answer.mode, answer.source, answer.mail) == ("coming", "remote", "reply", row)
    assert (row.kind, row.state) == (InboundMail.Kind.ANSWER, InboundMail.State.DONE)


def letters(kind):
    return list(Letter.objects.filter(kind=kind))


def test_how_a_reply_was_understood_goes_to_its_writer_alone_and_cannot_loop(letter):
    row = take_in(reply(letter, "Sorry, can't make it.", Message_ID="<one@example.org>"))

    note = Letter.objects.get(kind=Letter.Kind.UNDERSTOOD)
    note.dated_at = note.due_at
    message = compose.as_message(note)
    assert (note.to_person, note.state, note.mail) == (letter.to_person, Letter.State.QUEUED, row)
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["In-Reply-To"] == message["References"] == "<one@example.org>"
    assert compose.envelope(note) == ""
    assert "can't this time" in message.get_content()
    assert message.get_content().count(f"{settings.BASE_URL}/a/") == 1


def test_a_reply_that_the_lead_does_not_have_is_passed_on_as_it_came(letter, lead):
    raw = reply(letter, "Let me think about it.", cc=None)
    row = take_in(raw)

    note = Letter.objects.get(kind=Letter.Kind.FORWARD)
    note.dated_at = note.due_at
    sent = email.message_from_bytes(compose.as_bytes(note), policy=email.policy.default)
    attached = [each for each in sent.walk() if each.get_filename() == "reply.eml"][0]
    assert (note.to_user, note.mail) == (lead, row)
    assert attached.get_payload()[0].as_bytes().strip() == raw.strip()
    assert "Let me think about it." in sent.get_body().get_content()
    assert letter.to_person.address in sent["Reply-To"]
    assert sent["Auto-Submitted"] == "auto-generated"


def test_eight_bit_mail_is_passed_on_byte_by_byte_too(letter):
    raw = reply(letter, "Vielleicht.", cc=None).replace(b"Vielleicht", "Grüße\0, vielleicht".encode("latin-1"))
    take_in(raw)

    note = Letter.objects.get(kind=Letter.Kind.FORWARD)
    note.dated_at = note.due_at
    data = compose.as_bytes(note)
    sent = email.message_from_bytes(data, policy=email.policy.default)
    assert data.isascii()
    assert [each for each in sent.walk() if each.get_filename() == "reply.eml"][0].get_content() == raw


def test_the_lead_who_is_in_copy_gets_no_second_copy(letter):
    take_in(reply(letter, "Let me think about it."))

    assert letters(Letter.Kind.FORWARD) == []


@pytest.mark.parametrize("text", [
    "Maybe.", "I'll be there if my visa comes through.", "Who else is coming?", "", "Ich weiß es noch nicht.",
])  # fmt: skip
def test_whatever_is_doubtful_waits_for_a_person(letter, text):
    row = take_in(reply(letter, text))

    assert (Answer.objects.count(), row.state, row.person) == (0, "waiting", letter.to_person)
    assert letters(Letter.Kind.UNDERSTOOD) == []


def test_a_clear_answer_from_another_address_is_never_an_answer(letter, microconference):
    other = AttendeeFactory(microconference=microconference)
    spoofed = take_in(reply(letter, sender="waldo@elsewhere.example.org"))
    somebody = take_in(reply(letter, sender=other.person.address))

    assert Answer.objects.count() == 0
    assert {spoofed.why, somebody.why} == {"sender"}
    assert (spoofed.person, somebody.person) == (letter.to_person, other.person)


def test_mail_to_the_microconferences_address_alone_is_never_an_answer(letter, microconference):
    row = take_in(reply(letter, to=[addressing.of_microconference(microconference)], In_Reply_To="<x@example.org>"))

    assert (Answer.objects.count(), row.why, row.person) == (0, "round", letter.to_person)


def test_a_reply_to_the_thread_counts_like_one_to_the_letters_address(letter, microconference):
    take_in(reply(letter, to=[addressing.of_microconference(microconference)]))

    assert Answer.objects.get().answer == "coming"


def test_mail_of_a_stranger_waits_for_who_it_is_and_goes_to_nobody(microconference, lead):
    LeadFactory(microconference=microconference)
    raw = b"From: stranger@example.org\r\nTo: %s\r\nSubject: Hello\r\n\r\nCan I come?\r\n"
    row = take_in(raw % addressing.of_microconference(microconference).encode())

    assert (row.state, row.why, row.person) == ("waiting", "stranger", None)
    assert Letter.objects.count() == 0


@pytest.mark.parametrize("cc", ["linux-mm@kvack.org", "list@lists.example.org", "a-colleague@example.org"])
def test_with_others_in_copy_nothing_is_interpreted(letter, cc):
    row = take_in(reply(letter, cc=[cc]))

    assert (Answer.objects.count(), row.kind, row.state) == (0, "list", "waiting")


def test_in_the_first_round_i_will_be_there_is_interested(lead, microconference):
    microconference.state = "submitted"
    microconference.save()
    letter = sent_letter(
        microconference, lead, round=RoundFactory(microconference=microconference, question="interest")
    )
    take_in(reply(letter, "I'll be there!"))

    assert Answer.objects.get().answer == "interested"


def test_a_reply_to_the_first_round_is_no_answer_once_the_second_is_open(lead, microconference):
    first = RoundFactory(microconference=microconference, question="interest")
    letter = sent_letter(microconference, lead, round=first)
    RoundFactory(microconference=microconference)

    row = take_in(reply(letter, "Yes, interested."))

    assert (Answer.objects.count(), row.why) == (0, "round")


def test_a_mail_that_was_written_before_another_answer_is_read_by_a_person(letter):
    attendee = letter.reasons.get().attendee
    AnswerFactory(attendee=attendee, round=letter.reasons.get().round, answer="cant")
    old = format_datetime(clock.now() - timedelta(hours=3))

    row = take_in(reply(letter, Date=old))

    assert (Answer.objects.count(), row.state) == (1, "waiting")


def test_an_answer_by_mail_is_undone_like_any_other(letter, lead):
    take_in(reply(letter))
    attendee = letter.reasons.get().attendee
    answers.undo_answer(answer=Answer.objects.get(), by=lead)

    attendee.refresh_from_db()
    assert attendee.status == "pending"
    assert [each.source for each in Answer.objects.order_by("pk")] == ["reply", "undo"]


def test_nothing_more_is_asked_of_whom_a_reply_has_answered_for(letter):
    reminder = LetterFactory(
        microconference=letter.microconference, to_person=letter.to_person, kind="reminder", state="queued"
    )
    reason = letter.reasons.get()
    LetterReason.objects.create(
        letter=reminder, person=reason.person, attendee=reason.attendee, round=reason.round, dedupe_key="reminder"
    )
    take_in(reply(letter))

    reminder.refresh_from_db()
    assert reminder.state == "cancelled"


# --- loops --------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [
    {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated"}, {"Precedence": "bulk"},
    {"X_Autoreply": "yes"}, {"Return_Path": "<>"}, {"Subject": "Automatic reply: Will you be there?"},
    {"Subject": "Out of office Re: Will you be there?"}, {"X_Auto_Response_Suppress": "All", "Subject": "Abwesend bis Montag"},
])  # fmt: skip
def test_what_no_person_wrote_never_makes_a_letter_or_an_answer(letter, headers):
    row = take_in(reply(letter, cc=None, **headers))

    assert (row.kind, row.state) == ("automatic", "done")
    assert (Answer.objects.count(), Letter.objects.exclude(pk=letter.pk).count()) == (0, 0)


def test_our_own_letters_that_come_back_make_nothing(letter, microconference):
    letter.refresh_from_db()
    row = take_in(compose.as_bytes(letter), addressing.of_microconference(microconference))
    forwarded = take_in(reply(letter, X_Loop=addressing.of_microconference(microconference)))

    assert [row.kind, forwarded.kind] == ["ours", "ours"]
    assert (Answer.objects.count(), Letter.objects.exclude(pk=letter.pk).count()) == (0, 0)


def test_a_letter_from_before_mail_came_in_here_is_ours_too(letter, microconference, settings):
    settings.INBOUND_MAIL = False
    raw = compose.as_bytes(letter)
    settings.INBOUND_MAIL = True

    row = take_in(raw, addressing.of_microconference(microconference))

    assert (row.kind, row.state) == ("ours", "done")


def test_somebody_whose_mailbox_is_in_our_domain_is_heard(microconference, lead, settings):
    settings.MAIL_DOMAIN = "example.org"
    person = PersonFactory(name="Jan Madeup", address="jan@example.org")
    letter = sent_letter(microconference, lead, person=person)

    row = take_in(reply(letter))

    assert (row.kind, row.person, Answer.objects.get().answer) == ("answer", person, "coming")


def test_others_in_our_domain_are_others(letter, microconference):
    row = take_in(reply(letter, cc=["jan@testserver"]))

    assert (row.state, row.why) == ("waiting", "copy")


def test_a_report_of_our_own_mail_server_counts(letter):
    report = (
        f"From: MAILER-DAEMON@testserver\r\nTo: {addressing.of_letter(letter)}\r\nReturn-Path: <>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nIt came back.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; testserver\r\n\r\n"
        f"Final-Recipient: rfc822; {letter.to_person.address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n--x--\r\n"
    )

    row = take_in(report.encode())

    letter.to_person.refresh_from_db()
    assert row.kind == "bounce" and letter.to_person.bounced_at is not None


def test_a_robot_that_says_it_is_none_gets_three_letters_a_day_at_most(letter):
    for number in range(10):
        take_in(reply(letter, ["I'll be there.", "Can't make it."][number % 2], Message_ID=f"<{number}@example.org>"))

    assert len(letters(Letter.Kind.UNDERSTOOD)) == 3


def test_the_same_mail_twice_is_one_row_and_one_answer(letter):
    raw = reply(letter)
    first = take_in(b"Delivered-To: one@example.org\n" + raw)
    second = take_in(b"Delivered-To: two@example.org\nReceived: again\n" + raw)

    assert (first.pk, Answer.objects.count(), InboundMail.objects.count()) == (second.pk, 1, 1)


def test_no_token_of_a_quoted_letter_is_kept_in_what_pages_show(letter):
    url = links.url_of(links.link_for(person=letter.to_person, kind="answer"))
    row = take_in(reply(letter, f"Hm, {url}?\n\nOn Monday, Lead wrote:\n> {url}\n"))

    assert url.split("/a/")[1].strip("/") not in row.text + row.quoted
    assert "/a/(token)" in row.text and "/a/(token)" in row.quoted


def test_the_person_takes_back_what_was_read_in_their_mail(letter):
    AnswerFactory(
        attendee=letter.reasons.get().attendee, round=letter.reasons.get().round, answer="not_sure",
        recorded_at=clock.now() - timedelta(days=1),
    )  # fmt: skip
    take_in(reply(letter, "Count me in."))
    page = reverse("attendees:answer", args=[links.link_for(person=letter.to_person, kind="answer").token])
    attendee = letter.reasons.get().attendee

    assert b'value="undo"' in Client().get(page).content
    for _twice in range(2):
        Client().post(page, {"mc": attendee.public_id, "do": "undo"})

    attendee.refresh_from_db()
    assert (attendee.status, Answer.objects.filter(source="undo").count()) == ("not_sure", 1)


def test_over_smtp_what_answers_a_mail_has_no_sender_and_what_passes_one_on_has_its_own(letter, smtp, lead):
    """What cannot come back cannot loop; a letter that can finds its way by its envelope."""
    take_in(reply(letter, "Count me in.", cc=None))
    delivery.deliver_waiting()

    passed_on = Letter.objects.get(kind=Letter.Kind.FORWARD)
    assert {(sender.strip("<>"), *to) for sender, to, _data in smtp.got} == {
        ("", letter.to_person.address), (addressing.of_letter(passed_on), lead.email),
    }  # fmt: skip
    for _sender, _to, data in smtp.got:
        again = take_in(data, addressing.of_letter(letter))
        assert again.kind == "ours"
    assert Letter.objects.exclude(kind="first").count() == 2


@pytest.mark.parametrize("kind", ["release", "proposer", "thanks", "link", "understood", "test", "decision"])
@pytest.mark.parametrize("text", ["I'll be there.", "Sorry, can't make it."])
def test_below_a_letter_that_asks_nothing_nothing_is_read_as_an_answer(letter, kind, text):
    """“Can't make it” may be about the slot that the letter tells of."""
    Letter.objects.filter(pk=letter.pk).update(kind=kind)
    letter.reasons.update(round=None)

    row = take_in(reply(letter, text))

    assert (Answer.objects.count(), row.state, row.why) == (0, "waiting", "round")
