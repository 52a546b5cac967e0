"""Clinics, the people who sign in, patients, and who cares for whom."""

from monitoring.people.models.absences import Absence, AbsenceQuerySet
from monitoring.people.models.accounts import Role, User, UserManager
from monitoring.people.models.clinics import Clinic, validate_time_zone
from monitoring.people.models.patients import (
    CareTeamMembership,
    CareTeamQuerySet,
    Patient,
    PatientQuerySet,
    PatientScopedQuerySet,
    Sex,
)

__all__ = [
    "Absence",
    "AbsenceQuerySet",
    "CareTeamMembership",
    "CareTeamQuerySet",
    "Clinic",
    "Patient",
    "PatientQuerySet",
    "PatientScopedQuerySet",
    "Role",
    "Sex",
    "User",
    "UserManager",
    "validate_time_zone",
]
