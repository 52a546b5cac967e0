"""Every quality bar names what shows it, and every test it names is there."""

import re

from benchmarks.faces import PARTS
from tests.architecture.house import ROOT
from tests.architecture.test_safety_doc import TEST_ID, held_by

PAGE = ROOT / "docs" / "bars.md"
BAR = re.compile(r"^\| (Q\d+) \|")
BARS = {f"Q{number}" for number in range(1, 22)}
PART = re.compile(rf"`(?:{'|'.join(PARTS)})`")
LONGEST = 60


def rows() -> dict[str, str]:
    """The bars, each with its line."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return {found[1]: line for line in lines if (found := BAR.match(line))}


def test_every_test_that_is_named_exists() -> None:
    named = TEST_ID.findall(PAGE.read_text(encoding="utf-8"))
    missing = [f"{path}::{name}" for path, name in named if name not in held_by(ROOT / "tests" / path)]
    assert named
    assert missing == []


def test_every_bar_stands_once_and_is_shown_by_something() -> None:
    assert rows().keys() == BARS
    assert [bar for bar, line in rows().items() if not (TEST_ID.search(line) or PART.search(line))] == ["Q19"]


def test_the_page_can_be_read_in_one_sitting() -> None:
    assert PAGE.read_text(encoding="utf-8").count("\n") <= LONGEST
