"""Whom a release writes to, what each letter says, and that small corrections make one letter."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendees.actions import answers, stop
from attendees.models import Letter, LetterReason
from attendees.outreach import actions, compose, delivery, rules, stopping
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    KeyPersonFactory,
    LeadFactory,
    MicroconferenceFactory,
    ProposerFactory,
    RoundFactory,
)
from tests.topics.conftest import Programme
from topics.agenda import drafts, releases, telling
from topics.models import Draft, Proposer, Release, Topic
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.models import ActivityEntry, Suppression

pytestmark = pytest.mark.django_db
WAITING = (Letter.State.QUEUED,)


def publish(draft, by=None, **more):
    return releases.publish(draft=Draft.objects.get(pk=draft.pk), version=None, by=by, **({"tell": True} | more))


def waiting():
    """The letters that will go: {name: (subject, text)}."""
    rows = Letter.objects.filter(kind=Letter.Kind.RELEASE, state__in=WAITING)
    return {each.to_person.name: each for each in rows.select_related("to_person")}


def sent(**where):
    """Let some letters have gone."""
    rows = Letter.objects.filter(kind=Letter.Kind.RELEASE, state=Letter.State.QUEUED, **where)
    rows.update(state=Letter.State.SENT, sent_at=clock.now())


def move_to_the_end(draft, item):
    drafts.move_to_session(draft=draft, item=item, session=item.session, position=9, version=None, by=None)


def test_the_first_release_tells_who_presents_and_whom_a_topic_needs(programme, lead):
    release = publish(programme.draft, by=lead)

    letters = waiting()
    assert set(letters) == {"Mina Example", "Oskar Fictive", "Ada Madeup"}
    mina = letters["Mina Example"]
    assert mina.subject.endswith('MC: "A" is on the agenda')
    assert 'New: "A" (you lead it)' in mina.body
    assert "Sunday 21 September, 14:00-14:20, Room A" in mina.body
    assert "Times are in IST (Europe/Dublin)." in mina.body
    assert "{answer_link}" in mina.body
    assert f"/{programme.mc.slug}/schedule/" in mina.body
    assert '"B"' not in mina.body
    assert 'New: "C" (it needs you)' in letters["Ada Madeup"].body
    assert set(LetterReason.objects.values_list("dedupe_key", "release")) == {
        (f"release:{release.pk}:person:{each.pk}", release.pk)
        for each in (programme.mina, programme.oskar, programme.ada)
    }
    assert ActivityEntry.objects.filter(what="agenda.told").get().after == {"count": 3}


def test_one_letter_tells_of_all_topics_of_a_person(programme):
    KeyPersonFactory(topic=programme.b.topic, person=programme.mina)

    publish(programme.draft)

    assert waiting()["Mina Example"].subject.endswith("MC: the agenda, and 2 of your topics")
    assert Letter.objects.filter(to_person=programme.mina).count() == 1


def test_nobody_is_written_to_unless_the_lead_says_so(programme):
    publish(programme.draft, tell=False)

    assert not Letter.objects.exists()


def test_the_next_release_tells_only_those_whom_it_moves_or_cancels(programme):
    publish(programme.draft)
    sent()
    drafts.take_out(draft=programme.draft, item=programme.b, version=None, by=None)

    publish(programme.draft)

    letters = waiting()
    assert set(letters) == {"Oskar Fictive", "Ada Madeup"}
    assert letters["Oskar Fictive"].subject.endswith('"B" is off the agenda')
    assert 'Not on the agenda any more: "B"' in letters["Oskar Fictive"].body
    assert "was: Sunday 21 September, 14:20-14:40, Room A" in letters["Oskar Fictive"].body
    assert letters["Ada Madeup"].subject.endswith('"C" has moved')
    assert "Sunday 21 September, 14:20-14:40, Room A\n    was: Sunday 21 September, 14:40-15:00" in (
        letters["Ada Madeup"].body
    )


def test_other_minutes_and_another_title_alone_are_no_reason_for_a_letter(programme):
    publish(programme.draft)
    sent()
    drafts.set_minutes(draft=programme.draft, minutes={programme.c: 25}, version=None, by=None)
    Topic.objects.filter(pk=programme.a.topic_id).update(title="A, renamed")

    publish(programme.draft)

    assert not waiting()


def test_who_is_put_on_a_topic_is_told_of_it_as_new(programme):
    publish(programme.draft)
    sent()
    ProposerFactory(topic=programme.a.topic, person__name="Nova Fictive")

    publish(programme.draft)

    assert set(waiting()) == {"Nova Fictive"}
    assert 'New: "A"' in waiting()["Nova Fictive"].body


def test_a_proposer_who_does_not_present_gets_no_letter(programme):
    Proposer.objects.filter(person=programme.mina).update(presents=False)

    publish(programme.draft)

    assert "Mina Example" not in waiting()


def test_a_topic_that_may_wait_for_time_says_so(programme):
    publish(programme.draft)
    sent()
    drafts.take_out(draft=programme.draft, item=programme.c, version=None, by=None)
    Topic.objects.filter(pk=programme.c.topic_id).update(state="if_time")

    publish(programme.draft)

    assert 'Only if time allows: "C"' in waiting()["Ada Madeup"].body


def test_a_topic_that_was_only_kept_for_time_tells_nobody_a_time(programme):
    drafts.take_out(draft=programme.draft, item=programme.c, version=None, by=None)
    Topic.objects.filter(pk=programme.c.topic_id).update(state="if_time")

    publish(programme.draft)

    assert set(waiting()) == {"Mina Example", "Oskar Fictive"}


@pytest.mark.parametrize("gone", ["withdrawn", "deleted"])
def test_the_proposer_of_a_topic_that_is_gone_is_told(programme, gone):
    publish(programme.draft)
    sent()
    drafts.take_out(draft=programme.draft, item=programme.b, version=None, by=None)
    if gone == "deleted":
        Proposer.objects.filter(topic=programme.b.topic).delete()
        programme.b.topic.delete()
    else:
        Topic.objects.filter(pk=programme.b.topic_id).update(state="withdrawn")

    publish(programme.draft)

    assert 'Not on the agenda any more: "B"' in waiting()["Oskar Fictive"].body


def test_who_cannot_be_written_to_is_named_with_the_reason_and_gets_nothing(programme, lead):
    AttendeeFactory(microconference=programme.mc, person=programme.mina, cant=True)
    Suppression.objects.create(address_hash=Suppression.hash_of(programme.oskar.address))
    programme.ada.bounced_at = clock.now()
    programme.ada.save()

    done = publish(programme.draft).told

    assert not Letter.objects.exists()
    assert {each.split(" ")[0] for each in done.left_out if each.startswith(("Mina", "Oskar"))} == {"Mina", "Oskar"}
    assert any("Mail to Ada Madeup comes back" in each for each in done.left_out)
    assert any("Mina Example said that they can’t" in each for each in done.left_out)


@pytest.mark.parametrize("field", ["letters_stopped_at", "held_at"])
def test_who_wants_no_letters_or_was_held_back_gets_none(programme, field):
    AttendeeFactory(microconference=programme.mc, person=programme.mina, **{field: clock.now()})

    publish(programme.draft)

    assert set(waiting()) == {"Oskar Fictive", "Ada Madeup"}


def test_an_erased_person_gets_none(programme):
    programme.mina.erased_at, programme.mina.name, programme.mina.address = clock.now(), "", ""
    programme.mina.save()

    publish(programme.draft)

    assert set(waiting()) == {"Oskar Fictive", "Ada Madeup"}


def test_a_letter_waits_a_quarter_of_an_hour_and_then_goes_whatever_was_asked_that_week(programme, lead):
    publish(programme.draft, by=lead)
    letter = waiting()["Mina Example"]

    assert letter.kind not in rules.ASKING
    assert timedelta(minutes=14) < letter.next_try_at - clock.now() <= timedelta(minutes=15)
    assert delivery.deliver_waiting() == 0
    Letter.objects.update(next_try_at=clock.now())
    assert delivery.deliver_waiting() == 3
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}


def test_a_pause_that_a_lead_set_holds_for_it_too(programme):
    later = (clock.now() + timedelta(days=5)).date()
    AttendeeFactory(microconference=programme.mc, person=programme.mina, paused_until=later)

    publish(programme.draft)

    assert waiting()["Mina Example"].due_at.astimezone(programme.mc.conference.zone).date() == later


def test_a_correction_within_the_quarter_of_an_hour_makes_one_letter_of_the_sum(programme):
    first = publish(programme.draft)
    move_to_the_end(programme.draft, programme.a)

    publish(programme.draft)

    mina = waiting()["Mina Example"]
    assert 'New: "A"' in mina.body
    assert "14:40-15:00" in mina.body
    assert "was:" not in mina.body
    replaced = Letter.objects.get(to_person=programme.mina, state="cancelled")
    assert replaced.reasons.get().release == first
    assert "release 2" in replaced.reply
    assert Letter.objects.filter(to_person=programme.mina).count() == 2


def test_a_move_there_and_back_calls_the_letter_off(programme):
    publish(programme.draft)
    sent()
    drafts.move_up(draft=programme.draft, item=programme.b, version=None, by=None)
    publish(programme.draft)
    assert set(waiting()) == {"Mina Example", "Oskar Fictive"}

    drafts.move_down(draft=programme.draft, item=programme.b, version=None, by=None)
    publish(programme.draft)

    assert not waiting()
    assert Letter.objects.filter(state="cancelled").count() == 2


def test_what_was_sent_is_what_they_know_and_what_was_not_is_not(programme):
    publish(programme.draft)
    sent(to_person=programme.mina)
    Letter.objects.filter(to_person=programme.oskar).update(state=Letter.State.FAILED)
    drafts.move_up(draft=programme.draft, item=programme.b, version=None, by=None)

    publish(programme.draft)

    letters = waiting()
    assert 'Moved: "A"' in letters["Mina Example"].body
    assert "14:20-14:40, Room A\n    was: Sunday 21 September, 14:00-14:20" in letters["Mina Example"].body
    assert 'New: "B"' in letters["Oskar Fictive"].body


def test_a_letter_that_is_claimed_is_on_its_way_and_the_next_one_tells_the_rest(programme):
    publish(programme.draft)
    Letter.objects.filter(to_person=programme.mina).update(state=Letter.State.CLAIMED)
    move_to_the_end(programme.draft, programme.a)

    publish(programme.draft)

    assert Letter.objects.filter(to_person=programme.mina, state="claimed").count() == 1
    assert 'Moved: "A"' in waiting()["Mina Example"].body


def test_a_silent_release_still_sets_right_what_waits(programme):
    publish(programme.draft)
    sent(to_person=programme.ada)
    move_to_the_end(programme.draft, programme.a)

    publish(programme.draft, tell=False)

    assert set(waiting()) == {"Mina Example", "Oskar Fictive"}
    assert "14:40-15:00" in waiting()["Mina Example"].body


def test_an_answer_that_says_cant_calls_the_letter_off(programme):
    attendee = AttendeeFactory(microconference=programme.mc, person=programme.mina)
    round = RoundFactory(microconference=programme.mc)
    publish(programme.draft)

    answers.record_answer(attendee=attendee, round=round, answer="cant", source="link", by=programme.mina)

    assert "Mina Example" not in waiting()


def test_the_end_of_the_microconference_calls_the_letters_off(programme):
    publish(programme.draft)

    stopping.microconference_ended(microconference=programme.mc)

    assert not waiting()


@pytest.mark.parametrize("how", ["everywhere", "here", "bounce"])
def test_no_more_letters_means_these_too(programme, how):
    attendee = AttendeeFactory(microconference=programme.mc, person=programme.mina)
    publish(programme.draft)

    if how == "everywhere":
        stop.stop_letters(person=programme.mina, everywhere=True, by=programme.mina)
    elif how == "here":
        stop.stop_letters(attendee=attendee, by=programme.mina)
    else:
        delivery.bounced(person=programme.mina, reason="550 no such user")

    assert set(waiting()) == {"Oskar Fictive", "Ada Madeup"}


def test_a_letter_that_another_release_overtook_is_not_sent_again(programme, lead):
    publish(programme.draft)
    letter = waiting()["Ada Madeup"]
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.FAILED)
    drafts.move_up(draft=programme.draft, item=programme.b, version=None, by=None)
    publish(programme.draft)

    with pytest.raises(Refusal, match="release 2 stands by now"):
        actions.send_again(letter=letter, by=lead)


def test_its_mail_says_that_a_machine_sent_it_and_carries_the_notice(programme, lead):
    publish(programme.draft, by=lead)
    letter = waiting()["Mina Example"]
    letter.dated_at = clock.now()

    message = compose.as_message(letter)

    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    assert lead.name in str(message["From"])
    assert "/stop/" in message.get_content()
    assert "{answer_link}" not in message.get_content()


def test_a_title_cannot_become_somebodys_link(programme):
    Topic.objects.filter(pk=programme.a.topic_id).update(title="See {answer_link} {stop_link}")

    publish(programme.draft, note="Press {stop_link}")

    body = waiting()["Mina Example"].body
    assert body.count("{answer_link}") == 1
    assert "{stop_link}" not in body
    assert "Press (stop_link)" in body


def test_the_page_before_shows_the_very_letters_that_go(programme, lead):
    AttendeeFactory(microconference=programme.mc, person=programme.mina, added_at=clock.now() - timedelta(days=9))
    shown = releases.preview(programme.draft, note="Bring cables.", by=lead).telling
    assert not Letter.objects.exists()

    publish(programme.draft, note="Bring cables.", by=lead)

    assert {(each.letter.to_person.name, each.letter.subject, each.text) for each in shown.letters} == {
        (name, each.subject, compose.preview(each)) for name, each in waiting().items()
    }
    assert all("Bring cables." in each.text and each.letter.subject.isascii() for each in shown.letters)


def test_the_plan_costs_the_same_for_any_number_of_people(programme):
    def count():
        with CaptureQueriesContext(connection) as queries:
            releases.preview(programme.draft).telling.letters  # noqa: B018
        return len(queries)

    few = count()
    for position in range(3, 23):
        item = AgendaItemFactory(draft=programme.draft, session=programme.session, position=position)
        ProposerFactory(topic=item.topic)
        KeyPersonFactory(topic=item.topic)

    assert count() == few


@pytest.mark.django_db(transaction=True)
def test_twenty_who_publish_at_once_make_one_release_and_one_set_of_letters():
    programme = Programme(MicroconferenceFactory(accepted=True))
    user = LeadFactory(microconference=programme.mc).user
    outcomes, together = [], threading.Barrier(20)

    def press():
        together.wait()
        try:
            releases.publish(draft=programme.draft, version=1, tell=True, by=user)
            outcomes.append("published")
        except Refusal as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _ in range(20)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()

    refused = "Nothing changed since release 1; your readers have it already."
    assert sorted(outcomes) == sorted(["published", *[refused] * 19])
    assert Release.objects.count() == 1
    assert sorted(Letter.objects.values_list("to_person__name", flat=True)) == [
        "Ada Madeup", "Mina Example", "Oskar Fictive",
    ]  # fmt: skip
    assert timedelta(minutes=15) == telling.ONE_LETTER_WITHIN
