from datetime import UTC, datetime

import pytest

from tests.factories import MicroconferenceFactory, SessionFactory, TopicFactory
from topics.models import Session, Topic
from uconf.lib.prepared import Prepared, PreparedObjects

pytestmark = pytest.mark.django_db


def test_it_gives_what_the_queryset_gives_for_other_arguments_too():
    rows = Prepared(lambda mc: Topic.objects.filter(microconference=mc).values_list("pk", "title"), "mc")
    one, other = MicroconferenceFactory(), MicroconferenceFactory()
    first, second = TopicFactory(microconference=one), TopicFactory(microconference=other)

    assert [tuple(row) for row in rows(mc=one.pk)] == [(first.pk, first.title)]
    assert [tuple(row) for row in rows(mc=other.pk)] == [(second.pk, second.title)]


def test_values_are_converted_as_django_does():
    rows = Prepared(lambda mc: Session.objects.filter(microconference=mc).values_list("starts_at"), "mc")
    session = SessionFactory()

    assert [list(row) for row in rows(mc=session.microconference_id)] == [[datetime(2031, 9, 21, 13, 0, tzinfo=UTC)]]


def test_it_is_one_query(django_assert_num_queries):
    rows = Prepared(lambda mc: Topic.objects.filter(microconference=mc).values_list("pk"), "mc")
    for _count in range(2):
        with django_assert_num_queries(1):
            rows(mc=1)


def test_an_argument_that_is_not_part_of_the_query_is_a_mistake():
    with pytest.raises(ValueError, match="Not all of"):
        Prepared(lambda mc, other: Topic.objects.filter(microconference=mc).values_list("pk"), "mc", "other")(
            mc=1, other=2
        )


def test_texts_and_numbers_go_to_their_own_places_and_no_text_is_part_of_the_statement():
    rows = Prepared(
        lambda mc, title: Topic.objects.filter(title=title, microconference=mc).values_list("pk"), "mc",
        texts=("title",),
    )  # fmt: skip
    odd = TopicFactory(title="'; DROP %s $1 --")
    TopicFactory(title="Another", microconference=odd.microconference)

    assert rows(mc=odd.microconference_id, title=odd.title) == ((odd.pk,),)
    assert rows(mc=odd.microconference_id, title="'") == ()


def test_objects_come_with_what_is_selected_along(django_assert_num_queries):
    topics = PreparedObjects(
        lambda mc: Topic.objects.filter(microconference=mc).select_related("microconference__conference", "after"), "mc"
    )
    topic = TopicFactory()
    for _count in range(2):
        with django_assert_num_queries(1):
            (found,) = topics(mc=topic.microconference_id)
            assert (found, found.after) == (topic, None)
            assert found.microconference.conference.slug == topic.microconference.conference.slug


def test_a_list_is_one_argument_and_may_be_empty():
    rows = Prepared(
        lambda mc, topics: Topic.objects.filter(microconference=mc, after_id__among=topics).values_list("title"),
        "mc", lists=("topics",),
    )  # fmt: skip
    first, second = TopicFactory(), TopicFactory()
    mc = MicroconferenceFactory()
    TopicFactory(microconference=mc, after=first, title="After the first")
    TopicFactory(microconference=mc, after=second, title="After the second")
    TopicFactory(microconference=mc, title="After nothing")

    assert sorted(rows(mc=mc.pk, topics=[second.pk, first.pk])) == [("After the first",), ("After the second",)]
    assert rows(mc=mc.pk, topics=[second.pk]) == (("After the second",),)
    assert rows(mc=mc.pk, topics=[]) == ()
