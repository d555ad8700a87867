"""The letters pages: read before it goes, one button that sends, and helpers only look."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError

from attendees import tasks
from attendees.models import Letter, LetterText, Round
from attendees.outreach import actions, compose, delivery
from tests.conftest import client_of
from tests.factories import (
    AttendeeFactory,
    HelperFactory,
    KeyPersonFactory,
    LetterFactory,
    PersonFactory,
    RoundFactory,
    TopicFactory,
)
from uconf.lib import clock

pytestmark = pytest.mark.django_db
WORDS = {"subject": "Will you be there, {first_name}?", "body": "Hi {first_name},\n\n{why}\n\n{answer_link}"}
ROUND = {"answer_by": "2031-09-10", "cadence": "10, 14"}


@pytest.fixture
def url(microconference):
    return lambda name, *args: microconference.organize_url(f"attendees:{name}", *args)


@pytest.fixture
def written(microconference, lead):
    def write(count=1):
        round = microconference.rounds.first() or RoundFactory(
            microconference=microconference, answer_by=date(2031, 9, 10)
        )
        return actions.write_letters(
            microconference=microconference, round=round, by=lead, subject="Hello", body="Hi {first_name}.",
            attendees=AttendeeFactory.create_batch(count, microconference=microconference),
            asked_by=actions.lead_for(microconference),
        )  # fmt: skip

    return write


def text(response):
    return " ".join(response.content.decode().split())


def said(response):
    return [str(each) for each in response.context["messages"]]


def test_from_choosing_people_to_the_sent_letter(lead_client, microconference, url):
    jason, peter = (AttendeeFactory(microconference=microconference, person__name=name) for name in ("Jay A", "Pete B"))
    KeyPersonFactory(topic=TopicFactory(microconference=microconference, title="Maple Tree"), person=jason.person)

    asked = lead_client.get(url("ask"))
    review = lead_client.post(
        url("ask"), {"person": [each.public_id for each in (jason, peter)], **WORDS, **ROUND}, follow=True
    )
    letters = {each.to_person.name: each for each in Letter.objects.all()}
    outbox = lead_client.post(
        url("review"), {"letter": [f"{each.public_id}:{each.version}" for each in letters.values()]}, follow=True
    )
    delivery.sweep()

    assert text(asked).count(" checked") == 2
    assert review.redirect_chain == [(url("review"), 302)]
    assert "Your name came up for &quot;Maple Tree&quot;" in text(review) and "Will you be there, Pete?" in text(review)
    assert "Send 2 letters" in text(review)
    assert said(outbox) == ["2 letters go now."]
    assert set(Letter.objects.values_list("state", flat=True)) == {Letter.State.SENT}
    assert Round.objects.get().cadence == [10, 14]


def test_nothing_typed_is_lost_when_asking_is_refused(lead_client, microconference, url):
    attendee = AttendeeFactory(microconference=microconference)

    response = lead_client.post(
        url("ask"), {"person": [attendee.public_id], "subject": "Mine", "body": "My {nme}.", **ROUND}
    )

    assert response.status_code == 422
    assert "There is no placeholder {nme}. Allowed are: {first_name}" in text(response)
    assert 'value="Mine"' in text(response) and "My {nme}." in text(response)
    assert f'value="{attendee.public_id}" checked' in text(response)
    assert not Letter.objects.exists() and not Round.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"person": []}, "Nobody is chosen"),
        ({"cadence": "soon"}, "Write numbers of days"),
        ({"cadence": "1, 2, 3, 4"}, "At most"),
        ({"answer_by": "2020-01-01"}, "over already"),
        ({"answer_by": "2031-09-25"}, "ends on 24 September 2031"),
        ({"person": ["2222222222"]}, "cannot be asked any more"),
    ],
)
def test_asking_says_at_its_field_what_is_wrong(lead_client, microconference, url, change, words):
    attendee = AttendeeFactory(microconference=microconference)

    response = lead_client.post(url("ask"), {"person": [attendee.public_id], **WORDS, **ROUND} | change)

    assert response.status_code == 422
    assert words in text(response)
    assert not Letter.objects.exists()


def test_those_who_come_next_are_chosen_already_and_those_who_cannot_be_written_to_are_explained(
    lead_client, microconference, url
):
    new = AttendeeFactory(microconference=microconference)
    away = AttendeeFactory(microconference=microconference, cant=True)
    AttendeeFactory(microconference=microconference, person=PersonFactory(name="Noa Ddress", address=""))

    response = lead_client.get(url("ask"))

    assert f'value="{new.public_id}" checked' in text(response)
    assert f'value="{away.public_id}" aria' in text(response)
    assert "Noa Ddress has no mail address here." in text(response) and "Add address" in text(response)


def test_the_people_page_can_say_whom(lead_client, microconference, url):
    one, other = AttendeeFactory.create_batch(2, microconference=microconference)

    response = lead_client.get(url("ask"), {"person": [one.public_id]})

    assert f'value="{one.public_id}" checked' in text(response)
    assert f'value="{other.public_id}" checked' not in text(response)


def test_those_who_have_not_answered_can_be_asked_again(lead_client, lead, url, written):
    letters = actions.approve(letters=written(2), by=lead).letters
    delivery.sweep()
    attendee = letters[0].reasons.get().attendee

    page = lead_client.get(url("ask"), {"person": [attendee.public_id]})
    lead_client.post(url("ask") + "?again=1", {"person": [attendee.public_id], "subject": "Re: x", "body": "Again."})

    again = Letter.objects.get(kind=Letter.Kind.REMINDER)
    assert "Ask again" in text(page) and f'value="{attendee.public_id}" checked' in text(page)
    assert (again.state, again.to_person) == (Letter.State.WRITTEN, attendee.person)


def test_the_review_says_that_a_letter_waits_its_turn(lead_client, url, written):
    [letter] = written()
    LetterFactory(to_person=letter.to_person, state=Letter.State.SENT, sent_at=clock.now() - timedelta(days=2))

    response = lead_client.get(url("review"))
    sent = lead_client.post(url("review"), {"letter": [f"{letter.public_id}:{letter.version}"]}, follow=True)

    assert "Also asked by 1 other MC this week: this letter goes on" in text(response)
    assert "1 letter waits until" in said(sent)[0]
    assert "Take back what has not gone" in text(sent)


def test_what_was_changed_since_it_was_read_is_read_again(lead_client, lead, url, written):
    [letter] = written()
    actions.edit_letter(letter=letter, subject="Other", body="Other.", version=1, by=lead)

    response = lead_client.post(url("review"), {"letter": [f"{letter.public_id}:1"]}, follow=True)

    assert "was changed meanwhile. Read it again." in said(response)[0]
    assert response.redirect_chain == [(url("review"), 302)]


@pytest.mark.parametrize("data", [{}, {"letter": "nonsense"}, {"letter": "2222222222:x"}])
def test_sending_nothing_is_said(lead_client, url, written, data):
    written()

    response = lead_client.post(url("review"), data, follow=True)

    assert said(response) == ["Nothing was left to send: the letters went already, or were called off."]


def test_undo_takes_back_what_has_not_gone(lead_client, lead, url, written):
    actions.approve(letters=written(2), by=lead)

    response = lead_client.post(url("take_back"), follow=True)
    again = lead_client.post(url("take_back"), follow=True)

    assert said(response) == ["2 letters are taken back."]
    assert said(again) == ["Nothing could be taken back: all of it has gone."]
    assert set(Letter.objects.values_list("state", flat=True)) == {Letter.State.WRITTEN}


def test_one_letter_is_changed_on_its_page(lead_client, url, written):
    [letter] = written()

    page = lead_client.get(url("letter", letter.public_id))
    lead_client.post(url("letter", letter.public_id), {"subject": "New", "body": "New {name}.", "version": 1})

    letter.refresh_from_db()
    assert "Change it" in text(page)
    assert (letter.subject, letter.body) == ("New", f"New {letter.to_person.name}.")


def test_a_refused_change_of_a_letter_keeps_what_was_typed(lead_client, url, written):
    [letter] = written()

    response = lead_client.post(url("letter", letter.public_id), {"subject": "S", "body": "{nme}", "version": 1})

    assert response.status_code == 422
    assert "There is no placeholder {nme}" in text(response)
    assert Letter.objects.get(pk=letter.pk).subject == "Hello"


def test_two_leads_who_change_one_letter_see_both_versions(lead_client, lead, url, written):
    [letter] = written()
    actions.edit_letter(letter=letter, subject="Theirs", body="Their words.", version=1, by=lead)

    response = lead_client.post(url("letter", letter.public_id), {"subject": "Mine", "body": "Mine.", "version": 1})
    kept = lead_client.post(url("letter", letter.public_id), {"subject": "Mine", "body": "Mine.", "version": 2})

    assert response.status_code == 409
    assert "Theirs" in text(response) and "Mine" in text(response) and 'value="2"' in text(response)
    assert kept.status_code == 302


@pytest.mark.parametrize(
    ("state", "do", "after"),
    [
        ("written", "discard", None),
        ("queued", "cancel", "cancelled"),
        ("queued", "back", "written"),
        ("failed", "again", "queued"),
        ("missed", "again", "queued"),
        ("uncertain", "leave", "uncertain"),
        ("uncertain", "again", "queued"),
        ("sent", "cancel", "sent"),
        ("sent", "back", "sent"),
        ("sent", "discard", "sent"),
        ("sent", "again", "sent"),
    ],
)
def test_what_can_be_done_with_a_letter_depends_on_where_it_is(lead_client, url, written, state, do, after):
    [letter] = written()
    now = clock.now()
    Letter.objects.update(state=state, sent_at=now, dated_at=now, due_at=now)

    response = lead_client.post(url("letter_do", letter.public_id), {"do": do}, follow=True)

    assert len(said(response)) == 1 and letter.to_person.name in said(response)[0]
    assert Letter.objects.values_list("state", flat=True).first() == after


def test_an_unknown_act_does_not_exist(lead_client, url, written):
    [letter] = written()

    assert lead_client.post(url("letter_do", letter.public_id), {"do": "explode"}).status_code == 404
    assert lead_client.get(url("letter_do", letter.public_id)).status_code == 405


def test_the_outbox_counts_and_filters_by_state(lead_client, url, written):
    letters = written(3)
    Letter.objects.filter(pk=letters[0].pk).update(state="failed", reply="550 5.1.1 no such user")

    everything = lead_client.get(url("letters"))
    failed = lead_client.get(url("letters"), {"state": "failed"})

    assert "2 letters wait for you" in text(everything)
    assert [each.pk for each in failed.context["page"]] == [letters[0].pk]
    assert "550 5.1.1 no such user" in text(failed) and "Send again" in text(failed)


def test_an_empty_outbox_says_what_to_do_next(lead_client, url):
    response = lead_client.get(url("letters"))

    assert "No letters yet. The first ones appear here before they go, and wait for you." in text(response)
    assert text(response).count("btn-primary") == 1


@pytest.mark.parametrize("name", ["letters", "review", "ask"])
def test_lists_of_letters_cost_the_same_number_of_queries_for_three_and_for_thirty(
    lead_client, lead, url, written, name
):
    actions.approve(letters=written(1), by=lead)
    delivery.sweep()
    written(2), AttendeeFactory(microconference=lead.memberships.get().microconference)
    with CaptureQueriesContext(connection) as few:
        lead_client.get(url(name))
    actions.approve(letters=written(6), by=lead)
    delivery.sweep()
    written(20), AttendeeFactory.create_batch(9, microconference=lead.memberships.get().microconference)

    with CaptureQueriesContext(connection) as many:
        lead_client.get(url(name))

    assert len(many) == len(few)


def test_the_round_is_changed_on_its_page(lead_client, microconference, url):
    round = RoundFactory(microconference=microconference, answer_by=date(2031, 9, 10))

    page = lead_client.get(url("round", round.public_id))
    lead_client.post(url("round", round.public_id), {"answer_by": "2031-09-12", "cadence": "7", "version": 1})
    late = lead_client.post(url("round", round.public_id), {"answer_by": "2031-09-13", "cadence": "8", "version": 1})
    wrong = lead_client.post(url("round", round.public_id), {"answer_by": "2031-09-13", "cadence": "x", "version": 2})
    after = lead_client.post(url("round", round.public_id), {"answer_by": "2031-09-25", "cadence": "7", "version": 2})

    round.refresh_from_db()
    assert 'value="10, 14"' in text(page)
    assert (round.answer_by, round.cadence) == (date(2031, 9, 12), [7])
    assert (late.status_code, wrong.status_code, after.status_code) == (409, 422, 422)
    assert "ends on 24 September 2031" in text(after)


def test_a_wording_is_changed_and_the_built_in_one_comes_back(lead_client, microconference, url):
    page = url("text", "first_coming")

    refused = lead_client.post(page, {"subject": "x", "body": "{nme}", "version": 0})
    lead_client.post(page, {"subject": "Own", "body": "Own words.", "version": 0})
    late = lead_client.post(page, {"subject": "Other", "body": "Other words.", "version": 0})
    shown = lead_client.get(url("texts"))
    lead_client.post(page, {"do": "reset"})

    assert (refused.status_code, late.status_code) == (422, 409)
    assert "Own words." in text(shown) and "your own wording" in text(shown)
    assert not LetterText.objects.exists()
    assert lead_client.get(url("text", "nonsense")).status_code == 404


def test_helpers_see_the_letters_and_send_none(microconference, url, written):
    [letter] = written()
    helper = client_of(HelperFactory(microconference=microconference).user)

    seen = [helper.get(url(name)).status_code for name in ("letters", "review", "texts")]
    seen.append(helper.get(url("letter", letter.public_id)).status_code)
    pages = " ".join(text(helper.get(url(name))) for name in ("letters", "review"))

    assert seen == [200] * 4
    assert "Send 1 letter" not in pages and url("ask") not in pages
    assert helper.get(url("ask")).status_code == helper.get(url("text", "first_coming")).status_code == 404
    for address in (
        url("review"),
        url("take_back"),
        url("letter_do", letter.public_id),
        url("letter", letter.public_id),
    ):
        assert helper.post(address, {"do": "discard", "letter": f"{letter.public_id}:1"}).status_code == 404
    assert Letter.objects.get().state == Letter.State.WRITTEN


def test_for_strangers_there_are_no_letters(stranger_client, client, url, written, microconference):
    [letter] = written()
    round = microconference.rounds.get()
    gets = [url(name) for name in ("letters", "ask", "review", "texts")]
    gets += [url("letter", letter.public_id), url("text", "first_coming"), url("round", round.public_id)]
    posts = [*gets, url("take_back"), url("letter_do", letter.public_id)]

    assert {stranger_client.get(each).status_code for each in gets} == {404}
    assert {stranger_client.post(each).status_code for each in set(posts) - {gets[0], gets[3]}} == {404}
    assert {client.get(each).status_code for each in gets} == {302}


def test_a_letter_of_another_microconference_is_not_found(lead_client, url):
    foreign = LetterFactory()

    assert lead_client.get(url("letter", foreign.public_id)).status_code == 404
    assert lead_client.post(url("letter_do", foreign.public_id), {"do": "cancel"}).status_code == 404


def test_a_page_never_shows_the_readers_own_links(lead_client, lead, url, written):
    letters = actions.approve(letters=written(), by=lead).letters
    delivery.sweep()
    links = compose.links_for(letters[0])

    pages = text(lead_client.get(url("letters"))) + text(lead_client.get(url("letter", letters[0].public_id)))

    assert links["answer_url"] not in pages and links["stop_url"] not in pages


@pytest.mark.django_db(transaction=True)
def test_a_page_works_without_a_broker_the_letter_only_goes_later(lead_client, url, written, monkeypatch):
    [letter] = written()

    def silence():
        raise OperationalError("nobody there")

    monkeypatch.setattr(tasks.deliver_waiting, "delay", silence)

    response = lead_client.post(url("review"), {"letter": [f"{letter.public_id}:{letter.version}"]})
    tasks.sweep_letters()

    assert response.status_code == 302
    assert Letter.objects.get().state == Letter.State.SENT


@pytest.mark.django_db(transaction=True)
def test_the_doorbell_rings_when_letters_are_approved(lead_client, url, written, monkeypatch):
    [letter] = written()
    rung = []
    monkeypatch.setattr(tasks.deliver_waiting, "delay", lambda: rung.append(True))

    lead_client.post(url("review"), {"letter": [f"{letter.public_id}:{letter.version}"]})

    assert rung == [True]


def test_tasks_go_on_while_there_is_more_than_one_run_takes(lead, written, monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.deliver_waiting, "delay", lambda: rung.append(True))
    monkeypatch.setattr(delivery, "MOST_IN_ONE_RUN", 2)
    monkeypatch.setattr(delivery.deliver_waiting, "__kwdefaults__", {"transport": None, "limit": 2})
    actions.approve(letters=written(3), by=lead)

    tasks.sweep_letters()
    tasks.deliver_waiting()
    tasks.write_reminders()

    assert rung == [True]
    assert Letter.objects.filter(state=Letter.State.SENT).count() == 3


def test_the_page_offers_a_personal_letter_in_the_leads_own_mail_program(lead_client, lead, url, written):
    [letter] = actions.approve(letters=written(), by=lead).letters
    delivery.sweep()
    ago = clock.now() - timedelta(days=11)
    attendee = letter.reasons.get().attendee
    KeyPersonFactory(topic=TopicFactory(microconference=attendee.microconference), person=attendee.person)
    attendee.askings.update(at=ago)
    Letter.objects.update(sent_at=ago)
    Round.objects.update(cadence_set_at=ago)

    response = lead_client.get(url("letters"))

    assert f'href="mailto:{attendee.person.address}?subject=' in text(response)
    assert "this is me, not a reminder" in text(response)
