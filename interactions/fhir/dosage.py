"""FHIR dosage to what is taken, how much and how often. Pure; whatever is not fully stated stays unknown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from interactions.fhir.nodes import Node
from interactions.fhir.quantities import Amount, read_amount, read_days, read_rate, read_ratio_rate
from interactions.fhir.remembering import remembered
from interactions.fhir.timing import Often, read_timing

_LONGEST_TEXT: Final = 2_000


@dataclass(frozen=True, slots=True)
class ReadDose:
    """What the order says: one amount, how many in ``interval_days``, and the text beside it. None is not stated.

    Only the first six take part in the printed form, by which an order already imported is known again.
    ``most`` is the largest amount allowed and the days it is allowed in. ``sequence`` is the step of an order
    that changes over time.
    """

    amount: Decimal | None = None
    unit: str = ""
    times: int | None = None
    interval_days: Decimal = Decimal(1)
    as_needed: bool = False
    text: str = ""
    at: tuple[str, ...] = field(default=(), repr=False)
    most: tuple[Decimal, str, Decimal] | None = field(default=None, repr=False)
    start: date | None = field(default=None, repr=False)
    end: date | None = field(default=None, repr=False)
    lasts: int | None = field(default=None, repr=False)
    sequence: int | None = field(default=None, repr=False)
    problems: tuple[str, ...] = field(default=(), repr=False)


def read_dosages(resource: Node) -> tuple[ReadDose, ...]:
    """Every dosage of an order, statement, dispense or administration, in the order written."""
    key = "dosageInstruction" if resource.value.get("dosageInstruction") is not None else "dosage"
    if resource.kind == "MedicationAdministration":
        only = resource.child("dosage")
        return (_administered(only),) if only else ()
    return tuple(read_dosage(each) for each in resource.items(key))


@remembered
def read_dosage(dosage: Node) -> ReadDose:
    """The structured dose of a Dosage; of a range, the upper end, since exposure is what counts."""
    amount, said = _amount(dosage)
    often = read_timing(dosage.child("timing"))
    if amount.daily:
        often = Often(1, Decimal(1), start=often.start, end=often.end, lasts=often.lasts)
    as_needed = dosage.flag("asNeededBoolean") is True or bool(dosage.child("asNeededCodeableConcept"))
    sequence = dosage.number("sequence")
    return ReadDose(
        amount=amount.value,
        unit=amount.unit,
        times=often.times,
        interval_days=often.days,
        as_needed=as_needed,
        text=(dosage.text("text") or dosage.text("patientInstruction"))[:_LONGEST_TEXT],
        at=often.at,
        most=_most(dosage),
        start=often.start,
        end=often.end,
        lasts=often.lasts,
        sequence=None if sequence is None else int(sequence),
        problems=(*said, *often.problems),
    )


def _administered(dosage: Node) -> ReadDose:
    """What was given once."""
    amount = _first(
        read_amount(dosage.child("dose")),
        read_rate(dosage.child("rateQuantity")),
        read_ratio_rate(dosage.child("rateRatio")),
    )
    return ReadDose(
        amount=amount.value,
        unit=amount.unit,
        times=1 if amount.daily else None,
        text=dosage.text("text")[:_LONGEST_TEXT],
        problems=(amount.problem,) if amount.problem else (),
    )


def _amount(dosage: Node) -> tuple[Amount, tuple[str, ...]]:
    """The amount of one administration, ordered before calculated, and what was unclear about it."""
    # Published examples of the standard put the amount beside `doseAndRate`, as FHIR STU3 had it.
    rates = dosage.items("doseAndRate", one_allowed=True) or [dosage]
    found = [(rate, _of(rate)) for rate in rates]
    stated = [(rate, amount) for rate, amount in found if amount.value is not None]
    problems = [amount.problem for _, amount in found if amount.problem]
    if not stated:
        limit = read_amount(dosage.child("maxDosePerAdministration"))
        if limit.value is not None:
            return limit, (*problems, "only the most for one administration is written: it is used")
        return Amount(), tuple(problems)
    ordered = [amount for rate, amount in stated if _is_ordered(rate)] or [amount for _, amount in stated]
    chosen = max(ordered, key=lambda amount: amount.value or 0)
    if len({(amount.value, amount.unit) for amount in ordered}) > 1:
        problems.append("more than one amount is written: the larger is used")
    if any(rate.child("doseRange") or rate.child("rateRange") for rate, _ in stated):
        problems.append("the amount is a range: its upper end is used")
    return chosen, tuple(problems)


def _is_ordered(rate: Node) -> bool:
    kind = rate.child("type")
    return any(coding.text("code") == "ordered" for coding in kind.items("coding")) or kind.text("text") == "ordered"


def _of(rate: Node) -> Amount:
    found = [read(rate.child(key)) for key, read in _AMOUNTS if rate.value.get(key) is not None]
    return _first(*found)


def _range_end(read: Callable[[Node], Amount]) -> Callable[[Node], Amount]:
    return lambda limits: read(limits.child("high") or limits.child("low"))


_AMOUNTS: Final[tuple[tuple[str, Callable[[Node], Amount]], ...]] = (
    ("doseQuantity", read_amount),
    ("doseRange", _range_end(read_amount)),
    ("rateQuantity", read_rate),
    ("rateRange", _range_end(read_rate)),
    ("rateRatio", read_ratio_rate),
)


def _first(*amounts: Amount) -> Amount:
    stated = next((each for each in amounts if each.value is not None), None)
    return stated or next((each for each in amounts if each.problem), Amount())


def _most(dosage: Node) -> tuple[Decimal, str, Decimal] | None:
    """The most that is allowed, its unit and in how many days."""
    # R4 has one ratio, R5 a list of them.
    limits = dosage.items("maxDosePerPeriod", one_allowed=True)
    for limit in limits:
        amount, days = read_amount(limit.child("numerator")), read_days(limit.child("denominator"))
        if amount.value is not None and days is not None:
            return amount.value, amount.unit, days
    return None
