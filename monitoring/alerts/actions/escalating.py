"""Pass an unanswered alert on. Only a person's answer ends this."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions.raising import start_anew
from monitoring.alerts.actions.telling import remember, tell
from monitoring.alerts.models import Alert, AlertDeed, AlertQuerySet, AlertState
from monitoring.alerts.queries import out_of_reach, policy_in_force, policy_numbered
from monitoring.alerts.rules import moved_to, next_telling
from monitoring.audit.record import record
from monitoring.people.models import Patient


@transaction.atomic
def escalate_alert(*, alert_id: UUID, now: datetime, job: str) -> bool:
    """Do what has come due for one alert: the next rung, the end of a snooze, or the end of a take.

    False when nothing is due any more: somebody answered it, or another sweep was first. The last rung
    comes round for ever. A snooze that runs out, and an alert that was taken and not closed in time, start
    anew at the first rung. Each telling follows the clinic's newest policy of the level. An alert that a clock
    which was set back has put out of reach counts as due.
    """
    found = Alert.objects.filter(pk=alert_id).values_list("patient_id", flat=True).first()
    if found is None:
        return False
    patient = Patient.objects.select_for_update().select_related("clinic").get(pk=found)
    alert: Alert | None = _due(now).filter(pk=alert_id).first()
    if alert is None or not _claim(alert, now):
        return False
    note = ""
    if alert.state == AlertState.NEW:
        what = AlertDeed.ESCALATED
        next_rung(alert, patient=patient, now=now)
    else:
        what = AlertDeed.WOKE if alert.state == AlertState.SNOOZED else AlertDeed.TAKE_TIMED_OUT
        holder = alert.snoozed_by if alert.state == AlertState.SNOOZED else alert.taken_by
        note = holder.name if holder else ""
        start_anew(alert, patient=patient, now=now)
    remember(alert=alert, what=what, now=now, note=note)
    record(
        action=f"alert.{what.value}",
        now=now,
        job=job,
        patient_id=patient.pk,
        object_type="alert",
        object_id=alert.pk,
        detail={"level": int(alert.level), "cycle": alert.cycle, "rung": alert.rung, "policy": alert.policy_number},
    )
    return True


def _due(now: datetime) -> AlertQuerySet:
    return Alert.objects.unanswered(now) | Alert.objects.filter(out_of_reach(now))


def _claim(alert: Alert, now: datetime) -> bool:
    """One sweep wins: the row must still be as it was read. The new due time is written by what follows."""
    untouched = _due(now).filter(
        pk=alert.pk,
        state=alert.state,
        cycle=alert.cycle,
        rung=alert.rung,
        next_escalation_at=alert.next_escalation_at,
    )
    return untouched.update(rung=alert.rung + 1) == 1


def next_rung(alert: Alert, *, patient: Patient, now: datetime) -> None:
    """Make the next telling at `now`, due or not, under the clinic's newest policy.

    Part of another action, which holds the patient's lock and writes the history.
    """
    policy = policy_in_force(patient.clinic_id, alert.level)
    rung = alert.rung
    if policy.number != alert.policy_number:
        told_under = policy_numbered(patient.clinic_id, alert.level, alert.policy_number)
        rung = moved_to(policy, rung=rung, told_under=told_under)
    telling = next_telling(policy, rung, alert.next_escalation_at or now, now)
    alert.rung, alert.next_escalation_at, alert.policy_number = telling.rung, telling.next_at, policy.number
    alert.save(update_fields=["rung", "next_escalation_at", "policy_number"])
    tell(alert, patient=patient, policy=policy, now=now)
