"""Days as people write them."""

from datetime import date

from django.utils.formats import date_format


def span(first: date, last: date) -> str:
    """Two days as one phrase: “20–24 September 2031”, “30 September – 2 October 2031”, “20 September 2031”."""
    if first == last:
        return date_format(first, "j F Y")
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date_format(last, 'j F Y')}"
    start = date_format(first, "j F") if first.year == last.year else date_format(first, "j F Y")
    return f"{start} – {date_format(last, 'j F Y')}"
