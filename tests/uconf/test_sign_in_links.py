"""Sign-in links: a GET shows one button, one POST signs in, and that is all the link is good for."""

import re
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories import MicroconferenceFactory, PersonFactory, UserFactory
from uconf.accounts import sign_in_url
from uconf.actions import sign_in
from uconf.lib.refusals import Refusal
from uconf.models import Membership, User


def path_of(user):
    return urlsplit(sign_in_url(user)).path


def signed_in(client):
    return client.session.get("_auth_user_id")


@pytest.mark.django_db
def test_a_get_shows_one_button_and_signs_nobody_in(client):
    user = UserFactory(name="Made Up")

    page = client.get(path_of(user))

    assert page.status_code == 200
    assert page.content.decode().count("<button") == 1
    assert "Sign in as Made Up" in page.content.decode()
    assert signed_in(client) is None
    user.refresh_from_db()
    assert user.last_login is None


@pytest.mark.django_db
def test_a_post_signs_in_and_goes_to_the_organizers_front_page(client):
    user = UserFactory()

    answer = client.post(path_of(user))

    assert (answer.status_code, answer["Location"]) == (302, reverse("uconf:organize"))
    assert signed_in(client) == str(user.pk)


@pytest.mark.django_db
def test_the_second_post_is_refused_and_says_what_to_do():
    user, second = UserFactory(), Client()
    path = path_of(user)
    Client().post(path)

    answer = second.post(path)

    assert answer.status_code == 410
    assert "no longer good" in answer.content.decode()
    assert reverse("account_login") in answer.content.decode()
    assert signed_in(second) is None


@pytest.mark.django_db
def test_a_link_dies_when_its_user_signs_in_another_way(client):
    user = UserFactory()
    older, newer = path_of(user), path_of(user)
    client.post(newer)

    assert Client().post(older).status_code == 410


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "status"), [(23, 200), (25, 410)])
def test_a_link_is_good_for_a_day(client, time_machine, hours, status):
    made_at = datetime(2031, 5, 1, 12, tzinfo=UTC)
    time_machine.move_to(made_at)
    path = path_of(UserFactory())

    time_machine.move_to(made_at + timedelta(hours=hours))

    assert client.get(path).status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    "tamper",
    [
        lambda path: path[:-2] + "/",
        lambda path: path.replace("/link/", "/link/9"),
        lambda path: "/accounts/link/x/y/",
        lambda path: "/accounts/link/" + "9" * 40 + "/a-b/",
    ],
)
def test_a_tampered_link_is_refused(client, tamper):
    path = tamper(path_of(UserFactory()))

    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410


@pytest.mark.django_db
def test_a_link_signs_in_only_its_own_user(client):
    mine, other = UserFactory(), UserFactory()
    path = path_of(mine).replace(f"/link/{mine.pk}/", f"/link/{other.pk}/")

    assert client.post(path).status_code == 410


@pytest.mark.django_db
def test_a_closed_account_is_not_signed_in(client):
    user = UserFactory()
    path = path_of(user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert client.post(path).status_code == 410


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("origin", "with_token", "status"),
    [
        ("null", True, 302),  # what a browser sends from a page that keeps its address to itself
        ("http://testserver", True, 302),
        ("http://evil.example.net", True, 403),
        ("null", False, 403),
        ("http://testserver", False, 403),
    ],
)
def test_the_post_needs_the_token_of_our_own_page(origin, with_token, status):
    client, path = Client(enforce_csrf_checks=True), path_of(UserFactory())
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode()).group(1)

    answer = client.post(path, {"csrfmiddlewaretoken": token} if with_token else {}, headers={"Origin": origin})

    assert answer.status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize("good", [True, False])
def test_the_page_is_kept_from_caches_referrers_and_search_engines(client, good):
    page = client.get(path_of(UserFactory()) if good else "/accounts/link/1/a-b/")

    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]


@pytest.mark.django_db
def test_signing_in_takes_the_place_that_waits_for_the_address(client):
    user = UserFactory(email="invited@example.org", name="")
    waiting = Membership.objects.create(
        microconference=MicroconferenceFactory(), person=PersonFactory(name="Inva Ted", address="invited@example.org")
    )

    client.post(path_of(user))

    waiting.refresh_from_db()
    user.refresh_from_db()
    assert waiting.user == user
    assert user.name == "Inva Ted"


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_sign_in_once():
    user = UserFactory()
    token = sign_in.new_token(user=user)
    outcomes, together = [], threading.Barrier(2)

    def press():
        together.wait()
        try:
            sign_in.redeem(user_id=user.pk, token=token)
            outcomes.append("in")
        except Refusal:
            outcomes.append("refused")
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _ in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()

    assert sorted(outcomes) == ["in", "refused"]
