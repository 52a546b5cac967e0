"""How much of each ingredient is taken, and planned, by prescription: what answers are compared on. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import pgettext

from interactions.medicines import Dose
from monitoring.formatting import dose_text
from monitoring.regimens.models import DosePeriod, Prescription
from monitoring.regimens.queries.doses import daily_mg, dose_of, ingredient_dose
from monitoring.regimens.rules import Course, Span

_MASS: Final = frozenset({"mg", "g", "microgram"})


def courses_of_row(row: Prescription) -> list[Course]:
    """The doses of a stored prescription, for each of its ingredients."""
    periods = list(row.dose_periods.all())
    return [
        _course(row, ingredient, [_span(row, ingredient, period) for period in periods])
        for ingredient in row.ingredients
    ]


def courses_at(row: Prescription, dose: Dose | None, on: date) -> list[Course]:
    """The same prescription as if it were taken at `dose` from `on`; None: not taken."""
    if dose is None:
        return []
    return [
        _course(row, ingredient, [
            _as_span(ingredient_dose(dose, ingredient, row.ingredients, row.strengths), on, row.ends_on)
        ])
        for ingredient in row.ingredients
    ]  # fmt: skip


def proposed_courses(
    ingredients: Sequence[str],
    strengths: Iterable[Mapping[str, str | None]],
    *,
    route: str,
    dose: Dose | None,
    starts_on: date,
    ends_on: date | None,
) -> list[Course]:
    """The doses of a medicine that is not stored yet."""
    strengths = list(strengths)
    return [
        Course("", each, route, (_as_span(ingredient_dose(dose, each, ingredients, strengths), starts_on, ends_on),))
        for each in ingredients
    ]


def _course(row: Prescription, ingredient: str, spans: list[Span]) -> Course:
    return Course(
        row=str(row.pk),
        ingredient=ingredient,
        route=row.route,
        spans=tuple(spans),
        signed_up_to=None if row.signed_up_to is None else _in_mg(row.signed_up_to, row.signed_unit)[0],
        signed_unit="mg" if row.signed_unit in _MASS else row.signed_unit,
        signed_at=row.signed_at,
    )


def _span(row: Prescription, ingredient: str, period: DosePeriod) -> Span:
    dose = ingredient_dose(dose_of(period), ingredient, row.ingredients, row.strengths)
    ends = [end for end in (period.ends_on, row.ends_on) if end is not None]
    return _as_span(dose, period.starts_on, min(ends, default=None))


def _as_span(dose: Dose | None, start: date | None, end: date | None) -> Span:
    if dose is None:
        return Span(start, end, None, "")
    amount, unit = _in_mg(dose.daily, dose.unit)
    return Span(start, end, amount, unit)


def _in_mg(daily: Decimal | None, unit: str) -> tuple[Decimal | None, str]:
    """A daily amount in mg where its unit is a mass; what is taken as drops or patches keeps its own."""
    return (daily_mg(daily, unit), "mg") if unit in _MASS else (daily, unit)


def with_plans(said: Mapping[str, str], courses: Iterable[Course], on: date) -> dict[str, str]:
    """How each ingredient is taken, in words, and how far a signed plan may still raise it: an answer covers that."""
    words = dict(said)
    for course in courses:
        ahead = [span for span in course.spans if span.end is None or span.end >= on]
        amounts = [span.amount for span in ahead if span.amount is not None]
        limit = course.signed_up_to
        if limit is not None and amounts and limit > max(amounts) and course.ingredient in words:
            text = pgettext("staff", "A signed plan may raise it to %(dose)s a day.")
            words[course.ingredient] += " " + text % {"dose": dose_text(limit, course.signed_unit)}
    return words
