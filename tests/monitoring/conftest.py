"""A program that calls the API for somebody, at the fixed instant of the tests; carriers that hear and take nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from monitoring.people.models import Patient, User
from tests.monitoring.everything import Ids, helper_of, one_of_everything
from tests.monitoring.notifications.carriers import Browser, Carrier, unwilling
from tests.monitoring.signing_in import PASSWORD

Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def _throttles_start_anew() -> None:
    cache.clear()


@pytest.fixture
def api(db: None, now: datetime, time_machine: Any) -> Callable[..., APIClient]:
    """A client of the API, signed in as a user; the clock stands still until a test moves it."""
    time_machine.move_to(now, tick=False)

    def client(user: User | None = None, **options: Any) -> APIClient:
        made = APIClient(**options)
        if user is not None:
            made.force_login(user)
        return made

    return client


@pytest.fixture
def alice(clinician: User) -> User:
    """The clinician, who has a password."""
    clinician.set_password(PASSWORD)
    clinician.save()
    return clinician


@pytest.fixture
def carriers(
    clinician: User, now: datetime, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Carrier, Carrier, Browser]]:
    """A gateway and a push service that hear all that goes to the clinician, so that it goes by mail as well."""
    with unwilling(clinician, settings, tmp_path, monkeypatch, now) as three:
        yield three


@pytest.fixture
def carer(patient: Patient, patient_user: User, now: datetime) -> User:
    """Helps Maya and another patient, who has just been seen; acts for Maya, and may answer."""
    return helper_of(patient, "sam@home.example", "Sam Harper", now)


@pytest.fixture
def ids(
    patient: Patient, clinician: User, colleague: User, admin: User, carer: User, now: datetime, time_machine: Any
) -> Ids:
    """An object of every kind, all of Maya's; by the name a route gives it."""
    time_machine.move_to(now, tick=False)
    return one_of_everything(patient, clinician, colleague, admin, carer, now)
