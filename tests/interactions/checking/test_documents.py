"""The document form, read strictly: each fault names its place, each unknown is said."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from interactions.checking import AlcoholUse, ClinicalEvent
from interactions.checking.documents import read_case
from interactions.checking.strict_json import DocumentError, parse_json, pieces_of
from tests.interactions.checking.cases import ON

LINE = {"entered": "baclofen 10 mg tid"}


def read(document: Any, path: str = "") -> Any:
    return read_case(document, today=ON, path=path)


def test_only_the_entered_words_are_required() -> None:
    case = read({"regimen": [LINE]})
    assert (case.id, case.on, case.ignored) == (None, ON, ())
    patient = case.context
    assert (patient.age, patient.egfr, patient.conditions_known, patient.qtc_ms, patient.alcohol) == (
        None,
        None,
        False,
        None,
        None,
    )


def test_everything_that_is_said_is_read() -> None:
    case = read(
        {
            "id": 7,
            "as_of": "2026-02-03",
            "patient": {
                "age": 72,
                "sex": "female",
                "egfr": Decimal("48.5"),
                "conditions": ["COPD", "gout?!"],
                "qtc_ms": 440,
                "alcohol": "none, teetotal",
            },
            "regimen": [{"entered": "", "rxcui": 197391, "route": "oral", "start": "2026-01-01", "end": None}],
            "check_in": {"answers": {"q1_sleepiness": 2}, "vitals": {"bp": "120/80"}},
            "events": [{"type": "pump_alarm", "date": "2026-02-01"}, {"type": "moon", "date": None}],
        }
    )
    patient = case.context
    assert (case.id, case.on, patient.age, patient.sex, patient.egfr) == (7, date(2026, 2, 3), 72, "F", Decimal("48.5"))
    assert (patient.conditions, patient.conditions_known) == ({"copd", "joints"}, True)
    assert patient.alcohol is AlcoholUse.NONE
    assert patient.events == (ClinicalEvent("pump_alarm", date(2026, 2, 1)),)
    assert patient.not_understood == ("moon",)
    assert case.entries[0].exposures[0].ingredient == "baclofen"
    assert (case.answers, case.vitals, case.has_check_in) == ({"q1_sleepiness": 2}, {"bp": "120/80"}, True)


def test_no_conditions_is_known_and_absent_is_not() -> None:
    assert read({"patient": {"conditions": []}, "regimen": []}).context.conditions_known
    assert not read({"patient": {"conditions": None}, "regimen": []}).context.conditions_known


def test_what_means_nothing_here_is_named() -> None:
    case = read({"title": "x", "patient": {"eGFR": 20}, "regimen": [{**LINE, "dose": "5"}], "check_in": {"mood": 1}})
    assert set(case.ignored) == {"title", "patient.eGFR", "regimen[0].dose", "check_in.mood"}


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "the document"),
        ("x", "the document"),
        ({}, "regimen"),
        ({"regimen": {}}, "regimen"),
        ({"regimen": "baclofen"}, "regimen"),
        ({"regimen": ["baclofen"]}, "regimen[0]"),
        ({"regimen": [{}]}, "regimen[0].entered"),
        ({"regimen": [{"entered": "  "}]}, "regimen[0].entered"),
        ({"regimen": [{"entered": 5}]}, "regimen[0].entered"),
        ({"regimen": [{**LINE, "rxcui": True}]}, "regimen[0].rxcui"),
        ({"regimen": [{**LINE, "route": 1}]}, "regimen[0].route"),
        ({"regimen": [{**LINE, "start": "2026-02-30"}]}, "regimen[0].start"),
        ({"regimen": [{**LINE, "start": "20260201"}]}, "regimen[0].start"),
        ({"regimen": [{**LINE, "start": "2026-W05-1"}]}, "regimen[0].start"),
        ({"regimen": [{**LINE, "start": "1066-01-01"}]}, "regimen[0].start"),
        ({"regimen": [{**LINE, "start": 20260201}]}, "regimen[0].start"),
        ({"regimen": [LINE, {**LINE, "start": "2026-02-02", "end": "2026-02-01"}]}, "regimen[1].end"),
        ({"regimen": [], "id": [1]}, "id"),
        ({"regimen": [], "id": True}, "id"),
        ({"regimen": [], "as_of": "today"}, "as_of"),
        ({"regimen": [], "patient": []}, "patient"),
        ({"regimen": [], "patient": {"age": 126}}, "patient.age"),
        ({"regimen": [], "patient": {"age": -1}}, "patient.age"),
        ({"regimen": [], "patient": {"age": Decimal("50.5")}}, "patient.age"),
        ({"regimen": [], "patient": {"age": "50"}}, "patient.age"),
        ({"regimen": [], "patient": {"age": True}}, "patient.age"),
        ({"regimen": [], "patient": {"egfr": -5}}, "patient.egfr"),
        ({"regimen": [], "patient": {"egfr": 251}}, "patient.egfr"),
        ({"regimen": [], "patient": {"egfr": Decimal("NaN")}}, "patient.egfr"),
        ({"regimen": [], "patient": {"egfr": 48.5}}, "patient.egfr"),
        ({"regimen": [], "patient": {"qtc_ms": 44}}, "patient.qtc_ms"),
        ({"regimen": [], "patient": {"sex": 1}}, "patient.sex"),
        ({"regimen": [], "patient": {"conditions": "COPD"}}, "patient.conditions"),
        ({"regimen": [], "patient": {"conditions": ["COPD", 5]}}, "patient.conditions[1]"),
        ({"regimen": [], "events": [{}]}, "events[0].type"),
        ({"regimen": [], "events": [{"type": "fall", "date": "soon"}]}, "events[0].date"),
        ({"regimen": [LINE] * 501}, "regimen[500]"),
        ({"regimen": [], "patient": {"conditions": ["COPD"] * 501}}, "patient.conditions[500]"),
        ({"regimen": [], "check_in": [1]}, "check_in"),
        ({"regimen": [], "check_in": {"answers": 3}}, "check_in.answers"),
    ],
)
def test_a_fault_names_its_place(document: Any, place: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(document)
    assert caught.value.path == place
    assert "\n" not in str(caught.value)


def test_the_place_of_an_array_comes_first() -> None:
    with pytest.raises(DocumentError, match=r"^\[2\]\.patient\.age: "):
        read({"regimen": [], "patient": {"age": 200}}, "[2]")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1, "a": 2}', "a: is written twice"),
        ('{"b": [{}, {"a": 1, "a": 2}]}', "b[1].a: is written twice"),
        ('{"a": NaN}', "a: NaN is not a number"),
        ('{"a": [{"b": 1}, {"b": Infinity}]}', "a[1].b: Infinity is not a number"),
        ('{"a": -Infinity}', "-Infinity is not a number"),
        ('{"a": ' + "9" * 500 + "}", "500 digits"),
        ('{"a": 1.' + "9" * 500 + "}", "502 characters"),
        ('{"a": "\\ud800"}', "a: is not valid text"),
        ("[" * 5000 + "]" * 5000, "too deeply"),
        ("[" * 60 + "]" * 60, "too deeply"),
        ('{"a": 1', "line 1, column 8"),
        ("", "line 1, column 1"),
    ],
)
def test_json_is_read_strictly(text: str, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_json(text)
    assert said in str(caught.value)


def test_fractions_are_never_floats() -> None:
    assert parse_json('{"a": 0.1}') == {"a": Decimal("0.1")}


def test_one_object_an_array_and_lines_are_told_apart() -> None:
    one, two = json.dumps({"id": 1}), json.dumps({"id": 2})
    assert [piece.value for piece in pieces_of(one)[1]] == [{"id": 1}]
    assert [(piece.value, piece.path) for piece in pieces_of(f"[{one}, {two}]")[1]] == [
        ({"id": 1}, "[0]"),
        ({"id": 2}, "[1]"),
    ]
    shape, pieces = pieces_of(f"{one}\n\n{two}\r\n")
    assert shape == "lines"
    assert [(piece.value, piece.line) for piece in pieces] == [({"id": 1}, 1), ({"id": 2}, 3)]


def test_a_bad_line_stands_in_its_place() -> None:
    _, pieces = pieces_of('{oops}\n{"id": 2}\n')
    assert [(piece.error is not None, piece.line) for piece in pieces] == [(True, 1), (False, 2)]


def test_a_broken_document_over_several_lines_is_not_taken_for_lines() -> None:
    with pytest.raises(DocumentError, match="line 3"):
        pieces_of('{"regimen": [\n  {"entered": "a"}\n  {"entered": "b"}\n]}')


def test_nothing_at_all_is_a_fault() -> None:
    with pytest.raises(DocumentError, match="empty"):
        pieces_of(" \n")


@pytest.mark.parametrize(
    ("patient", "known"),
    [
        ({"sex": "F"}, ("F", None)),
        ({"sex": "Male"}, ("M", None)),
        ({"sex": "unknown", "alcohol": "not recorded"}, (None, None)),
        ({"alcohol": "none"}, (None, AlcoholUse.NONE)),
        ({"alcohol": "daily"}, (None, AlcoholUse.REGULAR)),
        ({"alcohol": "moderate"}, (None, AlcoholUse.SOME)),
    ],
)
def test_words_of_a_record_are_understood(patient: dict[str, str], known: tuple[str | None, AlcoholUse | None]) -> None:
    context = read({"regimen": [], "patient": patient}).context
    assert (context.sex, context.alcohol) == known
    assert context.not_understood == ()


@pytest.mark.parametrize("patient", [{"sex": "fox"}, {"sex": "5"}, {"alcohol": "blah"}, {"alcohol": "former"}])
def test_words_that_say_nothing_are_shown_and_nothing_is_assumed(patient: dict[str, str]) -> None:
    context = read({"regimen": [], "patient": patient}).context
    assert (context.sex, context.alcohol) == (None, None)
    assert context.not_understood == tuple(patient.values())


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"entered": "baclofen", "rxcui": "704"}, "name different medicines"),
        ({"entered": "baclofen", "atc": "N06AA09"}, "name different medicines"),
        ({"rxcui": "704", "atc": "M03BX01"}, "name different medicines"),
        ({"entered": "Bactrim DS", "rxcui": "1292"}, "name different medicines"),
    ],
)
def test_a_code_that_disagrees_is_said_and_nothing_is_checked_by_guess(line: dict[str, str], says: str) -> None:
    (entry,) = read({"regimen": [line]}).entries
    assert entry.exposures == ()
    assert entry.unresolved[0].match == "ambiguous"
    assert any(says in problem for problem in entry.problems)


def test_a_code_that_is_not_held_was_not_compared_and_that_is_said() -> None:
    (entry,) = read({"regimen": [{"entered": "baclofen 10 mg tid", "rxcui": "99999999"}]}).entries
    assert [each.ingredient for each in entry.exposures] == ["baclofen"]
    assert any("not compared" in problem for problem in entry.problems)


@pytest.mark.parametrize(
    ("fact", "least", "most"),
    [("age", 0, 125), ("egfr", 0, 250), ("qtc_ms", 200, 800), ("qtc_baseline_ms", 200, 800), ("weight_kg", 1, 500)],
)
def test_a_number_is_taken_to_the_edge_of_what_can_be_and_no_further(fact: str, least: int, most: int) -> None:
    for number in (least, most):
        assert getattr(read({"regimen": [], "patient": {fact: number}}).context, fact) == number
    for number in (least - 1, most + 1):
        with pytest.raises(DocumentError):
            read({"regimen": [], "patient": {fact: number}})
