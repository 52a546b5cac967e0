"""How doses, days and moments are written on a page. Pure: values in, text out."""

from datetime import date, datetime, tzinfo
from decimal import Decimal

NBSP = "\u00a0"
# A language that is not named here has its days written in English.
SPANISH = "es"
MESES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# “mcg” and “µg” are misread as “mg”; the word in full is not.
_UNITS = {"mcg": "micrograms", "ug": "micrograms", "µg": "micrograms", "μg": "micrograms", "microgram": "micrograms"}


def plain_number(amount: Decimal | int | str) -> str:
    """`5.0` as “5”, `.5` as “0.5”: no trailing zero, always a leading one. A float is refused.

    >>> plain_number("12.50")
    '12.5'
    """
    if isinstance(amount, float):
        raise TypeError("a dose is a Decimal, never a float")
    text = format(Decimal(amount), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def dose_text(amount: Decimal | int | str | None, unit: str = "mg", *, language: str = "en") -> str:
    """`amount` (in `unit`) with a no-break space, “micrograms” in full; an unknown amount says so.

    The number is written alike in every language, with a point, as on the pack.
    """
    if amount is None or amount == "":
        return "dosis desconocida" if language == SPANISH else "dose not known"
    word = _UNITS.get(unit, unit)
    word = "microgramos" if language == SPANISH and word == "micrograms" else word
    return f"{plain_number(amount)}{NBSP}{word}"


def day_text(day: date, *, weekday: bool = False, language: str = "en") -> str:
    """`1 May 2026`, or `Friday 1 May 2026`; the month is a word so that no reader swaps it with the day.

    In Spanish `viernes 1 de mayo de 2026`.
    """
    if language == SPANISH:
        text = f"{day.day}{NBSP}de{NBSP}{MESES[day.month - 1]} de{NBSP}{day.year}"
        return f"{DIAS[day.weekday()]} {text}" if weekday else text
    text = f"{day.day}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"
    return f"{WEEKDAYS[day.weekday()]} {text}" if weekday else text


def birth_text(day: date) -> str:
    """`14-Mar-1957`, the form that identity checks are read aloud in."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"


def zone_text(moment: datetime) -> str:
    """`BST`, or `UTC+13` where the zone has no letters of its own."""
    name = moment.tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name


def moment_text(moment: datetime, zone: tzinfo, *, show_zone: bool = True, language: str = "en") -> str:
    """`1 May 2026, 08:12 BST`: an aware `moment` in `zone`, which is named unless the page already names it."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    local = moment.astimezone(zone)
    text = f"{day_text(local.date(), language=language)}, {local:%H:%M}"
    return f"{text}{NBSP}{zone_text(local)}" if show_zone else text
