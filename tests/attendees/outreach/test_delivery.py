"""Letters go once, or somebody is told: against a real mail server, and with senders that die half-way."""

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection

from attendees.actions import answers
from attendees.models import Asking, Letter, Round, Status
from attendees.outreach import actions, claiming, compose, delivery, reminders
from attendees.outreach.transport import Refused
from tests.factories import AttendeeFactory, LetterFactory, MicroconferenceFactory
from uconf.actions import people
from uconf.lib import clock, mailbox
from uconf.models import ActivityEntry, Lease

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2031, 3, 4, 14, 0, tzinfo=UTC)


class Died(BaseException):
    """A sender that is killed: nothing after it runs."""


class Transport:
    """A mail server in the head: notes what it is given, and dies where it is told to."""

    def __init__(self, *, at_offer=None, at_data=None, look=None):
        self.at_offer, self.at_data, self.look, self.got = at_offer, at_data, look, []

    def offer(self, sender, recipient):
        self.recipient = recipient
        if self.at_offer:
            raise self.at_offer

    def hand_over(self, data, *, following=None):
        if self.look:
            self.look()
        if self.at_data:
            raise self.at_data
        self.got.append((self.recipient, data))
        return "250 ok"

    def forget(self):
        pass

    def close(self):
        pass


def fresh(letter):
    return Letter.objects.get(pk=letter.pk)


def test_a_letter_goes_to_its_one_reader_and_its_reader_counts_as_asked(smtp, queued):
    [letter] = queued()

    assert delivery.sweep() == 1

    [(_sender, recipients, data)] = smtp.got
    letter = fresh(letter)
    attendee = letter.reasons.get().attendee
    assert recipients == [letter.to_person.address]
    assert b"\r\n" in data
    assert (letter.state, letter.reply, letter.claimed_by) == (Letter.State.SENT, "250 taken", "")
    assert (attendee.status, attendee.contacted_at) == (Status.PENDING, letter.sent_at)
    assert Asking.objects.get(attendee=attendee).how == Asking.How.LETTER


def test_many_letters_go_over_one_connection_each_once(smtp, queued, django_assert_max_num_queries):
    letters = queued(3)

    with django_assert_max_num_queries(180):
        delivery.sweep()
    delivery.sweep()

    assert sorted(to for _from, [to], _data in smtp.got) == sorted(each.to_person.address for each in letters)


# A server that is stopped while it stalls leaves its end of the connection to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("step", ["banner", "EHLO", "MAIL", "RCPT", "DATA", "dot"])
@pytest.mark.parametrize("what", ["451 later", "421 closing", "stall", "cut"])
def test_what_a_mail_server_puts_off_arrives_once_later_or_is_uncertain(smtp, queued, step, what):
    [letter] = queued()

    with smtp.failing(step, what):
        delivery.sweep()
    after = fresh(letter)
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        delivery.sweep()

    if step == "dot" and what in ("stall", "cut"):
        assert (after.state, fresh(letter).state) == (Letter.State.UNCERTAIN, Letter.State.UNCERTAIN)
    else:
        # Where no mail server is to be reached no letter is to blame: it waits, and no try is counted.
        waits = (Letter.State.QUEUED, 0) if step in ("banner", "EHLO") else (Letter.State.DEFERRED, 1)
        if step == "EHLO" and what[0].isdigit():
            waits = (Letter.State.SENT, 0)  # a server that only knows HELO is fine
        assert (after.state, after.tries) == waits
        assert fresh(letter).state == Letter.State.SENT
    assert len(smtp.got) == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "dot"])
def test_what_a_mail_server_refuses_for_good_is_tried_once(smtp, queued, step):
    [letter] = queued()

    with smtp.failing(step, "550 5.7.1 not wanted", times=9):
        delivery.sweep()
        with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
            delivery.sweep()

    letter = fresh(letter)
    assert (letter.state, letter.tries, smtp.got) == (Letter.State.FAILED, 1, [])
    assert letter.to_person.bounced_at is None


@pytest.mark.parametrize("step", ["banner", "EHLO"])
def test_a_mail_server_that_is_closed_to_us_costs_no_letter(smtp, queued, step):
    [letter] = queued()

    with smtp.failing(step, "554 go away", times=9):
        delivery.sweep()
    delivery.sweep()

    assert fresh(letter).state == Letter.State.SENT


