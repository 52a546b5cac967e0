"""Raise an alert, or lift the one that is open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from monitoring.alerts.actions.telling import remember, tell, tell_holder
from monitoring.alerts.models import Alert, AlertDeed, AlertKind, AlertLevel, AlertState
from monitoring.alerts.queries import policy_in_force
from monitoring.alerts.rules import (
    REOPEN_WITHIN,
    SAME_WORDS_FOR,
    Policy,
    brings_back,
    due_at,
    first_telling,
    merge_reasons,
)
from monitoring.audit.record import record
from monitoring.people.models import Patient, User

# The lines of an alert's history whose note is what was found.
SAID: Final = (AlertDeed.RAISED, AlertDeed.REPORTED, AlertDeed.LIFTED)


@dataclass(frozen=True, slots=True)
class _Report:
    """What was found, where, and when."""

    level: int
    why: list[str]
    at: datetime
    source_type: str
    source_id: UUID | None
    rule_version: str

    @property
    def words(self) -> str:
        return "; ".join(self.why)


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

    `level` is 1 info … 4 emergency; `why` holds one plain line for each reason, worst first. One alert is open for a
    patient and kind. A worse report lifts it: back to new, due earlier, told from the first rung. An equal one wakes
    it if it was snoozed; a lesser one only adds to its history, and none ever lowers it. Whoever has taken it hears of
    what is urgent and new outside the app too. The same source with nothing new to say changes nothing. A report as
    bad as what was closed in the last 24 hours brings it back, as a new alert that names the one it follows. The first
    messages are queued in the same transaction.
    """
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    report = _Report(AlertLevel(level), why, now, source_type, source_id, rule_version)
    found: Alert | None = Alert.objects.open().select_related("taken_by").filter(patient=locked, kind=kind).first()
    if found is not None and _is_repeat(found, report):
        return found
    alert = found or _open(locked, kind, report, by)
    what = _report_again(alert, locked, report) if found else "raised"
    remember(alert=alert, what=what, now=now, by=by, note=report.words)
    record(
        action=f"alert.{what}", now=now, by=by, job=job, patient_id=locked.pk, object_type="alert",
        object_id=alert.pk, detail=_detail(alert, report),
    )  # fmt: skip
    return alert


def _detail(alert: Alert, report: _Report) -> dict[str, Any]:
    follows = {"follows": str(alert.follows_id)} if alert.follows_id else {}
    return {
        "kind": str(alert.kind), "level": int(alert.level), "reported": report.level, "source": report.source_type,
        "policy": alert.policy_number, **follows,
    }  # fmt: skip


def _due_at(patient: Patient, policy: Policy, report: _Report) -> datetime:
    return due_at(policy, report.at, ZoneInfo(patient.clinic.time_zone))


def _brought_back(patient: Patient, kind: AlertKind, report: _Report) -> Alert | None:
    """The alert whose closing this report contradicts, if any; the latest closed one of its kind decides."""
    recent = Alert.objects.filter(patient=patient, kind=kind, closed_at__gte=report.at - REOPEN_WITHIN)
    closed: Alert | None = recent.order_by("-closed_at", "id").first()
    if closed is None or closed.closed_at is None:
        return None
    is_back = brings_back(closed_at=closed.closed_at, closed_level=closed.level, level=report.level, now=report.at)
    return closed if is_back else None


def _open(patient: Patient, kind: AlertKind, report: _Report, by: User | None) -> Alert:
    policy = policy_in_force(patient.clinic_id, report.level)
    telling = first_telling(policy, report.at)
    follows = _brought_back(patient, kind, report)
    alert = Alert.objects.create(
        patient=patient,
        kind=kind,
        level=report.level,
        why=list(report.why),
        source_type=report.source_type,
        source_id=report.source_id,
        rule_version=report.rule_version,
        raised_at=report.at,
        last_reported_at=report.at,
        due_at=_due_at(patient, policy, report),
        next_escalation_at=telling.next_at,
        policy_number=policy.number,
        follows=follows,
    )
    if follows is not None:
        remember(alert=follows, what=AlertDeed.CAME_BACK, now=report.at, by=by)
    tell(alert, patient=patient, policy=policy, now=report.at)
    return alert


def _is_repeat(alert: Alert, report: _Report) -> bool:
    same = (alert.source_type, alert.source_id) == (report.source_type, report.source_id)
    nothing_new = report.level <= alert.level and set(report.why) <= set(alert.why)
    return report.source_id is not None and same and nothing_new


def _report_again(alert: Alert, patient: Patient, report: _Report) -> str:
    """Add a report to the open alert; what it did to it."""
    alert.report_count += 1
    alert.last_reported_at = report.at
    if report.level < alert.level:
        alert.save(update_fields=["report_count", "last_reported_at"])
        _tell_whoever_has_it(alert, report)
        return "reported"
    lifted = report.level > alert.level
    alert.why = merge_reasons(report.why, alert.why)
    alert.source_type, alert.source_id = report.source_type, report.source_id
    alert.rule_version = report.rule_version
    if lifted:
        alert.level = report.level
        policy = policy_in_force(patient.clinic_id, report.level)
        alert.due_at = min(alert.due_at, _due_at(patient, policy, report))
    if lifted or alert.state == AlertState.SNOOZED:
        start_anew(alert, patient=patient, now=report.at)
    else:
        alert.save()
        _tell_whoever_has_it(alert, report)
    return "lifted" if lifted else "reported"


def _tell_whoever_has_it(alert: Alert, report: _Report) -> None:
    if alert.state == AlertState.TAKEN and alert.taken_by is not None:
        is_pressing = report.level >= AlertLevel.URGENT and not _was_just_said(alert, report)
        tell_holder(alert, holder=alert.taken_by, is_pressing=is_pressing, now=report.at)


def _was_just_said(alert: Alert, report: _Report) -> bool:
    since = report.at - SAME_WORDS_FOR
    said = alert.history.filter(what__in=SAID, note=report.words, at__gt=since, at__lte=report.at)
    return said.exists()


def start_anew(alert: Alert, *, patient: Patient, now: datetime) -> None:
    """Nobody has this alert any more: new again, told from the first rung.

    Part of another action, which holds the patient's lock and writes the history.
    """
    policy = policy_in_force(patient.clinic_id, alert.level)
    telling = first_telling(policy, now)
    alert.state = AlertState.NEW
    alert.taken_at = alert.taken_by = alert.snoozed_until = alert.snoozed_by = None
    alert.cycle += 1
    alert.rung = telling.rung
    alert.next_escalation_at = telling.next_at
    alert.policy_number = policy.number
    alert.save()
    tell(alert, patient=patient, policy=policy, now=now)
