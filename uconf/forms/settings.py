"""The settings of a microconference, as its leads see them."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from uconf.forms.base import VersionedForm
from uconf.forms.fields import LinksField, day_field, web_address_field
from uconf.lib import limits
from uconf.models import Microconference


class SettingsForm(VersionedForm):
    """What leads may set. The kind is theirs to wish for while it is a draft; then the committee sets it."""

    shares_its_page = True

    CALLS = [
        ("none", gettext_lazy("topics cannot be proposed")),
        ("here", gettext_lazy("topics are proposed here")),
        ("elsewhere", gettext_lazy("topics are proposed in the conference’s own system")),
    ]

    title = forms.CharField(label=gettext_lazy("Title"), max_length=limits.TITLE)
    summary = forms.CharField(
        label=gettext_lazy("Summary"),
        required=False,
        max_length=limits.MARKDOWN,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "What you would like to settle, in Markdown. It opens the public page and the proposal."
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Microconference.Kind.choices)
    call = forms.ChoiceField(
        label=gettext_lazy("Call for topics"), choices=CALLS, widget=forms.RadioSelect, initial="none"
    )
    topics_close_on = day_field(
        label=gettext_lazy("It closes on"),
        required=False,
        help_text=gettext_lazy("The last day on which topics are taken here. Empty: until the day itself."),
    )
    topics_url = web_address_field(
        label=gettext_lazy("Address in the conference’s own system"),
        required=False,
        help_text=gettext_lazy("Only if topics are proposed there."),
    )
    publish_by = day_field(
        label=gettext_lazy("Publish the agenda by"),
        required=False,
        help_text=gettext_lazy("The overview reminds you of it."),
    )
    notes_url = web_address_field(
        label=gettext_lazy("Shared notes"), required=False, help_text=gettext_lazy("Such as an etherpad.")
    )
    session_classification = forms.CharField(
        label=gettext_lazy("Session classification"), required=False, max_length=limits.TITLE
    )
    track_classification = forms.CharField(
        label=gettext_lazy("Track classification"),
        required=False,
        max_length=limits.TITLE,
        help_text=gettext_lazy("Both as the conference’s own system names them."),
    )
    attendee_list_public = forms.BooleanField(
        label=gettext_lazy("Name those who agreed on the public page"), required=False
    )
    links = LinksField(
        label=gettext_lazy("Links"), required=False, help_text=gettext_lazy("One a line: a label, then the address.")
    )

    def __init__(self, *args, microconference, **kwargs):
        super().__init__(*args, initial=self.initial_of(microconference), **kwargs)
        self.fields["call"].show_hidden_initial = False  # the page draws its buttons one by one
        if microconference.state != Microconference.State.DRAFT:
            del self.fields["kind"]

    @staticmethod
    def initial_of(microconference):
        """What the form shows before anybody types."""
        names = ["title", "summary", "kind", "topics_close_on", "topics_url", "publish_by", "notes_url",
                 "session_classification", "track_classification", "attendee_list_public", "version"]  # fmt: skip
        call = "here" if microconference.topics_open_here else "elsewhere" if microconference.topics_url else "none"
        return {
            **{name: getattr(microconference, name) for name in names},
            "call": call,
            "links": LinksField.as_text(microconference.links.all()),
        }

    def clean_summary(self):
        return self.cleaned_data["summary"].replace("\r\n", "\n")

    def clean(self):
        cleaned = super().clean()
        call, url = cleaned.get("call"), cleaned.get("topics_url")
        if call == "elsewhere" and not url and "topics_url" not in self.errors:
            self.add_error("topics_url", _("Write the address at which topics are proposed."))
        if call in ("here", "none") and url:
            self.add_error(
                "topics_url",
                _("Topics are proposed here or at the other address, not in both places. Choose one, or clear this."),
            )
        cleaned["topics_open_here"] = call == "here"
        cleaned.pop("call", None)
        return cleaned
