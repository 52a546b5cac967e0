"""How many small changes of the checker's own code do its tests notice? The rest is code that nothing holds in place.

Cosmic Ray writes the changes (another operator, number, branch); a seeded sample of them is made one at a time in a
copy of the tree, and the pure tests are run on each: those of the package that was changed first. What no test notices
survived: it is a missing test, dead code, or a change that makes no difference.
"""

import argparse
import ast
import compileall
import difflib
import importlib
import json
import os
import py_compile
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
MUTATED: Final = ("interactions/checking", "interactions/medicines")
COPIED: Final = ("interactions", "tests/interactions", "tests/__init__.py", "tests/reading.py")
# What needs the database or the command stays out; so does what a table notices as well, and sooner.
LEFT_OUT: Final = frozenset({"test_reasons.py"})
LATER: Final = ("_properties.py", "test_drug_by_drug.py")


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
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        copies = [_copy(Path(folder) / f"copy{number}") for number in range(workers)]
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


def _cosmic_ray(part: str) -> Any:
    """A module of Cosmic Ray, which has no types and need not be installed."""
    return importlib.import_module(f"cosmic_ray.{part}")


def _mutants(only: str) -> list[Any]:
    """Every change Cosmic Ray knows how to make in the files, in a fixed order, annotations left out."""
    init, work_db = _cosmic_ray("commands.init").init, _cosmic_ray("work_db").WorkDB
    paths = sorted(path for folder in MUTATED for path in (ROOT / folder).rglob("*.py") if only in str(path))
    with tempfile.NamedTemporaryFile(suffix=".sqlite") as file:
        work = work_db(file.name, work_db.Mode.create)
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
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    by_content = py_compile.PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(str(folder), quiet=2, invalidation_mode=by_content)
    return folder


def _tests(copy: Path, changed: str) -> list[str]:
    """The tests of a change: those of its own package, the quick ones first, and of the package that stands on it."""
    found: list[str] = []
    for name in ("checking",) if "interactions/checking/" in changed else ("medicines", "checking"):
        files = [each for each in (copy / "tests/interactions" / name).glob("test_*.py") if each.name not in LEFT_OUT]
        files.sort(key=lambda each: (each.name.endswith(LATER), each.name))
        found += [str(each.relative_to(copy)) for each in files]
    return [*found, "tests/interactions/test_formulary.py"]


def _try_all(copy: Path, mutants: Sequence[Any]) -> list[str]:
    """Make each change in this copy, one at a time; those that no test noticed, as file, line and difference."""
    script = [sys.executable, str(ROOT / "benchmarks/forked_tests.py")]
    survived = []
    with subprocess.Popen(script, cwd=copy, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as tests:
        if not _passes(tests, _tests(copy, "")):
            raise SystemExit("The tests fail before anything is changed")
        for number, mutant in enumerate(mutants, 1):
            path = copy / mutant.module_path
            made = _cosmic_ray("plugins").get_operator(mutant.operator_name)(**mutant.operator_args)
            with _cosmic_ray("mutating").use_mutation(path, made, mutant.occurrence) as (before, after):
                if _passes(tests, _tests(copy, str(mutant.module_path))):
                    survived.append(_describe(mutant, before, after))
                    print(survived[-1], file=sys.stderr)
            print(f"{copy.name}: {number} of {len(mutants)}, {len(survived)} survived", file=sys.stderr)
    return survived


def _passes(tests: subprocess.Popen[str], files: Sequence[str]) -> bool:
    if tests.stdin is None or tests.stdout is None:
        raise SystemExit("The tests have no pipes")
    print(json.dumps(files), file=tests.stdin, flush=True)
    answer = tests.stdout.readline()
    if not answer:
        raise SystemExit("The tests ended before the changes did")
    return bool(json.loads(answer))


def _describe(mutant: Any, before: str, after: str) -> str:
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    changed = [line for line in diff if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    return f"{mutant.module_path}:{mutant.start_pos[0]} {' '.join(line.strip() for line in changed)}"
