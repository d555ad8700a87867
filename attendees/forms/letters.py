"""What a lead types about letters: whom to ask, the text, how long to wait."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from uconf.forms import PlainForm, VersionedForm
from uconf.forms.fields import day_field
from uconf.lib import limits
from uconf.lib.numbers import whole

LONGEST_TYPED = 9999  # days; the actions allow fewer, and say how many


class CadenceField(forms.CharField):
    """Days between a letter and the next reminder, such as “10, 14”; nothing means no reminder."""

    def __init__(self):
        super().__init__(
            label=_("Reminders after, in days"),
            required=False,
            max_length=40,
            help_text=_(
                "“10, 14”: one after 10 days without an answer, another 14 days later. Empty: none. Key people get "
                "none unless you say so on their own page; you get a draft for them instead."
            ),
        )

    def prepare_value(self, value):
        return ", ".join(str(each) for each in value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value):
        words = [each for each in re.split(r"[\s,;]+", super().to_python(value)) if each]
        days = [whole(each, most=LONGEST_TYPED) for each in words]
        if None in days:
            raise forms.ValidationError(
                _("Write numbers of days with commas between them, such as “10, 14”. You wrote “%(value)s”."),
                params={"value": value[:40]},
            )
        return days

    def validate(self, value):
        pass

    def run_validators(self, value):
        pass


def subject_field(**more):
    return forms.CharField(label=_("Subject"), max_length=limits.SUBJECT, **more)


def body_field(**more):
    return forms.CharField(
        label=_("Text"),
        max_length=limits.LETTER,
        widget=forms.Textarea(attrs={"rows": 20, "class": "letter-text", "spellcheck": "true"}),
        help_text=_("A line is a paragraph; it is wrapped at 72 columns. The four-line notice comes under it."),
        strip=False,
        **more,
    )


class AskForm(PlainForm):
    """Whom to ask and what they read; when the round is not open yet, also until when and how persistently."""

    person = forms.MultipleChoiceField(
        label=_("People"), error_messages={"required": _("Nobody is chosen. Choose at least one person.")}
    )
    subject = subject_field()
    body = body_field()
    answer_by = day_field(label=_("Answer by"))
    cadence = CadenceField()

    def __init__(self, *args, people, opens_round, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(each, each) for each in people]
        self.fields["person"].error_messages["invalid_choice"] = _(
            "Somebody you chose cannot be asked any more. Look at the list again."
        )
        if not opens_round:
            del self.fields["answer_by"], self.fields["cadence"]


class LetterForm(VersionedForm):
    """One letter that waits for approval."""

    subject = subject_field()
    body = body_field()


class TextForm(VersionedForm):
    """The wording of a kind of letter."""

    subject = subject_field()
    body = body_field()


class RoundForm(VersionedForm):
    """Until when a round waits, and how persistently."""

    answer_by = day_field(label=_("Answer by"))
    cadence = CadenceField()


class PersistenceForm(PlainForm):
    """How persistently some people are asked: their own reminders, or a pause."""

    WHICH = (
        ("round", _("as the round says")),
        ("none", _("none; you write yourself")),
        ("own", _("their own:")),
    )

    which = forms.ChoiceField(label=_("Reminders"), choices=WHICH, required=False)
    cadence = CadenceField()
    until = day_field(label=_("Answer by"), required=False)

    def clean(self):
        cleaned = super().clean()
        do = self.data.get("do")
        if do == "cadence" and cleaned.get("which") == "own" and not cleaned.get("cadence") and not self.errors:
            self.add_error("cadence", _("Write after how many days, such as “10, 14”, or choose “none”."))
        if do == "cadence" and not cleaned.get("which") and not self.errors:
            self.add_error("which", _("Choose which reminders they get."))
        if do == "pause" and not cleaned.get("until") and not self.errors:
            self.add_error("until", _("Choose the day before which no letter goes."))
        return cleaned

    @property
    def days(self):
        """The cadence that was chosen: None for the round's."""
        return {"round": None, "none": []}.get(self.cleaned_data["which"], self.cleaned_data.get("cadence"))
