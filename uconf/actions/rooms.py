"""The rooms of a conference."""

from django.db import transaction
from django.utils.translation import gettext as _

from topics.models import Session
from uconf.actions import activity, changes
from uconf.lib import addresses, limits
from uconf.lib.races import looks_again
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, Room


@transaction.atomic
@looks_again
def add(*, conference, name, remote_capable, by):
    """Add a room. Raises Refusal if there is one of this name."""
    name = _room_name(conference, name)
    room = Room.objects.create(conference=conference, name=name, remote_capable=remote_capable)
    activity.record("room.added", on=conference, by=by, subject=name)
    return room


@transaction.atomic
@looks_again
def change(*, room, version, name, remote_capable, by):
    """Rename a room, or say whether people can take part in it remotely.

    Raises Refusal, and EditConflict if somebody else saved first.
    """
    name = _room_name(room.conference, name, besides=room)
    before, after = changes.apply(room, {"name": name, "remote_capable": remote_capable})
    if after:
        room.save_if_unchanged(version=version, fields=list(after))
        activity.record("room.changed", on=room.conference, by=by, subject=name, before=before, after=after)
    return room


@transaction.atomic
def remove(*, room, by):
    """Remove a room that nobody uses. Raises Refusal while a microconference or a session is in it."""
    users = Microconference.objects.filter(room=room) | Microconference.objects.filter(
        pk__in=Session.objects.filter(room=room).values("microconference")
    )
    titles = ", ".join(f"“{title}”" for title in users.values_list("title", flat=True).distinct().order_by("title")[:3])
    if titles:
        raise Refusal(
            _("“%(room)s” is used by %(titles)s and was not removed. Give them another room first.")
            % {"room": room, "titles": titles}
        )
    activity.record("room.removed", on=room.conference, by=by, subject=room)
    room.delete()


def _room_name(conference, name, besides=None):
    name = addresses.one_line(name)[: limits.NAME]
    if not name:
        raise Refusal(_("A room needs a name. Write one."), field="name")
    if conference.rooms.filter(name=name).exclude(pk=besides and besides.pk).exists():
        raise Refusal(_("There is a room “%(name)s” already. Choose another name.") % {"name": name}, field="name")
    return name
