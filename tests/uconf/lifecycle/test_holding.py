import json

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from attendees.models import Attendee
from tests import somebody
from tests.factories import PersonFactory, UserFactory
from uconf.lifecycle import holding
from uconf.models import Person

pytestmark = pytest.mark.django_db


def test_every_table_that_points_at_a_person_is_in_their_copy():
    """Walks the models by itself: a new table with a person in it fails here until its rows are in the copy."""
    person = somebody.make()
    copy = holding.copy_for(person)
    missing = []

    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or field.related_model not in (Person, Attendee):
                continue
            path = field.name if field.related_model is Person else f"{field.name}__person"
            theirs = model._base_manager.filter(**{path: person}).count()
            label = model._meta.label_lower
            if theirs == 0 or len(copy["tables"].get(label, [])) < theirs:
                missing.append((label, field.name, theirs))

    assert missing == []


def test_the_copy_says_who_they_are_and_what_they_said():
    person = somebody.make()

    copy = json.loads(json.dumps(holding.copy_for(person), cls=DjangoJSONEncoder))

    assert (copy["person"]["name"], copy["person"]["address"]) == (somebody.NAME, somebody.ADDRESS)
    assert copy["person"]["source"] == "made up for a test"
    answers = copy["tables"]["attendees.answer"]
    assert [each["note"] for each in answers if each["note"]] == [f"Signed, {somebody.NAME} <{somebody.ADDRESS}>"]
    assert copy["tables"]["attendees.timetheycannot"][0]["starts_at"] == "2031-09-21T13:00:00Z"
    assert {each["subject"] for each in copy["tables"]["attendees.letter"]} >= {f"For {somebody.NAME}"}
    assert len(copy["proposal_texts_that_may_name_you"]) == 1


def test_nobody_elses_rows_are_in_the_copy():
    somebody.make(name="Other Person", address="other@example.org")

    copy = json.dumps(holding.copy_for(PersonFactory()), cls=DjangoJSONEncoder)

    assert "Other Person" not in copy and "other@example.org" not in copy


def test_no_key_is_in_the_copy():
    person = somebody.make()
    user = UserFactory(email=person.address)
    user.set_password("correct horse battery")
    user.save()

    copy = json.dumps(holding.copy_for(person), cls=DjangoJSONEncoder)

    hashes = [each.token_hash for each in person.links.all()] + [each.token for each in person.links.all()]
    assert not [each for each in [*hashes, user.password] if each in copy]
    assert user.email in copy
