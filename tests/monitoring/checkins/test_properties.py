"""What holds for every check-in: worse is never milder, unknown is never milder, order does not matter."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from monitoring.checkins.rules import (
    CHOICES,
    SCALES,
    CheckInContext,
    Level,
    breaches,
    current_thresholds,
    read_answers,
    read_vitals,
)

TODAY = date(2026, 6, 15)


def _options(question: str) -> st.SearchStrategy[list[str]]:
    real = [option for option in CHOICES[question] if option not in {"none", "missed_0"}]
    return st.lists(st.sampled_from(real), unique=True)


raw_answers = st.fixed_dictionaries(
    {},
    optional={
        **{question: st.integers(0, top) for question, top in SCALES.items()},
        **{question: _options(question) for question in CHOICES},
    },
)
raw_vitals = st.fixed_dictionaries(
    {},
    optional={
        "rr": st.integers(0, 80),
        "spo2": st.integers(30, 100),
        "pulse": st.integers(0, 300),
        "qtc": st.integers(200, 800),
        "temp_c": st.decimals(25, 45, places=1),
        "bp_supine": st.integers(60, 250).map(lambda top: f"{top}/40"),
        "bp_stand": st.integers(60, 250).map(lambda top: f"{top}/40"),
    },
)
contexts = st.builds(
    CheckInContext,
    on=st.just(TODAY),
    age=st.none() | st.integers(18, 100),
    egfr=st.none() | st.integers(5, 120).map(Decimal),
    sex=st.sampled_from(["", "F", "M"]),
    copd=st.sampled_from([None, True, False]),
    baseline_qtc_ms=st.none() | st.integers(350, 480),
)


def level(answers: dict[str, object], vitals: dict[str, object], context: CheckInContext) -> Level:
    verdict = breaches(read_answers(answers), current_thresholds(), (), context, read_vitals(vitals))
    return verdict.level


@given(raw_answers, raw_vitals, contexts, st.sampled_from(list(SCALES)), st.data())
def test_a_worse_answer_never_lowers_the_level(
    answers: dict[str, object], vitals: dict[str, object], context: CheckInContext, question: str, data: st.DataObject
) -> None:
    better = data.draw(st.integers(0, SCALES[question]))
    worse = data.draw(st.integers(better, SCALES[question]))
    assert level({**answers, question: worse}, vitals, context) >= level({**answers, question: better}, vitals, context)


@given(raw_answers, raw_vitals, contexts, st.sampled_from(list(CHOICES)), st.data())
def test_one_more_tick_never_lowers_the_level(
    answers: dict[str, object], vitals: dict[str, object], context: CheckInContext, question: str, data: st.DataObject
) -> None:
    ticked = data.draw(_options(question).filter(bool))
    fewer = data.draw(st.lists(st.sampled_from(ticked), unique=True, min_size=1))
    assert level({**answers, question: ticked}, vitals, context) >= level({**answers, question: fewer}, vitals, context)


@given(raw_answers, raw_vitals, contexts)
def test_an_unknown_fact_about_the_patient_never_lowers_the_level(
    answers: dict[str, object], vitals: dict[str, object], context: CheckInContext
) -> None:
    known = level(answers, vitals, context)
    assert level(answers, vitals, replace(context, age=None)) >= known
    assert level(answers, vitals, replace(context, egfr=None)) >= known
    assert level(answers, vitals, replace(context, copd=None)) >= known
    assert level(answers, vitals, replace(context, sex="")) >= known


@given(raw_answers, raw_vitals, contexts, st.sampled_from([*SCALES, "q8_body", "q10_doses_other"]))
def test_skipping_a_question_is_never_milder_than_answering_that_all_is_well(
    answers: dict[str, object], vitals: dict[str, object], context: CheckInContext, question: str
) -> None:
    well: object = 0 if question in SCALES else ["none"]
    skipped = {key: value for key, value in answers.items() if key != question}
    assert level(skipped, vitals, context) >= level({**skipped, question: well}, vitals, context)


@given(raw_answers, raw_vitals, contexts, st.randoms(use_true_random=False))
def test_the_order_of_answers_changes_nothing(
    answers: dict[str, object], vitals: dict[str, object], context: CheckInContext, random: object
) -> None:
    pairs = list(answers.items())
    random.shuffle(pairs)  # type: ignore[attr-defined]
    thresholds = current_thresholds()
    one = breaches(read_answers(answers), thresholds, (), context, read_vitals(vitals))
    other = breaches(read_answers(dict(pairs)), thresholds, (), context, read_vitals(vitals))
    assert one == other


@given(raw_answers, raw_vitals, contexts)
def test_a_level_always_has_a_reason(
    answers: dict[str, object], vitals: dict[str, object], context: CheckInContext
) -> None:
    verdict = breaches(read_answers(answers), current_thresholds(), (), context, read_vitals(vitals))
    assert bool(verdict.reasons) == (verdict.level > Level.NONE)
