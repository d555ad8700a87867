"""Why a file cannot be read: the reader's own English, and the form's words for it."""

from pathlib import Path

import pytest
from django.utils.translation import gettext

from uconf.forms import proposal as form
from uconf.proposal import reader
from uconf.proposal.reader import REFUSALS, UnreadableProposal, decode

VALUES = {"limit": "1,000,000", "at": 8, "byte": "eb", "line": 2}


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_refusal_of_the_reader_has_the_same_words_in_the_form(code):
    refusal = UnreadableProposal(code, **VALUES)

    assert form.refusal_in_words(refusal) == str(refusal)
    assert "%" not in str(refusal)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_sentence_of_a_refusal_can_be_translated(code, monkeypatch):
    monkeypatch.setattr(form, "_", lambda text: f"<{gettext(text)}>")

    words = form.refusal_in_words(UnreadableProposal(code, **VALUES))

    assert words.strip("<>").replace("> <", " ") == str(UnreadableProposal(code, **VALUES))


def test_the_form_says_it_in_its_own_words(monkeypatch):
    monkeypatch.setattr(form, "_", lambda text: text.upper() if "%" not in text else text)

    filled = form.TextForm({"text": "%PDF-1.7", "kind": "auto"})

    assert filled.errors["text"][0].startswith("THIS IS A PDF, NOT TEXT.")


def test_a_refusal_carries_its_code_and_what_it_names():
    with pytest.raises(UnreadableProposal) as refused:
        decode(b"Kites\nZo\xeb\n")

    assert (refused.value.code, refused.value.values) == ("utf8", {"at": 8, "byte": "eb", "line": 2})


def test_the_reader_needs_no_django():
    sources = sorted(Path(reader.__file__).parent.glob("*.py"))

    assert sources
    assert [path.name for path in sources if "django" in path.read_text(encoding="utf-8").lower()] == []
