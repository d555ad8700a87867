"""Forms for mail that came in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from attendees.forms.people import OnBehalfForm
from attendees.models import Attendee
from attendees.outreach.inbound import mbox
from uconf.forms import PlainForm
from uconf.lib import limits


class AnswerOfMailForm(OnBehalfForm):
    """Which of the round's answers a mail gives."""

    source_note = note = None


class UploadForm(PlainForm):
    """Mails as a file: one, or an mbox of many; or a pasted text."""

    file = forms.FileField(
        label=_("A mail or an mbox"), required=False,
        widget=forms.FileInput(attrs={"accept": ".eml,.mbox,.mbx,.txt,message/rfc822,application/mbox,text/plain"}),
        help_text=_("At most 1 MB and 200 mails."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("or a text, pasted"), required=False, strip=False, max_length=limits.PASTE,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono"}),
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        file = cleaned.get("file")
        if file and file.size > limits.PASTE:
            raise forms.ValidationError(_("The file is larger than 1 MB. Leave attachments out, or take a part of it."))
        data = file.read() if file else cleaned.get("text", "").encode()
        if not data.strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file, or paste a text."))
        cleaned["mails"] = mbox.split(data)
        if len(cleaned["mails"]) > mbox.MOST:
            raise forms.ValidationError(
                _("There are %(n)s mails in it; at most %(most)s are possible at a time.")
                % {"n": len(cleaned["mails"]), "most": mbox.MOST}
            )
        return cleaned


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
