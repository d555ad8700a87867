"""Senders and the database are killed in mid-send: nothing goes twice, nothing is lost, what is unclear is listed."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from tests.plugins.environment import need
from tests.processes import environment

pytestmark = pytest.mark.services


def figures(*arguments):
    """What the benchmark says at the end, run on a quick PostgreSQL of its own with a short lease."""
    need("PostgreSQL")
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "benchmarks/outreach.py", "--unsafe", "--lease", "3", *map(str, arguments)],
        cwd=settings.BASE_DIR, env=environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_ten_kills_send_nothing_twice_and_lose_nothing_that_is_not_listed():
    found = figures("--only", "kills", "--letters", 1000, "--kills", 10, "--again", 300)

    assert found["twice"] == found["sent_without_delivery"] == found["never_arrived_unlisted"] == 0
    assert found["uncertain"] == found["shown_as_uncertain"] <= 10
    assert found["not_final"] == found["missing_after_send_again"] == found["more_than_was_uncertain"] == 0
    assert found["resend_twice"] <= 10
    assert found["other_message_ids"] == 0


@pytest.mark.parametrize("times", [3, pytest.param(20, marks=pytest.mark.full)])
def test_a_database_that_crashes_in_mid_send_loses_and_doubles_nothing(times):
    found = figures("--only", "restarts", "--letters", times * 150, "--restarts", times)

    assert found["twice"] == found["sent_without_delivery"] == found["never_arrived_unlisted"] == 0
    assert found["uncertain"] <= 2 * times
    assert found["not_final"] == found["other_message_ids"] == 0
