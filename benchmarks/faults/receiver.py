"""A real mail server that counts: what it took is in its ledger before it says so."""

import asyncio
import re
from email import message_from_bytes
from pathlib import Path
from typing import Any

from benchmarks.faults.history import Log, Mail, clock
from tests.servers import MailServer

ABOUT = re.compile(r"https?://\S+?/(\w[\w-]*)/([0-9a-f-]{36})/")


class Receiver:
    """Takes every mail on a port of the loopback address. `slow` seconds pass between taking one and saying so."""

    def __init__(self, ledger: Path, *, slow: float = 0.0) -> None:
        self.ledger = ledger
        self.slow = slow
        self.mails: list[Mail] = []
        self._log = Log(ledger)
        self._server = MailServer(self)

    @property
    def url(self) -> str:
        """The value for EMAIL_URL."""
        return f"smtp://127.0.0.1:{self._server.port}?from=evenkeel@clinic.example"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Note a mail for each of its recipients, then accept it."""
        read = message_from_bytes(envelope.content)
        body = read.get_payload(decode=True)
        about = ABOUT.search(body.decode(errors="replace") if isinstance(body, bytes) else "")
        for address in envelope.rcpt_tos:
            mail = Mail(clock(), address, str(read["Message-ID"]), about.group(2) if about else "")
            self.keep(mail)
        if self.slow:
            await asyncio.sleep(self.slow)  # a kill in here finds a mail that has left and was not noted
        return "250 OK"

    def keep(self, mail: Mail) -> None:
        """Into the ledger."""
        self._log.add(mail)
        self.mails.append(mail)

    def start(self) -> "Receiver":
        """Listen."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Listen no more."""
        self._server.stop()
        self._log.close()

    def reached(self) -> set[str]:
        """Everybody who got anything so far."""
        return {mail.to for mail in list(self.mails)}
