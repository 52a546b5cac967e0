"""What the gate, the pages and the sweeps ask of the tables."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from monitoring.alerts.models import Alert, AlertKind
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.rules import instant_of
from monitoring.formatting import day_text
from monitoring.people.models import Patient
from monitoring.regimens.models import (
    DosePeriod,
    DosePeriodSource,
    FlagStatus,
    InteractionFlag,
    Prescription,
    PrescriptionState,
    RegimenCheck,
)
from monitoring.regimens.queries import dose_of, dose_on, dose_words, screening_with_dose
from monitoring.regimens.queries.doses import ingredient_dose
from monitoring.titration.models import StepState, TitrationPlan, TitrationStep
from monitoring.titration.rules import Evidence, Present, Report

# How far back check-ins are read: enough for any cadence of a running plan.
REPORTS_READ: Final = 14
LOOK_BACK: Final = timedelta(days=14)
# A step counts from early morning, before the first dose of the patient's day.
STEP_HOUR: Final = time(5, 0)
# Plans are drawn in the unit that labels for the mouth are written in.
PLAN_UNIT: Final = "mg"
OPEN_STEPS: Final = (StepState.PLANNED, StepState.HELD)


def due_step_ids(now: datetime, limit: int = 500) -> list[UUID]:
    """Steps to settle, oldest first: of each plan at most its next one, and none while an earlier one is on hold."""
    earlier = TitrationStep.objects.filter(plan=OuterRef("plan"), number__lt=OuterRef("number"), state__in=OPEN_STEPS)
    due = TitrationStep.objects.due(now).exclude(Exists(earlier))
    return list(due.values_list("pk", flat=True)[:limit])


def overtaken_plan_ids(now: datetime, limit: int = 500) -> list[UUID]:  # noqa: ARG001 - what every sweep is asked
    """Signed plans whose medicine has ended, oldest first."""
    return list(TitrationPlan.objects.overtaken().order_by("signed_at", "id").values_list("pk", flat=True)[:limit])


def step_instant(patient: Patient, day: date) -> datetime:
    """The instant from which a step of the patient's local `day` is due."""
    return instant_of(day, STEP_HOUR, patient.zone)


def amounts_of(step: TitrationStep) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in step.amounts)


def daily_of(step: TitrationStep) -> Decimal:
    return step.daily


def present_dose(prescription: Prescription, on: date) -> Present:
    """What is taken on `on`, in mg a day, and since when. A tablet counts by its strength; unknown stays unknown."""
    period = dose_on(prescription, on)
    return Present(_daily(prescription, period), period.starts_on if period else None)


def _daily(prescription: Prescription, period: DosePeriod | None) -> Decimal | None:
    ingredient = prescription.ingredients[0] if prescription.ingredients else ""
    dose = ingredient_dose(dose_of(period), ingredient, prescription.ingredients, prescription.strengths)
    return None if dose is None else dose.daily_in(PLAN_UNIT)


