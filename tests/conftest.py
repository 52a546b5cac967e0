"""People and things most tests need, built through the product's own actions where it has them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.models import Model
from hypothesis import settings as hypothesis_settings

from monitoring.operations.actions import beat
from monitoring.operations.rules import VITAL_SWEEPS
from monitoring.people.actions import create_clinic, create_user, register_patient
from monitoring.people.models import Clinic, Patient, Role, User
from tests.append_only import allow_flushing

# The suite looks at enough examples to notice a broken rule, and at the same ones each time: whether a change is taken
# does not hang on a draw. Before a release look at many others: HYPOTHESIS_PROFILE=thorough. No deadline: tests do not
# time the machine.
hypothesis_settings.register_profile("suite", max_examples=40, deadline=None, derandomize=True)
hypothesis_settings.register_profile("thorough", max_examples=2000, deadline=None, derandomize=False)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

# What a page got wrong stands in the failure of its browser test.
pytest.register_assert_rewrite("tests.browser.pages")

# As the last it would keep one core busy for a minute after the other is done.
LONGEST = "test_core_on_sqlite.py"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest goes first; the further variants are left out of the five minutes, and THOROUGH=1 runs them too."""
    items.sort(key=lambda item: item.path.name != LONGEST)
    if os.environ.get("THOROUGH") == "1":
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    items[:] = [item for item in items if not item.get_closest_marker("thorough")]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session", autouse=True)
def _flushing_allowed() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        allow_flushing(monkeypatch)
        yield


@pytest.fixture
def now() -> datetime:
    """One fixed instant: Monday 15 June 2026, 10:00 in London."""
    return datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@contextmanager
def known_to_be_good() -> Iterator[None]:
    """What is made here is not looked over: that took longer than making it, and what is refused has its own tests."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Model, "full_clean", lambda *_, **__: None)
        yield


@pytest.fixture
def clinic(db: None, now: datetime) -> Clinic:
    with known_to_be_good():
        return create_clinic(
            name="Harbour Pain Clinic",
            time_zone="Europe/London",
            phone="020 7946 0100",
            out_of_hours_phone="020 7946 0111",
            crisis_phone="116 123",
            job="tests",
            now=now,
        )


@pytest.fixture
def other_clinic(db: None, now: datetime) -> Clinic:
    """Another tenant, whose people must never meet the first one's."""
    return create_clinic(name="Hillside Clinic", time_zone="America/New_York", phone="555 0100", job="tests", now=now)


def _user(clinic: Clinic, email: str, name: str, role: Role, now: datetime) -> User:
    # Most tests sign in by force_login; a usable password costs an Argon2 hash.
    with known_to_be_good():
        return create_user(clinic=clinic, email=email, name=name, role=role, password=None, job="tests", now=now)


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
def outsider(other_clinic: Clinic, now: datetime) -> User:
    """A clinician of another clinic."""
    return _user(other_clinic, "olive@hillside.example", "Dr Olive Ash", Role.CLINICIAN, now)


@pytest.fixture
def admin(clinic: Clinic, now: datetime) -> User:
    return _user(clinic, "ada@clinic.example", "Ada Marsh", Role.ADMIN, now)


@pytest.fixture
def other_admin(other_clinic: Clinic, now: datetime) -> User:
    """An admin of another clinic."""
    return _user(other_clinic, "otto@hillside.example", "Otto Berg", Role.ADMIN, now)


@pytest.fixture
def patient_user(clinic: Clinic, now: datetime) -> User:
    return _user(clinic, "maya@home.example", "Maya Harper", Role.PATIENT, now)


@pytest.fixture
def patient(clinic: Clinic, patient_user: User, clinician: User, colleague: User, now: datetime) -> Patient:
    """Maya Harper, 69, eGFR 52, cared for by the clinician and the colleague; she can sign in."""
    with known_to_be_good():
        return register_patient(
            clinic=clinic,
            user=patient_user,
            identifier="HP-0042",
            family_name="Harper",
            given_names="Maya",
            birth_date=date(1957, 3, 14),
            sex="F",
            phone="020 7946 0142",
            egfr=Decimal(52),
            egfr_on=date(2026, 4, 2),
            conditions=[],
            care_team=[clinician, colleague],
            job="tests",
            now=now,
        )


@pytest.fixture
def other_patient(other_clinic: Clinic, outsider: User, now: datetime) -> Patient:
    """A patient of another clinic."""
    return register_patient(
        clinic=other_clinic,
        identifier="HS-0001",
        family_name="Quill",
        given_names="Peter",
        birth_date=date(1980, 1, 2),
        by=outsider,
        now=now,
    )


@pytest.fixture
def sweeps_running(db: None, now: datetime) -> None:
    """Every sweep that monitoring needs finished a moment ago, by the fixed clock."""
    for name in VITAL_SWEEPS:
        beat(name=name, now=now)
