from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from topics.models import Topic
from uconf.forms import PlainForm
from uconf.lib import limits


class ListFilter(forms.Form):
    """What a lead wants to see of the topics. Odd values count as none."""

    SORTS = (
        ("", gettext_lazy("in order")),
        ("title", gettext_lazy("title")),
        ("interest", gettext_lazy("most interest")),
        ("readiness", gettext_lazy("who can settle it")),
        ("minutes", gettext_lazy("longest first")),
    )
    q = forms.CharField(required=False, max_length=limits.TITLE)
    state = forms.ChoiceField(required=False, choices=[("", ""), *Topic.State.choices])
    sort = forms.ChoiceField(required=False, choices=SORTS)

    def values(self):
        """The filter's values that mean something."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class StateForm(forms.Form):
    """What becomes of one topic, and which page asked."""

    state = forms.ChoiceField(choices=[choice for choice in Topic.State.choices if choice[0] != Topic.State.MERGED])


class StepForm(forms.Form):
    """One place up or down."""

    step = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])


class ChosenTopicsForm(StateForm):
    """What becomes of several topics."""

    topic = forms.MultipleChoiceField(
        error_messages={"required": gettext_lazy("No topic is chosen. Tick some of them first.")}
    )

    def __init__(self, *args, topics, **kwargs):
        super().__init__(*args, **kwargs)
        self.topics = {topic.public_id: topic for topic in topics}
        self.fields["topic"].choices = [(key, key) for key in self.topics]

    def chosen(self):
        return [self.topics[key] for key in self.cleaned_data["topic"]]


class MergeForm(PlainForm):
    """Which topic another one becomes part of."""

    into = forms.ChoiceField(label=gettext_lazy("Merge it into"))

    def __init__(self, *args, topics, **kwargs):
        super().__init__(*args, **kwargs)
        self.topics = {topic.public_id: topic for topic in topics}
        choices = ((key, f"{each.title} ({each.get_state_display()})") for key, each in self.topics.items())
        self.fields["into"].choices = [("", _("choose a topic")), *choices]
        self.fields["into"].error_messages["required"] = _("Choose the topic that it becomes part of.")

    def clean_into(self):
        return self.topics[self.cleaned_data["into"]]
