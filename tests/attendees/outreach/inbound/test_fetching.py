"""Mail fetched from an IMAP mailbox: a real server of the test's own."""

import imaplib

import pytest

from attendees.models import Answer, InboundMail
from attendees.outreach.inbound import fetching, handling, storing
from tests.attendees.outreach.inbound.conftest import reply
from tests.plugins import services
from tests.plugins.environment import need
from uconf.lib import limits
from uconf.lib.mailurl import parse_imap_url

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture(scope="module")
def dovecot():
    need("Dovecot")
    with services.running(services.Dovecot) as server:
        yield server


@pytest.fixture
def mailbox(dovecot, settings):
    """The mailbox as another client sees it, empty."""
    settings.IMAP = parse_imap_url(dovecot.url())
    client = imaplib.IMAP4("127.0.0.1", dovecot.port, timeout=10)
    client.login(dovecot.USER, dovecot.PASSWORD)
    if client.select()[1] != [b"0"]:
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
    yield client
    client.logout()


def put(mailbox, raw):
    assert mailbox.append("INBOX", None, None, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))[0] == "OK"


def unseen(mailbox):
    mailbox.noop()
    return len(mailbox.search(None, "UNSEEN")[1][0].split())


def test_what_is_new_is_stored_once_marked_and_read(mailbox, letter):
    put(mailbox, reply(letter, "Yes, I'll be there."))

    assert [fetching.fetch(), fetching.fetch()] == [1, 0]
    handling.read_waiting()

    assert Answer.objects.get().answer == "coming"
    assert unseen(mailbox) == 0


def test_a_mail_that_was_stored_but_not_marked_is_one_row_still(mailbox, letter, monkeypatch):
    put(mailbox, reply(letter))
    with monkeypatch.context() as broken:
        broken.setattr(fetching._Mailbox, "mark", lambda self, uid: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fetching.fetch()
    assert (InboundMail.objects.count(), unseen(mailbox)) == (1, 1)

    fetching.fetch()

    assert (InboundMail.objects.count(), unseen(mailbox)) == (1, 0)


def test_a_mail_that_could_not_be_stored_stays_new(mailbox, letter, monkeypatch):
    put(mailbox, reply(letter))
    with monkeypatch.context() as broken:
        broken.setattr(storing, "store", lambda **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fetching.fetch()

    assert unseen(mailbox) == 1
    assert fetching.fetch() == 1


def test_what_is_for_nobody_here_stays_and_stops_nothing(mailbox, letter):
    put(mailbox, b"From: a@example.org\nTo: b@example.org\nSubject: x\n\nHello\n")
    put(mailbox, reply(letter))

    assert fetching.fetch() == 1
    assert unseen(mailbox) == 0
    assert len(mailbox.search(None, "ALL")[1][0].split()) == 2


def test_a_reply_that_went_to_another_address_is_found_by_its_thread(mailbox, letter):
    put(mailbox, reply(letter, to=["lead@example.org"], cc=None))

    assert fetching.fetch() == 1


def test_a_mail_that_is_too_large_is_left_where_it_is(mailbox, letter):
    put(mailbox, reply(letter, "x\n" * (limits.MAIL // 2)))

    assert (fetching.fetch(), InboundMail.objects.count()) == (0, 0)


def test_a_mailbox_that_cannot_be_reached_is_no_error(settings, letter, caplog):
    settings.IMAP = parse_imap_url(f"imap://somebody:a-password@127.0.0.1:{services.free_port()}/INBOX")

    assert fetching.fetch() == 0
    assert "somebody" not in caplog.text and "a-password" not in caplog.text


def test_a_wrong_password_is_said_without_the_password(dovecot, settings, caplog):
    settings.IMAP = parse_imap_url(dovecot.url().replace("a-password", "another-password"))

    assert fetching.fetch() == 0
    assert "another-password" not in caplog.text