def test_a_mailbox_that_does_not_exist_ends_the_letters_to_it(smtp, queued, lead, microconference):
    [letter] = queued()
    person = letter.to_person
    next_week = clock.now() + timedelta(days=7)
    elsewhere = LetterFactory(to_person=person, state=Letter.State.QUEUED, due_at=next_week, next_try_at=next_week)

    with smtp.failing("RCPT", "550 5.1.1 no such user"):
        delivery.sweep()

    person.refresh_from_db()
    assert fresh(letter).state == Letter.State.FAILED
    assert fresh(elsewhere).state == Letter.State.CANCELLED
    assert person.bounce_reason == "550 5.1.1 no such user"
    assert letter.reasons.get().attendee.status == Status.BOUNCES
    assert ActivityEntry.objects.filter(what="letter.bounced", person=person).count() == 1


def test_a_letter_that_is_put_off_again_and_again_fails_after_six_retries(queued):
    [letter] = queued()
    busy = Transport(at_offer=Refused(451, "busy", step="RCPT"))
    waits, moment = [], clock.now()

    for _try in range(8):
        with time_machine.travel(moment, tick=False):
            delivery.deliver_waiting(transport=busy)
        row = fresh(letter)
        if row.state == Letter.State.DEFERRED:
            waits.append((row.next_try_at - moment) / timedelta(minutes=1))
            moment = row.next_try_at

    assert fresh(letter).state == Letter.State.FAILED
    for waited, least in zip(waits, [1, 5, 15, 60, 240, 720], strict=True):
        assert least <= waited <= least * 1.2


@pytest.mark.django_db(transaction=True)
def test_transmitting_is_committed_before_the_first_byte_and_no_transaction_is_open_meanwhile(queued):
    [letter] = queued()
    seen = []
    transport = Transport(look=lambda: seen.append((fresh(letter).state, connection.in_atomic_block)))

    delivery.deliver_waiting(transport=transport)

    assert seen == [(Letter.State.TRANSMITTING, False)]


def test_a_sender_that_dies_before_the_first_byte_leaves_a_letter_that_goes_after_the_lease(queued):
    [letter] = queued()

    with pytest.raises(Died):
        delivery.deliver_waiting(transport=Transport(at_offer=Died()))
    delivery.sweep(transport=Transport())
    still = fresh(letter).state
    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
        delivery.sweep(transport=(later := Transport()))

    assert still == Letter.State.CLAIMED
    assert fresh(letter).state == Letter.State.SENT
    assert len(later.got) == 1


def test_a_first_letter_whose_sender_died_while_handing_it_over_waits_for_a_lead(queued, lead):
    [letter] = queued()
    with pytest.raises(Died):
        delivery.deliver_waiting(transport=Transport(at_data=Died()))

    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
        delivery.sweep(transport=(other := Transport()))
        uncertain = fresh(letter)
        actions.send_again(letter=letter, by=lead)
        delivery.sweep(transport=(again := Transport()))

    assert (uncertain.state, other.got) == (Letter.State.UNCERTAIN, [])
    [(_to, data)] = again.got
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert message["Message-ID"] == uncertain.message_id
    assert message["Date"].datetime == uncertain.dated_at.replace(microsecond=0)


def test_a_reminder_whose_sender_died_goes_once_more_and_only_once(queued, written, lead, microconference):
    letter = queued()[0]
    Letter.objects.filter(pk=letter.pk).update(kind=Letter.Kind.REMINDER)
    moment, identities = clock.now(), []

    for _round in range(3):
        with time_machine.travel(moment, tick=False):
            delivery.release_expired()
            identities.append((fresh(letter).state, fresh(letter).message_id, fresh(letter).dated_at))
            try:
                delivery.deliver_waiting(transport=Transport(at_data=Died()))
            except Died:
                moment += timedelta(seconds=31)

    assert [state for state, *_rest in identities] == ["queued", "queued", "uncertain"]
    assert identities[1][1:] == identities[2][1:]


def test_what_a_sender_had_sent_before_it_died_is_noted_by_the_sweep(queued):
    first, second = sorted(queued(2), key=lambda each: each.pk)
    transport = Transport()
    transport.look = lambda: setattr(transport, "at_data", Died() if transport.got else None)

    with pytest.raises(Died):
        delivery.deliver_waiting(transport=transport)
    before = first.reasons.get().attendee.status
    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
        delivery.release_expired()

    assert (fresh(first).state, fresh(second).state) == (Letter.State.SENT, Letter.State.UNCERTAIN)
    assert (before, first.reasons.get().attendee.status) == (Status.NOT_ASKED, Status.PENDING)
    assert (fresh(first).claimed_by, fresh(first).next_try_at, fresh(first).rendered) == ("", None, None)
    assert not Lease.objects.exists()


