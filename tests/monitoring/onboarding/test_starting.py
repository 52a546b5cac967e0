"""The first steps are ticked by what is there; made-up patients come and go in a demo clinic alone."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from interactions.medicines import Dose
from monitoring.alerts.models import Alert
from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import ask_check_ins, claim_to_ask
from monitoring.checkins.models import CheckIn, CheckInSchedule
from monitoring.onboarding.actions import load_demo, remove_demo
from monitoring.onboarding.actions.demo import switching
from monitoring.onboarding.queries import demo_patients, reminder_of, start_list_of
from monitoring.people.models import Clinic, Patient, User
from monitoring.regimens.actions import prescribe
from monitoring.regimens.models import Prescription
from monitoring.titration.models import TitrationPlan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


def ticked(user: User) -> list[bool]:
    return [step.is_done for step in start_list_of(user).steps]


def test_a_clinicians_steps_are_ticked_by_what_is_really_there(
    clinician: User, stranger: User, patient: Patient, now: datetime
) -> None:
    assert ticked(stranger) == [False] * 5
    assert ticked(clinician) == [True, False, False, False, False]
    given: dict[str, Any] = {"route": "oral", "sig": "", "starts_on": now.date(), "by": clinician, "now": now}
    for name, amount in (("baclofen", "10"), ("amitriptyline", "25")):
        prescribe(patient=patient, entered=name, dose=Dose((Decimal(amount),), "mg"), **given)
    found = start_list_of(clinician)
    assert [step.is_done for step in found.steps] == [True, True, False, False, False]
    assert found.next_step is not None
    assert found.next_step.url == f"/patients/{patient.pk}/medications/"


def test_an_admins_steps(admin: User, clinician: User, colleague: User, now: datetime) -> None:
    assert ticked(admin) == [False, True, False, False, False]
    Clinic.objects.filter(pk=admin.clinic_id).update(emergency_contact="Dr Roe, 020 7946 0199")
    admin.clinic.refresh_from_db()
    assert ticked(admin)[0]


def test_it_is_shown_in_the_first_month_and_put_away(client: Client, clinician: User, now: datetime) -> None:
    client.force_login(clinician)
    assert "First steps" in client.get("/alerts/").text
    assert "Register a patient" in client.get("/start/").text
    client.post("/start/away/")
    client.post("/start/away/")
    assert "First steps:" not in client.get("/alerts/").text
    client.post("/start/again/")
    assert reminder_of(clinician, now) is not None
    assert reminder_of(clinician, now + timedelta(days=31)) is None


@pytest.fixture
def demo_clinic(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """Where few people with a short story are enough."""
    monkeypatch.setattr(switching, "LOADED", 2)
    monkeypatch.setattr(switching, "DAYS", 7)
    Clinic.objects.filter(pk=clinic.pk).update(is_demo=True)
    clinic.refresh_from_db()
    return clinic


def test_made_up_patients_come_and_go_and_the_log_keeps_every_line(
    client: Client, demo_clinic: Clinic, admin: User, clinician: User, now: datetime
) -> None:
    client.force_login(admin)
    assert client.post("/demo/load/").url == "/demo/"
    assert load_demo(by=admin, now=now) == 0
    first = list(demo_patients(demo_clinic))
    assert len(first) == 2
    assert all(each.is_demo and each.identifier.startswith("DEMO-") for each in first)
    assert Alert.objects.open().exists()
    lines = AuditEvent.objects.count()

    assert remove_demo(by=admin, now=now) == 2
    assert not Patient.objects.visible_to(clinician).exists()
    assert not Alert.objects.open().exists()
    assert not CheckInSchedule.objects.running().exists()
    assert not TitrationPlan.objects.filter(state="signed").exists()
    assert not Prescription.objects.filter(state="active").exists()
    assert not User.objects.filter(email__endswith="demo.example", is_active=True).exists()
    later = now + timedelta(days=1)
    assert ask_check_ins(check_in_ids=claim_to_ask(later, 100, ()), now=later, job="tests") == 0
    assert AuditEvent.objects.count() > lines
    assert remove_demo(by=admin, now=now) == 0

    assert load_demo(by=admin, now=now) == 2
    assert {each.pk for each in demo_patients(demo_clinic)}.isdisjoint({each.pk for each in first})


def test_a_real_clinic_never_gets_made_up_patients(
    client: Client, admin: User, clinician: User, patient: Patient, now: datetime
) -> None:
    for deed in (load_demo, remove_demo):
        with pytest.raises(PermissionDenied):
            deed(by=admin, now=now)
    client.force_login(admin)
    page = client.post("/demo/load/", follow=True)
    assert "This clinic is real" in page.text
    assert "/demo/load/" not in page.text
    assert Patient.objects.get() == patient


def test_loading_touches_nobody_of_another_clinic(
    demo_clinic: Clinic, admin: User, clinician: User, other_patient: Patient, now: datetime
) -> None:
    waiting = CheckIn.objects.create(
        patient=other_patient, local_date=now.date(), opens_at=now - timedelta(days=3),
        closes_at=now - timedelta(days=2),
    )  # fmt: skip
    load_demo(by=admin, now=now)
    waiting.refresh_from_db()
    assert waiting.state == "due"


def test_without_a_clinician_nobody_is_made_up(demo_clinic: Clinic, admin: User, now: datetime) -> None:
    with pytest.raises(ValidationError, match="Invite a clinician first"):
        load_demo(by=admin, now=now)
