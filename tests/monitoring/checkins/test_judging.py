"""Every level of the thresholds, at both sides of each limit."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from monitoring.checkins.rules import (
    SCALES,
    Answers,
    CheckInContext,
    Event,
    Level,
    PastAnswers,
    breaches,
    current_thresholds,
    read_answers,
    read_events,
    read_vitals,
    with_gaps,
)

TODAY = date(2026, 6, 15)
FIT = CheckInContext(on=TODAY, age=42, egfr=Decimal(95), sex="F", copd=False)
NONE, INFO, WARNING, URGENT, EMERGENCY = Level


def level(
    answers: dict[str, object] | None = None,
    vitals: dict[str, object] | None = None,
    context: CheckInContext = FIT,
    history: tuple[PastAnswers, ...] = (),
) -> Level:
    verdict = breaches(read_answers(answers or {}), current_thresholds(), history, context, read_vitals(vitals or {}))
    return verdict.level


@pytest.mark.parametrize(
    ("question", "levels"),
    [
        ("q1_sleepiness", [NONE, NONE, INFO, URGENT, EMERGENCY]),
        ("q2_breathing", [NONE, URGENT, EMERGENCY, EMERGENCY]),
        ("q3_standing", [NONE, INFO, WARNING, EMERGENCY, EMERGENCY]),
        ("q4_fall", [NONE, INFO, WARNING, URGENT, EMERGENCY]),
        ("q5_thinking", [NONE, WARNING, URGENT, EMERGENCY]),
        ("q6_strength", [NONE, WARNING, URGENT, EMERGENCY]),
        ("q7_heart", [NONE, WARNING, EMERGENCY, EMERGENCY]),
        ("q9_mood", [NONE, INFO, WARNING, EMERGENCY]),
    ],
)
def test_each_answer_of_a_scale_has_its_level(question: str, levels: list[Level]) -> None:
    assert [level({question: score}) for score in range(SCALES[question] + 1)] == levels


@pytest.mark.parametrize(
    ("question", "option", "expected"),
    [
        ("q8_body", "none", NONE),
        ("q8_body", "dry_mouth", INFO),
        ("q8_body", "blurred", INFO),
        ("q8_body", "no_poo_3_days", WARNING),
        ("q8_body", "hard_to_pee", WARNING),
        ("q8_body", "no_pee_12h", URGENT),
        ("q8_body", "painful_red_eye_or_halos", EMERGENCY),
        ("q10_doses_other", "none", NONE),
        ("q10_doses_other", "missed_0", NONE),
        ("q10_doses_other", "missed_1", INFO),
        ("q10_doses_other", "extra_dose", WARNING),
        ("q10_doses_other", "alcohol", WARNING),
        ("q10_doses_other", "opioid_or_sleeping_tablet", WARNING),
        ("q10_doses_other", "missed_3plus_or_ran_out", URGENT),
        ("danger_signs", "none", NONE),
        ("danger_signs", "took_more", EMERGENCY),
        ("danger_signs", "self_harm", EMERGENCY),
        ("danger_signs", "passed_out", EMERGENCY),
    ],
)
def test_each_option_has_its_level(question: str, option: str, expected: Level) -> None:
    assert level({question: [option]}) is expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"q1_sleepiness": 1, "q10_doses_other": ["alcohol"]}, WARNING),
        ({"q1_sleepiness": 2, "q10_doses_other": ["alcohol"]}, URGENT),
        ({"q1_sleepiness": 2, "q10_doses_other": ["opioid_or_sleeping_tablet"]}, URGENT),
        ({"q1_sleepiness": 3, "q10_doses_other": ["alcohol"]}, EMERGENCY),
        ({"q2_breathing": 1, "q10_doses_other": ["alcohol"]}, EMERGENCY),
        ({"q1_sleepiness": 3, "q2_breathing": 0}, URGENT),
        ({"q1_sleepiness": 2, "q2_breathing": 1}, URGENT),
        ({"q1_sleepiness": 3, "q2_breathing": 1}, EMERGENCY),
        ({"q10_doses_other": ["missed_3plus_or_ran_out"], "q5_thinking": 1}, URGENT),
        ({"q10_doses_other": ["missed_3plus_or_ran_out"], "q5_thinking": 2}, EMERGENCY),
        ({"q10_doses_other": ["missed_1"], "q5_thinking": 2}, URGENT),
        ({"q4_fall": 2}, WARNING),
        ({"q4_fall": 2, "q9_mood": 2}, URGENT),
        ({"q8_body": ["no_poo_3_days", "hard_to_pee"]}, URGENT),
        ({"q4_fall": 2, "q9_mood": 1, "q1_sleepiness": 2}, WARNING),
    ],
)
def test_answers_together_mean_more_than_alone(answers: dict[str, object], expected: Level) -> None:
    assert level(answers) is expected


@pytest.mark.parametrize(
    ("age", "egfr", "raised"),
    [(64, "60", False), (65, "60", True), (64, "59.9", True), (None, "95", True), (42, None, True)],
)
def test_age_and_kidneys_raise_sleepiness_dizziness_and_thinking_and_nothing_else(
    age: int | None, egfr: str | None, raised: bool
) -> None:
    context = CheckInContext(on=TODAY, age=age, egfr=None if egfr is None else Decimal(egfr), copd=False)
    for answers, plain in (
        ({"q1_sleepiness": 2}, INFO),
        ({"q1_sleepiness": 3}, URGENT),
        ({"q3_standing": 1}, INFO),
        ({"q5_thinking": 1}, WARNING),
    ):
        assert level(answers, context=context) is (plain.raised() if raised else plain)  # type: ignore[arg-type]
    for answers, plain in (({"q1_sleepiness": 1}, NONE), ({"q4_fall": 2}, WARNING), ({"q1_sleepiness": 4}, EMERGENCY)):
        assert level(answers, context=context) is plain  # type: ignore[arg-type]


def test_the_reason_says_what_is_unknown() -> None:
    verdict = breaches(read_answers({"q5_thinking": 1}), current_thresholds(), (), CheckInContext(on=TODAY))
    assert verdict.reasons == ("Thinking 1 of 3: forgetful (raised one level: age unknown, eGFR unknown)",)


def test_a_level_raised_for_the_patient_is_no_second_sign() -> None:
    at_risk = CheckInContext(on=TODAY, age=72, egfr=Decimal(48), copd=True)
    answers = {"q1_sleepiness": 2, "q10_doses_other": ["missed_1"]}
    assert level(answers, {"bp_supine": "142/84", "bp_stand": "118/70"}, at_risk) is WARNING


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("rr", {8: EMERGENCY, 9: WARNING, 11: WARNING, 12: NONE, 20: NONE, 21: WARNING, 24: WARNING, 25: EMERGENCY}),
        ("spo2", {91: EMERGENCY, 92: WARNING, 95: WARNING, 96: NONE}),
        ("pulse", {40: EMERGENCY, 41: WARNING, 50: WARNING, 51: NONE, 110: NONE, 111: WARNING, 130: WARNING,
                   131: EMERGENCY}),
        ("sbp", {90: EMERGENCY, 91: WARNING, 100: WARNING, 101: NONE, 110: NONE, 111: NONE}),
        ("qtc", {459: NONE, 460: INFO, 479: INFO, 480: WARNING, 499: WARNING, 500: URGENT}),
    ],
)  # fmt: skip
def test_each_band_of_a_measurement_holds_at_both_ends(name: str, levels: dict[int, Level]) -> None:
    steady = {"q1_sleepiness": 0, "q3_standing": 0, "q4_fall": 0, "q5_thinking": 0}
    assert {value: level(steady, {name: value}) for value in levels} == levels


@pytest.mark.parametrize(
    ("answers", "vitals", "expected"),
    [
        ({"q1_sleepiness": 1}, {"rr": 11}, WARNING),
        ({"q1_sleepiness": 2}, {"rr": 11}, URGENT),
        ({"q1_sleepiness": 2}, {"rr": 12}, INFO),
        ({"q3_standing": 1}, {"sbp": 100}, URGENT),
        ({"q3_standing": 1}, {"sbp": 101}, WARNING),
        ({"q3_standing": 1}, {"sbp": 111}, INFO),
        ({}, {"sbp": 105}, WARNING),
        ({"q10_doses_other": ["missed_1"]}, {"temp_c": "38.4"}, INFO),
        ({"q10_doses_other": ["missed_1"]}, {"temp_c": "38.5"}, URGENT),
        ({"q10_doses_other": ["missed_0"]}, {"temp_c": "38.5"}, NONE),
        ({}, {"temp_c": "38.5"}, WARNING),
    ],
)
def test_a_measurement_is_read_with_the_answers(
    answers: dict[str, object], vitals: dict[str, object], expected: Level
) -> None:
    assert level(answers, vitals) is expected


@pytest.mark.parametrize(
    ("supine", "stand", "dizzy", "expected"),
    [
        ("140/80", "121/71", 0, NONE),
        ("140/80", "120/80", 0, WARNING),
        ("140/80", "139/70", 0, WARNING),
        ("140/80", "120/80", 2, URGENT),
        ("112/70", "89/60", 0, URGENT),
        ("112/70", "90/65", 0, WARNING),
        ("120/80", "140/90", 0, NONE),
    ],
)
def test_a_drop_on_standing(supine: str, stand: str, dizzy: int, expected: Level) -> None:
    answers = {"q3_standing": dizzy, "q1_sleepiness": 0, "q4_fall": 0, "q5_thinking": 0}
    assert level(answers, {"bp_supine": supine, "bp_stand": stand}) is expected


def test_oxygen_is_judged_by_the_lower_scale_in_copd_only() -> None:
    copd = CheckInContext(on=TODAY, age=42, egfr=Decimal(95), copd=True)
    unknown = CheckInContext(on=TODAY, age=42, egfr=Decimal(95), copd=None)
    values = (83, 84, 87, 88, 91)
    assert [level({}, {"spo2": v}, copd) for v in values] == [EMERGENCY, WARNING, WARNING, NONE, NONE]
    assert [level({}, {"spo2": v}, unknown) for v in values] == [EMERGENCY] * 5


def test_qtc_of_a_man_and_its_rise_over_the_baseline() -> None:
    man = CheckInContext(on=TODAY, age=42, egfr=Decimal(95), sex="M", baseline_qtc_ms=400)
    assert [level({}, {"qtc": ms}, man) for ms in (449, 450, 459, 460)] == [NONE, INFO, INFO, URGENT]


def past(days_ago: int, score: int) -> PastAnswers:
    return PastAnswers(TODAY - timedelta(days=days_ago), read_answers({"q1_sleepiness": score}))


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ((), INFO),
        ((past(1, 0),), WARNING),
        ((past(7, 0),), WARNING),
        ((past(8, 0),), INFO),
        ((past(0, 0),), INFO),
        ((past(1, 0), past(2, 1)), INFO),
        ((past(1, 0), past(2, 0), past(3, 2)), WARNING),
        ((past(1, 1), past(2, 1)), INFO),
    ],
)
def test_a_rise_of_two_over_the_median_of_the_seven_days_before(
    history: tuple[PastAnswers, ...], expected: Level
) -> None:
    assert level({"q1_sleepiness": 2}, history=history) is expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Event("pump_alarm", TODAY), EMERGENCY),
        (Event("missed_refill", TODAY - timedelta(days=14)), EMERGENCY),
        (Event("missed_refill", TODAY - timedelta(days=15)), WARNING),
        (Event("pump_alarm"), EMERGENCY),
        (Event("birthday", TODAY), WARNING),
    ],
)
def test_events_of_the_pump_are_emergencies_before_any_symptom(event: Event, expected: Level) -> None:
    context = CheckInContext(on=TODAY, age=38, egfr=Decimal(95), events=(event,))
    assert level(context=context) is expected


def test_events_are_read_loosely_and_a_bad_date_is_unknown() -> None:
    raw = [{"type": "pump_alarm", "date": "2026-06-15"}, {"type": "pump_alarm", "date": "soon"}, {"date": 1}, "x"]
    assert read_events(raw) == (Event("pump_alarm", TODAY), Event("pump_alarm"))
    assert read_events(None) == ()


def test_nothing_answered_is_a_warning() -> None:
    assert level() is WARNING
    assert level({}, {"rr": 14}) is NONE


def test_a_whole_check_in_must_not_leave_safety_questions_open() -> None:
    thresholds = current_thresholds()
    part = breaches(read_answers({"q1_sleepiness": 0, "q4_fall": 0}), thresholds, (), FIT)
    assert part.level is NONE
    whole = with_gaps(part, thresholds)
    assert whole.level is WARNING
    assert whole.reasons == ("Not answered: breathing, dizziness, thinking, doses and other substances",)


def test_the_worst_reason_stands_first_and_the_version_is_named() -> None:
    verdict = breaches(Answers({"q3_standing": 1, "q2_breathing": 3}, {}), current_thresholds(), (), FIT)
    assert verdict.reasons[0].startswith("Breathing 3 of 3")
    assert verdict.version == "2026.11"
    assert verdict.as_dict() == {"level": "emergency", "reasons": list(verdict.reasons)}
