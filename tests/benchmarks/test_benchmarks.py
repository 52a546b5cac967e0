"""The figures are counted, interleaved and printed with what they were made on; how fast they are is not tested."""

import json
import random
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from benchmarks import cds_hooks, checker
from benchmarks.__main__ import main
from benchmarks.measuring import interleaved, ratio
from benchmarks.peers.cql import NotRunError
from benchmarks.peers.ddi import write_pairs
from interactions.cds_hooks.requests import read_request
from interactions.cds_hooks.services import answer
from interactions.checking import check_regimen


def test_each_job_runs_once_a_round_and_once_unmeasured_in_turn() -> None:
    ran: list[str] = []

    def job(name: str) -> int:
        ran.append(name)
        return 10

    figures = interleaved({"a": lambda: job("a"), "b": lambda: job("b")}, 2, {"b": lambda: ran.append("prepare b")})
    assert ran == ["a", "prepare b", "b"] * 3
    assert figures["a"]["lowest"] <= figures["a"]["median_per_second"] <= figures["a"]["highest"]


def test_a_ratio_is_of_medians() -> None:
    assert ratio({"a": {"median_per_second": 5.0}, "b": {"median_per_second": 20.0}}, "a", "b") == 0.25


def missing() -> None:
    raise NotRunError("not here")


def test_the_checker_benchmark_names_its_limit_machine_and_release(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "REPEATS", 2)
    monkeypatch.setattr(checker, "DIFFERENT", 2)
    monkeypatch.setattr(checker, "Cql", missing)
    monkeypatch.setattr(checker, "Ddi", missing)
    assert main(["checker", "--format", "json", "--rounds", "1"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["benchmark"] == "checker"
    assert printed["machine"]["cores"]
    assert printed["release"]
    assert set(printed["ratios"]) == {
        f"screen over limit, {name}"
        for name in ("pair", "ten medicines", "nothing found", "nothing found beside amitriptyline")
    }
    assert printed["not run"] == {"cql-execution": "not here", "clinical-ddi-check": "not here"}


def test_nothing_is_found_where_the_benchmark_says_so() -> None:
    for entered in (checker.HARMLESS, checker.BESIDE_ONE):
        exposures = checker._exposures(entered)
        assert len(exposures) == 10
        found = check_regimen(exposures, checker.PATIENT, checker.ON)
        assert (found.findings, found.unresolved, found.overall) == ((), (), "none")


def test_a_peer_is_given_the_pairs_of_the_release_and_finds_them(tmp_path: Path) -> None:
    file = tmp_path / "pairs.json"
    said = {("amitriptyline", "baclofen"): ("moderate", "sedation")}
    pairs = [("amitriptyline", "baclofen"), ("baclofen", "metformin")]
    assert write_pairs(file, pairs, lambda one, other: said.get((one, other))) == 1
    assert json.loads(file.read_text())["interactions"] == [
        {"drug_a": "amitriptyline", "drug_b": "baclofen", "severity": "moderate", "description": "sedation"}
    ]


def test_the_orders_of_the_hook_benchmark_are_read_and_warned_of() -> None:
    document = cds_hooks.order_sign(cds_hooks.ORDERS, random.Random(1))  # noqa: S311 - the same each time
    request = read_request(json.loads(json.dumps(document)), service_id="evenkeel-order-sign")
    given = answer(request, on=date(2026, 6, 15), base_url="http://testserver", new_uuid=uuid4)
    assert len(request.drafts) == len(cds_hooks.ORDERS) == 20
    assert "PAIR_CNS" in {card.code for card in given.served}
    assert cds_hooks.order_sign(cds_hooks.ORDERS, random.Random(1)) == document  # noqa: S311


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["fastest"])
    assert "invalid choice" in capsys.readouterr().err
