"""Times that people write, such as “16:00–17:00, after 18:30”, read into instants; plain Python."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

LONGEST = 500
Span = tuple[datetime, datetime]

_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?"
_RANGE = re.compile(rf"(?:from\s+)?{_CLOCK}\s*(?:-|–|—|to|until|till|bis)\s*{_CLOCK}", re.ASCII)
_AFTER = re.compile(rf"(?:after|from|not after)\s+{_CLOCK}", re.ASCII)
_BEFORE = re.compile(rf"(?:before|until|till|not before)\s+{_CLOCK}", re.ASCII)
_WHOLE = ("all day", "all", "the whole day", "whole day", "all of it", "not at all")


def parse(text: str, *, day: date, zone: str, sessions: list[Span]) -> list[Span]:
    """What somebody wrote for a day, as spans in UTC, sorted; an empty text gives none.

    Times are read in ``zone``. Raises ValueError with a sentence for what cannot be read, ends before it
    starts, or lies outside all of the day's sessions (most often a time of another zone).
    """
    if len(text) > LONGEST:
        raise ValueError(_("That is longer than any list of times. Write it like 16:00–17:00, 18:30–19:00."))
    parts = [part.strip() for part in re.split(r"[,;\n]|\band\b", text.casefold()) if part.strip()]
    spans = sorted({_span(part, day, zone) for part in parts})
    for start, end in spans:
        if sessions and not any(start < ends and end > starts for starts, ends in sessions):
            raise ValueError(
                _("%(span)s is outside of the session (%(session)s). Write times of this zone, on 24 hours.")
                % {
                    "span": words([(start, end)], day=day, zone=zone),
                    "session": words(sessions, day=day, zone=zone),
                }
            )
    return spans


def words(spans: list[Span], *, day: date, zone: str) -> str:
    """Spans of a day as people write them; ``parse`` reads the result back."""
    starts, ends = _instant(day, 0, zone), _instant(day, 24 * 60, zone)
    found = []
    for start, end in sorted(spans):
        if start <= starts and end >= ends:
            found.append("all day")
        elif end >= ends:
            found.append(f"after {start.astimezone(ZoneInfo(zone)):%H:%M}")
        elif start <= starts:
            found.append(f"before {end.astimezone(ZoneInfo(zone)):%H:%M}")
        else:
            found.append(f"{start.astimezone(ZoneInfo(zone)):%H:%M}–{end.astimezone(ZoneInfo(zone)):%H:%M}")
    return ", ".join(found)


def _span(part: str, day: date, zone: str) -> Span:
    if part in _WHOLE:
        return _instant(day, 0, zone), _instant(day, 24 * 60, zone)
    if match := _AFTER.fullmatch(part):
        start, end = _minutes(part, *match.groups()), 24 * 60
    elif match := _BEFORE.fullmatch(part):
        start, end = 0, _minutes(part, *match.groups())
    elif match := _RANGE.fullmatch(part):
        hour, minute, half, *until = match.groups()
        # “4–5 pm” says pm once for both.
        start, end = _minutes(part, hour, minute, half or until[2]), _minutes(part, *until)
        if start >= end and not half and until[2]:
            start = _minutes(part, hour, minute, None)
    else:
        raise ValueError(_("“%(part)s” is not readable. Write it like 16:00–17:00, or “after 16:00”.") % {"part": part})
    if start >= end:
        raise ValueError(
            _("“%(part)s” ends before it starts. Write the earlier time first, such as 16:00–17:00.") % {"part": part}
        )
    return _instant(day, start, zone), _instant(day, end, zone)


def _minutes(part: str, hour: str, minute: str | None, half: str | None) -> int:
    hours, minutes = int(hour), int(minute or 0)
    if half and 1 <= hours <= 12:
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        raise ValueError(_("“%(part)s” has a time that no clock shows. Write it like 16:00–17:00.") % {"part": part})
    return hours * 60 + minutes


def _instant(day: date, minutes: int, zone: str) -> datetime:
    """The instant at which the clocks of a zone show a time; 24:00 is the next day's midnight."""
    if minutes == 24 * 60:
        day, minutes = day + timedelta(days=1), 0
    return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=ZoneInfo(zone)).astimezone(UTC)
