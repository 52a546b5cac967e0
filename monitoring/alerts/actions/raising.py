"""Raise an alert, or lift the one that is open."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from monitoring.alerts.actions.telling import remember, tell, tell_holder
from monitoring.alerts.models import Alert, AlertKind, AlertLevel, AlertState
from monitoring.alerts.rules import due_at, first_telling, merge_reasons
from monitoring.audit.record import record
from monitoring.people.models import Patient, User


@transaction.atomic
def raise_alert(
    *,
    patient: Patient,
    kind: AlertKind,
    level: int,
    why: list[str],
    source_type: str,
    now: datetime,
    source_id: UUID | None = None,
    by: User | None = None,
    job: str | None = None,
    rule_version: str = "",
) -> Alert:
    """Raise an alert about `patient`, or add to the one of this kind that is open; gives back the open alert.

    `level` is 1 info … 4 emergency; `why` holds one plain line for each reason, worst first. One alert is open
    for a patient and kind. A worse report lifts it: back to new, due earlier, told from the first rung. An equal
    one wakes it if it was snoozed; a lesser one only adds to its history, and none ever lowers it. The same
    source reported again changes nothing. The first messages are queued in the same transaction.
    """
    locked = Patient.objects.select_for_update().select_related("clinic").get(pk=patient.pk)
    level = AlertLevel(level)
    alert = Alert.objects.open().select_for_update().filter(patient=locked, kind=kind).first()
    source = {"source_type": source_type, "source_id": source_id, "rule_version": rule_version}
    if alert is None:
        alert = _open(locked, kind, level, why, now, source)
        what = "raised"
    elif _is_repeat(alert, level, source_type, source_id):
        return alert
    else:
        what = _report_again(alert, locked, level, why, now, source)
    remember(alert, what, now=now, by=by, note="; ".join(why))
    record(
        action=f"alert.{what}",
        now=now,
        by=by,
        job=job,
        patient_id=locked.pk,
        object_type="alert",
        object_id=alert.pk,
        detail={"kind": str(kind), "level": int(alert.level), "reported": int(level), "source": source_type},
    )
    return alert


def _open(
    patient: Patient, kind: AlertKind, level: int, why: list[str], now: datetime, source: dict[str, Any]
) -> Alert:
    telling = first_telling(level, now)
    alert = Alert.objects.create(
        patient=patient,
        kind=kind,
        level=level,
        why=list(why),
        raised_at=now,
        last_reported_at=now,
        due_at=due_at(level, now, ZoneInfo(patient.clinic.time_zone)),
        next_escalation_at=telling.next_at,
        **source,
    )
    tell(alert, patient=patient, reach=telling.reach, now=now)
    return alert


def _is_repeat(alert: Alert, level: int, source_type: str, source_id: UUID | None) -> bool:
    same = source_id is not None and (alert.source_type, alert.source_id) == (source_type, source_id)
    return same and level <= alert.level


def _report_again(
    alert: Alert, patient: Patient, level: int, why: list[str], now: datetime, source: dict[str, Any]
) -> str:
    alert.report_count += 1
    alert.last_reported_at = now
    if level < alert.level:
        alert.save(update_fields=["report_count", "last_reported_at"])
        _tell_whoever_has_it(alert, now)
        return "reported"
    lifted = level > alert.level
    alert.why = merge_reasons(why, alert.why)
    for name, value in source.items():
        setattr(alert, name, value)
    if lifted:
        alert.level = level
        alert.due_at = min(alert.due_at, due_at(level, now, ZoneInfo(patient.clinic.time_zone)))
    if lifted or alert.state == AlertState.SNOOZED:
        start_anew(alert, patient=patient, now=now)
    else:
        alert.save()
        _tell_whoever_has_it(alert, now)
    return "lifted" if lifted else "reported"


def _tell_whoever_has_it(alert: Alert, now: datetime) -> None:
    if alert.state == AlertState.TAKEN and alert.taken_by is not None:
        tell_holder(alert, holder=alert.taken_by, now=now)


def start_anew(alert: Alert, *, patient: Patient, now: datetime) -> None:
    """Nobody has this alert any more: new again, told from the first rung. The caller holds the patient's lock."""
    telling = first_telling(alert.level, now)
    alert.state = AlertState.NEW
    alert.taken_at = alert.taken_by = alert.snoozed_until = alert.snoozed_by = None
    alert.cycle += 1
    alert.rung = telling.rung
    alert.next_escalation_at = telling.next_at
    alert.save()
    tell(alert, patient=patient, reach=telling.reach, now=now)
