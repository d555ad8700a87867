"""Everything that the actions log can be told in a sentence."""

import re
from pathlib import Path

from uconf.activity_words import OWN_SENTENCES, SENTENCES

ROOT = Path(__file__).resolve().parents[2]
KEY = re.compile(r"\"([a-z]+\.[a-z_]+)\"")
CALL = re.compile(r"(?:activity\.record|_log|_record|\blog)\(\s*([^)]*)\)|\bwhat\s*=\s*([^\n]*)")


def keys_in_the_code():
    found = set()
    for room in ("uconf", "topics", "attendees", "outcomes"):
        for path in (ROOT / room).rglob("*.py"):
            for call in CALL.finditer(path.read_text()):
                found |= set(KEY.findall(call.group(0)))
    return found


def test_every_key_that_is_logged_has_a_sentence():
    logged = keys_in_the_code()

    assert len(logged) > 50
    assert logged - set(SENTENCES) == set()


def test_no_sentence_is_left_of_what_is_no_longer_logged():
    code = "".join(
        path.read_text()
        for room in ("uconf", "topics", "attendees", "outcomes")
        for path in (ROOT / room).rglob("*.py")
        if path.name != "activity_words.py"
    )

    assert {key for key in SENTENCES if f'"{key}"' not in code} == set()


def test_what_people_do_themselves_is_also_told_when_others_do_it():
    assert set(OWN_SENTENCES) <= set(SENTENCES)
