"""Small words for building a regimen, so that a test says only what it is about."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from interactions.checking import (
    ClinicalEvent,
    Exposure,
    Finding,
    PatientContext,
    Route,
    Screening,
    Unresolved,
    check_regimen,
)
from interactions.medicines import Dose

ON = date(2026, 6, 15)
LONG_AGO = date(2026, 1, 1)


def day(number: int, month: int = 6) -> date:
    """A day of 2026, in June unless said."""
    return date(2026, month, number)


def mg(*amounts: int | str, unit: str = "mg") -> Dose:
    """A daily dose of these amounts."""
    return Dose(tuple(Decimal(amount) for amount in amounts), unit)


def take(ingredient: str, dose: Dose | None = None, **fields: Any) -> Exposure:
    """An ingredient taken by mouth since January, unless said otherwise."""
    given: dict[str, Any] = {"route": Route.ORAL, "start": LONG_AGO, "entered": ingredient, **fields}
    return Exposure(ingredient=ingredient, dose=dose, **given)


def baclofen(*amounts: int | str, **fields: Any) -> Exposure:
    """Baclofen, 10 mg three times a day unless said otherwise."""
    return take("baclofen", mg(*(amounts or (10, 10, 10))), **fields)


def amitriptyline(*amounts: int | str, **fields: Any) -> Exposure:
    """Amitriptyline, 25 mg at night unless said otherwise."""
    return take("amitriptyline", mg(*(amounts or (25,))), **fields)


def gel(ingredient: str, route: Route = Route.TOPICAL, **fields: Any) -> Exposure:
    """An ingredient of a compounded gel."""
    return take(ingredient, route=route, entered="compounded gel", product="compounded", **fields)


def pump(**fields: Any) -> Exposure:
    """Baclofen from a pump, 450 micrograms a day."""
    return take("baclofen", mg(450, unit="microgram"), route=Route.INTRATHECAL, **fields)


def patient(**facts: Any) -> PatientContext:
    """A person of 50 with an eGFR of 95 and no conditions, unless said otherwise."""
    conditions = frozenset(facts.pop("conditions", ()))
    events = tuple(ClinicalEvent(*event) for event in facts.pop("events", ()))
    egfr = facts.pop("egfr", 95)
    given = {"age": 50, "conditions_known": True, **facts}
    return PatientContext(
        egfr=None if egfr is None else Decimal(str(egfr)), conditions=conditions, events=events, **given
    )


def screen(
    *exposures: Exposure,
    on: date = ON,
    unresolved: tuple[Unresolved, ...] = (),
    **facts: Any,
) -> Screening:
    """The screening of these exposures for such a patient."""
    return check_regimen(exposures, patient(**facts), on, unresolved=unresolved)


def only(screening: Screening, code: str) -> Finding:
    """The one finding with this code."""
    found = [finding for finding in screening.findings if finding.code == code]
    assert len(found) == 1, [finding.code for finding in screening.findings]
    return found[0]


def codes(screening: Screening) -> set[str]:
    """The codes found."""
    return {finding.code for finding in screening.findings}


def severity(screening: Screening, code: str) -> str:
    """The severity of the one finding with this code; "" when there is none."""
    return only(screening, code).severity.value if code in codes(screening) else ""


def factors(finding: Finding) -> set[str]:
    """The names of its factors."""
    return {factor.factor for factor in finding.factors}


def ago(days: int) -> date:
    return ON - timedelta(days=days)


def stopped(line: Exposure, days: int) -> Exposure:
    """The same medicine, last taken so many days before."""
    kept = {name: getattr(line, name) for name in ("ingredient", "entered", "route", "dose", "product", "as_needed")}
    return Exposure(**kept, start=ago(400), end=ago(days))


def rule(found: Screening, name: str) -> str:
    """The severity of the one finding of this rule; "" when there is none."""
    told = [finding for finding in found.findings if finding.rule == name]
    assert len(told) <= 1
    return told[0].severity.value if told else ""
