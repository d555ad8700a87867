import pytest
from django.test import Client
from django.urls import reverse

from attendees.actions import links
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(lead):
    return links.digest_url(lead).removeprefix("http://testserver")


def wants(user):
    user.refresh_from_db()
    return user.wants_digest


def test_the_link_shows_and_one_press_switches_it_off_and_on(page, lead):
    assert "No more digests?" in Client().get(page).content.decode()
    assert wants(lead)

    stopped = Client().post(page, {"do": "stop"})
    assert (stopped.status_code, wants(lead)) == (303, False)
    assert "No digests come" in Client().get(page).content.decode()

    Client().post(page, {"do": "resume"})
    assert wants(lead)


def test_a_mail_programs_own_button_gets_a_plain_200_without_a_cookie(page, lead):
    client = Client(enforce_csrf_checks=True)

    answers = [client.post(page, {"List-Unsubscribe": "One-Click"}) for _ in range(10)]

    assert {(each.status_code, each["Content-Type"]) for each in answers} == {(200, "text/plain; charset=utf-8")}
    assert not wants(lead) and not client.cookies


@pytest.mark.parametrize("odd", ["", "1.", "x.y", "1.{secret}", "{pk}.{secret}x", "²." + "{secret}", "9" * 30 + ".x"])
def test_a_token_that_is_none_switches_nothing(lead, odd):
    pk, secret = links.digest_url(lead).split("/")[-2].split(".")
    other = UserFactory()
    token = odd.format(pk=pk, secret=secret) if odd != "1.{secret}" else f"{other.pk}.{secret}"
    page = f"/a/digest/{token or '-'}/"

    assert (Client().get(page).status_code, Client().post(page, {"do": "stop"}).status_code) == (404, 404)
    assert wants(lead) and wants(other)


def test_the_account_has_a_switch(lead, lead_client):
    assert "No more digests" in lead_client.get(reverse("account_email")).content.decode()

    off = lead_client.post(reverse("attendees:digest_switch"), {"do": "stop"}, follow=True).content.decode()
    assert not wants(lead)
    on = lead_client.post(reverse("attendees:digest_switch"), {"do": "resume"}, follow=True).content.decode()

    assert wants(lead)
    assert "No more digests will come." in off and "Let them come" in off
    assert "You get a digest" in on


def test_a_stranger_is_sent_to_the_sign_in_page():
    response = Client().post(reverse("attendees:digest_switch"), {"do": "stop"})

    assert response.status_code == 302 and "/accounts/login/" in response["Location"]
