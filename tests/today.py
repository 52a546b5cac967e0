"""Fixtures of the stories that are told today, because the pages read the machine's clock."""

from datetime import datetime

import pytest
from django.utils import timezone

from monitoring.people.models import Clinic
from tests.living import clinic_at_noon

__all__ = ["clinic", "now"]


@pytest.fixture
def now() -> datetime:
    """The pages read the machine's clock."""
    return timezone.now()


@pytest.fixture
def clinic(db: None, now: datetime) -> Clinic:
    """Where it is about noon."""
    return clinic_at_noon(now)
