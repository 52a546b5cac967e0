"""What a tricyclic meets: MAO inhibitors, serotonergic medicines, CYP2D6 inhibitors: R04 to R08."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from interactions.checking.exposure import Exposure, State
from interactions.checking.findings import Factor, Finding, Severity
from interactions.checking.regimen import Regimen
from interactions.checking.rules.cards import card, factor, older, param, say_date, unknown
from interactions.checking.washout import is_local

_TRAMADOL: Final = "tramadol"
_RHYTHM: Final = frozenset({"recent_mi", "heart_block", "arrhythmia", "coronary_disease", "heart_failure", "long_qt"})


def _waiting_tricyclics(regimen: Regimen) -> tuple[str, ...]:
    """Tricyclics taken in the last 14 days, although their own washout may be over (S19, rule O7)."""
    days = regimen.index.release.washout.maoi_after_tca_days
    recent = {
        each.ingredient
        for each in regimen.exposures
        if each.ingredient in regimen.index.tca
        and not is_local(each, regimen.index)
        and (each.start is None or each.start <= regimen.on)
        and (each.end is None or (regimen.on - each.end).days <= days)
    }
    return regimen.among("tca") + tuple(sorted(recent - regimen.systemic))


def maoi(regimen: Regimen) -> Iterator[Finding]:
    """R04: a tricyclic and an MAO inhibitor, each within its window. Contraindicated (S19)."""
    yield from _with_inhibitor(regimen, "R04", regimen.among("maoi"))


def maoi_like(regimen: Regimen) -> Iterator[Finding]:
    """R05: a tricyclic with linezolid or methylene blue. Major: avoid unless urgent (S29)."""
    yield from _with_inhibitor(regimen, "R05", regimen.among("maoi_like"))


def _with_inhibitor(regimen: Regimen, rule: str, inhibitors: tuple[str, ...]) -> Iterator[Finding]:
    if not inhibitors:
        return
    tricyclics = _waiting_tricyclics(regimen)
    if not tricyclics:
        return
    finding = card(regimen, rule, tricyclics, inhibitors, unknown=unknown(regimen, "other_medicines"))
    last = _last_dose(regimen, tricyclics)
    if last is None or set(tricyclics) & regimen.systemic:
        yield finding
        return
    # The tricyclic's own window is over, so the card's window is the label's two weeks.
    until = last + timedelta(days=regimen.index.release.washout.maoi_after_tca_days)
    fading = factor(
        regimen, "washout_running", medicine=regimen.names(tricyclics), end=say_date(last), until=say_date(until)
    )
    yield finding._replace(
        state=State.RESIDUAL,
        until=until if finding.until is None else min(until, finding.until),
        factors=(*finding.factors, fading),
    )


def _last_dose(regimen: Regimen, keys: tuple[str, ...]) -> date | None:
    ends: list[Exposure] = [each for each in regimen.exposures if each.ingredient in keys]
    return max((each.end for each in ends if each.end is not None and each.end < regimen.on), default=None)


def serotonergic(regimen: Regimen) -> Iterator[Finding]:
    """R06: an SSRI, SNRI or tramadol. Moderate; major with tramadol or with two partners (S19, S26)."""
    tricyclics = regimen.among("tca")
    partners = regimen.among("serotonergic_partner") + regimen.among("serotonergic_moderate")
    if not tricyclics or not partners:
        return
    factors: list[Factor] = []
    if _TRAMADOL in partners:
        factors.append(factor(regimen, "tramadol"))
    if len(partners) >= param(regimen, "R06", "partners_major"):
        factors.append(
            factor(regimen, "serotonergic_two_or_more", count=len(partners), medicines=regimen.names(partners))
        )
    yield card(
        regimen,
        "R06",
        tricyclics,
        partners,
        severity=Severity.MAJOR if factors else Severity.MODERATE,
        factors=factors,
        unknown=unknown(regimen, "other_medicines"),
    )


def triptan(regimen: Regimen) -> Iterator[Finding]:
    """R07: a triptan. Minor: the warning of 2006 has proved weak in practice (general knowledge)."""
    tricyclics = regimen.among("tca")
    triptans = regimen.among("triptan")
    if tricyclics and triptans:
        yield card(regimen, "R07", tricyclics, triptans)


def cyp2d6(regimen: Regimen) -> Iterator[Finding]:
    """R08: a strong CYP2D6 inhibitor. Moderate; major from 75 mg of the tricyclic, from 65 years, or with a
    risk to the heart rhythm (S22, S23)."""
    tricyclics = regimen.among("tca")
    inhibitors = regimen.among("cyp2d6_strong_inhibitor")
    if not tricyclics or not inhibitors:
        return
    factors: list[Factor] = []
    high = [
        key for key in tricyclics if regimen.oral_mg(key).reaches(param(regimen, "R08", "amitriptyline_mg_day_major"))
    ]
    if high:
        factors.append(factor(regimen, "amitriptyline_ge_75", dose=regimen.oral_mg(high[0])))
    if older(regimen, "R08"):
        factors.append(factor(regimen, "age_65_cyp", age=regimen.context.age))
    heart = rhythm_risks(regimen)
    if heart:
        factors.append(factor(regimen, "qt_or_heart_risk", heart="; ".join(heart)))
    yield card(
        regimen,
        "R08",
        tricyclics,
        inhibitors,
        severity=Severity.MAJOR if factors else Severity.MODERATE,
        factors=factors,
        unknown=unknown(regimen, "age", "tricyclic_dose", "qtc_ms", "conditions"),
    )


def rhythm_risks(regimen: Regimen) -> list[str]:
    """Known risks to the rhythm: heart conditions, a QTc of 480 ms or more, another medicine whose label warns."""
    context = regimen.context
    conditions = regimen.index.release.conditions
    found = [conditions[code].label for code in sorted(context.conditions & _RHYTHM)]
    if context.qtc_ms is not None and context.qtc_ms >= param(regimen, "H01", "qtc_moderate_ms"):
        found.append(f"QTc {context.qtc_ms} ms")
    found += [regimen.name(key) for key in regimen.among("qt_warned")]
    return found
