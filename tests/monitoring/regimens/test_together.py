"""Two people at one regimen at the same moment: on PostgreSQL, with real transactions."""

import threading
from collections.abc import Callable
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import connection, connections

from monitoring.people.models import Patient, User
from monitoring.regimens.actions import RegimenConflict, change_dose, prescribe
from monitoring.regimens.models import DosePeriod, InteractionFlag, Prescription
from tests.monitoring.regimens.conftest import Prescribe, mg

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that start together; what each returned or raised."""
    start, results = threading.Barrier(len(calls)), [object()] * len(calls)

    def run(number: int, call: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            results[number] = call()
        except Exception as error:  # noqa: BLE001 - the test looks at what was raised
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, call)) for number, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.fixture(autouse=True)
def _postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("threads need a database server")


@pytest.mark.parametrize("_attempt", range(4))
def test_two_who_prescribe_at_once_each_see_the_others_medicine(
    patient: Patient, clinician: User, colleague: User, now: datetime, today: date, _attempt: int
) -> None:
    def add(entered: str, by: User) -> Callable[[], Prescription]:
        return lambda: prescribe(
            patient=patient, entered=entered, route="oral", dose=mg(5), sig="", starts_on=today, by=by, now=now
        )

    results = at_once(add("baclofen", clinician), add("amitriptyline", colleague))
    assert all(isinstance(result, Prescription) for result in results), results
    flag = InteractionFlag.objects.present().get(code="PAIR_CNS")
    assert flag.prescriptions.count() == 2
    second = Prescription.objects.filter(patient=patient, state="awaiting_acknowledgement", flags=flag)
    assert second.exists()


def test_a_form_sent_twice_at_once_makes_one_prescription(
    patient: Patient, clinician: User, now: datetime, today: date
) -> None:
    token = uuid4()

    def add() -> Prescription:
        return prescribe(
            patient=patient, entered="baclofen", route="oral", dose=mg(5), sig="", starts_on=today, by=clinician,
            now=now, token=token,
        )  # fmt: skip

    first, second = at_once(add, add)
    assert first == second
    assert Prescription.objects.count() == 1


def test_of_two_dose_changes_at_once_one_is_told(give: Prescribe, clinician: User, now: datetime, today: date) -> None:
    made = give("paracetamol", mg(500))

    def change(amount: int) -> Callable[[], DosePeriod]:
        return lambda: change_dose(
            prescription=made,
            dose=mg(amount, amount),
            sig="",
            from_day=today,
            by=clinician,
            now=now,
            expected_version=1,
        )

    results = at_once(change(500), change(1000))
    assert sorted(type(result).__name__ for result in results) == ["DosePeriod", "RegimenConflict"]
    assert isinstance(next(r for r in results if not isinstance(r, DosePeriod)), RegimenConflict)
    assert DosePeriod.objects.filter(prescription=made, ends_on=None).count() == 1
