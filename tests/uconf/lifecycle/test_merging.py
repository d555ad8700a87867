from datetime import UTC, datetime

import pytest

from attendees.actions import status
from attendees.models import Answer, Asking, Attendee, Availability, Interest, Letter, LetterReason, Status
from tests.factories import (
    AgendaItemFactory,
    AnswerFactory,
    AskingFactory,
    AttendeeFactory,
    ConferenceFactory,
    DraftFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    OutcomeFactory,
    PersonFactory,
    RoundFactory,
    TopicFactory,
    UserFactory,
)
from topics.models import Release, Session
from uconf.lib.refusals import Refusal
from uconf.lifecycle import merging
from uconf.models import ActivityEntry, Microconference, MicroconferenceLink

pytestmark = pytest.mark.django_db
State = Microconference.State


@pytest.fixture
def conference():
    return ConferenceFactory()


@pytest.fixture
def source(conference):
    return MicroconferenceFactory(conference=conference, title="Source", accepted=True)


@pytest.fixture
def into(conference):
    return MicroconferenceFactory(conference=conference, title="Target", accepted=True)


def merge(source, into):
    return merging.merge_microconference(microconference=source, into=into, by=UserFactory())


def test_the_merged_one_says_into_what(source, into):
    merge(source, into)

    source.refresh_from_db()
    assert (source.state, source.merged_into) == (State.MERGED, into)


def test_topics_outcomes_and_links_come_behind_those_that_are_there(source, into):
    own = TopicFactory(microconference=into, position=7)
    first, second = TopicFactory(microconference=source, position=0), TopicFactory(microconference=source, position=1)
    own_outcome = OutcomeFactory(microconference=into, position=3)
    outcome = OutcomeFactory(microconference=source, topic=first, position=0)
    own_link = MicroconferenceLink.objects.create(microconference=into, label="own")
    link = MicroconferenceLink.objects.create(microconference=source, label="moved")

    merge(source, into)

    assert list(into.topics.all()) == [own, first, second]
    assert list(into.outcomes.all()) == [own_outcome, outcome]
    assert list(into.links.all()) == [own_link, link]
    assert [source.topics.count(), source.outcomes.count(), source.links.count()] == [0, 0, 0]


def test_rights_do_not_move(source, into):
    lead = LeadFactory(microconference=source)

    merge(source, into)

    assert not into.memberships.exists()
    assert list(source.memberships.all()) == [lead]


def test_people_move_with_their_answers_into_the_round_of_the_same_question(source, into):
    round, other = RoundFactory(microconference=source), RoundFactory(microconference=into)
    attendee = AttendeeFactory(microconference=source)
    AskingFactory(attendee=attendee, round=round)
    answer = AnswerFactory(attendee=attendee, round=round, answer="coming", mode="remote")

    merge(source, into)

    attendee.refresh_from_db()
    answer.refresh_from_db()
    assert (attendee.microconference, attendee.status) == (into, Status.REMOTE)
    assert answer.round == other
    assert list(into.rounds.all()) == [other]
    assert not source.rounds.exists()


def test_a_question_that_was_not_asked_there_moves_as_a_round_of_its_own(source, into):
    round = RoundFactory(microconference=source, interest=True)
    attendee = AttendeeFactory(microconference=source)
    AskingFactory(attendee=attendee, round=round)

    merge(source, into)

    attendee.refresh_from_db()
    assert list(into.rounds.all()) == [round]
    assert attendee.status == Status.PENDING


