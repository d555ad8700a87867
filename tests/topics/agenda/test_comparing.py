import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import AgendaItemFactory, MicroconferenceFactory
from topics.agenda import comparing, drafts, releases, warnings
from topics.agenda.shelf import shelf
from topics.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(programme, lead):
    """A release, a current draft in which B is out and C moved up, and a second draft that is a copy of the release."""
    releases.publish(draft=programme.draft, version=1, by=lead)
    programme.copy = drafts.copy(draft=programme.draft, name="Copy", by=lead)
    drafts.take_out(draft=programme.draft, item=programme.b, version=None, by=lead)
    return programme


def compared(mc, a, b):
    found = comparing.compare(comparing.side(mc, a), comparing.side(mc, b))
    return [(each.what, each.stand.title) for each in found]


def test_a_draft_a_release_and_two_drafts_are_compared_alike(two):
    current, copy = two.draft.public_id, two.copy.public_id

    assert compared(two.mc, "v1", copy) == []
    assert compared(two.mc, "v1", current) == compared(two.mc, copy, current) == [("moved", "C"), ("cancelled", "B")]
    assert compared(two.mc, current, copy) == [("new", "B"), ("moved", "C")]


def test_changes_are_told_in_few_words(two):
    found = comparing.compare(comparing.side(two.mc, "v1"), comparing.side(two.mc, two.draft.public_id))

    assert comparing.in_numbers(found) == "1 moved, 1 cancelled"


@pytest.mark.parametrize("key", ["", "v", "v0", "v9", "v²", "v99999999999", "nothing", "v1x"])
def test_a_key_that_stands_for_nothing_gives_nothing(two, key):
    assert comparing.side(two.mc, key) is None


def test_what_belongs_to_another_microconference_cannot_be_compared(two):
    other = MicroconferenceFactory(accepted=True)

    assert comparing.side(other, two.draft.public_id) is comparing.side(other, "v1") is None
    assert comparing.choices(other) == []


def test_everything_that_can_be_compared_is_offered(two):
    assert [each.name for each in comparing.choices(two.mc)] == ["draft A, current", "draft Copy", "release 1"]


def test_the_shelf_says_what_is_on_each_draft(two):
    current, copy = shelf(two.mc)

    assert (current.draft, copy.draft) == (two.draft, two.copy)
    assert [(each.placed, each.topics, each.planned, each.available) for each in (current, copy)] == [
        (2, 3, 40, 210), (3, 3, 60, 210),
    ]  # fmt: skip
    assert (current.is_released, copy.is_released) == (False, True)
    for each in (current, copy):  # the same as if it were loaded alone
        assert each.warnings == len(warnings.warnings_for(each.draft)) > 0


def test_a_microconference_without_drafts_has_an_empty_shelf(microconference):
    assert shelf(microconference) == []


def test_the_shelf_costs_the_same_for_any_number_of_drafts(two, lead):
    def count():
        with CaptureQueriesContext(connection) as queries:
            shelf(two.mc)
        return len(queries)

    few = count()
    for turn in range(8):
        made = drafts.copy(draft=two.copy, name=f"Copy {turn}", by=lead)
        AgendaItemFactory(draft=made, session=two.session, position=9)

    assert count() == few
    assert Draft.objects.count() == 10
