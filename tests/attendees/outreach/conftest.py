"""What the tests of letters share: a round, letters in it, a mail server that fails on demand."""

import asyncio
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from attendees.models import Letter, Round
from attendees.outreach import actions, compose, delivery, reminders
from tests.factories import AttendeeFactory, RoundFactory

TUESDAY = datetime(2031, 3, 4, 14, 30, tzinfo=UTC)


def at(days, act=reminders.write_due_reminders, **values):
    """Do something so many days after that Tuesday."""
    with time_machine.travel(TUESDAY + timedelta(days=days), tick=False):
        return act(**values)


@pytest.fixture
def second_round(microconference, lead):
    return RoundFactory(microconference=microconference, answer_by=date(2031, 9, 10))


@pytest.fixture
def written(microconference, lead, second_round):
    """Writes first letters to new attendees: ``written(2)`` or ``written(attendee)``."""

    def write(who=1, **more):
        attendees = (
            AttendeeFactory.create_batch(who, microconference=microconference) if isinstance(who, int) else [who]
        )
        subject, body = compose.wording(microconference, "first_coming")
        return actions.write_letters(
            microconference=microconference, round=second_round, attendees=attendees, by=lead,
            asked_by=actions.lead_for(microconference, user=lead), **({"subject": subject, "body": body} | more),
        )  # fmt: skip

    return write


@pytest.fixture
def queued(written, lead):
    """Writes and approves first letters, as ``written`` does."""

    def queue(who=1):
        letters = written(who)
        return list(
            Letter.objects.filter(pk__in=[each.pk for each in actions.approve(letters=letters, by=lead).letters])
        )

    return queue


@pytest.fixture
def asked(queued):
    """Sends first letters on that Tuesday; returns their attendees."""

    def send(who=1):
        with time_machine.travel(TUESDAY, tick=False):
            Round.objects.update(cadence_set_at=TUESDAY)
            letters = queued(who)
            delivery.sweep()
        return [each.reasons.get().attendee for each in letters]

    return send


class FaultySmtp(SMTP):
    """A real SMTP server that fails at one step: with an answer, by silence, or by hanging up."""

    fault = None  # (step, what): "banner" "EHLO" "MAIL" "RCPT" "DATA" "dot" × an answer, "stall" or "cut"
    times = 1
    passes = 0  # how often it goes well before
    stalled = 0
    pipelining = False
    heard = []  # the commands that came, as far as tests ask for them

    async def fail(self, step):
        """Whether this step failed (then nothing more is said here)."""
        if FaultySmtp.fault is None or FaultySmtp.fault[0] != step or FaultySmtp.times <= 0:
            return False
        if FaultySmtp.passes:
            FaultySmtp.passes -= 1
            return False
        FaultySmtp.times -= 1
        what = FaultySmtp.fault[1]
        if what == "cut":
            self.transport.abort()
            raise asyncio.CancelledError
        if what == "stall":
            FaultySmtp.stalled += 1
            try:
                await asyncio.sleep(0.5)
            finally:
                FaultySmtp.stalled -= 1
            self.transport.abort()
            raise asyncio.CancelledError
        if step != "dot":  # what comes after the final dot is said by whoever keeps the letters
            await super().push(what)
        return True

    async def push(self, status):
        text = status.decode() if isinstance(status, bytes) else status
        if text.startswith("220 ") and await self.fail("banner"):
            self.transport.close()
            return
        await super().push(status)

    async def smtp_EHLO(self, hostname):
        if not await self.fail("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg):
        FaultySmtp.heard.append("MAIL")
        if not await self.fail("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        FaultySmtp.heard.append("RCPT")
        if not await self.fail("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_RSET(self, arg):
        FaultySmtp.heard.append("RSET")
        await super().smtp_RSET(arg)

    async def smtp_DATA(self, arg):
        FaultySmtp.heard.append("DATA")
        if not await self.fail("DATA"):
            await super().smtp_DATA(arg)


class Sink:
    """Keeps what arrives: (sender, recipients, bytes)."""

    def __init__(self):
        self.got = []

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        greeting, *extensions = responses
        return [greeting, *(["250-PIPELINING"] if FaultySmtp.pipelining else []), *extensions]

    async def handle_DATA(self, server, session, envelope):
        self.got.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
        if await server.fail("dot"):
            self.got.pop()  # it said no: it does not keep the letter
            return FaultySmtp.fault[1]
        return "250 taken"


class SinkController(Controller):
    def factory(self):
        return FaultySmtp(self.handler)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]  # port 0 let the system choose one
        super()._trigger_server()


@pytest.fixture
def smtp(settings, monkeypatch):
    """A mail server on this machine; ``smtp.failing("RCPT", "550 no such user")`` makes it fail once."""
    from attendees.outreach import transport
    from uconf.lib.mailurl import MailSettings

    monkeypatch.setattr(transport, "COMMAND_S", 0.3)
    monkeypatch.setattr(transport, "CONNECT_S", 0.3)
    monkeypatch.setattr(transport, "AFTER_FINAL_DOT_S", 0.3)
    sink = Sink()
    controller = SinkController(sink, hostname="127.0.0.1", port=0, ready_timeout=10)
    FaultySmtp.fault, FaultySmtp.times, FaultySmtp.passes, FaultySmtp.pipelining = None, 1, 0, False
    FaultySmtp.heard = []
    controller.start()
    settings.MAIL = MailSettings("smtp", "127.0.0.1", controller.port)

    @contextmanager
    def failing(step, what, times=1, passes=0):
        FaultySmtp.fault, FaultySmtp.times, FaultySmtp.passes = (step, what), times, passes
        yield
        FaultySmtp.fault = None

    sink.failing, sink.server = failing, FaultySmtp
    yield sink
    FaultySmtp.fault = None
    until = time.monotonic() + 2
    while FaultySmtp.stalled and time.monotonic() < until:
        time.sleep(0.02)
    controller.stop()
