"""What is calm leaves as one mail for each person and digest time."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from monitoring.alerts.models import Alert, AlertDigest, AlertLevel
from monitoring.alerts.queries import waiting_for
from monitoring.alerts.rules import GROUP_WAIT, next_digest
from monitoring.audit.record import record
from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Notification, NotificationState, Template
from monitoring.notifications.queries import channels_for, refs_told
from monitoring.people.models import User


@transaction.atomic
def settle_digests(*, user_id: UUID, now: datetime, job: str) -> int:
    """Queue one mail in place of every digest of this person that is due; how many alerts it counts.

    Nothing is sent when everything has been answered meanwhile, or to somebody who was switched off. After an outage
    the digests that came due are one. The mail says a number and nothing else, and is dropped if it could not leave
    before the next one, which then counts what it counted: so each mail is followed by a look, which sends nothing
    when that mail was accepted and nothing has come since. What is overshadowed by something urgent about the same
    patient is not counted, and waits for the next digest.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    due = AlertDigest.objects.filter(recipient=user, settled_at__isnull=True, due_at__lte=now)
    newest = due.order_by("-due_at").first()
    if newest is None:
        return 0
    shadowed = list(waiting_for(user).values_list("overshadowed", flat=True)) if user.is_active else []
    waiting = shadowed.count(False)
    told = waiting if waiting and not _was_told(user) else 0
    due.update(settled_at=now, count=waiting)
    following = next_digest(now, ZoneInfo(user.clinic.time_zone))
    if told or any(shadowed):
        AlertDigest.objects.get_or_create(recipient=user, due_at=following)
    if told:
        queue_for_many(
            recipients=[user], channels=channels_for([user])[user.pk][:1], template=Template.DIGEST,
            ref_type="digest", ref_id=newest.pk, count=told, dedupe_key=f"digest {newest.pk}", now=now,
            expires_at=following,
        )  # fmt: skip
    record(
        action="alert.digest", now=now, job=job, clinic_id=user.clinic_id, object_type="user", object_id=user.pk,
        detail={"count": told},
    )  # fmt: skip
    return told


def _was_told(user: User) -> bool:
    """Whether the last digest was accepted and holds all that waits: nothing was told or came out of a shadow since."""
    mails = Notification.objects.filter(recipient=user, template=Template.DIGEST)
    last = mails.order_by("-created_at", "id").values_list("ref_id", flat=True).first()
    digest = AlertDigest.objects.filter(pk=last).first() if last else None
    if digest is None or not mails.filter(ref_id=last, state=NotificationState.ACCEPTED).exists():
        return False
    waiting = waiting_for(user).filter(overshadowed=False)
    # What was told in the minutes before it belonged to the next one.
    since = digest.due_at - GROUP_WAIT
    fresh = refs_told(user, "alert").filter(created_at__gt=since, ref_id__in=waiting.values("pk"))
    worse = Alert.objects.filter(level__gte=AlertLevel.URGENT, closed_at__gt=digest.due_at)
    return not fresh.exists() and not worse.filter(patient__in=waiting.values("patient")).exists()
