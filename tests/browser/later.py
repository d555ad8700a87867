"""manage.py with a clock that a test moves: the seconds in DATA_DIR/later are added to every “now”.

`python -m tests.browser.later serve` in place of `manage.py serve`. Everything reads one clock, so this moves all.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

from uconf.lib import clock

LATER = Path(os.environ["DATA_DIR"]) / "later"
_now = clock.now


def now():
    return _now() + timedelta(seconds=int(LATER.read_text()) if LATER.exists() else 0)


clock.now = now

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uconf.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
