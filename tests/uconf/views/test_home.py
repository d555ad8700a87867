from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import client_of
from tests.factories import (
    AttendeeFactory,
    ConferenceFactory,
    HelperFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    PersonFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
URL = "/organize/"


def test_only_ones_own_microconferences_are_there():
    mine = LeadFactory()
    LeadFactory(microconference__title="Foreign One")

    response = client_of(mine.user).get(URL)

    rows = [mc for _, group in response.context["conferences"] for mc in group]
    assert rows == [mine.microconference]
    assert "Foreign One" not in response.content.decode()


def test_a_lead_reads_what_needs_them():
    mc = MicroconferenceFactory(accepted=True)
    lead = LeadFactory(microconference=mc).user
    TopicFactory.create_batch(2, microconference=mc)
    TopicFactory(microconference=mc, accepted=True)
    LetterFactory(microconference=mc, state="written")
    LetterFactory(microconference=mc, state="uncertain")
    AttendeeFactory(microconference=mc, status="bounces")

    [(_, [row])] = client_of(lead).get(URL).context["conferences"]

    assert [each["words"] for each in row.needs] == [
        "2 topics to decide", "mail to 1 person bounces", "1 letter to approve", "1 letter did not go",
    ]  # fmt: skip


def test_letters_do_not_need_a_helper():
    mc = MicroconferenceFactory(accepted=True)
    helper = HelperFactory(microconference=mc).user
    LetterFactory(microconference=mc, state="written")
    TopicFactory(microconference=mc)

    [(_, [row])] = client_of(helper).get(URL).context["conferences"]

    assert [each["words"] for each in row.needs] == ["1 topic to decide"]


def test_nothing_needs_anybody_once_it_was_held():
    mc = MicroconferenceFactory(held=True)
    lead = LeadFactory(microconference=mc).user
    TopicFactory(microconference=mc)
    AttendeeFactory(microconference=mc, status="bounces")

    [(_, [row])] = client_of(lead).get(URL).context["conferences"]

    assert row.needs == []


def test_microconferences_can_be_proposed_where_the_conference_is_not_over():
    ahead = ConferenceFactory(starts_on=date(2097, 9, 20), ends_on=date(2097, 9, 22))
    ConferenceFactory(starts_on=date(2001, 9, 20), ends_on=date(2001, 9, 22))

    response = client_of(UserFactory()).get(URL)

    assert response.context["open_conferences"] == [ahead]
    assert reverse("uconf:propose", args=[ahead.slug]) in response.content.decode()


def test_who_is_new_here_reads_what_to_do_next():
    user = UserFactory(email="nora@example.org")

    page = client_of(user).get(URL).content.decode()

    assert "ask a lead to invite nora@example.org" in page
    assert "No conference is ahead." in page


def test_the_committee_reads_how_many_wait_for_it():
    conference, user = ConferenceFactory(), UserFactory()
    conference.committee.add(user)
    MicroconferenceFactory.create_batch(2, conference=conference, submitted=True)
    MicroconferenceFactory(conference=conference)

    page = client_of(user).get(URL).content.decode()

    assert "3 microconferences · 2 wait for a decision" in page


def test_the_page_costs_the_same_for_any_number_of_microconferences():
    user = UserFactory()
    person = PersonFactory()
    browser = client_of(user)

    def grow(count):
        for _ in range(count):
            mc = MicroconferenceFactory(accepted=True)
            LeadFactory(microconference=mc, user=user, person=person)
            mc.conference.committee.add(user)
            TopicFactory.create_batch(count, microconference=mc)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            browser.get(URL)
        return len(queries)

    grow(1)
    few = cost()
    grow(5)

    assert cost() == few


def test_without_an_account_one_is_asked_to_sign_in(client):
    assert client.get(URL).headers["Location"] == "/accounts/login/?next=/organize/"
