"""People and things most tests need, built through the product's own actions where it has them."""

from datetime import UTC, date, datetime

import pytest

from monitoring.people.models import CareTeamMembership, Clinic, Patient, Role, User


@pytest.fixture
def now() -> datetime:
    """One fixed instant: Monday 15 June 2026, 10:00 in London."""
    return datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def clinic(db: None) -> Clinic:
    return Clinic.objects.create(
        name="Harbour Pain Clinic",
        time_zone="Europe/London",
        phone="020 7946 0100",
        out_of_hours_phone="020 7946 0111",
        crisis_phone="116 123",
    )


def _user(clinic: Clinic, email: str, name: str, role: Role, now: datetime) -> User:
    # Most tests sign in by force_login; a usable password costs an Argon2 hash.
    return User.objects.create_user(email, None, name=name, role=role, clinic=clinic, joined_at=now)


@pytest.fixture
def clinician(clinic: Clinic, now: datetime) -> User:
    return _user(clinic, "alice@clinic.example", "Dr Alice Okafor", Role.CLINICIAN, now)


@pytest.fixture
def colleague(clinic: Clinic, now: datetime) -> User:
    """On the same care team as the clinician."""
    return _user(clinic, "bob@clinic.example", "Nurse Bob Bell", Role.CLINICIAN, now)


@pytest.fixture
def stranger(clinic: Clinic, now: datetime) -> User:
    """A clinician of the same clinic who shares no patient."""
    return _user(clinic, "charlie@clinic.example", "Dr Charlie Stone", Role.CLINICIAN, now)


@pytest.fixture
def admin(clinic: Clinic, now: datetime) -> User:
    return _user(clinic, "ada@clinic.example", "Ada Marsh", Role.ADMIN, now)


@pytest.fixture
def patient_user(clinic: Clinic, now: datetime) -> User:
    return _user(clinic, "maya@home.example", "Maya Harper", Role.PATIENT, now)


@pytest.fixture
def patient(clinic: Clinic, patient_user: User, clinician: User, colleague: User, now: datetime) -> Patient:
    """Maya Harper, 69, eGFR 52, cared for by the clinician and the colleague; she can sign in."""
    patient = Patient.objects.create(
        clinic=clinic,
        user=patient_user,
        identifier="HP-0042",
        family_name="Harper",
        given_names="Maya",
        birth_date=date(1957, 3, 14),
        sex="F",
        phone="020 7946 0142",
        time_zone="Europe/London",
        egfr="52",
        egfr_on=date(2026, 4, 2),
        conditions=[],
        registered_at=now,
    )
    for member in (clinician, colleague):
        CareTeamMembership.objects.create(patient=patient, clinician=member, joined_at=now)
    return patient
