"""Clinics, the people who sign in, patients, and who cares for whom."""

from monitoring.people.models.absences import Absence, AbsenceQuerySet
from monitoring.people.models.accounts import Role, User, UserManager
from monitoring.people.models.carers import CarerConsent, CarerConsentQuerySet, CarerInvitation, CarerMay, ConsentGiven
from monitoring.people.models.clinics import Clinic, validate_time_zone
from monitoring.people.models.patients import (
    CareTeamMembership,
    CareTeamQuerySet,
    Patient,
    PatientQuerySet,
    PatientScopedQuerySet,
    Sex,
)
from monitoring.people.models.recent import RecentPatient
from monitoring.people.models.sessions import OpenSession, SignInMethod

__all__ = [
    "Absence",
    "AbsenceQuerySet",
    "CareTeamMembership",
    "CareTeamQuerySet",
    "CarerConsent",
    "CarerConsentQuerySet",
    "CarerInvitation",
    "CarerMay",
    "Clinic",
    "ConsentGiven",
    "OpenSession",
    "Patient",
    "PatientQuerySet",
    "PatientScopedQuerySet",
    "RecentPatient",
    "Role",
    "Sex",
    "SignInMethod",
    "User",
    "UserManager",
    "validate_time_zone",
]
