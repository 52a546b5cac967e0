"""A clinician answers a flag: why go ahead, for how long, and what starts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import pgettext

from monitoring.audit.record import record
from monitoring.checkins.actions import start_schedule
from monitoring.checkins.models import ScheduleSource
from monitoring.languages import SOURCE
from monitoring.people.models import Patient, User
from monitoring.regimens.actions.errors import RegimenConflict, RegimenError
from monitoring.regimens.actions.flagging import ask, settle_question
from monitoring.regimens.actions.prescribing import prescribe
from monitoring.regimens.actions.recheck import lock_patient
from monitoring.regimens.actions.watching import watch_start
from monitoring.regimens.models import (
    FlagStatus,
    InteractionFlag,
    Override,
    OverrideReason,
    Prescription,
    PrescriptionState,
    QuestionOutcome,
    RegimenCheck,
    WithdrawalReason,
)
from monitoring.regimens.queries import Proposed, facts_to_keep, holding_flags, screen_patient, standing_answer
from monitoring.regimens.rules import NOTE_MIN_LENGTH, Cause, by_fingerprint, expires_on, flag_mark, reasons_for


@transaction.atomic
def acknowledge_flag(
    *, flag: InteractionFlag, reason: str, note: str, by: User, now: datetime, seen: str | None = None
) -> Override:
    """Answer a flag with a coded reason and a note for the next clinician; renew the answer the same way.

    The prescriptions that waited for this flag alone become active, and are watched as any start is (`watching`).
    The reason “will monitor” starts check-ins in the same transaction. `seen` is the mark of the flag as
    the page showed it. Raises RegimenConflict when the flag has changed since or is gone, RegimenError
    for a reason this flag does not offer or a note of fewer than 10 characters.
    """
    patient = lock_patient(flag.patient_id)
    flag = InteractionFlag.objects.get(pk=flag.pk)
    note = _answerable(flag, reason, note, seen)
    today = patient.local_date(now)
    override = Override(
        flag=flag, reason=OverrideReason(reason), note=note, severity=flag.severity, at=now, by=by,
        expires_on=expires_on(flag.severity, today), facts=_facts(flag, patient, today),
    )  # fmt: skip
    if reason == OverrideReason.WILL_MONITOR:
        override.promised = start_schedule(
            patient=patient, source=ScheduleSource.OVERRIDE, source_id=flag.pk, starts_on=today, by=by, now=now,
        )  # fmt: skip
    override.save(force_insert=True)
    flag.status, flag.reopened_because = FlagStatus.ACKNOWLEDGED, ""
    flag.save(update_fields=["status", "reopened_because"])
    settle_question(flag, QuestionOutcome.ANSWERED, now)
    _look_again(override, today)
    activated = _activate_released(flag)
    for medicine in activated:
        watch_start(prescription=medicine, patient=patient, by=by, now=now)
    record(
        action="flag.acknowledge", now=now, by=by, patient_id=patient.pk, object_type="flag", object_id=flag.pk,
        reason=reason,
        detail={
            "expires_on": override.expires_on.isoformat(),
            "activated": [str(medicine.pk) for medicine in activated],
        },
    )  # fmt: skip
    return override


def _look_again(override: Override, today: date) -> None:
    """See to it that the sweep comes when this answer may fall: once it has expired, or a promise may be broken."""
    day = override.expires_on if override.promised is None else min(override.expires_on, today)
    soon = RegimenCheck.objects.filter(patient=override.flag.patient_id, next_check_on__gt=day + timedelta(days=1))
    soon.update(next_check_on=day + timedelta(days=1))


def _answerable(flag: InteractionFlag, reason: str, note: str, seen: str | None) -> str:
    """The note as it is kept, when this flag can be answered so."""
    if flag.status == FlagStatus.RESOLVED:
        raise RegimenConflict(pgettext("staff", "This interaction is no longer present. Look at the medicines again."))
    if seen is not None and seen != flag_mark(flag.finding, flag.status):
        raise RegimenConflict(
            pgettext("staff", "This interaction changed after you opened the page. Read it again before you answer.")
        )
    note = note.strip()
    if reason not in reasons_for(flag.code):
        raise RegimenError(pgettext("staff", "Choose one of the reasons."), field="reason")
    if len(note) < NOTE_MIN_LENGTH:
        raise RegimenError(
            pgettext("staff", "Write at least %(least)s characters for the next clinician.")
            % {"least": NOTE_MIN_LENGTH},
            field="note",
        )
    return note


def _facts(flag: InteractionFlag, patient: Patient, today: date) -> dict[str, Any]:
    """What is true now of what the reader was shown; empty when it cannot be told, and then the answer falls soon.

    By the release that made the flag: another one may be in force, but nobody has read its words here yet.
    """
    screened = screen_patient(patient, today, release=flag.release)
    findings = by_fingerprint(screened.screening.findings) if screened.screening is not None else {}
    finding = findings.get(flag.fingerprint)
    if finding is None:
        return {}
    shown = {each["factor"] for each in flag.finding.get("factors", ()) if each["effect"] == "raises"}
    facts = facts_to_keep(finding, screened, today)
    return facts | {"severity": flag.severity, "raising": sorted(shown & set(facts["raising"]))}


@transaction.atomic
def withdraw_answer(*, override: Override, reason: str, note: str, by: User, now: datetime) -> InteractionFlag:
    """Take one's own answer back: the interaction asks again, and says why. Check-ins that were promised go on.

    Raises RegimenConflict when it is not the answer that counts any more, RegimenError for somebody else's answer
    or a reason that is not on the list. Prescriptions stay as they are: what is taken is taken.
    """
    patient = lock_patient(override.flag.patient_id)
    flag = InteractionFlag.objects.get(pk=override.flag_id)
    override = Override.objects.get(pk=override.pk)
    if override.by_id != by.pk:
        raise RegimenError(pgettext("staff", "Only its author can withdraw an answer. Answer it anew instead."))
    if flag.status != FlagStatus.ACKNOWLEDGED or override != standing_answer(flag.overrides.all()):
        raise RegimenConflict(pgettext("staff", "This answer does not count any more. Look at the interaction again."))
    if reason not in WithdrawalReason.values:
        raise RegimenError(pgettext("staff", "Choose one of the reasons."), field="reason")
    override.withdrawn_at, override.withdrawn_reason, override.withdrawn_note = now, reason, note.strip()
    override.save(update_fields=["withdrawn_at", "withdrawn_reason", "withdrawn_note"])
    with translation.override(SOURCE):  # it is kept, and kept in one language
        why = f"{by.name} withdrew the answer: {WithdrawalReason(reason).label}"
    flag.status, flag.reopened_because = FlagStatus.OPEN, why
    flag.save(update_fields=["status", "reopened_because"])
    if flag.blocking:
        ask(flag, [Cause.WITHDRAWN], now)
    record(
        action="flag.withdraw_answer", now=now, by=by, patient_id=patient.pk, object_type="flag", object_id=flag.pk,
        reason=reason, detail={"answer": str(override.pk)},
    )  # fmt: skip
    return flag


def _activate_released(flag: InteractionFlag) -> list[Prescription]:
    """Make every prescription active that waited for this flag and that no other flag holds."""
    activated: list[Prescription] = []
    for prescription in flag.prescriptions.filter(state=PrescriptionState.AWAITING):
        if not holding_flags(prescription):
            prescription.state = PrescriptionState.ACTIVE
            prescription.save(update_fields=["state"])
            activated.append(prescription)
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
