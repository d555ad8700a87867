"""`manage.py receive_mail`, as a mail server's pipe calls it, and hostile mail."""

import io
import smtplib
import subprocess
import sys
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import OperationalError, connection

from attendees.models import Answer, Asking, InboundMail, Letter
from attendees.outreach.inbound import addressing, handling, storing
from tests.attendees.outreach.inbound.conftest import reply, sent_letter
from tests.plugins import services
from tests.processes import ROOT, environment
from uconf.lib import limits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_comes_in(settings):
    settings.INBOUND_MAIL = True


@pytest.fixture
def letter(microconference, lead):
    return sent_letter(microconference, lead)


def receive(monkeypatch, raw, *recipients):
    """Run the command in this process: (status, what it says on standard error)."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    said = io.StringIO()
    try:
        call_command("receive_mail", *recipients, stderr=said)
    except SystemExit as end:
        return end.code, said.getvalue()
    return 0, said.getvalue()


def test_a_mail_for_a_letter_is_stored(monkeypatch, letter):
    status, _said = receive(monkeypatch, reply(letter))

    assert (status, InboundMail.objects.get().letter) == (0, letter)


def test_the_envelope_says_whose_it_is_where_the_headers_do_not(monkeypatch, microconference, letter):
    raw = b"From: a@example.org\nTo: b@example.org\nSubject: x\n\nHello\n"

    assert receive(monkeypatch, raw, addressing.of_microconference(microconference))[0] == 0
    assert InboundMail.objects.get().microconference == microconference


def test_mail_for_nobody_is_refused_in_words_that_name_nobody(monkeypatch, letter):
    raw = b"From: a@example.org\nTo: somebody@testserver\nSubject: x\n\nHello\n"

    status, said = receive(monkeypatch, raw, "other@testserver")

    assert (status, InboundMail.objects.count()) == (67, 0)
    assert said and "@" not in said


def test_a_mail_that_is_too_large_is_refused_politely(monkeypatch, letter):
    status, said = receive(monkeypatch, reply(letter, "x\n" * (limits.MAIL // 2)))

    assert (status, InboundMail.objects.count()) == (65, 0)
    assert "please" in said


def test_with_the_database_away_the_mail_server_tries_again(monkeypatch, letter):
    def gone(**more):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(storing, "store", gone)

    assert receive(monkeypatch, reply(letter))[0] == 75


def test_without_inbound_mail_nothing_is_taken(monkeypatch, settings, letter):
    raw = reply(letter)
    settings.INBOUND_MAIL = False

    assert receive(monkeypatch, raw)[0] == 69


def test_an_mbox_line_before_the_mail_does_no_harm(monkeypatch, letter):
    assert receive(monkeypatch, b"From waldo@example.org Tue Sep  2 10:00:00 2031\n" + reply(letter))[0] == 0
    handling.read_waiting()
    assert Answer.objects.count() == 1


def nested(depth):
    body = b"Content-Type: text/plain\n\nPerhaps.\n"
    for number in range(depth):
        body = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n%s\n--b%d--\n' % (number, number, body, number)
    return body


HOSTILE = {
    "a header of a megabyte": lambda to: b"From: a@example.org\nTo: %s\nSubject: %s\n\nHello\n" % (to, b"x" * 1_000_000),
    "ten thousand recipients": lambda to: b"From: a@example.org\nTo: %s\nCc: %s\n\nHello\n"
    % (to, b", ".join(b"p%d@example.org" % each for each in range(10_000))),
    "ten thousand headers": lambda to: b"From: a@example.org\nTo: %s\n%s\nHello\n" % (to, b"X-A: b\n" * 10_000),
    "NULs": lambda to: b"From: a\0@example.org\nTo: %s\nSubject: \0\n\n\0\0\0\n" % to,
    "a hundred multiparts": lambda to: b"From: a@example.org\nTo: %s\n" % to + nested(100),
    "a thousand multiparts": lambda to: b"From: a@example.org\nTo: %s\n" % to + nested(1000),
    "halves of characters": lambda to: b"From: \xff\xfe <a@example.org>\nTo: %s\nSubject: =?utf-8?b?7aCA?=\n\n\xed\xa0\x80\n" % to,
    "odd encoded words": lambda to: b"From: =?x-none?q?=FF?= <a@example.org>\nTo: %s\nSubject: =?utf-8?b?A?=\n\nHello\n" % to,
    "odd headers": lambda to: b"From: (((((((\nTo: %s\nDate: never\nMessage-ID: <<<>>>\nContent-Type: ;;;\n\nHello\n" % to,
    "many references": lambda to: b"From: a@example.org\nTo: %s\nReferences: %s\n\nHello\n" % (to, b"<a@b.c> " * 10_000),
    "nothing but an address": lambda to: b"To: %s\n" % to,
    "deep HTML": lambda to: b"From: a@example.org\nTo: %s\nContent-Type: text/html\n\n%s" % (to, b"<div>" * 100_000),
    "long lines for patterns": lambda to: b"From: a@example.org\nTo: %s\n\n%s\n" % (to, b"On " + b"a " * 500_000),
    "many line ends": lambda to: b"From: a@example.org\nTo: %s\n\n%s\n" % (to, b"\n" * 1_000_000),
    "many dashes": lambda to: b"From: a@example.org\nTo: %s\n\n%s\n" % (to, b"-- \n>" * 200_000),
}  # fmt: skip


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_hostile_mail_waits_for_a_person_or_is_refused(monkeypatch, microconference, letter, make, caplog):
    to = addressing.of_microconference(microconference)

    status, said = receive(monkeypatch, make(to.encode()), to)
    handling.read_waiting()

    row = InboundMail.objects.get()
    assert (status, said, row.state, row.tries) == (0, "", "waiting", 0), caplog.text
    assert (Answer.objects.count(), Letter.objects.exclude(pk=letter.pk).count()) == (0, 0)


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_hostile_mail_to_a_letters_own_address_is_no_answer_either(monkeypatch, letter, make):
    to = addressing.of_letter(letter)
    raw = make(to.encode()).replace(b"a@example.org", letter.to_person.address.encode())

    receive(monkeypatch, raw, to)
    handling.read_waiting()

    assert (InboundMail.objects.get().state, Answer.objects.count()) == ("waiting", 0)


def test_a_mail_that_cannot_be_read_says_so_without_saying_what_is_in_it(monkeypatch, letter, caplog):
    monkeypatch.setattr("attendees.outreach.inbound.quoting.split", lambda text: 1 / 0)
    receive(monkeypatch, reply(letter, "A secret."))
    for _each in range(handling.MOST_TRIES):
        handling.read_waiting()

    row = InboundMail.objects.get()
    assert (row.state, row.why) == ("waiting", "odd")
    for word in (letter.to_person.address, "secret", addressing.of_letter(letter), letter.public_id):
        assert word not in caplog.text


def database_url():
    """The test's own database, as another process of ours finds it."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    host = database["HOST"] or database["OPTIONS"]["host"]
    return f"postgres://{database['USER']}@/{database['NAME']}?host={host}"


