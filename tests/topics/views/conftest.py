"""An agenda as the editor draws it: what the tests of its pages share."""

import pytest

from tests.factories import AgendaItemFactory, DraftFactory, SessionFactory


@pytest.fixture
def url(microconference):
    """The editor's page."""
    return microconference.organize_url("topics:agenda")


@pytest.fixture
def session(microconference):
    return SessionFactory(microconference=microconference)


@pytest.fixture
def draft(microconference, session):
    """A, B and C, twenty minutes each."""
    draft = DraftFactory(microconference=microconference)
    for position, title in enumerate("ABC"):
        AgendaItemFactory(draft=draft, session=session, topic__title=title, position=position)
    return draft


def titles(draft):
    return [item.title for item in draft.items.select_related("topic")]
