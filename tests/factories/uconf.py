from datetime import date

import factory
from factory.django import DjangoModelFactory

from uconf.models import Conference, Membership, Microconference, Person, Room, Series, User


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user-{n}@example.org")
    name = factory.Sequence(lambda n: f"Madeup User {n}")


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Madeup Person {n}")
    address = factory.Sequence(lambda n: f"person-{n}@example.org")
    source = "made up for a test"


class ConferenceFactory(DjangoModelFactory):
    class Meta:
        model = Conference

    name = factory.Sequence(lambda n: f"Example Conference {n}")
    slug = factory.Sequence(lambda n: f"example-{n}")
    starts_on = date(2031, 9, 20)
    ends_on = date(2031, 9, 24)
    timezone = "Europe/Dublin"


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room

    conference = factory.SubFactory(ConferenceFactory)
    name = factory.Sequence(lambda n: f"Room {n}")


class SeriesFactory(DjangoModelFactory):
    class Meta:
        model = Series

    name = factory.Sequence(lambda n: f"Example Series {n}")
    slug = factory.Sequence(lambda n: f"example-series-{n}")


class MicroconferenceFactory(DjangoModelFactory):
    class Meta:
        model = Microconference

    class Params:
        submitted = factory.Trait(state=Microconference.State.SUBMITTED)
        accepted = factory.Trait(state=Microconference.State.ACCEPTED)
        declined = factory.Trait(state=Microconference.State.DECLINED)
        scheduled = factory.Trait(state=Microconference.State.SCHEDULED)
        held = factory.Trait(state=Microconference.State.HELD)
        reported = factory.Trait(state=Microconference.State.REPORTED)
        earlier = factory.Trait(conference=None, year=2018, state=Microconference.State.REPORTED)

    series = factory.SubFactory(SeriesFactory)
    conference = factory.SubFactory(ConferenceFactory)
    year = 2031
    title = factory.Sequence(lambda n: f"Example Microconference {n}")
    slug = factory.Sequence(lambda n: f"example-mc-{n}")
    summary = "What we would like to settle."


class LeadFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    microconference = factory.SubFactory(MicroconferenceFactory)
    user = factory.SubFactory(UserFactory)
    person = factory.SubFactory(
        PersonFactory, name=factory.SelfAttribute("..user.name"), address=factory.SelfAttribute("..user.email")
    )
    role = Membership.Role.LEAD


class HelperFactory(LeadFactory):
    role = Membership.Role.HELPER
