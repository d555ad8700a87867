"""So many letters a minute and no more, whoever sends; and a clock that jumps neither doubles nor hurries a letter."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine

from attendees.models import Letter
from attendees.outreach import delivery, rates
from tests.attendees.outreach.test_delivery import TUESDAY, Transport, fresh
from tests.factories import LetterFactory, PersonFactory

pytestmark = pytest.mark.django_db


def link_to(address):
    return LetterFactory(
        to_person=PersonFactory(address=address), kind="link", state="queued", due_at=TUESDAY, next_try_at=TUESDAY
    )


def sweeps(minutes, *, every_s=30):
    """What two senders hand over in so many minutes: recipients with the second in which each went."""
    gone = []
    for second in range(0, minutes * 60 + 1, every_s):
        with time_machine.travel(TUESDAY + timedelta(seconds=second), tick=False):
            for _sender in range(2):
                delivery.sweep(transport=(transport := Transport()))
                gone += [(to, second) for to, _data in transport.got]
    return gone


def test_without_a_limit_there_is_nothing_to_keep_to():
    assert not rates.are_set()


def test_a_rate_holds_for_all_senders_together(settings):
    settings.SENDING_PER_MINUTE = 20
    for number in range(300):
        link_to(f"p{number}@example.org")

    gone = sweeps(10)

    assert len(gone) == len(set(gone))
    # What half a minute brings lies ready at the start; then it is 20 a minute, within a twentieth.
    assert abs(len(gone) - (20 * 10 + 10)) <= 20 * 10 * 0.05
    assert max(Counter(second // 60 for _to, second in gone).values()) <= 30


def test_a_busy_domain_does_not_hold_up_the_others(settings):
    settings.SENDING_PER_DOMAIN_PER_MINUTE = 4
    for number in range(60):
        link_to(f"p{number}@busy.example.org")
    other = link_to("one@quiet.example.org")

    gone = sweeps(3)

    assert (other.to_person.address, 0) in gone
    busy = [second for to, second in gone if "busy" in to]
    assert 12 <= len(busy) <= 16


def test_a_clock_that_is_set_back_gives_nothing_away(settings):
    settings.SENDING_PER_MINUTE = 2
    for number in range(5):
        link_to(f"p{number}@example.org")

    with time_machine.travel(TUESDAY, tick=False):
        delivery.sweep(transport=(first := Transport()))
    with time_machine.travel(TUESDAY - timedelta(hours=1), tick=False):
        Letter.objects.filter(state="queued").update(next_try_at=TUESDAY - timedelta(hours=2))
        delivery.sweep(transport=(back := Transport()))

    assert (len(first.got), len(back.got)) == (1, 0)


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1), timedelta(hours=-1), timedelta(days=-1)])
def test_a_clock_that_jumps_doubles_nothing_and_sends_nothing_early(queued, jump):
    """As it is under a mail server that is spoken to while the clock is set."""
    with time_machine.travel(TUESDAY, tick=False):
        first, later = sorted(queued(2), key=lambda each: each.pk)
        Letter.objects.filter(pk=later.pk).update(next_try_at=TUESDAY + timedelta(days=3), due_at=TUESDAY)
        delivery.sweep(transport=(before := Transport()))
    with time_machine.travel(TUESDAY + jump, tick=False):
        delivery.sweep(transport=(after := Transport()))

    assert (len(before.got), len(after.got)) == (1, 0)
    assert (fresh(first).state, fresh(later).state) == ("sent", "queued")


def test_a_letter_in_hand_when_the_clock_jumps_goes_once(queued):
    [letter] = queued()
    second = Transport()

    def jump():
        with time_machine.travel(TUESDAY + timedelta(days=400), tick=False):
            delivery.sweep(transport=second)

    delivery.deliver_waiting(transport=(first := Transport(look=jump)))

    assert (len(first.got), len(second.got)) == (1, 0)
    assert fresh(letter).state == "sent"
