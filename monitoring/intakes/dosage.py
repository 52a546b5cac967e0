"""Doses in the words of whoever takes them, in the reader's language."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import npgettext_lazy, pgettext, pgettext_lazy

from monitoring.formatting import NBSP, plain_number

AT: Final[Mapping[str, Promise]] = {
    "morning": pgettext_lazy("clinical", "in the morning"),
    "midday": pgettext_lazy("clinical", "at midday"),
    "afternoon": pgettext_lazy("clinical", "in the afternoon"),
    "evening": pgettext_lazy("clinical", "in the evening"),
    "night": pgettext_lazy("clinical", "at night"),
}
SHORT: Final[Mapping[str, Promise]] = {
    "morning": pgettext_lazy("clinical", "morning"),
    "midday": pgettext_lazy("clinical", "midday"),
    "afternoon": pgettext_lazy("clinical", "afternoon"),
    "evening": pgettext_lazy("clinical", "evening"),
    "night": pgettext_lazy("clinical", "night"),
}
_COUNTED: Final[Mapping[str, Any]] = {
    "tablet": npgettext_lazy("clinical", "%(number)s tablet", "%(number)s tablets", "count"),
    "drop": npgettext_lazy("clinical", "%(number)s drop", "%(number)s drops", "count"),
    "puff": npgettext_lazy("clinical", "%(number)s puff", "%(number)s puffs", "count"),
    "patch": npgettext_lazy("clinical", "%(number)s patch", "%(number)s patches", "count"),
    "unit": npgettext_lazy("clinical", "%(number)s unit", "%(number)s units", "count"),
    "drink": npgettext_lazy("clinical", "%(number)s drink", "%(number)s drinks", "count"),
    "microgram": npgettext_lazy("clinical", "%(number)s microgram", "%(number)s micrograms", "count"),
}


def amount_words(amount: Decimal, unit: str) -> str:
    """`10 mg`, `1 tablet`, `450 micrograms`: never a trailing zero, never a shortened unit that is misread."""
    number = plain_number(amount)
    counted = _COUNTED.get(unit)
    if counted is None:
        return f"{number}{NBSP}{unit}"
    said = counted % {"count": 1 if amount == 1 else 2, "number": number}
    return str(said).replace(" ", NBSP, 1)


def at_words(at: str, number: int, of: int) -> str:
    """When a dose is taken: `in the morning`; where no time was written, which of the day's doses it is."""
    if at in AT:
        return str(AT[at])
    return pgettext("clinical", "once a day") if of == 1 else _numbered(number)


def short_words(at: str, number: int, of: int) -> str:
    """The same in a word, for a calendar: `morning`."""
    if at in SHORT:
        return str(SHORT[at])
    return pgettext("clinical", "once") if of == 1 else _numbered(number)


def _numbered(number: int) -> str:
    return pgettext("clinical", "dose %(number)s") % {"number": number}
