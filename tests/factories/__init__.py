"""Made-up rows. Traits give states: ``MicroconferenceFactory(accepted=True)``."""

from tests.factories.attendees import (
    AnswerFactory,
    AskingFactory,
    AttendeeFactory,
    LetterFactory,
    RoundFactory,
)
from tests.factories.outcomes import OutcomeFactory
from tests.factories.topics import (
    AgendaItemFactory,
    DraftFactory,
    KeyPersonFactory,
    ProposerFactory,
    SessionFactory,
    TopicFactory,
    TopicLinkFactory,
)
from tests.factories.uconf import (
    ConferenceFactory,
    HelperFactory,
    LeadFactory,
    MicroconferenceFactory,
    PersonFactory,
    RoomFactory,
    SeriesFactory,
    UserFactory,
)

__all__ = [
    "AgendaItemFactory",
    "AnswerFactory",
    "AskingFactory",
    "AttendeeFactory",
    "ConferenceFactory",
    "DraftFactory",
    "HelperFactory",
    "KeyPersonFactory",
    "LeadFactory",
    "LetterFactory",
    "MicroconferenceFactory",
    "OutcomeFactory",
    "PersonFactory",
    "ProposerFactory",
    "RoomFactory",
    "RoundFactory",
    "SeriesFactory",
    "SessionFactory",
    "TopicFactory",
    "TopicLinkFactory",
    "UserFactory",
]


def number_from(start):
    """Go on counting from there: several processes that fill one database must not make the same names."""
    for name in __all__:
        globals()[name].reset_sequence(start, force=True)
