"""A signed plan: a clear step is taken up by itself, one that is not clear waits for a clinician."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from monitoring.alerts.models import Alert, AlertKind, AlertState
from monitoring.audit.models import AuditEvent
from monitoring.notifications.models import Notification
from monitoring.people.models import Patient, User
from monitoring.regimens.models import DosePeriod
from monitoring.titration.models import PlanState, StepState, TitrationPlan, TitrationStep
from tests.flows.conftest import NOTE, AddMedicine, mailed
from tests.living import Browser, words_of
from tests.sweeping import Sweepers, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.xdist_group("sweeping")]


@pytest.fixture
def signed(alice: Browser, add_medicine: AddMedicine, patient: Patient, today: date) -> TitrationPlan:
    """Baclofen 5 mg three times a day, and a signed plan to 45 mg a day: the first step tomorrow."""
    tomorrow = today + timedelta(days=1)
    add_medicine("baclofen", reason="dose_adjusted", amount="5", often="3")
    # She has taken it for a week: no step is due on the day the medicine began.
    DosePeriod.objects.update(starts_on=today - timedelta(days=7))
    (course,) = alice.get(f"/patients/{patient.pk}/plans/").context["courses"]
    path = f"/patients/{patient.pk}/plans/new/?prescription={course.prescription.pk}&direction=up"
    form = alice.get(path).context["form"]
    numbers = {"target": 45, "change": 15, "every_days": 3, "doses": 3, "strength_1": 5}
    draft = alice.send(path, form, source="numbers", starts_on=tomorrow.isoformat(), **numbers)
    sign_form = draft.context["sign_form"]
    reasons = dict.fromkeys(sign_form.fields, NOTE)
    alice.send(f"{draft.wsgi_request.path}sign/", sign_form, seen=draft.context["mark"], **reasons)
    plan: TitrationPlan = TitrationPlan.objects.get()
    assert plan.state == PlanState.SIGNED
    return plan


def becomes_due(plan: TitrationPlan, number: int, today: date) -> TitrationStep:
    """The morning of a step has come."""
    plan.steps.filter(number=number).update(due_on=today, due_at=timezone.now() - timedelta(minutes=1))
    return plan.steps.get(number=number)


def settled(step: TitrationStep) -> TitrationStep:
    until(
        lambda: TitrationStep.objects.filter(pk=step.pk).exclude(state=StepState.PLANNED).exists(),
        f"step {step.number} was settled",
    )
    return TitrationStep.objects.get(pk=step.pk)


def days_pass(step: TitrationStep, today: date) -> None:
    """The dose that a step brought has been taken for a week."""
    DosePeriod.objects.exclude(source_id=step.pk).update(
        starts_on=today - timedelta(days=30), ends_on=today - timedelta(days=8)
    )
    DosePeriod.objects.filter(source_id=step.pk).update(starts_on=today - timedelta(days=7))


def test_a_clear_step_is_taken_up_and_the_next_one_held_and_released(
    sweeping: Sweepers, signed: TitrationPlan, check_in: Callable[..., Any], alice: Browser, maya: Browser,
    patient: Patient, clinician: User, today: date,
) -> None:  # fmt: skip
    # given: all is well with her
    assert check_in().context["report"].level == 0

    # when: the first step is due
    first = settled(becomes_due(signed, 1, today))

    # then: it is taken up once, and she is told the dose itself, never a difference
    assert first.state == StepState.ADVANCED, first.decision
    assert DosePeriod.objects.get(source="step", source_id=first.pk).amounts == ["10", "10", "10"]
    told = words_of(maya.get("/me/"))
    assert "That is 30 mg in all today" in told
    assert "New dose today" in told
    assert "15 mg" not in told
    until(lambda: Notification.objects.filter(ref_id=first.pk).exists(), "she was told")
    assert mailed(sweeping, "maya@home.example", 1)[0]["Subject"] == "A message from your clinic"

    # when: she nods off while she talks, and the second step is due
    check_in(q1_sleepiness=3)
    second = settled(becomes_due(signed, 2, today))

    # then: it is held for that reason, the dose stays, and the clinician has an alert
    assert second.state == StepState.HELD
    codes = {reason["code"] for reason in second.decision["reasons"]}
    assert {"open_alert", "symptoms"} <= codes
    assert not DosePeriod.objects.filter(source_id=second.pk).exists()
    told = words_of(maya.get("/me/"))
    assert "That is 30 mg in all today" in told
    assert "dose stays the same for now" in told
    held = Alert.objects.get(patient=patient, kind=AlertKind.STEP_HELD)
    page = alice.get(f"/patients/{patient.pk}/plans/{signed.pk}/")
    assert second.decision["reasons"][0]["text"] in page.content.decode()

    # when: the clinician has spoken with her, and days later, with the dose before taken as long as was signed,
    # releases the step
    symptoms = Alert.objects.get(patient=patient, kind=AlertKind.SYMPTOMS)
    alice.send(f"/alerts/{symptoms.pk}/take/")
    alice.send(f"/alerts/{symptoms.pk}/close/", outcome="called", note="Rang her: awake and clear now.")
    days_pass(first, today)
    page = alice.get(page.wsgi_request.path)
    release = f"{page.wsgi_request.path}steps/{second.pk}/release/"
    seen = page.context["outlook"].mark
    page = alice.send(release, page.context["release_form"], **{"seen": seen, "release-reason": NOTE})

    # then: the new dose counts from today, under the clinician's name
    second.refresh_from_db()
    assert (second.state, second.released_by, second.released_reason) == (StepState.ADVANCED, clinician, NOTE)
    assert "That is 45 mg in all today" in words_of(maya.get("/me/"))
    assert TitrationPlan.objects.get().state == PlanState.COMPLETED
    said = list(AuditEvent.objects.filter(patient_id=patient.pk).values_list("action", "actor_label"))
    for line in (
        ("plan.sign", clinician.email),
        ("step.advance", "settle_due_steps"),
        ("step.hold", "settle_due_steps"),
        ("step.release", clinician.email),
    ):
        assert said.count(line) == 1, line
    held.refresh_from_db()
    assert held.state != AlertState.CLOSED or held.closed_by is not None
