"""Answers and measurements from outside: exactly an answer, or refused with the place of the fault."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.checkins.rules import Answers, InputError, Pressure, Vitals, read_answers, read_vitals


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"q1_sleepiness": True}, "answers.q1_sleepiness"),
        ({"q1_sleepiness": 2.0}, "answers.q1_sleepiness"),
        ({"q1_sleepiness": float("nan")}, "answers.q1_sleepiness"),
        ({"q1_sleepiness": "2"}, "answers.q1_sleepiness"),
        ({"q1_sleepiness": -1}, "answers.q1_sleepiness"),
        ({"q1_sleepiness": 5}, "answers.q1_sleepiness"),
        ({"q2_breathing": 4}, "answers.q2_breathing"),
        ({"q2_breathing": [1]}, "answers.q2_breathing"),
        ({"q11": 1}, "answers.q11"),
        ({"q11": None}, "answers.q11"),
        ({"q8_body": "blurred"}, "answers.q8_body"),
        ({"q8_body": ["blurred", "gills"]}, "answers.q8_body[1]"),
        ({"q8_body": [1]}, "answers.q8_body[0]"),
        ({"q8_body": ["none", "blurred"]}, "answers.q8_body"),
        ({"q10_doses_other": ["missed_0", "missed_1"]}, "answers.q10_doses_other"),
        ([], "answers"),
        ("q1", "answers"),
        (None, "answers"),
    ],
)
def test_what_is_not_exactly_an_answer_is_refused_with_its_place(raw: object, path: str) -> None:
    with pytest.raises(InputError) as refused:
        read_answers(raw)
    assert [fault.path for fault in refused.value.faults] == [path]


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(InputError) as refused:
        read_answers({"q1_sleepiness": 9, "q9_mood": "low", "q8_body": []}, path="check_in.answers")
    assert [fault.path for fault in refused.value.faults] == [
        "check_in.answers.q1_sleepiness",
        "check_in.answers.q9_mood",
    ]


def test_missing_null_and_empty_mean_not_answered() -> None:
    answers = read_answers({"q1_sleepiness": None, "q8_body": [], "q4_fall": 0})
    assert answers == Answers({"q4_fall": 0}, {})
    assert "q4_fall" not in answers.unanswered
    assert len(answers.unanswered) == 9


def test_equal_answers_are_equal_bytes_whatever_their_order() -> None:
    one = read_answers({"q10_doses_other": ["alcohol", "missed_1"], "q1_sleepiness": 1})
    other = read_answers({"q1_sleepiness": 1, "q10_doses_other": ["missed_1", "alcohol", "alcohol"]})
    assert list(one.as_dict().items()) == list(other.as_dict().items())
    assert read_answers(one.as_dict()) == one


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))  # fmt: skip
def test_nothing_from_outside_breaks_the_reader(raw: object) -> None:
    for reader in (read_answers, read_vitals):
        for given_ in (raw, {"q1_sleepiness": raw, "q8_body": raw, "rr": raw, "bp": raw}):
            with suppress(InputError):
                assert reader(given_) is not None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"rr": 14}, Vitals(rr=14)),
        ({"rr": "14/min"}, Vitals(rr=14)),
        ({"spo2": "97 %"}, Vitals(spo2=97)),
        ({"pulse": Decimal(60)}, Vitals(pulse=60)),
        ({"temp_c": 38.5}, Vitals(temp_c=Decimal("38.5"))),
        ({"temp_c": "38.5 °C"}, Vitals(temp_c=Decimal("38.5"))),
        ({"qtc_ms": 440}, Vitals(qtc=440)),
        ({"sbp": 95}, Vitals(bp=Pressure(95, None))),
        ({"bp": "142/84"}, Vitals(bp=Pressure(142, 84))),
        ({"bp_stand": "118 / 70 mmHg"}, Vitals(bp_stand=Pressure(118, 70))),
        ({"rr": None, "bp": ""}, Vitals()),
        (None, Vitals()),
    ],
)
def test_a_measurement_is_read_with_its_unit(raw: object, expected: Vitals) -> None:
    assert read_vitals(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        {"temp_c": "101"}, {"temp_c": "38,5"}, {"temp_c": "101 F"}, {"temp_c": float("nan")}, {"temp_c": "1e1"},
        {"rr": float("inf")}, {"rr": True}, {"rr": "14.5"}, {"rr": -1}, {"rr": 81}, {"rr": "१४"},
        {"spo2": 101}, {"spo2": "0.97"}, {"pulse": 301}, {"qtc": 0.44}, {"qtc": [440]},
        {"bp": "84/142"}, {"bp": "142/"}, {"bp": "14.2/8.4"}, {"bp": 142.0}, {"bp": {}}, {"bp": "-142/84"},
        {"height": 180}, {"sbp": 120, "bp": "120/80"},
    ],
)  # fmt: skip
def test_another_unit_a_slip_or_no_number_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(InputError) as refused:
        read_vitals(raw)
    assert refused.value.faults[0].path.startswith("vitals.")


def test_vitals_keep_what_was_measured() -> None:
    raw = {"bp_supine": "142/84", "temp_c": "37.0", "rr": "16"}
    assert read_vitals(raw).as_dict() == raw
    assert not read_vitals({})
