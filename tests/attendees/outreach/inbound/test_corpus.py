"""Mails in the styles people use (corpus/*.eml), each with what it must be read as in its name:

    <round> -- <expected> -- <what is special about it>.eml

Expected is an answer (coming, remote, interested, cant), or how it ends: *read* by a person, *list* (others are in copy,
so nothing is interpreted), *automatic*, *bounce* (for good), *delay* (changes nothing), *report* (of another address).
"""

from email.utils import format_datetime
from pathlib import Path

import pytest

from attendees.models import Answer, Letter
from attendees.outreach.inbound import addressing
from tests.attendees.outreach.inbound.conftest import sent_letter, take_in
from tests.factories import LeadFactory, MicroconferenceFactory, PersonFactory, RoundFactory
from uconf.lib import clock

pytestmark = pytest.mark.django_db

CORPUS = sorted(Path(__file__).with_name("corpus").glob("*.eml"))
CLEAR = {
    "coming": ("coming", "in_person"), "remote": ("coming", "remote"), "interested": ("interested", ""),
    "cant": ("cant", ""),
}  # fmt: skip
ENDS = {
    "read": ("unclear", "waiting"), "list": ("list", "waiting"), "automatic": ("automatic", "done"),
    "bounce": ("bounce", "done"), "delay": ("delay", "done"), "report": ("bounce", "waiting"),
}  # fmt: skip


def outcome(path):
    """Read a mail of the corpus as an answer to a real letter; gives (row, letter)."""
    round, _expected, _words = path.stem.split("--")
    mc = MicroconferenceFactory(**{"accepted" if round == "coming" else "submitted": True}, title="Tracing MC")
    lead = LeadFactory(microconference=mc)
    letter = sent_letter(
        mc, lead.user, person=PersonFactory(name="Waldo Madeup", address="waldo@example.org"),
        round=RoundFactory(microconference=mc, question=round),
        body="Hi Waldo,\n\nwe are putting the agenda of the Tracing microconference together.\nWill you be there?\n\n"
        "  coming | coming remotely | not sure yet | can't this time\n\nThanks,\nLeonie",
    )  # fmt: skip
    raw = path.read_bytes()
    for word, value in {
        b"@LETTER@": addressing.of_letter(letter), b"@LEAD@": lead.person.address, b"@MESSAGE-ID@": letter.message_id,
        b"Tue, 2 Sep 2031 10:11:12 +0200": format_datetime(clock.now()),
    }.items():  # fmt: skip
        raw = raw.replace(word, value.encode())
    return take_in(raw, addressing.of_letter(letter)), letter


def test_there_are_at_least_a_hundred_of_them():
    assert len(CORPUS) >= 100


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_it_is_read_as_its_name_says(path):
    expected = path.stem.split("--")[1]

    row, letter = outcome(path)

    said = [(each.answer, each.mode) for each in Answer.objects.all()]
    letter.to_person.refresh_from_db()
    assert bool(letter.to_person.bounced_at) == (expected == "bounce")
    if expected in CLEAR:
        assert said == [CLEAR[expected]], (row.why, row.text)
        return
    assert said == [], row.text
    assert (row.kind, row.state) == ENDS[expected], (row.why, row.text)
    assert not Letter.objects.filter(kind=Letter.Kind.UNDERSTOOD).exists()
    if expected not in ("read", "list"):
        assert Letter.objects.count() == 1, "what no person wrote makes no letter"


@pytest.mark.parametrize("name", ["coming--automatic--null-sender", "coming--list--cc-vger"])
def test_the_guards_are_what_keeps_these_from_being_answers(name, monkeypatch):
    """The same texts would be clear answers without the rule that stands before them."""
    monkeypatch.setattr("attendees.outreach.inbound.automatic.is_automatic", lambda mail: False)
    monkeypatch.setattr("attendees.outreach.inbound.automatic.is_list", lambda mail, recipients: False)
    monkeypatch.setattr("attendees.outreach.inbound.matching.others_in_copy", lambda *args, **more: [])

    outcome(Path(__file__).with_name("corpus") / f"{name}.eml")

    assert Answer.objects.count() == 1
