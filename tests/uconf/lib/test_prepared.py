from datetime import UTC, datetime

import pytest

from tests.factories import MicroconferenceFactory, RoomFactory, SessionFactory, TopicFactory
from topics.models import Release, Session, Topic
from uconf.lib.prepared import Prepared, PreparedObjects, Together

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


def _titles(mc):
    return Topic.objects.filter(microconference=mc).order_by("-pk").values_list("pk", "title", "after_id")


def _starts(session):
    return Session.objects.filter(pk=session).values_list("starts_at", "room__remote_capable")


def test_several_come_together_in_one_query_each_in_its_order(django_assert_num_queries):
    read = Together("mc", "session", titles=_titles, starts=_starts)
    mc = MicroconferenceFactory()
    first = TopicFactory(microconference=mc, title='Ünïcode, "quoted" %s')
    second = TopicFactory(microconference=mc, title="Zebra", after=first)
    session = SessionFactory(room=RoomFactory(remote_capable=True))
    bare = SessionFactory(room=None)

    for _count in range(2):
        with django_assert_num_queries(1):
            found = read(mc=mc.pk, session=session.pk)
        assert list(found["titles"]) == [(second.pk, "Zebra", first.pk), (first.pk, first.title, None)]
        ((starts_at, is_capable),) = found["starts"]
        assert starts_at == session.starts_at
        assert is_capable is True
    assert [tuple(row) for row in read(mc=0, session=bare.pk)["starts"]] == [(bare.starts_at, None)]
    assert list(read(mc=0, session=0)["titles"]) == []


def test_the_same_rows_are_equal_and_others_are_not():
    read = Together("mc", titles=_titles)
    topic, other = TopicFactory(title="One"), TopicFactory(title="Two")
    once, again = (read(mc=topic.microconference_id)["titles"] for _count in range(2))

    assert once == again
    assert once != read(mc=other.microconference_id)["titles"]
    Topic.objects.filter(pk=topic.pk).update(title="Another")
    assert once != read(mc=topic.microconference_id)["titles"]


def test_of_several_too_an_argument_that_is_in_none_of_them_is_a_mistake():
    with pytest.raises(ValueError, match="Not all of"):
        Together("mc", "other", titles=_titles)(mc=1, other=2)


def test_a_document_comes_as_it_was_stored():
    read = Together("mc", documents=lambda mc: Release.objects.filter(microconference=mc).values_list("content"))
    content = {"sessions": [{"title": "Ünïcode, “quoted”"}], "none": None}
    mc = MicroconferenceFactory()
    Release.objects.create(microconference=mc, number=1, content=content)

    assert list(read(mc=mc.pk)["documents"]) == [(content,)]
