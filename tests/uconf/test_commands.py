"""The commands that let people in and start over."""

import fcntl
import io
import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from tests.factories import ConferenceFactory, UserFactory
from uconf.lib import clock
from uconf.management.commands import serve
from uconf.models import ActivityEntry, Conference, User

pytestmark = pytest.mark.django_db


def committee(address="chair@example.org", conference="example-2031"):
    said = io.StringIO()
    call_command("committee", address, conference=conference, stdout=said)
    return said.getvalue()


def link_in(said):
    return urlsplit(re.search(r"http\S+/accounts/link/\S+", said).group()).path


def test_committee_makes_the_conference_and_its_first_member():
    said = committee()

    conference = Conference.objects.get()
    assert (conference.slug, conference.name, conference.timezone) == ("example-2031", "Example 2031", "UTC")
    assert conference.starts_on == clock.today("UTC") + timedelta(weeks=8)
    assert conference.ends_on == conference.starts_on + timedelta(days=2)
    assert [user.email for user in conference.committee.all()] == ["chair@example.org"]
    assert "http://testserver/organize/example-2031/" in said
    assert "Correct its name, days and zone" in said
    assert list(ActivityEntry.objects.order_by("pk").values_list("what", flat=True)) == [
        "conference.made",
        "committee.joined",
    ]


def test_its_link_signs_the_member_in(client):
    said = committee()

    client.post(link_in(said))

    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_committee_twice_changes_nothing_and_gives_a_new_link():
    first = committee(address="Chair@Example.org")
    Client().post(link_in(first))

    second = committee()

    assert (Conference.objects.count(), User.objects.count(), ActivityEntry.objects.count()) == (1, 1, 2)
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 1
    assert link_in(first) != link_in(second)
    assert "Made the conference" not in second


def test_committee_keeps_what_a_conference_is():
    ConferenceFactory(slug="example-2031", name="As It Was", starts_on=date(2031, 9, 20))

    committee()

    assert Conference.objects.get().name == "As It Was"


@pytest.mark.parametrize(
    ("address", "slug", "said"),
    [
        ("nonsense", "example-2031", "“nonsense” is not a mail address"),
        ("chair@example.org", "organize", "“organize” is used by the site itself"),
        ("chair@example.org", "two words", "“two words” cannot stand in an address"),
        ("chair@example.org", "x" * 61, "cannot stand in an address"),
    ],
)
def test_committee_refuses_in_a_sentence_and_makes_nothing(address, slug, said):
    with pytest.raises(CommandError, match=said):
        committee(address=address, conference=slug)

    assert not Conference.objects.exists()
    assert not User.objects.exists()


def test_signinlink_prints_a_link_for_a_user(client):
    user, said = UserFactory(email="lead@example.org"), io.StringIO()

    call_command("signinlink", "Lead@example.org", stdout=said)
    answer = client.post(link_in(said.getvalue()))

    assert answer["Location"] == reverse("uconf:organize")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_signinlink_says_whom_it_does_not_know():
    with pytest.raises(CommandError, match="Nobody signs in as nobody@example.org"):
        call_command("signinlink", "nobody@example.org")


def test_reset_is_for_development_only():
    with pytest.raises(CommandError, match="Only a development database"):
        call_command("reset")


def test_a_folder_that_is_served_from_is_not_emptied():
    served_twice = serve.hold(fcntl.LOCK_SH), serve.hold(fcntl.LOCK_SH)
    emptied = serve.hold(fcntl.LOCK_EX)

    with served_twice[0], served_twice[1], pytest.raises(CommandError, match="is in use"):
        emptied.__enter__()
    with emptied:
        pass


def test_an_address_that_is_not_ours_is_said():
    with pytest.raises(CommandError, match="HOST is '192.0.2.1', which is no address of this machine"):
        serve.listen("192.0.2.1", 8000)
