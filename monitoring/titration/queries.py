"""What the gate, the pages and the sweeps ask of the tables."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from monitoring.alerts.models import Alert, AlertKind
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.people.models import Patient
from monitoring.regimens.models import (
    FlagStatus,
    InteractionFlag,
    Prescription,
    PrescriptionState,
    RegimenCheck,
)
from monitoring.regimens.queries import dose_on, screening_with_dose
from monitoring.titration.models import StepState, TitrationPlan, TitrationStep
from monitoring.titration.rules import Evidence, Report

# How far back check-ins are read: enough for any cadence of a running plan.
REPORTS_READ = 14


def due_step_ids(now: datetime, limit: int = 500) -> list[UUID]:
    """Steps to settle, oldest first. A held step keeps the later ones of its plan waiting."""
    held = TitrationStep.objects.filter(state=StepState.HELD).values("plan")
    return list(TitrationStep.objects.due(now).exclude(plan__in=held).values_list("pk", flat=True)[:limit])


# A step counts from early morning, before the first dose of the patient's day.
STEP_HOUR = time(5, 0)


def step_instant(patient: Patient, day: date) -> datetime:
    """The instant from which a step of the patient's local `day` is due."""
    return datetime.combine(day, STEP_HOUR, tzinfo=patient.zone)


def amounts_of(step: TitrationStep) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in step.amounts)


def daily_of(step: TitrationStep) -> Decimal:
    return sum(amounts_of(step), Decimal(0))


def plannable(patient: Patient, key: UUID) -> Prescription | None:
    """The patient's prescription, when a plan can be drawn up for it: active, and of one understood ingredient."""
    found = Prescription.objects.filter(patient=patient, pk=key, state=PrescriptionState.ACTIVE).first()
    return found if found is not None and len(found.ingredients) == 1 else None


def plans_of(patient: Patient, *, signed_only: bool = False) -> QuerySet[TitrationPlan]:
    """A patient's plans with their steps, newest first; with `signed_only` nothing that was never signed."""
    plans: QuerySet[TitrationPlan] = TitrationPlan.objects.filter(patient=patient)
    if signed_only:
        plans = plans.filter(signed_at__isnull=False)
    related = plans.select_related("patient", "prescription", "created_by", "signed_by")
    return related.prefetch_related("steps").order_by("-created_at", "-version")


def gather_evidence(step: TitrationStep, *, patient: Patient, now: datetime) -> Evidence:
    """Everything `rules.decide` looks at, as the tables stand in this transaction."""
    plan, prescription = step.plan, step.plan.prescription
    today = patient.local_date(now)
    steps = list(plan.steps.all())
    current = dose_on(prescription, today)
    last_change = current.starts_on if current else None
    check = RegimenCheck.objects.filter(patient=patient).first()
    screening = screening_with_dose(
        patient, prescription=prescription, amounts=amounts_of(step), unit=step.unit, on=today
    )
    return Evidence(
        today=today,
        due_on=step.due_on,
        prescription_active=prescription.state == PrescriptionState.ACTIVE,
        current_daily=current.daily if current else None,
        expected_daily=_expected_daily(steps, step, plan),
        next_daily=daily_of(step),
        highest_signed_daily=max((daily_of(other) for other in steps), default=Decimal(0)),
        last_change_on=last_change,
        min_gap_days=_signed_gap(steps, step),
        reports=_reports(patient),
        missed_since_change=_missed_since(patient, last_change),
        open_alerts=_open_alerts(patient),
        unanswered_flags=tuple(
            InteractionFlag.objects.filter(patient=patient, status=FlagStatus.OPEN, blocking=True).values_list(
                "code", flat=True
            )
        ),
        new_blocking_findings=screening.new_blocking,
        regimen_check_failed=check is None or check.failed or screening.failed,
        unresolved_medicines=len(check.unresolved) if check else 0,
    )


def _expected_daily(steps: Sequence[TitrationStep], step: TitrationStep, plan: TitrationPlan) -> Decimal | None:
    """What the plan believes is taken now: the step before, or the dose the plan was signed upon."""
    before = [other for other in steps if other.number < step.number and other.state == StepState.ADVANCED]
    if before:
        return daily_of(max(before, key=lambda other: other.number))
    return Decimal(plan.start_daily) if plan.start_daily else None


def _signed_gap(steps: Sequence[TitrationStep], step: TitrationStep) -> int:
    """Days the signed plan itself puts between the step before and this one: the least that must have passed."""
    before = next((other for other in steps if other.number == step.number - 1), None)
    return (step.due_on - before.due_on).days if before else 0


def _reports(patient: Patient) -> tuple[Report, ...]:
    rows = SymptomReport.objects.filter(patient=patient).select_related("check_in")[:REPORTS_READ]
    return tuple(Report(row.check_in.local_date, row.level) for row in rows)


def _missed_since(patient: Patient, day: date | None) -> int:
    missed = CheckIn.objects.filter(patient=patient, state=CheckInState.MISSED)
    return (missed.filter(local_date__gte=day) if day else missed).count()


def _open_alerts(patient: Patient) -> tuple[tuple[str, int], ...]:
    # A hold's own alert must not keep the step on hold for ever; a failed message says nothing of the patient.
    rows = Alert.objects.filter(patient=patient).open().exclude(kind__in=[AlertKind.STEP_HELD, AlertKind.DELIVERY])
    return tuple((row.get_kind_display().lower(), row.level) for row in rows)
