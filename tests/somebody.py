"""Somebody of whom every table knows something: for copies, erasure and the end of keeping."""

from datetime import UTC, datetime

from django.apps import apps
from django.db import connection

from attendees.actions import links
from attendees.models import Availability, InboundMail, Interest, LetterReason, TimeTheyCannot
from tests import factories
from uconf.actions import activity
from uconf.lib import clock
from uconf.models import ProposalSource

NAME, ADDRESS = "Zyxwina Qanary", "zyxwina@canary.example.org"


def make(*, microconference=None, name=NAME, address=ADDRESS):
    """A person in every table, mentioned in texts about and by others too."""
    mc = microconference or factories.MicroconferenceFactory(accepted=True)
    lead = factories.LeadFactory(microconference=mc)
    person = factories.PersonFactory(name=name, address=address, affiliation="Canary Works", timezone="Europe/Dublin")
    attendee = factories.AttendeeFactory(microconference=mc, person=person, reason=f"{name} wrote the allocator")
    asking = factories.AskingFactory(attendee=attendee)
    answer = factories.AnswerFactory(attendee=attendee, round=asking.round, note=f"Signed, {name} <{address}>")
    factories.AnswerFactory(attendee=attendee, round=asking.round, source="undo", undoes=answer)
    other = factories.AttendeeFactory(microconference=mc)
    factories.AnswerFactory(
        attendee=other, round=asking.round, answer="cant", instead=name, note=f"Ask {name.upper()}, {address}"
    )
    topic = factories.TopicFactory(microconference=mc)
    factories.ProposerFactory(topic=topic, person=person)
    factories.KeyPersonFactory(topic=topic, person=person, note=f"{name}’s series")
    factories.KeyPersonFactory(topic=topic, person=other.person, note=f"knows {name}")
    Interest.objects.create(attendee=attendee, topic=topic, level="need_me")
    availability = Availability.objects.create(attendee=attendee)
    TimeTheyCannot.objects.create(
        availability=availability,
        starts_at=datetime(2031, 9, 21, 13, tzinfo=UTC), ends_at=datetime(2031, 9, 21, 14, tzinfo=UTC),
    )  # fmt: skip
    for kind in ("answer", "stop", "calendar"):
        links.link_for(person=person, kind=kind)
    outcome = factories.OutcomeFactory(microconference=mc, topic=topic, owner=person)
    outcome.people.add(person)
    letter = factories.LetterFactory(
        microconference=mc, to_person=person, subject=f"For {name}", body=f"Hi {name}", reply=f"550 <{address}>"
    )
    LetterReason.objects.create(
        letter=letter, person=person, attendee=attendee, round=asking.round, dedupe_key=f"first:{person.pk}"
    )
    LetterReason.objects.create(
        letter=factories.LetterFactory(microconference=None, to_person=None, to_address=address, kind="link"),
        person=person, dedupe_key=f"address:{person.pk}",
    )  # fmt: skip
    InboundMail.objects.create(
        microconference=mc, letter=letter, person=person, from_address=address, from_name=name, subject=f"Re: {name}",
        raw=f"From: {name} <{address}>\n\nHello, {name}".encode(), text=f"Hello, {name}", fingerprint="one",
    )  # fmt: skip
    InboundMail.objects.create(
        microconference=mc, person=other.person, raw=f"Cc: <{address}>\n\n{name} comes".encode(), quoted=f"{name} comes",
        suggestions=[[name, address]], fingerprint="two",
    )  # fmt: skip
    factories.LetterFactory(microconference=mc, to_person=other.person, body=f"{name} ({address}) comes too.")
    factories.LetterFactory(
        microconference=mc, to_person=None, to_user=lead.user, kind="link", body=f"* {name}: coming"
    )
    past = factories.MicroconferenceFactory(
        earlier=True, series=mc.series, policy_agreed_by=person, policy_agreed_at=clock.now()
    )
    factories.LeadFactory(microconference=past, person=person, user=None, affiliation="Canary Works")
    activity.record("attendee.added", on=mc, by=lead.user, person=person, after={"by_mistake": f"{name} {address}"})
    activity.record("answer.recorded", on=mc, by=person, person=person)
    text = f"Attendees:\n{name} <{address}>, Canary Works\n"
    ProposalSource.objects.create(
        microconference=mc, text=text, original=f"<p>{name}</p>", not_understood=[f"who is {name}?"],
        spans=[[11, len(text), "attendee", ""]],
    )  # fmt: skip
    return person


def tables_with(*words):
    """Every table and column of the whole database in which one of these words stands, however it is spelled."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [each[0] for each in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = (
                        bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                    )
                    if any(word.casefold() in text.casefold() for word in words):
                        found.add(f"{table}.{column}")
    return found


def counts():
    """How many rows each table of ours has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}
