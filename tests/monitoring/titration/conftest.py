"""Maya on baclofen 10 mg three times a day, and plans for it drawn through the product's own actions."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.checkins.actions import submit_check_in
from monitoring.checkins.models import SymptomReport
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import check_guard_rails, draft_plan, planned_steps, settle_step, sign_plan
from monitoring.titration.models import StepPolicy, TitrationPlan, TitrationStep
from monitoring.titration.schedule import PlannedStep
from tests.monitoring.checkins.conftest import well
from tests.monitoring.regimens.conftest import answer, baclofen, give, today

__all__ = ["answer", "baclofen", "give", "today", "well"]  # fixtures of the floors below

REASON = "Agreed with the spasticity team."
JOB = "settle_due_steps"
# Days from today, and the doses of the day from then on.
UP = ((3, (10, 10, 15)), (10, (10, 15, 15)), (17, (15, 15, 15)))
DOWN = ((3, (10, 10)), (10, (5, 5)), (17, ()))

Draw = Callable[..., TitrationPlan]
Morning = Callable[..., bool]
Report = Callable[..., SymptomReport]


def planned(today: date, steps: Sequence[tuple[int, Sequence[int]]]) -> tuple[PlannedStep, ...]:
    return tuple(
        PlannedStep(today + timedelta(days=days), tuple(Decimal(amount) for amount in amounts))
        for days, amounts in steps
    )


def at(patient: Patient, day: date, hour: int, minute: int = 0) -> datetime:
    """A wall time of the patient's."""
    return datetime.combine(day, time(hour, minute), tzinfo=patient.zone)


def reasons_for(plan: TitrationPlan, on: date) -> dict[str, str]:
    """A written reason for every guard rail that one can be given for."""
    breaches = check_guard_rails(
        patient=plan.patient, prescription=plan.prescription, direction=plan.direction, steps=planned_steps(plan),
        template=plan.template, today=on,
    )  # fmt: skip
    return {breach.rule: REASON for breach in breaches if not breach.hard}


def first(plan: TitrationPlan) -> TitrationStep:
    return plan.steps.get(number=1)


def steps_taken(prescription: Prescription) -> list[list[str]]:
    """The doses that steps have brought, oldest first."""
    return [period.amounts for period in prescription.dose_periods.filter(source="step").order_by("starts_on")]


def held_for(step: TitrationStep) -> set[str]:
    step.refresh_from_db()
    return {reason["code"] for reason in step.decision.get("reasons", ())}


@pytest.fixture
def draw(baclofen: Prescription, clinician: User, now: datetime, today: date) -> Draw:
    """Draw up a plan for Maya's baclofen, unless told otherwise."""

    def _draw(steps: Sequence[tuple[int, Sequence[int]]] = UP, **more: Any) -> TitrationPlan:
        given: dict[str, Any] = {
            "prescription": baclofen, "direction": "up", "template": None, "note": "", "by": clinician, "now": now,
            "policy": StepPolicy.ADVANCE_WHEN_CLEAR,
        }  # fmt: skip
        return draft_plan(steps=planned(today, steps), **(given | more))

    return _draw


@pytest.fixture
def sign(clinician: User, now: datetime, today: date) -> Callable[..., TitrationPlan]:
    """Sign a draft with a reason for whatever needs one."""

    def _sign(plan: TitrationPlan, **more: Any) -> TitrationPlan:
        given: dict[str, Any] = {"exceptions": reasons_for(plan, today), "by": clinician, "now": now}
        return sign_plan(plan=plan, **(given | more))

    return _sign


@pytest.fixture
def rising(draw: Draw, sign: Draw) -> TitrationPlan:
    """A signed plan from 30 to 45 mg a day, in three steps."""
    return sign(draw())


@pytest.fixture
def taper(draw: Draw, sign: Draw) -> TitrationPlan:
    """A signed taper from 30 mg a day to none, in three steps."""
    return sign(draw(DOWN, direction="taper"))


@pytest.fixture
def report(patient: Patient, well: dict[str, object]) -> Report:
    """Maya checks in at ten on a day; all is well but for what is given."""

    def _report(day: date, *, hour: int = 10, **answers: object) -> SymptomReport:
        assert patient.user is not None
        return submit_check_in(
            patient=patient, answers=well | answers, submission_key=uuid4(), by=patient.user, now=at(patient, day, hour)
        )

    return _report


@pytest.fixture
def clear(report: Report, rising: TitrationPlan) -> SymptomReport:
    """All was well on the day before the first step."""
    return report(first(rising).due_on - timedelta(days=1))


@pytest.fixture
def morning(patient: Patient) -> Morning:
    """The sweep comes by on the morning of a step, or some days later."""

    def _morning(step: TitrationStep, *, late: int = 0) -> bool:
        step.refresh_from_db()
        now = at(patient, step.due_on + timedelta(days=late), 5, 1)
        return settle_step(step_id=step.pk, now=now, job=JOB)

    return _morning


@pytest.fixture
def alice(client: Client, clinician: User, now: datetime, time_machine: Any) -> Client:
    time_machine.move_to(now, tick=False)
    client.force_login(clinician)
    return client


def address(plan: TitrationPlan, name: str = "plan_detail", *more: Any) -> str:
    return reverse(name, args=[plan.patient_id, plan.pk, *more])


def start(prescription: Prescription, direction: str = "up") -> str:
    path = reverse("plan_new", args=[prescription.patient_id])
    return f"{path}?prescription={prescription.pk}&direction={direction}"


def words(page: Any) -> str:
    return " ".join(page.content.decode().replace("\u00a0", " ").split())
