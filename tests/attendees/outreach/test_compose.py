"""Every kind of letter is a correct mail, and nobody can write into its headers."""

import email
import email.policy
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendees.models import Letter, LetterReason, LetterText
from attendees.outreach import compose, placeholders
from tests.factories import (
    AttendeeFactory,
    KeyPersonFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    PersonFactory,
    ProposerFactory,
    RoomFactory,
    RoundFactory,
    SessionFactory,
    TopicFactory,
    UserFactory,
)
from uconf.lib.refusals import Refusal

pytestmark = pytest.mark.django_db
STRICT = email.policy.SMTP.clone(raise_on_defect=False)


def a_letter(kind=Letter.Kind.FIRST, *, attendee=None, round=None, **more):
    attendee = attendee or AttendeeFactory()
    letter = LetterFactory(
        microconference=attendee.microconference, to_person=attendee.person, kind=kind,
        dated_at=datetime(2031, 3, 4, 12, tzinfo=UTC), **more,
    )  # fmt: skip
    letter.message_id = letter.message_id or compose.new_message_id(letter)
    letter.save(update_fields=["message_id"])
    LetterReason.objects.create(
        letter=letter, person=attendee.person, attendee=attendee, round=round, dedupe_key=f"{letter.pk}"
    )
    return letter


def parsed(letter):
    return email.message_from_bytes(compose.as_bytes(letter), policy=email.policy.default)


def all_kinds():
    mc = MicroconferenceFactory(accepted=True, title="Größe und Maß")
    lead = LeadFactory(microconference=mc, user=UserFactory(name="Zoë Madeup"))
    attendee = AttendeeFactory(microconference=mc, person=PersonFactory(name="José “Pepe” Madeup, Jr."))
    texts = {kind: compose.built_in(kind) for kind in LetterText.Kind}
    letters = []
    for kind, (subject, body) in texts.items():
        question = "coming" if kind.endswith("coming") else "interest"
        round = mc.rounds.filter(question=question).first() or RoundFactory(
            microconference=mc, question=question, answer_by=date(2031, 9, 1)
        )
        subject, body = compose.fill(subject=subject, body=body, attendee=attendee, round=round, lead=lead)
        reminder = kind.startswith("reminder")
        letters.append(
            a_letter(
                Letter.Kind.REMINDER if reminder else Letter.Kind.FIRST, attendee=attendee, round=round, asked_by=lead,
                subject=subject, body=body, by_robot=reminder, in_reply_to="<one@testserver>" if reminder else "",
            )
        )  # fmt: skip
    letters.append(a_letter(Letter.Kind.LINK, attendee=attendee, by_robot=True))
    letters.append(a_letter(Letter.Kind.STOPPED, attendee=attendee, by_robot=True, body="x" * 3000))
    for where in ({"to_user": UserFactory()}, {"to_address": "someone@example.org"}):
        note = LetterFactory(
            microconference=mc, kind=Letter.Kind.INVITATION, to_person=None, by_robot=True, asked_by=lead,
            dated_at=datetime(2031, 3, 4, 12, tzinfo=UTC), body="Grüße " * 300, **where,
        )  # fmt: skip
        note.message_id = compose.new_message_id(note)
        letters.append(note)
    return letters


def test_every_kind_of_letter_is_a_correct_mail():
    for letter in all_kinds():
        data = compose.as_bytes(letter)
        message = email.message_from_bytes(data, policy=email.policy.default)

        assert message.defects == [] and all(message[name].defects == () for name in message)
        assert data.count(b"\n") == data.count(b"\r\n") and data.count(b"\r") == data.count(b"\r\n")
        assert max(len(line) for line in data.split(b"\r\n")) <= 998
        assert data.isascii()
        assert len(message["To"].addresses) == 1 and message["Cc"] is None and message["Bcc"] is None
        assert message["Message-ID"] == letter.message_id and letter.message_id.endswith("@testserver>")
        assert message["Date"].datetime == letter.dated_at
        assert message.get_content_type() == "text/plain" and message.get_content().strip()


