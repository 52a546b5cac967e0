"""A message that was given up is itself something a clinician must answer."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from monitoring.alerts.actions.raising import raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.audit.record import record
from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Channel, Notification, NotificationState, Template
from monitoring.operations.actions import each
from monitoring.people.models import Patient, Role, User

SWEEP = "raise_alerts_for_dead_letters"


def raise_alerts_for_dead_letters(*, now: datetime, job: str) -> int:
    """Raise an alert about the patient behind each given-up message, once for each; the count raised.

    Of a message with no patient behind it (a digest, a notice to an admin), and of one about an earlier failure of
    this kind, the clinic's admins hear in the app: an alert about an alert's mail would feed on itself. One that
    cannot be reported rests and is tried again, and keeps none of the others back.
    """
    raised: list[UUID] = []

    def report(pk: UUID) -> None:
        if _report(pk, now, job):
            raised.append(pk)

    each(_unreported, report, sweep=SWEEP, now=now)
    return len(raised)


def _unreported(_: datetime, limit: int) -> list[UUID]:
    dead = Notification.objects.filter(state=NotificationState.DEAD, reported_at__isnull=True)
    return list(dead.order_by("-urgent", "created_at", "id").values_list("pk", flat=True)[:limit])


@transaction.atomic
def _report(pk: UUID, now: datetime, job: str) -> bool:
    message = Notification.objects.select_related("recipient").get(pk=pk)
    patient = _patient_behind(message)
    if patient is not None:
        Patient.objects.select_for_update().get(pk=patient.pk)
    claimed = Notification.objects.filter(pk=pk, state=NotificationState.DEAD, reported_at__isnull=True)
    if claimed.update(reported_at=now) != 1:
        return False
    if patient is None:
        _tell_admins(message, now, job)
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


def _tell_admins(message: Notification, now: datetime, job: str) -> None:
    """Say once that nothing reaches this person at this address, until every message that failed was dealt with."""
    person = User.objects.select_for_update().get(pk=message.recipient_id)
    address = person.email if message.channel == Channel.EMAIL else ""
    mark = salted_hmac("unreachable", f"{message.channel}:{address}").hexdigest()[:16]
    occasion = f"unreachable {person.pk} {mark}"
    failed = Notification.objects.filter(recipient=person, channel=message.channel, state=NotificationState.DEAD)
    standing = failed.filter(reported_at__isnull=False, dismissed_at__isnull=True).exclude(pk=message.pk)
    told = Notification.objects.filter(ref_type="user", ref_id=person.pk, occasion__startswith=occasion)
    if standing.exists() and told.exists():
        return
    admins = User.objects.filter(clinic=person.clinic_id, role=Role.ADMIN, is_active=True).order_by("id")
    queue_for_many(
        recipients=admins, channels=[Channel.IN_APP], template=Template.UNREACHABLE, ref_type="user", ref_id=person.pk,
        dedupe_key=f"{occasion} {message.pk} {message.created_at.isoformat()}", now=now,
    )  # fmt: skip
    record(
        action="notification.unreachable", now=now, job=job, clinic_id=person.clinic_id, object_type="user",
        object_id=person.pk, detail={"channel": message.channel},
    )  # fmt: skip
