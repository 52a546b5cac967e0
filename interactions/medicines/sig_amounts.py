"""The amounts in an instruction: numbers with a unit, ranges, halves, "2 x 10 mg", "10 mg tablets"."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from interactions.medicines.numbers import NUMBER, WORD_NUMBERS, read_number

_UNITS: Final = (
    ("mg", r"mgm?s?|milligram(?:me)?s?"),
    ("microgram", r"mcgs?|ugs?|microgram(?:me)?s?|micg"),
    ("g", r"g|gm|gms|gram(?:me)?s?"),
    ("mL", r"mls?|millilit(?:re|er)s?|cc"),
    ("unit", r"units?|iu"),
    ("drink", r"drinks?|standard drinks?"),
    ("drop", r"drops?|gtts?"),
    ("puff", r"puffs?|sprays?|actuations?|inhalations?"),
    ("patch", r"patch(?:es)?"),
    (
        "tablet",
        r"tab(?:let)?s?|cap(?:sule)?s?|caplets?|pills?|sachets?|packets?|suppositor(?:y|ies)|pessar(?:y|ies)|lozenges?",
    ),
)
_UNIT: Final = "|".join(pattern for _, pattern in _UNITS)
MASS_UNIT: Final = "(?:" + "|".join(pattern for unit, pattern in _UNITS if unit in {"mg", "microgram", "g"}) + ")"
_BY_UNIT: Final = tuple((unit, re.compile(pattern)) for unit, pattern in _UNITS)
_WORDED: Final = "|".join(sorted(WORD_NUMBERS, key=len, reverse=True))
SAID_NUMBER: Final = rf"(?:{NUMBER}|(?<![a-z])(?:{_WORDED})(?![a-z]))"
_ONE_UNIT: Final = rf"(?:{_UNIT})(?![a-z])"
_AMOUNT: Final = re.compile(
    rf"(?:(?P<times>{NUMBER})\s*x\s*)?(?P<low>{SAID_NUMBER})\s*(?:(?:(?:{_ONE_UNIT})?\s*(?:-|to)|or)\s*(?P<high>{SAID_NUMBER}))?"
    rf"\s*-?\s*(?P<unit>{_ONE_UNIT})"
    r"(?P<form>\s*(?:oral |disintegrating |film.coated |modified.release )*(?:tab(?:let)?s?|cap(?:sule)?s?|pills?)\b)?"
)
_OFTEN: Final = (
    r"o\.?d|b\.?d|b\.?i\.?d|t\.?d\.?s|t\.?i\.?d|q\.?d\.?s|q\.?i\.?d|nocte|mane|q?hs|daily|at night|once|twice"
    r"|three times|every"
)
_HALF: Final = re.compile(
    rf"(?<![\d/])(?:(\d+) )?([13])/([24]) ?(?=(?:of )?(?:an? )?(?:{_UNIT})(?![a-z])|(?:po )?(?:{_OFTEN})(?![a-z]))"
)
# "3 (three)", "one (1)": electronic prescriptions say a count twice.
_SAID_TWICE: Final = re.compile(rf"(?P<first>{SAID_NUMBER})\s*\((?P<second>{SAID_NUMBER})\)")
_MAYBE_MORE: Final = re.compile(r"(?<=[a-z])\((e?s)\)")
# "10 000 mcg": three digits after a number and a blank may belong to it.
_THOUSANDS: Final = re.compile(r"(?<![\d.,])\d{1,3} $")
_AND_HALF: Final = re.compile(r"\b(one|two|three|four|five|[1-9]) and a half\b ?")
_ROMAN: Final = re.compile(
    r"(?:^| )i{1,3} (?=(?:tabs?|caps?|tablets?|capsules?)\b"
    r"|(?:od|bd|bid|tds|tid|qds|qid|nocte|mane|qhs|hs|daily|at night|every|once|twice)\b)"
)
_CONCENTRATION: Final = re.compile(
    rf"(?P<amount>{NUMBER})\s*(?P<unit>mgs?|mcg|ug|micrograms?|g)\s*(?:/|per|in)\s*(?P<per>{NUMBER})?\s*mls?\b"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount at its place; None when its number could mean two things.

    ``of_product`` marks "10 mg tablets": what one unit holds, not by itself what is taken.
    """

    start: int
    end: int
    value: Decimal | None
    unit: str
    written: str
    of_product: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Concentration:
    """So much in so many millilitres."""

    amount: Decimal
    unit: str
    per_ml: Decimal


def plain_counts(text: str) -> str:
    """ "1 1/2 tablets" and "one and a half tablets" as "1.5 tablets", "ii tds" as "2 tds"."""
    text = _SAID_TWICE.sub(_said_once, _MAYBE_MORE.sub(r"\1", text))
    text = _AND_HALF.sub(lambda found: f"{(WORD_NUMBERS.get(found[1]) or Decimal(found[1])) + Decimal('0.5')} ", text)
    text = _ROMAN.sub(lambda found: f" {len(found[0].strip())} ", text)
    return _HALF.sub(_half, text)


def _said_once(found: re.Match[str]) -> str:
    first, second = said_number(found["first"]), said_number(found["second"])
    return found["first"] if first is not None and first == second else found[0]


def _half(found: re.Match[str]) -> str:
    value = Decimal(found[1] or 0) + Decimal(found[2]) / Decimal(found[3])
    return f"{value} "


def concentrations(text: str) -> tuple[str, list[Concentration | None]]:
    """Every "10 mg/5 mL" in the text, None for one with an unclear number, and the text without them."""
    found = [_concentration(one) for one in _CONCENTRATION.finditer(text)]
    return _CONCENTRATION.sub(lambda one: " " * len(one[0]), text), found


def _concentration(found: re.Match[str]) -> Concentration | None:
    amount = read_number(found["amount"])
    per = read_number(found["per"]) if found["per"] else Decimal(1)
    if not amount or not per:
        return None
    return Concentration(amount, unit_of(found["unit"]), per)


def unit_of(word: str) -> str:
    """The unit that a written unit stands for."""
    return next(unit for unit, pattern in _BY_UNIT if pattern.fullmatch(word))


def amounts(text: str) -> list[Amount]:
    """Every amount with a unit, in order."""
    return [_amount(found) for found in _AMOUNT.finditer(text)]


def _amount(found: re.Match[str]) -> Amount:
    written = found[0].strip()
    numbers = [said_number(found[name]) for name in ("low", "high", "times") if found[name]]
    before = _THOUSANDS.search(found.string[: found.start()])
    if before is not None and re.fullmatch(r"\d{3}", found["low"]):
        numbers, written = [None], before[0] + written
    value: Decimal | None = None
    note = None
    if None not in numbers:
        low, high, times = said_number(found["low"]), said_number(found["high"]), said_number(found["times"])
        value = max(one for one in (low, high) if one is not None) * (times or 1)
        if high is not None:
            note = f"{written}: the larger amount is used"
    return Amount(found.start(), found.end(), value, unit_of(found["unit"]), written, found["form"] is not None, note)


def said_number(text: str | None) -> Decimal | None:
    """A number in digits or in words; None when it is neither, or could mean two numbers."""
    if text is None:
        return None
    return WORD_NUMBERS.get(text) or read_number(text)
