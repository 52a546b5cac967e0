"""What is calm leaves as one mail for each person and digest time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.alerts.models import AlertDigest
from monitoring.alerts.queries import waiting_for
from monitoring.audit.record import record
from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Notification, Template
from monitoring.people.models import User


@transaction.atomic
def settle_digests(*, user_id: UUID, now: datetime, job: str) -> int:
    """Queue one mail in place of every digest of this person that is due; how many alerts it counts.

    Nothing is sent when everything has been answered meanwhile, or to somebody who was switched off. After an outage
    the digests that came due are one. The mail says a number and nothing else.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    due = AlertDigest.objects.filter(recipient=user, settled_at__isnull=True, due_at__lte=now)
    newest = due.order_by("-due_at").first()
    if newest is None:
        return 0
    waiting = waiting_for(user).count() if user.is_active else 0
    due.update(settled_at=now, count=waiting)
    if waiting:
        occasion = f"digest {newest.pk}"
        queue_for_many(
            recipients=[user], template=Template.DIGEST, ref_type="digest", ref_id=newest.pk,
            dedupe_key=occasion, now=now,
        )  # fmt: skip
        Notification.objects.filter(ref_type="digest", ref_id=newest.pk).update(count=waiting)
    record(
        action="alert.digest", now=now, job=job, clinic_id=user.clinic_id, object_type="user", object_id=user.pk,
        detail={"count": waiting},
    )  # fmt: skip
    return waiting
