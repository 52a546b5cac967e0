"""Everything the gate looks at, read from the tables in the transaction that decides."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from monitoring.alerts.models import Alert, AlertKind
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.intakes.models import DoseReportKind
from monitoring.intakes.queries import reports_between
from monitoring.intakes.rules import SEVERAL
from monitoring.operations.queries import catching_up, gaps_between
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
from monitoring.regimens.queries import screening_with_dose
from monitoring.titration.models import StepState, TitrationPlan, TitrationStep
from monitoring.titration.queries.beside import unexcused_change
from monitoring.titration.queries.plans import amounts_of, daily_of, digest, present_dose, step_instant
from monitoring.titration.rules import (
    CLEAR_LEVEL,
    EXTRA_DOSE,
    MISSED_SOME,
    RAN_OUT,
    URGENT_ALERT_LEVEL,
    DosesTold,
    Evidence,
    Report,
)

# How far back check-ins are read: enough for any cadence of a running plan.
REPORTS_READ: Final = 14
LOOK_BACK: Final = timedelta(days=14)
DOSES_ASKED: Final = "q10_doses_other"
_OF_DOSES: Final = (MISSED_SOME, RAN_OUT, EXTRA_DOSE)


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
        changed_outside=changed_outside(plan, steps, today),
        **_signed(plan, step),
        reports=_reports(patient, today),
        missed_since_change=_missed_since(patient, max(present.since or date.min, today - LOOK_BACK)),
        open_alerts=_open_alerts(patient),
        unanswered_flags=tuple(
            InteractionFlag.objects.filter(patient=patient, status=FlagStatus.OPEN, blocking=True).values_list(
                "finding__title", flat=True
            )
        ),
        new_blocking_findings=screening.new_blocking,
        regimen_check_failed=check is None or check.failed or screening.failed,
        unresolved_medicines=len(check.unresolved) if check else 0,
        other_changed=unexcused_change(step, today),
        doses_told=_doses_told_apart(patient, today),
        **_watched(step, now),
    )


def _watched(step: TitrationStep, now: datetime) -> dict[str, Any]:
    """Whether somebody stopped the plan, and whether the clock ran since the step was due."""
    return {
        "paused": step.plan.paused,
        "gaps": tuple((gap.from_at, gap.to_at) for gap in gaps_between(step.due_at, now)),
        "catching_up": catching_up(now) is not None,
    }


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


def changed_outside(plan: TitrationPlan, steps: Sequence[TitrationStep], today: date) -> bool:
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
            doses=_doses_told(row.answers),
        )
        for row in rows
    )


def _doses_told(answers: dict[str, Any]) -> tuple[str, ...] | None:
    """What a check-in says of missed and extra doses; None when that question was left out."""
    told = answers.get(DOSES_ASKED)
    return None if not told else tuple(each for each in _OF_DOSES if each in told)


def _doses_told_apart(patient: Patient, today: date) -> tuple[DosesTold, ...]:
    """What was reported of single doses, by day, since every dose of the regimen is as it is now."""
    changed = _last_change(patient, today)
    since = today - LOOK_BACK if changed is None else patient.local_date(changed)
    found: dict[date, list[str]] = {}
    for row in reports_between(patient, since, today):
        found.setdefault(row.local_date, []).append(row.kind)
    return tuple(
        DosesTold(day, _missed_among(kinds), DoseReportKind.EXTRA in kinds) for day, kinds in sorted(found.items())
    )


def _missed_among(kinds: Sequence[str]) -> int:
    """How many doses these reports of a day say were missed; a medicine that is taken no more is several."""
    return kinds.count(DoseReportKind.SKIPPED) + SEVERAL * kinds.count(DoseReportKind.STOPPED)


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
    """Kind and level of each open alert that counts here, worst first.

    A hold's own alert must not keep the step on hold for ever, and a failed message says nothing of the patient;
    once such an alert is urgent, it counts as any urgent one does.
    """
    beside = [AlertKind.STEP_HELD, AlertKind.DELIVERY]
    rows = Alert.objects.filter(patient=patient).open().exclude(kind__in=beside, level__lt=URGENT_ALERT_LEVEL)
    return tuple(sorted(((row.get_kind_display().lower(), row.level) for row in rows), key=lambda row: -row[1]))


def hold_mark(evidence: Evidence) -> str:
    """A short mark of the bad news a reader of a held step was shown; more of it makes another mark."""
    bad = [(str(r.local_date), r.level) for r in evidence.reports if r.level is None or r.level > CLEAR_LEVEL]
    doses = [(str(r.local_date), r.doses) for r in evidence.reports if r.doses]
    return digest([
        bad, doses, str(evidence.doses_told),
        evidence.open_alerts, evidence.unanswered_flags, evidence.new_blocking_findings, evidence.paused,
        str(evidence.other_changed),
    ])  # fmt: skip
