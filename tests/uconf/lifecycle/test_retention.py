"""The clock is moved; what is over goes, and what is not stays. The example conference ends on 24 September 2031."""

from datetime import UTC, date, datetime, timedelta

import pytest

from attendees import keeping
from attendees.actions import links
from attendees.models import Attendee, InboundMail, Letter, LetterReason
from attendees.outreach import compose
from tests import somebody
from tests.conftest import client_of
from tests.factories import (
    AnswerFactory,
    AskingFactory,
    AttendeeFactory,
    ConferenceFactory,
    KeyPersonFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    OutcomeFactory,
    PersonFactory,
    ProposerFactory,
    RoundFactory,
    TopicFactory,
    UserFactory,
)
from uconf import tasks
from uconf.lib import clock
from uconf.lifecycle import holding, retention
from uconf.models import ActivityEntry, Person, Suppression

pytestmark = pytest.mark.django_db
WRITTEN = datetime(2031, 3, 1, 12, tzinfo=UTC)
LAST_DAY = date(2031, 9, 24)


@pytest.fixture
def at(monkeypatch):
    """Moves the clock to noon of a day."""

    def move(day):
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: moment)

    move(WRITTEN.date())
    return move


def known(**more):
    return PersonFactory(added_at=WRITTEN, **more)


def asked(mc, person=None):
    attendee = AttendeeFactory(microconference=mc, person=person or known(), added_at=WRITTEN)
    AskingFactory(attendee=attendee, round=mc.rounds.first() or RoundFactory(microconference=mc))
    return attendee


def answered(mc, person=None):
    attendee = asked(mc, person)
    AnswerFactory(attendee=attendee, round=attendee.askings.get().round, recorded_at=WRITTEN)
    Attendee.objects.filter(pk=attendee.pk).update(last_heard_at=WRITTEN)
    return attendee


def days_after(count):
    return LAST_DAY + timedelta(days=count)


def test_who_never_answered_goes_after_400_days_and_not_a_day_sooner(at):
    mc = MicroconferenceFactory(held=True)
    attendee = asked(mc)

    at(days_after(400))
    retention.clean_up()
    assert Attendee.objects.filter(pk=attendee.pk).exists()

    at(days_after(401))
    retention.clean_up()

    assert not Attendee.objects.exists()
    person = Person.objects.get(pk=attendee.person_id)
    assert (person.name, person.address) == ("", "")
    assert person.erased_at is not None
    assert not somebody.tables_with(attendee.person.address, attendee.person.name)


def test_who_answered_goes_after_three_years(at):
    attendee = answered(MicroconferenceFactory(held=True))

    at(date(2034, 9, 24))
    retention.clean_up()
    assert Attendee.objects.filter(pk=attendee.pk).exists()

    at(date(2034, 9, 25))
    retention.clean_up()

    assert not Attendee.objects.exists()
    assert Person.objects.get(pk=attendee.person_id).erased_at is not None


def test_whoever_is_on_a_later_list_is_still_known_there(at):
    later = ConferenceFactory(starts_on=date(2033, 9, 1), ends_on=date(2033, 9, 3))
    person = known()
    old = asked(MicroconferenceFactory(held=True), person)
    new = asked(MicroconferenceFactory(accepted=True, conference=later), person)

    at(days_after(401))
    retention.clean_up()

    assert list(Attendee.objects.filter(person=person)) == [new]
    assert not Attendee.objects.filter(pk=old.pk).exists()
    assert Person.objects.get(pk=person.pk).address == person.address


def test_erasing_by_time_bars_nobody_from_being_asked_again(at):
    asked(MicroconferenceFactory(held=True))

    at(days_after(401))
    retention.clean_up()

    assert not Suppression.objects.exists()


def test_leads_see_how_many_went_and_not_who(at):
    mc = MicroconferenceFactory(held=True)
    asked(mc)
    asked(mc)

    at(days_after(401))
    retention.clean_up()

    entry = ActivityEntry.objects.get(what="people.expired")
    assert (entry.microconference, entry.after, entry.person) == (mc, {"count": 2}, None)


