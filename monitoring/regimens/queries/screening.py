"""A patient's rows as the checker's values. Reads only."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from interactions.checking import (
    CheckInSummary,
    Exposure,
    Level,
    PatientContext,
    Route,
    Screening,
    Unresolved,
    alcohol_of,
    check_regimen,
    load_release,
    signs_in,
)
from interactions.medicines import Dose, Resolution, resolve
from monitoring.checkins.models import SymptomReport
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries.courses import courses_at, courses_of_row, proposed_courses
from monitoring.regimens.queries.doses import (
    baclofen_was_tapered,
    dose_of,
    earlier_doses,
    ingredient_dose,
    period_on,
    strength_fields,
)
from monitoring.regimens.queries.loading import Loaded, last_report, load_regimen
from monitoring.regimens.rules import Course

_LEVELS: Final = (Level.NONE, Level.INFO, Level.WARNING, Level.URGENT, Level.EMERGENCY)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a typed or received medicine was understood to be. No ingredients: it could not be told."""

    entered: str
    resolution: Resolution

    @property
    def checkable(self) -> bool:
        """Whether the whole medicine can be screened: a part that could not be read makes it not so."""
        return bool(self.ingredients) and not self.resolution.not_understood

    @property
    def ingredients(self) -> tuple[str, ...]:
        return () if self.match in {"ambiguous", "unknown"} else tuple(self.resolution.ingredients)

    @property
    def match(self) -> str:
        return str(self.resolution.match)

    @property
    def needs_confirmation(self) -> bool:
        return bool(self.ingredients) and self.resolution.needs_confirmation

    @property
    def label(self) -> str:
        return " + ".join(self.ingredients) or self.entered

    @property
    def product(self) -> str:
        product = self.resolution.product
        return "" if product is None else str(getattr(product, "key", None) or getattr(product, "label", ""))


@dataclass(frozen=True, slots=True)
class Proposed:
    """A medicine that is not stored yet, as the prescribing pages hold it."""

    understood: Understood
    route: str
    dose: Dose | None
    starts_on: date
    ends_on: date | None = None


class RegimenInput(NamedTuple):
    """What the checker is given. `rows` names the prescription behind each exposure; None is the proposed one."""

    exposures: tuple[Exposure, ...]
    context: PatientContext
    unresolved: tuple[Unresolved, ...]
    rows: tuple[UUID | None, ...] = ()
    courses: tuple[Course, ...] = ()


@dataclass(frozen=True, slots=True)
class Screened:
    """One run of the checker. `screening` is None when the check itself broke: nothing may be concluded."""

    screening: Screening | None
    exposures: tuple[Exposure, ...] = ()
    rows: tuple[UUID | None, ...] = ()
    context: PatientContext = field(default_factory=PatientContext)
    unresolved: tuple[Mapping[str, Any], ...] = ()
    failure: str = ""
    courses: tuple[Course, ...] = ()


def understand(entered: str, *, rxcui: str | None = None, atc: str | None = None) -> Understood:
    """What `entered` (or a code beside it) is; never a guess."""
    return Understood(entered, resolve(entered, rxcui=rxcui, atc=atc))


def exposures_for(
    patient: Patient, on: date, *, proposed: Proposed | None = None, doses: Mapping[UUID, Dose | None] | None = None,
    loaded: Loaded | None = None,
) -> RegimenInput:  # fmt: skip
    """Everything the patient takes, took or will take, seen from `on`, a day of the patient's own.

    `proposed` is added to it; `doses` replaces the present dose of the prescriptions named.
    """
    exposures: list[tuple[UUID | None, Exposure]] = []
    unresolved: list[Unresolved] = []
    read = loaded or load_regimen(patient, on)
    courses: list[Course] = []
    for row in read.rows:
        dose, end = dose_of(period_on(row.dose_periods.all(), on)), row.ends_on
        if doses is not None and row.pk in doses:
            dose = doses[row.pk]
            end = on - timedelta(days=1) if dose is None else end
            courses += courses_at(row, dose, on)
        else:
            courses += courses_of_row(row)
        unresolved += _not_told(row.entered, row.match, row.ingredients, row.not_understood)
        exposures += [(row.pk, exposure) for exposure in _exposures_of_row(row, dose, end, on)]
    if proposed is not None:
        exposures += [(None, exposure) for exposure in _exposures_of_proposed(proposed)]
        courses += _courses_of_proposed(proposed)
        given = proposed.understood
        unresolved += _not_told(given.entered, given.match, given.ingredients, given.resolution.not_understood)
    context = replace(_context(patient, on, read.report), baclofen_taper=baclofen_was_tapered(read.rows, on))
    return RegimenInput(
        tuple(exposure for _, exposure in exposures), context, tuple(unresolved), tuple(pk for pk, _ in exposures),
        tuple(courses),
    )  # fmt: skip


