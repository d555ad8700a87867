"""The pages of a series, and of an edition of which only the year is known."""

import pytest
from django.test import Client
from django.urls import reverse

from outcomes.models import OutcomeLink
from tests.factories import LeadFactory, MicroconferenceFactory, OutcomeFactory, PersonFactory, SeriesFactory
from tests.pages import PRIVATE, page_of
from uconf.lifecycle import deciding
from uconf.models import MicroconferenceLink

pytestmark = pytest.mark.django_db


def test_a_series_shows_every_public_edition_with_its_outcomes(client, microconference):
    earlier = MicroconferenceFactory(series=microconference.series, earlier=True)
    outcome = OutcomeFactory(microconference=earlier, text="Merged in 2018.", kind="merged")
    OutcomeLink.objects.create(outcome=outcome, label="Patch 1/8", url="https://lore.kernel.org/p")
    MicroconferenceFactory(series=microconference.series, submitted=True, title="Next year's secret")

    page = page_of(client, microconference.series.get_absolute_url())

    assert microconference.get_absolute_url() in page
    assert earlier.get_absolute_url() in page
    assert "Merged in 2018." in page
    assert 'href="https://lore.kernel.org/p"' in page
    assert "secret" not in page


def test_a_series_without_a_public_edition_is_not_there(client):
    series = MicroconferenceFactory(submitted=True).series

    assert client.get(series.get_absolute_url()).status_code == 404
    assert client.get(SeriesFactory().get_absolute_url()).status_code == 404


def test_an_edition_without_a_conference_has_a_page_of_its_own(client):
    edition = MicroconferenceFactory(earlier=True)
    MicroconferenceFactory(series=edition.series, accepted=True)
    lead = LeadFactory(microconference=edition, user=None, person=PersonFactory())
    MicroconferenceLink.objects.create(microconference=edition, label="Blog post", url="https://example.org/blog")

    page = page_of(client, edition.get_absolute_url())

    assert edition.get_absolute_url() == f"/series/{edition.series.slug}/2018/"
    assert lead.person.name in page
    assert 'href="https://example.org/blog"' in page
    assert "Its outcomes are not recorded." in page


def test_an_edition_is_hidden_until_a_committee_accepts_what_it_came_with(client):
    edition = MicroconferenceFactory(earlier=True)
    proposed = MicroconferenceFactory(series=edition.series, submitted=True)
    addresses = [edition.get_absolute_url(), edition.series.get_absolute_url()]
    assert {client.get(where).status_code for where in addresses} == {404}

    deciding.accept(microconference=proposed, by=None)

    assert {client.get(where).status_code for where in addresses} == {200}


def test_the_year_of_an_edition_with_a_conference_leads_to_its_page_there(client, microconference):
    where = reverse("uconf:edition", args=[microconference.series.slug, microconference.year])

    response = client.get(where)

    assert (response.status_code, response.url) == (302, microconference.get_absolute_url())


@pytest.mark.parametrize("state", PRIVATE)
def test_the_year_of_a_private_edition_is_not_there(client, state):
    hidden = MicroconferenceFactory(state=state)

    assert client.get(reverse("uconf:edition", args=[hidden.series.slug, hidden.year])).status_code == 404


def test_the_leads_of_an_edition_of_which_only_the_year_is_known_are_named_as_it_was_published():
    accepted = MicroconferenceFactory(accepted=True)
    edition = MicroconferenceFactory(earlier=True, series=accepted.series)
    LeadFactory(microconference=edition, user=None, person=PersonFactory(name="Lena Lead"))

    assert "Lena Lead" in Client().get(edition.get_absolute_url()).content.decode()
