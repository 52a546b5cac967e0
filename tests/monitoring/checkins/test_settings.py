"""What a clinic may change of the released thresholds, and that no change of it lowers what is locked."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.checkins.rules import (
    CHOICES,
    SCALES,
    CheckInContext,
    Level,
    ThresholdsError,
    Verdict,
    breaches,
    current_thresholds,
    read_answers,
    read_vitals,
)
from monitoring.checkins.rules.judging import read_context
from monitoring.checkins.rules.settings import hash_of, patch_faults, patched, settings_of
from monitoring.protocols.rules import LEVELS, is_locked
from tests.monitoring.checkins.test_properties import TODAY, contexts, raw_answers, raw_vitals

RELEASED = current_thresholds()
SETTINGS = settings_of(RELEASED)


def made(patch: dict[str, str]) -> Any:
    return patched(RELEASED, patch, label="2026.11+clinic-1", content_hash="x")


def _values(name: str) -> st.SearchStrategy[str]:
    setting = SETTINGS[name]
    if setting.is_level:
        return st.sampled_from(setting.choices)
    assert setting.low is not None
    assert setting.high is not None
    scale = 10**setting.places
    return st.integers(int(setting.low * scale), int(setting.high * scale)).map(lambda n: f"{Decimal(n) / scale:f}")


patches = (
    st.lists(st.sampled_from(sorted(SETTINGS)), max_size=12, unique=True)
    .flatmap(lambda names: st.fixed_dictionaries({name: _values(name) for name in names}))
    .filter(lambda patch: not patch_faults(patch, RELEASED))
)


def has_locked_emergency(answers: dict[str, Any], verdict: Verdict) -> bool:
    """Whether something that no clinic may change makes it an emergency."""
    scores = {f"questions.{question}.{answers[question]}" for question in SCALES if question in answers}
    signs = {sign.what for sign in verdict.signs if sign.level is Level.EMERGENCY}
    together = {"sedative_with_sedation", "sedation_with_breathing", "rr", "spo2"}
    return any(map(is_locked, scores)) or bool(answers.get("danger_signs")) or bool(signs & together)


@given(patch=patches, answers=raw_answers, vitals=raw_vitals, context=contexts)
def test_no_allowed_change_lowers_a_locked_emergency_or_takes_an_emergency_below_urgent(
    patch: dict[str, str], answers: dict[str, Any], vitals: dict[str, Any], context: CheckInContext
) -> None:
    given_answers, given_vitals = read_answers(answers), read_vitals(vitals)
    before = breaches(given_answers, RELEASED, (), context, given_vitals)
    after = breaches(given_answers, made(patch), (), context, given_vitals)
    if has_locked_emergency(answers, before):
        assert after.level is Level.EMERGENCY
    if before.level is Level.EMERGENCY:
        assert after.level >= Level.URGENT


@given(patch=patches, answers=raw_answers, vitals=raw_vitals, context=contexts)
def test_the_same_inputs_and_version_give_the_same_verdict_byte_for_byte(
    patch: dict[str, str], answers: dict[str, Any], vitals: dict[str, Any], context: CheckInContext
) -> None:
    kept = read_context(json.loads(json.dumps(context.as_dict())))
    first = breaches(read_answers(answers), made(patch), (), context, read_vitals(vitals))
    again = breaches(read_answers(answers), made(dict(reversed(patch.items()))), (), kept, read_vitals(vitals))
    assert json.dumps(first.as_dict()) == json.dumps(again.as_dict())
    assert first.version == again.version == "2026.11+clinic-1"


def test_every_red_flag_is_locked_and_no_answer_of_it_is_offered() -> None:
    assert not [name for name in SETTINGS if is_locked(name)]
    offered = {name.split(".")[2] for name in SETTINGS if name.startswith("choices.")}
    assert not offered & (set(CHOICES["danger_signs"]) - {"none"})
    for name in ("questions.q9_mood.3", "questions.q2_breathing.2", "combinations.sedation_with_breathing"):
        assert patch_faults({name: "urgent"}, RELEASED)


@pytest.mark.parametrize("name", [name for name, setting in SETTINGS.items() if setting.is_level])
def test_a_level_goes_one_step_down_at_most_never_to_none_and_up_always(name: str) -> None:
    setting = SETTINGS[name]
    rank = LEVELS.index(setting.released)
    if setting.released != "none":
        assert "none" not in setting.choices
        assert LEVELS.index(setting.choices[0]) >= rank - 1
    assert set(LEVELS[rank:]) <= set(setting.choices)
    if setting.released == "emergency":
        assert setting.choices == ("urgent", "emergency")


@pytest.mark.parametrize(
    ("patch", "field"),
    [
        ({"questions.q1_sleepiness.3": "info"}, "questions.q1_sleepiness.3"),
        ({"questions.q9_mood.1": "urgent"}, "questions.q9_mood.1"),
        ({"questions.q1_sleepiness.0": "info"}, "questions.q1_sleepiness.0"),
        ({"vitals.rr.bands.0.at_most": "7"}, "vitals.rr.bands.0.at_most"),
        ({"vitals.rr.bands.0.at_most": "NaN"}, "vitals.rr.bands.0.at_most"),
        ({"vitals.rr.bands.0.at_most": "8.5"}, "vitals.rr.bands.0.at_most"),
        ({"vitals.temp_c.bands.0.at_least": "38.55"}, "vitals.temp_c.bands.0.at_least"),
        ({"several_warnings.count": "1"}, "several_warnings.count"),
        ({"events.pump_alarm": "info"}, "events.pump_alarm"),
    ],
)  # fmt: skip
def test_what_may_not_be_is_told_at_its_setting_and_never_judges(patch: dict[str, str], field: str) -> None:
    assert [fault.setting for fault in patch_faults(patch, RELEASED)] == [field]
    with pytest.raises(ThresholdsError):
        made(patch)


@pytest.mark.parametrize("pressure", range(70, 121))
def test_a_moved_cut_off_opens_no_gap_between_two_bands(pressure: int) -> None:
    moved = made({"vitals.sbp.bands.1.at_most": "91", "vitals.sbp.bands.2.at_most": "91"})
    dizzy = read_answers({"q3_standing": 1})
    context = CheckInContext(on=TODAY, age=40, egfr=Decimal(90))

    def level(of: int) -> Level:
        return breaches(dizzy, moved, (), context, read_vitals({"sbp": of})).level

    assert level(pressure) >= level(pressure + 1)


def test_a_change_is_in_the_thresholds_and_nothing_else_is() -> None:
    moved = made({"questions.q1_sleepiness.2": "warning", "several_warnings.count": "3", "change.days": "14"})
    assert moved.questions["q1_sleepiness"].levels[2] is Level.WARNING
    assert (moved.several_warnings.count, moved.change.days) == (3, 14)
    assert moved.several_warnings.says.startswith("Three")
    same = RELEASED.model_dump() | {"version": moved.version, "content_hash": "x"}
    assert made({}).model_dump() == same
    assert moved.vitals == RELEASED.vitals


def test_the_hash_covers_the_release_and_every_difference() -> None:
    assert hash_of(RELEASED, {"a": "1", "b": "2"}, {}) == hash_of(RELEASED, {"b": "2", "a": "1"}, {})
    hashes = {hash_of(RELEASED, {}, {}), hash_of(RELEASED, {"a": "1"}, {}), hash_of(RELEASED, {}, {"daily_days": 7})}
    assert len(hashes) == 3
