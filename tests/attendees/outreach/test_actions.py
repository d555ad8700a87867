"""What leads do with letters: nothing goes unread, nothing goes twice, and a refusal is a sentence."""

from datetime import date, timedelta

import pytest
import time_machine

from attendees.actions import answers
from attendees.models import Asking, Letter, LetterReason, LetterText, Round, Status
from attendees.outreach import actions, compose, delivery
from tests.factories import (
    AskingFactory,
    AttendeeFactory,
    HelperFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    PersonFactory,
    RoundFactory,
    UserFactory,
)
from uconf.actions import people
from uconf.lib import clock
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import ActivityEntry, Microconference, Person

pytestmark = pytest.mark.django_db


def states():
    return dict(Letter.objects.values_list("to_person__name", "state"))


def test_writing_sends_nothing_and_asks_nobody(written, microconference):
    [letter] = written()

    assert letter.state == Letter.State.WRITTEN
    assert delivery.sweep() == 0
    assert not Asking.objects.exists()


def test_the_same_letter_is_never_written_twice(written, microconference):
    attendee = AttendeeFactory(microconference=microconference)

    first, second = written(attendee), written(attendee)

    assert first == second
    assert Letter.objects.count() == LetterReason.objects.count() == 1


def test_who_was_sent_the_letter_gets_no_second_first_letter(written, queued, microconference):
    [letter] = queued()
    delivery.sweep()

    assert written(letter.reasons.get().attendee) == []
    assert Letter.objects.count() == 1


def test_a_letter_that_was_called_off_is_worded_anew_as_the_same_letter(queued, written, lead):
    [letter] = queued()
    actions.cancel(letter=letter, by=lead)

    [again] = written(letter.reasons.get().attendee, body="New words.")

    assert again.pk == letter.pk
    assert (again.state, again.body, again.approved_at, again.due_at) == (
        Letter.State.WRITTEN,
        "New words.",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: Person.objects.filter(pk=a.person_id).update(address=""), "has no mail address here"),
        (lambda a: people.suppress(address=a.person.address, reason="asked"), "asked not to be written to"),
        (lambda a: type(a).objects.filter(pk=a.pk).update(letters_stopped_at=clock.now()), "wants no more letters"),
        (lambda a: Person.objects.filter(pk=a.person_id).update(bounced_at=clock.now()), "comes back"),
        (lambda a: Person.objects.filter(pk=a.person_id).update(erased_at=clock.now()), "was erased"),
    ],
)
def test_who_cannot_be_written_to_is_said_in_a_sentence_and_nobody_is_written_to(
    written, microconference, change, words, lead, second_round
):
    attendee = AttendeeFactory(microconference=microconference)
    change(attendee)

    with pytest.raises(Refusal, match=words):
        actions.write_letters(
            microconference=microconference, round=second_round, subject="x", body="x", by=lead,
            attendees=[attendee, AttendeeFactory(microconference=microconference)],
        )  # fmt: skip

    assert not Letter.objects.exists()


def test_who_has_answered_is_not_asked(written, microconference, second_round):
    attendee = AttendeeFactory(microconference=microconference)
    answers.record_answer(attendee=attendee, round=second_round, answer="cant", source="link", by=attendee.person)

    with pytest.raises(Refusal, match="has answered: can't this time"):
        written(attendee)


@pytest.mark.parametrize("state", ["declined", "held", "reported"])
def test_nobody_is_asked_about_what_is_declined_or_over(written, microconference, state):
    attendee = AttendeeFactory(microconference=microconference)
    Microconference.objects.filter(pk=microconference.pk).update(state=state)
    microconference.refresh_from_db()

    with pytest.raises(Refusal, match="nobody is asked"):
        written(attendee)


def test_the_question_fits_the_state(microconference, lead):
    attendee = AttendeeFactory(microconference=microconference)
    first_round = RoundFactory(microconference=microconference, interest=True)

    with pytest.raises(Refusal, match="is not the question now"):
        actions.write_letters(
            microconference=microconference, round=first_round, attendees=[attendee], subject="x", body="x", by=lead
        )


