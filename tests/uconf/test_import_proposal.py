import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from tests.factories import ConferenceFactory
from uconf.models import Microconference

TEXT = "Example Locks Microconference\n\nTopics:\n\n- Fair locks: who goes first\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "proposal.txt"
    path.write_text(TEXT)
    return str(path)


@pytest.mark.django_db
def test_a_dry_run_needs_no_conference_and_prints_one_object(file, capsys):
    call_command("import_proposal", file, dry_run=True, json=True)

    told = json.loads(capsys.readouterr().out)
    assert told["title"] == "Example Locks"
    assert [topic["title"] for topic in told["topics"]] == ["Fair locks"]
    assert not Microconference.objects.exists()


@pytest.mark.django_db
def test_a_proposal_on_standard_input_is_stored(monkeypatch, capsys):
    ConferenceFactory(slug="example")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))

    call_command("import_proposal", "-", conference="example")

    assert Microconference.objects.get().organize_url() in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "--conference"),
        ({"conference": "nowhere"}, "no conference “nowhere”"),
    ],
)
def test_what_is_missing_is_named(file, arguments, says):
    with pytest.raises(CommandError, match=says):
        call_command("import_proposal", file, **arguments)


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(CommandError, match=r"nothing\.txt cannot be read"):
        call_command("import_proposal", "nothing.txt", dry_run=True)
