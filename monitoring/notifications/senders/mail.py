"""E-mail: a conversation with the mail server that ends after ten seconds in all."""

import smtplib
import threading
from socket import SHUT_RDWR
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from monitoring.notifications.models import Notification, Template
from monitoring.notifications.rules import SEND_TIMEOUT_SECONDS
from monitoring.notifications.senders.kinds import Letter, NotAcceptedError, wait_for_the_turn
from monitoring.notifications.senders.sealing import unseal

# What each mail is written from; any other is the plain “you have a message”.
WRITTEN_FROM = {
    Template.ALERT: "emails/alert",
    Template.ALERT_UPDATE: "emails/alert",
    Template.ALERT_UNSTAFFED: "emails/unstaffed",
    Template.ALERT_UNANSWERED: "emails/unanswered",
    Template.DIGEST: "emails/digest",
    Template.MONITORING_GAP: "emails/gap",
}


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

    def data(self, msg: Any) -> tuple[int, bytes]:
        wait_for_the_turn()
        return super().data(msg)

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


def _mail_template(template: str) -> str:
    return WRITTEN_FROM.get(Template(template), "emails/message") if template in Template.values else "emails/message"


def write(notification: Notification) -> Letter:
    """A mail that says nothing but that there is something to read, with a stable Message-ID."""
    link = unseal(notification)
    name = "emails/check_in" if link else _mail_template(notification.template)
    site = settings.SITE_URL.rstrip("/")
    context = {"site": site, "ref_id": notification.ref_id, "count": notification.count, "link": f"{site}{link}"}
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

    def leave() -> None:
        if message.send() != 1:
            raise NotAcceptedError

    return Letter(leave)
