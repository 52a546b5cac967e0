"""Every hazard names the tests that guard against it, and every test it names is there."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.architecture.house import ROOT, tree_of, type_of_function

SAFETY = ROOT / "docs" / "safety.md"
HAZARD = re.compile(r"^\| (H\d+) \|")
TEST_ID = re.compile(r"`([\w/]+\.py)::(\w+)`")
HAZARDS = {f"H{number}" for number in range(1, 78)}
LONGEST = 150


def rows(section: str) -> dict[str, str]:
    """The hazards of one section of the page, each with its line."""
    _, _, after = SAFETY.read_text(encoding="utf-8").partition(f"## {section}\n")
    lines = after.partition("\n## ")[0].splitlines()
    return {found[1]: line for line in lines if (found := HAZARD.match(line))}


@cache
def held_by(path: Path) -> frozenset[str]:
    """The names of the tests that a file holds, those in classes too."""
    nodes = ast.walk(tree_of(path)) if path.is_file() else ()
    return frozenset(n.name for n in nodes if isinstance(n, type_of_function) and n.name.startswith("test_"))


def test_every_test_that_is_named_exists() -> None:
    named = TEST_ID.findall(SAFETY.read_text(encoding="utf-8"))
    missing = [f"{path}::{name}" for path, name in named if name not in held_by(ROOT / "tests" / path)]
    assert named
    assert missing == []


def test_every_hazard_stands_once_and_is_guarded_or_explained() -> None:
    built, later = rows("Controls that are built"), rows("Not applying yet")
    assert built.keys() | later.keys() == HAZARDS
    assert built.keys() & later.keys() == set()
    assert [hazard for hazard, line in built.items() if not TEST_ID.search(line)] == []


def test_the_page_can_be_read_in_one_sitting() -> None:
    assert SAFETY.read_text(encoding="utf-8").count("\n") <= LONGEST