def test_somebody_who_is_erased_while_their_letter_is_in_hand_gets_none_and_stops_no_other(queued):
    first, second = sorted(queued(2), key=lambda each: each.pk)
    transport = Transport()

    def erase():
        if first.pk:
            Letter.objects.filter(pk=first.pk).delete()
        transport.at_offer = None
        raise Refused(451, "busy", step="RCPT")

    transport.at_offer = True
    offer = transport.offer
    transport.offer = lambda sender, recipient: erase() if transport.at_offer else offer(sender, recipient)
    delivery.deliver_waiting(transport=transport)

    assert list(Letter.objects.values_list("pk", "state")) == [(second.pk, Letter.State.SENT)]


def test_a_lease_is_renewed_while_its_sender_works_and_gone_when_that_has_nothing_left(queued):
    queued()
    seen = []

    def look():
        lease = Lease.objects.get()
        with time_machine.travel(clock.now() + timedelta(seconds=20), tick=False):
            claiming.renew(lease.sender)
            seen.append(Lease.objects.get().until - lease.until)

    delivery.deliver_waiting(transport=Transport(look=look))

    assert [round(each.total_seconds()) for each in seen] == [20]
    assert not Lease.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_claimed_as_the_database_went_away_goes_after_the_lease(queued, monkeypatch):
    letters, look, failures = queued(3), claiming._look, [OperationalError("gone")]

    def looks(*arguments):
        if failures:
            raise failures.pop()
        return look(*arguments)

    monkeypatch.setattr(claiming, "A_BATCH", 2)
    monkeypatch.setattr(claiming, "_look", looks)
    delivery.deliver_waiting(transport=(first := Transport()))
    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
        delivery.sweep(transport=(second := Transport()))

    assert (len(first.got), len(second.got)) == (1, 2)
    assert {fresh(each).state for each in letters} == {Letter.State.SENT}


def test_a_slow_sender_that_lost_its_lease_does_not_send(queued):
    [letter] = queued()
    first = Transport()

    def slow(*_args):
        with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
            delivery.sweep(transport=second)

    second = Transport()
    first.offer = slow
    delivery.deliver_waiting(transport=first)

    assert (len(first.got), len(second.got)) == (0, 1)


def test_a_sender_that_is_only_slow_may_still_say_how_it_ended(queued):
    [letter] = queued()

    def slow():
        with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
            delivery.release_expired()

    delivery.deliver_waiting(transport=Transport(look=slow))

    assert fresh(letter).state == Letter.State.SENT


def test_an_answer_calls_off_what_is_queued_and_what_was_put_off(queued, second_round):
    letters = queued(2)
    Letter.objects.filter(pk=letters[1].pk).update(state=Letter.State.DEFERRED)

    for letter in letters:
        attendee = letter.reasons.get().attendee
        answers.record_answer(
            attendee=attendee, round=second_round, answer="not_sure", source="link", by=attendee.person
        )

    assert delivery.sweep() == 0
    assert {fresh(each).state for each in letters} == {Letter.State.CANCELLED}


@pytest.mark.parametrize("why", ["suppressed", "stopped", "bounced", "no address", "declined", "answered", "question"])
def test_a_letter_is_looked_at_once_more_before_it_goes(queued, why, microconference, second_round):
    """Whatever slipped through when it happened is caught at the last moment."""
    [letter] = queued()
    attendee, person = letter.reasons.get().attendee, letter.to_person
    if why == "suppressed":
        people.suppress(address=person.address, reason="asked for it")
    elif why == "stopped":
        type(attendee).objects.filter(pk=attendee.pk).update(letters_stopped_at=clock.now())
    elif why == "bounced":
        type(person).objects.filter(pk=person.pk).update(bounced_at=clock.now())
    elif why == "no address":
        type(person).objects.filter(pk=person.pk).update(address="")
    elif why == "declined":
        type(microconference).objects.filter(pk=microconference.pk).update(state="declined")
    elif why == "question":
        type(second_round).objects.filter(pk=second_round.pk).update(question="interest")
    else:
        attendee.answers.create(round=second_round, answer="cant", source="link")

    transport = Transport()
    delivery.sweep(transport=transport)

    assert (fresh(letter).state, transport.got) == (Letter.State.CANCELLED, [])


