"""What the tests of mail that comes in share: a letter that went, and mails that answer it."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from attendees.models import Letter, LetterReason
from attendees.outreach.inbound import addressing, handling, storing
from tests.factories import AskingFactory, AttendeeFactory, LetterFactory, PersonFactory, RoundFactory
from uconf.lib import clock


@pytest.fixture(autouse=True)
def _mail_comes_in(settings):
    settings.INBOUND_MAIL = True


def sent_letter(microconference, lead, *, person=None, round=None, kind=Letter.Kind.FIRST, body="Will you be there?"):
    """A letter that went to somebody on the list, two days ago."""
    person = person or PersonFactory(name="Waldo Madeup", address="waldo@example.org")
    attendee = microconference.attendees.filter(person=person).first() or AttendeeFactory(
        microconference=microconference, person=person
    )
    round = round or microconference.rounds.first() or RoundFactory(microconference=microconference)
    membership = microconference.memberships.get(user=lead)
    at = clock.now() - timedelta(days=2)
    letter = LetterFactory(
        microconference=microconference, to_person=person, kind=kind, body=body, asked_by=membership,
        state=Letter.State.SENT, sent_at=at, dated_at=at,
    )  # fmt: skip
    letter.message_id = f"<{letter.public_id}.1@testserver>"
    letter.save()
    LetterReason.objects.create(letter=letter, person=person, attendee=attendee, round=round, dedupe_key=f"{letter.pk}")
    AskingFactory(attendee=attendee, round=round)
    return letter


@pytest.fixture
def letter(microconference, lead):
    return sent_letter(microconference, lead)


def reply(letter, text="I'll be there.", *, sender=None, to=None, cc=(), **headers):
    """A reply as a mail program writes it, to the lead and the letter's own address. Bytes."""
    message = EmailMessage()
    message["From"] = sender or f"{letter.to_person.name} <{letter.to_person.address}>"
    lead = letter.asked_by.person.address
    message["To"] = ", ".join([addressing.of_letter(letter)] if to is None else to)
    if cc:
        message["Cc"] = ", ".join(cc)
    elif cc is not None and lead and to is None and not headers.pop("without_lead", False):
        message["Cc"] = lead
    message["Subject"] = headers.pop("Subject", f"Re: {letter.subject}")
    message["Date"] = headers.pop("Date", None) or format_datetime(clock.now())
    message["Message-ID"] = headers.pop("Message_ID", None) or f"<{clock.now().timestamp()}.{id(message)}@example.org>"
    message["In-Reply-To"] = headers.pop("In_Reply_To", letter.message_id)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def take_in(raw, *recipients, **more):
    """Store a mail and read it; gives the row as it is then."""
    row = storing.store(raw=raw, recipients=recipients, **more)
    handling.read(row.pk)
    row.refresh_from_db()
    return row
