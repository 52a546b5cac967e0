"""Plans, their steps and the medicines they are drawn for."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import pgettext

from monitoring.alerts.models import Alert, AlertKind
from monitoring.checkins.rules import instant_of
from monitoring.formatting import day_text
from monitoring.people.models import Patient
from monitoring.regimens.models import DosePeriod, Prescription, PrescriptionState
from monitoring.regimens.queries import dose_of, dose_on, dose_words
from monitoring.regimens.queries.doses import ingredient_dose
from monitoring.titration.models import StepState, TitrationPlan, TitrationStep
from monitoring.titration.rules import Present

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
    return Present(daily_in_plan_unit(prescription, period), period.starts_on if period else None)


def daily_in_plan_unit(prescription: Prescription, period: DosePeriod | None) -> Decimal | None:
    """What a dose period comes to in mg a day; None when that is not known."""
    ingredient = prescription.ingredients[0] if prescription.ingredients else ""
    dose = ingredient_dose(dose_of(period), ingredient, prescription.ingredients, prescription.strengths)
    return None if dose is None else dose.daily_in(PLAN_UNIT)


def why_not_plannable(prescription: Prescription, on: date) -> str:
    """Why no plan can be drawn up for this prescription, in words for a clinician; empty when one can."""
    present = dose_on(prescription, on)
    others = [period for period in prescription.dose_periods.all() if period != present]
    later = [period.starts_on for period in others if period.starts_on is not None and period.starts_on > on]
    reasons = (
        (pgettext("staff", "Its prescription is not active."), prescription.state != PrescriptionState.ACTIVE),
        (pgettext("staff", "A combination cannot be planned here."), len(prescription.ingredients) > 1),
        (pgettext("staff", "The medicine was not understood."), not prescription.ingredients),
        (pgettext("staff", "Only a medicine taken by mouth can be planned here."), prescription.route != "oral"),
        (
            pgettext("staff", "It is taken only when needed. Set a regular dose first."),
            present is not None and present.as_needed,
        ),
        (
            pgettext("staff", "It is not taken every day. Set a daily dose first."),
            present is not None and present.interval_days != 1,
        ),
        (
            pgettext("staff", "The dose taken now is not known in mg. Record it first."),
            daily_in_plan_unit(prescription, present) is None,
        ),
        (
            pgettext("staff", "Another dose is already recorded from %(day)s.")
            % {"day": day_text(min(later, default=on))},
            bool(later),
        ),
    )
    return next((reason for reason, applies in reasons if applies), "")


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
    related = plans.select_related("patient", "prescription", "created_by", "signed_by", "paused_by")
    return related.prefetch_related("steps").order_by("-created_at", "-version", "id")


def running_plan(prescription_id: UUID) -> TitrationPlan | None:
    """The signed plan of a prescription: there is at most one."""
    return TitrationPlan.objects.running().filter(prescription=prescription_id).first()


def open_hold_alert(patient: Patient) -> Alert | None:
    """The alert that a held step raised, while nobody has closed it."""
    return Alert.objects.filter(patient=patient, kind=AlertKind.STEP_HELD).open().first()


def plan_mark(plan: TitrationPlan, on: date) -> str:
    """A short mark of what a reader of this plan was shown; it differs once something of it has changed.

    It ends with the number of the last decision that was shown, so that the later ones can be told.
    """
    present = present_dose(plan.prescription, on)
    running = running_plan(plan.prescription_id)
    steps = [(str(step.due_on), step.amounts, step.unit, step.state) for step in plan.steps.all()]
    shown = [
        plan.state, plan.paused, steps, str(present.daily), str(present.since), str(running.pk if running else ""),
        str(plan.patient.egfr),
    ]  # fmt: skip
    latest = plan.decisions.aggregate(latest=Max("id"))["latest"] or 0
    return f"{digest(shown)}-{latest}"


def digest(shown: list[Any]) -> str:
    """A short mark of what was shown, the same for the same."""
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:20]
