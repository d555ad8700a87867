"""Conferences: their days and habits. (A zone is changed by uconf.lifecycle.zones: sessions must follow.)"""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from uconf.actions import activity, changes, committee
from uconf.lib import addresses, clock
from uconf.lib.races import looks_again
from uconf.lib.refusals import Refusal
from uconf.models import RESERVED_SLUGS, Conference

SETTINGS = frozenset(
    ["name", "starts_on", "ends_on", "timezone", "venue", "website", "policy_url", "official_schedule_url",
     "session_minutes", "break_minutes", "quiet_days"]
)  # fmt: skip


WEEKS_AHEAD = 8
DAYS = 3


@transaction.atomic
@looks_again
def make(*, name, slug, starts_on, ends_on, by, timezone="UTC", **values):
    """Make a conference; whoever makes it, if anybody, is its first committee member. Raises Refusal."""
    if slug in RESERVED_SLUGS:
        raise Refusal(
            _("“%(slug)s” is used by the site itself. Choose another address.") % {"slug": slug}, field="slug"
        )
    if Conference.objects.filter(slug=slug).exists():
        raise Refusal(
            _("There is a conference at “%(slug)s” already. Choose another address.") % {"slug": slug}, field="slug"
        )
    conference = Conference(slug=slug)
    changes.apply(
        conference, {**values, "name": name, "starts_on": starts_on, "ends_on": ends_on, "timezone": timezone}
    )
    _refuse_what_cannot_be(conference)
    conference.save()
    activity.record("conference.made", on=conference, by=by, subject=conference)
    if by is not None:
        committee.join(conference=conference, user=by, by=by)
    return conference


@transaction.atomic
@looks_again
def find_or_make(*, slug, name=""):
    """The conference of a slug, and whether it is new. A new one takes place in eight weeks, until corrected.

    For a command: nobody is on a new one's committee yet. Raises Refusal.
    """
    found = Conference.objects.filter(slug=slug).first()
    if found is not None:
        return found, False
    starts_on = clock.today("UTC") + timedelta(weeks=WEEKS_AHEAD)
    name = addresses.one_line(name) or slug.replace("-", " ").replace("_", " ").title()
    return make(name=name, slug=slug, starts_on=starts_on, ends_on=starts_on + timedelta(days=DAYS - 1), by=None), True


@transaction.atomic
def change(*, conference, version, by, **values):
    """Save a conference's settings. Raises EditConflict or Refusal."""
    if unknown := set(values) - SETTINGS:
        raise TypeError(f"no settings: {sorted(unknown)}")
    before, after = changes.apply(conference, values)
    if after:
        _refuse_what_cannot_be(conference)
        conference.save_if_unchanged(version=version, fields=list(after))
        activity.record("conference.changed", on=conference, by=by, subject=conference, before=before, after=after)
    return conference


def _refuse_what_cannot_be(conference):
    if not conference.name.strip():
        raise Refusal(_("A conference needs a name. Write one."), field="name")
    if conference.ends_on < conference.starts_on:
        raise Refusal(
            _("The last day, %(last)s, is before the first, %(first)s. Change one of them.")
            % {"last": conference.ends_on, "first": conference.starts_on},
            field="ends_on",
        )
