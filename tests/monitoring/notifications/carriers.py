"""Real servers on the loopback interface that stand in for an SMS gateway and for a browser's push service."""

import base64
import contextlib
import datetime
import ipaddress
import json
import os
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece  # type: ignore[import-untyped]
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from monitoring.notifications.models import ContactPoint, ContactPreference
from monitoring.people.models import User


@dataclass
class Call:
    """One call that arrived whole."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Carrier:
    """How the server behaves: a status, or one of "hang", "drip", "hang up"; and the calls that arrived."""

    behaviour: int | str = 201
    calls: list[Call] = field(default_factory=list)
    by_path: dict[str, int | str] = field(default_factory=dict)
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    carrier: Carrier

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.carrier.calls.append(Call(self.path, dict(self.headers.items()), body))
        self.carrier.reached.set()
        with contextlib.suppress(OSError):
            self._answer(self.carrier.by_path.get(self.path, self.carrier.behaviour))

    def do_GET(self) -> None:
        self.carrier.calls.append(Call(self.path, dict(self.headers.items()), b"followed"))
        self._answer(200)

    def _answer(self, behaviour: int | str) -> None:
        if behaviour == "hang up":
            self.close_connection = True
        elif behaviour == "hang":
            self.carrier.released.wait(30)
        elif behaviour == "drip":
            while not self.carrier.released.wait(0.05):
                self.wfile.write(b"H")
        else:
            self.send_response(int(behaviour))
            if behaviour in {301, 302, 307, 308}:
                self.send_header("Location", f"{self.carrier.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving(carrier: Carrier, *, tls: ssl.SSLContext | None = None) -> Iterator[Carrier]:
    """The carrier on a port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"carrier": carrier}))
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    carrier.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield carrier
    finally:
        carrier.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody else trusts, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return cert_file, key_file


class Browser:
    """A browser that takes web push: its keys, and what it reads."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": _text(point), "auth": _text(self.secret)}

    def read(self, body: bytes) -> Any:
        """Decrypt a message (RFC 8291), as a browser does before it shows it."""
        plain = http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret, version="aes128gcm")
        return json.loads(plain)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextlib.contextmanager
def unwilling(
    user: User, settings: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, now: datetime.datetime
) -> Iterator[tuple[Carrier, Carrier, Browser]]:
    """A gateway and a push service that hear all that is sent to a person and take nothing; mail comes last."""
    cert, key = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    settings.VAPID_KEY, settings.PUSH_SERVICES = "A" * 42 + "E", ["127.0.0.1"]
    settings.SMS_GATEWAY_TOKEN, settings.SMS_SENDER = "token", "Evenkeel"
    browser = Browser()
    with serving(Carrier(503)) as gateway, serving(Carrier(503), tls=context) as push:
        settings.SMS_GATEWAY_URL = gateway.url
        mine: dict[str, Any] = {"user": user, "created_at": now, "confirmed_at": now}
        ContactPoint.objects.create(channel="sms", address="+447700900123", **mine)
        ContactPoint.objects.create(channel="web_push", address=f"{push.url}/x", keys=browser.keys, **mine)
        ContactPreference.objects.create(user=user, order=["sms", "web_push", "email"], set_at=now)
        yield gateway, push, browser
