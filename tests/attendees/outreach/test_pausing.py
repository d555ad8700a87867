"""Sending stops when it should: an operator says so, or the mail server fails again and again. A lead's pause holds."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from attendees.models import Letter
from attendees.outreach import delivery, pausing
from attendees.outreach.transport import MayHaveArrived, Refused, Unreachable
from tests.attendees.outreach.test_delivery import Transport, fresh
from tests.factories import LetterFactory
from uconf.lib import clock
from uconf.models import ActivityEntry, Sending

pytestmark = pytest.mark.django_db


def said(*arguments):
    out = io.StringIO()
    call_command("letters", *arguments, stdout=out)
    return out.getvalue()


def fails(times, error, letters=None):
    """Let some runs fail, a minute apart."""
    for number in range(times):
        with time_machine.travel(clock.now() + timedelta(minutes=number), tick=False):
            Letter.objects.filter(state="deferred").update(next_try_at=clock.now(), tries=0)
            delivery.deliver_waiting(transport=Transport(at_offer=error), limit=1)


def test_nothing_goes_while_an_operator_paused_it_and_it_goes_afterwards(queued):
    [letter] = queued()

    words = said("pause", "--why", "moving house")
    delivery.sweep(transport=(paused := Transport()))
    said("resume")
    delivery.sweep(transport=(going := Transport()))

    assert "moving house" in words and "waiting: 1" in words
    assert paused.got == [] and len(going.got) == 1
    assert said("status").startswith("Letters go.\nsent: 1")


def test_a_pause_takes_letters_out_of_a_senders_hands(queued, django_capture_on_commit_callbacks):
    letters = queued(3)

    def stop():
        with django_capture_on_commit_callbacks(execute=True):
            pausing.pause(why="stop", by=None)

    delivery.deliver_waiting(transport=(transport := Transport(look=stop)))

    assert len(transport.got) == 1
    assert sorted(fresh(each).state for each in letters) == ["queued", "queued", "sent"]


@pytest.mark.parametrize(
    "error", [Unreachable("no route"), Refused(421, "closing", step="RCPT"), Refused(550, "not you", step="MAIL")]
)
def test_after_five_failures_in_a_row_sending_pauses_itself_and_says_so(queued, error):
    queued(9)

    fails(4, error)
    before = pausing.words(pausing.state())
    fails(1, error)

    assert before == ""
    assert "failed 5 times in a row" in pausing.words(pausing.state())
    assert "tries the mail server every ten minutes" in said("status")
    assert ActivityEntry.objects.filter(what="sending.paused", by_user=None).count() == 1


def test_a_letter_that_is_taken_makes_the_count_begin_anew(queued):
    queued(4)

    fails(4, Unreachable("no route"))
    delivery.deliver_waiting(transport=Transport(), limit=1)
    fails(4, Unreachable("no route"))

    assert Sending.objects.get().failures == 4
    assert pausing.state().paused_at is None


def test_one_letter_now_and_then_tries_whether_the_mail_server_is_back(queued):
    queued(5)
    fails(5, Unreachable("no route"))
    paused_at = pausing.state().paused_at
    goes = []

    for minutes in (5, 11, 12, 22, 23):
        with time_machine.travel(paused_at + timedelta(minutes=minutes), tick=False):
            broken = Transport(at_offer=Unreachable("no route") if minutes < 20 else None)
            goes.append(delivery.sweep(transport=broken))

    assert goes == [0, 1, 0, 5, 0]  # at last one was taken, and so the rest follows
    assert pausing.state().paused_at is None


def test_an_operators_pause_does_not_end_by_itself(queued):
    queued(1)
    said("pause")

    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        assert delivery.sweep(transport=Transport()) == 0


def test_what_may_have_arrived_counts_as_a_failure_too(queued, settings):
    settings.SENDING_PAUSES_AFTER = 2
    queued(3)

    delivery.deliver_waiting(transport=Transport(at_data=MayHaveArrived("timed out")))

    assert sorted(Letter.objects.values_list("state", flat=True)) == ["queued", "uncertain", "uncertain"]


def test_a_leads_pause_also_holds_what_is_queued_later_and_no_letters_of_others(queued, microconference, lead):
    other = LetterFactory(kind="link", state="queued", due_at=clock.now(), next_try_at=clock.now())
    link = LetterFactory(
        microconference=microconference, kind="link", state="queued", due_at=clock.now(), next_try_at=clock.now()
    )
    pausing.pause_letters(microconference=microconference, by=lead)
    [letter] = queued()

    delivery.sweep(transport=(transport := Transport()))

    assert {to for to, _data in transport.got} == {other.to_person.address, link.to_person.address}
    assert (fresh(letter).state, fresh(letter).next_try_at) == ("queued", None)


def test_letters_that_a_lead_paused_for_a_week_go_and_are_not_late(queued, microconference, lead):
    [letter] = queued()
    pausing.pause_letters(microconference=microconference, by=lead)

    with time_machine.travel(clock.now() + timedelta(days=7), tick=False):
        pausing.resume_letters(microconference=microconference, by=lead)
        pausing.resume_letters(microconference=microconference, by=lead)
        delivery.sweep(transport=Transport())

    assert fresh(letter).state == "sent"
