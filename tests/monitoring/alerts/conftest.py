"""An open alert, and a short way to raise one."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitoring.alerts.actions import approve_escalation_policy, propose_escalation_policy, raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel, EscalationPolicy
from monitoring.people.actions import record_absence
from monitoring.people.models import Absence, Clinic, Patient, User

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


@pytest.fixture
def away(now: datetime, admin: User) -> Callable[..., Absence]:
    """Note somebody as away from now for a week, with a cover."""

    def call(user: User, cover: User, at: datetime = now, days: int = 7) -> Absence:
        return record_absence(
            user=user, cover=cover, starts_at=at, ends_at=at + timedelta(days=days), by=admin, now=now
        )

    return call


@pytest.fixture
def set_policy(clinic: Clinic, admin: User, clinician: User, now: datetime) -> Callable[..., EscalationPolicy]:
    """Put a policy in force, two people agreeing: a level, and for each rung whom it tells and how long it waits."""

    def call(level: int, *rungs: tuple[str | User, int], at: datetime = now, **changes: Any) -> EscalationPolicy:
        rows: list[dict[str, Any]] = []
        for who, minutes in rungs:
            named = isinstance(who, User)
            rows.append({"reach": "named" if named else who, "minutes": minutes})
            if named:
                rows[-1]["people"] = [str(who.pk)]
        fields: dict[str, Any] = {
            "clinic": clinic,
            "take_minutes": 30,
            "snooze_minutes": None,
            "reason": "Agreed at the safety meeting.",
            "based_on": EscalationPolicy.objects.filter(clinic=clinic, level=level).count(),
            "by": admin,
        }
        proposal = propose_escalation_policy(level=level, rungs=rows, now=at, **{**fields, **changes})
        return approve_escalation_policy(proposal=proposal, by=clinician, now=at)

    return call
