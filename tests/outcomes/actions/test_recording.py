from datetime import date

import pytest

from outcomes.actions import recording
from outcomes.models import Outcome
from tests.factories import MicroconferenceFactory, OutcomeFactory, PersonFactory, TopicFactory
from uconf.lib import limits
from uconf.lib.links import LinkKind
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import ActivityEntry, Microconference

pytestmark = pytest.mark.django_db

AGREED, MERGED = Outcome.Kind.AGREED, Outcome.Kind.MERGED


def logged(microconference):
    return list(microconference.activity.order_by("pk").values_list("what", flat=True))


def positions(microconference):
    return [outcome.text for outcome in microconference.outcomes.all()]


def test_an_outcome_is_recorded_with_its_people_links_and_log_line(microconference, lead):
    topic, person = TopicFactory(microconference=microconference, title="futex2"), PersonFactory()

    outcome = recording.record(
        microconference=microconference, topic=topic, kind=MERGED, text="  It went in. ", people=[person],
        links=[("Patch 1/8", "https://lore.kernel.org/x"), ("lwn article", "")],
        happened_on=date(2031, 9, 21), owner=person, due=date(2031, 12, 1), by=lead,
    )  # fmt: skip

    outcome.refresh_from_db()
    entry = ActivityEntry.objects.get(what="outcome.recorded")
    assert (outcome.text, outcome.kind, outcome.topic, outcome.owner) == ("It went in.", MERGED, topic, person)
    assert (outcome.happened_on, outcome.due) == (date(2031, 9, 21), date(2031, 12, 1))
    assert outcome.recorded_by == lead
    assert set(outcome.people.all()) == {person}
    assert [(each.label, each.url, each.kind) for each in outcome.links.all()] == [
        ("Patch 1/8", "https://lore.kernel.org/x", LinkKind.COMMIT),
        ("lwn article", "", LinkKind.ARTICLE),
    ]
    assert (entry.by_user, entry.subject) == (lead, "futex2")
    assert entry.after == {"kind": "merged", "text": {"characters": 11}, "topic": "futex2"}


def test_the_same_outcome_twice_is_recorded_once(microconference, lead):
    first = recording.record(microconference=microconference, kind=AGREED, text="Meet again.", by=lead)
    second = recording.record(microconference=microconference, kind=AGREED, text="Meet again. ", by=lead)

    assert first == second
    assert microconference.outcomes.count() == 1
    assert logged(microconference) == ["outcome.recorded"]


def test_the_same_words_of_another_kind_are_another_outcome(microconference, lead):
    recording.record(microconference=microconference, kind=AGREED, text="Maple Tree.", by=lead)
    recording.record(microconference=microconference, kind=MERGED, text="Maple Tree.", by=lead)

    assert microconference.outcomes.count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * (limits.MARKDOWN + 1)}, "text"),
        ({"kind": "wonderful"}, "kind"),
        ({"links": [("patch", "javascript:alert(1)")]}, "links"),
        ({"links": [("patch", "https://example.org/" + "x" * limits.URL)]}, "links"),
    ],
)
def test_what_cannot_be_recorded_is_refused_at_its_field(microconference, values, field):
    with pytest.raises(Refusal) as refused:
        recording.record(**{"microconference": microconference, "kind": AGREED, "text": "Done.", "by": None, **values})

    assert refused.value.field == field
    assert not microconference.outcomes.exists()


def test_a_text_of_the_greatest_length_is_recorded(microconference):
    recording.record(microconference=microconference, kind=AGREED, text="x" * limits.MARKDOWN, by=None)

    assert microconference.outcomes.count() == 1


def test_a_topic_of_another_microconference_is_refused_by_name(microconference):
    foreign = TopicFactory(title="Somewhere else")

    with pytest.raises(Refusal, match="Somewhere else"):
        recording.record(microconference=microconference, topic=foreign, kind=AGREED, text="Done.", by=None)


def test_nothing_is_recorded_for_a_microconference_that_was_merged_away(microconference):
    gone = MicroconferenceFactory(state=Microconference.State.MERGED, merged_into=microconference)

    with pytest.raises(Refusal, match=microconference.title):
        recording.record(microconference=gone, kind=AGREED, text="Done.", by=None)


def test_editing_replaces_everything_and_logs_before_and_after(microconference, lead):
    topic, person = TopicFactory(microconference=microconference), PersonFactory()
    outcome = recording.record(
        microconference=microconference, kind=AGREED, text="Old.", people=[person], links=[("a", "")], by=lead
    )

    recording.edit(
        outcome=outcome, version=1, text="New.", kind=MERGED, topic=topic, links=[("b", "https://lwn.net/1")], by=lead
    )

    outcome = Outcome.objects.get()
    entry = ActivityEntry.objects.get(what="outcome.edited")
    assert (outcome.text, outcome.kind, outcome.topic, outcome.version) == ("New.", MERGED, topic, 2)
    assert list(outcome.people.all()) == []
    assert [(each.label, each.kind) for each in outcome.links.all()] == [("b", LinkKind.ARTICLE)]
    assert entry.before == {"kind": "agreed", "text": {"characters": 4}, "topic": ""}
    assert entry.after == {"kind": "merged", "text": {"characters": 4}, "topic": topic.title}


def test_editing_what_somebody_else_just_edited_saves_nothing_and_shows_theirs(microconference, lead):
    outcome = OutcomeFactory(microconference=microconference, text="Old.")
    recording.edit(outcome=Outcome.objects.get(), version=1, text="Theirs.", kind=AGREED, by=lead)

    with pytest.raises(EditConflict) as conflict:
        recording.edit(outcome=outcome, version=1, text="Mine.", kind=AGREED, links=[("lost?", "")], by=lead)

    assert conflict.value.theirs.text == "Theirs."
    assert Outcome.objects.get().text == "Theirs."
    assert not outcome.links.exists()


def test_removing_is_logged_and_twice_is_harmless(microconference, lead):
    outcome = recording.record(microconference=microconference, kind=AGREED, text="Wrong.", by=lead)

    recording.remove(outcome=outcome, by=lead)
    recording.remove(outcome=outcome, by=lead)

    assert not Outcome.objects.exists()
    assert logged(microconference) == ["outcome.recorded", "outcome.removed"]
    assert ActivityEntry.objects.get(what="outcome.removed").before["text"] == {"characters": 6}


def test_an_outcome_moves_among_those_of_its_topic_only(microconference, lead):
    topic = TopicFactory(microconference=microconference)
    first, other, second = (
        recording.record(microconference=microconference, topic=of, kind=AGREED, text=text, by=lead)
        for text, of in [("first", topic), ("other", None), ("second", topic)]
    )

    recording.shift(outcome=second, by_places=-1, by=lead)

    assert [each.text for each in topic.outcomes.all()] == ["second", "first"]
    assert positions(microconference) == ["second", "other", "first"]


def test_moving_beyond_the_end_changes_nothing(microconference, lead):
    first, second = (
        recording.record(microconference=microconference, kind=AGREED, text=text, by=lead) for text in ("1", "2")
    )

    recording.shift(outcome=first, by_places=-1, by=lead)
    recording.shift(outcome=second, by_places=1, by=lead)

    assert positions(microconference) == ["1", "2"]
    assert "outcome.reordered" not in logged(microconference)


def test_outcomes_that_share_a_position_can_be_moved_too(microconference, lead):
    first, second, third = (OutcomeFactory(microconference=microconference, text=text) for text in "123")

    recording.shift(outcome=third, by_places=-1, by=lead)

    assert positions(microconference) == ["1", "3", "2"]
