"""How instructions say how often and when: patterns over folded text, and what each means."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from interactions.medicines.numbers import NUMBER, WORD_NUMBERS, read_number

_COUNT: Final = rf"(?:{NUMBER}|once|twice|thrice|one|two|three|four|five|six|seven|eight|ten|twelve)"
_SPAN: Final = rf"(?P<low>{_COUNT})(?:\s*(?:-|to|or)\s*(?P<high>{_COUNT}))?"
_DAY_WORDS: Final = r"(?<![a-z])(?:daily|(?:a|per|each|every|in a|q) ?day|in 24 ?h(?:ou)?rs?)"
_DAILY: Final = rf"(?:{_DAY_WORDS}|/ ?(?:day|d|24 ?h(?:(?:ou)?rs?)?))(?![a-z])"
_WEEKLY: Final = r"(?:weekly|(?:a|per|each|every|in a|/)\s*week)"
_HOURS: Final = r"(?:h|hr|hrs|hour|hours|hourly)"
# A bare "2 daily" is two tablets, so a number needs "times" to say how often.
_TIMES_OVER: Final = rf"(?:(?P<named>once|twice|thrice)|{_SPAN}\s*(?:times?\b|x(?![a-z])))"
_DAY_ABROAD: Final = r"(?:taglich|am tag|pro tag|par jour|al dia|por dia|al giorno|al di|daags|per dag|daglig|om dagen)"
_NTH: Final = {"third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}
_NAMED: Final = {"once": 1, "twice": 2, "thrice": 3}

_LATIN: Final = (
    # Amount of times a day for each abbreviation, dots allowed: t.d.s.
    (4, ("qds", "qid")),
    (3, ("tds", "tid", "ter die", "ter in die")),
    (2, ("bds", "bid", "bd", "bis die", "bis in die")),
    (1, ("od", "qd", "omni die")),
)
_WHICH: Final = r"(?:(?:in|every|each|on) )*(?:the )?"
_TIMES: Final = (
    (
        "night",
        (
            r"q\.?h\.?s\.?|h\.?s\.?|nocte|noct|on\s*$|q\.?n\.?|nightly|nights?|bedtime|before bed"
            r"|at (?:night|bedtime)|(?:every|each|per) night|au coucher|zur nacht|voor de nacht|al acostarse"
        ),
    ),
    (
        "morning",
        rf"mane|q\.?a\.?m\.?|om|a\.?m\.?|{_WHICH}mornings?|(?:at|with|before|after) breakfast|(?:le )?matin|morgens",
    ),
    ("midday", r"(?:at )?(?:midday|noon|lunch|lunchtime)|(?:with|after) lunch|(?:le )?midi|mittags"),
    ("afternoon", rf"{_WHICH}afternoons?"),
    (
        "evening",
        rf"q\.?p\.?m\.?|p\.?m\.?|{_WHICH}evenings?|(?:at |with )?(?:teatime|dinner|supper)|(?:le )?soir|abends",
    ),
)


@dataclass(frozen=True, slots=True)
class Often:
    """So many times in so many days; ``note`` says what was taken from a range or an odd interval.

    ``days`` is None where only a count is written ("twice"). ``divided`` marks an amount that is the
    whole day's, to be shared among the times.
    """

    count: int
    days: Decimal | None = Decimal(1)
    note: str | None = None
    divided: bool = False


@dataclass(frozen=True, slots=True)
class At:
    """A time of day at which an amount is taken."""

    time: str


@dataclass(frozen=True, slots=True)
class Placed:
    """What was read, and where it stands in the text."""

    start: int
    end: int
    what: Often | At


def _dotted(word: str) -> str:
    return r"\.?".join(re.escape(letter) for letter in word) if " " not in word else word


_RULES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "clock",
        re.compile(r"(?:\bat )?\b(?P<hour>\d{1,2})(?:[:.]\d\d ?(?P<half>[ap]m)|:\d\d| ?(?P<noon>[ap]m))\b"),
    ),
    ("hours", re.compile(rf"(?:\b(?:q|every|per)|/)\s*{_SPAN}\s*-?{_HOURS}\b|\b(?P<bare>{NUMBER})\s*-?\s*hourly\b")),
    (
        "abroad",
        re.compile(rf"(?<![\d.,]){_SPAN}\s*(?:x|mal|fois|veces|volte|maal|keer)\s*{_DAY_ABROAD}\b|\b(?P<dd>\d)\s?dd\b"),
    ),
    (
        "hours_abroad",
        re.compile(rf"\b(?:alle|toutes les|cada|ogni|om de)\s*{_SPAN}\s*(?:h|heures|horas|stunden|ore|uur)\b"),
    ),
    ("alternate", re.compile(r"\b(?:every (?:other|second|2nd)|alternate) (?:day|night)s?\b|\b(?:qod|eod|q2d)\b")),
    ("each_hour", re.compile(r"\b(?:every hour|(?<!\d )(?<!\d-)hourly|q1h)\b")),
    ("nth_day", re.compile(r"\bevery (?P<nth>third|3rd|fourth|4th|fifth|5th|sixth|6th|seventh|7th) (?:day|night)\b")),
    ("days", re.compile(rf"\b(?:every|q)\s*{_SPAN}\s*(?P<unit>days?|d|weeks?|wks?)\b")),
    ("fortnight", re.compile(r"\b(?:once )?(?:fortnightly|(?:a|per|every|each) fortnight)\b")),
    ("month", re.compile(r"\b(?:once )?(?:monthly|(?:a|per|every|each) month)\b")),
    ("divided", re.compile(rf"\b(?:in|as|into)\s*{_SPAN}\s*(?:(?:divided|equal|separate)\s*)*doses")),
    ("weekly", re.compile(rf"\b{_TIMES_OVER}\s*{_WEEKLY}|\b(?:weekly|every week|each week|(?:per|a) week)\b")),
    ("per_day", re.compile(rf"\b(?:up to\s*)?(?:{_TIMES_OVER}|x\s*(?P<x>{NUMBER}))\s*,?\s*{_DAILY}")),
    ("times", re.compile(rf"\b(?:up to\s*)?{_SPAN}\s*(?:times|x(?! ?\d))(?![a-z])|\b(?:once|twice|thrice)\b")),
    *(
        (f"latin{count}", re.compile(rf"\b(?:{'|'.join(map(_dotted, abbreviations))})(?![a-z])\.?"))
        for count, abbreviations in _LATIN
    ),
    *((time, re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])")) for time, pattern in _TIMES),
    ("daily", re.compile(rf"{_DAILY}|\b{_DAY_ABROAD}\b")),
)


_FIXED: Final[dict[str, Often | At]] = {
    "daily": Often(1),
    "alternate": Often(1, Decimal(2)),
    "each_hour": Often(24),
    "fortnight": Often(1, Decimal(14)),
    "month": Often(1, Decimal(30), "a month is read as 30 days"),
    **{f"latin{count}": Often(count) for count, _ in _LATIN},
    **{time: At(time) for time, _ in _TIMES},
}


def read_count(text: str) -> int | None:
    """A whole count in digits or words; None when it is neither."""
    if text in _NAMED:
        return _NAMED[text]
    number = WORD_NUMBERS.get(text) or read_number(text)
    if number is None or number != number.to_integral_value() or not 0 < number <= 100:
        return None
    return int(number)


def frequencies(text: str) -> tuple[str, list[Placed]]:
    """All that says how often or when, in order, and the text with those places blanked out."""
    placed: list[Placed] = []
    for rule, pattern in _RULES:
        for found in list(pattern.finditer(text)):
            what = _meaning(rule, found)
            if what is None:
                continue
            placed.append(Placed(found.start(), found.end(), what))
            text = text[: found.start()] + " " * len(found[0]) + text[found.end() :]
    return text, sorted(placed, key=lambda one: one.start)


def _meaning(rule: str, found: re.Match[str]) -> Often | At | None:
    if rule in _FIXED:
        return _FIXED[rule]
    if rule == "clock":
        return _clock(found)
    groups = found.groupdict()
    if rule == "nth_day":
        return Often(1, Decimal(_NTH.get(groups["nth"]) or groups["nth"][0]))
    counts = [read_count(groups[name]) for name in ("low", "high", "bare", "named", "x", "dd") if groups.get(name)]
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return None
    if not known:
        return Often(1, Decimal(7)) if rule == "weekly" else _bare_times(found[0])
    if rule in {"hours", "hours_abroad", "days"}:
        return _interval(rule, known, groups.get("unit") or "")
    note = f"{found[0].strip()}: read as {max(known)}" if len(known) > 1 else None
    days = {"weekly": Decimal(7), "times": None}.get(rule, Decimal(1))
    return Often(max(known), days, note, divided=rule == "divided")


def _clock(found: re.Match[str]) -> At | None:
    """The time of day of a clock time: "8 am", "22:00"."""
    half = found["half"] or found["noon"]
    hour = int(found["hour"]) % 12 + (12 if half == "pm" else 0) if half else int(found["hour"])
    if hour > 24:
        return None
    bounds = ((5, "night"), (11, "morning"), (14, "midday"), (17, "afternoon"), (20, "evening"))
    return At(next((time for before, time in bounds if hour < before), "night"))


def _bare_times(text: str) -> Often | None:
    return Often(_NAMED[text], None) if text in _NAMED else None


def _interval(rule: str, known: list[int], unit: str) -> Often:
    """The shortest interval of a range is kept: it gives the largest exposure."""
    every = min(known)
    note = f"every {known[0]} to {known[1]}: read as every {every}" if len(known) > 1 else None
    if rule == "days":
        return Often(1, Decimal(every * 7 if unit.startswith("w") else every), note)
    if every > 24:
        days = Decimal(every) / 24
        return Often(1, days, note)
    if 24 % every:
        return Often(-(-24 // every), Decimal(1), f"every {every} h: read as {-(-24 // every)} times a day")
    return Often(24 // every, Decimal(1), note)
