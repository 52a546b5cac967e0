"""Too much of the same: R14, R15 (two lines of one kind) and R27 (above a maximum)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from interactions.checking.exposure import Route
from interactions.checking.findings import Factor, Finding, Severity
from interactions.checking.index import BACLOFEN
from interactions.checking.regimen import Present, Regimen
from interactions.checking.rules.cards import card, factor
from interactions.knowledge.dosing import DoseLimit
from interactions.medicines.dose import say_amount

_LEVELS: Final = {
    "info": Severity.MINOR,
    "warning": Severity.MODERATE,
    "urgent": Severity.MAJOR,
    "emergency": Severity.MAJOR,
}
_OLDER: Final = 65
_INTRATHECAL: Final = Route.INTRATHECAL.value


def duplicate_baclofen(regimen: Regimen) -> Iterator[Finding]:
    """R14: baclofen in two lines taken today. Major; moderate when a change between oral and intrathecal is
    documented; minor when only one of the lines reaches the body (judgement)."""
    if regimen.single_lines:
        return
    lines = _taken(regimen, frozenset({BACLOFEN}))
    if len(lines) < 2:
        return
    severity, factors = _duplicate_severity(regimen, lines)
    routes = {line.exposure.route is Route.INTRATHECAL for line in lines}
    moving = any(event.type == "baclofen_transition" for event in regimen.context.events)
    if severity is Severity.MAJOR and routes == {True, False} and moving:
        severity = Severity.MODERATE
        factors = (factor(regimen, "documented_transition"),)
    yield card(regimen, "R14", (BACLOFEN,), severity=severity, factors=factors)


def duplicate_tricyclic(regimen: Regimen) -> Iterator[Finding]:
    """R15: two tricyclic lines taken today. Major; minor when only one of them reaches the body (judgement)."""
    if regimen.single_lines and len(regimen.among("tca")) + len(regimen.local & regimen.index.tca) < 2:
        return
    lines = _taken(regimen, regimen.index.tca)
    if len(lines) < 2:
        return
    severity, factors = _duplicate_severity(regimen, lines)
    keys = tuple(sorted({line.exposure.ingredient for line in lines}))
    yield card(regimen, "R15", keys, severity=severity, factors=factors)


def _taken(regimen: Regimen, keys: frozenset[str]) -> list[Present]:
    # A dose period that ended and the one that followed it are one course, not two products.
    return [line for line in regimen.present if line.active and line.exposure.ingredient in keys]


def _duplicate_severity(regimen: Regimen, lines: list[Present]) -> tuple[Severity, tuple[Factor, ...]]:
    if sum(not line.local for line in lines) >= 2:
        return Severity.MAJOR, ()
    return Severity.MINOR, (factor(regimen, "local_baclofen_only"),)


def over_maximum(regimen: Regimen) -> Iterator[Finding]:
    """R27: the daily amount of all lines together is above a labelled maximum. Above the first (US) maximum
    moderate, above the last (UK/EU) major; above what is usual, or the caution for older people, minor."""
    age = regimen.context.age
    for key, rows in regimen.index.limits.items():
        if key not in regimen.taken or key not in regimen.systemic:
            continue
        swallowed, infused = regimen.oral_mg(key).least, _infused(regimen, key)
        over = [
            (row, amount)
            for row in rows
            if (amount := infused if row.route == _INTRATHECAL else swallowed) > row.above and _applies(row, age)
        ]
        if over:
            yield card(
                regimen,
                "R27",
                (key,),
                severity=max((_severity(row) for row, _ in over), key=lambda severity: severity.rank),
                factors=[_over(regimen, row, amount) for row, amount in over],
            )


def _applies(limit: DoseLimit, age: int | None) -> bool:
    if limit.age_from is None:
        return True
    return limit.age_from >= _OLDER and age is not None and age >= limit.age_from


def _severity(limit: DoseLimit) -> Severity:
    return Severity.MINOR if limit.age_from is not None else _LEVELS[limit.level]


def _infused(regimen: Regimen, key: str) -> Decimal:
    """Micrograms a day into the spinal fluid, of the lines taken today whose dose is known in that unit."""
    doses = [line.exposure.dose for line in regimen.lines(key) if line.active and line.exposure.route == _INTRATHECAL]
    amounts = [dose.daily for dose in doses if dose is not None and dose.unit == "microgram"]
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _over(regimen: Regimen, limit: DoseLimit, amount: Decimal) -> Factor:
    said = say_amount(amount, limit.unit)
    return factor(
        regimen, "dose_limit", medicine=regimen.name(limit.ingredient).capitalize(), dose=said, limit=limit.text
    )
