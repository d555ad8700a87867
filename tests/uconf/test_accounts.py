"""Signing in: by a code or a password, throttled, and no page of it changes anything by being looked at."""

import re
import smtplib
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.conftest import client_of
from tests.factories import MicroconferenceFactory, PersonFactory, UserFactory
from uconf.lib import clock
from uconf.models import Membership, User

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"  # noqa: S105
PAGES = [
    "account_login", "account_logout", "account_inactive", "account_signup", "account_reauthenticate", "account_email",
    "account_email_verification_sent", "account_change_password", "account_set_password", "account_reset_password",
    "account_confirm_login_code", "account_request_login_code", "account_confirm_password_reset_code",
    "account_complete_password_reset", "account_password_reset_completed",
]  # fmt: skip


@pytest.fixture
def user():
    user = UserFactory(email="lead@example.org", name="Lea Madeup")
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def without_password():
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    return user


def signed_in(client):
    return client.session.get("_auth_user_id")


def newest_letter():
    return mail.outbox[-1]


def code_in_newest_letter():
    return re.search(r"^    (\S+)$", newest_letter().body, re.MULTILINE).group(1)


def test_a_code_sent_to_the_address_signs_in(client, user):
    asked = client.post(reverse("account_request_login_code"), {"email": "Lead@Example.org"})
    page = client.get(asked["Location"])
    answer = client.post(asked["Location"], {"code": code_in_newest_letter()})

    assert "lead@example.org" in page.content.decode().casefold()
    assert (answer.status_code, answer["Location"]) == (302, reverse("uconf:organize"))
    assert signed_in(client) == str(user.pk)


def test_a_wrong_code_is_said_and_the_third_ends_the_try(client, user):
    where = client.post(reverse("account_request_login_code"), {"email": user.email})["Location"]
    right = code_in_newest_letter()

    first = client.post(where, {"code": "XXXXXX"})
    client.post(where, {"code": "XXXXXX"})
    third = client.post(where, {"code": "XXXXXX"})
    late = client.post(where, {"code": right})

    assert "This is not the code that we sent" in first.content.decode()
    assert (third.status_code, late.status_code) == (302, 302)
    assert signed_in(client) is None


def test_a_new_code_can_be_asked_for(client, user):
    where = client.post(reverse("account_request_login_code"), {"email": user.email})["Location"]
    first = code_in_newest_letter()

    client.post(where, {"action": "resend"})
    second = code_in_newest_letter()
    client.post(where, {"code": second})

    assert first != second
    assert signed_in(client) == str(user.pk)


def test_codes_are_throttled(user):
    url = reverse("account_request_login_code")

    answers = [Client().post(url, {"email": user.email}) for _ in range(5)]

    assert len(mail.outbox) == 3
    assert [answer.status_code for answer in answers][:3] == [302, 302, 302]
    assert answers[-1].status_code != 302


def test_a_password_signs_in(client, user):
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, reverse("uconf:organize"))
    assert signed_in(client) == str(user.pk)


def test_the_sixth_password_is_refused_even_if_it_is_right(client, user):
    url = reverse("account_login")
    for _ in range(5):
        wrong = client.post(url, {"login": user.email, "password": "not-it-not-it-not-it"})

    sixth = client.post(url, {"login": user.email, "password": PASSWORD})

    assert "do not belong together" in wrong.content.decode()
    assert "wrong too often" in sixth.content.decode()
    assert signed_in(client) is None
    cache.clear()
    client.post(url, {"login": user.email, "password": PASSWORD})
    assert signed_in(client) == str(user.pk)


def test_signing_up_takes_an_address_and_a_code_and_finds_the_invitation(client):
    waiting = Membership.objects.create(
        microconference=MicroconferenceFactory(), person=PersonFactory(name="Inva Ted", address="new@example.org")
    )

    where = client.post(reverse("account_signup"), {"email": "New@example.org"})["Location"]
    before = signed_in(client)
    client.post(where, {"code": code_in_newest_letter()})

    user = User.objects.get(email="new@example.org")
    waiting.refresh_from_db()
    assert before is None
    assert signed_in(client) == str(user.pk)
    assert waiting.user == user
    assert not user.has_usable_password()


def test_an_unproven_address_takes_no_place(client):
    waiting = Membership.objects.create(
        microconference=MicroconferenceFactory(), person=PersonFactory(address="new@example.org")
    )

    client.post(reverse("account_signup"), {"email": "new@example.org"})

    waiting.refresh_from_db()
    assert waiting.user is None


