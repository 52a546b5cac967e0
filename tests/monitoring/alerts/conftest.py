"""An open alert, and a short way to raise one."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.people.models import Patient

Raise = Callable[..., Alert]


@pytest.fixture
def raised(patient: Patient, now: datetime) -> Raise:
    """Raise an alert about the patient (or another), each call from a new source unless told otherwise."""

    def call(level: int = AlertLevel.URGENT, at: datetime = now, **changes: Any) -> Alert:
        fields: dict[str, Any] = {
            "patient": patient,
            "kind": AlertKind.SYMPTOMS,
            "why": ["Sleepy 4 + confused 3"],
            "source_type": "symptom_report",
            "source_id": uuid.uuid4(),
            "job": "test",
        }
        return raise_alert(level=level, now=at, **{**fields, **changes})

    return call


@pytest.fixture
def urgent(raised: Raise) -> Alert:
    return raised(AlertLevel.URGENT)


@pytest.fixture
def emergency(raised: Raise) -> Alert:
    return raised(AlertLevel.EMERGENCY)
