"""`python -m benchmarks checker|check_in|sweep [--format json|text] [--rounds N]`."""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence

from benchmarks.measuring import describe

NAMES = ("checker", "check_in", "sweep")


def main(arguments: Sequence[str]) -> int:
    """Run one benchmark and print its figures with the machine and versions they were made on."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--format", choices=["json", "text"], default="text")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds; medians are printed (default 3)")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    if chosen.rounds < 1:
        parser.error("--rounds must be at least 1")
    run = importlib.import_module(f"benchmarks.{chosen.name}").run
    figures = {"benchmark": chosen.name, **describe(chosen.rounds, chosen.seed), **run(chosen.rounds, chosen.seed)}
    print(json.dumps(figures, indent=2) if chosen.format == "json" else as_text(figures))
    return 0


def as_text(figures: dict[str, object], indent: str = "") -> str:
    """Nested figures as indented lines."""
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}:", as_text(value, indent + "  ")]
        else:
            lines.append(f"{indent}{name}: {value}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
