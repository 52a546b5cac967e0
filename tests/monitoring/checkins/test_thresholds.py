"""A thresholds file is whole, or it is not used at all."""

import hashlib
from collections.abc import Callable

import pytest
import yaml
from pydantic import ValidationError

from monitoring.checkins.rules import Level, current_thresholds, load_thresholds, missed_level
from monitoring.checkins.rules.thresholds import FOLDER, ThresholdsError, parse_thresholds

FILE = FOLDER / "2026.11.yaml"


def test_the_released_file_is_read_once_and_knows_its_hash() -> None:
    assert current_thresholds() is load_thresholds("2026.11")
    assert current_thresholds().content_hash == hashlib.sha256(FILE.read_bytes()).hexdigest()


def test_it_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        current_thresholds().version = "9"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        current_thresholds().questions["q1_sleepiness"].levels = (Level.NONE,)  # type: ignore[misc]


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ThresholdsError, match="no thresholds file"):
        load_thresholds("1999.01")


def _without(key: str) -> Callable[[dict[str, object]], object]:
    return lambda content: content.pop(key)


def _at(*path: object, value: object) -> Callable[[dict[str, object]], object]:
    def change(content: dict[str, object]) -> None:
        here: object = content
        for step in path[:-1]:
            here = here[step]  # type: ignore[index]
        here[path[-1]] = value  # type: ignore[index]

    return change


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_without("events"), "events"),
        (_at("more", value=1), "more"),
        (
            _at("questions", "q1_sleepiness", "levels", value=["none", "urgent", "info", "urgent", "emergency"]),
            "never fall",
        ),
        (_at("questions", "q1_sleepiness", "levels", value=["none", "info"]), "q1_sleepiness"),
        (_at("questions", "q1_sleepiness", "levels", 1, value="mild"), "mild"),
        (_at("questions", "q11", value={"topic": "x", "evidence": "x", "levels": ["none"], "says": ["x"]}), "no other"),
        (_at("choices", "q8_body", "options", "gills", value={"level": "info", "says": "x"}), "q8_body"),
        (_at("combinations", 0, "all", value=[]), "combinations"),
        (_at("combinations", 0, "all", value=[{}]), "needs an entry"),
        (_at("combinations", 0, "all", value=[{"at_least": {"q1_sleepiness": 5}}]), "no answer"),
        (_at("combinations", 0, "all", value=[{"has": {"q8_body": ["gills"]}}]), "no such options"),
        (_at("vitals", "rr", "bands", value=[{"level": "info"}]), "needs a limit"),
    ],
)
def test_a_file_with_a_fault_is_refused_and_the_place_is_named(
    change: Callable[[dict[str, object]], object], place: str
) -> None:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    change(content)
    with pytest.raises(ThresholdsError, match=place):
        parse_thresholds(yaml.safe_dump(content).encode(), name="test.yaml")


@pytest.mark.parametrize("text", [b"", b"- 1", b"{", b"a: [1", b"\xff\xfe"])
def test_what_is_no_file_of_thresholds_is_refused(text: bytes) -> None:
    with pytest.raises(ThresholdsError, match=r"test\.yaml"):
        parse_thresholds(text, name="test.yaml")


def test_every_rule_says_what_it_rests_on() -> None:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    rules = [*content["questions"].values(), *content["choices"].values(), *content["combinations"]]
    rules += [*content["events"].values(), *content["vitals"].values()]
    rules += [content[name] for name in ("several_warnings", "change", "at_risk", "orthostatic", "gaps")]
    assert all(rule["evidence"] for rule in rules)
    assert "S14" not in FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("in_a_row", "last", "expected"),
    [
        (1, Level.NONE, Level.WARNING),
        (1, Level.INFO, Level.WARNING),
        (2, Level.NONE, Level.URGENT),
        (1, Level.WARNING, Level.URGENT),
        (1, None, Level.URGENT),
    ],
)
def test_how_loud_a_missed_check_in_is(in_a_row: int, last: Level | None, expected: Level) -> None:
    assert missed_level(missed_in_a_row=in_a_row, last_level=last, thresholds=current_thresholds()) is expected
