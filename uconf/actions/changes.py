"""What an edit changes, for the activity log: the fields that differ, before and after."""

from datetime import date, datetime

from django.db.models import Model


def apply(thing, values):
    """Set ``values`` on a row without saving; give the changed fields' old and new values, fit for JSON."""
    before, after = {}, {}
    for name, new in values.items():
        old = getattr(thing, name)
        if old != new:
            before[name], after[name] = _plain(old), _plain(new)
            setattr(thing, name, new)
    return before, after


def _plain(value):
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Model) else value
