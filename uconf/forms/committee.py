"""What the committee sets: the conference, its rooms, and what becomes of a microconference."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from uconf.forms.base import PlainForm, VersionedForm
from uconf.forms.fields import DaysField, ZoneField, day_field, web_address_field
from uconf.forms.team import address_field
from uconf.lib import limits
from uconf.models import Microconference


class ConferenceFields(PlainForm):
    """What a conference is; for a new one and for its settings alike."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=limits.NAME)
    starts_on = day_field(label=gettext_lazy("First day"))
    ends_on = day_field(label=gettext_lazy("Last day"))
    timezone = ZoneField(
        label=gettext_lazy("Time zone"),
        max_length=60,
        help_text=gettext_lazy("As the IANA names it, like Europe/Dublin. Every time on every page is shown in it."),
    )
    venue = forms.CharField(label=gettext_lazy("Venue"), required=False, max_length=limits.NAME)
    website = web_address_field(label=gettext_lazy("Website"), required=False)
    policy_url = web_address_field(
        label=gettext_lazy("Conduct policy"),
        required=False,
        help_text=gettext_lazy("With an address here, leads agree to it before they submit."),
    )
    official_schedule_url = web_address_field(
        label=gettext_lazy("Official timetable"),
        required=False,
        help_text=gettext_lazy("If it lives elsewhere: every schedule page names it."),
    )
    session_minutes = forms.IntegerField(
        label=gettext_lazy("Usual session, minutes"), min_value=15, max_value=720, initial=210
    )
    break_minutes = forms.IntegerField(
        label=gettext_lazy("Usual break, minutes"), min_value=0, max_value=limits.MINUTES, initial=30
    )
    quiet_days = DaysField(
        label=gettext_lazy("Quiet days"),
        required=False,
        help_text=gettext_lazy("One day a line. Reminders wait until they are over."),
    )

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error(
                "ends_on",
                _("The last day, %(last)s, is before the first, %(first)s. Change one of them.")
                % {"last": last, "first": first},
            )
        return cleaned


class NewConferenceForm(ConferenceFields):
    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits and hyphens, like plumbers-2031. It stays the same for good."),
    )

    field_order = ["name", "slug"]


class ConferenceForm(VersionedForm, ConferenceFields):
    """The settings of a conference."""

    shares_its_page = True

    zone_confirmed = forms.BooleanField(
        label=gettext_lazy("Change the zone, and keep the local times of the sessions"), required=False
    )

    field_order = ["name", "starts_on", "ends_on", "timezone", "zone_confirmed"]

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, initial=self.initial_of(conference), **kwargs)

    @staticmethod
    def initial_of(conference):
        """What the form shows before anybody types."""
        names = [name for name in ConferenceFields.base_fields if name != "quiet_days"]
        return {
            **{name: getattr(conference, name) for name in names},
            "quiet_days": "\n".join(conference.quiet_days),
            "version": conference.version,
        }


class NewRoomForm(PlainForm):
    """Add a room."""

    prefix = "new"

    name = forms.CharField(
        label=gettext_lazy("Name of another room"),
        max_length=limits.NAME,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("another room")}),
    )
    remote_capable = forms.BooleanField(
        label=gettext_lazy("people can take part remotely"), required=False, initial=True
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"class": "form-control", "aria-label": self.fields["name"].label}


class RoomForm(VersionedForm):
    """One of the rooms that are there."""

    shares_its_page = True

    name = forms.CharField(max_length=limits.NAME)
    remote_capable = forms.BooleanField(label=gettext_lazy("people can take part remotely"), required=False)

    def __init__(self, *args, room, **kwargs):
        super().__init__(*args, prefix=room.public_id, initial=self.initial_of(room), **kwargs)
        label = _("Name of %(room)s") % {"room": room}
        self.fields["name"].label = label
        self.fields["name"].widget.attrs |= {"class": "form-control", "aria-label": label}

    @staticmethod
    def initial_of(room):
        """What the row shows before anybody types."""
        return {"name": room.name, "remote_capable": room.remote_capable, "version": room.version}


class CommitteeMemberForm(PlainForm):
    """Put somebody on the committee by their address."""

    prefix = "member"

    name = forms.CharField(label=gettext_lazy("Name"), max_length=limits.NAME)
    address = address_field()


class PlaceForm(VersionedForm):
    """The kind and room of a microconference."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Microconference.Kind.choices)
    room = forms.ModelChoiceField(
        label=gettext_lazy("Room"), queryset=None, required=False, empty_label=gettext_lazy("no room yet")
    )

    def __init__(self, *args, microconference, **kwargs):
        super().__init__(*args, initial=self.initial_of(microconference), **kwargs)
        self.fields["room"].queryset = microconference.conference.rooms.all()

    @staticmethod
    def initial_of(microconference):
        return {"kind": microconference.kind, "room": microconference.room_id, "version": microconference.version}


class DeclineForm(PlainForm):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=limits.NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Its leads read this. One honest sentence is enough."),
    )


class MergeForm(PlainForm):
    """Which microconference to merge into."""

    into = forms.ModelChoiceField(
        label=gettext_lazy("Into"), queryset=Microconference.objects.none(), to_field_name="slug", empty_label=None
    )

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = candidates
