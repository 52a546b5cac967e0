"""When somebody is switched off or goes away, the alerts that rest on them alone go on at once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions.escalating import next_rung
from monitoring.alerts.actions.raising import start_anew
from monitoring.alerts.actions.telling import remember
from monitoring.alerts.models import Alert, AlertDeed, AlertState
from monitoring.alerts.queries import stranded_by
from monitoring.audit.record import record
from monitoring.people.models import Absence, Patient, User
from monitoring.people.queries import staff_of


def hand_over_alerts(*, user_id: UUID, now: datetime, job: str) -> int:
    """Pass on every alert for which nobody but `user_id` was told, and bring back those they hold; the count.

    For somebody whose account was switched off, or whose absence has begun. Each alert is a transaction of its own;
    only when all have gone on is the person noted as handed over, so a sweep that is killed begins again where it
    was. Somebody who is back by then keeps what they have.
    """
    user = User.objects.get(pk=user_id)
    absence = Absence.objects.at(now).filter(user=user, handed_over_at__isnull=True).order_by("starts_at").first()
    if user.is_active and absence is None:
        return 0
    stranded = stranded_by(user_id, _others_there(user, now)).values_list("pk", "patient_id")
    count = sum(_pass_on(alert_id, patient_id, user, now, job) for alert_id, patient_id in list(stranded))
    _note_handed_over(user, absence, count, now, job)
    return count


def _others_there(user: User, now: datetime) -> list[UUID]:
    return [person.pk for person in staff_of(user.clinic_id, now).present]


@transaction.atomic
def _pass_on(alert_id: UUID, patient_id: UUID, user: User, now: datetime, job: str) -> bool:
    """One alert, if it still rests on this person once the patient is locked."""
    patient = Patient.objects.select_for_update().select_related("clinic").get(pk=patient_id)
    alert: Alert | None = stranded_by(user.pk, _others_there(user, now)).filter(pk=alert_id).first()
    if alert is None:
        return False
    if alert.state == AlertState.TAKEN:
        start_anew(alert, patient=patient, now=now)
    else:
        next_rung(alert, patient=patient, now=now)
    remember(alert=alert, what=AlertDeed.HANDED_ON, now=now, note=f"{user.name} is {_why(user)}.")
    record(
        action="alert.handed_on",
        now=now,
        job=job,
        patient_id=patient.pk,
        object_type="alert",
        object_id=alert.pk,
        detail={"level": int(alert.level), "cycle": alert.cycle, "rung": alert.rung, "policy": alert.policy_number},
    )
    return True


def _why(user: User) -> str:
    return "away" if user.is_active else "no longer active"


@transaction.atomic
def _note_handed_over(user: User, absence: Absence | None, count: int, now: datetime, job: str) -> None:
    """Claim the hand-over as done; whoever was switched on again meanwhile is not noted."""
    done = User.objects.filter(pk=user.pk, is_active=False, handed_over_at__isnull=True).update(handed_over_at=now)
    if absence is not None:
        done += Absence.objects.filter(pk=absence.pk, handed_over_at__isnull=True).update(handed_over_at=now)
    if done and count:
        record(
            action="user.hand_over", now=now, job=job, clinic_id=user.clinic_id, object_type="user",
            object_id=user.pk, detail={"alerts": count},
        )  # fmt: skip
