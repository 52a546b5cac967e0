"""Hand one message to what carries it: written out first, then posted without the database."""

import smtplib
from collections.abc import Callable

from monitoring.notifications.models import Channel, Notification
from monitoring.notifications.rules import Fault
from monitoring.notifications.senders import mail, push, sms
from monitoring.notifications.senders.kinds import Letter, NoAddressError, NotAcceptedError
from monitoring.notifications.senders.mail import DeadlineEmailBackend
from monitoring.notifications.senders.posting import ForbiddenAddressError, StatusError
from monitoring.wording.queries import speaking_to

__all__ = [
    "SENDERS",
    "DeadlineEmailBackend",
    "Letter",
    "NoAddressError",
    "NotAcceptedError",
    "describe_failure",
    "fault_of",
    "write",
]

# A message in the app needs none: the row is the message, and can be read from the moment it was committed.
SENDERS: dict[str, Callable[[Notification], Letter]] = {
    Channel.EMAIL: mail.write,
    Channel.WEB_PUSH: push.write,
    Channel.SMS: sms.write,
}


def write(notification: Notification) -> Letter:
    """Write one message out for its channel, in the reader's language.

    Reads the database, so not for a thread of its own.
    """
    with speaking_to(notification.recipient):
        return SENDERS[notification.channel](notification)


def describe_failure(error: Exception) -> str:
    """The kind of a failure without a word the server wrote: its text may hold an address."""
    cause = error.__cause__ if isinstance(error, NoAddressError) else None
    code = getattr(error, "smtp_code", None) or getattr(cause or error, "status", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((refused[0] for refused in error.recipients.values()), None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def fault_of(error: Exception) -> Fault:
    """Whose fault a failure is, and so whether waiting, another channel or nothing at all will help."""
    if isinstance(error, NoAddressError | ForbiddenAddressError):
        return Fault.ADDRESS
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return Fault.RECIPIENT
    if isinstance(error, smtplib.SMTPException | OSError | NotAcceptedError | StatusError):
        return Fault.CARRIER
    return Fault.MESSAGE
