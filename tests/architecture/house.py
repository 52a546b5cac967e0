"""Reading the house's own source, for the tests that keep it in order."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("config", "interactions", "monitoring", "benchmarks")
GENERATED = frozenset({"0001_initial.py"})

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def source_files(*, tests: bool = False) -> tuple[Path, ...]:
    """Every Python file written by hand; those of the tests too when asked."""
    folders = (*PRODUCT, "tests") if tests else PRODUCT
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(path for path in found if path.name not in GENERATED and "__pycache__" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """The path a person knows."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, type_of_function):
            yield node


def is_room(path: Path, *rooms: str) -> bool:
    """Whether a file is, or lies in, one of these rooms of a feature."""
    return path.stem in rooms or any(part in rooms for part in path.relative_to(ROOT).parts[:-1])


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain, as far as it is made of names."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def committed_files() -> list[Path]:
    """What git would take from this checkout."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:  # an archive of the sources, not a checkout
        return [
            path for name in (*PRODUCT, "tests", "templates", "docs", "deploy") for path in files_below(ROOT / name)
        ]
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def files_below(folder: Path) -> list[Path]:
    """Every file of a folder but what Python compiled."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
