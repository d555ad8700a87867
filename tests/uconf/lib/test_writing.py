"""What is written by a statement of our own is the same row as Django would have made."""

import pytest

from tests.factories import DraftFactory, MicroconferenceFactory, UserFactory
from topics.models import Draft
from uconf.lib import clock, writing
from uconf.models import ActivityEntry

pytestmark = pytest.mark.django_db


def test_an_object_is_stored_as_its_save_would_in_one_query(django_assert_num_queries):
    def entry():
        return ActivityEntry(
            microconference=mc, by_user=user, what="agenda.moved", subject="'; DROP %s $1 -- “é”", at=at,
            after={"minutes": 20, "list": ["é", None]},
        )  # fmt: skip

    mc, user, at = MicroconferenceFactory(), UserFactory(), clock.now()
    saved = entry()
    saved.save()

    with django_assert_num_queries(1):
        ours = writing.insert(entry())

    assert ours.pk > saved.pk
    one, other = ActivityEntry.objects.filter(pk__in=[saved.pk, ours.pk]).values()
    assert one | {"id": 0} == other | {"id": 0}


def test_what_was_inserted_can_be_saved_again():
    ours = writing.insert(ActivityEntry(what="agenda.moved"))
    ours.subject = "Another"

    ours.save()

    assert ActivityEntry.objects.get().subject == "Another"


def test_rows_are_changed_only_where_all_is_as_it_was(django_assert_num_queries):
    one, other, at, user = DraftFactory(), DraftFactory(), clock.now(), UserFactory()
    as_it_was, other_version = {"id": one.pk, "version": one.version}, other.version

    with django_assert_num_queries(2):
        changed = writing.update(Draft, as_it_was, version=7, edited_at=at, edited_by=user.pk)
        again = writing.update(Draft, as_it_was, version=8, edited_at=at, edited_by=None)

    assert (changed, again) == (1, 0)
    one.refresh_from_db()
    assert (one.version, one.edited_at, one.edited_by) == (7, at, user)
    other.refresh_from_db()
    assert (other.version, other.edited_by) == (other_version, None)
