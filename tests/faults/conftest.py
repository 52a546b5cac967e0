"""A clinic at its own noon, on the machine's own clock, and what sweeps it, not yet started."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from monitoring.people.models import Clinic
from tests.living import clinic_at_noon
from tests.sweeping import Sweepers, sweepers


@pytest.fixture
def now() -> datetime:
    """Real processes read the machine's clock, and so does what is due."""
    return timezone.now()


@pytest.fixture
def clinic(db: None, now: datetime) -> Clinic:
    return clinic_at_noon(now)


@pytest.fixture
def stopped(transactional_db: None, tmp_path: Path) -> Iterator[Sweepers]:
    """A broker and a mail server; the test starts its workers itself."""
    with sweepers(tmp_path) as made:
        yield made