def test_somebody_on_both_lists_becomes_one_and_nothing_they_said_is_lost(source, into):
    person = PersonFactory()
    round, other = RoundFactory(microconference=source), RoundFactory(microconference=into)
    ours = AttendeeFactory(microconference=into, person=person, listed=True)
    theirs = AttendeeFactory(microconference=source, person=person, reason="knows mmap")
    AskingFactory(attendee=ours, round=other)
    AskingFactory(attendee=theirs, round=round)
    early = AnswerFactory(attendee=ours, round=other, answer="coming", mode="in_person",
                          recorded_at=datetime(2031, 8, 1, tzinfo=UTC))  # fmt: skip
    late = AnswerFactory(attendee=theirs, round=round, answer="cant", recorded_at=datetime(2031, 8, 2, tzinfo=UTC))
    topic = TopicFactory(microconference=source)
    interest = Interest.objects.create(attendee=theirs, topic=topic, level="need_me")

    merge(source, into)

    kept = Attendee.objects.get()
    assert kept == ours
    assert list(kept.answers.all()) == [late, early]
    assert list(kept.interests.all()) == [interest]
    assert kept.askings.get().round == other
    assert (kept.status, kept.listed, kept.reason) == (Status.CANT, True, "knows mmap")


@pytest.mark.parametrize(
    ("ours_free", "theirs_free", "free"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_somebody_is_free_for_all_of_it_only_if_they_said_so_twice(source, into, ours_free, theirs_free, free):
    person = PersonFactory()
    start, end = datetime(2031, 9, 21, 13, tzinfo=UTC), datetime(2031, 9, 21, 14, tzinfo=UTC)
    for mc, all_free in ((into, ours_free), (source, theirs_free)):
        said = Availability.objects.create(
            attendee=AttendeeFactory(microconference=mc, person=person), all_free=all_free
        )
        if not all_free:
            said.times.create(starts_at=start, ends_at=end)

    merge(source, into)

    said = Availability.objects.get()
    assert said.attendee.microconference == into
    assert said.all_free is free
    assert said.times.count() == (0 if free else 1)


def test_times_said_about_one_only_are_kept(source, into):
    person = PersonFactory()
    AttendeeFactory(microconference=into, person=person)
    Availability.objects.create(attendee=AttendeeFactory(microconference=source, person=person), all_free=True)

    merge(source, into)

    assert Availability.objects.get().attendee.microconference == into


def test_no_more_letters_holds_whichever_list_it_was_said_about(source, into):
    person = PersonFactory()
    when = datetime(2031, 8, 1, tzinfo=UTC)
    kept = AttendeeFactory(microconference=into, person=person)
    AttendeeFactory(microconference=source, person=person, letters_stopped_at=when)

    merge(source, into)

    kept.refresh_from_db()
    assert kept.letters_stopped_at == when


def test_letters_that_have_not_gone_are_cancelled_and_sent_ones_are_remembered(source, into):
    person = PersonFactory()
    kept = AttendeeFactory(microconference=into, person=person)
    theirs = AttendeeFactory(microconference=source, person=person)
    round, other = RoundFactory(microconference=source), RoundFactory(microconference=into)
    sent = LetterFactory(
        microconference=source, to_person=person, state="sent", sent_at=datetime(2031, 8, 1, tzinfo=UTC)
    )
    waiting = LetterFactory(microconference=source, to_person=person, state="queued")
    for letter in (sent, waiting):
        LetterReason.objects.create(letter=letter, attendee=theirs, round=round, dedupe_key=f"key-{letter.pk}")

    merge(source, into)

    assert dict(Letter.objects.values_list("pk", "state")) == {sent.pk: "sent", waiting.pk: "cancelled"}
    reasons = set(LetterReason.objects.values_list("attendee", "round"))
    assert reasons == {(kept.pk, other.pk)}


def test_who_asked_them_is_only_kept_if_they_lead_there_too(source, into):
    both = LeadFactory(microconference=source)
    there = LeadFactory(microconference=into, person=both.person, user=both.user)
    only_here = LeadFactory(microconference=source)
    first = AttendeeFactory(microconference=source, asked_by=both)
    second = AttendeeFactory(microconference=source, asked_by=only_here)

    merge(source, into)

    assert dict(into.attendees.values_list("pk", "asked_by")) == {first.pk: there.pk, second.pk: None}


def test_its_agenda_is_dropped_and_its_releases_stay(source, into):
    item = AgendaItemFactory(draft=DraftFactory(microconference=source))
    release = Release.objects.create(microconference=source, number=1, content={})

    merge(source, into)

    assert not Session.objects.filter(microconference=source).exists()
    assert list(into.topics.all()) == [item.topic]
    assert list(source.releases.all()) == [release]


def test_merging_twice_is_harmless(source, into):
    TopicFactory(microconference=source)

    merge(source, into)
    merge(source, into)

    assert ActivityEntry.objects.filter(what="microconference.took_in").count() == 1


def test_both_sides_can_read_in_their_log_what_happened(source, into):
    TopicFactory.create_batch(2, microconference=source)
    AttendeeFactory(microconference=source)

    merge(source, into)

    took_in = ActivityEntry.objects.get(microconference=into, what="microconference.took_in")
    assert (took_in.subject, took_in.after) == (
        "Source", {"topics": 2, "people": 1, "on_both_lists": 0, "outcomes": 0, "links": 0},
    )  # fmt: skip
    moved = ActivityEntry.objects.get(microconference=source, what="microconference.state")
    assert moved.after == {"state": "merged", "into": "Target"}


def test_statuses_after_a_merge_are_those_that_the_ledger_amounts_to(source, into):
    RoundFactory(microconference=into, interest=True)
    waiting = AttendeeFactory(microconference=into)
    AskingFactory(attendee=waiting, round=into.rounds.get())
    status.refresh(waiting)
    RoundFactory(microconference=source)  # the second question comes along and is the current one now

    merge(source, into)

    before = dict(Attendee.objects.values_list("pk", "status"))
    status.refresh(*into.attendees.all())
    assert dict(Attendee.objects.values_list("pk", "status")) == before == {waiting.pk: Status.NOT_ASKED}


def test_it_cannot_be_merged_into_itself(source):
    with pytest.raises(Refusal, match="into itself"):
        merge(source, source)


def test_it_cannot_be_merged_into_one_of_another_conference(source):
    with pytest.raises(Refusal, match="another conference"):
        merge(source, MicroconferenceFactory(accepted=True))


@pytest.mark.parametrize("state", ["declined", "held", "reported"])
def test_it_cannot_be_merged_into_one_that_is_not_to_be_held(source, conference, state):
    into = MicroconferenceFactory(conference=conference, state=state, title="Target")

    with pytest.raises(Refusal, match="“Target” is .* takes nothing in"):
        merge(source, into)

    source.refresh_from_db()
    assert source.state == State.ACCEPTED


@pytest.mark.parametrize("state", ["declined", "held", "reported"])
def test_what_was_held_or_declined_stays_what_it_is(conference, into, state):
    source = MicroconferenceFactory(conference=conference, state=state)

    with pytest.raises(Refusal):
        merge(source, into)


def test_people_who_were_asked_whether_they_come_cannot_be_moved_to_what_is_not_accepted(source, conference):
    RoundFactory(microconference=source)
    into = MicroconferenceFactory(conference=conference, submitted=True, title="Target")

    with pytest.raises(Refusal, match="Accept it first"):
        merge(source, into)


def test_the_page_before_counts_what_then_moves(source, into):
    person = PersonFactory()
    AttendeeFactory(microconference=into, person=person)
    theirs = AttendeeFactory(microconference=source, person=person)
    AttendeeFactory(microconference=source)
    AnswerFactory(attendee=theirs)
    TopicFactory.create_batch(3, microconference=source)
    OutcomeFactory(microconference=source)
    LetterFactory(microconference=source, state="queued")

    said = merging.what_moves(microconference=source, into=into)

    assert said == merging.Moving(
        topics=3, people=2, on_both_lists=1, answers=1, outcomes=1, links=0,
        letters_cancelled=1, sessions_dropped=0, releases_kept=0,
    )  # fmt: skip
    assert Answer.objects.filter(attendee__microconference=source).count() == 1
    assert Asking.objects.count() == 0
