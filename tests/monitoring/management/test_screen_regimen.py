"""The command as somebody runs it: files and standard input, every shape, every fault, no database."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from interactions.checking import current_release_version
from tests.architecture.house import ROOT

PAIR = [{"entered": "baclofen 10 mg tid", "route": "oral"}, {"entered": "Elavil 25 mg qhs", "route": "oral"}]
CONTRACT: dict[str, Any] = {
    "id": "case-1",
    "as_of": "2026-06-15",
    "patient": {"age": 72, "sex": "F", "egfr": 48, "conditions": ["COPD"], "qtc_ms": 440},
    "regimen": [
        {"entered": "baclofen 10 mg tid", "route": "oral", "start": "2026-03-01", "end": None},
        {"entered": "Elavil 25 mg qhs", "route": "oral", "start": "2026-03-01"},
    ],
    "check_in": {
        "answers": {"q1_sleepiness": 2, "q10_doses_other": ["missed_1"]},
        "vitals": {"bp_supine": "142/84", "bp_stand": "118/70"},
    },
    "events": [],
}


class Run:
    """One run of the command on a text."""

    def __init__(self, folder: Path, text: str, *options: str, name: str = "input.json") -> None:
        file = folder / name
        file.write_text(text, encoding="utf-8")
        out = io.StringIO()
        self.code, self.error = 0, ""
        try:
            call_command("screen_regimen", str(file), *options, stdout=out)
        except CommandError as error:
            self.code, self.error = error.returncode, str(error)
        self.out = out.getvalue()

    @property
    def answer(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def test_the_example_of_the_contract(tmp_path: Path) -> None:
    answer = Run(tmp_path, json.dumps(CONTRACT)).answer
    pair = next(each for each in answer["findings"] if each["code"] == "PAIR_CNS")
    assert (answer["id"], answer["release"], answer["overall"]) == ("case-1", current_release_version(), "major")
    assert (pair["severity"], pair["base_severity"], pair["state"]) == ("major", "moderate", "active")
    assert pair["participants"] == ["baclofen", "amitriptyline"]
    raised = {each["factor"]: each for each in pair["factors"] if each["effect"] == "raises"}
    assert raised["egfr_30_59_baclofen_ge_20"]["sources"] == ["S12"]
    assert pair["unknown"] == ["alcohol"]
    assert answer["medicines"][1] == {
        "entered": "Elavil 25 mg qhs",
        "ingredients": [{"name": "amitriptyline", "rxcui": "704", "daily_dose": {"amount": "25", "unit": "mg"}}],
        "route": "oral",
        "daily_dose": {"amount": "25", "unit": "mg"},
        "match": "brand",
        "needs_confirmation": False,
        "problems": [],
    }
    assert (answer["unresolved"], answer["not_understood"], answer["ignored"]) == ([], [], [])
    assert answer["check_in"]["level"] in {"warning", "urgent"}
    assert answer["check_in"]["reasons"]


def test_one_object_gives_one_object_on_one_line(tmp_path: Path) -> None:
    assert len(Run(tmp_path, json.dumps(CONTRACT, indent=2)).lines) == 1


def test_an_array_gives_an_array_in_order(tmp_path: Path) -> None:
    cases = [{"id": number, "regimen": PAIR} for number in range(3)]
    assert [each["id"] for each in Run(tmp_path, json.dumps(cases)).answer] == [0, 1, 2]
    assert Run(tmp_path, "[]").answer == []


def test_lines_give_a_line_each_and_a_bad_one_stops_nothing(tmp_path: Path) -> None:
    bad = '{"id": 3, "regimen": [], "patient": {"age": "x"}}'
    text = f'{{"id": 1, "regimen": []}}\n{{oops\n{bad}\n\n{{"id": 5, "regimen": []}}'
    run = Run(tmp_path, text)
    assert run.code == 0
    assert [(each.get("id"), each.get("line")) for each in run.lines] == [(1, None), (None, 2), (None, 3), (5, None)]
    assert run.lines[2]["error"].startswith("patient.age: ")


def test_a_single_bad_line_of_a_jsonl_file_is_answered_too(tmp_path: Path) -> None:
    run = Run(tmp_path, "{oops\n", name="input.jsonl")
    assert (run.code, run.lines[0]["line"]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "empty"),
        ("{", "line 1"),
        ('{"regimen": [], "regimen": []}', "regimen: is written twice"),
        ('{"regimen": [], "patient": {"egfr": NaN}}', "NaN"),
        ('{"regimen": [{"entered": "a", "start": "2026-02-30"}]}', "regimen[0].start"),
        ('{"regimen": [{"entered": "a", "start": "2026-02-02", "end": "2026-02-01"}]}', "regimen[0].end"),
        ('{"regimen": [], "patient": {"age": 400}}', "patient.age"),
        ('{"regimen": [], "check_in": {"answers": {"q1_sleepiness": 9}}}', "check_in.answers.q1_sleepiness"),
        ('{"regimen": [], "check_in": {"vitals": {"bp": "lots"}}}', "check_in.vitals.bp"),
        ("12", "must be an object"),
    ],
)
def test_malformed_input_ends_with_2_and_one_line_that_names_the_place(tmp_path: Path, text: str, place: str) -> None:
    run = Run(tmp_path, text)
    assert (run.code, run.out) == (2, "")
    assert place in run.error
    assert "\n" not in run.error


def test_in_an_array_the_good_ones_are_answered_and_the_bad_one_is_named(tmp_path: Path) -> None:
    run = Run(tmp_path, json.dumps([{"id": 1, "regimen": []}, {"regimen": 5}, {"id": 3, "regimen": []}]))
    assert run.code == 2
    assert [each["id"] for each in run.answer] == [1, 3]
    assert run.error.startswith("[1].regimen: ")


def test_a_missing_file_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as missing:
        call_command("screen_regimen", str(tmp_path / "none.json"))
    assert (missing.value.returncode, "none.json" in str(missing.value)) == (2, True)
    (tmp_path / "bytes.json").write_bytes(b'{"id": "\xff"}')
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("screen_regimen", str(tmp_path / "bytes.json"))


def test_unknown_words_are_reported_and_never_guessed(tmp_path: Path) -> None:
    document = {"regimen": [{"entered": "xyzzy 5 mg"}], "patient": {"conditions": ["flibbertigibbet"]}}
    answer = Run(tmp_path, json.dumps(document)).answer
    assert [each["entered"] for each in answer["unresolved"]] == ["xyzzy 5 mg"]
    assert (answer["not_understood"], answer["overall"]) == (["flibbertigibbet"], "unknown")
    assert answer["medicines"][0]["match"] == "unknown"


def test_a_misspelling_is_read_and_asks_for_confirmation(tmp_path: Path) -> None:
    answer = Run(tmp_path, json.dumps({"regimen": [{"entered": "baclofin 10mg tds"}]})).answer
    assert (answer["medicines"][0]["match"], answer["medicines"][0]["needs_confirmation"]) == ("spelling", True)
    assert answer["medicines"][0]["daily_dose"] == {"amount": "30", "unit": "mg"}


def test_without_a_check_in_there_is_none_and_a_pump_alarm_is_an_emergency(tmp_path: Path) -> None:
    assert Run(tmp_path, json.dumps({"regimen": PAIR})).answer["check_in"] is None
    alarm = {"regimen": PAIR, "events": [{"type": "pump_alarm"}]}
    assert Run(tmp_path, json.dumps(alarm)).answer["check_in"]["level"] == "emergency"
    fell = {"regimen": PAIR, "events": [{"type": "fall"}]}
    assert Run(tmp_path, json.dumps(fell)).answer["check_in"] is None


def test_text_for_a_person(tmp_path: Path) -> None:
    said = Run(tmp_path, json.dumps(CONTRACT), "--format", "text").out
    assert said.startswith("case-1: MAJOR on 2026-06-15")
    assert "[major] PAIR_CNS" in said
    assert "not known: alcohol" in said
    strange = {"regimen": [{"entered": "xyzzy"}], "patient": {"conditions": ["flibber"], "x": 1}}
    said = Run(tmp_path, json.dumps(strange), "--format", "text").out
    assert "NOT CHECKED" in said
    assert "Not understood: flibber" in said
    assert "Ignored: patient.x" in said


def test_the_vocabulary_is_listed() -> None:
    out = io.StringIO()
    call_command("screen_regimen", "--vocabulary", stdout=out)
    assert "copd: COPD" in out.getvalue()
    out = io.StringIO()
    call_command("screen_regimen", "--vocabulary", "--format", "json", stdout=out)
    assert "dialysis" in json.loads(out.getvalue())


def test_standard_input_and_no_database() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "screen_regimen", "-"],
        cwd=ROOT,
        input=json.dumps({"id": "Ä", "regimen": PAIR}).encode(),
        capture_output=True,
        check=False,
        env={
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
            "SECRET_KEY": "x" * 50,
            "AUDIT_KEY": "y" * 50,
            "PATH": "",
            "LANG": "C",
        },
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["id"] == "Ä"
