import pytest
from django.urls import reverse

from attendees.models import Answer, Attendee, Letter, LetterReason
from tests.factories import (
    AnswerFactory,
    AskingFactory,
    AttendeeFactory,
    KeyPersonFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    RoundFactory,
    TopicFactory,
)
from uconf.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def attendee(microconference):
    return AttendeeFactory(microconference=microconference, person__name="Mina Example")


def url(attendee, name="person"):
    mc = attendee.microconference
    return reverse(f"attendees:{name}", args=[mc.conference.slug, mc.slug, attendee.public_id])


def test_two_taps_record_an_answer_and_send_nothing(attendee, lead, lead_client):
    page = lead_client.get(url(attendee)).content.decode()
    assert 'name="answer" value="remote"' in page

    response = lead_client.post(url(attendee, "record_answer"), {"answer": "remote", "source_note": "told me"})

    assert response["Location"] == url(attendee)
    answer = Answer.objects.get()
    assert (answer.answer, answer.mode, answer.source, answer.source_note, answer.recorded_by) == (
        "coming", "remote", "on_behalf", "told me", lead,
    )  # fmt: skip
    attendee.refresh_from_db()
    assert attendee.status == "remote"
    assert not Letter.objects.exists()


def test_before_acceptance_the_buttons_are_those_of_the_first_question(lead):
    from tests.conftest import client_of

    attendee = AttendeeFactory(microconference=MicroconferenceFactory(submitted=True))
    user = LeadFactory(microconference=attendee.microconference).user

    response = client_of(user).get(url(attendee))
    refused = client_of(user).post(url(attendee, "record_answer"), {"answer": "coming"})

    assert list(response.context["answer_form"].buttons) == ["interested", "not_sure", "cant"]
    assert refused.status_code == 422
    assert not Answer.objects.exists()


def test_an_answer_that_is_none_is_refused_and_the_note_is_kept(attendee, lead_client):
    response = lead_client.post(url(attendee, "record_answer"), {"note": "met at lunch"})

    assert response.status_code == 422
    assert 'value="met at lunch"' in response.content.decode()


def test_the_last_answer_can_be_undone(attendee, lead_client):
    AskingFactory(attendee=attendee)
    lead_client.post(url(attendee, "record_answer"), {"answer": "coming"})

    response = lead_client.post(url(attendee, "undo_answer"), {"answer": Answer.objects.get().pk})

    assert response.status_code == 302
    attendee.refresh_from_db()
    assert attendee.status == "pending"


def test_an_answer_of_somebody_else_cannot_be_undone_here(attendee, lead_client):
    foreign = AnswerFactory()

    assert lead_client.post(url(attendee, "undo_answer"), {"answer": foreign.pk}).status_code == 404
    assert Answer.objects.count() == 1


def test_the_page_tells_everything_that_happened(attendee, lead_client):
    round = RoundFactory(microconference=attendee.microconference)
    AskingFactory(attendee=attendee, round=round)
    AnswerFactory(attendee=attendee, round=round, answer="cant", note="no travel", instead="Rui Standin")
    letter = LetterFactory(microconference=attendee.microconference, subject="A subject of a letter")
    LetterReason.objects.create(letter=letter, attendee=attendee, dedupe_key="a")
    KeyPersonFactory(person=attendee.person, topic=TopicFactory(microconference=attendee.microconference, title="NUMA"))

    response = lead_client.get(url(attendee))
    html = response.content.decode()

    assert sorted(each["kind"] for each in response.context["history"]) == ["answer", "asked", "letter"]
    for text in ("no travel", "A subject of a letter", "NUMA", "names somebody better: <b>Rui Standin</b>"):
        assert text in html
    assert "?name=Rui%20Standin" in html


def test_a_personal_link_is_never_shown_to_a_lead(attendee, lead_client):
    from attendees.actions import links

    token = links.link_for(person=attendee.person, kind="answer").token

    assert token not in lead_client.get(url(attendee)).content.decode()


def test_a_person_can_be_set_right(attendee, lead, lead_client):
    me = attendee.microconference.memberships.get(user=lead)

    response = lead_client.post(
        url(attendee, "correct_person"),
        {
            "name": "Mina Right",
            "address": "Right@Example.org",
            "affiliation": "Labs",
            "reason": "you",
            "asked_by": me.pk,
        },
    )

    assert response.status_code == 302
    attendee = Attendee.objects.get()
    assert (attendee.person.name, attendee.person.search_name) == ("Mina Right", "mina right")
    assert (attendee.person.address, attendee.reason, attendee.asked_by) == ("right@example.org", "you", me)


def test_a_wrong_address_is_said_and_what_was_typed_stays(attendee, lead_client):
    response = lead_client.post(url(attendee, "correct_person"), {"name": "Mina", "address": "not an address"})

    html = response.content.decode()
    assert response.status_code == 422
    assert "“not an address” is not a mail address." in html
    assert 'value="not an address"' in html
    attendee.person.refresh_from_db()
    assert attendee.person.name == "Mina Example"


def test_a_lead_of_another_microconference_cannot_be_made_the_asker(attendee, lead_client):
    response = lead_client.post(url(attendee, "correct_person"), {"name": "Mina", "asked_by": LeadFactory().pk})

    assert response.status_code == 422


def test_removing_is_confirmed_on_a_page(attendee, lead_client):
    assert "Take Mina Example off the list?" in lead_client.get(url(attendee, "remove_person")).content.decode()
    assert Attendee.objects.exists()

    lead_client.post(url(attendee, "remove_person"))

    assert not Attendee.objects.exists()


def test_whoever_answered_is_not_removed(attendee, lead_client):
    AnswerFactory(attendee=attendee)

    response = lead_client.post(url(attendee, "remove_person"))

    assert response.status_code == 422
    assert "Record “can’t this time” instead." in response.content.decode()
    assert Attendee.objects.exists()


@pytest.mark.parametrize("name", ["person", "remove_person"])
def test_a_stranger_and_somebody_of_another_list_find_nothing(name, attendee, lead_client, stranger_client):
    foreign = AttendeeFactory()
    mc = attendee.microconference
    mixed = reverse(f"attendees:{name}", args=[mc.conference.slug, mc.slug, foreign.public_id])

    assert stranger_client.get(url(attendee, name)).status_code == 404
    assert lead_client.get(url(foreign, name)).status_code == 404
    assert lead_client.get(mixed).status_code == 404


@pytest.mark.parametrize("name", ["record_answer", "undo_answer", "correct_person", "remove_person"])
def test_a_stranger_changes_nothing(name, attendee, stranger_client):
    response = stranger_client.post(url(attendee, name), {"answer": "coming", "name": "Other"})

    assert response.status_code == 404
    assert (Answer.objects.count(), Attendee.objects.count()) == (0, 1)


def test_what_was_sent_to_them_without_asking_stands_in_their_history_too(attendee, lead_client):
    LetterFactory(
        microconference=attendee.microconference, to_person=attendee.person, kind="understood", state="sent",
        sent_at=clock.now(),
    )  # fmt: skip
    LetterFactory(to_person=attendee.person, kind="understood", subject="of another list")

    page = lead_client.get(url(attendee)).content.decode()

    assert page.count("How a reply was understood") == 1
