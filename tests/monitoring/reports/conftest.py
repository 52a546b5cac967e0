"""A clinic whose answers are of every kind: kept, renewed, withdrawn, fallen, and questions left or made needless."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from monitoring.people.actions import register_patient
from monitoring.people.models import Clinic, Patient, User
from monitoring.regimens.actions import acknowledge_flag, prescribe
from monitoring.regimens.models import InteractionFlag, Override, Prescription
from tests.monitoring.regimens.conftest import NOTE, flag_of, mg, today

__all__ = ["NOTE", "flag_of", "mg", "today"]

Give = Callable[..., Prescription]
Answers = Callable[..., Override]


@pytest.fixture
def lee(clinic: Clinic, stranger: User, now: datetime) -> Patient:
    """A patient of the same clinic whom only the stranger cares for."""
    return register_patient(
        clinic=clinic, identifier="HP-0099", family_name="Lee", given_names="Sam", birth_date=date(1980, 1, 2), sex="M",
        care_team=[stranger], by=stranger, now=now,
    )  # fmt: skip


@pytest.fixture
def give(clinician: User, now: datetime) -> Give:
    def _give(patient: Patient, entered: str, *amounts: int, **more: Any) -> Prescription:
        given = {"route": "oral", "sig": "", "starts_on": now.date(), "by": clinician, "now": now} | more
        return prescribe(patient=patient, entered=entered, dose=mg(*amounts), **given)

    return _give


@pytest.fixture
def answer(clinician: User, now: datetime) -> Answers:
    def _answer(flag: InteractionFlag, reason: str = "dose_adjusted", **more: Any) -> Override:
        given = {"by": clinician, "now": now, "note": NOTE} | more
        return acknowledge_flag(flag=flag, reason=reason, **given)

    return _answer


@pytest.fixture
def later(now: datetime) -> datetime:
    """Three weeks on, when what followed an answer can be told."""
    return now + timedelta(days=21)