def test_somebody_who_was_just_asked_elsewhere_is_left_alone_for_seven_days(queued):
    [letter] = queued()
    sent_at = clock.now() - timedelta(days=1)
    LetterFactory(to_person=letter.to_person, state=Letter.State.SENT, sent_at=sent_at)

    delivery.sweep(transport=(now := Transport()))
    waits = fresh(letter)
    with time_machine.travel(sent_at + timedelta(days=7), tick=False):
        delivery.sweep(transport=(later := Transport()))

    assert (now.got, waits.state, waits.due_at) == ([], Letter.State.QUEUED, sent_at + timedelta(days=7))
    assert len(later.got) == 1


@pytest.mark.parametrize(("days_before", "state"), [(13, Letter.State.MISSED), (14, Letter.State.QUEUED)])
def test_a_reminder_that_has_to_wait_until_the_deadline_is_near_is_missed_and_listed(queued, days_before, state):
    with time_machine.travel(TUESDAY, tick=False):
        [letter] = queued()
        Letter.objects.filter(pk=letter.pk).update(kind=Letter.Kind.REMINDER, by_robot=True, approved_at=None)
        Round.objects.update(answer_by=TUESDAY.date() + timedelta(days=days_before))
        LetterFactory(to_person=letter.to_person, state=Letter.State.SENT, sent_at=TUESDAY)

        delivery.sweep(transport=(transport := Transport()))

    assert (fresh(letter).state, transport.got) == (state, [])


def test_a_letter_that_could_not_go_for_two_days_is_missed_and_listed(queued):
    [letter] = queued()

    with time_machine.travel(clock.now() + timedelta(days=2, minutes=1), tick=False):
        delivery.sweep(transport=(late := Transport()))

    assert (fresh(letter).state, late.got) == (Letter.State.MISSED, [])


def test_a_robot_does_not_catch_up_at_night_but_a_retry_does_not_look_at_the_clock(queued):
    with time_machine.travel(TUESDAY, tick=False):
        letters = queued(2)
    Letter.objects.update(by_robot=True, approved_at=None, kind=Letter.Kind.REMINDER)
    Letter.objects.filter(pk=letters[1].pk).update(state=Letter.State.DEFERRED, tries=1)

    with time_machine.travel(TUESDAY.replace(hour=22), tick=False):
        delivery.sweep(transport=(night := Transport()))

    assert [to for to, _data in night.got] == [letters[1].to_person.address]
    assert fresh(letters[0]).next_try_at == TUESDAY + timedelta(days=1)


def test_one_letter_that_cannot_be_worded_does_not_hold_up_the_others(queued, monkeypatch):
    letters = queued(2)
    Letter.objects.update(rendered=None)
    whole = compose.as_bytes
    monkeypatch.setattr(
        compose, "as_bytes", lambda letter, **more: 1 / 0 if letter.pk == letters[0].pk else whole(letter, **more)
    )

    delivery.sweep(transport=(good := Transport()))

    assert [fresh(each).state for each in letters] == [Letter.State.FAILED, Letter.State.SENT]
    assert len(good.got) == 1


def test_without_a_mail_server_letters_arrive_in_the_local_mailbox(queued):
    [letter] = queued()

    delivery.sweep()

    readers = [each.message["To"] for each in mailbox.letters()]  # other tests may write to it at the same time
    assert f"{letter.to_person.name} <{letter.to_person.address}>" in readers


def test_a_reminder_is_written_sent_and_threaded_under_the_first_letter(smtp, queued, microconference):
    with time_machine.travel(TUESDAY, tick=False):
        type(microconference.rounds.get()).objects.update(cadence_set_at=TUESDAY)
        [letter] = queued()
        delivery.sweep()
    with time_machine.travel(TUESDAY + timedelta(days=14), tick=False):
        [reminder] = reminders.write_due_reminders()
        delivery.sweep()

    message = email.message_from_bytes(smtp.got[1][2], policy=email.policy.default)
    assert message["In-Reply-To"] == fresh(letter).message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert fresh(reminder).state == Letter.State.SENT


def test_two_senders_that_see_the_same_letter_send_it_once(queued, monkeypatch):
    [letter] = queued()

    assert [each.pk for each in delivery.claim(sender="one")] == [letter.pk]
    assert delivery.claim(sender="two") == []


def test_letters_of_another_microconference_are_not_touched_by_a_declined_one(queued, microconference):
    mine = queued()[0]
    other = AttendeeFactory(microconference=MicroconferenceFactory(accepted=True)).microconference
    assert other.pk != microconference.pk

    delivery.sweep(transport=(sent := Transport()))

    assert [to for to, _data in sent.got] == [mine.to_person.address]