@pytest.mark.parametrize(("field", "text"), [("subject", "Hi {nme}"), ("body", "Hi {x.__class__}")])
def test_an_unknown_placeholder_is_refused_before_anything_is_stored(written, field, text):
    with pytest.raises(Refusal, match="no placeholder") as refusal:
        written(1, **{field: text})

    assert refusal.value.field == field
    assert not Letter.objects.exists()


def test_an_attendee_of_another_microconference_cannot_be_slipped_in(written, microconference):
    with pytest.raises(Refusal, match="Nobody is chosen"):
        written(AttendeeFactory())


def test_a_letter_comes_from_the_lead_who_asks_that_person(written, microconference, lead):
    daniel = LeadFactory(microconference=microconference)
    attendee = AttendeeFactory(microconference=microconference, asked_by=daniel)

    [letter] = written(attendee)

    assert letter.asked_by == daniel
    assert letter.body.endswith(f"Thanks,\n{daniel.person.first_name}")


def test_asking_opens_the_round_and_writes_or_does_neither(microconference, lead):
    attendee = AttendeeFactory(microconference=microconference)
    words = {"microconference": microconference, "answer_by": date(2031, 9, 10), "cadence": [10], "by": lead}

    with pytest.raises(Refusal):
        actions.ask(attendees=[attendee], subject="x", body="{nope}", **words)
    nothing = Round.objects.count()
    [letter] = actions.ask(attendees=[attendee], subject="x", body="By {answer_by}.", **words)

    assert nothing == 0
    assert Round.objects.get().cadence == [10]
    assert letter.body == "By 10 September 2031."


def test_approving_twice_is_approving_once(written, lead):
    letters = written(2)

    first = actions.approve(letters=letters, by=lead)
    second = actions.approve(letters=letters, by=lead)
    delivery.sweep()
    actions.approve(letters=letters, by=lead)

    assert (len(first.letters), second.letters, second.refused) == (2, [], [])
    assert set(states().values()) == {Letter.State.SENT}
    assert ActivityEntry.objects.filter(what="letters.approved").count() == 1


def test_what_a_lead_has_not_read_in_its_present_words_does_not_go(written, lead):
    [letter] = written()
    read = {letter.pk: letter.version}
    actions.edit_letter(letter=letter, subject="Other", body="Other words.", version=letter.version, by=lead)

    done = actions.approve(letters=[letter], versions=read, by=lead)

    assert done.letters == []
    assert "was changed meanwhile" in done.refused[0]


def test_a_letter_whose_reader_stopped_meanwhile_stays_while_the_others_go(written, lead):
    letters = written(2)
    stopped = letters[0].reasons.get().attendee
    type(stopped).objects.filter(pk=stopped.pk).update(letters_stopped_at=clock.now())

    done = actions.approve(letters=letters, by=lead)

    assert [each.pk for each in done.letters] == [letters[1].pk]
    assert done.refused == [f"{stopped} wants no more letters about this. Talk to them in person."]


def test_at_most_one_letter_that_asks_goes_to_a_person_in_seven_days_over_all_microconferences(written, lead):
    person = PersonFactory()
    sent_at = clock.now() - timedelta(days=3)
    LetterFactory(to_person=person, state=Letter.State.SENT, sent_at=sent_at)
    mine = AttendeeFactory(person=person, microconference=Microconference.objects.get(memberships__user=lead))

    done = actions.approve(letters=written(mine), by=lead)

    assert [each.due_at for each in done.later] == [sent_at + timedelta(days=7)]


def test_three_microconferences_wait_their_turn(written, lead):
    person, dues = PersonFactory(), []

    for _number in range(3):
        mc = MicroconferenceFactory(accepted=True)
        by = LeadFactory(microconference=mc).user
        letters = actions.ask(
            microconference=mc, answer_by=date(2031, 9, 10), cadence=[], by=by, subject="x", body="x",
            attendees=[AttendeeFactory(microconference=mc, person=person)],
        )  # fmt: skip
        dues.append(actions.approve(letters=letters, by=by).letters[0].due_at)

    assert [dues[1] - dues[0], dues[2] - dues[1]] == [timedelta(days=7)] * 2


