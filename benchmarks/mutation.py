"""How many small changes of the checker's own code do its tests notice? The rest is code that nothing holds in place.

Cosmic Ray writes the changes (another operator, number, branch); a seeded sample of them is made one at a time in a
copy of the tree, and the pure tests of the checker and the names are run on each. What no test notices survived.
"""

import argparse
import ast
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
MUTATED: Final = ("interactions/checking", "interactions/medicines")
COPIED: Final = ("interactions", "tests", "pyproject.toml")
TESTS: Final = ("tests/interactions/checking", "tests/interactions/medicines")
# Longer than the pure tests take by far: a change that hangs is a change that was noticed.
TIME_OUT_SECONDS: Final = 300


def options(parser: argparse.ArgumentParser) -> None:
    """How much of it to do, and where."""
    parser.add_argument("--sample", type=int, default=200, help="changes to try (default 200; 0 is all of them)")
    parser.add_argument("--only", default="", help="only files whose path holds this text")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)


def run(_rounds: int, seed: int, *, sample: int, only: str, workers: int) -> dict[str, object]:
    """The score of a seeded sample: noticed changes over all that were tried, and every one that survived."""
    try:
        mutants = _mutants(only)
    except ImportError:
        return {"score": "not run: install requirements-benchmarks.txt"}
    chosen = mutants if not sample or sample >= len(mutants) else random.Random(seed).sample(mutants, sample)
    with tempfile.TemporaryDirectory() as folder:
        copies = [_copy(Path(folder) / f"copy{number}") for number in range(workers)]
        _must_be_green(copies[0])
        with ProcessPoolExecutor(workers) as pool:
            shares = [pool.submit(_try_all, copy, chosen[place::workers]) for place, copy in enumerate(copies)]
            survived = [each for share in shares for each in share.result()]
    noticed = len(chosen) - len(survived)
    return {
        "changes_possible": len(mutants),
        "changes_tried": len(chosen),
        "noticed": noticed,
        "score": round(noticed / len(chosen), 3) if chosen else None,
        "survived": {f"{number}": text for number, text in enumerate(sorted(survived), 1)},
    }


def _mutants(only: str) -> list[Any]:
    """Every change Cosmic Ray knows how to make in the files, in a fixed order, annotations left out."""
    from cosmic_ray.commands.init import init
    from cosmic_ray.work_db import WorkDB

    paths = sorted(path for folder in MUTATED for path in (ROOT / folder).rglob("*.py") if only in str(path))
    with tempfile.NamedTemporaryFile(suffix=".sqlite") as file:
        work = WorkDB(file.name, WorkDB.Mode.create)
        init([path.relative_to(ROOT) for path in paths], work, {})
        found = [item.mutations[0] for item in work.work_items]
        work.close()
    types = {path.relative_to(ROOT): _annotations(path) for path in paths}
    kept = [one for one in found if not _within(types[one.module_path], one.start_pos)]
    return sorted(kept, key=lambda one: (str(one.module_path), one.start_pos, one.operator_name, one.occurrence))


def _annotations(path: Path) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where the type annotations of a file stand: another type is not another behaviour."""
    spans = []
    for node in ast.walk(ast.parse(path.read_text())):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(part, ast.expr):
                end = (part.end_lineno or part.lineno, part.end_col_offset or part.col_offset)
                spans.append(((part.lineno, part.col_offset), end))
    return spans


def _within(spans: Iterable[tuple[tuple[int, int], tuple[int, int]]], place: tuple[int, int]) -> bool:
    return any(start <= tuple(place) <= end for start, end in spans)


def _copy(folder: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def _command() -> str:
    plain = ["-c", "/dev/null", "--rootdir", ".", "--noconftest", "--import-mode=importlib", "-o", "pythonpath=."]
    without = ["-p", "no:cacheprovider", "-p", "no:django", "-p", "no:valkey"]
    return " ".join([sys.executable, "-m", "pytest", *plain, *without, "-x", "-q", *TESTS])


def _must_be_green(copy: Path) -> None:
    from cosmic_ray.testing import run_tests
    from cosmic_ray.work_item import TestOutcome

    os.chdir(copy)
    outcome, output = run_tests(_command(), TIME_OUT_SECONDS)
    os.chdir(ROOT)
    if outcome is not TestOutcome.SURVIVED:
        raise SystemExit(f"The tests fail before anything is changed:\n{output[-2000:]}")


def _try_all(copy: Path, mutants: Sequence[Any]) -> list[str]:
    """Make each change in this copy, one at a time; those that no test noticed, as file, line and difference."""
    from cosmic_ray.mutating import mutate_and_test
    from cosmic_ray.work_item import TestOutcome

    os.chdir(copy)
    survived = []
    for number, mutant in enumerate(mutants, 1):
        result = mutate_and_test([mutant], _command(), TIME_OUT_SECONDS)
        if result.test_outcome == TestOutcome.SURVIVED:
            survived.append(_describe(mutant, result.diff or ""))
        print(f"{copy.name}: {number} of {len(mutants)}, {len(survived)} survived", file=sys.stderr)
    return survived


def _describe(mutant: Any, diff: str) -> str:
    changed = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    return f"{mutant.module_path}:{mutant.start_pos[0]} {' '.join(line.strip() for line in changed)}"