def test_only_what_a_machine_wrote_says_so():
    machine = ("Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post", "In-Reply-To", "References")

    said = {letter.kind: {name for name in machine if parsed(letter)[name]} for letter in all_kinds()}

    assert said == {
        Letter.Kind.FIRST: set(),
        Letter.Kind.REMINDER: {
            "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post", "In-Reply-To", "References",
        },
        Letter.Kind.LINK: {"Auto-Submitted"},
        Letter.Kind.STOPPED: {"Auto-Submitted"},
        Letter.Kind.INVITATION: {"Auto-Submitted"},
    }  # fmt: skip


def test_a_letter_comes_from_the_lead_at_the_microconferences_address_and_is_answered_to_the_lead():
    letter = all_kinds()[0]

    message = parsed(letter)

    [sender] = message["From"].addresses
    [answers] = message["Reply-To"].addresses
    assert sender.display_name == "Zoë Madeup (Größe und Maß MC)"
    assert sender.addr_spec == f"{letter.microconference.slug}.{letter.microconference.conference.slug}@testserver"
    assert answers.addr_spec == letter.asked_by.person.address


def test_the_same_letter_is_the_same_bytes_every_time():
    letter = all_kinds()[1]

    assert compose.as_bytes(letter) == compose.as_bytes(Letter.objects.get(pk=letter.pk))


def test_lines_are_wrapped_at_72_and_addresses_are_not_broken():
    address = "https://example.org/" + "a-very-long-path/" * 8
    text = compose.wrapped(f"{'word ' * 40}\n\n  {address}\n\nThanks,\nAnn")

    lines = text.split("\n")
    assert all(len(line) <= 72 or address in line for line in lines)
    assert f"  {address}" in lines and lines[-2:] == ["Thanks,", "Ann"]


@pytest.mark.parametrize("name", ["Ann", "Madeup " * 12, "X" * 190])
def test_the_notice_has_at_most_four_lines_whatever_the_name(name):
    attendee = AttendeeFactory(person=PersonFactory(added_by=UserFactory(name=name)))

    notice = compose.notice(a_letter(attendee=attendee))

    lines = notice.split("\n")
    assert len(lines) <= 4
    assert lines[-2:] == ["See or erase it: {answer_link}", "No more letters: {stop_link}"]


def test_the_notice_cannot_be_edited_out():
    text = compose.preview(a_letter(body="Hi."))

    assert text.startswith("Hi.\n\n-- \n")
    assert "without an answer, until" in text and "/stop/" in text


def test_a_preview_hides_the_links_that_are_for_the_reader_alone():
    letter = a_letter(body="See {answer_link}")

    own = compose.links_for(letter)

    assert own["answer_url"] not in compose.preview(letter)
    assert own["answer_url"] in parsed(letter).get_content()


@pytest.mark.parametrize("text", ["{x.__class__}", "{0}", "{{7*7}}", "{first_name!r}", "{unknown}", "{name.address}"])
def test_an_unknown_placeholder_is_refused_by_name(text):
    with pytest.raises(Refusal) as refusal:
        placeholders.check(f"Hi {text}", field="body")

    assert refusal.value.field == "body"
    assert "{first_name}" in str(refusal.value) and text.strip("{}") in str(refusal.value)


@pytest.mark.parametrize("text", ["%(name)s", "$name", "{ int x; }", "{}", "struct foo {", "<b>{"])
def test_what_only_looks_like_a_placeholder_stays_as_it_is(text):
    attendee = AttendeeFactory()
    round = RoundFactory(microconference=attendee.microconference)

    _subject, body = compose.fill(subject="x", body=text, attendee=attendee, round=round, lead=None)

    assert body == text


def test_what_a_person_typed_is_not_read_as_a_placeholder():
    attendee = AttendeeFactory(reason="you wrote {name} and {answer_link}")
    round = RoundFactory(microconference=attendee.microconference)

    _subject, body = compose.fill(subject="x", body="{reason}", attendee=attendee, round=round, lead=None)

    assert body == "you wrote {name} and (answer_link)"