def why_not_plannable(prescription: Prescription, on: date) -> str:
    """Why no plan can be drawn up for this prescription, in words for a clinician; empty when one can."""
    present = dose_on(prescription, on)
    others = [period for period in prescription.dose_periods.all() if period != present]
    later = [period.starts_on for period in others if period.starts_on is not None and period.starts_on > on]
    reasons = {
        "Its prescription is not active.": prescription.state != PrescriptionState.ACTIVE,
        "A combination cannot be planned here.": len(prescription.ingredients) > 1,
        "The medicine was not understood.": not prescription.ingredients,
        "Only a medicine taken by mouth can be planned here.": prescription.route != "oral",
        "It is taken only when needed. Set a regular dose first.": present is not None and present.as_needed,
        "It is not taken every day. Set a daily dose first.": present is not None and present.interval_days != 1,
        "The dose taken now is not known in mg. Record it first.": _daily(prescription, present) is None,
        f"Another dose is already recorded from {day_text(min(later, default=on))}.": bool(later),
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def plannable(patient: Patient, key: UUID, on: date) -> Prescription | None:
    """The patient's prescription, when a plan can be drawn up for it on that day."""
    found = Prescription.objects.filter(patient=patient, pk=key, state=PrescriptionState.ACTIVE).first()
    return found if found is not None and not why_not_plannable(found, on) else None


@dataclass(frozen=True, slots=True)
class Course:
    """A medicine a plan may be drawn up for, what is taken of it now, and what stands in the way."""

    prescription: Prescription
    words: str
    present: Present
    why_not: str


def course_of(prescription: Prescription, on: date) -> Course:
    """A prescription as a course, as it is taken on that day."""
    words = dose_words(dose_of(dose_on(prescription, on)))
    return Course(prescription, words, present_dose(prescription, on), why_not_plannable(prescription, on))


def courses_of(patient: Patient, on: date) -> list[Course]:
    """Every active medicine of the patient as a course."""
    active = Prescription.objects.filter(patient=patient, state=PrescriptionState.ACTIVE)
    return [course_of(each, on) for each in active.prefetch_related("dose_periods")]


def plans_of(patient: Patient, *, signed_only: bool = False) -> QuerySet[TitrationPlan]:
    """A patient's plans with their steps, newest first; with `signed_only` nothing that was never signed."""
    plans: QuerySet[TitrationPlan] = TitrationPlan.objects.filter(patient=patient)
    if signed_only:
        plans = plans.filter(signed_at__isnull=False)
    related = plans.select_related("patient", "prescription", "created_by", "signed_by")
    return related.prefetch_related("steps").order_by("-created_at", "-version")


def running_plan(prescription_id: UUID) -> TitrationPlan | None:
    """The signed plan of a prescription: there is at most one."""
    return TitrationPlan.objects.running().filter(prescription=prescription_id).first()


def open_hold_alert(patient: Patient) -> Alert | None:
    """The alert that a held step raised, while nobody has closed it."""
    return Alert.objects.filter(patient=patient, kind=AlertKind.STEP_HELD).open().first()


def gather_evidence(step: TitrationStep, *, patient: Patient, now: datetime) -> Evidence:
    """Everything `rules.decide` looks at, as the tables stand in this transaction."""
    plan, prescription = step.plan, step.plan.prescription
    today = patient.local_date(now)
    steps = list(plan.steps.all())
    present = present_dose(prescription, today)
    check = RegimenCheck.objects.filter(patient=patient).first()
    screening = screening_with_dose(
        patient, prescription=prescription, amounts=amounts_of(step), unit=step.unit, on=today
    )
    return Evidence(
        today=today,
        due_on=step.due_on,
        prescription_active=_is_taken(prescription, today),
        current_daily=present.daily,
        expected_daily=_expected_daily(steps, step, plan),
        next_daily=daily_of(step),
        last_change_on=present.since,
        changed_outside=_changed_outside(plan, steps, today),
        **_signed(plan, step),
        reports=_reports(patient, today),
        missed_since_change=_missed_since(patient, max(present.since or date.min, today - LOOK_BACK)),
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


def _is_taken(prescription: Prescription, today: date) -> bool:
    begun = prescription.starts_on is None or prescription.starts_on <= today
    over = prescription.ends_on is not None and prescription.ends_on < today
    return prescription.state == PrescriptionState.ACTIVE and begun and not over


def _expected_daily(steps: Sequence[TitrationStep], step: TitrationStep, plan: TitrationPlan) -> Decimal | None:
    """What the plan believes is taken now: the step before, or the dose the plan was signed upon."""
    before = [other for other in steps if other.number < step.number and other.state == StepState.ADVANCED]
    if before:
        return daily_of(max(before, key=lambda other: other.number))
    return Decimal(plan.start_daily) if plan.start_daily else None


def _changed_outside(plan: TitrationPlan, steps: Sequence[TitrationStep], today: date) -> bool:
    """Whether a dose was recorded that is not of this plan's making: after its signature, or for a day to come."""
    for period in plan.prescription.dose_periods.exclude(
        source=DosePeriodSource.STEP, source_id__in=[step.pk for step in steps]
    ):
        ahead = period.starts_on is not None and period.starts_on > today
        if ahead or (plan.signed_at is not None and period.created_at > plan.signed_at):
            return True
    return False


def _signed(plan: TitrationPlan, step: TitrationStep) -> dict[str, Any]:
    """What the signature says of this step. A step it does not know is not as signed."""
    signed: list[dict[str, Any]] = plan.signed_steps
    own = signed[step.number - 1] if step.number <= len(signed) else None
    highest = (sum(map(Decimal, each["amounts"]), Decimal(0)) for each in signed)
    return {
        "as_signed": own is not None and (own["amounts"], own["unit"]) == (step.amounts, step.unit),
        "highest_signed_daily": max(highest, default=Decimal(0)),
        "min_gap_days": own["gap"] if own is not None else 0,
    }


def _reports(patient: Patient, today: date) -> tuple[Report, ...]:
    rows = SymptomReport.objects.filter(patient=patient).select_related("check_in")[:REPORTS_READ]
    changed = _last_change(patient, today)
    # A report sent late speaks of the day it was asked for.
    day = date.min if changed is None else patient.local_date(changed)
    return tuple(
        Report(
            row.check_in.local_date,
            row.level,
            since_change=changed is None or (row.submitted_at >= changed and row.check_in.local_date >= day),
        )
        for row in rows
    )


def _last_change(patient: Patient, today: date) -> datetime | None:
    """The instant from which every dose of the regimen is as it is now; None when none changed lately.

    A dose recorded on its own first day counts from when it was recorded, any other from the morning of that day.
    """
    begun = DosePeriod.objects.filter(
        prescription__patient=patient, prescription__state=PrescriptionState.ACTIVE,
        starts_on__gt=today - LOOK_BACK, starts_on__lte=today,
    )  # fmt: skip
    instants = []
    for starts_on, created_at in begun.values_list("starts_on", "created_at"):
        if starts_on is None:
            continue
        morning = step_instant(patient, starts_on)
        same_day = patient.local_date(created_at) == starts_on
        instants.append(max(morning, created_at) if same_day else morning)
    return max(instants, default=None)


def _missed_since(patient: Patient, day: date) -> int:
    return CheckIn.objects.filter(patient=patient, state=CheckInState.MISSED, local_date__gte=day).count()


def _open_alerts(patient: Patient) -> tuple[tuple[str, int], ...]:
    # A hold's own alert must not keep the step on hold for ever; a failed message says nothing of the patient.
    rows = Alert.objects.filter(patient=patient).open().exclude(kind__in=[AlertKind.STEP_HELD, AlertKind.DELIVERY])
    return tuple(sorted(((row.get_kind_display().lower(), row.level) for row in rows), key=lambda row: -row[1]))


def plan_mark(plan: TitrationPlan, on: date) -> str:
    """A short mark of what a reader of this plan was shown; it differs once something of it has changed."""
    present = present_dose(plan.prescription, on)
    running = running_plan(plan.prescription_id)
    shown = [
        plan.state, [(str(step.due_on), step.amounts, step.unit) for step in plan.steps.all()], str(present.daily),
        str(present.since), str(running.pk if running else ""), str(plan.patient.egfr),
    ]  # fmt: skip
    return _digest(shown)


def hold_mark(evidence: Evidence) -> str:
    """A short mark of the bad news a reader of a held step was shown; more of it makes another mark."""
    bad = [(str(r.local_date), r.level) for r in evidence.reports if r.level is None or r.level > 1]
    return _digest([bad, evidence.open_alerts, evidence.unanswered_flags, evidence.new_blocking_findings])


def _digest(shown: list[Any]) -> str:
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:20]
