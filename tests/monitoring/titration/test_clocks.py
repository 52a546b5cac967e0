"""When a step is due: the patient's own morning, late sweeps, other zones, the days clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from monitoring.checkins.models import SymptomReport
from monitoring.people.models import Patient
from monitoring.regimens.models import DosePeriod, Prescription
from monitoring.titration.actions import settle_step
from monitoring.titration.models import StepState, TitrationPlan
from monitoring.titration.queries import due_step_ids
from tests.monitoring.titration.conftest import (
    JOB,
    Draw,
    Morning,
    Report,
    at,
    first,
    held_for,
)

pytestmark = pytest.mark.django_db


def test_nothing_happens_before_five_in_the_morning(
    rising: TitrationPlan, clear: SymptomReport, patient: Patient
) -> None:
    step = first(rising)
    assert not settle_step(step_id=step.pk, now=at(patient, step.due_on, 4, 59), job=JOB)
    assert due_step_ids(at(patient, step.due_on, 4, 59)) == []
    assert due_step_ids(at(patient, step.due_on, 5)) == [step.pk]


def test_a_step_two_days_late_waits_for_a_person(
    rising: TitrationPlan, report: Report, morning: Morning, baclofen: Prescription
) -> None:
    report(first(rising).due_on)
    morning(first(rising), late=2)
    assert held_for(first(rising)) == {"late"}


def test_a_step_one_day_late_takes_the_later_ones_along(
    rising: TitrationPlan, report: Report, morning: Morning, today: date
) -> None:
    # given no sweep ran on the day of the first step
    report(first(rising).due_on)
    # when it comes by the next day
    morning(first(rising), late=1)
    # then every dose still lasts as long as was signed
    assert [(step.due_on - today).days for step in rising.steps.all()] == [4, 11, 18]
    assert [step.due_at for step in rising.steps.all()] == [
        at(rising.patient, step.due_on, 5).astimezone(UTC) for step in rising.steps.all()
    ]


# --- clocks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "due_at"),
    [
        ("Europe/London", datetime(2026, 6, 18, 4, 0, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 6, 17, 17, 0, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 6, 18, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_step_counts_from_the_patients_own_morning(patient: Patient, draw: Draw, zone: str, due_at: datetime) -> None:
    Patient.objects.filter(pk=patient.pk).update(time_zone=zone)
    plan = draw(((3, (10, 10, 15)),))
    assert plan.steps.get().due_at == due_at


@pytest.mark.parametrize(("day", "hour"), [(date(2026, 10, 24), 4), (date(2026, 10, 25), 5), (date(2027, 3, 28), 4)])
def test_a_step_is_at_five_on_the_days_the_clocks_change(
    patient: Patient, draw: Draw, today: date, day: date, hour: int
) -> None:
    plan = draw((((day - today).days, (10, 10, 15)),))
    assert plan.steps.get().due_at == datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def test_who_flies_west_is_not_given_the_dose_a_day_early(
    rising: TitrationPlan, clear: SymptomReport, patient: Patient, baclofen: Prescription
) -> None:
    # given she is in California when it is five in London
    step = first(rising)
    early = step.due_at + timedelta(minutes=1)
    Patient.objects.filter(pk=patient.pk).update(time_zone="America/Los_Angeles")
    # when the sweep comes by, the evening before for her
    assert not settle_step(step_id=step.pk, now=early, job=JOB)
    # then the step waits for her morning
    step.refresh_from_db()
    assert step.state == StepState.PLANNED
    assert step.due_at == datetime(2026, 6, 18, 12, 0, tzinfo=UTC)
    assert settle_step(step_id=step.pk, now=step.due_at, job=JOB)
    period = DosePeriod.objects.get(source="step")
    assert period.starts_on == date(2026, 6, 18)


def test_a_plan_signed_on_its_first_day_is_due_at_once_and_not_late(
    draw: Draw, sign: Draw, report: Report, today: date, now: datetime
) -> None:
    report(today, hour=9)
    plan = sign(draw(((0, (10, 10, 15)),)))
    assert due_step_ids(now) == [first(plan).pk]
    settle_step(step_id=first(plan).pk, now=now, job=JOB)
    assert first(plan).state == StepState.ADVANCED
