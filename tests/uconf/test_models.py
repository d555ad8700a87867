import pytest
from django.db import IntegrityError

from tests.factories import ConferenceFactory

pytestmark = pytest.mark.django_db


def test_a_conference_cannot_take_an_address_of_the_site_itself():
    with pytest.raises(IntegrityError):
        ConferenceFactory(slug="organize")
