"""Anticholinergic burden, seizures, the kidney, and baclofen with levodopa or lithium: R11, R16, R19, R20, R29."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from interactions.checking.findings import Factor, Finding, Severity
from interactions.checking.index import BACLOFEN, Index
from interactions.checking.regimen import Regimen
from interactions.checking.rules.cards import card, factor, labels, older, param, unknown

# The tricyclics have no published score of their own in two cases and are taken as 3, like their class.
_CLASS_SCORE: Final = 3
_ANTICHOLINERGIC_RISKS: Final = frozenset(
    {"dementia", "delirium", "urinary_retention", "bph", "glaucoma_closed", "glaucoma", "ileus"}
)


def anticholinergic(regimen: Regimen) -> Iterator[Finding]:
    """R11: a tricyclic and another medicine with a burden score of 1 or more, or scores that add to 4 or more.
    Moderate; major from 65 years with dementia, retention or glaucoma (S52, S13, S03). Baclofen's score is
    disputed and does not count. Releases before 2026.11.2 ask for a tricyclic and a partner."""
    tricyclics = regimen.among("tca")
    partners = regimen.among("anticholinergic_scored")
    total, said = _burden(regimen.index, tricyclics + partners)
    enough = regimen.index.params.get(("R11", "total_score"))
    if not (tricyclics and partners) and (enough is None or total < enough or not regimen.holds("targets")):
        return
    factors = [factor(regimen, "acb_total", total=total, scores=said)]
    risks = regimen.context.conditions & _ANTICHOLINERGIC_RISKS
    major = bool(risks) and older(regimen, "R11")
    if major:
        factors.append(
            factor(
                regimen,
                "older_with_anticholinergic_risk",
                age=regimen.context.age,
                conditions=labels(regimen, risks),
            )
        )
    elif risks:
        factors.append(factor(regimen, "anticholinergic_risk", conditions=labels(regimen, risks)))
    yield card(
        regimen,
        "R11",
        tricyclics,
        partners,
        severity=Severity.MAJOR if major else Severity.MODERATE,
        factors=factors,
        unknown=unknown(regimen, "age", "conditions"),
    )


@lru_cache(maxsize=1024)
def _burden(index: Index, keys: tuple[str, ...]) -> tuple[int, str]:
    """The scores together, and each in words."""
    substances = index.release.substances
    scores = {substances[key].name: substances[key].acb or _CLASS_SCORE for key in keys}
    return sum(scores.values()), ", ".join(f"{name} {score}" for name, score in scores.items())


def seizure(regimen: Regimen) -> Iterator[Finding]:
    """R19: the pair with epilepsy, tramadol or bupropion is major; a tricyclic alone with tramadol or
    bupropion is moderate (labels)."""
    tricyclics = regimen.among("tca")
    partners = regimen.among("seizure_partner")
    context = regimen.context
    epilepsy = "epilepsy" in context.conditions or any(event.type == "seizure" for event in context.events)
    if not tricyclics or not (partners or (regimen.is_pair and epilepsy)):
        return
    factors = [factor(regimen, key) for key in partners]
    if epilepsy:
        factors.append(factor(regimen, "epilepsy"))
    yield card(
        regimen,
        "R19",
        regimen.among("targets"),
        partners,
        severity=Severity.MAJOR if regimen.is_pair else Severity.MODERATE,
        factors=factors,
        unknown=unknown(regimen, "conditions"),
    )


def renal(regimen: Regimen) -> Iterator[Finding]:
    """R16: baclofen by mouth with an eGFR below 60. Moderate from 30 to 59, major there from 65 years or from
    20 mg a day; major below 30 or on dialysis (S11, S12, S13). Disease of unknown stage is moderate."""
    kidney = regimen.kidney
    if not regimen.swallowed_baclofen or not (kidney.reduced or kidney.stage_unknown):
        return
    factors = list(_renal_factors(regimen))
    nsaids = regimen.among("nsaid")
    if nsaids:
        factors.append(factor(regimen, "nsaid_with_baclofen", medicines=regimen.names(nsaids)))
    worse = any(each.effect == "raises" for each in factors)
    yield card(
        regimen,
        "R16",
        (BACLOFEN,),
        severity=Severity.MAJOR if worse else Severity.MODERATE,
        factors=factors,
        unknown=unknown(regimen, "egfr", "age", "baclofen_dose"),
    )


def _renal_factors(regimen: Regimen) -> Iterator[Factor]:
    kidney = regimen.kidney
    if kidney.stage_unknown:
        yield factor(regimen, "ckd_stage_unknown")
        return
    if kidney.severe:
        yield factor(regimen, "egfr_below_30_or_dialysis", kidney=kidney)
        return
    dose = regimen.oral_mg(BACLOFEN)
    high = dose.reaches(param(regimen, "R16", "baclofen_mg_day_major"))
    if high:
        yield factor(regimen, "egfr_30_59_baclofen_ge_20", kidney=kidney, dose=dose)
    if older(regimen, "R16"):
        yield factor(regimen, "egfr_30_59_age_65", kidney=kidney, age=regimen.context.age)
    elif not high:
        yield factor(regimen, "egfr_30_59", kidney=kidney)


def levodopa(regimen: Regimen) -> Iterator[Finding]:
    """R20: baclofen with levodopa. Moderate (label, S06)."""
    partners = regimen.among("levodopa")
    if partners and BACLOFEN in regimen.systemic:
        yield card(regimen, "R20", (BACLOFEN,), partners)


def lithium(regimen: Regimen) -> Iterator[Finding]:
    """R29: baclofen with lithium. Moderate (label, S06)."""
    partners = regimen.among("lithium")
    if partners and BACLOFEN in regimen.systemic:
        yield card(regimen, "R29", (BACLOFEN,), partners)