def test_proposers_are_kept_as_people_who_answered_and_key_people_as_people_who_did_not(at):
    topic = TopicFactory(microconference=MicroconferenceFactory(held=True))
    proposer, key = known(), known()
    ProposerFactory(topic=topic, person=proposer)
    KeyPersonFactory(topic=topic, person=key)

    at(days_after(401))
    retention.clean_up()
    assert set(Person.objects.exclude(erased_at=None)) == {key}

    at(date(2034, 9, 25))
    retention.clean_up()

    assert set(Person.objects.exclude(erased_at=None)) == {key, proposer}


def test_names_in_outcomes_go_after_three_years(at):
    person = known()
    OutcomeFactory(microconference=MicroconferenceFactory(held=True)).people.add(person)

    at(date(2034, 9, 24))
    retention.clean_up()
    assert Person.objects.filter(erased_at=None, pk=person.pk).exists()
    at(date(2034, 9, 25))
    retention.clean_up()

    assert not Person.objects.filter(erased_at=None, pk=person.pk).exists()


def test_leads_and_accounts_stay(at):
    lead = LeadFactory(microconference=MicroconferenceFactory(held=True), person__added_at=WRITTEN)
    member = known(address=UserFactory().email)

    at(date(2040, 1, 1))
    retention.clean_up()

    assert not Person.objects.filter(pk__in=[lead.person_id, member.pk]).exclude(erased_at=None).exists()
    assert (holding.kept_until(lead.person), holding.kept_until(member)) == (None, None)


def test_an_old_edition_that_is_imported_today_is_not_cleaned_up_tonight(at):
    imported = datetime(2031, 9, 24, 9, tzinfo=UTC)
    old = MicroconferenceFactory(earlier=True)
    KeyPersonFactory(topic=TopicFactory(microconference=old), person=PersonFactory(added_at=imported))

    at(days_after(400))
    retention.clean_up()
    assert not Person.objects.exclude(erased_at=None).exists()
    at(days_after(401))
    retention.clean_up()

    assert Person.objects.exclude(erased_at=None).exists()


def test_whoever_was_written_down_and_put_on_no_list_goes_too(at):
    person = known()

    at(WRITTEN.date() + timedelta(days=400))
    retention.clean_up()
    assert Person.objects.filter(pk=person.pk, erased_at=None).exists()
    at(WRITTEN.date() + timedelta(days=401))
    retention.clean_up()

    assert not Person.objects.filter(pk=person.pk, erased_at=None).exists()


def test_texts_of_letters_go_90_days_after_and_the_rows_stay(at):
    mc = MicroconferenceFactory(held=True)
    sent = LetterFactory(
        microconference=mc, to_person=known(), state="sent", sent_at=WRITTEN, written_at=WRITTEN, reply="250 ok"
    )
    reminder = LetterFactory(microconference=mc, to_person=known(), state="cancelled", written_at=WRITTEN)
    digest = LetterFactory(
        microconference=None,
        to_person=None,
        to_user=UserFactory(),
        kind="digest",
        written_at=WRITTEN,
        state="cancelled",
    )
    current = LetterFactory(
        to_person=known(),
        microconference=MicroconferenceFactory(conference__ends_on=days_after(50)),
        written_at=WRITTEN,
    )

    at(days_after(90))
    retention.clean_up()
    assert Letter.objects.get(pk=sent.pk).body == "Hello."

    at(days_after(91))
    retention.clean_up()

    for gone in (sent, reminder, digest):
        gone.refresh_from_db()
        assert (gone.body, gone.reply) == ("", "")
    assert Letter.objects.get(pk=current.pk).body == "Hello."


