"""A real HTTP gateway for text messages that counts, beside the mail server: into the same ledger."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, Final

from benchmarks.faults.history import Mail, clock
from benchmarks.faults.receiver import Receiver

TOKEN: Final = "only-for-proofs"  # noqa: S105 - of a gateway that ends with the run
NUMBER: Final = "+4477{:08}"


class Gateway:
    """Takes text messages on a port of the loopback address; a number names the mailbox of the same person."""

    def __init__(self, receiver: Receiver) -> None:
        handler = type("Handler", (_Handler,), {"receiver": receiver})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True

    @property
    def environment(self) -> dict[str, str]:
        """What makes the product use it."""
        url = f"http://127.0.0.1:{self._server.server_port}/messages"
        return {"SMS_GATEWAY_URL": url, "SMS_GATEWAY_TOKEN": TOKEN, "SMS_SENDER": "Evenkeel"}

    def start(self) -> None:
        """Listen."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    receiver: ClassVar[Receiver]

    def do_POST(self) -> None:
        """Note a message, then accept it."""
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        person = int(message["to"].removeprefix(NUMBER.partition("{")[0]))
        key = str(self.headers["Idempotency-Key"])
        self.receiver.keep(Mail(clock(), f"duty{person}@clinic.example", key, by="sms"))
        time.sleep(self.receiver.slow)
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The ledger is the log."""
