import pytest

from attendees.naming import nameable_person_ids, names_for
from tests.factories import AttendeeFactory, HelperFactory, LeadFactory, PersonFactory
from uconf.lib import clock

pytestmark = pytest.mark.django_db


def test_leads_and_listed_attendees_may_be_named_and_nobody_else(microconference):
    lead = LeadFactory(microconference=microconference)
    listed = AttendeeFactory(microconference=microconference, listed=True)
    AttendeeFactory(microconference=microconference, listed=False)
    AttendeeFactory(microconference=microconference, listed=True, person__erased_at=clock.now())
    HelperFactory(microconference=microconference)
    AttendeeFactory(listed=True)

    assert nameable_person_ids(microconference) == {lead.person_id, listed.person_id}


def test_who_may_not_be_named_is_counted(microconference):
    listed = AttendeeFactory(microconference=microconference, listed=True, person__name="Mina Example").person
    others = PersonFactory.create_batch(2)

    assert str(names_for(microconference, [listed, *others])) == "Mina Example and 2 others"
    assert str(names_for(microconference, others)) == "2 people"
    assert not names_for(microconference, [])