def test_what_nobody_confirmed_is_gone_after_two_weeks(at):
    letter = LetterFactory(
        microconference=None, to_person=None, to_address="unconfirmed@example.org", kind="link", written_at=WRITTEN,
        state="sent", sent_at=WRITTEN,
    )  # fmt: skip

    at(WRITTEN.date() + timedelta(days=14))
    retention.clean_up()
    assert Letter.objects.filter(pk=letter.pk).exists()
    at(WRITTEN.date() + timedelta(days=15))
    retention.clean_up()

    assert not somebody.tables_with("unconfirmed@example.org")


def test_it_runs_once_a_day_however_often_it_is_rung(at, monkeypatch):
    ran = []
    monkeypatch.setattr(retention, "clean_up", lambda: ran.append(clock.now().date()))

    for day in (LAST_DAY, LAST_DAY, days_after(1), days_after(1)):
        at(day)
        tasks.clean_up()

    assert ran == [LAST_DAY, days_after(1)]


def test_cleaning_up_twice_changes_nothing_more(at):
    asked(MicroconferenceFactory(held=True))
    somebody.make()
    at(date(2036, 1, 1))

    assert sum(retention.clean_up()) > 0
    once = somebody.counts()

    assert retention.clean_up() == (0, 0, 0)
    assert somebody.counts() == once


def test_after_years_nothing_is_overdue(at):
    """Many people in every state: on no day does anything live longer than its date."""
    for year in range(2031, 2034):
        conference = ConferenceFactory(starts_on=date(year, 9, 20), ends_on=date(year, 9, 24))
        mc = MicroconferenceFactory(held=True, conference=conference, year=year)
        for _ in range(3):
            asked(mc)
            answered(mc)
    for weeks in range(0, 52 * 7, 9):
        at(LAST_DAY + timedelta(weeks=weeks))
        today = clock.today("UTC")
        retention.clean_up()

        places = Attendee.objects.select_related("microconference__conference")
        assert not [each for each in places if keeping.of_attendee(each) < today]
        people = Person.objects.filter(erased_at=None)
        assert not [each for each in people if max(holding.ends_of(each), default=today) < today]
    assert not Person.objects.filter(erased_at=None).exists()


@pytest.mark.parametrize(
    ("ends_on", "since", "answered", "until"),
    [
        (date(2031, 9, 24), date(2031, 1, 1), False, date(2032, 10, 28)),
        (date(2031, 9, 24), date(2031, 1, 1), True, date(2034, 9, 24)),
        (date(2028, 2, 29), date(2028, 1, 1), True, date(2031, 2, 28)),
        (date(2018, 12, 31), date(2031, 1, 1), False, date(2032, 2, 5)),
    ],
)
def test_how_long_it_is_kept(ends_on, since, answered, until):
    assert keeping.kept_until(ends_on, known_since=since, answered=answered) == until


def test_the_letter_and_the_page_name_the_same_day(at, microconference, lead):
    attendee = asked(microconference)
    letter = LetterFactory(microconference=microconference, to_person=attendee.person)
    LetterReason.objects.create(letter=letter, person=attendee.person, attendee=attendee, dedupe_key="one")
    page = f"/a/{links.link_for(person=attendee.person, kind='answer').token}/"

    text, html = compose.preview(letter), client_of(lead).get(page).content.decode()

    assert "28 October 2032" in " ".join(text.split()) and "28 October 2032" in html


def test_texts_of_mails_that_came_in_go_ninety_days_after_and_strangers_mails_altogether():
    mc = MicroconferenceFactory(
        held=True, conference=ConferenceFactory(starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 2))
    )
    person = PersonFactory()
    old = datetime(2020, 1, 1, tzinfo=UTC)
    for number, who in enumerate((person, None)):
        InboundMail.objects.create(
            microconference=mc, person=who, raw=b"raw", size=3, text="new", quoted="old", received_at=old,
            fingerprint=str(number),
        )  # fmt: skip

    retention.clean_up()

    kept = InboundMail.objects.get()
    assert (kept.person, bytes(kept.raw), kept.text, kept.quoted) == (person, b"", "", "")
