"""Forms of the lead's side: the filter, a person, a pasted list, an answer on somebody's behalf."""

from django import forms
from django.utils.translation import gettext_lazy as _

from attendees import csvlist
from attendees.actions.counts import NEEDS_YOU
from attendees.models import Answer, Mode, Status
from topics.models import Topic
from uconf.forms import PlainForm, VersionedForm
from uconf.lib import limits
from uconf.models import Membership

NOBODY = "nobody"  # stands among those who ask: nobody is said to ask them yet
# What somebody has to do with a topic.
PARTS = (
    ("", _("anyhow")),
    ("interested", _("interested in it")),
    ("key", _("key person")),
    ("proposer", _("proposer")),
)
NO_ADDRESS = "no_address"  # stands among the statuses, though it is none
SORTS = ("needs", "person", "status", "asked_by", "heard")


class PeopleFilter(forms.Form):
    """What the list is narrowed to. Odd values are left out, not complained about: the address is typed by hand."""

    q = forms.CharField(required=False, max_length=limits.NAME)
    topic = forms.ModelChoiceField(Topic.objects.none(), required=False, to_field_name="public_id")
    part = forms.ChoiceField(choices=PARTS, required=False)
    by = forms.CharField(required=False, max_length=20)
    status = forms.ChoiceField(choices=[(each, each) for each in (*NEEDS_YOU, NO_ADDRESS)], required=False)
    sort = forms.ChoiceField(choices=[(name, name) for each in SORTS for name in (each, f"-{each}")], required=False)

    def __init__(self, data, *, microconference):
        super().__init__(data)
        self.fields["topic"].queryset = microconference.topics.alive()

    def values(self):
        """Every value that can be used; the rest empty."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


class MemberChoice(forms.ModelChoiceField):
    """Who of the team asks somebody."""

    def label_from_instance(self, membership):
        return membership.person.name


class PersonForm(PlainForm):
    """One person, as a lead knows them."""

    name = forms.CharField(label=_("Name"), max_length=limits.NAME)
    address = forms.CharField(
        label=_("Mail address"), max_length=limits.ADDRESS, required=False,
        help_text=_("Without one they are on the list and count, but nobody can write to them from here."),
    )  # fmt: skip
    affiliation = forms.CharField(label=_("Affiliation"), max_length=limits.NAME, required=False)
    reason = forms.CharField(
        label=_("Why they are needed"), max_length=limits.NOTE, required=False,
        help_text=_("They read this, as in “… asked you, because you wrote the first series”."),
    )  # fmt: skip
    asked_by = MemberChoice(
        Membership.objects.none(), label=_("Who asks them"), required=False, empty_label=_("nobody yet")
    )

    def __init__(self, *args, microconference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["asked_by"].queryset = microconference.memberships.select_related("person")


class CorrectForm(PersonForm, VersionedForm):
    """The same of somebody on the list. Its version is a checksum, since two rows stand behind it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PasteForm(PlainForm):
    """A pasted list of people, or a table as a file or pasted."""

    text = forms.CharField(
        label=_("The list, one person a line"), strip=False, max_length=csvlist.LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
    )  # fmt: skip
    file = forms.FileField(
        label=_("or a table, as CSV"), required=False, allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
        help_text=_(
            "The first line names the columns: name and address, and where you have them affiliation, status, note, "
            "why and topics. At most 5,000 rows."
        ),
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("file"):
            try:
                cleaned["text"] = csvlist.decode(cleaned["file"].read(csvlist.LONGEST + 1))
            except ValueError as refusal:
                self.add_error("file", str(refusal))
                return cleaned
        if not self.errors and not cleaned.get("text", "").strip():
            self.add_error("text", _("Nobody is in it yet. Paste names as you have them, one a line."))
        return cleaned


# The answers that a lead may record, as one button each: (value, choice, mode).
BUTTONS = {
    "interest": (
        (Status.INTERESTED, Answer.Choice.INTERESTED, ""),
        (Status.NOT_SURE, Answer.Choice.NOT_SURE, ""),
        (Status.CANT, Answer.Choice.CANT, ""),
    ),
    "coming": (
        (Status.COMING, Answer.Choice.COMING, Mode.IN_PERSON),
        (Status.REMOTE, Answer.Choice.COMING, Mode.REMOTE),
        (Status.NOT_SURE, Answer.Choice.NOT_SURE, ""),
        (Status.CANT, Answer.Choice.CANT, ""),
    ),
}


class OnBehalfForm(PlainForm):
    """An answer that somebody gave to a lead, and where it came from."""

    SOURCES = (
        ("told me", _("told me")),
        ("by mail", _("by mail")),
        ("on the list", _("on a mailing list")),
        ("in a chat", _("in a chat")),
    )

    answer = forms.ChoiceField(choices=Status.choices, error_messages={"required": _("Press one of the answers.")})
    source_note = forms.ChoiceField(label=_("Where it came from"), choices=SOURCES, required=False)
    note = forms.CharField(label=_("Note"), max_length=limits.NOTE, required=False)

    def __init__(self, *args, question, **kwargs):
        super().__init__(*args, **kwargs)
        self.buttons = {value: (choice, mode) for value, choice, mode in BUTTONS[question]}
        self.fields["answer"].choices = [(value, Status(value).label) for value in self.buttons]

    def clean(self):
        cleaned = super().clean()
        if "answer" in cleaned:
            cleaned["answer"], cleaned["mode"] = self.buttons[cleaned["answer"]]
        return cleaned
