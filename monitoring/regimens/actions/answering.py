"""A clinician answers a flag: why go ahead, for how long, and what starts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.audit.record import record
from monitoring.checkins.actions import start_schedule
from monitoring.checkins.models import ScheduleSource
from monitoring.people.models import Patient, User
from monitoring.regimens.actions.errors import RegimenConflict, RegimenError
from monitoring.regimens.actions.prescribing import prescribe
from monitoring.regimens.actions.recheck import lock_patient
from monitoring.regimens.models import (
    FlagStatus,
    InteractionFlag,
    Override,
    OverrideReason,
    Prescription,
    PrescriptionState,
)
from monitoring.regimens.queries import Proposed, holding_flags
from monitoring.regimens.rules import NOTE_MIN_LENGTH, expires_on, flag_mark, reasons_for


@transaction.atomic
def acknowledge_flag(
    *, flag: InteractionFlag, reason: str, note: str, by: User, now: datetime, seen: str | None = None
) -> Override:
    """Answer a flag with a coded reason and a note for the next clinician; renew the answer the same way.

    The prescriptions that waited for this flag alone become active. The reason “will monitor” starts
    check-ins (daily for 14 days, then weekly) in the same transaction. `seen` is the mark of the flag as
    the page showed it. Raises RegimenConflict when the flag has changed since or is gone, RegimenError
    for a reason this flag does not offer or a note of fewer than 10 characters.
    """
    patient = lock_patient(flag.patient_id)
    flag = InteractionFlag.objects.get(pk=flag.pk)
    if flag.status == FlagStatus.RESOLVED:
        raise RegimenConflict("This interaction is no longer present. Look at the medicines again.")
    if seen is not None and seen != flag_mark(flag.finding, flag.status):
        raise RegimenConflict("This interaction changed after you opened the page. Read it again before you answer.")
    note = note.strip()
    if reason not in reasons_for(flag.code):
        raise RegimenError("Choose one of the reasons.", field="reason")
    if len(note) < NOTE_MIN_LENGTH:
        raise RegimenError(f"Write at least {NOTE_MIN_LENGTH} characters for the next clinician.", field="note")
    override = Override.objects.create(
        flag=flag, reason=OverrideReason(reason), note=note, severity=flag.severity, at=now, by=by,
        expires_on=expires_on(flag.severity, patient.local_date(now)),
    )  # fmt: skip
    flag.status, flag.reopened_because = FlagStatus.ACKNOWLEDGED, ""
    flag.save(update_fields=["status", "reopened_because"])
    activated = _activate_released(flag)
    if reason == OverrideReason.WILL_MONITOR:
        start_schedule(
            patient=patient, source=ScheduleSource.OVERRIDE, source_id=flag.pk,
            starts_on=patient.local_date(now), by=by, now=now,
        )  # fmt: skip
    record(
        action="flag.acknowledge", now=now, by=by, patient_id=patient.pk, object_type="flag", object_id=flag.pk,
        reason=reason,
        detail={"expires_on": override.expires_on.isoformat(), "activated": [str(pk) for pk in activated]},
    )  # fmt: skip
    return override


def _activate_released(flag: InteractionFlag) -> list[UUID]:
    """Make every prescription active that waited for this flag and that no other flag holds."""
    activated: list[UUID] = []
    for prescription in flag.prescriptions.filter(state=PrescriptionState.AWAITING):
        if not holding_flags(prescription):
            prescription.state = PrescriptionState.ACTIVE
            prescription.save(update_fields=["state"])
            activated.append(prescription.pk)
    return activated


@dataclass(frozen=True, slots=True)
class Answer:
    """The reason chosen for one finding, and the mark of that finding as it was shown."""

    reason: str
    seen: str


@transaction.atomic
def prescribe_and_answer(
    *,
    patient: Patient,
    proposed: Proposed,
    sig: str,
    confirmed_ingredients: Sequence[str],
    manual_check_reason: str,
    token: UUID,
    answers: Mapping[str, Answer],
    note: str,
    by: User,
    now: datetime,
) -> Prescription:
    """Add a medicine and answer, in the same transaction, what its page asked: `answers` by fingerprint.

    A finding that appeared since (another clinician added a medicine) was not shown, so it stays unanswered
    and keeps the prescription waiting; one that changed since raises RegimenConflict and nothing is stored.
    """
    prescription = prescribe(
        patient=patient, entered=proposed.understood.entered, route=proposed.route, dose=proposed.dose, sig=sig,
        starts_on=proposed.starts_on, ends_on=proposed.ends_on, confirmed_ingredients=confirmed_ingredients,
        manual_check_reason=manual_check_reason, token=token, by=by, now=now,
    )  # fmt: skip
    open_flags = InteractionFlag.objects.filter(patient=prescription.patient_id, status=FlagStatus.OPEN)
    for flag in open_flags.filter(fingerprint__in=answers):
        answer = answers[flag.fingerprint]
        acknowledge_flag(flag=flag, reason=answer.reason, note=note, seen=answer.seen, by=by, now=now)
    prescription.refresh_from_db()
    return prescription
