from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendees.actions import links
from attendees.models import Answer, Interest, PersonalLink, TimeTheyCannot
from tests.factories import (
    AnswerFactory,
    AskingFactory,
    AttendeeFactory,
    KeyPersonFactory,
    LeadFactory,
    MicroconferenceFactory,
    PersonFactory,
    ProposerFactory,
    RoundFactory,
    SessionFactory,
    TopicFactory,
)
from topics.models import Release
from uconf.lib import clock
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return PersonFactory(name="Mina Example", address="mina@example.org")


@pytest.fixture
def attendee(microconference, person):
    return AttendeeFactory(microconference=microconference, person=person)


@pytest.fixture
def round(attendee):
    asking = AskingFactory(attendee=attendee)
    return asking.round


@pytest.fixture
def phone():
    """A browser that keeps no cookie, and a server that insists on CSRF tokens elsewhere."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = _Forgetful()
    return client


class _Forgetful(dict):
    def update(self, cookies):
        assert not cookies, "no cookie may be set"


def page(person):
    return reverse("attendees:answer", args=[links.link_for(person=person, kind="answer").token])


def section(response, attendee):
    return next(each for each in response.context["sections"] if each.attendee == attendee)


def test_one_press_is_the_answer(phone, attendee, round, person):
    address = page(person)
    html = phone.get(address).content.decode()
    assert "Will you be there?" in html
    assert "<script" not in html

    response = phone.post(address, {"mc": attendee.public_id, "answer": "coming"})

    assert response.status_code == 303
    assert response["Location"] == f"{address}?saved=answer&mc={attendee.public_id}#mc-{attendee.public_id}"
    attendee.refresh_from_db()
    assert attendee.status == "coming"
    answer = Answer.objects.get()
    assert (answer.source, answer.recorded_by, answer.round) == ("link", None, round)
    assert ActivityEntry.objects.get().by_person == person
    assert "Saved: <b>coming</b>" in " ".join(phone.get(response["Location"]).content.decode().split())


def test_two_presses_are_one_answer_and_another_button_changes_it(phone, attendee, round, person):
    for answer in ("coming", "coming", "remote"):
        phone.post(page(person), {"mc": attendee.public_id, "answer": answer})

    assert [each.mode for each in Answer.objects.all()] == ["remote", "in_person"]


def test_the_note_and_the_consent_go_with_the_answer(phone, attendee, round, person):
    phone.post(
        page(person),
        {"mc": attendee.public_id, "answer": "cant", "details": "1", "note": "no travel", "instead": "Rui Standin",
         "listed": "on"},
    )  # fmt: skip

    attendee.refresh_from_db()
    answer = Answer.objects.get()
    assert (answer.note, answer.instead, attendee.listed) == ("no travel", "Rui Standin", True)


def test_a_bare_answer_takes_nothing_back(phone, attendee, round, person):
    attendee.listed = True
    attendee.save()
    AnswerFactory(attendee=attendee, round=round, note="from Tuesday on")

    phone.post(page(person), {"mc": attendee.public_id, "answer": "coming"})

    attendee.refresh_from_db()
    assert attendee.listed
    assert Answer.objects.first().note == "from Tuesday on"


def test_a_note_without_an_answer_is_not_lost(phone, attendee, round, person):
    response = phone.post(
        page(person), {"mc": attendee.public_id, "do": "details", "details": "1", "note": "a long note"}
    )

    html = response.content.decode()
    assert response.status_code == 422
    assert "Press one of the answers first" in html
    assert ">a long note</textarea>" in html


def test_only_the_consent_can_be_saved_before_any_answer(phone, attendee, round, person):
    response = phone.post(page(person), {"mc": attendee.public_id, "do": "details", "details": "1", "listed": "on"})

    assert response.status_code == 303
    attendee.refresh_from_db()
    assert attendee.listed
    assert not Answer.objects.exists()


def test_saving_without_a_change_adds_no_answer(phone, attendee, round, person):
    AnswerFactory(attendee=attendee, round=round, answer="not_sure", source="on_behalf", note="told me at lunch")

    phone.post(page(person), {"mc": attendee.public_id, "do": "details", "details": "1", "note": ""})

    assert Answer.objects.get().note == "told me at lunch"


def test_a_leads_own_note_is_not_put_into_the_persons_mouth(phone, attendee, round, person):
    AnswerFactory(attendee=attendee, round=round, source="on_behalf", note="grumbled about it")

    assert "grumbled" not in phone.get(page(person)).content.decode()


def test_an_answer_that_the_question_does_not_have_is_refused(phone, attendee, round, person):
    response = phone.post(page(person), {"mc": attendee.public_id, "answer": "interested"})

    assert response.status_code == 422
    assert not Answer.objects.exists()


def test_before_acceptance_the_first_question_is_asked(phone, person):
    attendee = AttendeeFactory(person=person, microconference=MicroconferenceFactory(submitted=True))
    RoundFactory(microconference=attendee.microconference, interest=True)
    AskingFactory(attendee=attendee, round=attendee.microconference.rounds.get())

    response = phone.get(page(person))
    phone.post(page(person), {"mc": attendee.public_id, "answer": "interested"})

    assert [value for value, *_ in section(response, attendee).buttons] == ["interested", "not_sure", "cant"]
    attendee.refresh_from_db()
    assert attendee.status == "interested"


def test_without_an_open_round_the_rest_can_still_be_said(phone, attendee, person):
    topic = TopicFactory(microconference=attendee.microconference, accepted=True)
    assert "Nobody asks you anything at the moment." in phone.get(page(person)).content.decode()

    phone.post(page(person), {"mc": attendee.public_id, "do": "listed", "listed": "on"})
    phone.post(page(person), {"mc": attendee.public_id, "do": "topics", f"topic-{topic.public_id}": "need_me"})
    refused = phone.post(page(person), {"mc": attendee.public_id, "answer": "coming"})

    attendee.refresh_from_db()
    assert attendee.listed
    assert Interest.objects.get().level == "need_me"
    assert refused.status_code == 422


def test_once_it_is_over_the_page_thanks_and_takes_no_answer(phone, person):
    attendee = AttendeeFactory(person=person, microconference=MicroconferenceFactory(held=True))
    RoundFactory(microconference=attendee.microconference)

    html = phone.get(page(person)).content.decode()
    refused = phone.post(page(person), {"mc": attendee.public_id, "answer": "coming"})

    assert "It is over. Thank you." in html
    assert refused.status_code == 422


def test_topics_are_said_and_left_open_again(phone, attendee, person):
    one, two = TopicFactory.create_batch(2, microconference=attendee.microconference, accepted=True)
    foreign = TopicFactory()
    say = lambda **levels: phone.post(  # noqa: E731
        page(person), {"mc": attendee.public_id, "do": "topics", **levels}
    )

    said = say(**{f"topic-{one.public_id}": "need_me", f"topic-{two.public_id}": "not_for_me"})
    say(**{f"topic-{one.public_id}": "", f"topic-{foreign.public_id}": "need_me"})
    odd = say(**{f"topic-{one.public_id}": "everything"})

    assert (said.status_code, odd.status_code) == (303, 422)
    assert list(Interest.objects.values_list("topic", "level")) == [(two.pk, "not_for_me")]


def test_after_acceptance_only_topics_that_may_be_placed_are_asked_about(phone, attendee, person):
    for state in ("proposed", "accepted", "if_time", "not_now", "withdrawn"):
        TopicFactory(microconference=attendee.microconference, state=state, title=state)

    rows = section(phone.get(page(person)), attendee).interests.rows()

    assert [row["topic"].title for row in rows] == ["accepted", "if_time"]


def test_before_any_topic_is_chosen_the_proposed_ones_are_asked_about_as_such(phone, attendee, person):
    for state in ("proposed", "not_now", "withdrawn"):
        TopicFactory(microconference=attendee.microconference, state=state, title=state)

    response = phone.get(page(person))

    assert [row["topic"].title for row in section(response, attendee).interests.rows()] == ["proposed"]
    assert "Proposed so far; nothing is chosen yet" in response.content.decode()


def test_times_are_read_in_the_conferences_zone(phone, attendee, person):
    SessionFactory(microconference=attendee.microconference)

    response = phone.post(page(person), {"mc": attendee.public_id, "do": "times", "cannot-2031-09-21": "16:00–17:00"})

    assert response.status_code == 303
    said = TimeTheyCannot.objects.get()
    assert said.starts_at == datetime(2031, 9, 21, 15, tzinfo=UTC)
    assert 'value="16:00–17:00"' in phone.get(page(person)).content.decode()


@pytest.mark.parametrize("text", ["sometime", "09:00–10:00", "17:00–16:00"])
def test_bad_times_are_explained_and_kept(text, phone, attendee, person):
    SessionFactory(microconference=attendee.microconference)

    response = phone.post(page(person), {"mc": attendee.public_id, "do": "times", "cannot-2031-09-21": text})

    html = response.content.decode()
    assert response.status_code == 422
    assert f'value="{text}"' in html
    assert 'aria-invalid="true"' in html
    assert not TimeTheyCannot.objects.exists()


def test_without_a_session_the_page_says_that_the_hours_are_not_set(phone, attendee, person):
    assert "The day and the hours are not set yet." in phone.get(page(person)).content.decode()


def test_the_persons_topics_and_the_agenda_are_shown(phone, attendee, person):
    mc = attendee.microconference
    mine = TopicFactory(microconference=mc, accepted=True, title="My own topic")
    ProposerFactory(topic=mine, person=person)
    KeyPersonFactory(topic=mine, person=person, note="wrote it")
    item = {"id": "i1", "kind": "topic", "topic": mine.public_id, "title": "My own topic",
            "starts_at": "2031-09-21T13:05:00+00:00", "minutes": 25, "people": [person.public_id]}  # fmt: skip
    other = {**item, "title": "Not mine", "topic": "another", "people": []}
    content = {"version": 1, "timezone": "Europe/Dublin", "if_time": [], "sessions": [
        {"id": "s1", "starts_at": "2031-09-21T13:00:00+00:00", "ends_at": "2031-09-21T16:30:00+00:00",
         "room": "Room A", "remote_capable": True, "items": [item, other]}]}  # fmt: skip
    Release.objects.create(microconference=mc, number=1, content={**content, "sessions": []})
    Release.objects.create(microconference=mc, number=2, content=content)

    response = phone.get(page(person))
    html = response.content.decode()

    assert [each["title"] for each in section(response, attendee).items] == ["My own topic"]
    assert "14:05" in html
    assert "you proposed it, it needs you: wrote it" in html
    assert reverse("topics:schedule", args=[mc.conference.slug, mc.slug]) in html


def test_a_key_person_sees_when_their_topic_is(phone, attendee, person):
    mc = attendee.microconference
    topic = KeyPersonFactory(
        topic=TopicFactory(microconference=mc, accepted=True, title="Needs them"), person=person
    ).topic
    items = [
        {"id": title, "kind": "topic", "topic": key, "title": title, "starts_at": "2031-09-21T13:05:00+00:00",
         "minutes": 20, "people": []}
        for title, key in (("Needs them", topic.public_id), ("Does not", "another"))
    ]  # fmt: skip
    Release.objects.create(
        microconference=mc, number=1, content={"sessions": [{"room": "Room A", "items": items}], "timezone": "UTC"}
    )

    response = phone.get(page(person))

    assert [each["title"] for each in section(response, attendee).items] == ["Needs them"]


def test_one_page_shows_every_microconference_that_asked_and_the_open_question_first(phone, person):
    answered, waiting = AttendeeFactory(person=person), AttendeeFactory(person=person)
    AnswerFactory(attendee=answered)
    AskingFactory(attendee=waiting)
    AttendeeFactory()  # somebody else's
    unasked = AttendeeFactory(person=person, microconference=MicroconferenceFactory(title="Secret draft"))

    response = phone.get(page(person))
    by_hand = phone.get(page(person), {"mc": answered.public_id})

    assert [each.attendee for each in response.context["sections"]] == [waiting, answered]
    assert [each.attendee for each in by_hand.context["sections"]] == [answered, waiting]
    assert unasked.microconference.title not in response.content.decode()
    assert "you are on 1 more list" in response.content.decode()


def test_nobody_can_answer_for_a_list_that_the_person_is_not_on(phone, attendee, round, person):
    foreign = AttendeeFactory()
    RoundFactory(microconference=foreign.microconference)

    response = phone.post(page(person), {"mc": foreign.public_id, "answer": "coming"})

    assert response.status_code == 422
    assert not Answer.objects.exists()


def test_what_is_held_about_them_is_shown(phone, attendee, person):
    html = phone.get(page(person)).content.decode()

    for text in ("mina@example.org", "made up for a test", "28 October 2032</time>, then erased"):
        assert text in html


def test_whoever_answered_is_kept_longer(phone, attendee, round, person):
    phone.post(page(person), {"mc": attendee.public_id, "answer": "coming"})

    assert "24 September 2034</time>, then erased" in phone.get(page(person)).content.decode()


def _gone(person):
    good = links.link_for(person=person, kind="answer").token
    yield "unknown", "x" * 32
    yield "stop", links.link_for(person=person, kind="stop").token
    PersonalLink.objects.filter(kind="answer").update(expires_at=clock.now() - timedelta(seconds=1))
    yield "expired", good
    links.renew(person=person, kind="answer")
    yield "revoked", good


def test_a_link_that_does_not_open_looks_the_same_whatever_is_wrong_with_it(phone, attendee, person):
    seen = set()
    for _why, token in _gone(person):
        response = phone.get(reverse("attendees:answer", args=[token]))
        posted = phone.post(reverse("attendees:answer", args=[token]), {"mc": attendee.public_id, "answer": "cant"})
        seen.add((response.status_code, response.content, posted.status_code, posted.content))

    assert len(seen) == 1
    assert next(iter(seen))[0] == 404
    assert b"This link opens nothing" in next(iter(seen))[1]


@pytest.mark.parametrize("token", ["x", "ä" * 40, "../../etc"])
def test_any_token_gets_the_page(token, phone):
    assert phone.get(f"/a/{token}/").status_code == 404


def test_the_page_is_kept_out_of_caches_searches_and_referrers(phone, attendee, person):
    for response in (phone.get(page(person)), phone.get("/a/nothing/")):
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex"
        assert not response.cookies


def test_looking_at_the_page_changes_nothing(phone, attendee, round, person):
    address = page(person)

    with CaptureQueriesContext(connection) as queries:
        phone.get(address)
        phone.head(address)

    assert not [each["sql"] for each in queries if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_the_page_costs_the_same_queries_for_any_number_of_microconferences(phone, person):
    def fill(count):
        for attendee in AttendeeFactory.create_batch(count, person=person):
            mc = attendee.microconference
            attendee.asked_by = LeadFactory(microconference=mc)
            attendee.save()
            SessionFactory(microconference=mc)
            ProposerFactory(topic=TopicFactory(microconference=mc, accepted=True), person=person)
            AnswerFactory(attendee=attendee)

    address = page(person)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            phone.get(address)
        return len(queries)

    fill(1)
    one = cost()
    fill(5)

    assert cost() == one
    assert one <= 22  # PostgreSQL counts its read-only transaction too
