from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from tests.factories.uconf import MicroconferenceFactory, PersonFactory
from topics.models import AgendaItem, Draft, KeyPerson, Proposer, Session, Topic, TopicLink


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    class Params:
        accepted = factory.Trait(state=Topic.State.ACCEPTED)
        if_time = factory.Trait(state=Topic.State.IF_TIME)

    microconference = factory.SubFactory(MicroconferenceFactory, accepted=True)
    title = factory.Sequence(lambda n: f"Example topic {n}")
    position = factory.Sequence(int)


class ProposerFactory(DjangoModelFactory):
    class Meta:
        model = Proposer

    topic = factory.SubFactory(TopicFactory)
    person = factory.SubFactory(PersonFactory)


class KeyPersonFactory(DjangoModelFactory):
    class Meta:
        model = KeyPerson

    topic = factory.SubFactory(TopicFactory)
    person = factory.SubFactory(PersonFactory)


class TopicLinkFactory(DjangoModelFactory):
    class Meta:
        model = TopicLink

    topic = factory.SubFactory(TopicFactory)
    label = "series"


class SessionFactory(DjangoModelFactory):
    """14:00 to 17:30 in Dublin on the second day of the conference."""

    class Meta:
        model = Session

    microconference = factory.SubFactory(MicroconferenceFactory, accepted=True)
    starts_at = datetime(2031, 9, 21, 13, 0, tzinfo=UTC)
    ends_at = datetime(2031, 9, 21, 16, 30, tzinfo=UTC)


class DraftFactory(DjangoModelFactory):
    class Meta:
        model = Draft

    microconference = factory.SubFactory(MicroconferenceFactory, accepted=True)
    name = "A"


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    draft = factory.SubFactory(DraftFactory)
    session = factory.SubFactory(SessionFactory, microconference=factory.SelfAttribute("..draft.microconference"))
    kind = AgendaItem.Kind.TOPIC
    topic = factory.SubFactory(
        TopicFactory, accepted=True, microconference=factory.SelfAttribute("..draft.microconference")
    )
    minutes = 20
    position = factory.Sequence(int)
