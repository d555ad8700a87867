"""How an action says no: in a sentence that can be shown to a person as it is."""


class Refusal(Exception):
    """A refused act. Its text says what is wrong, names the thing, and says what to do next."""

    def __init__(self, message, *, field=None):
        super().__init__(message)
        self.field = field  # the form field it belongs to, if there is one


class EditConflict(Refusal):
    """Somebody else saved the same thing first; ``theirs`` is what is stored now."""

    def __init__(self, message, *, theirs):
        super().__init__(message)
        self.theirs = theirs
