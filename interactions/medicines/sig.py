"""From an instruction as typed to a dose in Decimal, or to a sentence that says why there is none.

What could be read in two ways is not read. A range keeps its larger end, since exposure is judged by
the most that may be taken, and says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from interactions.knowledge.release import Strength
from interactions.medicines.dose import Dose
from interactions.medicines.numbers import NUMBER, read_number
from interactions.medicines.routes import route_in
from interactions.medicines.sig_amounts import (
    SAID_NUMBER,
    Amount,
    Concentration,
    amounts,
    concentrations,
    plain_counts,
    said_number,
)
from interactions.medicines.sig_days import named_days, on_named_days, slots, the_most
from interactions.medicines.sig_parts import Part, Roles, Shares, parts_of, roles, share_out
from interactions.medicines.sig_words import At, Often, Placed, frequencies
from interactions.medicines.text import MAX_LENGTH, fold, words

_AS_NEEDED: Final = re.compile(
    r"\b(?:prn|p\.r\.n\.?|sos|(?:as|when|if|only when|only if)(?: and when)? (?:needed|required|necessary|wanted))"
)
_IN_ALL: Final = re.compile(rf"\({NUMBER} [a-z]+ a day in all\)")
_SLASHED: Final = re.compile(rf"(?<![\d/]){NUMBER}\s*(?:mg)?\s*/\s*{NUMBER}\s*(?:mg)?(?![\d/]|\s*mls?\b|\s*-?h)")
_PER_HOUR: Final = re.compile(r"(?<=[a-z])\s*(?:/|per)\s*h(?:r|our)?\b")
_PERCENT: Final = re.compile(rf"{NUMBER}\s*%")
_BARE: Final = re.compile(
    rf"(?:(?P<low>{SAID_NUMBER})\s*(?:-|to|or)\s*)?(?<![a-z#])(?P<number>{SAID_NUMBER})\s*(?:(?:to be )?taken\s*)?$"
)
# A kind of unit that no release holds the content of.
_STRANGE_UNIT: Final = re.compile(
    rf"(?:{SAID_NUMBER}|(?<![a-z])an?(?![a-z]))\s*(?:u|tsps?|tbsps?|(?:tea|table|dessert)?spoon(?:ful)?s?|ampoules?|amps?|vials?"
    r"|squirts?|pumps?|bottles?|strips?|films?|scoops?|meq|mmol)(?![a-z])"
)
_UNSAFE: Final = (
    (re.compile(r"\d\s?e\s?[+-]?\d"), "a number with an exponent is not read"),
    (re.compile(r"(?:^|[\s(])-(?=[.,]?\d)"), "a negative amount is not read"),
    (re.compile(r"(?:mg|mcg|ug|micrograms?|g)\s*(?:/|per)\s*kg"), "an amount by body weight is not read"),
    (
        re.compile(r"(?:mg|mcg|ug|micrograms?|g)\s*(?:/|per)\s*m(?: ?2)?(?![a-z])"),
        "an amount by body surface is not read",
    ),
)
_SINGLE: Final = re.compile(r"\b(?:stat|single dose|once only|one dose only)\b")
NO_STRENGTH: Final = "the strength of one tablet is not known"
_DIVIDED: Final = re.compile(r"\bdivided\b")
_CHANGING: Final = re.compile(
    r"\b(?:(?:increas|reduc|decreas|lower|rais|go up|go down|titrat|step)\w*(?: \w+)? by|wean\w*|taper\w*)\b"
)
_TIMES_OF_WHAT: Final = re.compile(r"(?<![a-z])(?:times|fois|veces|volte|mal|maal|keer)(?![a-z])")
# "10-25" between the parts of one product is its strength, as "10/25" is; smaller numbers count tablets.
_HYPHENED: Final = re.compile(rf"(?<![\d/.-])({NUMBER})(\s?mg)?-({NUMBER})(?![\d-])")
_LEAST_STRENGTH: Final = 10
_ONE_OF_THEM: Final = re.compile(r"\b(?:then|or|followed by|increas\w+|reduc\w+|decreas\w+|taper\w*|titrat\w+)\b")
_MOST_BARE: Final = 4


@dataclass(frozen=True, slots=True)
class SigReading:
    """``dose`` in a unit of mass (or drinks); ``count`` in tablets where their strength is not known.

    ``problems`` are sentences for the clinician: what was not understood, or how it was understood.
    """

    dose: Dose | None
    count: Dose | None = None
    route_hint: str | None = None
    problems: tuple[str, ...] = ()


def read_sig(text: str, *, strength: Strength | None = None, several: bool = False) -> SigReading:
    """Read an instruction; ``strength`` is what one unit of the product holds, when it is known.

    With ``several`` ingredients an amount in mg does not say of which, so that only counts of tablets
    are read. A missing amount gives no dose; a missing frequency gives a dose whose ``daily`` is None.
    """
    if len(text) > MAX_LENGTH:
        return SigReading(None, problems=("the text is too long to be read",))
    folded = plain_counts(fold(text))
    route = route_in(word.text for word in words(folded))
    unsafe = tuple(problem for pattern, problem in _UNSAFE if pattern.search(folded))
    if unsafe:
        return SigReading(None, route_hint=route, problems=unsafe)
    reader = _Reader(folded, strength, several=several)
    dose, count = reader.read()
    return SigReading(dose, count, route, tuple(dict.fromkeys(reader.problems)))


class _Reader:
    """Takes one text apart, from the most particular pattern to the least."""

    def __init__(self, folded: str, strength: Strength | None, *, several: bool) -> None:
        self.problems: list[str] = []
        self.several = several
        self.as_needed = _AS_NEEDED.search(folded) is not None
        text = _HYPHENED.sub(_slashed, folded) if several else folded
        text = _IN_ALL.sub(_blank, _AS_NEEDED.sub(_blank, text))
        text, self.most = the_most(text)
        if _SINGLE.search(text):
            self.problems.append("written as a single dose")
        text, self.days = named_days(text)
        text, found = concentrations(_PERCENT.sub(_blank, text))
        self.concentration = self._one_concentration(found, strength)
        self.strength = strength if strength is not None and strength.per is None else None
        self.per_hour = _PER_HOUR.search(text) is not None
        self.slashed = _SLASHED.search(text) is not None
        self.text = _SLASHED.sub(_blank, _PER_HOUR.sub(_blank, text))

    def _one_concentration(
        self, found: Sequence[Concentration | None], strength: Strength | None
    ) -> Concentration | None:
        if len(found) == 1:
            return found[0]
        if found:
            self.problems.append("more than one concentration is written")
        elif strength is not None and strength.amount is not None and strength.per is not None:
            return Concentration(strength.amount, strength.unit, strength.per)
        return None

    def read(self) -> tuple[Dose | None, Dose | None]:
        """The dose, and the count where the strength is missing."""
        self.text, of_day = (self.text, None) if self.several else slots(self.text)
        blanked, placed = frequencies(self.text)
        if _TIMES_OF_WHAT.search(blanked):
            self.problems.append("how often is written and could not be read")
            placed = []
        found = self._of_one_or_all(amounts(blanked))
        if any(one.value is None for one in found):
            unclear = next(one.written for one in found if one.value is None)
            self.problems.append(f"{unclear}: the number can be read in two ways")
            return None, None
        if of_day is not None:
            return self._built(on_named_days(of_day, self.days), found)
        told = self._roles(blanked, found, placed)
        if told is None or not told.taken:
            self.problems.append(_nothing_read(blanked))
            return None, None
        if _CHANGING.search(self.text) or (len(told.taken) > 1 and _ONE_OF_THEM.search(self.text)):
            self.problems.append("the dose changes over time or leaves a choice")
            return None, None
        self.problems.extend(one.note for one in told.taken if one.note)
        shared = _said_for_all(blanked, placed, told.taken)
        groups = parts_of(told.taken, placed[1:] if shared else placed)
        shares = share_out(groups, shared=shared, divided=_DIVIDED.search(self.text) is not None)
        shares = on_named_days(self._up_to_the_most(shares), self.days)
        self.problems.extend(shares.problems)
        return self._built(shares, told.of_product)

    def _up_to_the_most(self, shares: Shares) -> Shares:
        """ "10 mg prn, max 40 mg a day": where only the most says how often, that is what counts."""
        if self.most is None or not self.as_needed or len(shares.parts) != 1 or shares.parts[0].count is not None:
            return shares
        part = shares.parts[0]
        return replace(shares, parts=(replace(part, count=self.most.times(part)),))

    def _of_one_or_all(self, found: list[Amount]) -> list[Amount]:
        """Of several ingredients only a count is that of all."""
        counts = [one for one in found if one.unit == "tablet"]
        if self.several and len(counts) < len(found) and not counts:
            self.problems.append("an amount is written and it is not clear of which ingredient")
        return counts if self.several else found

    def _roles(self, blanked: str, found: list[Amount], placed: list[Placed]) -> Roles | None:
        """What is taken and what the product holds; None when a bare number leaves it open."""
        if not any(one.unit == "tablet" for one in found):
            bare = self._bare_count(blanked, placed)
            if bare is not None and bare.value is None:
                self.problems.append(f"{bare.written}: no unit is written")
                return None
            found = [*found, bare] if bare is not None else found
        if not found and self.slashed:
            found = [Amount(0, 0, Decimal(1), "tablet", "one")]
        return roles(found, placed, blanked)

    def _bare_count(self, blanked: str, placed: list[Placed]) -> Amount | None:
        """ "2 tds" counts tablets; a larger bare number may as well be milligrams, so it has no value."""
        for one in placed:
            found = _BARE.search(blanked[: one.start])
            if found is None:
                continue
            written = found[0].strip()
            value, low = said_number(found["number"]), said_number(found["low"])
            if value is None or max(value, low or value) > _MOST_BARE:
                return Amount(found.start(), found.end(), None, "tablet", written)
            note = None if low is None else f"{written}: the larger amount is used"
            return Amount(found.start(), found.end(), max(value, low or value), "tablet", written, note=note)
        return None

    def _built(self, shares: Shares, of_product: Sequence[Amount]) -> tuple[Dose | None, Dose | None]:
        if not shares.parts:
            return None, None
        held = self._held(of_product)
        converted = [self._in_mass(part, held) for part in shares.parts]
        if None in converted:
            return None, self._count(shares)
        return self._dose([part for part in converted if part is not None], shares), None

    def _held(self, of_product: Sequence[Amount]) -> tuple[Decimal, str] | None:
        """What one tablet holds: as written, else by the product."""
        written = {(one.value, one.unit) for one in of_product if one.value is not None}
        if len(written) == 1:
            return written.pop()
        if self.strength is None or self.strength.amount is None or self.strength.unit == "%":
            return None
        return self.strength.amount, self.strength.unit

    def _in_mass(self, part: Part, held: tuple[Decimal, str] | None) -> Part | None:
        if part.unit == "tablet":
            if held is None:
                self.problems.append(NO_STRENGTH)
                return None
            return part.in_unit(part.amount * held[0], held[1])
        if part.unit == "mL":
            if self.concentration is None:
                self.problems.append("millilitres are written and the concentration is not known")
                return None
            strength = self.concentration
            return part.in_unit(part.amount * strength.amount / strength.per_ml, strength.unit)
        if part.unit in {"drop", "puff", "patch"}:
            self.problems.append(f"the amount in one {part.unit} is not known")
            return None
        return part

    def _count(self, shares: Shares) -> Dose | None:
        if any(part.unit != "tablet" for part in shares.parts):
            return None
        return self._dose(list(shares.parts), shares)

    def _dose(self, parts: list[Part], shares: Shares) -> Dose | None:
        units = {part.unit for part in parts}
        try:
            if self.per_hour:
                return _hourly(parts)
            if len(units) > 1:
                parts = [part.as_milligrams() for part in parts]
            known = all(part.count is not None for part in parts)
            given = tuple(amount for part in parts for amount in [part.amount] * (part.count or 1))
            times = tuple(time for part in parts for time in part.times)
            return Dose(
                amounts=given,
                unit=parts[0].unit,
                as_needed=self.as_needed,
                interval_days=shares.days,
                frequency_known=known,
                times=times if len(times) == len(given) and known else (),
            )
        except (ValueError, ArithmeticError) as error:
            self.problems.append(f"no dose: {error}")
            return None


def _slashed(found: re.Match[str]) -> str:
    amounts_of_parts = [read_number(found[1]), read_number(found[3])]
    largest = max((amount for amount in amounts_of_parts if amount is not None), default=Decimal(0))
    return found[0].replace("-", "/") if largest >= _LEAST_STRENGTH else found[0]


def _nothing_read(text: str) -> str:
    strange = _STRANGE_UNIT.search(text)
    return f"{strange[0].strip()}: this unit is not read" if strange else "no amount is written"


def _hourly(parts: Sequence[Part]) -> Dose:
    """A rate by the hour, as the amount of one day."""
    if len(parts) != 1:
        raise ValueError("more than one hourly rate is written")
    return Dose(amounts=(parts[0].amount * 24,), unit=parts[0].unit)


def _said_for_all(blanked: str, placed: Sequence[Placed], taken: Sequence[Amount]) -> Decimal | None:
    """The period of "every other day: 5 mg in the morning and 10 mg at night", or after "twice a day:"."""
    first = placed[0] if placed else None
    if first is None or not isinstance(first.what, Often):
        return None
    timed = len(placed) == len(taken) + 1 and all(isinstance(one.what, At) for one in placed[1:])
    if first.what.count != 1 and not (timed and first.what.count == len(taken) and first.what.days == 1):
        return None
    before_all = all(first.start < one.start for one in taken)
    return first.what.days if before_all and blanked[first.end :].lstrip().startswith(":") else None


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
