"""From an instruction as typed to a dose in Decimal, or to a sentence that says why there is none.

What could be read in two ways is not read. A range keeps its larger end, since exposure is judged by
the most that may be taken, and says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from interactions.knowledge.release import Strength
from interactions.medicines.dose import Dose
from interactions.medicines.numbers import NUMBER, read_number
from interactions.medicines.routes import route_in
from interactions.medicines.sig_amounts import Amount, Concentration, amounts, concentrations, plain_counts
from interactions.medicines.sig_parts import Part, Roles, Shares, parts_of, roles, share_out
from interactions.medicines.sig_words import Often, Placed, frequencies
from interactions.medicines.text import MAX_LENGTH, fold, words

_AS_NEEDED: Final = re.compile(
    r"\b(?:prn|p\.r\.n\.?|sos|(?:as|when|if|only when|only if)(?: and when)? (?:needed|required|necessary|wanted))"
)
_MOST: Final = re.compile(
    rf"\(?\b(?:max(?:imum)?|(?:no|not) more than|(?:do not|not to) exceed|at most)\b\.?:?\s*(?:of\s+|dose\s+)*"
    rf"{NUMBER}\s*[a-z]*\s*(?:(?:a|per|each|in a|in|/)\s*(?:day|24\s*h\w*)|/\s*d\b|daily|in all)?(?: in all)?\)?"
)
_IN_ALL: Final = re.compile(rf"\({NUMBER} [a-z]+ a day in all\)")
_SLASHED: Final = re.compile(rf"(?<![\d/]){NUMBER}\s*(?:mg)?\s*/\s*{NUMBER}\s*(?:mg)?(?![\d/]|\s*mls?\b)")
_DAYS_PARTS: Final = re.compile(r"(?<![\d.-])(\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?){2,3})(?![\d-])")
_PER_HOUR: Final = re.compile(r"(?<=[a-z])\s*(?:/|per)\s*h(?:r|our)?\b")
_PERCENT: Final = re.compile(rf"{NUMBER}\s*%")
_BARE: Final = re.compile(rf"(?<![a-z#])(?P<number>{NUMBER})\s*$")
_UNSAFE: Final = (
    (re.compile(r"\d\s?e\s?[+-]?\d"), "a number with an exponent is not read"),
    (re.compile(r"(?:^|[\s(])-(?=[.,]?\d)"), "a negative amount is not read"),
    (re.compile(r"(?:mg|mcg|ug|micrograms?|g)\s*(?:/|per)\s*kg"), "an amount by body weight is not read"),
)
_SINGLE: Final = re.compile(r"\b(?:stat|single dose|once only|one dose only)\b")
NO_STRENGTH: Final = "the strength of one tablet is not known"
_DIVIDED: Final = re.compile(r"\bdivided\b")
_ONE_OF_THEM: Final = re.compile(r"\b(?:then|or|followed by|increas\w+|reduc\w+|decreas\w+|taper\w*|titrat\w+)\b")
_SLOTS: Final = ("morning", "midday", "evening", "night")
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
        text = _IN_ALL.sub(_blank, _AS_NEEDED.sub(_blank, folded))
        text = _MOST.sub(_blank, text)
        if _SINGLE.search(text):
            self.problems.append("written as a single dose")
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
        slots = self._slots()
        blanked, placed = frequencies(self.text)
        found = self._of_one_or_all(amounts(blanked))
        if any(one.value is None for one in found):
            unclear = next(one.written for one in found if one.value is None)
            self.problems.append(f"{unclear}: the number can be read in two ways")
            return None, None
        if slots is not None:
            return self._built(slots, found)
        told = self._roles(blanked, found, placed)
        if told is None or not told.taken:
            self.problems.append("no amount is written")
            return None, None
        if len(told.taken) > 1 and _ONE_OF_THEM.search(self.text):
            self.problems.append("the dose changes over time or leaves a choice")
            return None, None
        self.problems.extend(one.note for one in told.taken if one.note)
        shared = _said_for_all(blanked, placed, told.taken)
        groups = parts_of(told.taken, placed[1:] if shared else placed)
        shares = share_out(groups, shared=shared, divided=_DIVIDED.search(self.text) is not None)
        self.problems.extend(shares.problems)
        return self._built(shares, told.of_product)

    def _of_one_or_all(self, found: list[Amount]) -> list[Amount]:
        """Of several ingredients only a count is that of all."""
        counts = [one for one in found if one.unit == "tablet"]
        if self.several and len(counts) < len(found) and not counts:
            self.problems.append("an amount is written and it is not clear of which ingredient")
        return counts if self.several else found

    def _slots(self) -> Shares | None:
        """ "1-0-1": an amount for morning, midday, evening and perhaps night."""
        found = _DAYS_PARTS.search(self.text)
        if found is None:
            return None
        self.text = self.text[: found.start()] + " " * len(found[0]) + self.text[found.end() :]
        counts = [Decimal(one) for one in found[1].split("-")]
        times = _SLOTS if len(counts) == 4 else ("morning", "midday", "night")
        taken = [(count, time) for count, time in zip(counts, times, strict=True) if count]
        parts = tuple(Part(count, "tablet", 1, times=(time,)) for count, time in taken)
        return Shares(parts, Decimal(1), ()) if parts else None

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
            if found is not None:
                value = read_number(found["number"])
                small = value is not None and value <= _MOST_BARE
                return Amount(found.start(), found.end(), value if small else None, "tablet", found["number"])
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


def _hourly(parts: Sequence[Part]) -> Dose:
    """A rate by the hour, as the amount of one day."""
    if len(parts) != 1:
        raise ValueError("more than one hourly rate is written")
    return Dose(amounts=(parts[0].amount * 24,), unit=parts[0].unit)


def _said_for_all(blanked: str, placed: Sequence[Placed], taken: Sequence[Amount]) -> Decimal | None:
    """The period of "every other day: 5 mg in the morning and 10 mg at night"."""
    first = placed[0] if placed else None
    if first is None or not isinstance(first.what, Often) or first.what.count != 1:
        return None
    before_all = all(first.start < one.start for one in taken)
    return first.what.days if before_all and blanked[first.end :].lstrip().startswith(":") else None


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
