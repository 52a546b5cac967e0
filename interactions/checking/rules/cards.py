"""What every rule uses to put a card together: texts, factors, state, and what was not known."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from interactions.checking.alcohol import read_use
from interactions.checking.conditions import alcohol_of
from interactions.checking.exposure import AlcoholUse, Exposure, State
from interactions.checking.findings import Factor, Finding, Severity
from interactions.checking.index import BACLOFEN
from interactions.checking.regimen import Regimen, in_order

Rule = Callable[[Regimen], Iterator[Finding]]
Sides = tuple[tuple[str, ...], ...]

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
_USES: Final = (AlcoholUse.NONE, AlcoholUse.OCCASIONAL, AlcoholUse.SOME, AlcoholUse.REGULAR)


def say_date(day: date) -> str:
    """ "14 June 2026", the same in every locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def param(regimen: Regimen, rule: str, name: str) -> Decimal:
    """A number the rule compares with, from the release."""
    return regimen.index.release.rules[rule].params[name]


def older(regimen: Regimen, rule: str = "R21") -> bool:
    """Known to be of the age from which the rule counts somebody as older."""
    age = regimen.context.age
    return age is not None and age >= param(regimen, rule, "older_from")


def factor(regimen: Regimen, name: str, **values: object) -> Factor:
    """A factor of the release with this patient's values in it."""
    return Factor(regimen.index.release.factors[name], tuple((key, str(value)) for key, value in values.items()))


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
    unknown: Iterable[str] = (),
) -> Finding:
    """A finding about ingredients of this day. Each side is active when one of its ingredients is taken
    today; the card is residual when a whole side is only washing out."""
    text = regimen.index.release.rules[rule]
    base = Severity(text.base_severity)
    fading = [side for side in sides if side and not regimen.is_active(*side)]
    ends = [max((line.until for line in regimen.lines(*side) if line.until), default=None) for side in fading]
    return Finding(
        text=text,
        severity=base if severity is None else severity,
        base_severity=base,
        state=State.RESIDUAL if fading else State.ACTIVE,
        participants=in_order({key for side in sides for key in side}, regimen.index),
        factors=(*factors, *_washing_out(regimen, fading)),
        unknown=tuple(unknown),
        until=min((end for end in ends if end is not None), default=None),
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


def drinking(regimen: Regimen) -> AlcoholUse | None:
    """The most that anything says about alcohol: the record, the regimen or the last check-in."""
    said = [regimen.context.alcohol, alcohol_of(regimen.context.conditions)]
    said += [_line_use(line.exposure) for line in regimen.lines("alcohol")]
    check_in = regimen.context.check_in
    if check_in is not None and "alcohol" in check_in.signs:
        said.append(AlcoholUse.OCCASIONAL)
    return max((use for use in said if use is not None), key=_USES.index, default=None)


def _line_use(exposure: Exposure) -> AlcoholUse:
    # A line of the regimen is something taken as a habit, until its words say otherwise.
    return read_use(exposure.entered, dose=exposure.dose, if_unsaid=AlcoholUse.REGULAR)


_KNOWN: Final[dict[str, Callable[[Regimen], bool]]] = {
    "egfr": lambda regimen: regimen.kidney.known,
    "age": lambda regimen: regimen.context.age is not None,
    "alcohol": lambda regimen: drinking(regimen) is not None,
    "alcohol_amount": lambda regimen: drinking(regimen) is not AlcoholUse.SOME,
    "conditions": lambda regimen: regimen.context.conditions_known,
    "qtc_ms": lambda regimen: regimen.context.qtc_ms is not None,
    "baclofen_dose": lambda regimen: not regimen.swallowed_baclofen or regimen.oral_mg(BACLOFEN).whole,
    "tricyclic_dose": lambda regimen: all(regimen.oral_mg(key).whole for key in regimen.systemic & regimen.index.tca),
    "other_medicines": lambda regimen: not regimen.open_lines,
}


def unknown(regimen: Regimen, *names: str) -> tuple[str, ...]:
    """Those of the named facts that are not known for this patient, in the order asked."""
    return tuple(name for name in names if not _KNOWN[name](regimen))
