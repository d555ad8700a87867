"""When two do the same at the same moment: whoever comes second looks again, instead of failing."""

from functools import wraps

from django.db import IntegrityError, transaction

TRIES = 5


def looks_again(action):
    """For an action that looks and then makes what is missing: if somebody else made it meanwhile, it is done anew.

    What the first try did is undone; the next one finds what is there now, and takes it or refuses it. The action
    must change nothing outside of the database before it makes. Raises IntegrityError if looking again does not help.
    """

    @wraps(action)
    def settled(*args, **kwargs):
        for turn in range(TRIES):
            try:
                with transaction.atomic():
                    return action(*args, **kwargs)
            except IntegrityError:
                if turn == TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    return settled
