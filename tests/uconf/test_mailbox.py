"""The local mailbox: where letters go while there is no mail server. Only a development server shows it."""

from email.message import EmailMessage

import pytest
from django.core import mail
from django.urls import reverse

from uconf.lib import mailbox
from uconf.lib.mailbackend import EmailBackend
from uconf.lib.mailurl import parse_mail_url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR, settings.DEBUG = tmp_path, True


def letter(subject="A letter", text="Hello"):
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = "a@example.org", "Lead <lead@example.org>", subject
    message["Date"] = "Mon, 03 Mar 2031 10:00:00 +0000"
    message.set_content(text)
    mailbox.put(message.as_bytes())


def text_of(client):
    return client.get(reverse("uconf:mailbox")).content.decode()


def test_without_letters_the_page_says_how_to_get_one(client):
    assert "No letters yet" in text_of(client)


def test_letters_stand_newest_first(client):
    for subject in ("First", "Second", "Third"):
        letter(subject)

    page = text_of(client)

    assert page.index("Third") < page.index("Second") < page.index("First")


def test_a_letter_is_text_with_links_and_nothing_else(client):
    letter(text="See <b>this</b>: https://example.org/x?a=1&b=2. And <script>alert(1)</script>")

    page = text_of(client)

    assert '<a href="https://example.org/x?a=1&amp;b=2">https://example.org/x?a=1&amp;b=2</a>.' in page
    assert "&lt;b&gt;this&lt;/b&gt;" in page
    assert "<script>alert" not in page


def test_a_link_to_this_site_works_by_whatever_name_it_is_reached(client, settings):
    letter(text=f"Answer: {settings.BASE_URL}/a/token-token/")

    assert '<a href="/a/token-token/">http://testserver/a/token-token/</a>' in text_of(client)


def test_a_sign_in_code_arrives_there(client):
    EmailBackend().send_messages([mail.EmailMessage("Your code", "ABC-DEF", to=["a@example.org"])])

    assert "ABC-DEF" in text_of(client)


def test_a_letter_that_was_half_written_is_not_seen(client):
    letter("Whole")
    (mailbox.folder() / ".half.eml").write_bytes(b"Subject: Half\r\n")

    page = text_of(client)

    assert "Whole" in page
    assert "Half" not in page


@pytest.mark.parametrize(("debug", "mail_url"), [(False, "mailbox:"), (True, "smtp://mail.example.org")])
def test_no_other_server_has_this_page(client, settings, debug, mail_url):
    letter()

    settings.DEBUG, settings.MAIL = debug, parse_mail_url(mail_url)

    assert client.get(reverse("uconf:mailbox")).status_code == 404
