from datetime import date

import pytest

from uconf.lib.days import span


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2031, 9, 20), date(2031, 9, 20), "20 September 2031"),
        (date(2031, 9, 20), date(2031, 9, 24), "20–24 September 2031"),
        (date(2031, 9, 30), date(2031, 10, 2), "30 September – 2 October 2031"),
        (date(2031, 12, 30), date(2032, 1, 2), "30 December 2031 – 2 January 2032"),
    ],
)
def test_days_are_written_without_saying_anything_twice(first, last, words):
    assert span(first, last) == words
