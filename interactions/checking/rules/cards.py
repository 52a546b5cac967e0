"""What every rule uses to put a card together: texts, factors, state, and what was not known."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from interactions.checking.exposure import AlcoholUse, State
from interactions.checking.findings import Factor, Finding, Severity
from interactions.checking.index import BACLOFEN
from interactions.checking.regimen import Regimen

Rule = Callable[[Regimen], Iterator[Finding]]

# Members looked up once: this file is run for every card.
SEVERITIES: Final = {severity.value: severity for severity in Severity}
_ACTIVE: Final = State.ACTIVE
_RESIDUAL: Final = State.RESIDUAL

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def say_date(day: date) -> str:
    """ "14 June 2026", the same in every locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def param(regimen: Regimen, rule: str, name: str) -> Decimal:
    """A number the rule compares with, from the release."""
    return regimen.index.params[rule, name]


def older(regimen: Regimen, rule: str = "R21") -> bool:
    """Known to be of the age from which the rule counts somebody as older."""
    age = regimen.context.age
    return age is not None and age >= param(regimen, rule, "older_from")


def factor(regimen: Regimen, name: str, **values: object) -> Factor:
    """A factor of the release with this patient's values in it."""
    return Factor(regimen.index.factors[name], tuple(values.items()))


def labels(regimen: Regimen, codes: Iterable[str]) -> str:
    """Condition labels in a sentence, in alphabetical order of their codes."""
    conditions = regimen.index.release.conditions
    return ", ".join(conditions[code].label for code in sorted(codes))


def card(
    regimen: Regimen,
    rule: str,
    *sides: tuple[str, ...],
    severity: Severity | None = None,
    factors: Iterable[Factor] = (),
    unknown: tuple[str, ...] = (),
) -> Finding:
    """A finding about ingredients of this day. Each side is active when one of its ingredients is taken
    today; the card is residual when a whole side is only washing out."""
    index = regimen.index
    text = index.rules[rule]
    base = SEVERITIES[text.base_severity]
    taken = regimen.taken
    fading = [side for side in sides if side and taken.isdisjoint(side)]
    until = None
    if fading:
        ends = [max((line.until for line in regimen.lines(*side) if line.until), default=None) for side in fading]
        until = min((end for end in ends if end is not None), default=None)
        factors = (*factors, *_washing_out(regimen, fading))
    return Finding(
        text=text,
        severity=base if severity is None else severity,
        base_severity=base,
        state=_RESIDUAL if fading else _ACTIVE,
        participants=index.joined(sides),
        factors=tuple(factors),
        unknown=unknown,
        until=until,
    )


def _washing_out(regimen: Regimen, fading: list[tuple[str, ...]]) -> Iterator[Factor]:
    for side in fading:
        last: dict[str, tuple[date, date]] = {}
        for line in regimen.lines(*side):
            if line.until is not None and line.exposure.end is not None:
                pair = (line.until, line.exposure.end)
                last[line.exposure.ingredient] = max(pair, last.get(line.exposure.ingredient, pair))
        for key, (until, end) in sorted(last.items()):
            yield factor(
                regimen, "washout_running", medicine=regimen.name(key), end=say_date(end), until=say_date(until)
            )


_UNKNOWN: Final[dict[str, Callable[[Regimen], bool]]] = {
    "egfr": lambda regimen: not regimen.kidney.known,
    "age": lambda regimen: regimen.context.age is None,
    "alcohol": lambda regimen: regimen.drinking is None,
    "alcohol_amount": lambda regimen: regimen.drinking is AlcoholUse.SOME,
    "conditions": lambda regimen: not regimen.context.conditions_known,
    "qtc_ms": lambda regimen: regimen.context.qtc_ms is None,
    "baclofen_dose": lambda regimen: regimen.swallowed_baclofen and not regimen.oral_mg(BACLOFEN).whole,
    "tricyclic_dose": lambda regimen: not all(regimen.oral_mg(key).whole for key in regimen.among("tca")),
    "other_medicines": lambda regimen: regimen.open_lines,
}


def unknown(regimen: Regimen, *names: str) -> tuple[str, ...]:
    """Those of the named facts that are not known for this patient, in the order asked."""
    return tuple([name for name in names if _UNKNOWN[name](regimen)])
