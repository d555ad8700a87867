"""What leads type about outcomes."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outcomes.models import Outcome
from topics.models import Topic
from uconf.forms import PlainForm, VersionedForm
from uconf.forms.base import Difference
from uconf.forms.fields import day_field
from uconf.lib import limits
from uconf.lib.links import LinkKind, host_of, kind_of
from uconf.models import Person

SAYS_NOTHING = gettext_lazy("Write what came of it; a line is enough.")


def people_of(microconference):
    """Whom an outcome can name: everybody who has to do with the microconference, by name."""
    around = (
        Q(pk__in=microconference.memberships.values("person"))
        | Q(pk__in=microconference.attendees.values("person"))
        | Q(proposed__topic__microconference=microconference)
        | Q(key_for__topic__microconference=microconference)
        | Q(outcomes__microconference=microconference)
        | Q(owned_outcomes__microconference=microconference)
    )
    return Person.objects.filter(around, erased_at=None).distinct().order_by("search_name", "pk")


def parse_links(text):
    """Links as people write them, one a line: words, an address, or both. Returns (label, address) pairs."""
    found = []
    for line in text.splitlines():
        words = line.split()
        urls = [word for word in words if "://" in word]
        if not urls and len(words) == 1 and "/" in words[0] and "." in words[0]:
            urls = words  # an address without https://, which is then refused by name
        label = " ".join(word for word in words if word not in urls[:1]).strip("–—-: ")
        url = urls[0].strip("<>") if urls else ""
        if label or url:
            found.append((label or _name_of(url), url))
    return found


def _name_of(url):
    """What a link without words is called: its kind, or its host."""
    kind = kind_of(url)
    return str(LinkKind(kind).label) if kind != LinkKind.OTHER else host_of(url) or url


def links_text(links):
    return "\n".join(f"{link.label} {link.url}".strip() for link in links)


class LinksField(forms.CharField):
    """A text with one link a line; its clean value is a list of (label, address) pairs."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value):
        return parse_links(super().clean(value))


class NoteForm(PlainForm):
    """The quick form of a topic, or of the whole microconference: one line, and how it went."""

    topic = forms.CharField(required=False, widget=forms.HiddenInput)
    result = forms.ChoiceField(label=gettext_lazy("How it went"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Outcome.Kind.choices, initial=Outcome.Kind.AGREED)
    text = forms.CharField(label=gettext_lazy("What came of it"), required=False, max_length=limits.MARKDOWN)

    def __init__(self, *args, microconference, topic=None, **kwargs):
        initial = {"topic": topic.public_id, "result": topic.result} if topic else {}
        super().__init__(*args, auto_id=f"id-{topic.public_id if topic else 'whole'}-%s", initial=initial, **kwargs)
        self.of = topic
        self.fields["result"].choices = [("", _("how it went")), *Topic.Result.choices]
        if topic is None:
            del self.fields["result"]

    def clean(self):
        cleaned = super().clean()
        unchanged = self.of is None or cleaned.get("result", "") == self.of.result
        if not cleaned.get("text", "").strip() and unchanged and not self.errors:
            self.add_error("text", SAYS_NOTHING)
        return cleaned


class OutcomeForm(PlainForm):
    """An outcome with everything about it."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Outcome.Kind.choices, initial=Outcome.Kind.AGREED)
    text = forms.CharField(
        label=gettext_lazy("What came of it"),
        max_length=limits.MARKDOWN,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Markdown. Everybody can read it."),
        error_messages={"required": SAYS_NOTHING},
    )
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    links = LinksField(
        label=gettext_lazy("Links"),
        required=False,
        help_text=gettext_lazy("One a line: what it is, then its address. What kind it is, is recognised."),
    )
    happened_on = day_field(label=gettext_lazy("When"), required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Who does it"), required=False)
    due = day_field(label=gettext_lazy("Until when"), required=False)
    people = forms.MultipleChoiceField(
        label=gettext_lazy("People"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, microconference, **kwargs):
        super().__init__(*args, **kwargs)
        self.topics = {each.public_id: each for each in microconference.topics.exclude(state=Topic.State.MERGED)}
        self.folk = {each.public_id: each for each in people_of(microconference)}
        names = [(key, each.name) for key, each in self.folk.items()]
        self.fields["topic"].choices = [
            ("", _("the whole microconference")),
            *((key, each.title) for key, each in self.topics.items()),
        ]
        self.fields["people"].choices = names
        self.fields["owner"].choices = [("", _("nobody yet")), *names]

    def clean_topic(self):
        return self.topics.get(self.cleaned_data["topic"])

    def clean_owner(self):
        return self.folk.get(self.cleaned_data["owner"])

    def clean_people(self):
        return [self.folk[key] for key in self.cleaned_data["people"]]

    def values(self):
        """What the actions take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class EditOutcomeForm(OutcomeForm, VersionedForm):
    """The same for an outcome that is there already."""

    @staticmethod
    def initial_of(outcome):
        topic = outcome.topic.merged_into or outcome.topic if outcome.topic else None
        return {
            "version": outcome.version,
            "kind": outcome.kind,
            "text": outcome.text,
            "topic": topic.public_id if topic else "",
            "links": links_text(outcome.links.all()),
            "happened_on": outcome.happened_on,
            "owner": outcome.owner.public_id if outcome.owner else "",
            "due": outcome.due,
            "people": [each.public_id for each in outcome.people.all()],
        }

    def differences(self, theirs):
        names = dict(self.fields["people"].choices)
        found = super().differences({key: value for key, value in theirs.items() if key != "people"})
        mine = sorted(names.get(each, each) for each in self["people"].value() or ())
        stored = sorted(names.get(each, each) for each in theirs["people"])
        if mine != stored:
            found.append(Difference(str(self.fields["people"].label), ", ".join(mine), ", ".join(stored)))
        return found
