"""Reading measurements: units, plausible ranges, blood pressure as two numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from monitoring.checkins.rules.answers import FieldFault, InputError


@dataclass(frozen=True, slots=True)
class Pressure:
    """Blood pressure in mmHg."""

    systolic: int
    diastolic: int | None

    def __str__(self) -> str:
        return str(self.systolic) if self.diastolic is None else f"{self.systolic}/{self.diastolic}"


@dataclass(frozen=True, slots=True)
class Vitals:
    """Measurements of one check-in; None was not measured.

    rr and pulse a minute, spo2 in %, temp_c in °C, qtc in ms, pressures in mmHg.
    """

    rr: int | None = None
    spo2: int | None = None
    pulse: int | None = None
    temp_c: Decimal | None = None
    qtc: int | None = None
    bp: Pressure | None = None
    bp_supine: Pressure | None = None
    bp_stand: Pressure | None = None

    @property
    def resting(self) -> Pressure | None:
        """Pressure at rest. A reading taken standing stands in for it only when it is all there is."""
        return self.bp_supine or self.bp or self.bp_stand

    def __bool__(self) -> bool:
        return any(getattr(self, name) is not None for name in self.__slots__)

    def as_dict(self) -> dict[str, str]:
        measured = {name: getattr(self, name) for name in self.__slots__}
        return {name: str(value) for name, value in measured.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Range:
    lowest: Decimal
    highest: Decimal
    unit: str
    places: int = 0


# Outside these a number is a slip of the pen or another unit, not a measurement.
_RANGES = {
    "rr": _Range(Decimal(0), Decimal(80), "a minute"),
    "spo2": _Range(Decimal(30), Decimal(100), "%"),
    "pulse": _Range(Decimal(0), Decimal(300), "a minute"),
    "temp_c": _Range(Decimal(25), Decimal(45), "°C", places=1),
    "qtc": _Range(Decimal(200), Decimal(800), "ms"),
}
_UNITS = {
    "rr": ("/min",),
    "spo2": ("%",),
    "pulse": ("/min", "bpm"),
    "temp_c": ("°c", "c"),
    "qtc": ("ms",),
}
_ALIASES = {"qtc_ms": "qtc", "heart_rate": "pulse", "temp": "temp_c", "sbp": "bp"}
_PRESSURES = ("bp", "bp_supine", "bp_stand")
_NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?", re.ASCII)
_PRESSURE = re.compile(r"([0-9]{2,3})(?:\s*/\s*([0-9]{2,3}))?(?:\s*mmhg)?", re.ASCII)


def read_vitals(raw: object, *, path: str = "vitals") -> Vitals:
    """Read measurements keyed `rr`, `spo2`, `pulse`, `temp_c`, `qtc`, `bp`, `bp_supine`, `bp_stand`, `sbp`.

    Pressures read "142/84" in mmHg. A unit may stand behind a number when it is the one asked for. Null and
    empty text mean "not measured". A number outside the plausible range, another unit, NaN or infinity
    raises InputError with the path of every faulty field.
    """
    if raw is None:
        return Vitals()
    if not isinstance(raw, Mapping):
        raise InputError([FieldFault(path, "must be an object of measurement and value")])
    faults: list[FieldFault] = []
    found: dict[str, object] = {}
    for given, value in raw.items():
        here, name = f"{path}.{given}", _ALIASES.get(given, given)
        try:
            if name in found:
                raise ValueError("is given twice")
            if name not in _RANGES and name not in _PRESSURES:
                raise ValueError("is not a measurement of the check-in")
            if value is not None and value != "":
                found[name] = _read_pressure(value) if name in _PRESSURES else _read_number(name, value)
        except ValueError as fault:
            faults.append(FieldFault(here, str(fault)))
    if faults:
        raise InputError(faults)
    return Vitals(**found)  # type: ignore[arg-type]


def _read_number(name: str, value: object) -> int | Decimal:
    limits = _RANGES[name]
    wanted = f"must be a number from {limits.lowest} to {limits.highest} {limits.unit}"
    number = _decimal(name, value)
    if number is None or not limits.lowest <= number <= limits.highest:
        raise ValueError(wanted)
    if limits.places:
        # Finer than the thermometer: kept, so that 38.46 is not rounded over a threshold.
        return number
    if number != number.to_integral_value():
        raise ValueError(f"{wanted}, without decimals")
    return int(number)


def _decimal(name: str, value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip().lower()
        for unit in _UNITS[name]:
            text = text.removesuffix(unit).rstrip()
        return Decimal(text) if _NUMBER.fullmatch(text) else None
    if isinstance(value, int | float | Decimal):
        try:
            # Through a float's shortest text: the digits that were written, not the nearest binary fraction.
            number = Decimal(str(value))
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    return None


def _read_pressure(value: object) -> Pressure:
    text = str(value).strip().lower() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    match = _PRESSURE.fullmatch(text)
    if not match:
        raise ValueError("must read like 142/84, in mmHg")
    systolic = int(match[1])
    diastolic = int(match[2]) if match[2] else None
    if not 30 <= systolic <= 300 or (diastolic is not None and not 10 <= diastolic < systolic):
        raise ValueError("is not a plausible blood pressure; write it like 142/84, in mmHg")
    return Pressure(systolic, diastolic)
