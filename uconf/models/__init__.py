"""Conferences, microconferences, the people, and who may do what."""

from uconf.models.activity import ActivityEntry, Heartbeat
from uconf.models.base import Identified, Versioned
from uconf.models.conferences import RESERVED_MC_SLUGS, RESERVED_SLUGS, Conference, Room
from uconf.models.microconferences import Membership, Microconference, MicroconferenceLink, Series
from uconf.models.people import Person, Suppression
from uconf.models.proposals import ProposalSource
from uconf.models.sending import Lease, LettersPause, Pace, Sending
from uconf.models.users import User

__all__ = [
    "RESERVED_MC_SLUGS",
    "RESERVED_SLUGS",
    "ActivityEntry",
    "Conference",
    "Heartbeat",
    "Identified",
    "Lease",
    "LettersPause",
    "Membership",
    "Microconference",
    "MicroconferenceLink",
    "Pace",
    "Person",
    "ProposalSource",
    "Room",
    "Sending",
    "Series",
    "Suppression",
    "User",
    "Versioned",
]
