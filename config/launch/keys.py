"""Secrets that are made once on this machine and kept under var/, readable by its owner alone."""

import base64
import os
import secrets
import string
from pathlib import Path

from config.launch.places import Places
from config.launch.problem import LaunchError

# Of the curve P-256: a private key lies between nought and it (FIPS 186-4, D.1.2.3).
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# Read aloud and typed from a screen: no letters that look like another.
READABLE = "".join(sorted(set(string.ascii_lowercase + string.digits) - set("0o1li")))


def make_keys(places: Places) -> None:
    """Create var/, and in it the keys that the environment does not give."""
    try:
        places.var.mkdir(mode=0o700, parents=True, exist_ok=True)
        places.var.chmod(0o700)
        places.logs.mkdir(mode=0o700, exist_ok=True)
        for name in ("SECRET_KEY", "AUDIT_KEY"):
            if not places.env.text(name):
                _keep(places.var / name.lower(), secrets.token_urlsafe(48))
        if not places.env.text("VAPID_KEY"):
            _keep(places.var / "vapid_key", _push_key())
    except OSError as problem:
        raise LaunchError(f"The folder {places.var} cannot be used ({problem.strerror}).") from None


def _push_key() -> str:
    """A private key by which push services know this installation (RFC 8292)."""
    number = 1 + secrets.randbelow(P256_ORDER - 1)
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def demo_password(places: Places) -> tuple[str, bool]:
    """Return the password of the demo sign-ins and whether it was made just now."""
    if given := places.env.text("DEMO_PASSWORD"):
        return given, False
    groups = ("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))
    file = places.var / "demo_password"
    new = _keep(file, "-".join(groups))
    return file.read_text(encoding="utf-8").strip(), new


def _keep(file: Path, value: str) -> bool:
    """Write a secret unless its file is there; never readable by others, not even for a moment."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        file.chmod(0o600)
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as output:
        output.write(value + "\n")
    return True