def test_a_letter_that_answers_is_free_of_the_seven_days(written, lead, microconference):
    person = PersonFactory()
    LetterFactory(to_person=person, state=Letter.State.SENT, sent_at=clock.now())

    note = actions.queue_note(
        kind=Letter.Kind.LINK, to_person=person, subject="Your link", body="Here: {answer_link}",
        dedupe_key="link:1", by=None,
    )  # fmt: skip

    assert delivery.sweep() == 1
    assert Letter.objects.get(pk=note.pk).state == Letter.State.SENT


def test_the_same_note_is_queued_once(lead, microconference):
    note = {
        "kind": Letter.Kind.INVITATION, "to_address": "Someone@Example.org", "subject": "Lead it?", "body": "Please.",
        "microconference": microconference, "dedupe_key": "invite:1", "by": lead,
    }  # fmt: skip

    first, second = actions.queue_note(**note), actions.queue_note(**note)

    assert first.pk == second.pk
    assert (first.to_address, first.state) == ("someone@example.org", Letter.State.QUEUED)


def test_an_invitation_to_somebody_who_wants_no_letters_is_refused(lead):
    people.suppress(address="no@example.org", reason="asked")

    with pytest.raises(Refusal, match="asked not to be written to"):
        actions.queue_note(
            kind=Letter.Kind.INVITATION, to_address="no@example.org", subject="x", body="x", dedupe_key="i", by=lead
        )


def test_an_approved_letter_that_has_not_gone_can_be_taken_back_and_approved_again(queued, lead):
    [letter] = queued()

    back = actions.take_back(letters=[letter], by=lead)
    waiting = Letter.objects.get(pk=letter.pk)
    again = actions.approve(letters=[letter], by=lead)

    assert back == [letter]
    assert (waiting.state, waiting.approved_at) == (Letter.State.WRITTEN, None)
    assert len(again.letters) == 1


def test_a_letter_that_has_gone_cannot_be_taken_back_called_off_or_changed(queued, lead):
    [letter] = queued()
    delivery.sweep()
    letter.refresh_from_db()

    assert actions.take_back(letters=[letter], by=lead) == []
    with pytest.raises(Refusal, match="is sent and cannot be called off"):
        actions.cancel(letter=letter, by=lead)
    with pytest.raises(Refusal, match="is sent and cannot be changed"):
        actions.edit_letter(letter=letter, subject="x", body="x", version=letter.version, by=lead)
    with pytest.raises(Refusal, match="approved already"):
        actions.discard(letter=letter, by=lead)


def test_a_discarded_letter_leaves_no_trace_and_the_person_can_be_asked_again(written, lead, microconference):
    [letter] = written()
    attendee = letter.reasons.get().attendee

    actions.discard(letter=letter, by=lead)
    actions.discard(letter=letter, by=lead)

    assert not Letter.objects.filter(pk=letter.pk).exists()
    assert len(written(attendee)) == 1


def test_editing_keeps_the_reader_and_fills_placeholders_that_the_lead_typed(written, lead):
    [letter] = written()

    actions.edit_letter(letter=letter, subject="Hi {first_name}", body="See {answer_link}", version=1, by=lead)

    letter.refresh_from_db()
    assert (letter.subject, letter.body) == (f"Hi {letter.to_person.first_name}", "See {answer_link}")


def test_two_leads_who_edit_one_letter_do_not_overwrite_each_other(written, lead):
    [letter] = written()
    mine, theirs = Letter.objects.get(pk=letter.pk), Letter.objects.get(pk=letter.pk)
    actions.edit_letter(letter=theirs, subject="Theirs", body="Theirs.", version=1, by=lead)

    with pytest.raises(EditConflict) as conflict:
        actions.edit_letter(letter=mine, subject="Mine", body="Mine.", version=1, by=lead)

    assert conflict.value.theirs.subject == "Theirs"


def test_a_failed_letter_goes_again_only_if_its_reader_can_be_written_to(queued, lead):
    [letter] = queued()
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.FAILED)
    Person.objects.filter(pk=letter.to_person_id).update(bounced_at=clock.now())

    with pytest.raises(Refusal, match="Correct the address first"):
        actions.send_again(letter=letter, by=lead)
    Person.objects.filter(pk=letter.to_person_id).update(bounced_at=None)
    again = actions.send_again(letter=letter, by=lead)

    assert again.state == Letter.State.QUEUED


