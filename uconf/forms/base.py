from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from django import forms
from django.forms.utils import ErrorDict

from uconf.lib.refusals import Refusal


class PlainForm(forms.Form):
    """A form whose template owns the <form> tag, the token and the buttons; crispy draws the fields."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.include_media = False

    waits = False  # it was typed, and another part of the page was saved

    def as_typed(self):
        """The same form with what was typed and no judgement of it: it waits until its own button is pressed."""
        self.waits, self.cleaned_data, self._errors = True, {}, ErrorDict()
        return self

    def was_typed(self):
        """Whether this part of a page was sent, and says something else than it showed."""
        return any(self.add_prefix(name) in self.data for name in self.fields) and self.has_changed()

    def add_refusal(self, refusal: Refusal):
        """Show an action's refusal at the field it belongs to, or above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def carry(data, part, make, saved=""):
    """One part of a page on which another was sent: what was typed there waits; else it is as stored.

    ``make`` makes the form from data or None. Nothing waits in the part that was just ``saved``, nor in one whose
    name a button ``fresh`` sends: there somebody lets go of what they typed.
    """
    if not data or part in (saved, data.get("fresh")):
        return make(None)
    form = make(data)
    return form.as_typed() if form.was_typed() else make(None)


@dataclass(frozen=True)
class Difference:
    """One field that two people set to different values."""

    label: str
    mine: str
    theirs: str


class VersionedForm(PlainForm):
    """A form for what two people may edit at once: it carries the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    shares_its_page = False  # then what was shown travels along: that tells what was typed from what others saved

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial = self.shares_its_page and name != "version"

    def has_changed(self):
        return any(name != "version" for name in self.changed_data)

    def differences(self, theirs: dict) -> list[Difference]:
        """What I typed beside what is stored now, field by field. ``theirs`` are initial values as for a new form."""
        found = []
        for name, field in self.fields.items():
            if name == "version" or name not in theirs:
                continue
            mine, stored = self[name].value(), theirs[name]
            if _text(mine) != _text(stored):
                found.append(Difference(str(field.label or name), _shown(field, mine), _shown(field, stored)))
        return found

    def follow(self, before: int, now: int):
        """Let what waits be saved over an act of the same person, though not over anybody else’s."""
        if self.waits and self.data.get(self.add_prefix("version")) == str(before):
            self.rebase(now)

    def rebase(self, theirs_version: int):
        """Let “Keep mine” save over what is stored now: the same typed values, the newer version."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(theirs_version)


def _text(value):
    return "" if value in (None, False) else "\n".join(str(value).split())


def _shown(field, value):
    choices = dict(getattr(field, "choices", ()) or ())
    return str(choices.get(value, "" if value is None else value))
