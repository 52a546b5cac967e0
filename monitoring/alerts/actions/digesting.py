"""What is calm leaves as one mail for each person and digest time."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from monitoring.alerts.models import AlertDigest
from monitoring.alerts.queries import waiting_for
from monitoring.alerts.rules import next_digest
from monitoring.audit.record import record
from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Template
from monitoring.notifications.queries import channels_for
from monitoring.people.models import User


@transaction.atomic
def settle_digests(*, user_id: UUID, now: datetime, job: str) -> int:
    """Queue one mail in place of every digest of this person that is due; how many alerts it counts.

    Nothing is sent when everything has been answered meanwhile, or to somebody who was switched off. After an outage
    the digests that came due are one. The mail says a number and nothing else, and
    is dropped if it could not leave before the next one: in the app each alert stands by itself. What is overshadowed
    by something urgent about the same patient is not counted, and waits for the next digest.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    due = AlertDigest.objects.filter(recipient=user, settled_at__isnull=True, due_at__lte=now)
    newest = due.order_by("-due_at").first()
    if newest is None:
        return 0
    shadowed = list(waiting_for(user).values_list("overshadowed", flat=True)) if user.is_active else []
    waiting = shadowed.count(False)
    following = next_digest(now, ZoneInfo(user.clinic.time_zone))
    due.update(settled_at=now, count=waiting)
    if any(shadowed):
        AlertDigest.objects.get_or_create(recipient=user, due_at=following)
    if waiting:
        queue_for_many(
            recipients=[user], channels=channels_for([user])[user.pk][:1], template=Template.DIGEST,
            ref_type="digest", ref_id=newest.pk, count=waiting, dedupe_key=f"digest {newest.pk}", now=now,
            expires_at=following,
        )  # fmt: skip
    record(
        action="alert.digest", now=now, job=job, clinic_id=user.clinic_id, object_type="user", object_id=user.pk,
        detail={"count": waiting},
    )  # fmt: skip
    return waiting
