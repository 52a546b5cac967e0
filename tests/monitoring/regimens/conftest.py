"""Maya's regimen, prescribed through the product's own actions."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from interactions.medicines import Dose
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import acknowledge_flag, prescribe
from monitoring.regimens.models import InteractionFlag, Prescription
from monitoring.regimens.queries import holding_flags
from tests.monitoring.regimens.comparing import Desk

Prescribe = Callable[..., Prescription]
NOTE = "Seen in clinic; will call on Friday."


def mg(*amounts: int | str) -> Dose:
    return Dose(tuple(Decimal(amount) for amount in amounts), "mg")


def flag_of(patient: Patient, code: str) -> InteractionFlag:
    return InteractionFlag.objects.present().get(patient=patient, code=code)


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
def answer(clinician: User, now: datetime) -> Callable[[Prescription], Prescription]:
    """Answer everything that a prescription waits for."""

    def _answer(prescription: Prescription, reason: str = "dose_adjusted") -> Prescription:
        for flag in holding_flags(prescription):
            acknowledge_flag(flag=flag, reason=reason, note=NOTE, by=clinician, now=now)
        prescription.refresh_from_db()
        return prescription

    return _answer


@pytest.fixture
def baclofen(give: Prescribe, answer: Callable[[Prescription], Prescription], today: date) -> Prescription:
    """Baclofen 10 mg three times a day for ten weeks, its own flags answered: active."""
    return answer(give("baclofen", mg(10, 10, 10), starts_on=today - timedelta(days=70)))


@pytest.fixture
def desk(client: Client, clinician: User, patient: Patient, today: date, now: Any, time_machine: Any) -> Desk:
    """A comparison of Maya's medicines, on the fixed day."""
    time_machine.move_to(now, tick=False)
    client.force_login(clinician)
    return Desk(client, patient, today)


@pytest.fixture
def amitriptyline(
    give: Prescribe, answer: Callable[..., Prescription], baclofen: Prescription, today: date
) -> Prescription:
    """Amitriptyline 25 mg for a month beside baclofen, the pair answered: active."""
    return answer(give("amitriptyline", mg(25), starts_on=today - timedelta(days=30)), "tolerated")