@pytest.mark.parametrize("name", ["account_request_login_code", "account_signup", "account_reset_password"])
def test_known_and_unknown_addresses_get_the_same_answer(user, name):
    known = Client().post(reverse(name), {"email": user.email})
    cache.clear()
    unknown = Client().post(reverse(name), {"email": "nobody@example.org"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mail.outbox) == 2


def test_letters_speak_of_our_own_address_whatever_host_a_request_names(client, settings):
    settings.ALLOWED_HOSTS = ["*"]

    client.post(reverse("account_request_login_code"), {"email": "nobody@example.org"}, HTTP_HOST="evil.example.net")

    letter = newest_letter().body
    assert "http://testserver/accounts/signup/" in letter
    assert "evil" not in str(newest_letter().message())


def test_a_forgotten_password_is_replaced_by_a_code(client, user):
    where = client.post(reverse("account_reset_password"), {"email": user.email})["Location"]
    where = client.post(where, {"code": code_in_newest_letter()})["Location"]
    refused = client.post(where, {"password1": "short", "password2": "short"})
    client.post(where, {"password1": "a-much-better-one", "password2": "a-much-better-one"})

    user.refresh_from_db()
    assert "at least 12 characters" in refused.content.decode()
    assert user.check_password("a-much-better-one")


def test_changing_the_password_ends_the_sessions_of_others(user):
    mine, other = client_of(user), client_of(user)

    mine.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "a-much-better-one", "password2": "a-much-better-one"},
    )

    assert mine.get(reverse("account_email")).status_code == 200
    assert other.get(reverse("account_email")).status_code == 302


def test_who_has_no_password_can_set_one():
    user = without_password()
    client = client_of(user)

    answer = client.post(
        reverse("account_set_password"), {"password1": "a-much-better-one", "password2": "a-much-better-one"}
    )

    user.refresh_from_db()
    assert answer["Location"] == reverse("account_email")
    assert user.check_password("a-much-better-one")
    assert "You can sign in by it from now on" in client.get(answer["Location"]).content.decode()


def test_signing_out_ends_the_session(user):
    client = client_of(user)
    key = client.session.session_key

    client.post(reverse("account_logout"))

    assert not Session.objects.filter(session_key=key).exists()


def test_ones_account_needs_a_sign_in(client):
    answer = client.get(reverse("account_email"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def rows():
    """All rows that signing in could touch."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (User, EmailAddress, Session, Membership)
    }


def clients(user):
    """A client in each state in which these pages can be looked at."""
    without = without_password()
    waiting, signing_up, resetting, confirmed = Client(), Client(), Client(), Client()
    waiting.post(reverse("account_request_login_code"), {"email": user.email})
    signing_up.post(reverse("account_signup"), {"email": "another@example.org"})
    resetting.post(reverse("account_reset_password"), {"email": user.email})
    confirmed.post(reverse("account_reset_password"), {"email": user.email})
    confirmed.post(reverse("account_confirm_password_reset_code"), {"code": code_in_newest_letter()})
    return {
        "anonymous": Client(),
        "with a password": client_of(user),
        "without a password": client_of(without),
        "waiting for a code": waiting,
        "signing up": signing_up,
        "resetting": resetting,
        "choosing a password": confirmed,
    }


@pytest.mark.parametrize("name", PAGES)
def test_looking_at_a_page_changes_no_row_and_never_breaks(user, name):
    states = clients(user)
    before = rows()

    statuses = {state: client.get(reverse(name)).status_code for state, client in states.items()}

    # Reauthenticating asks for a password; who has none is refused there.
    assert set(statuses.values()) <= {200, 302, 403}
    assert rows() == before


def test_an_outdated_try_is_cleared_away_without_an_error(client, user, time_machine):
    client.post(reverse("account_request_login_code"), {"email": user.email})
    time_machine.move_to(clock.now() + timedelta(minutes=20))

    assert client.get(reverse("account_confirm_login_code")).status_code == 302


@pytest.mark.parametrize("problem", [ConnectionRefusedError, TimeoutError, smtplib.SMTPServerDisconnected])
@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password", "account_signup"])
@pytest.mark.parametrize("known", [True, False])
def test_a_mail_server_that_is_down_is_said_in_a_sentence(client, user, monkeypatch, name, problem, known):
    def down(*args, **kwargs):
        raise problem("lead@example.org could not be reached")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    address = user.email if known else "nobody@example.org"

    response = client.post(reverse(name), {"email": address})

    assert (response.status_code, response["Retry-After"]) == (503, "300")
    assert "Try again in a few minutes" in response.content.decode()


def test_after_a_mail_server_was_down_the_same_address_can_sign_up_and_in(client, monkeypatch):
    with monkeypatch.context() as down:
        down.setattr("django.core.mail.EmailMessage.send", _refuse)
        client.post(reverse("account_signup"), {"email": "new@example.org"})
    Client().post(reverse("account_request_login_code"), {"email": "new@example.org"})

    assert mail.outbox[-1].to == ["new@example.org"]


def _refuse(*args, **kwargs):
    raise ConnectionRefusedError


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("account_login", {"login": "lead@example.org", "password": "wrong"}),
        ("account_request_login_code", {"email": "no address"}),
        ("account_signup", {"email": ""}),
        ("account_reset_password", {"email": "no address"}),
    ],
)
def test_a_refused_form_says_so(client, user, name, form):
    response = client.post(reverse(name), form)

    assert response.status_code == 422
    assert b"<form" in response.content
