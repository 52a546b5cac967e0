"""FHIR dates, whole and partial."""

import re
from datetime import date, datetime
from typing import Final

from interactions.fhir.nodes import FaultError

_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1870, 2200


def read_date(value: object, place: str, *, whole: bool = False) -> date:
    """A FHIR date or dateTime as a day. A month or year alone is its first day, unless `whole` is asked."""
    text = str(value)
    match = _DATE.match(text)
    if not isinstance(value, str) or not match or (whole and len(match.group()) < 10):
        raise FaultError(place, f"“{text[:30]}” is not a date like 2026-03-01.")
    if len(text) > 10 and len(match.group()) == 10:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise FaultError(place, f"“{text[:30]}” is not a date and time.") from None
    elif len(text) != len(match.group()):
        raise FaultError(place, f"“{text[:30]}” is not a date like 2026-03-01.")
    padded = (match.group() + "-01-01")[:10]
    try:
        day = date.fromisoformat(padded)
    except ValueError:
        raise FaultError(place, f"“{text[:30]}” is not a day that exists.") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise FaultError(place, f"“{text[:30]}” is not a day that records are kept for.")
    return day


def last_day(text: str, place: str) -> date:
    """The last day that a partial date may mean: 2001 ends on 31 December, 2001-02 on its 28th."""
    first = read_date(text, place)
    if len(text) == 4:
        return first.replace(month=12, day=31)
    if len(text) == 7:
        following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        return date.fromordinal(following.toordinal() - 1)
    return first
