"""`test` and `screenshots`: the suite, or a picture of every page, on the same set-up plus what development needs."""

import os
import shutil
import subprocess
from pathlib import Path

from config.launch import checks, keys
from config.launch.install import install
from config.launch.places import Places
from config.launch.supervisor import say

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# The suite starts its own servers and must never reach a clinic's.
OF_A_CLINIC = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "AUDIT_KEY", "VAR_DIR", "HOST", "PORT", "DEMO")
# Some hundred programs are started: without compiled modules each would read the whole house anew.
NOT_FOR_TESTS = (*OF_A_CLINIC, "PYTHONDONTWRITEBYTECODE")
# One for each core the suite is meant for: with a third, tests of real processes waited past their limits.
WORKERS = "2"


def test(places: Places, arguments: list[str]) -> int:
    """Install, then run pytest and return its status; arguments go to pytest."""
    environment = _ready_to_develop(places)
    parallel = [] if any(part.startswith("-n") for part in arguments) else ["-n", WORKERS]
    command: list[str | Path] = [places.python, "-m", "pytest", "--dist", "loadgroup", *parallel, *arguments]
    return subprocess.run(command, cwd=places.root, env=environment, check=False).returncode


def screenshots(places: Places, arguments: list[str]) -> int:
    """A picture of every page a demo person reaches, light and dark, on a phone and on a desk, to var/screenshots."""
    environment = _ready_to_develop(places)
    folder = places.var / "screenshots"
    command: list[str | Path] = [places.python, "-m", "benchmarks", "faces", "--screenshots", folder, *arguments]
    return subprocess.run(command, cwd=places.root, env=environment, check=False).returncode


def _ready_to_develop(places: Places) -> dict[str, str]:
    """Install what development needs; the environment for what comes next."""
    checks.check_machine(places)
    keys.make_keys(places)
    install(places, "requirements-dev.txt")
    install_browser()
    return {name: value for name, value in os.environ.items() if name not in NOT_FOR_TESTS}


def install_browser() -> None:
    """Debian's Chromium for the browser tests, where this account may install it; else those tests say they skip."""
    if any(shutil.which(name) for name in BROWSERS) or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say("Installing Chromium for the browser tests.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]):
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            reason = done.stderr.decode(errors="replace").strip()[-300:]
            say(f"{' '.join(command)} failed; going on without it: {reason}")
