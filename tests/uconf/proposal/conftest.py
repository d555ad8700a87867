"""The real proposal, where it stands beside the checkout, and the invented samples."""

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
SAMPLES = Path(__file__).resolve().parent / "samples"


@pytest.fixture(scope="session")
def seed_text() -> str:
    """The real proposal's text. It is its authors' own, so it is read from disk and never committed."""
    path = PROJECT.parent / "shared" / "seed" / "performance-and-scalability.txt"
    if not path.exists():
        pytest.skip("the seed proposal is not beside this checkout")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def sample_text() -> str:
    """The project's own sample proposal: the seed's facts in other words."""
    return (PROJECT / "uconf" / "proposal" / "sample.txt").read_text(encoding="utf-8")
