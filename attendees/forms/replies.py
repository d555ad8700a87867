"""Forms for mail that came in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from attendees.forms.people import OnBehalfForm
from attendees.models import Attendee
from uconf.forms import PlainForm


class AnswerOfMailForm(OnBehalfForm):
    """Which of the round's answers a mail gives."""

    source_note = note = None


class AttendeeChoice(forms.ModelChoiceField):
    def label_from_instance(self, attendee):
        return attendee.person.name


class WhoForm(PlainForm):
    """Whose mail it is: somebody on the list."""

    attendee = AttendeeChoice(
        Attendee.objects.none(), label=_("Who is it?"), to_field_name="public_id", empty_label=_("choose…"),
        error_messages={"required": _("Choose who it is."), "invalid_choice": _("This person is not on the list.")},
    )  # fmt: skip

    def __init__(self, *args, attendees, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attendee"].queryset = attendees
