"""A patient's regimen beside what it would be after some changes. Reads only; nothing is stored."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from interactions.checking import Exposure, PatientContext, Unresolved
from interactions.checking.what_if import Add, Change, Comparison, Drop, Line, Option, Replace, compare
from interactions.checking.wishes import Given, Kind, Read, ReadOption, Wish
from interactions.medicines import Strength
from monitoring.adjustments.queries import adjustments_of
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries.doses import BACLOFEN, baclofen_was_tapered
from monitoring.regimens.queries.screening import Proposed, exposures_for


@dataclass(frozen=True, slots=True)
class Taken:
    """A regimen as it is stored, seen from a day.

    `given` holds a line for each of `rows`, in their order, and last one that carries whatever of the regimen
    could not be told: it stays in every comparison.
    """

    patient: Patient
    on: date
    rows: tuple[Prescription, ...]
    given: tuple[Given, ...]
    context: PatientContext

    def place_of(self, pk: UUID) -> int | None:
        """The place of a prescription among the lines; None when it is none of this regimen's."""
        return next((place for place, row in enumerate(self.rows) if row.pk == pk), None)


def taken_by(patient: Patient, on: date) -> Taken:
    """The lines that a check of this patient on `on` would look at."""
    rows = tuple(Prescription.objects.filter(patient=patient).current().prefetch_related("dose_periods"))
    stored = exposures_for(patient, on)
    lines: dict[UUID, list[Exposure]] = {row.pk: [] for row in rows}
    for pk, exposure in zip(stored.rows, stored.exposures, strict=True):
        if pk is not None:
            lines[pk].append(exposure)
    given = [
        Given(
            line=Line(name=row.label, exposures=tuple(lines[row.pk])),
            ingredients=tuple(row.ingredients),
            strengths=tuple(_strength(each) for each in row.strengths),
        )
        for row in rows
    ]
    not_told = Given(line=Line(name="not understood", unresolved=stored.unresolved), ingredients=())
    return Taken(patient, on, rows, (*given, not_told), stored.context)


def _strength(held: Mapping[str, str | None]) -> Strength:
    amount, per = held["amount"], held["per"]
    return Strength(
        ingredient=str(held["ingredient"]),
        amount=None if amount is None else Decimal(amount),
        unit=str(held["unit"]),
        per=None if per is None else Decimal(per),
        per_unit=held["per_unit"],
    )


def added(taken: Taken, proposed: Proposed) -> Read:
    """A medicine of the prescribing pages as the change that adds it."""
    stored = exposures_for(taken.patient, taken.on, proposed=proposed)
    own = tuple(each for pk, each in zip(stored.rows, stored.exposures, strict=True) if pk is None)
    before = list(taken.given[-1].line.unresolved)
    unresolved = tuple(line for line in stored.unresolved if not _taken_out(before, line))
    line = Line(name=proposed.understood.entered, exposures=own, unresolved=unresolved)
    return Read(change=Add(new=line))


def _taken_out(lines: list[Unresolved], line: Unresolved) -> bool:
    if line in lines:
        lines.remove(line)
        return True
    return False


def compare_with(taken: Taken, options: Iterable[ReadOption]) -> Comparison | None:
    """The regimen beside each option; None when the check itself broke, and nothing may be concluded."""
    try:
        return compare(
            [each.line for each in taken.given],
            taken.context,
            taken.on,
            [_with_context(taken, each.option) for each in options],
            adjustments=adjustments_of(taken.patient.clinic_id),
        )
    except Exception:  # noqa: BLE001 – whatever broke, "could not check" must reach a person
        return None


def _with_context(taken: Taken, option: Option) -> Option:
    """The option with what would be known of a baclofen taper once its changes are made."""
    return replace(option, context=replace(taken.context, baclofen_taper=_taper_after(taken, option.changes)))


def _taper_after(taken: Taken, changes: Sequence[Change]) -> bool | None:
    """Whether the latest baclofen course that has then ended was tapered.

    Of baclofen that goes on at another dose or by another route, nothing is known: it never was a taper.
    """
    ends: dict[UUID, date] = {}
    goes_on = False
    for change in changes:
        if isinstance(change, Add) or change.line >= len(taken.rows):
            continue
        row = taken.rows[change.line]
        if BACLOFEN not in row.ingredients:
            continue
        if isinstance(change, Drop | Replace):
            ends[row.pk] = change.from_day or taken.on
        else:
            goes_on = True
    known = taken.context.baclofen_taper
    if goes_on:
        return None if known else known
    if not ends:
        return known
    rows = [_ended(row, ends[row.pk]) if row.pk in ends else row for row in taken.rows]
    return baclofen_was_tapered([row for row in rows if row is not None], taken.on)


def _ended(row: Prescription, from_day: date) -> Prescription | None:
    """The prescription as a stop would leave it; None when it had not begun. The row itself stays as it is."""
    if row.starts_on is not None and row.starts_on >= from_day:
        return None
    ended = copy(row)
    ended.ends_on = from_day - timedelta(days=1)
    return ended


def typed_wish(taken: Taken, change: Mapping[str, Any]) -> Wish:
    """A change as the page keeps it: `kind`, `row`, `to`, and perhaps `route` and `from_day`."""
    kind, row, from_day = Kind(change["kind"]), change.get("row"), change.get("from_day")
    comes_in = kind in {Kind.REPLACE, Kind.ADD}
    return Wish(
        kind=kind,
        line=taken.place_of(UUID(row)) if row else None,
        to="" if comes_in else change["to"],
        entered=change["to"] if comes_in else "",
        route=change.get("route"),
        from_day=date.fromisoformat(from_day) if from_day else None,
    )
