"""The activity log: one line for everything that is done."""

from uconf.lib import addresses, limits, writing
from uconf.models import ActivityEntry, Conference, Microconference, Person, User


def record(what, *, on, by, subject="", person=None, before=None, after=None):
    """Note that ``by`` (a User, a Person by their link, or None for a command) did ``what``.

    ``on`` is the microconference or conference; ``what`` a key of uconf.activity.SENTENCES. Names of people
    belong into ``person``, never into ``subject``, ``before`` or ``after``.
    """
    return writing.insert(
        ActivityEntry(
            microconference=on if isinstance(on, Microconference) else None,
            conference=on if isinstance(on, Conference) else None,
            by_user=by if isinstance(by, User) else None,
            by_person=by if isinstance(by, Person) else None,
            person=person,
            what=what,
            subject=addresses.one_line(str(subject))[: limits.TITLE],
            before=_without_prose(before),
            after=_without_prose(after),
        )
    )


# Fields in which people write sentences, and so names: the log keeps how long they were, not what they said.
PROSE = frozenset(["problem", "summary", "text", "note", "reason"])


def _without_prose(values):
    if not isinstance(values, dict):
        return values
    return {name: _length(value) if name in PROSE else value for name, value in values.items()}


def _length(value):
    return {"characters": len(value)} if isinstance(value, str) and value else value


def record_of_each(what, *, on, by, people):
    """Note that ``by`` did ``what`` to each of many people, in few queries; see ``record``."""
    return ActivityEntry.objects.bulk_create(
        [
            ActivityEntry(microconference=on, by_user=by if isinstance(by, User) else None, person=each, what=what)
            for each in people
        ],
        batch_size=500,
    )
