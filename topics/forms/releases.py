"""What leads choose when they publish, compare and hand over an agenda. Forms store nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from uconf.forms import PlainForm, VersionedForm
from uconf.lib import limits

WRITE, SILENT = "yes", "no"


class PublishForm(VersionedForm):
    """A word to the readers, whether letters go, and the draft's version that was looked at."""

    note = forms.CharField(
        label=_("A note to your readers"),
        required=False,
        max_length=limits.NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown above the schedule with this release, and in its letters. It may stay empty."),
    )
    tell = forms.ChoiceField(
        label=_("The letters"),
        required=False,
        choices=[(WRITE, _("Write to them")), (SILENT, _("Don’t write"))],
        widget=forms.RadioSelect,
    )
    with_calendar = forms.BooleanField(
        label=_("Attach a calendar file to each letter"),
        required=False,
        help_text=_("Calendars that know such files take over what is new, moved or cancelled."),
    )

    @property
    def chosen(self):
        """What the action takes."""
        return {**self.cleaned_data, "tell": self.cleaned_data["tell"] == WRITE}


class NewDraftForm(PlainForm):
    """What another draft begins with: nothing, a draft, or a release."""

    EMPTY = "empty"

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=limits.LABEL,
        help_text=_("Left empty, it is called by the next letter."),
    )
    source = forms.ChoiceField(label=_("Begins with"))

    def __init__(self, *args, sources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [*sources, (self.EMPTY, _("nothing"))]


class DraftForm(PlainForm):
    """What is done with a draft: its button says what."""

    RENAME, CURRENT, REMOVE = "rename", "current", "remove"

    do = forms.ChoiceField(choices=[(each, each) for each in (RENAME, CURRENT, REMOVE)], widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), required=False, max_length=limits.LABEL)


class TakeBackForm(VersionedForm):
    """Where a release is taken back to."""

    NEW, CURRENT = "new", "current"

    into = forms.ChoiceField(
        label=_("Take it into"),
        required=False,
        choices=[(NEW, _("a new draft")), (CURRENT, _("the current draft, in place of what is there"))],
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CompareForm(forms.Form):
    """Two keys of agendas to compare; what is not known counts as none."""

    a = forms.CharField(required=False, max_length=20)
    b = forms.CharField(required=False, max_length=20)

    def keys(self):
        self.is_valid()
        return self.cleaned_data.get("a", ""), self.cleaned_data.get("b", "")


class TimetableForm(PlainForm):
    """One press on the list for the official timetable: its button says what, ``number`` which release was shown."""

    number = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    tick = forms.CharField(required=False, max_length=40)
    all = forms.BooleanField(required=False)
    untick = forms.CharField(required=False, max_length=40)
    ids = forms.BooleanField(required=False)

    def typed_ids(self):
        """The ids that were typed, by topic. Any press notes them, so that none is lost."""
        return {name[3:]: value for name, value in self.data.items() if name.startswith("id-") and value.strip()}
