"""How letters about the agenda say things: times in a named zone, titles that cannot become links."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from attendees.outreach import placeholders
from topics.agenda import changes
from uconf.lib import addresses


@dataclass(frozen=True)
class ItemWords:
    """One change in a letter: what happened to which topic, where it stands now, where it stood."""

    head: str
    now: str = ""
    was: str = ""


def harmless(text):
    """Somebody's text for a letter: on one line each, and nothing in it can become a personal link."""
    lines = [addresses.one_line(each) for each in text.splitlines()]
    text = "\n".join(lines)
    for link in placeholders.LINKS:
        text = text.replace(f"{{{link}}}", f"({link})")
    return text


def item_words(change, zone, presents=False):
    """A change in words for one reader."""
    names = {"title": harmless(change.stand.title)}
    if change.what == changes.CANCELLED and change.now is not None:
        head = _('Only if time allows: "%(title)s"') % names
    elif change.what == changes.CANCELLED:
        head = _('Not on the agenda any more: "%(title)s"') % names
    else:
        head = (_('Moved: "%(title)s"') if change.what == changes.MOVED else _('New: "%(title)s"')) % names
        head = f"{head} ({_('you lead it') if presents else _('it needs you')})"
    now = when(change.now, zone) if change.now is not None and change.now.starts_at else ""
    was = when(change.was, zone) if change.was is not None and change.was.starts_at else ""
    return ItemWords(head, now, was)


def when(stand, zone):
    """“Tuesday 21 September, 14:30-14:50, Room A”."""
    starts_at = stand.starts_at.astimezone(ZoneInfo(zone))
    ends_at = (stand.starts_at + timedelta(minutes=stand.minutes)).astimezone(ZoneInfo(zone))
    words = f"{formats.date_format(starts_at, 'l j F')}, {starts_at:%H:%M}-{ends_at:%H:%M}"
    return f"{words}, {harmless(stand.room)}" if stand.room else words


def zone_in_words(zone, moment):
    """“IST (Europe/Dublin)”: the short name too, where there is one."""
    short = moment.astimezone(ZoneInfo(zone)).tzname() or ""
    return zone if not short or short[0] in "+-" or short == zone else f"{short} ({zone})"
