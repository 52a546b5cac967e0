"""The acceptance cases, each through the same door as the command: free text in, findings out."""

import json
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

CASES = yaml.safe_load((Path(__file__).parent / "vignettes.yaml").read_text(encoding="utf-8"))["cases"]


def document(case: dict[str, Any]) -> dict[str, Any]:
    """The case as an input of the command."""
    keys = ("id", "as_of", "patient", "regimen", "events")
    given = {key: case[key] for key in keys if key in case}
    answers = dict(case.get("symptoms", {}))
    if "q10" in answers:
        answers["q10_doses_other"] = [answers.pop("q10")]
    return given | ({"check_in": {"answers": answers}} if answers else {})


@cache
def answers(tmp: Path) -> dict[str, dict[str, Any]]:
    """All cases in one run, as JSON Lines."""
    file = tmp / "cases.jsonl"
    file.write_text("\n".join(json.dumps(document(case)) for case in CASES), encoding="utf-8")
    out = StringIO()
    call_command("screen_regimen", str(file), stdout=out)
    return {answer["id"]: answer for answer in map(json.loads, out.getvalue().splitlines())}


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return answers(tmp_path_factory.mktemp("vignettes"))


def test_there_are_25_cases() -> None:
    assert len(CASES) == 25


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: dict[str, Any], answered: dict[str, dict[str, Any]]) -> None:
    answer, expected = answered[case["id"]], case["expect"]
    found = {(each["code"], each["severity"], each["state"]) for each in answer["findings"]}

    assert answer["overall"] in expected.get("overall_accept", [expected["overall"]])
    assert {(flag["code"], flag["severity"], flag["state"]) for flag in expected["flags"]} <= found
    assert not {code for code, _, _ in found} & set(expected.get("must_not_flag", ()))
    if "expect_resolves_to" in case:
        names = {one["name"] for medicine in answer["medicines"] for one in medicine["ingredients"]}
        assert names == set(case["expect_resolves_to"])
    if "checkin_alert" in expected:
        assert answer["check_in"]["level"] == expected["checkin_alert"]
    assert answer["unresolved"] == answer["not_understood"] == answer["ignored"] == []
