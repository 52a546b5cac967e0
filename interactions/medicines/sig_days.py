"""Parts of an instruction that span days: amounts for the slots of a day, days of the week, the most in 24 hours."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from interactions.medicines.sig_amounts import MASS_UNIT, SAID_NUMBER, said_number, unit_of
from interactions.medicines.sig_parts import MILLIGRAMS, Part, Shares

_ONE: Final = r"\d+(?:\.\d+)?"
_SLOTS_OF_A_DAY: Final = re.compile(
    rf"(?<![\d.+/-])(?P<slots>{_ONE}(?:\s?-\s?{_ONE}){{2,3}}|{_ONE}(?:\s?\+\s?{_ONE}){{2,3}}|{_ONE}(?:/{_ONE}){{2}}(?=\s?m?c?g))"
    rf"(?![\d+/-])(?:\s?(?P<unit>{MASS_UNIT})(?![a-z]))?"
)
_SLOTS: Final = ("morning", "midday", "evening", "night")

_DAY_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = r"(?P<{0}>mon|tue|wed|thu|fri|sat|sun)(?:(?<=tue)s|(?<=wed)(?:nes|s)|(?<=thu)rs?|(?<=sat)ur)?(?:days?)?"
_DAY_RANGE: Final = re.compile(rf"\b{_DAY.format('first')}\s?(?:-|to)\s?{_DAY.format('last')}\b")
_DAY_NAMED: Final = re.compile(
    rf"\b(?:on |every |each )*{_DAY.format('first')}\b(?:\s*(?:,|and|&|/)(?=\s*(?:{'|'.join(_DAY_NAMES)})))?"
)
# "until Friday" names an end, not a day on which it is taken.
_A_DATE: Final = re.compile(
    r"\b(?:until|till?|by|since|from|start\w*|last|next|this|before|after|stop\w*|end\w*|due|dose) (?:on )?"
    rf"{_DAY.format('first')}\b"
)
_SO_MANY: Final = re.compile(rf"\b(?:on )?(?P<count>{SAID_NUMBER}) (?:days|nights) ?(?:a|per|each|every|/) ?week\b")
_COUNTS_OF_A_WEEK: Final = frozenset(map(Decimal, range(1, 8)))
_WEEKDAYS: Final = re.compile(r"\b(?:on |every )?week ?days?(?: only)?\b")
_WEEKEND: Final = re.compile(r"\b(?:on |at )?(?:the )?week-? ?ends?(?: only)?\b")

_MOST: Final = re.compile(
    r"\(?\b(?:max(?:imum)?|(?:no|not) more than|(?:do not|not to) exceed|at most)\b\.?:?\s*(?:of\s+|dose\s+)*"
    rf"(?P<amount>{SAID_NUMBER})\s*(?P<unit>[a-z]*)\s*"
    r"(?P<period>(?:(?:a|per|each|in a|in|/)\s*(?:day|24\s*h\w*)|/\s*d\b|daily|in all))?(?: in all)?\)?"
)
_ADMINISTRATIONS: Final = frozenset({"", "x", "times", "time", "doses", "dose"})
_MOST_TIMES: Final = 24


def slots(text: str) -> tuple[str, Shares | None]:
    """ "1-0-1" or "5-5-10 mg": an amount for morning, midday, evening and perhaps night; the text without it."""
    found = _SLOTS_OF_A_DAY.search(text)
    if found is None:
        return text, None
    unit = unit_of(found["unit"]) if found["unit"] else "tablet"
    counts = [Decimal(one) for one in re.split(r"[-+/]", found["slots"])]
    times = _SLOTS if len(counts) == 4 else ("morning", "midday", "night")
    taken = [(count, time) for count, time in zip(counts, times, strict=True) if count]
    parts = tuple(Part(count, unit, 1, times=(time,)) for count, time in taken)
    return _without(text, found), Shares(parts, Decimal(1), ()) if parts else None


def named_days(text: str) -> tuple[str, int]:
    """On how many days of a week, when days are named or counted ("Mon-Fri", "5 days a week"); 0 when not."""
    days: set[str] = set()
    text = _A_DATE.sub(_blank, text)
    counted = _SO_MANY.search(text)
    count = said_number(counted["count"]) if counted is not None else None
    if counted is not None and count in _COUNTS_OF_A_WEEK:
        return _without(text, counted), int(count or 0)
    for found in _DAY_RANGE.finditer(text):
        first, last = _DAY_NAMES.index(found["first"]), _DAY_NAMES.index(found["last"])
        days |= {_DAY_NAMES[(first + step) % 7] for step in range((last - first) % 7 + 1)}
        text = _without(text, found)
    for pattern, named in ((_WEEKDAYS, _DAY_NAMES[:5]), (_WEEKEND, _DAY_NAMES[5:])):
        for found in pattern.finditer(text):
            days |= set(named)
            text = _without(text, found)
    for found in _DAY_NAMED.finditer(text):
        days.add(found["first"])
        text = _without(text, found)
    return text, len(days)


def on_named_days(shares: Shares, days: int) -> Shares:
    """The shares of a week in which the medicine is taken on so many days; refused beside another interval."""
    if not days or not shares.parts:
        return shares
    if shares.days != 1:
        return Shares((), Decimal(1), (*shares.problems, "days of the week and another interval are written"))
    parts = tuple(replace(part, count=(part.count or 1) * days, times=()) for part in shares.parts)
    return replace(shares, parts=parts, days=Decimal(7))


@dataclass(frozen=True, slots=True)
class Most:
    """The most that may be taken in a day: an amount in a unit of mass, or a number of doses (unit "")."""

    amount: Decimal
    unit: str

    def times(self, part: Part) -> int | None:
        """How often a part may be taken; None when the two do not go into each other."""
        if not self.unit:
            often = self.amount
        elif self.unit in MILLIGRAMS and part.unit in MILLIGRAMS:
            often = self.amount * MILLIGRAMS[self.unit] / part.as_milligrams().amount
        else:
            return None
        return int(often) if often == often.to_integral_value() and 0 < often <= _MOST_TIMES else None


def the_most(text: str) -> tuple[str, Most | None]:
    """What an instruction says of the most in a day, None when it does not; the text without it."""
    found = _MOST.search(text)
    if found is None:
        return text, None
    amount = said_number(found["amount"])
    text = _MOST.sub(_blank, text)
    if amount is None or not found["period"]:
        return text, None
    if found["unit"] in _ADMINISTRATIONS:
        return text, Most(amount, "")
    if re.fullmatch(MASS_UNIT, found["unit"]):
        return text, Most(amount, unit_of(found["unit"]))
    return text, None


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _without(text: str, found: re.Match[str]) -> str:
    return text[: found.start()] + " " * len(found[0]) + text[found.end() :]
