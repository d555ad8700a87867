import pytest

from attendees.models import Letter
from attendees.outreach import compose
from tests.factories import (
    ConferenceFactory,
    HelperFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    PersonFactory,
    UserFactory,
)
from uconf.actions import microconferences
from uconf.lib.refusals import Refusal
from uconf.lifecycle import deciding
from uconf.models import Microconference, Suppression

pytestmark = pytest.mark.django_db
State = Microconference.State


def test_a_draft_with_title_and_summary_can_be_submitted_and_taken_back():
    mc = MicroconferenceFactory()

    deciding.submit(microconference=mc, by=UserFactory())
    assert mc.state == State.SUBMITTED

    deciding.take_back(microconference=mc, by=UserFactory())
    assert mc.state == State.DRAFT


def test_a_draft_without_a_summary_is_not_submitted_and_says_so():
    mc = MicroconferenceFactory(title="Tracing", summary=" ")

    with pytest.raises(Refusal, match="“Tracing” was not submitted. It has no summary") as refused:
        deciding.submit(microconference=mc, by=UserFactory())

    assert refused.value.field == "summary"
    mc.refresh_from_db()
    assert mc.state == State.DRAFT


def test_where_there_is_a_policy_somebody_agrees_to_it_before_submitting():
    mc = MicroconferenceFactory(conference=ConferenceFactory(policy_url="https://example.org/policy"))
    lead = LeadFactory(microconference=mc)

    with pytest.raises(Refusal, match="policy"):
        deciding.submit(microconference=mc, by=lead.user)
    microconferences.agree_to_policy(microconference=mc, membership=lead, by=lead.user)
    deciding.submit(microconference=mc, by=lead.user)

    assert mc.state == State.SUBMITTED


def test_what_is_accepted_cannot_be_taken_back():
    mc = MicroconferenceFactory(accepted=True)

    with pytest.raises(Refusal, match="accepted and cannot become draft"):
        deciding.take_back(microconference=mc, by=UserFactory())


def test_a_draft_cannot_be_accepted_before_it_is_submitted():
    mc = MicroconferenceFactory()

    with pytest.raises(Refusal):
        deciding.accept(microconference=mc, by=UserFactory())


def test_declining_calls_off_what_asks_but_not_what_invites_a_lead():
    mc = MicroconferenceFactory(accepted=True)
    asking = LetterFactory(microconference=mc, state=Letter.State.QUEUED)
    invitation = LetterFactory(microconference=mc, kind=Letter.Kind.INVITATION, state=Letter.State.QUEUED)
    elsewhere = LetterFactory(state=Letter.State.QUEUED)

    deciding.decline(microconference=mc, reason="Too near to another one.", by=UserFactory())

    cancelled = Letter.objects.filter(state=Letter.State.CANCELLED)
    assert list(cancelled) == [asking]
    assert set(Letter.objects.filter(state=Letter.State.QUEUED)) == {invitation, elsewhere}


def test_declining_needs_a_reason():
    mc = MicroconferenceFactory(submitted=True)

    with pytest.raises(Refusal, match="Say why"):
        deciding.decline(microconference=mc, reason="  ", by=UserFactory())

    mc.refresh_from_db()
    assert mc.state == State.SUBMITTED


def test_the_reason_that_counts_is_that_of_the_last_decision():
    mc = MicroconferenceFactory(submitted=True)
    by = UserFactory()

    deciding.decline(microconference=mc, reason="No room.", by=by)
    deciding.submit(microconference=mc, by=by)
    assert mc.decline_reason == ""
    deciding.decline(microconference=mc, reason="Still no room.", by=by)

    assert mc.decline_reason == "Still no room."


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda mc, by: deciding.accept(microconference=mc, by=by), "has accepted “Tracing”"),
        (lambda mc, by: deciding.decline(microconference=mc, reason="No room is left.", by=by), "No room is left."),
    ],
)
def test_a_decision_is_told_to_each_lead_by_a_letter_once(act, says):
    mc = MicroconferenceFactory(title="Tracing", submitted=True)
    lead = LeadFactory(microconference=mc)
    LeadFactory(microconference=mc, user=None, person=PersonFactory(address=""))
    HelperFactory(microconference=mc)
    unwilling = LeadFactory(microconference=mc)
    Suppression.objects.create(address_hash=Suppression.hash_of(unwilling.person.address))
    chair = LeadFactory(microconference=mc).user

    act(mc, chair)
    act(mc, chair)

    letter = Letter.objects.get()
    assert (letter.kind, letter.state, letter.to_person) == ("decision", "queued", lead.person)
    assert says in letter.body


def test_an_answer_to_a_decision_goes_to_who_decided_and_is_not_read_here(settings):
    settings.INBOUND_MAIL = True
    mc = MicroconferenceFactory(submitted=True)
    LeadFactory(microconference=mc)
    committee = UserFactory(name="Connie Madeup")

    deciding.accept(microconference=mc, by=committee)

    [letter] = Letter.objects.all()
    assert [each.addr_spec for each in compose.reply_to(letter)] == [committee.email]
