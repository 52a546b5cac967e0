"""The demo clinic comes into being through the actions, the same each time for a seed."""

from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from interactions.cds_hooks.models import CdsClient
from monitoring.alerts.models import Alert
from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import SymptomReport
from monitoring.notifications.models import Notification, NotificationState
from monitoring.people.models import CarerConsent, Patient, User
from monitoring.regimens.models import InteractionFlag
from monitoring.titration.models import Direction, PlanState, StepState, TitrationPlan

pytestmark = pytest.mark.django_db


def story() -> list[tuple[object, ...]]:
    reports = SymptomReport.objects.order_by("submitted_at", "patient__identifier")
    return [(r.patient.identifier, r.submitted_at, r.answers, r.level) for r in reports.select_related("patient")]


@time_machine.travel("2026-06-15T12:00:00Z", tick=False)
def test_a_small_demo_clinic_is_whole_and_labelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "try-it-out-1")
    call_command("seed_demo", "--patients", "3", "--days", "20", stdout=StringIO())
    assert Patient.objects.filter(is_demo=True, identifier__startswith="DEMO-").count() == 3
    for name in ("clinician", "colleague", "stranger", "patient", "carer", "admin"):
        assert User.objects.get(email=f"{name}@demo.example").check_password("try-it-out-1")
    stranger = User.objects.get(email="stranger@demo.example")
    assert not Patient.objects.visible_to(stranger).exists()
    consent = CarerConsent.objects.standing().get()
    assert (consent.patient.user.email, consent.carer.email) == ("patient@demo.example", "carer@demo.example")
    assert SymptomReport.objects.exists()
    assert Alert.objects.exists()
    assert InteractionFlag.objects.filter(code="PAIR_CNS").exists()
    assert AuditEvent.objects.filter(action="prescription.create").exists()
    # One goes up and one comes down, each with steps behind it and ahead.
    for direction in Direction:
        plan = TitrationPlan.objects.get(state=PlanState.SIGNED, direction=direction)
        assert {StepState.ADVANCED, StepState.PLANNED} <= set(plan.steps.values_list("state", flat=True))
    sandbox = CdsClient.objects.get()
    assert (sandbox.issuer, sandbox.must_sign) == ("https://sandbox.cds-hooks.org", False)
    assert not Notification.objects.filter(
        state=NotificationState.PENDING, created_at__lt="2026-06-15T10:00:00Z"
    ).exists()


@time_machine.travel("2026-06-15T12:00:00Z", tick=False)
def test_the_same_seed_tells_the_same_story(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction

    monkeypatch.setenv("DEMO_PASSWORD", "try-it-out-1")
    told = []
    for _ in range(2):
        with transaction.atomic():
            call_command("seed_demo", "--patients", "2", "--days", "7", "--seed", "7", stdout=StringIO())
            told.append(story())
            transaction.set_rollback(True)
    assert told[0]
    assert told[0] == told[1]


@time_machine.travel("2026-06-15T12:00:00Z", tick=False)
def test_a_second_demo_clinic_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "try-it-out-1")
    call_command("seed_demo", "--patients", "1", "--days", "7", stdout=StringIO())
    with pytest.raises(CommandError, match="already there"):
        call_command("seed_demo", "--patients", "1", "--days", "7", stdout=StringIO())


@pytest.mark.parametrize("arguments", [["--patients", "0"], ["--days", "3"], ["--patients", "100000"]])
def test_a_clinic_that_makes_no_sense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="must be"):
        call_command("seed_demo", *arguments, stdout=StringIO())
