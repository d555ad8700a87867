import re

import pytest

from uconf.lib import markdown


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a\n\n## b\n\n# c", [3, 4, 3]),
        ("## a\n\n#### b", [3, 4]),
        ("#### a\n\n# b", [3, 3]),
        ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e", [3, 4, 5, 6, 6]),
    ],
)
def test_headings_start_at_level_3_and_skip_none(text, levels):
    assert [int(level) for level in re.findall(r"<h(\d)>", markdown.render(text))] == levels
