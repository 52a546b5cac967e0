"""Who helps a patient, and whom else they might mean."""

from datetime import date, datetime

import pytest

from monitoring.people.actions import register_patient
from monitoring.people.models import Patient, User
from tests.monitoring.people.helping import helped_by


@pytest.fixture
def carer(patient: Patient, patient_user: User, now: datetime) -> User:
    """Sam, whom Maya lets see and answer."""
    return helped_by(patient, patient_user, now, may="answer")


@pytest.fixture
def second_patient(clinician: User, patient: Patient, now: datetime) -> Patient:
    return register_patient(
        clinic=patient.clinic, identifier="HP-0050", family_name="Reed", given_names="Nora",
        birth_date=date(1950, 2, 2), by=clinician, now=now,
    )  # fmt: skip
