"""From a day and a time on the wall to an instant, and a sentence where there is none, or two."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _


def instant(local: datetime, zone: str) -> datetime:
    """The instant of a naive local time in an IANA zone. Raises ValueError with a sentence.

    Where clocks change, some times on the wall never come and some come twice; neither is guessed.
    """
    there = local.replace(tzinfo=ZoneInfo(zone), fold=0)
    if there.utcoffset() == there.replace(fold=1).utcoffset():
        return there.astimezone(UTC)
    words = {"time": f"{local:%H:%M}", "day": f"{local:%Y-%m-%d}", "zone": zone}
    if there.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise ValueError(
            _("There is no %(time)s on %(day)s in %(zone)s: the clocks go forward over it. Choose another time.")
            % words
        )
    raise ValueError(
        _("%(time)s comes twice on %(day)s in %(zone)s, as the clocks go back. Choose a time before or after that.")
        % words
    )


def same_wall_time(moment: datetime, old_zone: str, new_zone: str) -> datetime:
    """The instant at which the clocks of a new zone show what those of the old one showed."""
    wall = moment.astimezone(ZoneInfo(old_zone)).replace(tzinfo=None)
    return wall.replace(tzinfo=ZoneInfo(new_zone)).astimezone(UTC)


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Every zone a reader may choose."""
    return frozenset(name for name in available_timezones() if name not in ("localtime", "posixrules", "Factory"))
