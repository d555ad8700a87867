"""How long what is known about people is kept: one function for the page, the letters and the daily clean-up."""

from datetime import date, timedelta

WITHOUT_ANSWER = timedelta(days=400)  # next year's list can still be made from it
YEARS_WITH_ANSWER = 3
TEXTS_OF_LETTERS = timedelta(days=90)
CONFIRMATIONS = timedelta(days=14)  # letters to addresses that nobody has confirmed yet


def last_day(microconference) -> date:
    """The day on which a microconference is over: the last of its conference, or of its year."""
    if microconference.conference_id:
        return microconference.conference.ends_on
    return date(microconference.year, 12, 31)


def kept_until(ends_on: date, *, known_since: date, answered: bool) -> date:
    """The last day on which somebody's place on a list, and all they said in it, is kept.

    What was learned only afterwards counts from then: an old proposal that is imported today is not old news.
    """
    start = max(ends_on, known_since)
    if not answered:
        return start + WITHOUT_ANSWER
    day = 28 if (start.month, start.day) == (2, 29) else start.day
    return start.replace(year=start.year + YEARS_WITH_ANSWER, day=day)


def of_attendee(attendee) -> date:
    """Until when somebody's place on one list is kept, by what they said until now."""
    return kept_until(
        last_day(attendee.microconference),
        known_since=attendee.added_at.date(),
        answered=attendee.last_heard_at is not None,
    )
