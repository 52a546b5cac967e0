"""A clinic at its own noon, on the machine's own clock, and what sweeps it, not yet started."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sweeping import Sweepers, sweepers
from tests.today import clinic, now

__all__ = ["clinic", "now"]  # real processes read the machine's clock, and so does what is due


@pytest.fixture
def stopped(transactional_db: None, tmp_path: Path) -> Iterator[Sweepers]:
    """A broker and a mail server; the test starts its workers itself."""
    with sweepers(tmp_path) as made:
        yield made
