from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from django import forms

from uconf.lib.refusals import Refusal


class PlainForm(forms.Form):
    """A form whose template owns the <form> tag, the token and the buttons; crispy draws the fields."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.include_media = False

    def add_refusal(self, refusal: Refusal):
        """Show an action's refusal at the field it belongs to, or above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


@dataclass(frozen=True)
class Difference:
    """One field that two people set to different values."""

    label: str
    mine: str
    theirs: str


class VersionedForm(PlainForm):
    """A form for what two people may edit at once: it carries the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)

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

    def rebase(self, theirs_version: int):
        """Let “Keep mine” save over what is stored now: the same typed values, the newer version."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(theirs_version)


def _text(value):
    return "" if value in (None, False) else "\n".join(str(value).split())


def _shown(field, value):
    choices = dict(getattr(field, "choices", ()) or ())
    return str(choices.get(value, "" if value is None else value))
