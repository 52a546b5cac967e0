"""Tests run again and again, each time in a fork of one process that has read the knowledge and the tools already.

Run in a copy of the tree: every line of standard input is a list of test files (JSON), every line of output says
whether they passed. Nothing of the code under test is imported before a fork, so each sees it as it stands then.
"""

import gc
import json
import os
import signal
import sys
from pathlib import Path
from typing import Final

# Longer than the tests take by far: a change that hangs is a change that was noticed.
TIME_OUT_SECONDS: Final = 120
PYTEST: Final = (
    "-x", "-q", "--assert=plain", "--noconftest", "--import-mode=importlib", "-c", "/dev/null", "--rootdir", ".",
    "-o", "pythonpath=.", "-p", "no:cacheprovider", "-p", "no:django", "-p", "no:valkey",
)  # fmt: skip
# The same few examples for every change: a score is to be repeatable, and the tables find nearly all.
EXAMPLES: Final = 25


def main() -> None:
    """Answer line by line until the input ends."""
    sys.path.insert(0, str(Path.cwd()))
    # Compiled files of the copy are checked by their content, and none is written for a changed one.
    sys.dont_write_bytecode = True
    _warm()
    for line in sys.stdin:
        print(json.dumps(_passes(json.loads(line))), flush=True)


def _warm() -> None:
    """Import and read what no change touches."""
    import hypothesis
    import pytest  # noqa: F401 - each fork finds it imported

    from interactions.knowledge.loader import load_release, versions

    hypothesis.settings.register_profile(
        "changes", max_examples=EXAMPLES, derandomize=True, deadline=None, database=None
    )
    hypothesis.settings.load_profile("changes")
    for version in versions():
        load_release(version)
    touched = [name for name in sys.modules if name.startswith(("interactions.checking", "interactions.medicines"))]
    if touched:
        raise SystemExit(f"imported before any change: {touched}")
    gc.freeze()


def _passes(files: list[str]) -> bool:
    child = os.fork()
    if child == 0:
        _run_and_exit(files)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run_and_exit(files: list[str]) -> None:
    import pytest

    signal.alarm(TIME_OUT_SECONDS)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    code = 1
    try:
        code = int(pytest.main([*PYTEST, *files]))
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
