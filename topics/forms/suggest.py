from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from topics.agenda.plain import Placed
from topics.agenda.suggesting import MOST_OTHERS, Wishes
from topics.models import AgendaItem
from uconf.forms import PlainForm
from uconf.lib import limits

WEIGHTS = [(0, _("not at all")), (1, pgettext_lazy("weight", "as usual")), (3, _("very much"))]
SHORTENED = [(100, _("not shortened")), (75, _("to three quarters")), (50, _("to half"))]


def _weight(label):
    return forms.TypedChoiceField(label=label, choices=WEIGHTS, coerce=int, required=False, empty_value=1)


def _minutes(label):
    return forms.IntegerField(label=label, min_value=0, max_value=limits.MINUTES)


class WishesForm(PlainForm):
    """What a suggestion should keep and what weighs how much. Read from the address; without ``asked``: the usual."""

    RULES = ("all_accepted", "cannot", "elsewhere", "remote", "order", "breaks", "pins")
    WEIGHTS = ("interest", "needed", "published", "staying")
    LENGTHS = ("shrink", "break_minutes", "opening", "wrap_up")

    asked = forms.CharField(widget=forms.HiddenInput, required=False, initial="1")
    another = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=MOST_OTHERS)
    all_accepted = forms.BooleanField(label=_("Every accepted topic has to be placed"), required=False)
    cannot = forms.BooleanField(label=_("Nobody needed during a time they cannot"), required=False)
    elsewhere = forms.BooleanField(label=_("Nobody needed in two places at once"), required=False)
    remote = forms.BooleanField(label=_("Who comes remotely only where the room has means for it"), required=False)
    order = forms.BooleanField(label=_("Topics after those that they should come after"), required=False)
    breaks = forms.BooleanField(label=_("A break before two hours are over"), required=False)
    pins = forms.BooleanField(label=_("What is pinned stays at its time"), required=False)
    interest = _weight(_("How many want a topic"))
    needed = _weight(_("Needed people who come"))
    published = _weight(_("Near its published time"))
    staying = _weight(_("People who can stay seated"))
    shrink = forms.TypedChoiceField(label=_("Topics may be shortened"), choices=SHORTENED, coerce=int)
    break_minutes = _minutes(_("Break, minutes"))
    opening = _minutes(_("Opening, minutes"))
    wrap_up = _minutes(_("Wrap-up, minutes"))

    @property
    def wishes(self):
        values = self.cleaned_data
        return Wishes(**{name: values[name] for name in (*self.RULES, *self.WEIGHTS, *self.LENGTHS)})

    @property
    def rules(self):
        return [self[name] for name in self.RULES]

    @property
    def weights(self):
        return [self[name] for name in self.WEIGHTS]

    @property
    def lengths(self):
        return [self[name] for name in self.LENGTHS]


class TakeForm(PlainForm):
    """A suggestion as its page showed it: each item as “session kind topic minutes pinned-minute presenting”."""

    version = forms.IntegerField(min_value=0)

    def __init__(self, *args, snapshot, **kwargs):
        super().__init__(*args, **kwargs)
        self.sessions = {block.public_id: block.id for block in snapshot.sessions}
        self.topics = {topic.public_id: topic.id for topic in snapshot.topics.values()}

    def clean(self):
        values = super().clean()
        try:
            self.items = [self._item(line.split()) for line in self.data.getlist("item")]
        except (KeyError, ValueError) as unreadable:
            raise forms.ValidationError(
                _("This suggestion no longer fits what is there: a session or a topic is gone. Look at the new one.")
            ) from unreadable
        if not self.items:
            raise forms.ValidationError(_("There was nothing in this suggestion. Look at the new one."))
        return values

    def _item(self, words):
        session, kind, topic, minutes, pinned, presenting = words
        if kind not in AgendaItem.Kind.values:
            raise ValueError(kind)
        return Placed(
            self.sessions[session], kind, None if topic == "-" else self.topics[topic], int(minutes), pinned != "-",
            None if pinned == "-" else int(pinned), None if presenting == "-" else int(presenting),
        )  # fmt: skip

    @staticmethod
    def written(snapshot, rows):
        """The rows of a suggestion as the form sends them."""
        sessions = {block.id: block.public_id for block in snapshot.sessions}

        def word(value):
            return "-" if value is None else str(value)

        return [
            " ".join((sessions[row.session], row.kind, snapshot.topics[row.topic].public_id if row.topic else "-",
                      str(row.minutes), word(row.pinned_minute), word(row.presenting)))
            for row in rows
        ]  # fmt: skip
