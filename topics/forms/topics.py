from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from uconf.forms import PlainForm, VersionedForm
from uconf.lib import limits
from uconf.lib.links import is_web_address

MARKDOWN_HINT = gettext_lazy(
    "Markdown: *emphasis*, `code`, - lists, > quotes, [text](https://…). An empty line starts a paragraph."
)


def web_address(url):
    """A web address, or a sentence about what is none."""
    if url and not is_web_address(url):
        raise forms.ValidationError(
            _("“%(url)s” is not a web address. Write it with https:// in front.") % {"url": url[:80]}
        )
    return url


class MinutesField(forms.IntegerField):
    """A whole number of minutes; what else was typed is quoted back."""

    def __init__(self, *, least, **kwargs):
        self.least = least
        super().__init__(min_value=least, max_value=limits.MINUTES, **kwargs)
        sentence = _("Write a number from %(least)d to %(most)d.") % {"least": least, "most": limits.MINUTES}
        for key in ("required", "min_value", "max_value"):
            self.error_messages[key] = sentence
        for validator in self.validators:
            if validator.code in ("min_value", "max_value"):
                validator.message = sentence

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(
                _("Write a number from %(least)d to %(most)d. You wrote “%(typed)s”.")
                % {"least": self.least, "most": limits.MINUTES, "typed": str(value)[:40]}
            ) from None


class AddTopicForm(PlainForm):
    """A topic as a lead writes it."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=limits.TITLE,
        error_messages={
            "required": gettext_lazy("A topic needs a title. Say in a few words what it would settle."),
        },
    )
    problem = forms.CharField(
        label=gettext_lazy("The problem"),
        required=False,
        max_length=limits.MARKDOWN,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=MARKDOWN_HINT,
    )
    minutes = MinutesField(label=gettext_lazy("Minutes"), least=1, initial=20)
    presenting_minutes = MinutesField(
        label=gettext_lazy("of which presenting"),
        least=0,
        initial=5,
        help_text=gettext_lazy("The rest is for the discussion."),
    )
    group = forms.CharField(
        label=gettext_lazy("Group"),
        required=False,
        max_length=limits.TITLE,
        help_text=gettext_lazy("Topics of one group stand together on the agenda, if they can."),
    )
    after = forms.ChoiceField(label=gettext_lazy("Not before"), required=False)

    def __init__(self, *args, topics, **kwargs):
        super().__init__(*args, **kwargs)
        self.topics = {topic.public_id: topic for topic in topics}
        self.fields["after"].choices = [("", _("any topic")), *((key, each.title) for key, each in self.topics.items())]

    def clean_after(self):
        return self.topics.get(self.cleaned_data["after"])

    def clean(self):
        cleaned = super().clean()
        minutes, presenting = cleaned.get("minutes"), cleaned.get("presenting_minutes")
        if minutes is not None and presenting is not None and presenting > minutes:
            self.add_error(
                "presenting_minutes",
                _("Presenting takes longer than the topic itself: %(presenting)d of %(minutes)d minutes.")
                % {"presenting": presenting, "minutes": minutes},
            )
        return cleaned


class EditTopicForm(AddTopicForm, VersionedForm):
    """Everything that is written about a topic; it carries the version that was shown."""

    shares_its_page = True

    external_id = forms.CharField(
        label=gettext_lazy("Its number in the conference’s system"), required=False, max_length=40
    )
    external_url = forms.CharField(
        label=gettext_lazy("Its address there"),
        required=False,
        max_length=limits.URL,
        widget=forms.URLInput(attrs={"inputmode": "url"}),
    )

    def clean_external_url(self):
        return web_address(self.cleaned_data["external_url"])

    @staticmethod
    def initial_of(topic):
        """What the form shows of a topic before anybody typed."""
        values = {
            name: getattr(topic, name)
            for name in (
                "title", "problem", "minutes", "presenting_minutes", "group", "external_id", "external_url", "version",
            )
        }  # fmt: skip
        return {**values, "after": topic.after.public_id if topic.after_id else ""}

    def values(self):
        """What the action takes; the version is given apart."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ProposeForm(PlainForm):
    """A topic as anybody may propose it."""

    title = forms.CharField(label=gettext_lazy("What would it settle?"), max_length=limits.TITLE)
    problem = forms.CharField(
        label=gettext_lazy("The problem"),
        max_length=limits.MARKDOWN,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("What is open, what was tried, who would have to agree. Links help. Markdown works."),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=limits.NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    address = forms.EmailField(
        label=gettext_lazy("Your mail address"),
        max_length=limits.ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("For the leads’ answer. It is never shown in public."),
    )
