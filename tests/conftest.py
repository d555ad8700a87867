"""What every test may use."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import settings as hypothesis_settings

from tests.factories import LeadFactory, MicroconferenceFactory, UserFactory

# The same examples every time, so that a failure is about the change that is tried. `make test-full` looks for new ones.
hypothesis_settings.register_profile("steady", derandomize=True)
if os.environ.get("TEST_FULL") != "1":
    hypothesis_settings.load_profile("steady")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """SQLite is tested as a file, as it is used: with a connection for each thread, and with the journal we run on."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(Path(django_settings.DATA_DIR) / "test.sqlite3")


@pytest.fixture(autouse=True)
def _quick_and_quiet(settings):
    """Cheap passwords, plain static files, an empty cache, a clean mailbox."""
    from django.core.cache import cache

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()
    shutil.rmtree(Path(settings.DATA_DIR) / "mailbox", ignore_errors=True)


@pytest.fixture
def microconference(db):
    """An accepted microconference without anything in it."""
    return MicroconferenceFactory(accepted=True)


@pytest.fixture
def lead(microconference):
    """The user who leads ``microconference``."""
    return LeadFactory(microconference=microconference).user


@pytest.fixture
def lead_client(lead):
    return client_of(lead)


@pytest.fixture
def stranger_client(db):
    """A client signed in as somebody who leads nothing."""
    return client_of(UserFactory())


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def pytest_addoption(parser):
    parser.addoption("--screens", metavar="DIR", help="write a picture of every page that the browser tests look at")
