import pytest
from django.urls import reverse

from tests.factories import AttendeeFactory, MicroconferenceFactory, OutcomeFactory, TopicFactory

pytestmark = pytest.mark.django_db


def address(microconference):
    return reverse("outcomes:public", args=[microconference.conference.slug, microconference.slug])


def test_outcomes_are_shown_by_topic_with_how_it_went(microconference, client):
    settled = TopicFactory(microconference=microconference, accepted=True, title="Settled", result="discussed")
    TopicFactory(microconference=microconference, accepted=True, title="Not reached", result="not_reached")
    TopicFactory(microconference=microconference, accepted=True, title="Nothing said")
    TopicFactory(microconference=microconference, title="Never chosen", result="absent")
    OutcomeFactory(microconference=microconference, topic=settled, text="It is **in**.")
    OutcomeFactory(microconference=microconference, text="Meet again.")

    response = client.get(address(microconference))

    page = response.content.decode()
    assert [topic.title for topic in response.context["topics"]] == ["Settled", "Not reached"]
    assert [outcome.text for outcome in response.context["whole"]] == ["Meet again."]
    assert "It is <strong>in</strong>." in page
    assert "not reached" in page


def test_nobody_is_named_who_did_not_agree(microconference, client):
    silent = AttendeeFactory(microconference=microconference, person__name="Secret Person")
    OutcomeFactory(microconference=microconference, owner=silent.person, kind="follow_up").people.add(silent.person)

    page = client.get(address(microconference)).content.decode()

    assert "Secret Person" not in page
    assert silent.person.address not in page


def test_an_outcome_cannot_bring_in_markup_or_a_script(microconference, client):
    OutcomeFactory(microconference=microconference, text="<script>x</script> [a](javascript:alert(1)) <b onclick=x>")

    page = client.get(address(microconference)).content.decode()

    assert "<script" not in page
    assert 'href="javascript:' not in page
    assert "<b onclick" not in page


def test_before_it_took_place_the_page_says_so(microconference, client):
    assert "It has not taken place yet." in client.get(address(microconference)).content.decode()


@pytest.mark.parametrize("state", ["draft", "submitted", "declined"])
def test_outcomes_of_what_is_not_public_are_not_there(client, state):
    assert client.get(address(MicroconferenceFactory(state=state))).status_code == 404


def test_outcomes_of_a_merged_microconference_lead_to_those_of_the_other(microconference, client):
    gone = MicroconferenceFactory(state="merged", merged_into=microconference)

    response = client.get(address(gone))

    assert (response.status_code, response.url) == (302, address(microconference))
