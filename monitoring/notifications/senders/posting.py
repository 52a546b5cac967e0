"""One POST that ends after ten seconds in all, to one address that was looked at, and follows nobody elsewhere."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from monitoring.notifications.senders.kinds import wait_for_the_turn

LARGEST_ANSWER = 64 * 1024


class ForbiddenAddressError(Exception):
    """The address is not one that may be called from here."""


class StatusError(Exception):
    """The server answered, and did not take it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a POST goes; with `public_only` never into this machine's own network, whatever its name says."""

    url: str
    public_only: bool

    @property
    def parts(self) -> SplitResult:
        return urlsplit(self.url)


# IPv6 that a translator in the clinic's own network turns into any address of IPv4, and what is given out no more.
UNSURE = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "fec0::/10")))


def is_public(address: str) -> bool:
    """Whether an address lies on the open internet: not here, not next door, not a cloud's own services."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    real = mapped or found
    return real.is_global and not real.is_multicast and not any(found in network for network in UNSURE)


def _resolve(host: str, port: int, *, public_only: bool) -> str:
    """The one address that will be called: looked at and called are the same, so no name can change in between."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, address in found:
        if not public_only or is_public(str(address[0])):
            return str(address[0])
    raise ForbiddenAddressError


class _Connection(http.client.HTTPConnection):
    """A connection to a pinned address, hung up on when its time is over, however slowly the other side drips."""

    def __init__(self, destination: Destination, seconds: float) -> None:
        parts = destination.parts
        self.secure = parts.scheme == "https"
        super().__init__(parts.hostname or "", parts.port or (443 if self.secure else 80), timeout=seconds)
        self.public_only = destination.public_only
        self.late = threading.Event()
        self.alarm = threading.Timer(seconds, self._hang_up)
        self.alarm.daemon = True

    def connect(self) -> None:
        address = _resolve(self.host, self.port, public_only=self.public_only)
        line = socket.create_connection((address, self.port), timeout=self.timeout)
        self.sock = line
        if self.secure:
            context = ssl.create_default_context()
            # The handshake comes after the socket is known to the alarm: it can be dripped as well.
            self.sock = context.wrap_socket(line, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()
        wait_for_the_turn()

    def _hang_up(self) -> None:
        self.late.set()
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # the other side was quicker


def post(destination: Destination, *, body: bytes, headers: Mapping[str, str], seconds: float) -> None:
    """Send `body`, and return when the server took it (2xx).

    Raises StatusError for any other answer (a redirect too: it is not followed), TimeoutError after `seconds`
    in all, OSError when the server cannot be reached, ForbiddenAddressError when it must not be.
    """
    parts = destination.parts
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    line = _Connection(destination, seconds)
    line.alarm.start()
    try:
        line.request("POST", target, body=body, headers={"User-Agent": "Evenkeel", **headers})
        answer = line.getresponse()
        answer.read(LARGEST_ANSWER)
        status = answer.status
    except (http.client.HTTPException, OSError) as problem:
        if line.late.is_set():
            raise TimeoutError from None
        if isinstance(problem, OSError):
            raise
        raise ConnectionError from None
    finally:
        line.alarm.cancel()
        line.close()
    if line.late.is_set():
        raise TimeoutError
    if not 200 <= status < 300:
        raise StatusError(status)
