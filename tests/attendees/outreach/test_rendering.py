"""A mail is made when its letter is queued, holds no token, and is made again where what it was made from has changed."""

import email
import email.policy
from datetime import UTC, datetime

import pytest

from attendees.actions import links
from attendees.models import Letter
from attendees.outreach import actions, compose, delivery, rendering
from tests.attendees.outreach.test_compose import all_kinds
from tests.attendees.outreach.test_delivery import Transport, fresh
from tests.factories import LetterFactory, UserFactory
from uconf.actions import people
from uconf.lifecycle import erasing, retention
from uconf.models import Person

pytestmark = pytest.mark.django_db
MOMENT = datetime(2031, 3, 4, 12, tzinfo=UTC)


def mail_of(letter):
    [mail], [] = rendering.mails(rendering.load([letter.pk]))
    return mail


def test_every_kind_of_letter_goes_as_it_would_have_been_written_at_once():
    for letter in all_kinds():
        letter.save()
        rendering.prepare([letter.pk])

        assert mail_of(letter).dated(MOMENT) == compose.as_bytes(letter)


def test_what_is_kept_holds_no_token(queued):
    [letter] = queued()
    kept = bytes(fresh(letter).rendered).decode()

    tokens = [links.link_for(person=letter.to_person, kind=kind).token for kind in ("answer", "stop")]

    assert rendering.ANSWER_MARK in kept and rendering.STOP_MARK in kept
    assert not any(each in kept for each in tokens)
    assert all(each in mail_of(letter).dated(MOMENT).decode() for each in tokens)


def test_nothing_is_worded_while_letters_go(queued, monkeypatch):
    queued(2)
    monkeypatch.setattr(compose, "as_bytes", None)

    delivery.sweep(transport=(transport := Transport()))

    assert len(transport.got) == 2


def change(letter, what):
    if what == "the text":
        Letter.objects.filter(pk=letter.pk).update(body="Something else.\n{answer_link}")
    elif what == "the reader's name":
        Person.objects.filter(pk=letter.to_person_id).update(name="Newly Named")
    elif what == "the reader's address":
        Person.objects.filter(pk=letter.to_person_id).update(address="new@example.org")
    elif what == "the lead's name":
        Person.objects.filter(pk=letter.asked_by.person_id).update(name="Newly Named")
    elif what == "the lead's address":
        Person.objects.filter(pk=letter.asked_by.person_id).update(address="new@example.org")
    elif what == "the title":
        type(letter.microconference).objects.filter(pk=letter.microconference_id).update(title="Newly Named")
    elif what == "who added them":
        Person.objects.filter(pk=letter.to_person_id).update(added_by=UserFactory(name="Newly Named"))
    elif what == "the conference's days":
        conference = letter.microconference.conference
        conference.ends_on = conference.ends_on.replace(year=conference.ends_on.year + 1)
        conference.save()
    elif what == "the person's place on the list":
        attendee = letter.reasons.get().attendee
        type(attendee).objects.filter(pk=attendee.pk).update(added_at=datetime(2001, 2, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    "what",
    [
        "the text", "the reader's name", "the reader's address", "the lead's name", "the lead's address", "the title",
        "who added them", "the conference's days", "the person's place on the list",
    ],
)  # fmt: skip
def test_a_mail_is_made_again_where_something_it_says_has_changed(queued, what):
    [letter] = queued()
    before = mail_of(letter).dated(MOMENT)
    change(letter, what)
    Letter.objects.filter(pk=letter.pk).update(dated_at=MOMENT)

    delivery.sweep(transport=(transport := Transport()))

    [(_to, after)] = transport.got
    assert after != before
    assert after == compose.as_bytes(fresh(letter))


def test_a_line_too_long_to_be_sent_as_it_is_keeps_its_links_whole(queued, written, lead):
    """Quoted-printable breaks long lines anywhere; the mark of a link must not be lost in it."""
    for length in range(880, 960, 7):
        [letter] = written()
        body = "x" * length + "{answer_link}" + "y" * 60 + "\n\nGrüße"
        actions.edit_letter(letter=letter, subject="Long", body=body, version=letter.version, by=lead)
        actions.approve(letters=[letter], by=lead)

        message = email.message_from_bytes(mail_of(letter).dated(MOMENT), policy=email.policy.default)

        token = links.link_for(person=letter.to_person, kind="answer").token
        assert f"/a/{token}/y" in message.get_content()
        assert rendering.ANSWER_MARK not in message.get_content()


def test_who_writes_a_mark_into_a_letter_gets_only_the_readers_own_link(queued, written, lead):
    [letter] = written()
    actions.edit_letter(letter=letter, subject="Marks", body=f"{rendering.STOP_MARK}", version=letter.version, by=lead)
    actions.approve(letters=[letter], by=lead)

    text = mail_of(letter).dated(MOMENT).decode()

    assert text.count(links.link_for(person=letter.to_person, kind="stop").token) == 2


def test_nothing_is_kept_once_a_letter_has_gone_or_is_called_off(queued, lead):
    gone, off, back = queued(3)

    actions.cancel(letter=off, by=lead)
    actions.take_back(letters=[back], by=lead)
    delivery.sweep(transport=Transport())

    assert [fresh(each).state for each in (gone, off, back)] == ["sent", "cancelled", "written"]
    assert not Letter.objects.exclude(rendered=None).exists()


def test_erasing_somebody_leaves_no_rendered_mail_that_names_them(queued, lead):
    letters = queued(2)
    someone = letters[0].to_person
    body = fresh(letters[1]).body + f"\n{someone.name} will be there, too."
    Letter.objects.filter(pk=letters[1].pk).update(body=body)
    rendering.prepare([letters[1].pk])

    erasing.erase_person(person=someone, by=lead)

    kept = [bytes(each) for each in Letter.objects.exclude(rendered=None).values_list("rendered", flat=True)]
    assert not any(someone.name.encode() in each for each in kept)
    assert not Letter.objects.filter(pk=letters[0].pk).exists()


def test_ninety_days_later_the_mail_is_gone_with_the_text():
    letter = LetterFactory(
        state="failed", rendered=b"x", written_at=datetime(2001, 2, 3, tzinfo=UTC),
    )  # fmt: skip
    conference = letter.microconference.conference
    type(conference).objects.filter(pk=conference.pk).update(starts_on="2001-01-01", ends_on="2001-01-02")

    retention.clean_up()

    assert (fresh(letter).body, fresh(letter).rendered) == ("", None)


def test_a_stop_between_the_claim_and_the_first_byte_is_heard(queued):
    """The last look is the update that commits “being handed over”: no other query is needed for it."""
    first, second = sorted(queued(2), key=lambda each: each.pk)

    def stop():
        people.suppress(address=second.to_person.address, reason="asked for it")
        delivery.bounced(person=second.to_person, reason="550")

    delivery.deliver_waiting(transport=(transport := Transport(look=stop)))

    assert len(transport.got) == 1
    assert (fresh(first).state, fresh(second).state) == ("sent", "cancelled")


def test_a_reply_that_is_passed_on_is_not_changed_whatever_it_says():
    """A stranger who writes a mark into a mail must not get the lead's own link back with the lead's answer."""
    letter = LetterFactory(kind="forward", by_robot=True, body=f"They wrote:\n{rendering.ANSWER_MARK}", dated_at=MOMENT)
    rendering.prepare([letter.pk])

    data = mail_of(letter).dated(MOMENT)

    assert rendering.ANSWER_MARK.encode() in data
    assert links.link_for(person=letter.to_person, kind="answer").token.encode() not in data
