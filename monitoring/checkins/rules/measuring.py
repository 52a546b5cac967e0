"""Measurements against their bands."""

from collections.abc import Iterator
from decimal import Decimal

from monitoring.checkins.rules.answers import Answers
from monitoring.checkins.rules.clauses import holds
from monitoring.checkins.rules.levels import Level
from monitoring.checkins.rules.signs import Sign
from monitoring.checkins.rules.thresholds import Band, Thresholds
from monitoring.checkins.rules.vitals import Vitals


def judge_vitals(
    vitals: Vitals,
    answers: Answers,
    thresholds: Thresholds,
    *,
    sex: str,
    copd: bool | None,
    baseline_qtc_ms: int | None,
) -> list[Sign]:
    """A sign for every measurement outside its bands (S38, S48–S50); low pressure and a drop are one sign.

    Unknown COPD is judged by the stricter oxygen scale, unknown sex by the stricter QTc limit, and a band
    that depends on an unanswered question by the level its file gives for that.
    """
    signs = []
    measured = {
        "rr": vitals.rr,
        "spo2": vitals.spo2,
        "pulse": vitals.pulse,
        "qtc": vitals.qtc,
        "temp_c": vitals.temp_c,
    }
    for name, value in measured.items():
        if value is None:
            continue
        rule = thresholds.vitals[name]
        bands = rule.copd_bands if copd and rule.copd_bands else rule.bands
        baseline = Decimal(baseline_qtc_ms) if name == "qtc" and baseline_qtc_ms is not None else None
        level = _worst(bands, Decimal(value), answers, sex=sex, baseline=baseline)
        if level > Level.NONE:
            signs.append(Sign(name, level, level, f"{rule.topic} {value} {rule.unit}".replace(" %", "%")))
    signs.extend(_pressure_sign(vitals, answers, thresholds))
    return signs


def _worst(bands: tuple[Band, ...], value: Decimal, answers: Answers, *, sex: str, baseline: Decimal | None) -> Level:
    found = Level.NONE
    for band in bands:
        if not _within(band, value, sex=sex, baseline=baseline):
            continue
        met = True if band.when is None else holds(band.when, answers)
        if met:
            found = max(found, band.level)
        elif met is None and band.if_unknown is not None:
            found = max(found, band.if_unknown)
    return found


def _within(band: Band, value: Decimal, *, sex: str, baseline: Decimal | None) -> bool:
    if band.not_sex is not None and sex == band.not_sex:
        return False
    if band.rise is not None:
        return baseline is not None and value - baseline >= band.rise
    return (band.at_least is None or value >= band.at_least) and (band.at_most is None or value <= band.at_most)


def _pressure_sign(vitals: Vitals, answers: Answers, thresholds: Thresholds) -> Iterator[Sign]:
    resting = vitals.resting
    if resting is None:
        return
    rule = thresholds.vitals["sbp"]
    level = _worst(rule.bands, Decimal(resting.systolic), answers, sex="", baseline=None)
    says = f"Blood pressure {resting} {rule.unit}"
    standing = _standing_level(vitals, answers, thresholds)
    if standing > Level.NONE:
        says = f"Blood pressure falls on standing: {resting} to {vitals.bp_stand} {rule.unit}"
    level = max(level, standing)
    if level > Level.NONE:
        yield Sign("blood_pressure", level, level, says)


def _standing_level(vitals: Vitals, answers: Answers, thresholds: Thresholds) -> Level:
    rule, resting, standing = thresholds.orthostatic, vitals.resting, vitals.bp_stand
    if resting is None or standing is None or resting is standing:
        return Level.NONE
    if standing.systolic < rule.urgent_standing_below:
        return Level.URGENT
    drops = resting.systolic - standing.systolic >= rule.systolic_drop
    if resting.diastolic is not None and standing.diastolic is not None:
        drops = drops or resting.diastolic - standing.diastolic >= rule.diastolic_drop
    if not drops:
        return Level.NONE
    return Level.URGENT if holds(rule.urgent_when, answers) else rule.level
