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
    [(*cell, False) for cell in CELLS] + [(*cell, True) for cell in CELLS if cell[0] not in ("banner", "EHLO")],
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


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize(("step", "fault"), [cell for cell in CELLS if cell[0] not in ("banner", "EHLO")])
def test_a_fault_at_the_second_letter_is_not_taken_for_one_of_the_first(smtp, queued, step, fault, pipelining):
    smtp.server.pipelining = pipelining  # then its envelope comes behind the text of the first
    letters = sorted(queued(3), key=lambda each: each.pk)

    with smtp.failing(step, FAULTS[fault], passes=1):
        delivery.sweep()
    after = [state(each) for each in letters]
    sweep_in(2)

    # A kept connection may have been closed while it was idle: that is tried once more at once.
    kept = step == "MAIL" and fault in ("cut", "stall")
    assert after == [("sent", 0), ("sent", 0) if kept else TABLE[step][fault], ("sent", 0)]
    readers = [to for _sender, [to], _data in smtp.got]
    assert sorted(readers) == sorted(each.to_person.address for each in letters if fresh(each).state != "failed")


def test_a_server_that_knows_pipelining_hears_of_the_next_letter_behind_the_text_of_the_one_before(
    smtp, queued, monkeypatch
):
    smtp.server.pipelining = True
    groups = []
    send = transport.smtplib.SMTP.send
    monkeypatch.setattr(
        transport.smtplib.SMTP, "send", lambda self, data: groups.append(data) or send(self, data),
    )  # fmt: skip
    queued(3)

    delivery.sweep()

    groups = [each.encode() if isinstance(each, str) else each for each in groups]
    assert [each[:4] for each in groups if each[:4] in (b"MAIL", b"DATA")] == [b"MAIL", *[b"DATA"] * 3]
    assert sum(b"\r\n.\r\nMAIL FROM:<" in each for each in groups) == 2
    assert len(smtp.got) == 3


@pytest.mark.parametrize("pipelining", [False, True])
def test_a_letter_that_is_called_off_after_the_server_heard_of_it_is_taken_back(smtp, queued, monkeypatch, pipelining):
    smtp.server.pipelining = pipelining
    first, second, third = sorted(queued(3), key=lambda each: each.pk)
    hand_over = transport.SmtpTransport.hand_over

    def then_call_off(self, data, **more):
        said = hand_over(self, data, **more)
        Letter.objects.filter(pk=second.pk, state="claimed").update(state="cancelled", claimed_by="")
        return said

    monkeypatch.setattr(transport.SmtpTransport, "hand_over", then_call_off)

    delivery.sweep()

    assert [fresh(each).state for each in (first, second, third)] == ["sent", "cancelled", "sent"]
    assert [to for _sender, [to], _data in smtp.got] == [first.to_person.address, third.to_person.address]
    once = ["MAIL", "RCPT"]
    assert smtp.server.heard == [*once, "DATA", *once, "RSET", *once, "DATA"]


@pytest.mark.parametrize("pipelining", [False, True])
def test_what_is_given_back_for_want_of_time_is_taken_back_from_the_server(smtp, queued, monkeypatch, pipelining):
    smtp.server.pipelining = pipelining
    letters = sorted(queued(2), key=lambda each: each.pk)
    monkeypatch.setattr(delivery, "A_BATCH_S", -1)

    delivery.sweep()

    assert [to for _sender, [to], _data in smtp.got] == [each.to_person.address for each in letters]
    assert smtp.server.heard.count("DATA") == 2
    if pipelining:
        assert smtp.server.heard == ["MAIL", "RCPT", "DATA", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA"]


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
