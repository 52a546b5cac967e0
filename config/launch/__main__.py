"""`python3 -m config.launch {setup|run|test|screenshots|lock}`: the program behind every target of the Makefile."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.launch.places import Places

COMMANDS = {
    "setup": "make everything ready without starting it",
    "run": "make everything ready, start it, and stay until Ctrl-C",
    "test": "run the test suite; further arguments go to pytest",
    "screenshots": "start a demo and write a picture of every page to var/screenshots",
    "lock": "write the lock files from pyproject.toml",
}


def main(arguments: list[str]) -> int:
    """Run one command; a problem a person can fix is one sentence and status 1."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python can read this file, and none of the others
        print(
            "Evenkeel needs Python 3.11 or newer, and this is Python " + sys.version.split()[0] + ".", file=sys.stderr
        )
        return 1
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from config.launch.places import find_places
    from config.launch.problem import LaunchError

    chosen = _parse(arguments)
    try:
        return _carry_out(chosen.command, find_places(), chosen.rest)
    except LaunchError as problem:
        print(f"Evenkeel cannot {chosen.command}: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parse(arguments: list[str]) -> argparse.Namespace:
    summary = "\n".join(f"  {name:13}{text}" for name, text in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python3 -m config.launch", epilog=summary, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="arguments for pytest, or for the pictures")
    chosen = parser.parse_args(arguments)
    if chosen.rest and chosen.command not in {"test", "screenshots"}:
        parser.error(f"{chosen.command} takes no arguments")
    return chosen


def _carry_out(command: str, places: Places, rest: list[str]) -> int:
    from config.launch import locking, running, setup, testing

    if command == "test":
        return testing.test(places, rest)
    if command == "screenshots":
        return testing.screenshots(places, rest)
    if command == "run":
        running.run(places)
    elif command == "setup":
        print("Evenkeel is set up.", *setup.setup(places), sep="\n")
    else:
        locking.lock(places)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
