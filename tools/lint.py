"""`make lint`: everything that needs no server and no data. Each check says its name; all are run, whatever fails."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def templates():
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("templates/**/*") if path.is_file())


CHECKS = {
    "style": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "floors": [BIN / "lint-imports"],
    "templates": [BIN / "djlint", "templates", "--lint", "--quiet"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "translated": [sys.executable, "tools/untranslated.py", *templates()],
}


def main():
    with tempfile.TemporaryDirectory() as data:
        environment = {
            **os.environ,
            "DEBUG": "1",
            "DATA_DIR": data,
            "PYTHONPATH": str(ROOT),
            "NO_COLOR": "1",
            "TERM": "dumb",
        }
        failed = []
        for name, command in CHECKS.items():
            run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
            print(f"{name:12}{'ok' if run.returncode == 0 else 'FAILED'}", flush=True)
            if run.returncode:
                failed.append(name)
                print(run.stdout + run.stderr)
    if failed:
        print(f"Not clean: {', '.join(failed)}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
