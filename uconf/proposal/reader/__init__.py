"""The proposal reader: the text of a real-life proposal in, what it says out, with every word accounted for."""

from .asjson import as_dict
from .draft import read
from .result import Piece, ReadEdition, Reading, ReadLink, ReadOutcome, ReadPerson, ReadTopic, Span
from .source import LIMIT, REFUSALS, UnreadableProposal, decode

__all__ = [
    "LIMIT",
    "REFUSALS",
    "Piece",
    "ReadEdition",
    "ReadLink",
    "ReadOutcome",
    "ReadPerson",
    "ReadTopic",
    "Reading",
    "Span",
    "UnreadableProposal",
    "as_dict",
    "decode",
    "read",
]
