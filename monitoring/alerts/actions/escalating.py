"""Pass an unanswered alert on. Only a person's answer ends this."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions.raising import start_anew
from monitoring.alerts.actions.telling import remember, tell
from monitoring.alerts.models import Alert, AlertState
from monitoring.alerts.rules import next_telling
from monitoring.audit.record import record
from monitoring.people.models import Patient


@transaction.atomic
def escalate_alert(*, alert_id: UUID, now: datetime, job: str) -> bool:
    """Do what has come due for one alert: the next rung, the end of a snooze, or the end of a take.

    False when nothing is due any more: somebody answered it, or another sweep was first. The last rung
    comes round for ever. A snooze that runs out, and an alert that was taken and not closed in time, start
    anew at the first rung.
    """
    found = Alert.objects.filter(pk=alert_id).values_list("patient_id", flat=True).first()
    if found is None:
        return False
    patient = Patient.objects.select_for_update().select_related("clinic").get(pk=found)
    alert: Alert | None = Alert.objects.unanswered(now).filter(pk=alert_id).first()
    if alert is None or not _claim(alert, now):
        return False
    note = ""
    if alert.state == AlertState.NEW:
        what = "escalated"
        _next_rung(alert, patient, now)
    else:
        what = "woke" if alert.state == AlertState.SNOOZED else "take_timed_out"
        holder = alert.snoozed_by if alert.state == AlertState.SNOOZED else alert.taken_by
        note = holder.name if holder else ""
        start_anew(alert, patient=patient, now=now)
    remember(alert=alert, what=what, now=now, note=note)
    record(
        action=f"alert.{what}",
        now=now,
        job=job,
        patient_id=patient.pk,
        object_type="alert",
        object_id=alert.pk,
        detail={"level": int(alert.level), "cycle": alert.cycle, "rung": alert.rung},
    )
    return True


def _claim(alert: Alert, now: datetime) -> bool:
    """One sweep wins: the row must still be as it was read. The new due time is written by what follows."""
    untouched = Alert.objects.unanswered(now).filter(
        pk=alert.pk,
        state=alert.state,
        cycle=alert.cycle,
        rung=alert.rung,
        next_escalation_at=alert.next_escalation_at,
    )
    return untouched.update(rung=alert.rung + 1) == 1


def _next_rung(alert: Alert, patient: Patient, now: datetime) -> None:
    telling = next_telling(alert.level, alert.rung, alert.next_escalation_at or now, now)
    alert.rung = telling.rung
    alert.next_escalation_at = telling.next_at
    alert.save(update_fields=["rung", "next_escalation_at"])
    tell(alert, patient=patient, reach=telling.reach, now=now)