class Pipe:
    """A mail server that gives each mail to the command, and its writer the answer, as Postfix's pipe(8) does."""

    ANSWERS = {0: "250 2.0.0 Ok", 65: "552 5.3.4 Too large", 67: "550 5.1.1 Nobody", 75: "451 4.3.0 Later"}

    async def handle_DATA(self, server, session, envelope):
        program = subprocess.run(
            [sys.executable, "manage.py", "receive_mail", *envelope.rcpt_tos], cwd=ROOT, input=envelope.content,
            capture_output=True,
            env=environment(
                DEBUG="0", SECRET_KEY=django_settings.SECRET_KEY, BASE_URL="http://testserver", INBOUND_MAIL="1",
                MAIL_DOMAIN="testserver", EMAIL_URL="mailbox:", DATA_DIR=str(django_settings.DATA_DIR),
                DATABASE_URL=database_url(),
            ),
        )  # fmt: skip
        return self.ANSWERS.get(program.returncode, f"554 5.3.0 {program.returncode}")


@pytest.fixture
def mail_server(transactional_db):
    controller = Controller(Pipe(), hostname="127.0.0.1", port=services.free_port())
    controller.start()
    with smtplib.SMTP("127.0.0.1", controller.port, timeout=60) as client:
        yield client
    controller.stop()


@pytest.mark.django_db(transaction=True)
def test_from_a_real_mail_program_over_a_real_server_into_the_ledger(mail_server, microconference, lead, letter):
    """A lead's Bcc and their reader's reply, each by SMTP."""
    own = EmailMessage()
    own["From"], own["To"], own["Subject"] = lead.email, letter.to_person.address, "Tracing"
    own["Bcc"] = addressing.of_microconference(microconference)
    own.set_content("Are you coming?")
    Asking.objects.all().delete()

    mail_server.send_message(own, to_addrs=[own["Bcc"]])
    mail_server.sendmail("waldo@example.org", [addressing.of_letter(letter)], reply(letter, "Count me in, remotely."))
    with pytest.raises(smtplib.SMTPDataError, match="5.1.1"):
        mail_server.sendmail("waldo@example.org", ["nobody@testserver"], b"Subject: x\r\n\r\nx\r\n")
    handling.read_waiting()

    kept = InboundMail.objects.get(kind="own_mail")
    assert (kept.lead.user, kept.why, b"Bcc" in bytes(kept.raw)) == (lead, "confirm", False)
    assert (Answer.objects.get().answer, Answer.objects.get().mode) == ("coming", "remote")
