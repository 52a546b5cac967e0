"""One patient of a roll-out, or some of a preview."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from monitoring.knowledge.models import Change, ReleaseRollout, RolloutKind, RolloutPatient, RolloutState
from monitoring.knowledge.queries import hazards_found, hazards_kept
from monitoring.knowledge.rules import Held, changed_hazards
from monitoring.people.models import Patient
from monitoring.regimens.actions import lock_patient, note_broken_check, recheck_regimen
from monitoring.regimens.models import RegimenCheck
from monitoring.regimens.queries import load_regimens, screen_patient

logger = logging.getLogger(__name__)


class OvertakenError(Exception):
    """Somebody else has moved this roll-out on, or ended it: what was begun here is taken back."""


def take_patient(*, rollout: ReleaseRollout, patient_id: UUID, now: datetime, job: str) -> None:
    """Screen one patient again, store the flags and move the cursor, all or nothing.

    Whatever breaks in it is this patient's alone: it is counted, marked as a failed check, which the clock tries
    again, and an alert tells a person. Raises OvertakenError when the roll-out has gone on without us.
    """
    try:
        with transaction.atomic():
            _screen_and_store(rollout, patient_id, now=now, job=job)
    except OvertakenError:
        raise
    except Exception as error:  # noqa: BLE001 – the next patient must have their turn
        logger.error("rollout_patient_failed", extra={"patient": str(patient_id), "error": type(error).__name__})
        _pass_over(rollout, patient_id, now=now)
        _say_so(patient_id, error, now=now, job=job)
    rollout.cursor = patient_id


def _screen_and_store(rollout: ReleaseRollout, patient_id: UUID, *, now: datetime, job: str) -> None:
    patient = lock_patient(patient_id)
    if rollout.kind == RolloutKind.IN_FORCE and _has_been_screened(patient_id, rollout.to_version):
        _move_cursor(rollout, patient_id, done=1)
        return
    before = hazards_kept([patient])[patient_id]
    screening = recheck_regimen(patient=patient, now=now, job=job)
    if screening is None:
        _failure(rollout, patient_id).save(force_insert=True)
        _move_cursor(rollout, patient_id, done=1, failed=1)
        return
    after = hazards_found(screening.findings)
    RolloutPatient.objects.bulk_create(_rows(rollout, patient_id, before, after))
    _move_cursor(rollout, patient_id, done=1)


def _has_been_screened(patient_id: UUID, version: str) -> bool:
    return RegimenCheck.objects.filter(pk=patient_id, release=version, failed=False).exists()


@transaction.atomic
def preview_some(*, rollout: ReleaseRollout, patient_ids: Sequence[UUID], now: datetime) -> None:
    """What the release would change for these patients, kept with the preview; nothing of theirs is written."""
    patients = list(Patient.objects.filter(pk__in=patient_ids).order_by("pk"))
    kept = hazards_kept(patients)
    days = {patient: patient.local_date(now) for patient in patients}
    loaded = load_regimens(days)
    rows: list[RolloutPatient] = []
    failed = 0
    for patient, today in days.items():
        screened = screen_patient(patient, today, release=rollout.to_version, loaded=loaded[patient.pk])
        if screened.screening is None:
            failed += 1
            rows.append(_failure(rollout, patient.pk))
            continue
        rows += _rows(rollout, patient.pk, kept[patient.pk], hazards_found(screened.screening.findings))
    RolloutPatient.objects.bulk_create(rows, batch_size=500)
    _move_cursor(rollout, patient_ids[-1], done=len(patients), failed=failed)
    rollout.cursor = patient_ids[-1]


def _rows(
    rollout: ReleaseRollout, patient_id: UUID, before: Mapping[str, Held], after: Mapping[str, Held]
) -> list[RolloutPatient]:
    return [
        RolloutPatient(
            rollout=rollout, patient_id=patient_id, change=each.change, rule=each.rule, code=each.code,
            fingerprint=each.fingerprint, severity_before=each.before, severity_after=each.after,
        )
        for each in changed_hazards(before, after)
    ]  # fmt: skip


def _failure(rollout: ReleaseRollout, patient_id: UUID) -> RolloutPatient:
    return RolloutPatient(rollout=rollout, patient_id=patient_id, change=Change.FAILED)


def _move_cursor(rollout: ReleaseRollout, to: UUID, *, done: int, failed: int = 0) -> None:
    here = ReleaseRollout.objects.filter(pk=rollout.pk, state=RolloutState.RUNNING, cursor=rollout.cursor)
    if here.update(cursor=to, done=F("done") + done, failed=F("failed") + failed) == 0:
        raise OvertakenError


@transaction.atomic
def _pass_over(rollout: ReleaseRollout, patient_id: UUID, *, now: datetime) -> None:
    """Written plainly, without the code that broke: nothing of it may keep the others waiting."""
    RegimenCheck.objects.filter(pk=patient_id).update(failed=True, checked_at=now, overall="")
    _failure(rollout, patient_id).save(force_insert=True)
    _move_cursor(rollout, patient_id, done=1, failed=1)


def _say_so(patient_id: UUID, error: Exception, *, now: datetime, job: str) -> None:
    try:
        note_broken_check(patient_id=patient_id, failure=type(error).__name__, now=now, job=job)
    except Exception as another:  # noqa: BLE001 – the clock tries this regimen again and tells a person then
        logger.error("rollout_failure_untold", extra={"patient": str(patient_id), "error": type(another).__name__})
