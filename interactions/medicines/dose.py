"""One dose instruction as a value: what is taken each time, in Decimal, with its unit.

An unknown is never a number: a dose whose frequency was not written has ``daily`` None.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

# Above any single amount that a medicine, a pump or a drink is ever written with; a larger number
# is a slip of the keyboard, and a slip must not become a dose.
LARGEST_AMOUNT: Final = Decimal(100_000)

UNITS: Final = frozenset({"mg", "microgram", "g", "mL", "unit", "tablet", "drop", "puff", "patch", "drink"})
_IN_MICROGRAMS: Final = {"microgram": Decimal(1), "mg": Decimal(1_000), "g": Decimal(1_000_000)}

TIME_WORDS: Final = {
    "morning": "in the morning",
    "midday": "at midday",
    "afternoon": "in the afternoon",
    "evening": "in the evening",
    "night": "at night",
}
_USUAL_TIMES: Final = {
    2: ("morning", "evening"),
    3: ("morning", "midday", "evening"),
    4: ("morning", "midday", "evening", "night"),
}
_COUNTS: Final = {1: "once", 2: "twice", 3: "three times", 4: "four times", 5: "five times"}


def usual_times(count: int) -> tuple[str, ...]:
    """The times of day that `count` doses are usually taken at; empty when there is no usual."""
    return _USUAL_TIMES.get(count, ())


def format_amount(amount: Decimal) -> str:
    """The plain digits of an amount: no trailing zeros, no exponent, no grouping."""
    return f"{amount.normalize():f}"


def say_amount(amount: Decimal, unit: str) -> str:
    """An amount with its unit spelled for reading: "10 mg", "450 micrograms", "1 tablet"."""
    plural = "" if unit in {"mg", "g", "mL"} or amount == 1 else "s"
    if unit == "patch" and plural:
        plural = "es"
    return f"{format_amount(amount)} {unit}{plural}"


def _join(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def say_count(count: int) -> str:
    """How often: "once", "twice", "three times", "12 times"."""
    return _COUNTS.get(count, f"{count} times")


@dataclass(frozen=True, slots=True)
class Dose:
    """One amount per administration, over ``interval_days`` days (1 unless written otherwise).

    ``frequency_known`` is False when only the single amount was written: ``amounts`` then holds
    that one amount and ``daily`` is None. With ``as_needed`` the daily amount is the most that the
    instruction allows. ``times`` names the time of day of each amount when it was written, and
    takes no part in equality. A float, a zero, a negative, NaN or an absurd amount is refused.
    """

    amounts: tuple[Decimal, ...]
    unit: str
    as_needed: bool = False
    interval_days: Decimal = Decimal(1)
    frequency_known: bool = True
    times: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        """Refuse whatever could not be an instruction."""
        if self.unit not in UNITS:
            raise ValueError(f"unit {self.unit!r} is not one that doses are kept in")
        if not self.amounts:
            raise ValueError("a dose has at least one amount")
        for number in (*self.amounts, self.interval_days):
            if not isinstance(number, Decimal):
                raise TypeError("amounts and intervals are Decimal")
            if not number.is_finite() or not 0 < number <= LARGEST_AMOUNT:
                raise ValueError(f"{number} is out of range")
        if not self.frequency_known and len(self.amounts) != 1:
            raise ValueError("a dose of unknown frequency has exactly one amount")
        if self.times and (len(self.times) != len(self.amounts) or not set(self.times) <= TIME_WORDS.keys()):
            raise ValueError("times name a known time of day for each amount")

    @property
    def daily(self) -> Decimal | None:
        """Amount a day in ``unit``; None when the frequency is unknown."""
        if not self.frequency_known:
            return None
        return sum(self.amounts, Decimal(0)) / self.interval_days

    @property
    def largest_single(self) -> Decimal:
        """The largest amount of one administration, in ``unit``."""
        return max(self.amounts)

    @property
    def per_dose(self) -> str:
        """What is taken each time: "10 mg", or "10 mg and 20 mg" when the amounts differ."""
        distinct = dict.fromkeys(self.amounts)
        return _join([say_amount(amount, self.unit) for amount in distinct])

    def in_unit(self, unit: str) -> "Dose | None":
        """The same dose in another unit of mass; None when the two do not convert."""
        if unit == self.unit:
            return self
        if unit not in _IN_MICROGRAMS or self.unit not in _IN_MICROGRAMS:
            return None
        ratio = _IN_MICROGRAMS[self.unit] / _IN_MICROGRAMS[unit]
        return replace(self, amounts=tuple(amount * ratio for amount in self.amounts), unit=unit)

    def daily_in(self, unit: str) -> Decimal | None:
        """Amount a day in the unit asked for; None when unknown or when the units do not convert."""
        converted = self.in_unit(unit)
        return None if converted is None else converted.daily

    def describe(self) -> str:
        """Clinician words: "10 mg three times a day (30 mg a day in all)"."""
        text = self._often()
        if self.as_needed:
            text += ", only when needed"
        daily = self.daily
        if daily is not None and len(self.amounts) > 1 and self.interval_days == 1:
            most = "at most " if self.as_needed else ""
            text += f" ({most}{say_amount(daily, self.unit)} a day in all)"
        return text

    def _often(self) -> str:
        if not self.frequency_known:
            return f"{self.per_dose}, how often not stated"
        count = len(self.amounts)
        plain = self.interval_days == 1
        if count > 1 and (self.times or len(set(self.amounts)) > 1):
            said = self._by_time(self.times) if self.times else self._by_count(" a day" if plain else "")
            return said if plain else f"{self._every()}: {said}"
        if self.times:
            return self._by_time(self.times) + ("" if plain else f" {self._every()}")
        if plain or self.interval_days == 7:
            return f"{self.per_dose} {say_count(count)} a {'day' if plain else 'week'}"
        return f"{self.per_dose}{'' if count == 1 else f' {say_count(count)}'} {self._every()}"

    def _every(self) -> str:
        named = {Decimal(2): "every other day", Decimal(7): "every week"}
        return named.get(self.interval_days, f"every {format_amount(self.interval_days)} days")

    def by_time(self) -> str:
        """Each amount with its time of day: "10 mg in the morning and 20 mg at night"; else the amounts alone."""
        if self.times:
            return self._by_time(self.times)
        return _join([say_amount(amount, self.unit) for amount in self.amounts])

    def _by_time(self, times: tuple[str, ...]) -> str:
        said = zip(self.amounts, times, strict=True)
        return _join([f"{say_amount(amount, self.unit)} {TIME_WORDS[at]}" for amount, at in said])

    def _by_count(self, period: str) -> str:
        counts = Counter(self.amounts)
        said = [f"{say_amount(one, self.unit)} {say_count(counts[one])}{period}" for one in counts]
        return _join(said)

    def patient_words(self) -> str:
        """Plain words that give absolute amounts, never a difference (hazard H19)."""
        if not self.frequency_known:
            return f"Each dose is {self.per_dose}. Your label says how often."
        if self.as_needed:
            return self._patient_as_needed()
        if self.interval_days != 1:
            return f"Take {self._often()}."
        if len(self.amounts) == 1:
            return f"Take {self._patient_times()}."
        total = say_amount(sum(self.amounts, Decimal(0)), self.unit)
        return f"Take {self._patient_times()}. That is {total} in all today."

    def _patient_as_needed(self) -> str:
        if self.interval_days != 1:
            return f"Take {self.per_dose} only when you need it. Your label says how often."
        often = say_count(len(self.amounts))
        return f"Take {self.per_dose} only when you need it. Take it {often} a day at most."

    def _patient_times(self) -> str:
        count = len(self.amounts)
        if self.times:
            return self._by_time(self.times)
        if len(set(self.amounts)) > 1:
            return self._by_count("") + " today"
        if count in _USUAL_TIMES:
            return self._by_time(_USUAL_TIMES[count])
        return f"{self.per_dose} {say_count(count)}" + (" today" if count == 1 else " a day")
