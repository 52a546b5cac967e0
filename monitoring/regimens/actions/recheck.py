"""Screen the regimen as it is stored and bring the patient's flags into line with the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from interactions.checking import Screening
from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind, AlertLevel
from monitoring.audit.models import Outcome
from monitoring.audit.record import record
from monitoring.people.models import Patient, User
from monitoring.regimens.actions.flagging import FlagWriter
from monitoring.regimens.actions.watching import end_schedules_of
from monitoring.regimens.models import InteractionFlag, Prescription, RegimenCheck, RegimenIngredient
from monitoring.regimens.queries import Screened, is_check_due, next_check_day, screen_patient

WITHDRAWAL = "WITHDRAWAL"


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check did: its answer (None when the check broke) and the flags that now need an answer."""

    screening: Screening | None
    asked: tuple[InteractionFlag, ...] = ()


def lock_patient(patient_id: UUID) -> Patient:
    """The patient's row, locked: whoever changes or checks a regimen does so one at a time."""
    return Patient.objects.select_for_update().get(pk=patient_id)


@transaction.atomic
def recheck_regimen(
    *, patient: Patient, now: datetime, by: User | None = None, job: str | None = None
) -> Screening | None:
    """Screen the stored regimen on the patient's present day and store flags and check.

    Returns the screening, or None when the checker itself failed: then the flags stay as they were,
    the check is stored as failed and an urgent alert is raised. Safe to repeat.
    """
    return check_and_flag(patient=lock_patient(patient.pk), now=now, by=by, job=job).screening


@transaction.atomic
def recheck_due_regimen(*, patient_id: UUID, now: datetime, job: str) -> bool:
    """Recheck one patient of the sweep, unless somebody has checked since; True when it was done."""
    patient = Patient.objects.select_for_update().filter(pk=patient_id).first()
    if patient is None or not is_check_due(patient, now):
        return False
    check_and_flag(patient=patient, now=now, job=job)
    return True


def check_and_flag(*, patient: Patient, now: datetime, by: User | None = None, job: str | None = None) -> Checked:
    """The check itself, for callers that hold the patient's lock and their own transaction."""
    today = patient.local_date(now)
    _keep_ingredients(patient)
    screened = screen_patient(patient, today)
    screening = screened.screening
    if screening is None:
        _store_failure(patient, screened, today, now=now, by=by, job=job)
        return Checked(None)
    writer = FlagWriter(patient, screened, today=today, now=now)
    asked = writer.write(screening.findings)
    end_schedules_of(resolved=writer.resolved, patient=patient, now=now, by=by, job=job)
    _store_check(patient, screened, screening, now=now)
    record(
        action="regimen.check", now=now, by=by, job=job, patient_id=patient.pk, object_type="regimen",
        object_id=patient.pk,
        detail={
            "release": screening.release,
            "findings": len(screening.findings),
            "unresolved": len(screened.unresolved),
            "asked": [str(flag.pk) for flag in asked],
        },
    )  # fmt: skip
    if job is not None and asked:
        _tell(patient, asked, now=now, job=job)
    return Checked(screening, tuple(asked))


@transaction.atomic
def note_broken_check(*, patient_id: UUID, failure: str, now: datetime, job: str) -> None:
    """Store that the check of a regimen broke before it could say so itself, and raise the urgent alert.

    `failure` is the kind of error, never its text, which may name a person.
    """
    patient = lock_patient(patient_id)
    _store_failure(patient, Screened(None, failure=failure), patient.local_date(now), now=now, by=None, job=job)


def _keep_ingredients(patient: Patient) -> None:
    """Note who takes what, so that a change of knowledge finds everybody whom it concerns."""
    rows = Prescription.objects.filter(patient=patient).current().order_by()
    taken = {each for ingredients in rows.values_list("ingredients", flat=True) for each in ingredients}
    noted = RegimenIngredient.objects.filter(patient=patient)
    known = set(noted.values_list("ingredient", flat=True))
    if known - taken:
        noted.filter(ingredient__in=known - taken).delete()
    if taken - known:
        RegimenIngredient.objects.bulk_create(
            RegimenIngredient(patient=patient, ingredient=each) for each in sorted(taken - known)
        )


def _tell(patient: Patient, asked: Sequence[InteractionFlag], *, now: datetime, job: str) -> None:
    """Nobody is looking at a page: time, an import or a new release asked, so a person must be told.

    A course of baclofen that ran out untapered is urgent, as a stop without a taper is (S08).
    """
    withdrawal = [flag for flag in asked if flag.code == WITHDRAWAL]
    others = [flag for flag in asked if flag.code != WITHDRAWAL]
    kinds = (
        (AlertKind.WITHDRAWAL, AlertLevel.URGENT, withdrawal),
        (AlertKind.REGIMEN_CHECK, AlertLevel.WARNING, others),
    )
    for kind, level, flags in kinds:
        if flags:
            raise_alert(
                patient=patient, kind=kind, level=level, why=[_needs_answer(flag) for flag in flags],
                source_type="flag", source_id=flags[0].pk, now=now, job=job,
            )  # fmt: skip


def _store_check(patient: Patient, screened: Screened, screening: Screening, *, now: datetime) -> None:
    RegimenCheck.objects.update_or_create(
        patient=patient,
        defaults={
            "checked_at": now,
            "failed": False,
            "release": screening.release,
            "overall": str(screening.overall),
            "unresolved": list(screened.unresolved),
            "not_checked": [*screening.not_checked, *screening.not_understood],
            "next_check_on": next_check_day(patient, screened, patient.local_date(now)),
        },
    )


def _needs_answer(flag: InteractionFlag) -> str:
    because = f": {flag.reopened_because}" if flag.reopened_because else ""
    return f"{flag.finding.get('title') or flag.code} ({flag.severity}) needs an answer{because}."


def _store_failure(
    patient: Patient, screened: Screened, today: date, *, now: datetime, by: User | None, job: str | None
) -> None:
    RegimenCheck.objects.update_or_create(
        patient=patient,
        defaults={"checked_at": now, "failed": True, "overall": "", "next_check_on": today},
        create_defaults={
            "checked_at": now, "failed": True, "overall": "", "release": "", "unresolved": [], "next_check_on": today,
        },
    )  # fmt: skip
    raise_alert(
        patient=patient, kind=AlertKind.REGIMEN_CHECK, level=AlertLevel.URGENT,
        why=["The interaction check of this regimen failed. Check the medicines by hand."],
        source_type="regimen", source_id=patient.pk, now=now, by=by, job=job,
    )  # fmt: skip
    record(
        action="regimen.check", now=now, by=by, job=job, patient_id=patient.pk, object_type="regimen",
        object_id=patient.pk, outcome=Outcome.FAILED, reason=screened.failure,
    )  # fmt: skip
