"""What a person does with messages: read them, try one again, take one off the list."""

from datetime import datetime

from django.db import transaction

from monitoring.audit.record import record
from monitoring.notifications.models import Channel, Notification, NotificationState
from monitoring.people.models import User


@transaction.atomic
def retry_notification(*, notification: Notification, by: User, now: datetime) -> bool:
    """Send a given-up message again, with a fresh 24 hours; False when it is no longer given up."""
    waiting = Notification.objects.filter(pk=notification.pk, state=NotificationState.DEAD).update(
        state=NotificationState.PENDING, created_at=now, next_at=now, attempts=0, reported_at=None,
        dismissed_at=None, dismissed_by=None, last_error="", expires_at=None, withdrawn_at=None,
    )  # fmt: skip
    if waiting != 1:
        return False
    record(action="notification.retry", now=now, by=by, object_type="notification", object_id=notification.pk)
    return True


@transaction.atomic
def dismiss_notification(*, notification: Notification, by: User, now: datetime) -> bool:
    """A person has dealt with a given-up message; False when somebody already had."""
    open_failure = Notification.objects.filter(
        pk=notification.pk, state=NotificationState.DEAD, dismissed_at__isnull=True
    )
    if open_failure.update(dismissed_at=now, dismissed_by=by) != 1:
        return False
    record(action="notification.dismiss", now=now, by=by, object_type="notification", object_id=notification.pk)
    return True


@transaction.atomic
def mark_messages_read(*, by: User, now: datetime) -> int:
    """Note that `by` has seen every message of theirs that was there at `now`; the count of new ones."""
    unread = Notification.objects.filter(
        recipient=by, channel=Channel.IN_APP, read_at__isnull=True, created_at__lte=now
    )
    count = unread.update(read_at=now)
    if count:
        record(action="notification.read", now=now, by=by, detail={"count": count})
    return count
