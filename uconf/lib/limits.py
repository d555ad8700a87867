"""How long a text may be: one source for the database, the forms and the importer. Characters, not bytes."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

NAME = 200
TITLE = 200
LABEL = 200
ADDRESS = 254  # RFC 5321, with erratum 1690
URL = 2000
NOTE = 2000
MARKDOWN = 64_000
LETTER = 20_000
SUBJECT = 200
PASTE = 1_000_000  # bytes of a proposal text
MAIL = 2_000_000  # bytes of one mail that comes in
MINUTES = 240  # of one agenda item

models.CharField.register_lookup(Length)
models.TextField.register_lookup(Length)


def at_most(model: str, **fields: int) -> list[models.CheckConstraint]:
    """Constraints that hold text limits in the database too (SQLite knows no varchar(n))."""
    return [
        models.CheckConstraint(condition=Q(**{f"{field}__length__lte": limit}), name=f"{model}_{field}_at_most_{limit}")
        for field, limit in fields.items()
    ]
