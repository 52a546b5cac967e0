"""What must be true before anything is started, each with the one sentence that helps when it is not."""

import errno
import importlib.util
import os
import shutil
import socket
from pathlib import Path

from config.launch.places import Places
from config.launch.problem import LaunchError

MEGABYTE = 1024 * 1024
ROOM_TO_INSTALL = 700 * MEGABYTE
ROOM_TO_RUN = 50 * MEGABYTE


def check_machine(places: Places) -> None:
    """Raise LaunchError when this machine, its Python or its folders cannot hold Evenkeel."""
    if os.name != "posix":
        raise LaunchError("Evenkeel runs on Linux and macOS; on Windows, start it inside WSL.")
    new = not places.python.exists()
    if new:
        check_venv_module()
    for folder in (places.root, places.var) if new else (places.var,):
        check_writable(folder)
    check_room(places.var, ROOM_TO_INSTALL if new else ROOM_TO_RUN)


def check_venv_module() -> None:
    """Debian and Ubuntu ship Python without the part that makes virtual environments."""
    for name in ("venv", "ensurepip"):
        try:
            found = importlib.util.find_spec(name) is not None
        except ValueError:
            found = False
        if not found:
            raise LaunchError(
                f"This Python lacks the {name} module: install it (on Debian and Ubuntu: apt install python3-venv)."
            )


def check_writable(folder: Path) -> None:
    """The folder, or the nearest one above it that exists, takes a new file."""
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    trial = nearest / f".evenkeel-write-{os.getpid()}"
    try:
        trial.touch(exist_ok=False)
        trial.unlink()
    except OSError as problem:
        reason = os.strerror(problem.errno or 0).lower()
        raise LaunchError(
            f"The folder {nearest} cannot be written ({reason}): give this account the right to write there, "
            "or set VAR_DIR to another folder."
        ) from None


def check_room(folder: Path, needed: int) -> None:
    """Enough disk for what comes."""
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    free = shutil.disk_usage(nearest).free
    if free < needed:
        raise LaunchError(
            f"The disk under {nearest} has {free // MEGABYTE} MB free and {needed // MEGABYTE} MB are needed."
        )


def check_port(host: str, port: int) -> None:
    """Nothing listens where the web server will."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise LaunchError(f"HOST is {host}, which is not an address of this machine.") from None
    with socket.socket(family, kind, protocol) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(address)
        except OSError as problem:
            raise LaunchError(_why_not(host, port, problem)) from None


def _why_not(host: str, port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use: stop the program that uses it, or set PORT to another number."
    if problem.errno == errno.EACCES:
        return f"Port {port} needs more rights than this account has: set PORT to a number above 1023."
    return f"HOST is {host}, which is not an address of this machine."
