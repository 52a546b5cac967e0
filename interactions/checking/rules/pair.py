"""Baclofen with amitriptyline or another tricyclic: R01, R02 and, when both are only local, R24."""

from collections.abc import Iterator

from interactions.checking.findings import Factor, Finding, Severity
from interactions.checking.index import AMITRIPTYLINE, BACLOFEN
from interactions.checking.regimen import Regimen
from interactions.checking.rules.cards import card, factor, unknown
from interactions.checking.rules.modifiers import against_lowering, noted, raising

_MATTERS = ("egfr", "age", "alcohol", "conditions", "baclofen_dose", "tricyclic_dose", "other_medicines")


def pair(regimen: Regimen) -> Iterator[Finding]:
    """R01: baclofen and amitriptyline, at least one of them reaching the whole body. Base moderate; one step
    up with any of U1 to U12; one step down with D1b. Sources S05, S06, S08."""
    if _present(regimen, BACLOFEN) and _present(regimen, AMITRIPTYLINE):
        yield from _judge(regimen, "R01", (AMITRIPTYLINE,))


def class_pair(regimen: Regimen) -> Iterator[Finding]:
    """R02: baclofen and a tricyclic other than amitriptyline; judged like the pair. Sources S04, S05, S06."""
    found = regimen.among("other_tca") or tuple(sorted(regimen.local & regimen.index.group("other_tca")))
    if found and _present(regimen, BACLOFEN):
        yield from _judge(regimen, "R02", found)


def local_pair(regimen: Regimen) -> Iterator[Finding]:
    """R24: both only local. Moderate, and minor (D1) when no depressant is taken and the eGFR is known to be
    60 or more; vaginal and rectal use only below 65 years. Sources S27, S28, S30."""
    tricyclics = tuple(sorted(regimen.local & regimen.index.tca))
    if BACLOFEN not in regimen.local or not tricyclics:
        return
    lowered, why = _lowered(regimen, "both_local", (BACLOFEN, *tricyclics))
    yield card(
        regimen,
        "R24",
        (BACLOFEN,),
        tricyclics,
        severity=Severity.MINOR if lowered else Severity.MODERATE,
        factors=why,
        unknown=unknown(regimen, "egfr", "age", "alcohol", "other_medicines"),
    )


def _present(regimen: Regimen, key: str) -> bool:
    return key in regimen.systemic or key in regimen.local


def _judge(regimen: Regimen, rule: str, tricyclics: tuple[str, ...]) -> Iterator[Finding]:
    local = [key for key in (BACLOFEN, *tricyclics) if key in regimen.local]
    if len(local) == 1 + len(tricyclics):
        return
    severity = Severity(regimen.index.rules[rule].base_severity)
    factors: list[Factor] = []
    if local:
        lowered, why = _lowered(regimen, "one_local_route", tuple(local))
        severity = severity.lowered() if lowered else severity
        factors += why
    reasons = raising(regimen)
    severity = severity.raised() if reasons else severity
    factors = [*reasons, *factors, *noted(regimen, stable=rule == "R01" and not reasons and not local)]
    yield card(
        regimen,
        rule,
        (BACLOFEN,),
        tricyclics,
        severity=severity,
        factors=factors,
        unknown=unknown(regimen, *_MATTERS),
    )


def _lowered(regimen: Regimen, name: str, local: tuple[str, ...]) -> tuple[bool, tuple[Factor, ...]]:
    """Whether local use lowers the severity, and the factor that says so or why not."""
    why_not = against_lowering(regimen, local)
    if why_not:
        return False, (factor(regimen, "local_not_lowered", why="; ".join(why_not)),)
    routes = sorted({line.exposure.route.value for line in regimen.lines(*local)})
    values = {"medicine": regimen.names(local), "route": ", ".join(routes), "kidney": regimen.kidney.words}
    return True, (factor(regimen, name, **values),)
