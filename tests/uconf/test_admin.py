import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import client_of
from tests.factories import (
    AnswerFactory,
    LeadFactory,
    LetterFactory,
    OutcomeFactory,
    PersonFactory,
    SessionFactory,
    TopicFactory,
    UserFactory,
)
from uconf.admin import site
from uconf.models import Person

pytestmark = pytest.mark.django_db
TABLES = sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in site._registry)


@pytest.fixture
def root():
    return client_of(UserFactory(is_superuser=True, is_staff=True))


@pytest.fixture
def something_in_most_tables():
    LeadFactory()
    AnswerFactory()
    LetterFactory()
    OutcomeFactory()
    SessionFactory()
    TopicFactory()


def test_signing_in_is_the_sites_own():
    response = Client().get("/admin/", follow=True)

    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("staff", [True, False])
def test_for_everybody_but_superusers_the_admin_does_not_exist(staff):
    browser = client_of(UserFactory(is_staff=staff))

    assert browser.get("/admin/", follow=True).status_code == 404
    assert browser.get(reverse("admin:uconf_person_changelist"), follow=True).status_code == 404


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_be_looked_at_and_searched_and_nothing_added(table, root, something_in_most_tables):
    assert root.get(reverse(f"admin:{table}_changelist"), {"q": "example"}).status_code == 200
    assert root.get(reverse(f"admin:{table}_add")).status_code == 403


def test_a_row_is_shown_but_neither_changed_nor_deleted(root):
    person = PersonFactory(name="Nora Newcomer")

    shown = root.get(reverse("admin:uconf_person_change", args=[person.pk]))
    changed = root.post(reverse("admin:uconf_person_change", args=[person.pk]), {"name": "Somebody Else"})
    deleted = root.post(reverse("admin:uconf_person_delete", args=[person.pk]), {"post": "yes"})

    assert "Nora Newcomer" in shown.content.decode()
    assert (changed.status_code, deleted.status_code) == (403, 403)
    assert Person.objects.get(pk=person.pk).name == "Nora Newcomer"


def test_password_hashes_are_not_shown(root):
    user = UserFactory(password="a-hash-that-nobody-sees")

    page = root.get(reverse("admin:uconf_user_change", args=[user.pk])).content.decode()

    assert user.email in page
    assert "a-hash-that-nobody-sees" not in page
