"""A conference's zone: when it changes, every session keeps its time on the wall."""

from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendees.actions import zones as attendees_zones
from topics.agenda import sessions
from topics.models import Release, Session
from uconf.actions import conference_settings
from uconf.lib.refusals import Refusal


@transaction.atomic
def change_conference(*, conference, version, by, zone_confirmed=False, **values):
    """Save a conference's settings. A new zone moves the sessions so that their local times stay.

    Raises EditConflict if somebody else saved first, and Refusal until a new zone is confirmed wherever
    sessions exist: it tells what would happen.
    """
    old_zone = conference.timezone
    new_zone = values.get("timezone", old_zone)
    if new_zone != old_zone and not zone_confirmed:
        _refuse_unconfirmed(conference, old_zone, new_zone)
    conference_settings.change(conference=conference, version=version, by=by, **values)
    if new_zone != old_zone:
        sessions.shift_sessions_to_zone(conference=conference, old_zone=old_zone, new_zone=new_zone, by=by)
        attendees_zones.shift_times_to_zone(conference=conference, old_zone=old_zone, new_zone=new_zone)
    return conference


def outside_the_days(conference):
    """A sentence for each microconference whose sessions are not on the conference's days (any more)."""
    found = {}
    rows = Session.objects.filter(microconference__conference=conference).select_related("microconference")
    for each in rows.order_by("microconference__title", "starts_at"):
        first, last = (at.astimezone(conference.zone).date() for at in (each.starts_at, each.ends_at))
        if first < conference.starts_on or last > conference.ends_on:
            found.setdefault(each.microconference, first)
    released = set(Release.objects.filter(microconference__in=found).values_list("microconference", flat=True))
    says = _("“%(mc)s” meets on %(day)s, which is not a day of the conference. Its leads have to move its session.")
    published = _(
        "“%(mc)s” meets on %(day)s, which is not a day of the conference, and has published that. Its leads have to "
        "move its session and publish again."
    )
    return [
        (published if mc.pk in released else says) % {"mc": mc, "day": date_format(day, "j F Y")}
        for mc, day in found.items()
    ]


def _refuse_unconfirmed(conference, old_zone, new_zone):
    first = Session.objects.filter(microconference__conference=conference).order_by("starts_at").first()
    if first is None:
        return
    count = Session.objects.filter(microconference__conference=conference).count()
    local = first.starts_at.astimezone(ZoneInfo(old_zone))
    sentences = [
        ngettext(
            "%(count)s session has its time in %(old)s. It keeps its local time: %(time)s there becomes %(time)s in "
            "%(new)s.",
            "%(count)s sessions have their times in %(old)s. They keep their local times: %(time)s there becomes "
            "%(time)s in %(new)s.",
            count,
        )
        % {"count": count, "old": old_zone, "new": new_zone, "time": f"{local:%H:%M}"}
    ]
    releases = Release.objects.filter(microconference__conference=conference).count()
    if releases:
        sentences.append(
            ngettext(
                "%(count)s release keeps the times that were published: publish a new one afterwards.",
                "%(count)s releases keep the times that were published: publish new ones afterwards.",
                releases,
            )
            % {"count": releases}
        )
    sentences.append(_("Tick the box to change the zone, or write %(old)s again.") % {"old": old_zone})
    raise Refusal(" ".join(sentences), field="zone_confirmed")
