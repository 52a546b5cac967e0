"""FHIR dosage and timing to amounts a day. Pure; whatever is not fully stated stays unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

Json = Mapping[str, Any]

SNOMED_ROUTES: Final = {
    "26643006": "oral",
    "72607000": "intrathecal",
    "6064005": "topical",
    "45890007": "transdermal",
    "16857009": "vaginal",
    "37161004": "rectal",
    "37839007": "sublingual",
    "47625008": "intravenous",
    "78421000": "intramuscular",
    "34206005": "subcutaneous",
    "46713006": "nasal",
    "447694001": "inhaled",
}
ROUTE_WORDS: Final = (
    "intrathecal", "transdermal", "topical", "vaginal", "rectal", "sublingual", "intravenous", "oral", "nasal",
)  # fmt: skip
TIMES_A_DAY: Final = {
    "QD": 1,
    "BID": 2,
    "TID": 3,
    "QID": 4,
    "AM": 1,
    "PM": 1,
    "BED": 1,
    "Q8H": 3,
    "Q6H": 4,
    "Q4H": 6,
}
HOURS: Final = {"h": 1, "d": 24, "wk": 168, "mo": 720}
UNITS: Final = {
    "mg": "mg", "ug": "microgram", "mcg": "microgram", "microgram": "microgram", "micrograms": "microgram",
    "g": "g", "mL": "mL", "ml": "mL",
    "{tbl}": "tablet", "tablet": "tablet", "tablets": "tablet", "tab": "tablet", "{tablet}": "tablet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadDose:
    """What the order says: one amount, how many a day, and the text beside it. None is not stated."""

    amount: Decimal | None = None
    unit: str = ""
    times: int | None = None
    interval_days: Decimal = Decimal(1)
    as_needed: bool = False
    text: str = ""


def read_dosage(dosage: Json) -> ReadDose:
    """The structured dose of a Dosage; of a range, the upper end, since exposure is what counts."""
    quantity: Json = {}
    for rate in dosage.get("doseAndRate") or []:
        quantity = rate.get("doseQuantity") or (rate.get("doseRange") or {}).get("high") or {}
        if quantity:
            break
    value = quantity.get("value")
    amount = Decimal(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else None
    times, interval = _times(dosage.get("timing") or {})
    return ReadDose(
        amount=amount if amount is None or amount > 0 else None,
        unit=UNITS.get(str(quantity.get("code") or quantity.get("unit") or ""), ""),
        times=times,
        interval_days=interval,
        as_needed=dosage.get("asNeededBoolean") is True or bool(dosage.get("asNeededCodeableConcept")),
        text=str(dosage.get("text") or "")[:300],
    )


def _times(timing: Json) -> tuple[int | None, Decimal]:
    repeat = timing.get("repeat") or {}
    frequency = repeat.get("frequencyMax") or repeat.get("frequency")
    period, unit = repeat.get("period"), repeat.get("periodUnit")
    if isinstance(period, Decimal | int) and unit in HOURS and period > 0:
        count = int(frequency or 1)
        hours = Decimal(period) * HOURS[unit]
        if hours >= 24:
            return count, hours / 24
        # “every 6 h” is four a day; a period that does not divide a day is left unknown.
        per_day = count * 24 / hours
        return (int(per_day), Decimal(1)) if per_day == per_day.to_integral_value() else (None, Decimal(1))
    for coding in (timing.get("code") or {}).get("coding") or []:
        if coding.get("code") in TIMES_A_DAY:
            return TIMES_A_DAY[coding["code"]], Decimal(1)
    return None, Decimal(1)


def read_route(route: object, text: str) -> str | None:
    """The route by SNOMED code or words, else by words in the medicine's own text; None is not stated."""
    if isinstance(route, Mapping):
        codes = [str(one.get("code")) for one in route.get("coding") or [] if isinstance(one, Mapping)]
        for code in codes:
            if code in SNOMED_ROUTES:
                return SNOMED_ROUTES[code]
        said = " ".join(
            [str(route.get("text", "")), *(str(one.get("display", "")) for one in route.get("coding") or [])]
        )
        if found := _route_word(said):
            return found
    return _route_word(text)


def _route_word(text: str) -> str | None:
    words = text.lower()
    return next((word for word in ROUTE_WORDS if word in words), None)
