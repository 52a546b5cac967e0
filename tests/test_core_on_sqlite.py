"""The tests marked `core` once more, on SQLite: the database of a one-machine set-up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

# Set for the inner run, which must not start itself again.
INNER = "EVENKEEL_CORE_ON_SQLITE"


@pytest.mark.slow
@pytest.mark.skipif(INNER in os.environ, reason="this is the inner run")
def test_the_core_holds_on_sqlite_too(tmp_path: Path) -> None:
    outer = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    environment = {
        **outer,
        INNER: "1",
        "TEST_DATABASE_URL": f"sqlite:///{tmp_path / 'core.sqlite3'}",
        "TEST_REDIS_URL": os.environ["REDIS_URL"],
    }
    command = [sys.executable, "-m", "pytest", "-m", "core", "-q", "-n", "0", "-p", "no:cacheprovider"]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
