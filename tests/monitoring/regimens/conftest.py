"""Maya's regimen, prescribed through the product's own actions."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from interactions.medicines import Dose
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import prescribe
from monitoring.regimens.models import Prescription

Prescribe = Callable[..., Prescription]


def mg(*amounts: int | str) -> Dose:
    return Dose(tuple(Decimal(amount) for amount in amounts), "mg")


@pytest.fixture
def today(patient: Patient, now: datetime) -> date:
    return patient.local_date(now)


@pytest.fixture
def give(patient: Patient, clinician: User, now: datetime, today: date) -> Prescribe:
    """Prescribe a medicine to Maya by mouth from today, unless told otherwise."""

    def _give(entered: str, dose: Dose | None = None, **more: Any) -> Prescription:
        given: dict[str, Any] = {"route": "oral", "sig": "", "starts_on": today, "by": clinician, "now": now}
        return prescribe(patient=patient, entered=entered, dose=dose, **(given | more))

    return _give


@pytest.fixture
def baclofen(give: Prescribe, today: date) -> Prescription:
    """Baclofen 5 mg three times a day for ten weeks: low enough to be no major finding at her eGFR of 52."""
    return give("baclofen", mg(5, 5, 5), starts_on=today - timedelta(days=70))
