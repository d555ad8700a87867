from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendees import times

DAY, ZONE = date(2031, 9, 21), "Europe/Dublin"  # one hour ahead of UTC on that day
SESSION = (datetime(2031, 9, 21, 13, tzinfo=UTC), datetime(2031, 9, 21, 16, 30, tzinfo=UTC))  # 14:00 to 17:30


def read(text, sessions=(SESSION,)):
    return times.parse(text, day=DAY, zone=ZONE, sessions=list(sessions))


def utc(hour, minute=0):
    return datetime(2031, 9, 21, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("16:00–17:00", [(utc(15), utc(16))]),
        ("16-17", [(utc(15), utc(16))]),
        ("from 16:00 to 17.00", [(utc(15), utc(16))]),
        ("4pm - 5:15 pm", [(utc(15), utc(16, 15))]),
        ("4–5 pm", [(utc(15), utc(16))]),
        ("11–2:30pm, 17:00-17:30", [(utc(10), utc(13, 30)), (utc(16), utc(16, 30))]),
        ("after 16:00", [(utc(15), utc(23))]),
        ("Not after 16h00", [(utc(15), utc(23))]),
        ("before 15:00 and after 17:00", [(utc(-1), utc(14)), (utc(16), utc(23))]),
        ("all day", [(utc(-1), utc(23))]),
        ("16:00–24:00", [(utc(15), utc(23))]),
    ],
)
def test_times_are_read_in_the_conferences_zone(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sometimes", "“sometimes” is not readable"),
        ("17:00–16:00", "ends before it starts"),
        ("16:00–16:00", "ends before it starts"),
        ("25:00–26:00", "no clock shows"),
        ("16:75–17:00", "no clock shows"),
        ("09:00–10:00", r"09:00–10:00 is outside of the session \(14:00–17:30\)"),
        ("9" * 501, "longer than any list"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read(text)


def test_a_time_that_touches_the_session_by_a_minute_is_kept():
    assert read("13:00–14:01") == [(utc(12), utc(13, 1))]


@given(st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=4))
def test_words_are_read_back_as_the_same_spans(pairs):
    spans = sorted({(utc(-1, start), utc(-1, min(start + length, 1440))) for start, length in pairs})

    assert read(times.words(spans, day=DAY, zone=ZONE), sessions=[]) == spans


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    try:
        spans = read(text)
    except ValueError as refusal:
        assert str(refusal)
    else:
        assert all(start < end for start, end in spans)
