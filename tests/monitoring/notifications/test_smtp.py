"""Real mail conversations on the loopback interface: accepted, refused, put off, hung, dripped."""

import contextlib
import re
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitoring.notifications import senders
from monitoring.notifications.models import NotificationState
from monitoring.notifications.senders import mail
from tests.monitoring.notifications.conftest import Deliver, Queue
from tests.servers import MailServer, free_port

pytestmark = pytest.mark.django_db


class Mailbox:
    """A mail server's behaviour: what it answers to RCPT and DATA, and what it took."""

    def __init__(self) -> None:
        self.rcpt = self.data = "250 OK"
        self.taken: list[bytes] = []

    async def handle_RCPT(  # noqa: N802 - the server's own names
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data.startswith("250"):
            self.taken.append(envelope.content)
        return self.data


@pytest.fixture
def smtp(settings: Any) -> Callable[[int], None]:
    """Point the product's mail at a port of this machine."""

    def point(port: int) -> None:
        settings.EMAIL_BACKEND = "monitoring.notifications.senders.DeadlineEmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.DEFAULT_FROM_EMAIL = "evenkeel@clinic.example"

    return point


@pytest.fixture
def mailbox(smtp: Callable[[int], None]) -> Iterator[Mailbox]:
    handler = Mailbox()
    controller = MailServer(handler)
    controller.start()
    smtp(controller.port)
    yield handler
    controller.stop()


def test_a_mail_that_the_server_takes_is_sent(mailbox: Mailbox, queue: Queue, deliver: Deliver, now: datetime) -> None:
    message = queue()
    assert deliver(now) == 1
    (raw,) = mailbox.taken
    text = raw.decode()
    assert re.search(r"^Subject: An alert needs an answer\r?$", text, re.MULTILINE)
    assert f"Message-ID: <{message.dedupe_key[:40]}@" in text
    assert f"/alerts/{message.ref_id}/" in text


@pytest.mark.parametrize(
    ("stage", "answer", "kept"),
    [
        ("rcpt", "550 No such user", "SMTPRecipientsRefused 550"),
        ("rcpt", "450 Try later", "SMTPRecipientsRefused 450"),
        ("data", "554 Refused", "SMTPDataError 554"),
        ("data", "451 Try later", "SMTPDataError 451"),
    ],
)
def test_a_mail_that_the_server_turns_down_waits_for_the_next_try(
    stage: str, answer: str, kept: str, mailbox: Mailbox, queue: Queue, deliver: Deliver, now: datetime
) -> None:
    setattr(mailbox, stage, answer)
    message = queue()
    assert deliver(now) == 0
    message.refresh_from_db()
    assert (message.state, message.last_error) == (NotificationState.PENDING, kept)

    setattr(mailbox, stage, "250 OK")
    assert deliver(now + timedelta(seconds=5)) == 1
    assert len(mailbox.taken) == 1


def test_a_server_that_is_away_costs_no_message(
    smtp: Callable[[int], None], queue: Queue, deliver: Deliver, now: datetime
) -> None:
    smtp(free_port())
    message = queue()
    assert deliver(now) == 0
    message.refresh_from_db()
    assert (message.state, message.last_error) == (NotificationState.PENDING, "ConnectionRefusedError")


def _talk(listener: socket.socket, stop: threading.Event, speak: Callable[[socket.socket], None]) -> None:
    listener.settimeout(0.05)
    while not stop.is_set():
        try:
            caller, _ = listener.accept()
        except TimeoutError:
            continue
        with caller, contextlib.suppress(OSError):
            speak(caller)
            stop.wait(30)


def _silent(_: socket.socket) -> None:
    """Take the call and say nothing."""


def _dripping(caller: socket.socket) -> None:
    """One letter of the greeting at a time, each well within any time-out for one reply."""
    for _ in range(200):
        caller.sendall(b"2")
        threading.Event().wait(0.05)


def _mute_after_greeting(caller: socket.socket) -> None:
    caller.sendall(b"220 ready\r\n")


@pytest.mark.parametrize("speak", [_silent, _dripping, _mute_after_greeting])
def test_a_server_that_keeps_the_line_open_is_hung_up_on(
    speak: Callable[[socket.socket], None],
    smtp: Callable[[int], None],
    queue: Queue,
    deliver: Deliver,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mail, "SEND_TIMEOUT_SECONDS", 0.4)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        smtp(listener.getsockname()[1])
        server = threading.Thread(target=_talk, args=(listener, stop, speak))
        server.start()
        message = queue()
        began = time.monotonic()
        assert deliver(now) == 0
        took = time.monotonic() - began
        stop.set()
        server.join()
    assert took < 8, "as long as the server talks"
    message.refresh_from_db()
    assert message.state == NotificationState.PENDING
    assert message.last_error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (smtplib.SMTPRecipientsRefused({"maya@home.example": (550, b"no Maya here")}), "SMTPRecipientsRefused 550"),
        (smtplib.SMTPDataError(451, b"try later, maya@home.example"), "SMTPDataError 451"),
        (TimeoutError("maya@home.example"), "TimeoutError"),
    ],
)
def test_what_is_kept_of_a_failure_holds_no_word_of_the_server(error: Exception, said: str) -> None:
    assert senders.describe_failure(error) == said