def _exposures_of_row(row: Prescription, dose: Dose | None, end: date | None, on: date) -> list[Exposure]:
    return [
        Exposure(
            ingredient=ingredient,
            entered=row.entered,
            route=Route(row.route),
            dose=ingredient_dose(dose, ingredient, row.ingredients, row.strengths),
            start=row.starts_on,
            end=end,
            product=row.product or None,
            as_needed=bool(dose and dose.as_needed),
            earlier=earlier_doses(row, ingredient, on),
        )
        for ingredient in row.ingredients
    ]


def _exposures_of_proposed(proposed: Proposed) -> list[Exposure]:
    understood, dose = proposed.understood, proposed.dose
    strengths = strength_fields(understood.resolution.strengths)
    return [
        Exposure(
            ingredient=ingredient,
            entered=understood.entered,
            route=Route(proposed.route),
            dose=ingredient_dose(dose, ingredient, understood.ingredients, strengths),
            start=proposed.starts_on,
            end=proposed.ends_on,
            product=understood.product or None,
            as_needed=bool(dose and dose.as_needed),
        )
        for ingredient in understood.ingredients
    ]


def _courses_of_proposed(proposed: Proposed) -> list[Course]:
    return proposed_courses(
        proposed.understood.ingredients,
        strength_fields(proposed.understood.resolution.strengths),
        route=proposed.route,
        dose=proposed.dose,
        starts_on=proposed.starts_on,
        ends_on=proposed.ends_on,
    )


def _not_told(entered: str, match: str, ingredients: Sequence[str], parts: Sequence[str]) -> list[Unresolved]:
    """The medicine itself when it could not be told, and every part of it that could not be read."""
    whole = [] if ingredients else [Unresolved(entered=entered, match=match)]
    return [*whole, *(Unresolved(entered=part) for part in parts)]


def context_of(patient: Patient, on: date) -> PatientContext:
    """What is known of the patient on a day: age in whole years there, eGFR, conditions, last check-in."""
    return _context(patient, on, last_report(patient, on))


def _context(patient: Patient, on: date, report: SymptomReport | None) -> PatientContext:
    codes = frozenset(patient.conditions or ())
    return PatientContext(
        age=patient.age_on(on),
        sex=patient.sex or None,
        egfr=Decimal(patient.egfr) if patient.egfr is not None else None,
        conditions=codes,
        conditions_known=patient.conditions is not None,
        alcohol=alcohol_of(codes),
        qtc_ms=patient.qtc_ms,
        weight_kg=Decimal(patient.weight_kg) if patient.weight_kg is not None else None,
        check_in=_summary(report),
        not_understood=tuple(patient.conditions_not_understood),
    )


def context_mark(patient: Patient) -> str:
    """A short mark of what is recorded of the patient, so that a page can tell when it is stale."""
    fields = ("egfr", "egfr_on", "qtc_ms", "weight_kg", "conditions", "conditions_not_understood")
    shown = [str(getattr(patient, field)) for field in fields]
    return hashlib.sha256("|".join(shown).encode()).hexdigest()[:20]


def _summary(report: SymptomReport | None) -> CheckInSummary | None:
    if report is None or report.level is None:
        return None
    signs = signs_in(report.answers)
    return CheckInSummary(level=_LEVELS[report.level], reasons=tuple(report.reasons), signs=signs)


def screen_patient(
    patient: Patient, on: date, *, proposed: Proposed | None = None, doses: Mapping[UUID, Dose | None] | None = None,
    release: str | None = None, loaded: Loaded | None = None,
) -> Screened:  # fmt: skip
    """Run the checker over the stored regimen, or over what it would be. A broken check is an answer too.

    Asks the release in force, or `release`, another one at hand; the clinic's own severities count in both.
    `loaded` is what was read for this patient and day together with others.
    """
    try:
        read = loaded or load_regimen(patient, on)
        given = exposures_for(patient, on, proposed=proposed, doses=doses, loaded=read)
        screening = check_regimen(
            given.exposures, given.context, on, unresolved=given.unresolved,
            release=load_release(release) if release else None, adjustments=read.adjustments,
        )  # fmt: skip
    except Exception as error:  # noqa: BLE001 – whatever broke, "could not check" must reach a person
        return Screened(None, failure=type(error).__name__)
    unresolved = tuple(line.as_dict() for line in screening.unresolved)
    return Screened(screening, given.exposures, given.rows, given.context, unresolved, courses=given.courses)
