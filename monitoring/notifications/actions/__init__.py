"""Every way the outbox can change, and the ways by which people are reached."""

from monitoring.notifications.actions.contacts import (
    Answer,
    CodeNotSentError,
    TooManyBrowsersError,
    TooManyCodesError,
    add_browser,
    ask_for_number,
    bid_farewell,
    confirm_number,
    remove_contact,
    send_number_code,
    set_channel_order,
    take_contacts_away,
)
from monitoring.notifications.actions.delivering import deliver_due_notifications
from monitoring.notifications.actions.queueing import (
    Message,
    queue_for_many,
    queue_messages,
    queue_notification,
    withdraw_many,
    withdraw_notifications,
)
from monitoring.notifications.actions.settling import dismiss_notification, mark_messages_read, retry_notification
from monitoring.notifications.actions.stale import cancel_before, cancel_stale
from monitoring.notifications.actions.standing_in import queue_stand_ins

__all__ = [
    "Answer",
    "CodeNotSentError",
    "Message",
    "TooManyBrowsersError",
    "TooManyCodesError",
    "add_browser",
    "ask_for_number",
    "bid_farewell",
    "cancel_before",
    "cancel_stale",
    "confirm_number",
    "deliver_due_notifications",
    "dismiss_notification",
    "mark_messages_read",
    "queue_for_many",
    "queue_messages",
    "queue_notification",
    "queue_stand_ins",
    "remove_contact",
    "retry_notification",
    "send_number_code",
    "set_channel_order",
    "take_contacts_away",
    "withdraw_many",
    "withdraw_notifications",
]
