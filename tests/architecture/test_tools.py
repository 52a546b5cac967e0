"""The floors, the linter and the type checker, as part of the suite."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import PRODUCT, ROOT

PROGRAMS = Path(sys.prefix) / "bin"


def check(*command: str) -> None:
    done = subprocess.run(
        [str(PROGRAMS / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"


def test_the_floors_hold() -> None:
    check("lint-imports", "--no-cache")


def test_the_linter_has_nothing_to_say() -> None:
    check("ruff", "check", "--no-cache", ".")


def test_every_file_is_formatted() -> None:
    check("ruff", "format", "--no-cache", "--check", ".")


@pytest.mark.slow
@pytest.mark.xdist_group("mypy")
def test_the_types_hold() -> None:
    check("mypy", *(name for name in (*PRODUCT, "manage.py") if (ROOT / name).exists()))
