from datetime import datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from topics.agenda.edits import ACTS, Edit
from uconf.forms import PlainForm, VersionedForm
from uconf.forms.fields import day_field
from uconf.lib import limits, localtime
from uconf.lib.numbers import whole

USUAL_START = time(14, 0)


class AgendaForm(PlainForm):
    """One press in the editor.

    ``m-…`` are minutes as typed and ``shown`` is what stood there; ``do`` is a button for all of it, other names are
    buttons of one thing. ``what`` and ``where`` are the two choices of “Move it there”, ``reason`` is why the warning
    ``why`` is all right.
    """

    BUTTONS = (
        "place", "up", "down", "out", "to", "add", "move", "pin", "unpin", "presenting", "stretch", "shrink", "ask",
        "accept", "take_back",
    )  # fmt: skip

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    do = forms.CharField(required=False, max_length=20)
    shown = forms.CharField(required=False, max_length=20_000)
    what = forms.CharField(required=False, max_length=60)
    where = forms.CharField(required=False, max_length=60)
    why = forms.CharField(required=False, max_length=limits.NOTE)
    reason = forms.CharField(required=False, max_length=limits.NOTE)
    rests = forms.CharField(required=False, max_length=64)

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = items
        self.minutes, self.presenting, self.refused = {}, {}, {}

    def clean(self):
        values = super().clean()
        shown = {}
        for each in (values.get("shown") or "").split():
            key, minutes, presenting = (*each.split(":"), "", "")[:3]
            shown[key] = minutes, presenting
        for item in self.items:
            was = shown.get(item.public_id, (str(item.minutes), ""))
            self._read(item, "m", was[0], self.minutes, 1)
            self._read(item, "p", was[1], self.presenting, 0)
        self.act, self.value = self._pressed(values)
        if self.act not in ACTS and self.act not in ("ask", "accept", "take_back"):
            self.add_error(None, _("This button is not known here. Open the page again."))
        return values

    def _read(self, item, name, shown, into, least):
        """What was typed for an item, if it is not what stood there."""
        typed = self.data.get(f"{name}-{item.public_id}")
        if typed is None or typed.strip() == shown:
            return
        typed = typed.strip()[:20]
        minutes = whole(typed, most=limits.MINUTES)
        if minutes is not None and minutes >= least:
            into[item.public_id] = minutes
        else:
            words = {"least": least, "most": limits.MINUTES, "typed": typed}
            self.refused[item.public_id] = (
                _("Write a number from %(least)s to %(most)s. You wrote “%(typed)s”.") % words
            )

    def is_valid(self):
        return super().is_valid() and not self.refused

    def _pressed(self, values):
        """The act and what it is done to."""
        for name in self.BUTTONS:
            if value := self.data.get(name, "")[:300]:
                return name, value
        act = values.get("do") or "minutes"
        if act == "put":
            return self._put(values)
        if act == "minutes" and values.get("reason") and "not_now" not in self.data:
            return "accept", values.get("why") or ""  # Enter in the field of the reason presses the first button
        return act, ""

    def _put(self, values):
        """“Move it there” as the act that it is."""
        kind, _colon, key = values["what"].partition(":")
        session, _colon, before = values["where"].partition(":")
        if session == "out":
            return "out", key
        line = [item.public_id for item in self.items if item.session.public_id == session and item.public_id != key]
        position = line.index(before) if before in line else None
        if before == key:  # before itself: where it is
            position = [item.public_id for item in self.items if item.session.public_id == session].index(key)
        place = f"{key}:{session}:{len(line) if position is None else position}"
        return ("place", place) if kind == "t" else ("move", place)

    @property
    def edit(self):
        """What was pressed and typed, in plain values."""
        act = getattr(self, "act", "minutes")
        value = self.value if act in ACTS and self.is_bound and hasattr(self, "value") else ""
        return Edit(act if act in ACTS else "minutes", value, dict(self.minutes), dict(self.presenting))


class SessionForm(PlainForm):
    """A block of time in a room, in the conference's own time."""

    day = day_field(label=_("Day"))
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
