"""A release taken back into a draft: all of it that is still there, in one step that can be undone."""

import pytest

from topics.agenda import drafts, releases, taking_back, undo
from topics.models import Draft, Release, Topic
from uconf.lib.refusals import EditConflict, Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def released(programme, lead):
    programme.release = releases.publish(draft=programme.draft, version=1, by=lead)
    return programme


def agenda(draft):
    return [(each.title, each.minutes, each.position) for each in draft.items.all()]


def test_a_release_becomes_a_new_draft_that_says_the_same(released, lead):
    drafts.take_out(draft=released.draft, item=released.a, version=None, by=lead)

    done = taking_back.take_back(release=released.release, by=lead)

    assert done.draft.name == "From release 1"
    assert not done.draft.is_current
    assert agenda(done.draft) == [("A", 20, 0), ("B", 20, 1), ("C", 20, 2)]
    assert done.left_out == ()
    assert agenda(released.draft) == [("B", 20, 0), ("C", 20, 1)]


def test_taken_back_twice_it_has_two_names(released, lead):
    names = {taking_back.take_back(release=released.release, by=lead).draft.name for _ in range(2)}

    assert names == {"From release 1", "From release 1 (2)"}


def test_into_the_current_draft_it_is_one_step_that_can_be_undone(released, lead):
    drafts.take_out(draft=released.draft, item=released.a, version=None, by=lead)
    drafts.set_minutes(draft=released.draft, minutes={released.b: 45}, version=None, by=lead)
    before = agenda(released.draft)

    taking_back.take_back(release=released.release, draft=released.draft, version=None, by=lead)
    assert agenda(released.draft) == [("A", 20, 0), ("B", 20, 1), ("C", 20, 2)]
    assert not releases.changes(
        released.release.content, releases.preview(Draft.objects.get(pk=released.draft.pk)).content
    )

    undo.undo(draft=released.draft, version=None, by=lead)
    assert agenda(released.draft) == before


def test_a_draft_that_was_edited_meanwhile_is_not_replaced_unseen(released, lead):
    version = released.draft.version
    drafts.take_out(draft=Draft.objects.get(pk=released.draft.pk), item=released.a, version=None, by=lead)

    with pytest.raises(EditConflict):
        taking_back.take_back(release=released.release, draft=released.draft, version=version, by=lead)


def test_what_is_gone_since_is_left_out_and_named(released, lead):
    Topic.objects.filter(pk=released.a.topic_id).update(state="withdrawn")
    drafts.take_out(draft=released.draft, item=released.b, version=None, by=lead)
    released.b.topic.proposers.all().delete()
    released.b.topic.delete()

    done = taking_back.take_back(release=released.release, by=lead)

    assert done.left_out == ("“A” is withdrawn.", "“B”: the topic is gone.")
    assert [title for title, *_ in agenda(done.draft)] == ["C"]


def test_what_stood_in_a_session_that_is_gone_is_named_too(released, lead):
    drafts.forget_session(session=released.session)
    released.session.delete()

    items, left_out = taking_back.placeable(released.mc, released.release.content)

    assert items == []
    assert left_out == tuple(f"“{title}”: its session is gone." for title in "ABC")


def test_a_draft_that_only_repeats_the_release_is_not_published_as_another_one(released, lead):
    done = taking_back.take_back(release=released.release, by=lead)
    drafts.make_current(draft=done.draft, by=lead)

    with pytest.raises(Refusal, match="Nothing changed since release 1"):
        releases.publish(draft=Draft.objects.get(pk=done.draft.pk), version=None, by=lead)


def test_the_release_stays_as_it_is(released, lead):
    before = released.release.content

    taking_back.take_back(release=released.release, by=lead)

    assert Release.objects.get().content == before
