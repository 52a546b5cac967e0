"""Which numbers a person should call: the clinic's own where it is known, else those of the site's region.

The regional numbers are widely published general knowledge; whoever installs the site confirms them
and may replace each by a setting (EMERGENCY_NUMBER, CRISIS_NUMBER, POISON_NUMBER, ADVICE_NUMBER).
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import pgettext

DIALLED = re.compile(r"\+?[0-9(][0-9 ()-]*")


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A number as it is dialled, with the name people know it by. Empty means there is none to show."""

    name: str = ""
    number: str = ""

    def __bool__(self) -> bool:
        return bool(self.number)

    @property
    def label(self) -> str:
        number = self.number.replace(" ", "\u00a0")
        if not self.name:
            return number
        return pgettext("clinical", "%(name)s on %(number)s") % {"name": self.name, "number": number}


@dataclass(frozen=True, slots=True)
class HoursLine:
    """Days in a row on which the clinic answers at the same times of its own clock; 0 is Monday."""

    first: int
    last: int
    opens: str
    closes: str

    @property
    def label(self) -> str:
        told = {"first": WEEKDAYS[self.first], "last": WEEKDAYS[self.last], "from": self.opens, "until": self.closes}
        if self.first == self.last:
            return pgettext("clinical", "%(first)s, %(from)s to %(until)s") % told
        return pgettext("clinical", "%(first)s to %(last)s, %(from)s to %(until)s") % told


@dataclass(frozen=True, slots=True)
class HelpNumbers:
    """`hours` are empty when nobody kept them. `is_shut` is known, never guessed, and `opens_at` comes with it."""

    emergency: HelpLine
    crisis: HelpLine = HelpLine()
    poison: HelpLine = HelpLine()
    advice: HelpLine = HelpLine()
    clinic: HelpLine = HelpLine()
    out_of_hours: HelpLine = HelpLine()
    hours: tuple[HoursLine, ...] = ()
    # The reader lives by another clock than the clinic.
    is_elsewhere: bool = False
    is_shut: bool = False
    opens_at: datetime | None = None


REGIONS = {
    "UK": HelpNumbers(
        emergency=HelpLine(number="999"),
        crisis=HelpLine("Samaritans", "116 123"),
        advice=HelpLine("NHS 111", "111"),
    ),
    "US": HelpNumbers(
        emergency=HelpLine(number="911"),
        crisis=HelpLine("the 988 Lifeline", "988"),
        poison=HelpLine("Poison Help", "1-800-222-1222"),
    ),
    "EU": HelpNumbers(emergency=HelpLine(number="112")),
    "AU": HelpNumbers(
        emergency=HelpLine(number="000"),
        crisis=HelpLine("Lifeline", "13 11 14"),
        poison=HelpLine("the poisons line", "13 11 26"),
    ),
    "CA": HelpNumbers(emergency=HelpLine(number="911"), crisis=HelpLine("the 988 line", "988")),
}

PLACES = {
    "UK": "United Kingdom",
    "EU": "Europe",
    "US": "United States",
    "CA": "Canada",
    "AU": "Australia",
}


def site_numbers(region: str, **overrides: str) -> HelpNumbers:
    """The numbers of `region`, each replaced where the site sets its own (`emergency="112"`).

    An unknown region, or a number nobody could dial, is refused with a sentence that names the setting:
    a wrong emergency number is worse than a site that does not start.
    """
    if region not in REGIONS:
        raise ValueError(f"HELP_REGION must be one of {', '.join(REGIONS)}, not “{region}”.")
    for kind, number in overrides.items():
        if number and not DIALLED.fullmatch(number):
            raise ValueError(f"{kind.upper()}_NUMBER must be a telephone number, not “{number}”.")
    lines: dict[str, Any] = {kind: HelpLine(number=number) for kind, number in overrides.items() if number}
    return replace(REGIONS[region], **lines)


def clinic_numbers(
    site: HelpNumbers, *, emergency: str, crisis: str, phone: str, out_of_hours: str, name: str
) -> HelpNumbers:
    """The clinic's numbers over the site's. A clinic with another emergency number is in another
    region, so that the site's regional lines would be wrong there and are left out."""
    base = site if emergency in ("", site.emergency.number) else HelpNumbers(emergency=HelpLine(number=emergency))
    same_line = crisis == base.crisis.number
    return replace(
        base,
        crisis=HelpLine(number=crisis) if crisis and not same_line else base.crisis,
        clinic=HelpLine(name, phone),
        out_of_hours=HelpLine(number=out_of_hours),
    )


def other_places(numbers: HelpNumbers) -> tuple[HelpLine, ...]:
    """The emergency number of each region whose number is another than the reader's own."""
    lines = (HelpLine(name, REGIONS[region].emergency.number) for region, name in PLACES.items())
    return tuple(line for line in lines if line.number != numbers.emergency.number)
