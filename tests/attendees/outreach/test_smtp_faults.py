"""What a mail server can do wrong at each step of a letter: how the letter ends, and that the next one still goes."""

from datetime import timedelta

import pytest
import time_machine

from attendees.models import Letter
from attendees.outreach import delivery, transport
from uconf.lib import clock
from uconf.models import Sending

# A server that is stopped while it stalls leaves its end of the connection to the garbage collector.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
STEPS = ("banner", "EHLO", "MAIL", "RCPT", "DATA", "dot")
FAULTS = {"4xx": "451 4.3.0 later", "5xx": "550 5.7.1 not wanted", "stall": "stall", "cut": "cut"}
WAITS, AGAIN, NEVER = ("queued", 0), ("deferred", 1), ("failed", 1)
# How a letter stands after the fault: (state, tries counted).
TABLE = {
    # No mail server to be reached: no letter is to blame.
    "banner": {"4xx": WAITS, "5xx": WAITS, "stall": WAITS, "cut": WAITS},
    # One that only knows HELO is fine.
    "EHLO": {"4xx": ("sent", 0), "5xx": ("sent", 0), "stall": WAITS, "cut": WAITS},
    "MAIL": {"4xx": AGAIN, "5xx": NEVER, "stall": AGAIN, "cut": AGAIN},
    "RCPT": {"4xx": AGAIN, "5xx": NEVER, "stall": AGAIN, "cut": AGAIN},
    "DATA": {"4xx": AGAIN, "5xx": NEVER, "stall": AGAIN, "cut": AGAIN},
    # The text was handed over: whether it arrived, nobody can say.
    "dot": {"4xx": AGAIN, "5xx": NEVER, "stall": ("uncertain", 0), "cut": ("uncertain", 0)},
}
CELLS = [(step, fault) for step in STEPS for fault in FAULTS]


def fresh(letter):
    return Letter.objects.get(pk=letter.pk)


def state(letter):
    row = fresh(letter)
    return row.state, row.tries


def sweep_in(minutes):
    with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
        delivery.sweep()


@pytest.mark.parametrize(
    ("step", "fault", "pipelining"),
    [(*cell, False) for cell in CELLS] + [(*cell, True) for cell in CELLS if cell[0] in ("MAIL", "RCPT", "DATA")],
)
def test_a_fault_at_any_step_costs_one_letter_at_most_a_wait(smtp, queued, step, fault, pipelining):
    smtp.server.pipelining = pipelining
    first, second = sorted(queued(2), key=lambda each: each.pk)

    with smtp.failing(step, FAULTS[fault]):
        delivery.sweep()
        after = state(first)
        if TABLE[step][fault] == WAITS:
            delivery.sweep()  # there was nobody to talk to; the next sweep finds somebody
    then = state(second)
    sweep_in(2)

    assert after == TABLE[step][fault]
    assert then == ("sent", 0)
    assert fresh(first).state == {"queued": "sent", "deferred": "sent"}.get(after[0], after[0])
    readers = [to for _sender, [to], _data in smtp.got]
    # A letter may be there and called uncertain, never the other way round, and never twice.
    arrived = {"sent", "uncertain"} if fresh(first).state == "uncertain" else {"sent"}
    assert sorted(readers) == sorted(each.to_person.address for each in (first, second) if fresh(each).state in arrived)


@pytest.mark.parametrize("step", ["banner", "MAIL", "RCPT", "DATA"])
def test_a_server_that_is_closing_is_called_again_for_the_next_letter(smtp, queued, step):
    first, second = sorted(queued(2), key=lambda each: each.pk)

    with smtp.failing(step, "421 4.3.2 closing"):
        delivery.sweep()
        if step == "banner":
            delivery.sweep()
    then = state(second)
    sweep_in(2)

    assert then == ("sent", 0)
    assert state(first) == ("sent", 0 if step == "banner" else 1)
    assert len(smtp.got) == 2


def test_no_wait_is_without_a_limit(smtp, queued, monkeypatch):
    queued(1)
    limits = []
    monkeypatch.setattr(transport, "AFTER_FINAL_DOT_S", 0.4)
    getreply = transport.smtplib.SMTP.getreply
    monkeypatch.setattr(
        transport.smtplib.SMTP, "getreply",
        lambda self: limits.append(self.sock.gettimeout()) or getreply(self),
    )  # fmt: skip

    delivery.sweep()

    assert len(limits) >= 6 and all(0 < each <= 2 for each in limits)
    assert 0.4 in limits


def test_the_limits_are_those_of_the_standard_where_it_has_some():
    assert (transport.CONNECT_S, transport.COMMAND_S, transport.AFTER_FINAL_DOT_S) == (10, 30, 600)


def test_refusals_of_single_readers_never_pause_sending(smtp, queued, settings):
    settings.SENDING_PAUSES_AFTER = 2
    letters = queued(4)

    with smtp.failing("RCPT", "550 5.1.1 no such user", times=4):
        delivery.sweep()

    assert [fresh(each).state for each in letters] == ["failed"] * 4
    assert not Sending.objects.filter(paused_at__isnull=False).exists()
