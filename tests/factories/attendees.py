import factory
from factory.django import DjangoModelFactory

from attendees.models import Answer, Asking, Attendee, Letter, Round, Status
from tests.factories.uconf import MicroconferenceFactory, PersonFactory


class AttendeeFactory(DjangoModelFactory):
    """Somebody on the list. The traits set the stored status alone; answers make it real."""

    class Meta:
        model = Attendee

    class Params:
        coming = factory.Trait(status=Status.COMING, mode="in_person")
        remote = factory.Trait(status=Status.REMOTE, mode="remote")
        pending = factory.Trait(status=Status.PENDING)
        interested = factory.Trait(status=Status.INTERESTED)
        cant = factory.Trait(status=Status.CANT)

    microconference = factory.SubFactory(MicroconferenceFactory, accepted=True)
    person = factory.SubFactory(PersonFactory)


class RoundFactory(DjangoModelFactory):
    class Meta:
        model = Round

    class Params:
        interest = factory.Trait(question=Round.Question.INTEREST, cadence=[10])

    microconference = factory.SubFactory(MicroconferenceFactory, accepted=True)
    question = Round.Question.COMING
    cadence = [10, 14]


class AskingFactory(DjangoModelFactory):
    class Meta:
        model = Asking

    attendee = factory.SubFactory(AttendeeFactory)
    round = factory.SubFactory(RoundFactory, microconference=factory.SelfAttribute("..attendee.microconference"))
    how = Asking.How.LETTER


class AnswerFactory(DjangoModelFactory):
    class Meta:
        model = Answer

    attendee = factory.SubFactory(AttendeeFactory)
    round = factory.SubFactory(RoundFactory, microconference=factory.SelfAttribute("..attendee.microconference"))
    answer = Answer.Choice.NOT_SURE
    source = Answer.Source.LINK


class LetterFactory(DjangoModelFactory):
    class Meta:
        model = Letter

    microconference = factory.SubFactory(MicroconferenceFactory, accepted=True)
    to_person = factory.SubFactory(PersonFactory)
    kind = Letter.Kind.FIRST
    subject = "Will you be there?"
    body = "Hello."
