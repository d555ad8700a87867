import factory
from factory.django import DjangoModelFactory

from outcomes.models import Outcome
from tests.factories.uconf import MicroconferenceFactory


class OutcomeFactory(DjangoModelFactory):
    class Meta:
        model = Outcome

    microconference = factory.SubFactory(MicroconferenceFactory, accepted=True)
    text = factory.Sequence(lambda n: f"Outcome {n}")