@pytest.mark.parametrize(
    ("reason", "notes", "sentence"),
    [
        ("", [], "Your name came up when we asked who should be in the room."),
        ("you wrote it", [], "Your name came up, because you wrote it. We would be glad to have you there."),
        ("", [""], 'Your name came up for "Topic 0". We would be glad to have you in that discussion.'),
        ("", ["PKRAM"], 'Your name came up for "Topic 0" (PKRAM). We would be glad to have you in that discussion.'),
        (
            "you wrote it.", ["", ""],
            'Your name came up for "Topic 0" and "Topic 1", because you wrote it. '
            "We would be glad to have you in those discussions.",
        ),
        (
            "", [""] * 5,
            'Your name came up for "Topic 0", "Topic 1" and 3 more. We would be glad to have you in those discussions.',
        ),
    ],
)  # fmt: skip
def test_the_reason_is_said_in_one_sentence(reason, notes, sentence):
    attendee = AttendeeFactory(reason=reason)
    for number, note in enumerate(notes):
        topic = TopicFactory(microconference=attendee.microconference, title=f"Topic {number}", position=number)
        KeyPersonFactory(topic=topic, person=attendee.person, note=note)

    assert placeholders.why(attendee, placeholders.needed_for(attendee)) == sentence


def test_a_proposer_is_needed_for_their_topic_unless_it_is_not_this_time():
    attendee = AttendeeFactory()
    topic = TopicFactory(microconference=attendee.microconference, title="Mine")
    ProposerFactory(topic=topic, person=attendee.person)
    off = TopicFactory(microconference=attendee.microconference, title="Off", state="not_now")
    ProposerFactory(topic=off, person=attendee.person)

    assert placeholders.needed_for(attendee) == [("Mine", "")]


def test_when_and_where_are_said_as_exactly_as_they_are_known():
    mc = MicroconferenceFactory(accepted=True)
    before = (placeholders.when(mc), placeholders.where(mc))
    room = RoomFactory(conference=mc.conference, name="Room A")
    SessionFactory(microconference=mc, room=room)
    del mc.known_sessions

    assert before == ("20 to 24 September 2031", "in a room to be announced")
    assert placeholders.when(mc) == "Sunday 21 September, 14:00-17:30 IST (Europe/Dublin)"
    assert placeholders.where(mc) == "in Room A and remotely"


@pytest.mark.parametrize("title", ["Rust", "Rust Microconference", "Rust MC"])
def test_a_title_does_not_say_microconference_twice(title):
    assert placeholders.short_title(MicroconferenceFactory(title=title)) == "Rust"


@given(
    st.text(max_size=150), st.text(min_size=1, max_size=150).filter(str.strip), st.text(max_size=150),
    st.text(max_size=3000),
)  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_can_write_into_the_headers(title, name, subject, body):
    evil = "\r\nBcc: evil@example.org\r\n\r\n"
    letter = Letter(
        microconference=MicroconferenceFactory.build(
            title=title + evil, slug="mc", conference=MicroconferenceFactory.conference.get_factory().build()
        ),
        to_user=UserFactory.build(name=name + evil, email="a@example.org"),
        kind=Letter.Kind.LINK, subject=subject + evil, body=compose.clean_text(body + evil),
        dated_at=datetime(2031, 3, 4, tzinfo=UTC), message_id="<1@testserver>",
    )  # fmt: skip

    data = compose.as_bytes(letter)

    message = email.message_from_bytes(data, policy=email.policy.default)
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
        "MIME-Version",
    }  # fmt: skip
    assert [each.addr_spec for each in message["To"].addresses] == ["a@example.org"]
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")


def test_a_domain_with_other_letters_is_written_as_mail_servers_know_it():
    letter = a_letter(attendee=AttendeeFactory(person=PersonFactory(address="a@bücher.example")))

    assert compose.recipient(letter).addr_spec == "a@xn--bcher-kva.example"
