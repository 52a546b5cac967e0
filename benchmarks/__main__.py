"""`python -m benchmarks NAME [--format json|text] [--rounds N] [--seed N]`, and what the one named takes besides."""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence

from benchmarks.measuring import describe

FIGURES = ("cds_hooks", "checker", "check_in", "faces", "mutation", "rescreen", "sweep")
PROOFS = ("contention", "dst", "kill9", "lateness", "latency", "machines", "no_redis", "outage", "poison")
NAMES = (*FIGURES, *PROOFS)


def main(arguments: Sequence[str]) -> int:
    """Run one and print its figures with the machine and versions they were made on; 1 when a proof failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", add_help=False)
    parser.add_argument("name", choices=NAMES)
    module = importlib.import_module(f"benchmarks.{parser.parse_known_args(arguments)[0].name}")
    parser.add_argument("-h", "--help", action="help")
    parser.add_argument("--format", choices=["json", "text"], default="text")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds; medians are printed (default 3)")
    parser.add_argument("--seed", type=int, default=1)
    if hasattr(module, "options"):
        module.options(parser)  # what this benchmark takes besides
    chosen = vars(parser.parse_args(arguments))
    name, shape, rounds, seed = (chosen.pop(key) for key in ("name", "format", "rounds", "seed"))
    if rounds < 1:
        parser.error("--rounds must be at least 1")
    figures = {"benchmark": name, **describe(rounds, seed), **module.run(rounds, seed, **chosen)}
    print(json.dumps(figures, indent=2) if shape == "json" else as_text(figures))
    return 0 if figures.get("passed", True) else 1


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
