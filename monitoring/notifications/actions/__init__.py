"""Every way the outbox can change."""

from monitoring.notifications.actions.delivering import deliver_due_notifications
from monitoring.notifications.actions.queueing import (
    cancel_before,
    dismiss_notification,
    mark_messages_read,
    queue_for_many,
    queue_notification,
    retry_notification,
    withdraw_notifications,
)

__all__ = [
    "cancel_before",
    "deliver_due_notifications",
    "dismiss_notification",
    "mark_messages_read",
    "queue_for_many",
    "queue_notification",
    "retry_notification",
    "withdraw_notifications",
]
