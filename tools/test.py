"""`make test`: the suite on SQLite, what needs servers, then the suite on PostgreSQL with Redis.

`--full` adds what takes long. What this machine lacks is left out and named; REQUIRE_SERVICES=1 makes that a failure.
Further arguments go to every run of pytest. The last line is pytest's own.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.plugins import services  # noqa: E402

PROCESSES = "2"
NO_TESTS = 5  # what pytest ends with where a selection holds no test


def groups(full):
    """(name, services, environment, arguments of pytest) of each run, in their order."""
    long = "" if full else " and not full"
    alone = ["-m", "(services or browser)" + long]
    suite = ["-m", "not services and not browser" + long, "-n", PROCESSES]
    return [
        ("the suite on SQLite", [], {}, suite),
        ("servers, proxy and browser", ["PostgreSQL", "Redis", "nginx", "Chromium", "openssl", "Dovecot"], {}, alone),
        ("the suite on PostgreSQL with Redis", ["PostgreSQL", "Redis"], {"TEST_DATABASE": "postgresql"}, suite),
    ]


def main(arguments):
    full = "--full" in arguments
    extra = [argument for argument in arguments if argument != "--full"]
    required = os.environ.get("REQUIRE_SERVICES") == "1"
    runs, left_out = [], []
    for name, needed, environment, selection in groups(full):
        lacking = services.missing(*needed)
        if not lacking:
            runs.append((name, environment, selection))
        elif needed == ["PostgreSQL", "Redis"]:
            left_out.append(f"{name}: {lacking}")
        else:
            # Each of these tests knows what it needs and is left out, in words, where that is missing.
            runs.append((name, environment, [*selection, "-rs"]))
            left_out.append(f"parts of {name}: {lacking}")
    for line in left_out:
        print(f"Left out: {line}.", flush=True)

    failed = bool(left_out) and required
    if failed:
        print("REQUIRE_SERVICES is 1, so this run fails.", flush=True)
    for name, environment, selection in runs:
        print(f"\n== {name}", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", *selection, *extra]
        environment = {**os.environ, **environment, "TEST_FULL": "1" if full else "0"}
        status = subprocess.run(command, cwd=ROOT, env=environment).returncode
        failed |= status not in (0, NO_TESTS)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
