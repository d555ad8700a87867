"""On PostgreSQL an ordinary letter goes the short way; and whatever is out of the ordinary does not."""

from datetime import date, timedelta

import pytest
from django.db import connection

from attendees.models import Attendee, Letter, LetterReason, PersonalLink
from attendees.outreach import claiming, quick, rendering
from tests.factories import AnswerFactory, LetterFactory, UserFactory
from uconf.lib import clock
from uconf.models import Conference, LettersPause, Microconference, Person, Suppression

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not quick.is_possible(), reason="the short way is PostgreSQL's alone"),
]


def screened(letters):
    Letter.objects.filter(pk__in=[each.pk for each in letters]).update(state="claimed", claimed_by="me")
    return quick.screen([each.pk for each in letters])


@pytest.mark.parametrize("mail_comes_in", [False, True])
def test_an_ordinary_letter_goes_the_short_way_and_as_it_would_have_gone_the_other(queued, settings, mail_comes_in):
    settings.INBOUND_MAIL = mail_comes_in
    letters = queued(3)

    short = screened(letters)
    careful, _odd = rendering.mails(rendering.load([each.pk for each in letters]))

    assert len(short) == 3
    assert [(each.pk, each.sender, each.recipient, each.data, each.zone) for each in short] == [
        (each.pk, each.sender, each.recipient, each.data, each.zone) for each in careful
    ]


def change(letter, what):  # noqa: PLR0912, C901  (a list)
    person, attendee = Person.objects.filter(pk=letter.to_person_id), letter.reasons.get().attendee
    mine, mc = Attendee.objects.filter(pk=attendee.pk), letter.microconference
    reason, letters = letter.reasons.get(), Letter.objects.filter(pk=letter.pk)
    if what in ("held_at", "letters_stopped_at"):
        mine.update(**{what: clock.now()})
    elif what == "paused":
        mine.update(paused_until=date(2099, 1, 1))
    elif what in ("bounced_at", "erased_at"):
        person.update(**{what: clock.now()})
    elif what == "address":
        person.update(address="new@example.org")
    elif what == "no address":
        person.update(address="")
    elif what == "suppressed":
        Suppression.objects.create(address_hash=Suppression.hash_of(letter.to_person.address))
    elif what == "answer":
        AnswerFactory(attendee=attendee, round=reason.round)
    elif what in ("declined", "submitted"):
        Microconference.objects.filter(pk=mc.pk).update(state=what)
    elif what == "letters paused":
        LettersPause.objects.create(microconference=mc)
    elif what == "asked by another":
        LetterFactory(to_person=letter.to_person, kind="first", state="sent", sent_at=clock.now() - timedelta(days=3))
    elif what == "taken along":
        now = clock.now()
        LetterFactory(to_person=letter.to_person, kind="first", state="taken", due_at=now, dated_at=now)
    elif what == "two reasons":
        LetterReason.objects.create(letter=letter, person=letter.to_person, dedupe_key="another")
    elif what == "late":
        letters.update(due_at=clock.now() - timedelta(days=2, minutes=1))
    elif what == "robot":
        letters.update(by_robot=True)
    elif what == "attachment":
        letters.update(attachments=[{"name": "a.ics", "method": "REQUEST", "text": "BEGIN:VCALENDAR"}])
    elif what == "subject":
        letters.update(subject="Another")
    elif what == "kind":
        letters.update(kind="thanks")
    elif what == "conference's address":
        Conference.objects.filter(pk=mc.conference_id).update(slug="another-one")
    elif what == "lead's address":
        Person.objects.filter(pk=letter.asked_by.person_id).update(address="elsewhere@example.org")
    elif what == "adder":
        person.update(added_by=UserFactory(name="Newly Named"))
    elif what == "link":
        PersonalLink.objects.filter(person=letter.to_person_id, kind="stop").update(revoked_at=clock.now())
    else:
        raise LookupError(what)


@pytest.mark.parametrize("what", [
    "held_at", "letters_stopped_at", "paused", "bounced_at", "erased_at", "address", "no address", "suppressed",
    "answer", "declined", "submitted", "letters paused", "asked by another", "taken along", "two reasons", "late",
    "robot", "attachment", "subject", "kind", "conference's address", "lead's address", "adder", "link",
])  # fmt: skip
def test_whatever_is_out_of_the_ordinary_is_looked_at_closely(queued, what):
    odd, plain = queued(2)
    change(odd, what)

    of_its_microconference = what in ("declined", "submitted", "letters paused", "conference's address")
    left = [] if of_its_microconference or what == "lead's address" else [plain.pk]
    assert [each.pk for each in screened([odd, plain])] == left


def test_that_mail_begins_to_come_in_is_seen_too(queued, settings):
    letters = queued(1)
    settings.INBOUND_MAIL = True

    assert screened(letters) == []


def test_no_more_is_claimed_than_was_asked_for_whatever_the_database_believes_to_be_in_the_table(queued):
    queued(9)
    with connection.cursor() as cursor:  # as if autovacuum had counted the letters long ago
        cursor.execute(
            "UPDATE pg_class SET reltuples = 1, relpages = pg_relation_size(oid) / 8192 WHERE relname = 'attendees_letter'"
        )

    assert len(claiming.claim(sender="me", limit=1)) == 1
    assert Letter.objects.filter(state="claimed").count() == 1
