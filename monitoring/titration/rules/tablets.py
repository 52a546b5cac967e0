"""What can be given with the tablets somebody has: whole ones, and halves where a tablet is scored.

Pure. Amounts are mg, as Decimal. A tablet that is not scored is never halved: half of it is not half the dose, and
a coating may be there for a reason (judgement).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import product
from math import ceil, gcd
from typing import Any, Final

from monitoring.formatting import NBSP, dose_text, plain_number
from monitoring.titration.schedule import PlannedStep

# More at one time than anybody is asked to swallow (judgement): a larger strength is what is missing then.
MOST_AT_ONCE: Final = 12
# Two strengths are what the page asks for; with a third there is still a table to read, with more there is not.
MOST_STRENGTHS: Final = 3
LARGEST_STRENGTH: Final = Decimal(1000)
# Strengths have at most two decimals, so a half has at most three.
_FINE: Final = 1000
HALF: Final = "½"


@dataclass(frozen=True, slots=True, order=True)
class Tablet:
    """A strength in mg, and whether it is scored, so that it may be halved."""

    strength: Decimal
    halves: bool = False

    def __str__(self) -> str:
        scored = "whole or halved" if self.halves else "whole only"
        return f"{dose_text(self.strength)} ({scored})"


@dataclass(frozen=True, slots=True)
class Piece:
    """So many of one strength; `halves` counts halves, so 3 is one and a half."""

    strength: Decimal
    halves: int

    @property
    def amount(self) -> Decimal:
        return self.strength * self.halves / 2

    @property
    def parts(self) -> int:
        """What is swallowed: whole tablets, and the half as one more."""
        return self.halves // 2 + self.halves % 2

    def words(self) -> str:
        whole, half = divmod(self.halves, 2)
        each = dose_text(self.strength)
        said = [f"{count}{NBSP}×{NBSP}{each}" for count in (str(whole) if whole else "", HALF if half else "") if count]
        return " + ".join(said)


@dataclass(frozen=True, slots=True)
class Makeup:
    """One dose as tablets, the larger strengths first."""

    pieces: tuple[Piece, ...]

    @property
    def amount(self) -> Decimal:
        return sum((piece.amount for piece in self.pieces), Decimal(0))

    @property
    def parts(self) -> int:
        return sum(piece.parts for piece in self.pieces)

    @property
    def cuts(self) -> int:
        """How many halves are among them."""
        return sum(piece.halves % 2 for piece in self.pieces)

    def words(self) -> str:
        """ "1 × 10 mg + ½ × 10 mg"."""
        return " + ".join(piece.words() for piece in self.pieces)


def made_of(amount: Decimal, tablets: Sequence[Tablet]) -> Makeup | None:
    """The fewest tablets that make `amount` exactly, and of these the fewest halves; None when it cannot be made."""
    return _every_dose(_known(tablets)).get(amount)


def nearest(amount: Decimal, tablets: Sequence[Tablet]) -> tuple[Decimal, ...]:
    """The amounts next to `amount` that can be made, the lower first; itself when it can."""
    doses = _every_dose(_known(tablets))
    if amount in doses:
        return (amount,)
    below = max((dose for dose in doses if dose < amount), default=None)
    above = min((dose for dose in doses if dose > amount), default=None)
    return tuple(dose for dose in (below, above) if dose is not None)


def why_not_made(amount: Decimal, tablets: Sequence[Tablet]) -> str:
    """Why an amount cannot be made of these tablets and which ones can, in words; empty when it can."""
    if not tablets or made_of(amount, tablets) is not None:
        return ""
    have = " and ".join(str(tablet) for tablet in sorted(_known(tablets), reverse=True))
    near = " or ".join(dose_text(dose) for dose in nearest(amount, tablets))
    return f"{dose_text(amount)} cannot be made of {have}. The nearest that can is {near}."


def tablets_words(amounts: Sequence[Decimal], tablets: Sequence[Tablet]) -> tuple[str, ...]:
    """Each dose of a day as tablets, "" for one that cannot be made; nothing when no tablet is known."""
    if not tablets:
        return ()
    made = (made_of(amount, tablets) for amount in amounts)
    return tuple("" if makeup is None else makeup.words() for makeup in made)


def split_over_day(daily: Decimal, doses: int, tablets: Sequence[Tablet]) -> tuple[Decimal, ...]:
    """`daily` in at most `doses` parts that can each be made, as even as can be, the larger ones last.

    Sedation by day is what hurts, so the evening takes the remainder (judgement). A day that needs fewer doses
    leaves the first ones out. Raises ValueError, with the nearest days that can be made, when there is no way.
    """
    known = _known(tablets)
    found = _split(daily, doses, known)
    if found is None:
        near = _nearest_days(daily, doses, known)
        said = f" The nearest that can is {' or '.join(dose_text(day) for day in near)} a day." if near else ""
        have = " and ".join(str(tablet) for tablet in sorted(known, reverse=True))
        raise ValueError(f"{dose_text(daily)} a day cannot be made of {have} in {_times(doses)}.{said}")
    return tuple(part for part in found if part)


def fitted(steps: Iterable[PlannedStep], tablets: Sequence[Tablet]) -> tuple[PlannedStep, ...]:
    """The same days and daily amounts, their doses made of these tablets; as they are when no tablet is known.

    Raises ValueError, naming the step and the nearest amounts, for a day that cannot be made.
    """
    return tuple(_fitted(number, step, tablets) if tablets else step for number, step in enumerate(steps, start=1))


def _fitted(number: int, step: PlannedStep, tablets: Sequence[Tablet]) -> PlannedStep:
    if all(made_of(amount, tablets) for amount in step.amounts):
        return step
    try:
        amounts = split_over_day(step.daily, len(step.amounts), tablets)
    except ValueError as fault:
        raise ValueError(f"Step {number}: {fault}") from fault
    return replace(step, amounts=amounts, times=step.times if len(amounts) == len(step.times) else ())


def tablets_from(stored: Sequence[Mapping[str, Any]] | None) -> tuple[Tablet, ...]:
    """The tablets kept with a plan as values; none when nobody said."""
    return tuple(Tablet(Decimal(each["strength"]), bool(each["halves"])) for each in stored or ())


def tablets_to_store(tablets: Sequence[Tablet]) -> list[dict[str, Any]] | None:
    """The same as JSON; None for unknown."""
    return [{"strength": plain_number(each.strength), "halves": each.halves} for each in _known(tablets)] or None


def _times(doses: int) -> str:
    return "1 dose" if doses == 1 else f"{doses} doses"


def _known(tablets: Sequence[Tablet]) -> tuple[Tablet, ...]:
    """Each strength once, the smaller first. Raises ValueError for a tablet that cannot be."""
    scored = {tablet.strength: False for tablet in tablets}
    for tablet in tablets:
        scored[tablet.strength] |= tablet.halves
    fitting = (0 < strength <= LARGEST_STRENGTH and not strength * _FINE % 10 for strength in scored)
    if len(scored) > MOST_STRENGTHS or not all(fitting):
        raise ValueError(
            f"At most {MOST_STRENGTHS} strengths, each above 0, with two decimals, up to {dose_text(LARGEST_STRENGTH)}."
        )
    return tuple(sorted(Tablet(strength, halves) for strength, halves in scored.items()))


@lru_cache(maxsize=64)
def _every_dose(tablets: tuple[Tablet, ...]) -> dict[Decimal, Makeup]:
    """Every amount that can be made at one time, with its best make-up."""
    found: dict[Decimal, Makeup] = {}
    ways = (range(0, 2 * MOST_AT_ONCE + 1, 1 if tablet.halves else 2) for tablet in tablets)
    for counts in product(*ways):
        pieces = [Piece(tablet.strength, count) for tablet, count in zip(tablets, counts, strict=True) if count]
        makeup = Makeup(tuple(pieces[::-1]))
        if 0 < makeup.parts <= MOST_AT_ONCE:
            best = found.get(makeup.amount)
            if best is None or (makeup.parts, makeup.cuts) < (best.parts, best.cuts):
                found[makeup.amount] = makeup
    return found


def _split(daily: Decimal, doses: int, tablets: tuple[Tablet, ...]) -> tuple[Decimal, ...] | None:
    """`daily` in exactly `doses` parts: the smallest part as large as it can be, then the next. A part of 0 is a
    dose left out."""
    measure = _measure(tablets)
    left, rest = divmod(daily, measure)
    if rest or not _holds(_days(doses, 0, int(left), tablets), int(left)):
        return None
    parts: list[int] = []
    for others in range(doses - 1, -1, -1):
        at_least = parts[-1] if parts else 0
        parts.append(_largest_first(int(left), others, at_least, tablets))
        left -= parts[-1]
    return tuple(part * measure for part in parts)


def _largest_first(left: int, others: int, at_least: int, tablets: tuple[Tablet, ...]) -> int:
    """The largest first part after which `others` parts, none smaller, make up the rest. There is one."""
    if not others:
        return left
    firsts = (part for part in reversed(_doses(tablets)) if at_least <= part <= left // (others + 1))
    return next(part for part in firsts if _holds(_days(others, part, left - part, tablets), left - part))


def _nearest_days(daily: Decimal, doses: int, tablets: tuple[Tablet, ...]) -> tuple[Decimal, ...]:
    """The daily amounts next to `daily` that can be split, the lower first."""
    measure = _measure(tablets)
    here, largest = int(daily // measure), _doses(tablets)[-1]
    days = _days(doses, 0, min(here, largest * doses) + largest, tablets)
    below = (days & ((1 << ceil(daily / measure)) - 1)).bit_length() - 1
    above = days >> (here + 1)
    found = [below] if below > 0 else []
    if above:
        found.append(here + (above & -above).bit_length())
    return tuple(day * measure for day in found)


@lru_cache(maxsize=512)
def _days(parts: int, at_least: int, most: int, tablets: tuple[Tablet, ...]) -> int:
    """The sums up to `most` of so many doses, none below `at_least`, in measures: bit n is set when n is one."""
    if not parts:
        return 1
    fewer = _days(parts - 1, at_least, most, tablets)
    found = 0
    for dose in _doses(tablets):
        if at_least <= dose <= most:
            found |= fewer << dose
    return found & ((1 << (most + 1)) - 1)


def _holds(days: int, day: int) -> bool:
    return bool(days >> day & 1)


@lru_cache(maxsize=64)
def _doses(tablets: tuple[Tablet, ...]) -> tuple[int, ...]:
    """What can be given at one time, in measures, from none on."""
    measure = _measure(tablets)
    return (0, *sorted(int(amount / measure) for amount in _every_dose(tablets)))


def _measure(tablets: tuple[Tablet, ...]) -> Decimal:
    """The largest amount that every tablet, and every half that may be given, is a multiple of."""
    pieces = [tablet.strength / 2 if tablet.halves else tablet.strength for tablet in tablets]
    return Decimal(gcd(*(int(piece * _FINE) for piece in pieces))) / _FINE
