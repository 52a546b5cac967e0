"""Measurements that the rules ask about: eGFR, QTc and weight, the newest final one of each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from interactions.fhir.dates import read_date
from interactions.fhir.nodes import FaultError, Node, codings

LOINC: Final = "http://loinc.org"
# Filtration rates per 1.73 m² in blood: CKD-EPI 2021 and 2009, MDRD, cystatin C, Schwartz. A creatinine or a
# creatinine clearance is not among them: neither is what the rules' bands are written in.
EGFR_CODES: Final = (
    "98979-8", "62238-1", "33914-3", "48642-3", "48643-1", "50044-7", "69405-9", "77147-7", "88293-6", "88294-4",
    "50210-4", "50384-7", "98980-6", "94677-2", "70969-1",
)  # fmt: skip
# QTc without a method named, by Fridericia, by Bazett. The plain QT interval (8634-8) is not corrected.
QTC_CODES: Final = ("8636-3", "76634-5", "76635-2")
WEIGHT_CODES: Final = ("29463-7", "3141-9", "8335-2")
_SLOTS: Final = {
    **dict.fromkeys(EGFR_CODES, "egfr"),
    **dict.fromkeys(QTC_CODES, "qtc_ms"),
    **dict.fromkeys(WEIGHT_CODES, "weight_kg"),
}
_NAMES: Final = {"egfr": "eGFR", "qtc_ms": "QTc", "weight_kg": "weight"}
_NEEDED: Final = {"egfr": "mL/min/1.73 m²", "qtc_ms": "ms", "weight_kg": "kg"}
_RANGE: Final = {"egfr": (0, 250), "qtc_ms": (200, 800), "weight_kg": (1, 500)}
_FINAL: Final = frozenset({"final", "amended", "corrected"})
_POUND: Final = Decimal("0.45359237")
_BELOW_ALL_BANDS: Final = Decimal(15)


@dataclass(frozen=True, slots=True)
class Measurement:
    """A value of one of `egfr`, `qtc_ms` and `weight_kg`, in that unit; ``problem`` says why there is none.

    ``bound`` is "<" or ">" when the laboratory gave only a limit. A day that is None was not written.
    """

    place: str
    slot: str
    value: Decimal | None = None
    on: date | None = None
    bound: str = ""
    problem: str = ""

    @property
    def name(self) -> str:
        """What was measured, in words."""
        return _NAMES[self.slot]


def read_observation(resource: Node) -> Measurement | None:
    """A measurement the rules ask about; None for any other. What cannot be used has a problem instead of a value."""
    codes = [one.code for one in codings(resource.child("code")) if one.system in {LOINC, ""}]
    slot = next((_SLOTS[code] for code in codes if code in _SLOTS), None)
    if slot is None:
        return None
    status = resource.text("status")
    if status not in _FINAL:
        return _not_taken(resource, slot, f"was not taken: it is {status or 'without a status'}, not final")
    quantity = resource.child("valueQuantity")
    value = quantity.number("value")
    if value is None:
        return _not_taken(resource, slot, "without a number was not taken")
    unit = quantity.text("code") or quantity.text("unit")
    factor = _factor(slot, unit, quantity.text("unit"))
    if factor is None:
        said = f"in “{unit[:40]}”" if unit else "without a unit"
        return _not_taken(resource, slot, f"{said} was not taken; {_NEEDED[slot]} is needed")
    on = _taken_on(resource)
    value *= factor
    least, most = _RANGE[slot]
    if not least <= value <= most:
        return _not_taken(resource, slot, f"of {value} was not taken: it is not possible")
    return _bounded(resource, slot, value, on, quantity.text("comparator"))


def _not_taken(resource: Node, slot: str, why: str) -> Measurement:
    name = _NAMES[slot]
    article = "an" if name == "eGFR" else "a"
    return Measurement(resource.path, slot, problem=f"{article} {name} {why}", on=_taken_on(resource))


def _factor(slot: str, unit: str, word: str) -> Decimal | None:
    """What the value is multiplied with to come to the unit needed; None for a unit that does not convert."""
    if slot == "egfr":
        # The codes themselves are per 1.73 m², so that a unit that leaves this out means the same.
        plain = re.sub(r"[\s{}\[\]()_*^]", "", unit).casefold().replace("²", "2")
        return Decimal(1) if re.fullmatch(r"ml/min(ute)?((/|per)1\.73\.?(m2|sqm|sq\.m)?)?", plain) else None
    plain = (unit or word).strip().casefold()
    if slot == "qtc_ms":
        return {"ms": Decimal(1), "msec": Decimal(1), "s": Decimal(1000)}.get(plain)
    return {"kg": Decimal(1), "g": Decimal("0.001"), "[lb_av]": _POUND, "lb": _POUND, "lbs": _POUND}.get(plain)


def _taken_on(resource: Node) -> date | None:
    period = resource.child("effectivePeriod")
    for holder, key in (
        (resource, "effectiveDateTime"),
        (resource, "effectiveInstant"),
        (period, "end"),
        (period, "start"),
        (resource, "issued"),
    ):
        if text := holder.text(key):
            return read_date(text, holder.at(key))
    return None


def _bounded(resource: Node, slot: str, value: Decimal, on: date | None, comparator: str) -> Measurement:
    """A limit stands for the worst value it allows, or, when that would be a guess, for none."""
    place = resource.path
    if not comparator:
        return Measurement(place, slot, value, on)
    if comparator not in {"<", "<=", ">", ">="}:
        raise FaultError(f"{place}.valueQuantity.comparator", f"“{comparator[:10]}” is not a comparator.")
    bound = comparator[0]
    reported = f"reported as {comparator}{value:f}"
    if slot == "egfr" and bound == ">":
        return Measurement(place, slot, value, on, bound)
    if slot == "egfr" and value <= _BELOW_ALL_BANDS * 2:
        return Measurement(place, slot, max(value - 1, Decimal(0)) if comparator == "<" else value, on, bound)
    if slot == "qtc_ms" and bound == "<":
        return Measurement(place, slot, value, on, bound)
    return _not_taken(resource, slot, f"was not taken: {reported}, which leaves it open how far")


def newest(measured: Iterable[Measurement], slot: str) -> Measurement | None:
    """The newest usable value; of several on one day the one that is worse to have."""
    worse = -1 if slot == "egfr" else 1
    found = [one for one in measured if one.slot == slot and one.value is not None]
    return max(found, key=lambda one: (one.on or date.min, worse * (one.value or 0)), default=None)
