"""`lock`: writes the lock files from pyproject.toml, hashed, for every system, and naming no package index."""

import subprocess
from pathlib import Path

from config.launch.install import install
from config.launch.places import Places
from config.launch.problem import LaunchError

FLAGS = [
    "--system-certs",
    "--universal",
    "--generate-hashes",
    "--python-version",
    "3.11",
    "--no-emit-index-url",
    "--no-emit-find-links",
]


def lock(places: Places) -> None:
    """The run-time lock first; the others hold all of it at the same versions, and more."""
    install(places, "requirements-dev.txt")
    _compile(places, "requirements.txt")
    _compile(places, "requirements-dev.txt", "--group", "dev", "--constraint", "requirements.txt")
    _compile(places, "requirements-benchmarks.txt", "--group", "benchmarks", "--constraint", "requirements-dev.txt")


def _compile(places: Places, target: str, *more: str) -> None:
    uv = places.venv / "bin" / "uv"
    command: list[str | Path] = [
        uv,
        "pip",
        "compile",
        "pyproject.toml",
        *FLAGS,
        *more,
        "--no-header",
        "--quiet",
        "--output-file",
        target,
    ]
    if subprocess.run(command, cwd=places.root, check=False).returncode != 0:
        raise LaunchError(f"{target} could not be written; uv says why above.")
