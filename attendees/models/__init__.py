"""Attendees, the rounds that ask them, the ledger of answers, personal links, letters, and mail that came in."""

from attendees.models.attendees import Attendee, Availability, Interest, Mode, Status, TimeTheyCannot
from attendees.models.letters import Letter, LetterReason, LetterText
from attendees.models.links import PersonalLink
from attendees.models.mail import InboundMail
from attendees.models.rounds import Answer, Asking, Round

__all__ = [
    "Answer",
    "Asking",
    "Attendee",
    "Availability",
    "InboundMail",
    "Interest",
    "Letter",
    "LetterReason",
    "LetterText",
    "Mode",
    "PersonalLink",
    "Round",
    "Status",
    "TimeTheyCannot",
]
