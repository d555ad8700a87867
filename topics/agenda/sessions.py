"""Sessions: blocks of time in a room. Given in the conference's own time, stored as instants."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import formats
from django.utils.translation import gettext as _

from topics.agenda import drafts, warnings
from topics.agenda.snapshot import load
from topics.models import Session
from uconf.actions import activity
from uconf.lib import localtime
from uconf.lib.refusals import Refusal


@transaction.atomic
def add_session(*, microconference, starts_at, ends_at, room=None, by):
    """Add a session. Times without a zone are the conference's local time. Raises Refusal.

    The same session twice is added once. What is odd but allowed is said by ``concerns``.
    """
    starts_at, ends_at = _times(microconference, starts_at, ends_at)
    _refuse_foreign_room(microconference, room)
    session, created = Session.objects.get_or_create(
        microconference=microconference, starts_at=starts_at, ends_at=ends_at, room=room
    )
    if created:
        activity.record("session.added", on=microconference, by=by, subject=_words(session, microconference))
    return session


@transaction.atomic
def change_session(*, session, starts_at, ends_at, room, version, by):
    """Move a session in time or to another room; its items move with it. Releases stay as they are.

    Raises Refusal, and EditConflict if somebody changed it meanwhile.
    """
    microconference = session.microconference
    starts_at, ends_at = _times(microconference, starts_at, ends_at)
    _refuse_foreign_room(microconference, room)
    before = _words(session, microconference)
    same = (session.starts_at, session.ends_at, session.room_id) == (starts_at, ends_at, room.pk if room else None)
    if same:
        return session
    session.starts_at, session.ends_at, session.room = starts_at, ends_at, room
    session.save_if_unchanged(version=version, fields=["starts_at", "ends_at", "room"])
    after = _words(session, microconference)
    activity.record("session.changed", on=microconference, by=by, subject=after, before={"session": before},
                    after={"session": after})  # fmt: skip
    return session


@transaction.atomic
def remove_session(*, session, by):
    """Remove a session. Its topics wait beside the agenda again; its pauses go. Returns how many topics wait."""
    waiting = drafts.forget_session(session=session)
    activity.record("session.removed", on=session.microconference, by=by,
                    subject=_words(session, session.microconference), after={"topics": waiting})  # fmt: skip
    Session.objects.filter(pk=session.pk).delete()
    return waiting


@transaction.atomic
def shift_sessions_to_zone(*, conference, old_zone, new_zone, by):
    """Keep what the clocks on the wall show when a conference's zone is set right. Releases stay as they are.

    Returns how many sessions moved in time.
    """
    moved, per_mc = 0, {}
    rows = Session.objects.select_for_update(of=("self",)).filter(microconference__conference=conference)
    for session in rows.select_related("microconference"):
        starts_at = localtime.same_wall_time(session.starts_at, old_zone, new_zone)
        ends_at = localtime.same_wall_time(session.ends_at, old_zone, new_zone)
        if (starts_at, ends_at) == (session.starts_at, session.ends_at):
            continue
        ends_at = max(ends_at, starts_at + (session.ends_at - session.starts_at)) if ends_at <= starts_at else ends_at
        Session.objects.filter(pk=session.pk).update(starts_at=starts_at, ends_at=ends_at, version=F("version") + 1)
        moved += 1
        per_mc[session.microconference] = per_mc.get(session.microconference, 0) + 1
    for microconference, count in per_mc.items():
        activity.record("session.zone", on=microconference, by=by, before={"zone": old_zone},
                        after={"zone": new_zone, "sessions": count})  # fmt: skip
    return moved


def concerns(session):
    """What is odd about a saved session, in sentences: allowed, but the lead should know. Reads only."""
    microconference = session.microconference
    found = [
        f"{each.sentence[:1].upper()}{each.sentence[1:]}."
        for check in (warnings.two_in_one_room, warnings.outside_the_conference)
        for each in check(load(microconference))
        if each.session_id == session.pk
    ]
    return [*found, *_release_concern(session)]


def _release_concern(session):
    """That readers still see another time or room than the session now has."""
    release = session.microconference.releases.first()
    published_sessions = release.content["sessions"] if release else []
    theirs = next((each for each in published_sessions if each["id"] == session.public_id), None)
    if theirs is None:
        return []
    room = session.room.name if session.room_id else ""
    published = [datetime.fromisoformat(theirs[key]) for key in ("starts_at", "ends_at")]
    if published == [session.starts_at, session.ends_at] and theirs["room"] == room:
        return []
    zone = ZoneInfo(release.content["timezone"])
    starts_at, ends_at = (moment.astimezone(zone) for moment in published)
    words = {
        "number": release.number,
        "start": f"{formats.date_format(starts_at, 'j F')}, {starts_at:%H:%M}",
        "end": f"{ends_at:%H:%M}",
        "room": theirs["room"] or _("no room yet"),
    }
    return [
        _("Release %(number)s still shows %(start)s–%(end)s, %(room)s. Publish again to tell your readers.") % words
    ]


def _times(microconference, starts_at, ends_at):
    found = []
    for field, moment in (("starts", starts_at), ("ends", ends_at)):
        if moment.tzinfo is None:
            try:
                moment = localtime.instant(moment, microconference.timezone)
            except ValueError as refusal:
                raise Refusal(str(refusal), field=field) from None
        found.append(moment)
    if found[1] <= found[0]:
        raise Refusal(_("The session ends before it starts. Give a later end."), field="ends")
    return found


def _refuse_foreign_room(microconference, room):
    if room is not None and room.conference_id != microconference.conference_id:
        raise Refusal(_("%(room)s belongs to another conference. Choose a room of this one.") % {"room": room},
                      field="room")  # fmt: skip


def _words(session, microconference):
    zone = ZoneInfo(microconference.timezone)
    starts_at, ends_at = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    room = f", {session.room}" if session.room_id else ""
    return f"{starts_at:%Y-%m-%d %H:%M}–{ends_at:%H:%M}{room}"
