"""The house watches itself: floors, migrations, templates, texts, what was vendored, what was locked."""

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.template.loader import get_template

from tests.plugins import services
from tools.untranslated import untranslated

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]


def name_of(path):
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.django_db
def test_the_suite_runs_on_the_servers_it_says():
    wanted = "postgresql" if os.environ.get("TEST_DATABASE") == "postgresql" else "sqlite"

    assert connection.vendor == wanted
    assert bool(settings.REDIS_URL) == (wanted == "postgresql" and not services.missing("Redis"))


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_imports_go_down_the_tower_only():
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )

    assert run.returncode == 0, run.stdout + run.stderr


ACTING = ["actions", "agenda", "outreach", "proposal", "lifecycle"]


def acting_modules():
    """The files of the floors that act."""
    return sorted(
        path
        for room in ("uconf", "topics", "attendees", "outcomes")
        for path in (ROOT / room).rglob("*.py")
        if {part.removesuffix(".py") for part in path.relative_to(ROOT / room).parts} & set(ACTING)
        and not {"views", "forms", "commands"} & set(path.relative_to(ROOT / room).parts)
    )


@pytest.mark.parametrize("path", acting_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_actions_do_not_know_http(path):
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            imported |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}

    assert not imported & {"django.http", "django.shortcuts", "django.contrib.messages"}


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_template_compiles(path):
    assert get_template(name_of(path))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_page_has_inline_styles_or_scripts(path):
    text = path.read_text()

    assert not re.search(r"\sstyle\s*=|<style\b", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\b(src=|type=\"application/json\"))", text)
    assert not re.search(r"""(?:href|src|action)\s*=\s*["']?\s*javascript:""", text)
    assert not re.search(r"hx-on\b|hx-vals=.js:", text)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_page_asks_another_host_for_anything(path):
    assert not re.search(r"""<(?:link|script|img|iframe|source|use)\b[^>]*(?:https?:)?//""", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_text_can_be_translated(path):
    assert untranslated(path) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ('<p>{% translate "Hello" %} {{ name }} · 5</p>', []),
        ("<p>{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}</p>", []),
        ('<a title="Go back" href="/x/">←</a>', ["Go back"]),
        ('<a title="{% translate \'Go back\' %}" class="btn back">uconf</a>', []),
        ("<p>{# Hello #}{% comment %}Hello{% endcomment %}{% if a %}Bye{% endif %}</p>", ["Bye"]),
    ],
)
def test_the_search_for_untranslated_texts_finds_them(tmp_path, text, said):
    page = tmp_path / "page.html"
    page.write_text(text)

    assert [found for _line, found in untranslated(page)] == said


def vendored():
    return json.loads((ROOT / "static/vendor/manifest.json").read_text())["files"]


def test_every_vendored_file_stands_in_the_manifest_and_nothing_else_does():
    there = {path.name for path in (ROOT / "static/vendor").rglob("*") if path.is_file()} - {"manifest.json"}

    assert {entry["file"] for entry in vendored()} == there


@pytest.mark.parametrize("entry", vendored(), ids=lambda entry: entry["file"])
def test_a_vendored_file_is_what_the_manifest_says(entry):
    content = (ROOT / "static/vendor" / entry["file"]).read_bytes()

    assert set(entry) == {"file", "name", "version", "licence", "source", "changes", "sha256"}
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["version"].encode() in content[:600]
    assert b"sourceMappingURL" not in content


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_names_no_host_and_has_a_hash_for_everything(name):
    text = (ROOT / name).read_text()
    pinned = re.findall(r"^[a-z0-9][\w.\-\[\],]*==", text, re.MULTILINE)

    assert pinned
    assert "://" not in text
    assert "index-url" not in text and "trusted-host" not in text
    for block in re.split(r"\n(?=[a-z0-9])", text.strip()):
        if "==" in block:
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_everything_that_is_required_is_locked():
    for name in ("requirements", "requirements-dev"):
        wanted = re.findall(r"^([a-z][\w-]*)", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
        locked = set(
            re.findall(r"^([a-z0-9][\w.-]*)(?:\[[^\]]*\])?==", (ROOT / f"{name}.txt").read_text(), re.MULTILINE)
        )

        assert set(wanted) <= locked


def test_make_lists_every_target_with_a_word_about_it():
    text = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split()) - {"FORCE"}
    said = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True).stdout

    assert set(re.findall(r"^make ([a-z-]+) ", said, re.MULTILINE)) == phony
