"""How much somebody drinks, read from the words used for it."""

import re
from decimal import Decimal
from typing import Final

from interactions.checking.exposure import AlcoholUse
from interactions.medicines.dose import Dose
from interactions.medicines.text import fold

_DRINK: Final = re.compile(
    r"\b(alcohols?|etoh|ethanol|drinks?|drinking|drinker|beers?|wine|wines|spirits?|whisk(?:e)?y|vodka|gin|rum"
    r"|cider|lager|liquor|pints?|alcoholi[sc]m?|alcoholic|teetotal(?:ler|er)?|binge[ds]?|sober)\b"
)
_NEVER: Final = re.compile(
    r"\b(no|non|not|never|nil|denies|without|zero)[ -]+(?:any )?(?:current )?(?:alcohol|etoh|drink\w*)"
    r"|\b(does|do|did) not drink|\bdoesn ?t drink|\bteetotal|\babstinent|\babstains?|\bsober"
    r"|\balcohol (?:free|none|never|nil)|\bnon ?drinker|\blifelong non"
)
_DISORDER: Final = re.compile(
    r"\b(alcoholism|alcoholic\b(?! (?:liver|hepat|cirrho|fatty))|binge\w*|heavy|heavily|harmful|hazardous|excess\w*"
    r"|alcohol (?:use disorder|dependen\w+|abuse|misuse|addiction|problem)|aud|intoxicat\w+)"
)
_OFTEN: Final = re.compile(
    r"\b(daily|every ?day|each day|per day|a day|nightly|every night|each night|regular\w*|most days|od|qd)\b"
    r"|/ ?d(?:ay)?\b"
)
_SELDOM: Final = re.compile(
    r"\b(occasional\w*|occ|rare|rarely|seldom|social|socially|sometimes|special occasions?|weekends?|holidays?|monthly"
    r"|a month|per month|a year|per year|light)\b"
)
_A_WEEK: Final = re.compile(
    r"(\d+(?:\.\d+)?)\s*(?:units?|drinks?|glasses|pints?|beers?)?\s*(?:of \w+\s*)?"
    r"(?:/|a|per|each|every|p)\s*w(?:ee)?k|\bweekly\b"
)


_SOME: Final = re.compile(r"\b(yes|y|true|some|current(?:ly)?|moderate(?:ly)?|low|within limits)\b")
_NOT_KNOWN: Final = re.compile(
    r"^\W*(?:(?:is |status )?(?:unknown|unk|not (?:known|recorded|asked|stated|disclosed))|n/?a)?\W*$"
)


def use_in_record(text: str) -> tuple[AlcoholUse | None, bool]:
    """What a record says of drinking, and whether its words were understood.

    "Unknown" is understood, and says nothing; words of no meaning here say nothing either, and must be shown.
    """
    words = fold(text)
    if _NOT_KNOWN.match(words):
        return None, True
    if words in {"none", "no", "nil", "never", "0", "n", "false"}:
        return AlcoholUse.NONE, True
    said = (_NEVER, _DISORDER, _OFTEN, _A_WEEK, _SELDOM, _DRINK, _SOME)
    if any(pattern.search(words.replace("-", " ")) for pattern in said):
        return read_use(text), True
    return None, False


def speaks_of_drinking(text: str) -> bool:
    """True when the words are about drinking alcohol."""
    return _DRINK.search(fold(text)) is not None


def read_use(text: str, *, dose: Dose | None = None, if_unsaid: AlcoholUse = AlcoholUse.SOME) -> AlcoholUse:
    """Classify drinking: regular is daily, seven or more drinks a week, binge or a use disorder (U3, labels).

    ``dose`` counts drinks where the amount was read as one. Where neither words nor numbers say how often,
    the answer is ``if_unsaid``.
    """
    words = " ".join(fold(text).replace("-", " ").replace("'", " ").split())
    if _NEVER.search(words):
        return AlcoholUse.NONE
    if _DISORDER.search(words) or _OFTEN.search(words):
        return AlcoholUse.REGULAR
    weekly = _A_WEEK.search(words)
    if weekly is not None:
        count = Decimal(weekly.group(1) or 1)
        return AlcoholUse.REGULAR if count >= 7 else AlcoholUse.OCCASIONAL
    if _SELDOM.search(words):
        return AlcoholUse.OCCASIONAL
    if dose is not None and dose.daily is not None:
        return AlcoholUse.REGULAR if dose.daily >= 1 else AlcoholUse.OCCASIONAL
    return if_unsaid
