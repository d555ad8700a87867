from datetime import datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from topics.agenda.edits import ACTS, Edit
from uconf.forms import PlainForm, VersionedForm
from uconf.lib import limits, localtime

USUAL_START = time(14, 0)


class AgendaForm(PlainForm):
    """One press in the editor. ``m-…`` are minutes as typed, ``was-…`` as they were shown; other names are buttons."""

    BUTTONS = ("place", "up", "down", "out", "to", "add")

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    do = forms.CharField(required=False, max_length=20)

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = items
        for name in self.BUTTONS:
            self.fields[name] = forms.CharField(required=False, max_length=60)
        for item in items:
            self.fields[f"m-{item.public_id}"] = forms.CharField(required=False, max_length=20)
            self.fields[f"was-{item.public_id}"] = forms.CharField(required=False, max_length=20)

    def clean(self):
        values = super().clean()
        self.minutes = {}
        for item in self.items:
            name = f"m-{item.public_id}"
            if name not in self.data:
                continue
            typed, shown = (values.get(name) or "").strip(), values.get(f"was-{item.public_id}") or str(item.minutes)
            if typed == shown:
                continue
            if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= limits.MINUTES:
                self.minutes[item.public_id] = int(typed)
            else:
                self.add_error(
                    name,
                    _("Write a number from 1 to %(most)s. You wrote “%(typed)s”.")
                    % {"most": limits.MINUTES, "typed": typed},
                )
        if (values.get("do") or "minutes") not in ACTS:
            self.add_error(None, _("This button is not known here. Open the page again."))
        return values

    @property
    def edit(self):
        """What was pressed and typed, in plain values."""
        values = getattr(self, "cleaned_data", {})
        name = next((name for name in self.BUTTONS if values.get(name)), None)
        act, value = (name, values[name]) if name else (values.get("do") or "minutes", "")
        return Edit(act if act in ACTS else "minutes", value, dict(getattr(self, "minutes", {})))


class SessionForm(PlainForm):
    """A block of time in a room, in the conference's own time."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(label=_("Starts"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("Ends"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    room = forms.ModelChoiceField(label=_("Room"), queryset=None, required=False, empty_label=_("not known yet"))

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = conference.rooms.all()

    @property
    def times(self):
        """What the sessions' actions take: local start and end, and the room."""
        values = self.cleaned_data
        return {
            "starts_at": datetime.combine(values["day"], values["starts"]),
            "ends_at": datetime.combine(values["day"], values["ends"]),
            "room": values["room"],
        }

    @staticmethod
    def usual(microconference):
        """A first guess: the conference's first day and usual length, the microconference's room."""
        conference = microconference.conference
        start = datetime.combine(conference.starts_on, USUAL_START)
        midnight = datetime.combine(conference.starts_on, time(23, 59))
        end = min(start + timedelta(minutes=conference.session_minutes), midnight)
        return {"day": start.date(), "starts": start.time(), "ends": end.time(), "room": microconference.room_id}

    @staticmethod
    def of(session, zone):
        """A session as the form shows it."""
        starts_at, ends_at = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
        return {
            "day": starts_at.date(), "starts": starts_at.time(), "ends": ends_at.time(), "room": session.room_id,
            "version": session.version,
        }  # fmt: skip


class ChangeSessionForm(SessionForm, VersionedForm):
    """The same for a session that is there already."""


class PublishForm(PlainForm):
    """A word to the readers, and the draft's version that was looked at."""

    note = forms.CharField(
        label=_("A note to your readers"),
        required=False,
        max_length=limits.NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown above the schedule with this release. It may stay empty."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ZoneForm(PlainForm):
    """The zone in which a reader would like to see the times."""

    tz = forms.CharField(label=_("Time zone"), required=False, max_length=60)

    # Offered while typing; every IANA zone is taken.
    SUGGESTED = (
        "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "America/Anchorage",
        "America/Argentina/Buenos_Aires", "America/Bogota", "America/Chicago", "America/Denver", "America/Halifax",
        "America/Los_Angeles", "America/Mexico_City", "America/New_York", "America/Sao_Paulo", "America/St_Johns",
        "America/Toronto", "America/Vancouver", "Asia/Dhaka", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta",
        "Asia/Jerusalem", "Asia/Karachi", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Seoul", "Asia/Shanghai",
        "Asia/Singapore", "Asia/Taipei", "Asia/Tehran", "Asia/Tokyo", "Australia/Adelaide", "Australia/Perth",
        "Australia/Sydney", "Europe/Athens", "Europe/Berlin", "Europe/Brussels", "Europe/Bucharest",
        "Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London",
        "Europe/Madrid", "Europe/Moscow", "Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Rome",
        "Europe/Stockholm", "Europe/Vienna", "Europe/Warsaw", "Europe/Zurich", "Pacific/Auckland",
        "Pacific/Honolulu", "UTC",
    )  # fmt: skip

    def clean_tz(self):
        zone = self.cleaned_data["tz"].strip().replace(" ", "_")
        known = {name.casefold(): name for name in localtime.zones()}
        if zone and zone.casefold() not in known:
            raise forms.ValidationError(
                _("There is no time zone “%(zone)s”. Write one as in “Europe/Berlin” or “Asia/Tokyo”."),
                params={"zone": zone},
            )
        return known.get(zone.casefold(), "")
