"""The heart and the blood pressure: R09, R10, H01, R12, R13."""

from collections.abc import Iterator

from interactions.checking.findings import Finding, Severity
from interactions.checking.index import BACLOFEN
from interactions.checking.regimen import Regimen
from interactions.checking.rules.cards import card, factor, param, unknown
from interactions.checking.rules.tricyclic import rhythm_risks


def qt_warned(regimen: Regimen) -> Iterator[Finding]:
    """R09: another medicine whose label warns of QT prolongation. Major (labels, S50)."""
    tricyclics = regimen.among("tca")
    warned = regimen.among("qt_warned")
    if tricyclics and warned:
        also = regimen.among("qt_possible")
        yield card(regimen, "R09", tricyclics, warned + also, unknown=unknown(regimen, "qtc_ms", "conditions"))


def qt_possible(regimen: Regimen) -> Iterator[Finding]:
    """R10: another medicine that may affect the QT interval, while none warns of it. Minor; moderate with two
    of them or a known risk to the rhythm (judgement, S50)."""
    tricyclics = regimen.among("tca")
    possible = regimen.among("qt_possible")
    if not tricyclics or not possible or regimen.among("qt_warned"):
        return
    risks = rhythm_risks(regimen)
    factors = [factor(regimen, "qt_or_heart_risk", heart="; ".join(risks))] if risks else []
    yield card(
        regimen,
        "R10",
        tricyclics,
        possible,
        severity=Severity.MODERATE if risks or len(possible) >= 2 else Severity.MINOR,
        factors=factors,
        unknown=unknown(regimen, "qtc_ms", "conditions"),
    )


def long_qt(regimen: Regimen) -> Iterator[Finding]:
    """H01: a tricyclic while the QTc itself is long. Major from 500 ms, from a rise of 60 ms or with long QT
    syndrome; moderate from 480 ms (S19, S50)."""
    tricyclics = regimen.among("tca")
    severity = _qtc_severity(regimen)
    if tricyclics and severity is not Severity.NONE:
        qtc = regimen.context.qtc_ms
        said = "not measured, long QT recorded" if qtc is None else f"{qtc} ms"
        yield card(regimen, "H01", tricyclics, severity=severity, factors=[factor(regimen, "qtc_long", qtc=said)])


def _qtc_severity(regimen: Regimen) -> Severity:
    context = regimen.context
    if "long_qt" in context.conditions:
        return Severity.MAJOR
    if context.qtc_ms is None:
        return Severity.NONE
    risen = context.qtc_baseline_ms is not None and context.qtc_ms - context.qtc_baseline_ms >= param(
        regimen, "H01", "qtc_rise_ms"
    )
    if risen or context.qtc_ms >= param(regimen, "H01", "qtc_major_ms"):
        return Severity.MAJOR
    return Severity.MODERATE if context.qtc_ms >= param(regimen, "H01", "qtc_moderate_ms") else Severity.NONE


def orthostatic(regimen: Regimen) -> Iterator[Finding]:
    """R12: an alpha-1 blocker, tizanidine, clonidine or two antihypertensives beside a tricyclic: moderate.
    Baclofen with a single antihypertensive, or without a tricyclic: minor (S06, S12). A medicine of another class
    that lowers the pressure on standing counts as one antihypertensive, and as an alpha-1 blocker when it blocks
    that receptor as well (judgement)."""
    targets = regimen.among("targets")
    lowering = regimen.among("pressure_lowering")
    if not targets or not lowering:
        return
    several = len(lowering) >= param(regimen, "R12", "antihypertensives_moderate")
    if regimen.holds("tca") and (several or regimen.holds("pressure_sharp")):
        severity = Severity.MODERATE
    elif BACLOFEN in targets:
        severity = Severity.MINOR
    else:
        return
    yield card(
        regimen,
        "R12",
        targets,
        lowering,
        severity=severity,
        factors=[factor(regimen, "orthostatic_partners", medicines=regimen.names(lowering))],
        unknown=unknown(regimen, "age", "egfr"),
    )


def clonidine(regimen: Regimen) -> Iterator[Finding]:
    """R13: a tricyclic undoes clonidine. Moderate (label)."""
    tricyclics = regimen.among("tca")
    partners = regimen.among("clonidine")
    if tricyclics and partners:
        yield card(regimen, "R13", tricyclics, partners)
