"""What raises the pair (U1 to U12), what lowers it (D1 to D2), and what is only noted on its card."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from interactions.checking.exposure import AlcoholUse, Level, Route
from interactions.checking.findings import Factor
from interactions.checking.index import AMITRIPTYLINE, BACLOFEN
from interactions.checking.regimen import Regimen
from interactions.checking.rules.cards import factor, labels, older, param

_REGULAR: Final = AlcoholUse.REGULAR
RESPIRATORY: Final = frozenset({"copd", "sleep_apnoea", "respiratory_weakness", "lung_disease"})
LUNGS: Final = RESPIRATORY | {"asthma"}
_HEART: Final = frozenset({"recent_mi", "heart_block"})
_SELF_HARM: Final = frozenset({"suicidal_ideation", "self_harm_history"})
_BODY_CAVITY: Final = frozenset({Route.VAGINAL, Route.RECTAL})


def opioid(regimen: Regimen) -> Factor | None:
    """U1: any opioid (S17, S25)."""
    found = regimen.among("opioid")
    return factor(regimen, "opioid", medicines=regimen.names(found)) if found else None


def hypnotic(regimen: Regimen) -> Factor | None:
    """U2: a benzodiazepine, Z-drug or barbiturate (S17, S25)."""
    found = regimen.among("hypnotic")
    return factor(regimen, "benzodiazepine_z_drug_barbiturate", medicines=regimen.names(found)) if found else None


def alcohol(regimen: Regimen) -> Factor | None:
    """U3: alcohol daily, in binges or with a use disorder (labels)."""
    return factor(regimen, "alcohol_regular") if regimen.drinking is _REGULAR else None


def gabapentinoid(regimen: Regimen) -> Factor | None:
    """U4: a gabapentinoid from 65 years, with lung disease or an eGFR below 60 (S24)."""
    found = regimen.among("gabapentinoid")
    if not found:
        return None
    lungs = regimen.context.conditions & LUNGS
    risks = [f"aged {regimen.context.age}"] if older(regimen) else []
    risks += [labels(regimen, lungs)] if lungs else []
    risks += [regimen.kidney.words] if regimen.kidney.reduced else []
    if not risks:
        return None
    return factor(regimen, "gabapentinoid_with_risk", medicines=regimen.names(found), risk="; ".join(risks))


def three_cns_active(regimen: Regimen) -> Factor | None:
    """U5: three or more CNS-active drugs, counted as drugs, from 65 years (S13)."""
    active = regimen.among("cns_active")
    if len(active) < param(regimen, "R21", "cns_active_drugs") or not older(regimen):
        return None
    return factor(
        regimen,
        "cns_active_three_age_65",
        age=regimen.context.age,
        count=len(active),
        medicines=regimen.names(active),
    )


def _sedative_reported(regimen: Regimen) -> Factor | None:
    """U1: the last check-in named an opioid or sleeping tablet that the regimen does not hold."""
    check_in = regimen.context.check_in
    if check_in is None or "sedative" not in check_in.signs or regimen.holds("opioid"):
        return None
    return factor(regimen, "sedative_reported")


def respiratory(regimen: Regimen) -> Factor | None:
    """U8: COPD, sleep apnoea, weak breathing muscles or other lung disease (S24, S09)."""
    found = regimen.context.conditions & RESPIRATORY
    return factor(regimen, "respiratory_disease", conditions=labels(regimen, found)) if found else None


def _kidneys(regimen: Regimen) -> Factor | None:
    """U6: eGFR below 30 or dialysis. U7: eGFR 30 to 59 with 20 mg or more of baclofen a day (S12)."""
    kidney = regimen.kidney
    if kidney.severe:
        return factor(regimen, "egfr_below_30_or_dialysis", kidney=kidney)
    if kidney.reduced and regimen.swallowed_baclofen:
        dose = regimen.oral_mg(BACLOFEN)
        if dose.reaches(regimen.index.factors["egfr_30_59_baclofen_ge_20"].params["baclofen_mg_day"]):
            return factor(regimen, "egfr_30_59_baclofen_ge_20", kidney=kidney, dose=dose)
    return None


def _falls(regimen: Regimen) -> Factor | None:
    """U9: a fall in the last 90 days, or falls on record, from 65 years (S15, S16)."""
    context = regimen.context
    if not older(regimen):
        return None
    said = "falls are recorded" if "falls" in context.conditions else ""
    if not said and context.events:
        days = int(regimen.index.factors["fall_age_65"].params["fall_days"])
        first = regimen.on - timedelta(days=days)
        recent = any(event.type == "fall" and (event.on is None or event.on >= first) for event in context.events)
        said = f"in the last {days} days" if recent else ""
    if not said and context.check_in is not None and "fall" in context.check_in.signs:
        said = "reported at the last check-in"
    return factor(regimen, "fall_age_65", age=context.age, fall=said) if said else None


def _check_in(regimen: Regimen) -> Factor | None:
    """U10: the last check-in was urgent or worse, or had two warnings (judgement)."""
    check_in = regimen.context.check_in
    if check_in is None or not check_in.alarming:
        return None
    loud = check_in.level in {Level.URGENT, Level.EMERGENCY}
    said = check_in.level.value if loud else f"{check_in.level.value}, with {check_in.warnings} warnings"
    return factor(regimen, "check_in_alarming", level=said)


def _heart(regimen: Regimen) -> Factor | None:
    """U11: QTc of 500 ms or more, a rise of 60 ms, a recent heart attack or heart block (S19, S50)."""
    found = heart_risks(regimen)
    return factor(regimen, "heart_at_risk", heart="; ".join(found)) if found else None


def heart_risks(regimen: Regimen) -> list[str]:
    """The heart risks of U11 that are known, in words."""
    context = regimen.context
    limits = regimen.index.rules["H01"].params
    found = [labels(regimen, [code]) for code in sorted(context.conditions & _HEART)]
    if context.qtc_ms is not None and context.qtc_ms >= limits["qtc_major_ms"]:
        found.append(f"QTc {context.qtc_ms} ms")
    elif context.qtc_ms is not None and context.qtc_baseline_ms is not None:
        rise = context.qtc_ms - context.qtc_baseline_ms
        if rise >= limits["qtc_rise_ms"]:
            found.append(f"QTc {context.qtc_ms} ms, {rise} ms above baseline")
    return found


def _self_harm(regimen: Regimen) -> Factor | None:
    """U12: thoughts of suicide, or an overdose in the past: both medicines are dangerous in overdose (S60)."""
    context = regimen.context
    recorded = context.conditions & _SELF_HARM
    if recorded:
        said = _sentence(labels(regimen, recorded))
    elif context.check_in is not None and "self_harm" in context.check_in.signs:
        said = "Thoughts of self-harm were reported at the last check-in"
    elif any(event.type == "overdose" for event in context.events):
        said = "An overdose is recorded"
    else:
        return None
    return factor(regimen, "self_harm", what=said)


_RAISING: Final = (
    opioid,
    hypnotic,
    alcohol,
    gabapentinoid,
    three_cns_active,
    _sedative_reported,
    respiratory,
    _kidneys,
    _falls,
    _check_in,
    _heart,
    _self_harm,
)


def raising(regimen: Regimen) -> tuple[Factor, ...]:
    """Every reason to take the pair one step up; each alone is enough, and two do not take it further."""
    return told(modifier(regimen) for modifier in _RAISING)


def told(factors: Iterable[Factor | None]) -> tuple[Factor, ...]:
    """Those that hold for this patient."""
    return tuple([each for each in factors if each is not None])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def against_lowering(regimen: Regimen, lines_local: tuple[str, ...]) -> list[str]:
    """Why local use must not lower the severity (D1, D1b): every fact that a downgrade needs, when it is
    missing or speaks against it. An empty list allows the downgrade."""
    why: list[str] = []
    depressants = regimen.among("depressant")
    if depressants:
        why.append(f"also takes {regimen.names(depressants)}")
    if regimen.drinking not in {None, AlcoholUse.NONE} and "alcohol" not in depressants:
        why.append("drinks alcohol")
    if not regimen.kidney.adequate:
        why.append(regimen.kidney.words)
    if regimen.intrathecal:
        why.append("baclofen is intrathecal")
    if regimen.open_lines:
        why.append("a line of the regimen could not be told")
    if "broken_skin" in regimen.context.conditions:
        why.append("the skin is broken")
    cavity = any(line.exposure.route in _BODY_CAVITY for line in regimen.lines(*lines_local))
    if cavity and (regimen.context.age is None or older(regimen)):
        why.append("vaginal or rectal use, aged 65 or older or of unknown age")
    return why


def noted(regimen: Regimen, *, stable: bool) -> Iterator[Factor]:
    """What a clinician should see on the pair's card although it moves nothing (flag-only modifiers, D1c, D2)."""
    context = regimen.context
    if older(regimen):
        yield factor(regimen, "age_65_or_older", age=context.age)
    use = regimen.drinking
    if use is AlcoholUse.OCCASIONAL:
        yield factor(regimen, "alcohol_occasional")
    if use is AlcoholUse.SOME:
        yield factor(regimen, "alcohol_amount_unknown")
    if regimen.intrathecal:
        yield factor(regimen, "intrathecal")
    if regimen.kidney.stage_unknown:
        yield factor(regimen, "ckd_stage_unknown")
    for code in sorted(context.conditions & {"constipation", "diabetes", "driving", "hepatic"}):
        yield factor(regimen, "condition_minor", condition=_sentence(labels(regimen, [code])))
    if stable and _stable(regimen):
        yield factor(regimen, "stable_low_dose")


def _stable(regimen: Regimen) -> bool:
    """D2: both unchanged for 8 weeks, amitriptyline at most 25 mg, baclofen at most 15 mg a day, symptoms
    known to be none, and no risk factor known or unknown."""
    limits = regimen.index.factors["stable_low_dose"].params
    context = regimen.context
    since = regimen.on - timedelta(weeks=int(limits["weeks"]))
    lines = regimen.lines(BACLOFEN, AMITRIPTYLINE)
    doses = ((BACLOFEN, limits["baclofen_mg_day"]), (AMITRIPTYLINE, limits["amitriptyline_mg_day"]))
    calm = context.check_in is not None and context.check_in.level is Level.NONE
    young = context.age is not None and not older(regimen)
    return (
        calm
        and young
        and context.conditions_known
        and regimen.kidney.adequate
        and all(line.active and (line.exposure.dose_since or regimen.on) <= since for line in lines)
        and all(regimen.oral_mg(key).whole and regimen.oral_mg(key).least <= most for key, most in doses)
    )
