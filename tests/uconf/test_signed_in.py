from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(lead, microconference):
    return microconference.organize_url("uconf:overview")


def test_who_signed_in_is_known_on_the_next_page(lead_client, url):
    assert lead_client.get(url).status_code == 200


def test_a_session_that_has_ended_signs_nobody_in(lead_client, url):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))  # noqa: TID251  (sessions' own clock)

    answer = lead_client.get(url)

    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_a_session_that_was_ended_elsewhere_signs_nobody_in(lead_client, url):
    Session.objects.all().delete()

    assert lead_client.get(url).status_code == 302


def test_who_was_closed_out_is_not_signed_in_any_more(lead_client, lead, url):
    lead.is_active = False
    lead.save()

    assert lead_client.get(url).status_code == 302
