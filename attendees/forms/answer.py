"""Forms of an attendee's own page: the answer and what goes with it, topics, times."""

from zoneinfo import ZoneInfo

from django import forms
from django.utils import formats
from django.utils.translation import gettext as _

from attendees import times
from attendees.forms.people import BUTTONS
from attendees.models import Interest, Status
from uconf.forms import PlainForm
from uconf.lib import limits


class AnswerForm(PlainForm):
    """One press is the answer; a note, a name and whether they may be named go with it.

    ``details`` says that those three were on the page: without it only the answer is taken.
    """

    answer = forms.ChoiceField(required=False)
    details = forms.BooleanField(required=False)
    note = forms.CharField(max_length=limits.NOTE, required=False)
    instead = forms.CharField(max_length=limits.NAME, required=False)
    listed = forms.BooleanField(required=False)

    def __init__(self, *args, question, **kwargs):
        super().__init__(*args, **kwargs)
        self.buttons = {value: (choice, mode) for value, choice, mode in BUTTONS[question]}
        self.fields["answer"].choices = [(value, Status(value).label) for value in self.buttons]


class InterestsForm(PlainForm):
    """How much each topic matters; a topic that was not on the page is not touched."""

    def __init__(self, *args, topics, levels, **kwargs):
        super().__init__(*args, **kwargs)
        self.topics = {f"topic-{topic.public_id}": topic for topic in topics}
        for name, topic in self.topics.items():
            self.fields[name] = forms.ChoiceField(
                label=topic.title, required=False, initial=levels.get(topic.pk, ""),
                choices=[("", _("don’t know")), *Interest.Level.choices],
            )  # fmt: skip

    def levels(self):
        """What was said: ``{topic: level or None}``."""
        return {topic: self.cleaned_data[name] or None for name, topic in self.topics.items() if name in self.data}

    def rows(self):
        """Each topic with its field's name, and what is chosen."""
        return [
            {"topic": topic, "name": name, "value": self[name].value() or ""} for name, topic in self.topics.items()
        ]


class TimesForm(PlainForm):
    """Times somebody cannot, one field for each day with a session, in the conference's zone."""

    all_free = forms.BooleanField(required=False)

    def __init__(self, *args, sessions, said, zone, **kwargs):
        self.zone = zone
        self.days = {}
        for session in sessions:
            day = session.starts_at.astimezone(ZoneInfo(zone)).date()
            self.days.setdefault(day, []).append((session.starts_at, session.ends_at))
        cannot = [(each.starts_at, each.ends_at) for each in said.times.all()] if said else []
        initial = {"all_free": bool(said and said.all_free)}
        for day in self.days:
            mine = [span for span in cannot if span[0].astimezone(ZoneInfo(zone)).date() == day]
            initial[f"cannot-{day}"] = times.words(mine, day=day, zone=zone)
        super().__init__(*args, initial=initial, **kwargs)
        for day, spans in self.days.items():
            self.fields[f"cannot-{day}"] = forms.CharField(
                label=f"{formats.date_format(day, 'l j F')}, {times.words(spans, day=day, zone=zone)}",
                required=False, max_length=times.LONGEST,
            )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        cleaned["times"] = []
        for day, sessions in self.days.items():
            name = f"cannot-{day}"
            try:
                spans = times.parse(cleaned.get(name) or "", day=day, zone=self.zone, sessions=sessions)
            except ValueError as refusal:
                self.add_error(name, str(refusal))
            else:
                cleaned["times"] += spans
        return cleaned

    def day_fields(self):
        return [self[f"cannot-{day}"] for day in self.days]

    @property
    def said_something(self):
        return any(self.initial.values())