def test_leaving_an_uncertain_letter_counts_its_reader_as_asked(queued, lead):
    [letter] = queued()
    sent_at = clock.now() - timedelta(days=1)
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.UNCERTAIN, dated_at=sent_at)
    letter.refresh_from_db()

    actions.leave(letter=letter, by=lead)
    actions.leave(letter=letter, by=lead)

    attendee = letter.reasons.get().attendee
    assert (attendee.status, attendee.contacted_at) == (Status.PENDING, sent_at)
    assert Letter.objects.get(pk=letter.pk).left_at is not None


def test_asking_again_is_one_more_letter_in_the_same_thread(queued, lead, microconference, second_round):
    [letter] = queued()
    delivery.sweep()
    attendee = letter.reasons.get().attendee

    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        [again] = actions.write_again(
            microconference=microconference,
            round=second_round,
            attendees=[attendee],
            subject="Re: x",
            body="x",
            by=lead,
        )

    assert (again.kind, again.in_reply_to, again.by_robot) == (Letter.Kind.REMINDER, letter.message_id, False)
    assert again.reasons.get().step == 1


def test_nobody_is_asked_again_who_was_not_asked(microconference, lead, second_round):
    attendee = AttendeeFactory(microconference=microconference)

    with pytest.raises(Refusal, match="was not asked by letter yet"):
        actions.write_again(
            microconference=microconference, round=second_round, attendees=[attendee], subject="x", body="x", by=lead
        )


def test_the_letter_that_asks_makes_an_imported_asking_count_from_now(written, lead, microconference):
    mc = MicroconferenceFactory(submitted=True)
    user = LeadFactory(microconference=mc).user
    attendee = AttendeeFactory(microconference=mc)
    round = RoundFactory(microconference=mc, interest=True)
    AskingFactory(attendee=attendee, round=round, how="import", at=clock.now() - timedelta(days=90))
    letters = actions.write_letters(
        microconference=mc, round=round, attendees=[attendee], subject="x", body="x", by=user
    )

    actions.approve(letters=letters, by=user)
    delivery.sweep()

    asking = Asking.objects.get()
    assert (asking.how, asking.by) == (Asking.How.LETTER, user)
    assert asking.at > clock.now() - timedelta(hours=1)


def test_a_changed_cadence_counts_from_when_it_was_changed(microconference, lead, second_round):
    Round.objects.update(cadence_set_at=clock.now() - timedelta(days=30))

    actions.open_round(
        microconference=microconference,
        question="coming",
        answer_by=date(2031, 9, 12),
        cadence=[10, 14],
        version=1,
        by=lead,
    )
    same = Round.objects.get().cadence_set_at
    actions.open_round(
        microconference=microconference, question="coming", answer_by=date(2031, 9, 12), cadence=[5], version=2, by=lead
    )

    assert Round.objects.get().cadence_set_at - same > timedelta(days=29)


def test_an_own_wording_is_used_kept_apart_and_given_up_again(microconference, lead):
    kind = LetterText.Kind.FIRST_COMING

    actions.save_text(microconference=microconference, kind=kind, subject="Hi", body="Words for {name}", by=lead)
    own = compose.wording(microconference, kind)
    elsewhere = compose.wording(MicroconferenceFactory(), kind)
    actions.save_text(microconference=microconference, kind=kind, subject="", body="", by=lead)

    assert own == ("Hi", "Words for {name}")
    assert elsewhere == compose.wording(microconference, kind) == compose.built_in(kind)


def test_an_own_wording_with_an_unknown_placeholder_or_an_old_version_is_refused(microconference, lead):
    save = {"microconference": microconference, "kind": LetterText.Kind.FIRST_COMING, "by": lead}
    with pytest.raises(Refusal, match="{nme}"):
        actions.save_text(subject="Hi {nme}", body="x", **save)
    actions.save_text(subject="One", body="x", **save)

    with pytest.raises(EditConflict) as conflict:
        actions.save_text(subject="Two", body="x", version=0, **save)

    assert conflict.value.theirs.subject == "One"


def test_a_helper_is_no_lead_to_fall_back_on():
    mc = MicroconferenceFactory()
    HelperFactory(microconference=mc)
    lead = LeadFactory(microconference=mc)

    assert actions.lead_for(mc, user=UserFactory()) == lead
