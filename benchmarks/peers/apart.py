"""A job in a process of its own that stays up: told when to prepare, when to run, and asked how many it did."""

import atexit
import importlib
import json
import os
import subprocess
import sys
from typing import Any, TypedDict

from benchmarks.peers.cql import NotRunError


class Said(TypedDict, total=False):
    """What it answers."""

    done: int
    missing: str
    failed: str


class Apart:
    """`python -m benchmarks.peers.apart MODULE FUNCTION…`, one line of JSON for each call."""

    def __init__(self, module: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.peers.apart", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
            text=True,
        )
        atexit.register(self.process.kill)

    def send(self, function: str, **arguments: Any) -> None:
        """Call a function over there, and do not wait."""
        if self.process.stdin is None:
            raise RuntimeError("it was started without its end of the line")
        self.process.stdin.write(json.dumps([function, arguments]) + "\n")
        self.process.stdin.flush()

    def answer(self) -> int:
        """Wait for what the last call returns; NotRunError where a package it needs is not installed."""
        if self.process.stdout is None:
            raise RuntimeError("it was started without its end of the line")
        line = self.process.stdout.readline()
        said: Said = json.loads(line) if line else {"failed": "it ended"}
        if "missing" in said:
            raise NotRunError(f"{said['missing']} is not installed (requirements-benchmarks.txt)")
        if "failed" in said:
            raise RuntimeError(f"{self.process.args!r}: {said['failed']}")
        return said["done"]

    def call(self, function: str, **arguments: Any) -> int:
        """Call it, and wait."""
        self.send(function, **arguments)
        return self.answer()


def main(module: str) -> None:
    """Answer calls until nobody asks any more. Whatever the module prints besides goes to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    functions: Any = None
    for line in sys.stdin:
        name, arguments = json.loads(line)
        said: Said
        try:
            functions = functions or importlib.import_module(module)
            said = {"done": getattr(functions, name)(arguments)}
        except ModuleNotFoundError as error:
            said = {"missing": error.name or str(error)}
        except Exception as error:  # noqa: BLE001 - said to whoever asked, who ends the run
            said = {"failed": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(said) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
