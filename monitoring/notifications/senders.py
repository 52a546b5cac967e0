"""Hand one message to what carries it. A sender returns when it is accepted and raises when it is not."""

import smtplib
import threading
from collections.abc import Callable
from socket import SHUT_RDWR
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from monitoring.notifications.models import Channel, Notification, Template
from monitoring.notifications.rules import SEND_TIMEOUT_SECONDS

STAFF_MAIL = frozenset({Template.ALERT, Template.ALERT_UPDATE})
ADMIN_MAIL = frozenset({Template.ALERT_UNSTAFFED})


class NotAcceptedError(Exception):
    """The carrier took the message and reported nothing sent."""


class DeadlineSMTP(smtplib.SMTP):
    """A mail conversation that ends after ten seconds in all, however slowly the server drips its replies."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._late = threading.Event()
        self._alarm = threading.Timer(SEND_TIMEOUT_SECONDS, self._hang_up)
        self._alarm.daemon = True
        self._alarm.start()
        try:
            super().__init__(*args, **kwargs)
        except BaseException:
            self._alarm.cancel()
            raise

    def _hang_up(self) -> None:
        self._late.set()
        if self.sock is not None:
            try:
                self.sock.shutdown(SHUT_RDWR)
            except OSError:
                return  # the other side was quicker

    def getreply(self) -> tuple[int, bytes]:
        if self._late.is_set():
            self.close()
            raise TimeoutError("The mail server took too long.")
        return super().getreply()

    def close(self) -> None:
        self._alarm.cancel()
        super().close()


class DeadlineSMTPSSL(DeadlineSMTP, smtplib.SMTP_SSL):
    """The same inside TLS from the first byte."""


class DeadlineEmailBackend(EmailBackend):
    """Django's SMTP backend with one deadline for the whole conversation instead of one for each reply."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return DeadlineSMTPSSL if self.use_ssl else DeadlineSMTP


def _in_app(notification: Notification) -> None:
    """The row is the message: it can be read from the moment it was committed."""


def _mail_template(template: str) -> str:
    if template in STAFF_MAIL:
        return "emails/alert"
    return "emails/unstaffed" if template in ADMIN_MAIL else "emails/message"


def _email(notification: Notification) -> None:
    """A mail that says nothing but that there is something to read, with a stable Message-ID."""
    name = _mail_template(notification.template)
    site = settings.SITE_URL.rstrip("/")
    context = {"site": site, "ref_id": notification.ref_id}
    message = EmailMessage(
        subject=" ".join(render_to_string(f"{name}_subject.txt", context).split()),
        body=render_to_string(f"{name}.txt", context),
        to=[notification.recipient.email],
        headers={
            # The same on every try, so that a mailbox can drop the second copy.
            "Message-ID": f"<{notification.dedupe_key[:40]}@{urlsplit(site).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=get_connection(timeout=SEND_TIMEOUT_SECONDS),
    )
    if message.send() != 1:
        raise NotAcceptedError


SENDERS: dict[str, Callable[[Notification], None]] = {Channel.IN_APP: _in_app, Channel.EMAIL: _email}


def send(notification: Notification) -> None:
    """Send one message by its channel; raises whatever the carrier raises."""
    SENDERS[notification.channel](notification)


def describe_failure(error: Exception) -> str:
    """The kind of a failure without a word the server wrote: its text may hold an address."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((refused[0] for refused in error.recipients.values()), None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def is_carriers_fault(error: Exception) -> bool:
    """True when waiting may help: the server or the network failed, not the message."""
    return isinstance(error, smtplib.SMTPException | OSError | NotAcceptedError)
