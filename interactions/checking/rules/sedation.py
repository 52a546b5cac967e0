"""More depression of the nervous system on top of baclofen or a tricyclic: R03, R21, R22, R23."""

from collections.abc import Iterator

from interactions.checking.exposure import AlcoholUse
from interactions.checking.findings import Factor, Finding, Severity
from interactions.checking.index import BACLOFEN
from interactions.checking.regimen import Regimen, in_order
from interactions.checking.rules.cards import card, factor, older, unknown
from interactions.checking.rules.modifiers import gabapentinoid, hypnotic, respiratory, three_cns_active, told


def opioid_stack(regimen: Regimen) -> Iterator[Finding]:
    """R03: an opioid with baclofen is major (S17, S18, S25); with a tricyclic alone moderate (class, S25)."""
    targets = regimen.among("targets")
    opioids = regimen.among("opioid")
    if targets and opioids:
        severity = Severity.MAJOR if BACLOFEN in targets else Severity.MODERATE
        yield card(
            regimen,
            "R03",
            targets,
            opioids,
            severity=severity,
            factors=told([respiratory(regimen)]),
            unknown=unknown(regimen, "age", "alcohol", "conditions", "egfr"),
        )


def cns_stack(regimen: Regimen) -> Iterator[Finding]:
    """R21, or R23 when cannabis is the only partner: another sedating medicine beside baclofen or a tricyclic.

    Moderate. Major with the pair and a benzodiazepine, Z-drug, barbiturate or a gabapentinoid at risk, with
    another muscle relaxant beside baclofen from 65 years, with lung disease, and with three CNS-active
    drugs from 65 years (S13, S24, S25). Opioids and alcohol have cards of their own and only add to the count.
    Mild sedatives raise nothing: they are named beside the others, and alone they are minor. Labels call the effect
    of any depressant additive (S08); that a mild one matters less is judgement.
    """
    index = regimen.index
    targets = regimen.among("targets")
    crowd = three_cns_active(regimen)
    partners = regimen.among("stacking")
    if crowd is not None:
        counted = set(partners).union(regimen.among("cns_active")) - index.targets
        partners = in_order(counted, index)
    mild = regimen.among("sedating_mildly")
    if not targets or not (partners or mild):
        return
    reasons = told([crowd, *_worse(regimen)]) if partners else ()
    severity = Severity.MODERATE if partners else Severity.MINOR
    partners = in_order({*partners, *mild}, index)
    only_cannabis = set(partners) <= index.group("cannabis")
    yield card(
        regimen,
        "R23" if only_cannabis else "R21",
        targets,
        partners,
        severity=Severity.MAJOR if reasons else severity,
        factors=reasons,
        unknown=unknown(regimen, "age", "alcohol", "conditions", "egfr"),
    )


def _worse(regimen: Regimen) -> Iterator[Factor | None]:
    if regimen.is_pair:
        yield hypnotic(regimen)
        yield gabapentinoid(regimen)
    relaxants = regimen.among("other_muscle_relaxant")
    if relaxants and BACLOFEN in regimen.systemic and older(regimen):
        yield factor(regimen, "muscle_relaxant_age_65", age=regimen.context.age, medicines=regimen.names(relaxants))
    yield respiratory(regimen)


def alcohol(regimen: Regimen) -> Iterator[Finding]:
    """R22: drinking on top of the pair is major when regular, otherwise moderate; one step less beside one of
    the two alone (S08, S60)."""
    targets = regimen.among("targets")
    use = regimen.drinking
    if not targets or use is None or use is AlcoholUse.NONE:
        return
    severity = Severity.MAJOR if use is AlcoholUse.REGULAR else Severity.MODERATE
    if not regimen.is_pair:
        severity = severity.lowered()
    name = {
        AlcoholUse.REGULAR: "alcohol_regular",
        AlcoholUse.SOME: "alcohol_amount_unknown",
        AlcoholUse.OCCASIONAL: "alcohol_occasional",
    }[use]
    yield card(
        regimen,
        "R22",
        targets,
        ("alcohol",) if "alcohol" in regimen.systemic else (),
        severity=severity,
        factors=[factor(regimen, name)],
        unknown=unknown(regimen, "alcohol_amount"),
    )
