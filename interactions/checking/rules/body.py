"""Anticholinergic burden, seizures, the kidney, and baclofen with levodopa or lithium: R11, R16, R19, R20, R29."""

from collections.abc import Iterator
from typing import Final

from interactions.checking.findings import Factor, Finding, Severity
from interactions.checking.index import BACLOFEN
from interactions.checking.regimen import Regimen
from interactions.checking.rules.cards import card, factor, labels, older, param, unknown

# The tricyclics have no published score of their own in two cases and are taken as 3, like their class.
_CLASS_SCORE: Final = 3
_ANTICHOLINERGIC_RISKS: Final = frozenset(
    {"dementia", "delirium", "urinary_retention", "bph", "glaucoma_closed", "glaucoma", "ileus"}
)
_SEIZURE_PARTNERS: Final = frozenset({"tramadol", "bupropion"})


def anticholinergic(regimen: Regimen) -> Iterator[Finding]:
    """R11: a tricyclic and another medicine with a burden score of 1 or more. Moderate; major from 65 years
    with dementia, retention or glaucoma (S52, S13, S03). Baclofen's score is disputed and does not count."""
    tricyclics = regimen.among(regimen.index.tca)
    partners = regimen.among(regimen.index.anticholinergic)
    if not tricyclics or not partners:
        return
    scores = {key: regimen.index.release.substances[key].acb or _CLASS_SCORE for key in tricyclics + partners}
    said = ", ".join(f"{regimen.name(key)} {score}" for key, score in scores.items())
    factors = [factor(regimen, "acb_total", total=sum(scores.values()), scores=said)]
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


def seizure(regimen: Regimen) -> Iterator[Finding]:
    """R19: the pair with epilepsy, tramadol or bupropion is major; a tricyclic alone with tramadol or
    bupropion is moderate (labels)."""
    tricyclics = regimen.among(regimen.index.tca)
    partners = regimen.among(_SEIZURE_PARTNERS)
    is_pair = BACLOFEN in regimen.systemic and bool(tricyclics)
    epilepsy = "epilepsy" in regimen.context.conditions or any(
        event.type == "seizure" for event in regimen.context.events
    )
    if not tricyclics or not (partners or (is_pair and epilepsy)):
        return
    factors = [factor(regimen, key) for key in partners]
    if epilepsy:
        factors.append(factor(regimen, "epilepsy"))
    yield card(
        regimen,
        "R19",
        regimen.among(regimen.index.targets),
        partners,
        severity=Severity.MAJOR if is_pair else Severity.MODERATE,
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
    nsaids = regimen.among(regimen.index.group("nsaid"))
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
        yield factor(regimen, "egfr_below_30_or_dialysis", kidney=kidney.words)
        return
    dose = regimen.oral_mg(BACLOFEN)
    high = dose.reaches(param(regimen, "R16", "baclofen_mg_day_major"))
    if high:
        yield factor(regimen, "egfr_30_59_baclofen_ge_20", kidney=kidney.words, dose=dose.describe())
    if older(regimen, "R16"):
        yield factor(regimen, "egfr_30_59_age_65", kidney=kidney.words, age=regimen.context.age)
    elif not high:
        yield factor(regimen, "egfr_30_59", kidney=kidney.words)


def levodopa(regimen: Regimen) -> Iterator[Finding]:
    """R20: baclofen with levodopa. Moderate (label, S06)."""
    partners = regimen.among(regimen.index.group("levodopa"))
    if partners and BACLOFEN in regimen.systemic:
        yield card(regimen, "R20", (BACLOFEN,), partners)


def lithium(regimen: Regimen) -> Iterator[Finding]:
    """R29: baclofen with lithium. Moderate (label, S06)."""
    partners = regimen.among(regimen.index.group("lithium"))
    if partners and BACLOFEN in regimen.systemic:
        yield card(regimen, "R29", (BACLOFEN,), partners)
