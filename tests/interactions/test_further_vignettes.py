"""Fifty further cases in a clinician's words, each through the door of the command."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from interactions.checking.answering import as_json
from interactions.checking.documents import read_case, screen_case
from monitoring.checkins.rules.documents import judge_check_in

CASES = yaml.safe_load((Path(__file__).parent / "further_vignettes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    lines = [{"route": "oral", "start": "2026-03-01", **line} for line in case["regimen"]]
    given = {"as_of": "2026-06-15", **{key: case[key] for key in ("patient", "events") if key in case}}
    read = read_case({**given, "regimen": lines}, today=date(2026, 6, 15))
    answer = as_json(read, *screen_case(read, judge_check_in))
    found = {f"{each['code']} {each['severity']} {each['state']}" for each in answer["findings"]}
    assert answer["unresolved"] == answer["not_understood"] == answer["ignored"] == []
    assert set(case["found"]) <= found, case["why"]
    assert not {each.split()[0] for each in found} & set(case.get("not", ()))
    assert answer["overall"] == case.get("overall", answer["overall"]), case["why"]
    if not case["found"]:
        assert not {each for each in found if " none " not in each}
