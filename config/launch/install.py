"""The virtual environment: made once, and filled from the lock files, whose every package is checked by its hash."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.launch.places import Places
from config.launch.problem import LaunchError

# The development lock holds every package of the other at the same version.
HOLDS = {
    "requirements.txt": ("requirements.txt",),
    "requirements-dev.txt": ("requirements-dev.txt", "requirements.txt"),
}


def install(places: Places, lock: str) -> bool:
    """Bring the virtual environment to what a lock file says; return whether there was anything to do.

    A stamp beside the packages keeps the hash of the lock that is installed, so that the next start skips this.
    """
    usable = _works(places.python)
    if usable and _is_installed(places, lock):
        return False
    if not usable:
        _make(places.venv)
    print(f"Installing what {lock} lists; this takes a minute or two the first time.", file=sys.stderr)
    _pip(places, lock)
    for held in HOLDS[lock]:
        _stamp(places, held).write_text(_digest(places, held))
    return True


def _is_installed(places: Places, lock: str) -> bool:
    stamp = _stamp(places, lock)
    return stamp.is_file() and stamp.read_text() == _digest(places, lock)


def _stamp(places: Places, lock: str) -> Path:
    return places.venv / f".installed-{lock}"


def _digest(places: Places, lock: str) -> str:
    return hashlib.sha256(places.root.joinpath(lock).read_bytes()).hexdigest()


def _works(python: Path) -> bool:
    """Whether the interpreter starts: a checkout that was moved, or an upgraded Python, leaves a broken link."""
    try:
        done = subprocess.run([python, "-c", "import pip"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def _make(folder: Path) -> None:
    import venv  # not at the top: a Python without it must reach the check that says so

    try:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
    except (OSError, subprocess.CalledProcessError):
        raise LaunchError(
            f"The virtual environment {folder} cannot be made: check that this Python has its venv and ensurepip "
            "modules (on Debian and Ubuntu: apt install python3-venv)."
        ) from None


def _pip(places: Places, lock: str) -> None:
    command: list[str | Path] = [
        places.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
        "--no-deps", "--require-hashes", "--requirement", places.root / lock,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=places.root, env=_pip_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        words = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        last = next((line for line in reversed(words) if line.startswith("ERROR")), words[-1] if words else "no reason")
        raise LaunchError(f"The packages of {lock} cannot be installed; pip says: {last}")


def _pip_environment() -> dict[str, str]:
    """Ours, without what would send pip to another environment."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PIP_TARGET", "PIP_USER"}}
