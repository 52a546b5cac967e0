"""The tests marked `core` once more, on SQLite: the database of a one-machine set-up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

# Set for the inner run, which must not start itself again.
INNER = "EVENKEEL_CORE_ON_SQLITE"
# A killed worker stands for what is killed; two machines never share a SQLite file; the triggers are taken off and put
# back by their migrations' own code after every test that commits. THOROUGH=1 leaves nothing out.
LEFT_OUT = "killed_rollout or two_machines or taken_off_and_put_back_by_migrating"


def files_of_the_core() -> list[str]:
    """Collecting every test of the suite to run these few would take longer than they do."""
    found = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(path) for path in found if "mark.core" in path.read_text(encoding="utf-8") and path != Path(__file__)]


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
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-m",
        "core",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        *files_of_the_core(),
    ]
    if os.environ.get("THOROUGH") != "1":
        command += ["-k", f"not ({LEFT_OUT})"]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
