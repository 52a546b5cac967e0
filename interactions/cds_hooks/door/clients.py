"""What an admin enters about a client, judged before it is kept: its issuer, its public keys, its web origins."""

import base64
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc import jwk
from joserfc.errors import JoseError

from interactions.checking.strict_json import DocumentError, parse_json

LONGEST_KEYS: Final = 20_000
MOST_KEYS: Final = 10
MOST_ORIGINS: Final = 20
SMALLEST_RSA: Final = 2048
LARGEST_RSA: Final = 8192
# Parts of a private key (RFC 7518, section 6); `k` is a shared secret.
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})
_KEPT: Final = {"EC": ("kty", "crv", "x", "y"), "RSA": ("kty", "n", "e")}
_LABELS: Final = ("kid", "alg", "use")
_ALGORITHMS: Final = {"EC": "ES384", "RSA": "RS384"}
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\]")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


class ClientFaultError(ValueError):
    """What an admin entered cannot be kept; its text says why and never repeats what was entered."""


class PrivateKeyError(ClientFaultError):
    """A private key was entered. It has left the place it belongs to, so it must not be used any more."""

    def __init__(self) -> None:
        super().__init__(
            "This holds a private key or a secret. It was not kept. Treat it as disclosed: have it replaced where it "
            "came from, and paste only public keys."
        )


def read_jwks(text: str) -> dict[str, Any]:
    """The public keys of a JWK set (or of one key), only their public parts. ClientFaultError or PrivateKeyError."""
    if not text.strip():
        return {}
    if "PRIVATE KEY" in text:
        raise PrivateKeyError
    if len(text) > LONGEST_KEYS:
        raise ClientFaultError(f"The key set is longer than {LONGEST_KEYS} characters.")
    try:
        value = parse_json(text)
    except DocumentError:
        raise ClientFaultError("This is not JSON. Paste the key set as {“keys”: [ … ]}.") from None
    _refuse_private(value)
    entries = value.get("keys", [value]) if isinstance(value, dict) else None
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_KEYS:
        raise ClientFaultError(f"Paste a key set of 1 to {MOST_KEYS} keys, as {{“keys”: [ … ]}}.")
    keys = [_public_key(entry, number) for number, entry in enumerate(entries, start=1)]
    if len({key["kid"] for key in keys}) < len(keys):
        raise ClientFaultError("Two keys have the same kid.")
    return {"keys": keys}


def _refuse_private(value: object) -> None:
    """Raise PrivateKeyError when a private part stands anywhere at all, also where no key belongs."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if _PRIVATE & each.keys():
                raise PrivateKeyError
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def _public_key(entry: object, number: int) -> dict[str, str]:
    if not isinstance(entry, Mapping) or entry.get("kty") not in _KEPT:
        raise ClientFaultError(f"Key {number} is neither an EC nor an RSA key.")
    kind = entry["kty"]
    if any(not isinstance(entry.get(part), str) or not entry[part] for part in (*_KEPT[kind], "kid")):
        raise ClientFaultError(f"Key {number} lacks one of: {', '.join((*_KEPT[kind], 'kid'))}.")
    if entry.get("alg", _ALGORITHMS[kind]) != _ALGORITHMS[kind] or entry.get("use", "sig") != "sig":
        raise ClientFaultError(f"Key {number} must be for signing (use: sig) with {_ALGORITHMS[kind]}.")
    if kind == "EC" and entry["crv"] != "P-384":
        raise ClientFaultError(f"Key {number} must be on the curve P-384.")
    if kind == "RSA" and not SMALLEST_RSA <= _bits(entry["n"]) <= LARGEST_RSA:
        raise ClientFaultError(f"Key {number} must have {SMALLEST_RSA} to {LARGEST_RSA} bits.")
    kept: dict[str, Any] = {name: entry[name] for name in (*_KEPT[kind], *_LABELS) if name in entry}
    try:
        _ = jwk.import_key(kept).public_key
    except (JoseError, ValueError, TypeError):
        raise ClientFaultError(f"Key {number} is damaged: it is no point on its curve, or no RSA key.") from None
    return kept


def _bits(modulus: str) -> int:
    """The size of an RSA key; 0 for what is no number in base64url."""
    try:
        return int.from_bytes(base64.urlsafe_b64decode(modulus + "=" * (-len(modulus) % 4))).bit_length()
    except ValueError:
        return 0


def read_address(text: str, *, what: str) -> str:
    """An https address (http only on this machine), kept to the letter; a ClientFaultError names `what` it is."""
    parts = _split(text, what)
    plain = not parts.query and not parts.fragment and "@" not in parts.netloc and text.isascii()
    if not plain or not (parts.scheme == "https" or (parts.scheme == "http" and _host(parts.netloc) in _LOOPBACK)):
        raise ClientFaultError(f"{what} must be an https address without a question mark, # or user name.")
    return text


def read_origins(text: str) -> list[str]:
    """The web origins of a list, one a line, without doubles. ClientFaultError names the line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_ORIGINS:
        raise ClientFaultError(f"At most {MOST_ORIGINS} web origins can be kept.")
    return list(dict.fromkeys(_origin(line, number) for number, line in enumerate(lines, start=1)))


def _origin(line: str, number: int) -> str:
    what = f"Line {number}"
    any_port = line.endswith(":*")
    base = line.removesuffix(":*")
    parts = _split(base, what)
    is_bare = base == f"{parts.scheme}://{parts.netloc}" and base == base.lower()
    if not is_bare or (any_port and _host(parts.netloc) not in _LOOPBACK):
        raise ClientFaultError(
            f"{what} must be like https://ehr.hospital.example, without a path. "
            "Any port (:*) is for this machine alone."
        )
    return read_address(base, what=what) + (":*" if any_port else "")


def _split(text: str, what: str) -> Any:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ClientFaultError(f"{what} is not an address.") from None
    if not _HOST.fullmatch(_host(parts.netloc.rpartition("@")[2])) or any(each.isspace() for each in text):
        raise ClientFaultError(f"{what} is not an address.")
    return parts


def _host(netloc: str) -> str:
    """The host of a netloc, with the brackets of an IPv6 address and without its port."""
    return netloc.partition("]")[0] + "]" if netloc.startswith("[") else netloc.partition(":")[0]
