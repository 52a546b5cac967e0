"""A message that was given up is itself something a clinician must answer."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions.raising import raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.notifications.models import Notification, NotificationState
from monitoring.people.models import Patient


def raise_alerts_for_dead_letters(*, now: datetime, job: str, limit: int = 100) -> int:
    """Raise an alert about the patient behind each given-up message, once for each; the count raised.

    A message with no patient behind it (a notice to an admin), and one about an earlier failure of this kind,
    stay on the list of failed messages alone: an alert about an alert's mail would feed on itself.
    """
    dead = Notification.objects.filter(state=NotificationState.DEAD, reported_at__isnull=True)
    ids = list(dead.order_by("-urgent", "created_at").values_list("pk", flat=True)[:limit])
    return sum(_report(pk, now, job) for pk in ids)


@transaction.atomic
def _report(pk: UUID, now: datetime, job: str) -> bool:
    message = Notification.objects.select_related("recipient").get(pk=pk)
    patient = _patient_behind(message)
    if patient is not None:
        Patient.objects.select_for_update().get(pk=patient.pk)
    claimed = Notification.objects.filter(pk=pk, state=NotificationState.DEAD, reported_at__isnull=True)
    if claimed.update(reported_at=now) != 1 or patient is None:
        return False
    raise_alert(
        patient=patient,
        kind=AlertKind.DELIVERY,
        level=AlertLevel.URGENT if message.urgent else AlertLevel.WARNING,
        why=[_why(message)],
        source_type="notification",
        source_id=message.pk,
        now=now,
        job=job,
    )
    return True


def _why(message: Notification) -> str:
    whom = "the patient" if message.recipient.is_patient else message.recipient.name
    return f"A message to {whom} could not be sent by {message.get_channel_display()}"


def _patient_behind(message: Notification) -> Patient | None:
    if message.recipient.is_patient:
        return Patient.objects.filter(user=message.recipient).first()
    if message.ref_type != "alert":
        return None
    alert: Alert | None = Alert.objects.select_related("patient").filter(pk=message.ref_id).first()
    if alert is None or alert.kind == AlertKind.DELIVERY:
        return None
    return alert.patient
