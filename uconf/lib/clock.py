"""The one clock: every “now” in the code comes from here, so that a test can move it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return timezone.now()  # noqa: TID251  (this is the one place)


def today(zone: str) -> date:
    """The present day in an IANA zone such as ``Europe/Dublin``."""
    return now().astimezone(ZoneInfo(zone)).date()
