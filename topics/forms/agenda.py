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

    def __init__(self, *args, draft, **kwargs):
        super().__init__(*args, **kwargs)
        self.draft = draft
        self.minutes, self.presenting, self.refused = {}, {}, {}

    def clean(self):
        values = super().clean()
        shown = {}
        for each in (values.get("shown") or "").split():
            key, minutes, presenting = (*each.split(":"), "", "")[:3]
            shown[key] = {"m": minutes, "p": presenting}
        for field in self.data:
            name, _dash, key = field.partition("-")
            if name in ("m", "p") and key:
                self._read(name, key, shown.get(key, {}).get(name))
        # A name that is refused already, such as one far too long, is in no list of values any more.
        self.act, self.value = ("minutes", "") if self.errors else self._pressed(values)
        if self.act not in ACTS and self.act not in ("ask", "accept", "take_back"):
            self.add_error(None, _("This button is not known here. Open the page again."))
        return values

    def _read(self, name, key, shown):
        """What was typed for an item, if it is not what stood there."""
        typed = self.data[f"{name}-{key}"].strip()[:20]
        if typed == shown:
            return
        into, least = (self.minutes, 1) if name == "m" else (self.presenting, 0)
        minutes = whole(typed, most=limits.MINUTES)
        if minutes is not None and minutes >= least:
            into[key] = minutes
        else:
            words = {"least": least, "most": limits.MINUTES, "typed": typed}
            self.refused[key] = _("Write a number from %(least)s to %(most)s. You wrote “%(typed)s”.") % words

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
        rows = self.draft.items.filter(session__public_id=session).order_by("position", "pk")
        there = list(rows.values_list("public_id", flat=True))
        line = [each for each in there if each != key]
        if before == key:  # before itself: where it is
            position = there.index(key) if key in there else None
        else:
            position = line.index(before) if before in line else None
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
