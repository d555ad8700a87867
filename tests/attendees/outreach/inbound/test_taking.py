"""Letters taken along as an mbox, sent by another program, and their replies."""

import email
import email.policy
import mailbox

import pytest

from attendees.models import Answer, Asking, Letter
from attendees.outreach import actions, delivery, rules
from attendees.outreach.inbound import addressing, taking
from tests.attendees.outreach.inbound.conftest import take_in
from tests.conftest import client_of
from tests.factories import LeadFactory, MicroconferenceFactory
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


def drafts(data, folder):
    """What another program reads out of an mbox."""
    path = folder / "drafts.mbox"
    path.write_bytes(data)
    return [
        email.message_from_bytes(each.as_bytes(), policy=email.policy.default)
        for each in mailbox.mbox(path, create=False)
    ]


def sent_by(program, draft, lead):
    """The copy that comes in: as mutt sends it, with a Message-ID of its own, or as a program that keeps ours."""
    del draft["Bcc"]
    if program == "mutt":
        draft.replace_header("Message-ID", "<mutt-made-this@example.org>")
    draft.replace_header("Date", "Tue, 02 Sep 2025 10:00:00 +0000")
    return draft.as_bytes()


@pytest.mark.parametrize("program", ["mutt", "one that keeps our Message-ID"])
def test_taken_sent_by_another_program_and_answered(microconference, lead, written, tmp_path, program):
    [letter] = written()
    [draft] = drafts(taking.take_along(microconference=microconference, letters=[letter], by=lead), tmp_path)

    letter.refresh_from_db()
    assert letter.state == Letter.State.TAKEN
    assert draft["From"].addresses[0].addr_spec == lead.email
    assert draft["Bcc"].addresses[0].addr_spec == addressing.of_microconference(microconference)
    assert "/a/" in draft.get_content() and "{answer_link}" not in draft.get_content()

    copy = sent_by(program, draft, lead)
    row = take_in(copy, addressing.of_microconference(microconference))

    letter.refresh_from_db()
    assert (letter.state, letter.sent_at, row.kind) == ("sent", row.dated_at, "sent_copy")
    assert Asking.objects.get().attendee == letter.reasons.get().attendee

    answer = (
        f"From: {letter.to_person.address}\nTo: {lead.email}\nCc: {addressing.of_microconference(microconference)}\n"
        f"Subject: Re: x\nIn-Reply-To: {row.message_id}\n\nI'll be there.\n"
    )
    take_in(answer.encode())
    assert Answer.objects.get().answer == "coming"


def test_what_was_taken_along_is_not_sent_from_here(microconference, lead, written):
    letters = written(2)
    taking.take_along(microconference=microconference, letters=letters[:1], by=lead)

    approved = actions.approve(letters=letters, by=lead)
    sent = delivery.deliver_waiting()

    assert ([each.pk for each in approved.letters], sent) == ([letters[1].pk], 1)


def test_a_queued_letter_that_is_taken_along_does_not_go_any_more(microconference, lead, written):
    letters = written()
    actions.approve(letters=letters, by=lead)
    taking.take_along(microconference=microconference, letters=letters, by=lead)

    assert delivery.deliver_waiting() == 0


def test_put_back_it_can_be_sent_from_here_again(microconference, lead, written):
    letters = written()
    taking.take_along(microconference=microconference, letters=letters, by=lead)

    assert [taking.put_back(letters=letters, by=lead) for _twice in range(2)] == [1, 0]
    assert len(actions.approve(letters=letters, by=lead).letters) == 1


def test_nobody_gets_the_links_in_another_leads_letters(microconference, lead, written):
    other = LeadFactory(microconference=microconference)

    with pytest.raises(Refusal, match="not a first letter of yours"):
        taking.take_along(microconference=microconference, letters=written(), by=other.user)


def test_the_seven_days_hold_for_letters_taken_along_too(microconference, lead, written):
    letters = written()
    taking.take_along(microconference=microconference, letters=letters, by=lead)

    assert rules.letters_at([letters[0].to_person_id])


def test_the_log_says_who_took_what_and_holds_no_link(microconference, lead, written):
    taking.take_along(microconference=microconference, letters=written(3), by=lead)

    entry = ActivityEntry.objects.get(what="letters.taken_along")
    assert (entry.by_user, entry.after) == (lead, {"count": 3})


def test_the_page_gives_the_mbox_by_a_press_and_refuses_in_words(microconference, lead, written):
    [letter] = written()
    client, url = client_of(lead), microconference.organize_url("attendees:take_along")

    page = client.get(microconference.organize_url("attendees:review"))
    nothing = client.post(url, follow=True)
    taken = client.post(url, {"letter": letter.public_id})

    assert b"Take them along" in page.content
    assert b"No letter is chosen" in nothing.content
    assert taken["Content-Disposition"].endswith('-drafts.mbox"') and taken.content.startswith(b"From ")
    outbox = client.get(microconference.organize_url("attendees:letters"))
    assert b"Put back" in outbox.content


def test_a_line_that_begins_with_from_does_not_begin_another_mail(microconference, lead, written, tmp_path):
    letters = written(2, body="Hi,\n\nFrom here on it is quiet.\n\n{answer_link}\n")

    assert len(drafts(taking.take_along(microconference=microconference, letters=letters, by=lead), tmp_path)) == 2


def test_taken_out_of_a_senders_hands_nothing_of_it_is_kept_there(microconference, lead, written):
    [letter] = letters = written()
    actions.approve(letters=letters, by=lead)
    Letter.objects.update(state="claimed", claimed_by="me", tries=3)

    taking.take_along(microconference=microconference, letters=letters, by=lead)
    taken = Letter.objects.get()
    taking.put_back(letters=letters, by=lead)

    assert (taken.state, taken.claimed_by, taken.rendered) == ("taken", "", None)
    assert (Letter.objects.get().state, Letter.objects.get().tries) == ("written", 0)


def test_other_microconferences_hear_that_somebody_was_asked_by_a_letter_taken_along(microconference, lead, written):
    letters = written()
    taking.take_along(microconference=microconference, letters=letters, by=lead)

    asked = rules.asked_elsewhere(MicroconferenceFactory(), [letters[0].to_person_id])

    assert asked == {letters[0].to_person_id: 1}


def test_reminders_refer_to_the_mail_that_the_reader_has(microconference, lead, written, tmp_path):
    [letter] = written()
    [draft] = drafts(taking.take_along(microconference=microconference, letters=[letter], by=lead), tmp_path)

    take_in(sent_by("mutt", draft, lead), addressing.of_microconference(microconference))

    letter.refresh_from_db()
    assert letter.message_id == "<mutt-made-this@example.org>"
