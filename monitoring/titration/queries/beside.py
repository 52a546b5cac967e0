"""The other medicine of the pair, as it stands beside a plan."""

from collections.abc import Iterable
from datetime import date, timedelta

from monitoring.regimens.models import DosePeriodSource, Prescription, PrescriptionQuerySet
from monitoring.titration.models import Direction, TitrationPlan, TitrationStep
from monitoring.titration.rules.beside import BOTH_CHANGE, PAIR, OtherMedicine

# What is only on the skin hardly reaches the blood: its changes do not blur those of a tablet.
_LOCAL = frozenset({"topical", "transdermal"})


def others_of(prescription: Prescription, on: date) -> tuple[OtherMedicine, ...]:
    """The patient's prescriptions of the other medicine of the pair: their changes so far and to come."""
    partner = PAIR.get(prescription.ingredients[0] if prescription.ingredients else "")
    if partner is None:
        return ()
    return tuple(_other(row, partner, on) for row in _rows(prescription) if partner in row.ingredients)


def unexcused_change(step: TitrationStep, on: date) -> tuple[str, date] | None:
    """The last change of the other medicine recorded up to `on` for which no reason was written, with its name.

    Only what is recorded counts: of two steps due on one morning the first may be taken up. A reason covers this step
    when it was given for it, and a change that a later plan of the other medicine made when that was signed with one.
    """
    prescription = step.plan.prescription
    partner = PAIR.get(prescription.ingredients[0] if prescription.ingredients else "")
    if partner is None or _says_why(step.plan, step.number):
        return None
    days = [
        day
        for row in _rows(prescription).taken()
        if partner in row.ingredients
        for day in _recorded(row)
        if day <= on and not _made_with_a_reason(row, day)
    ]
    return (partner.capitalize(), max(days)) if days else None


def _rows(prescription: Prescription) -> PrescriptionQuerySet:
    """The patient's other medicines, but what is only on the skin."""
    rows = Prescription.objects.filter(patient=prescription.patient_id).current().exclude(pk=prescription.pk)
    return rows.exclude(route__in=_LOCAL).prefetch_related("dose_periods")


def _says_why(plan: TitrationPlan, number: int) -> bool:
    return any((each["rule"], each["step"]) == (BOTH_CHANGE, number) for each in plan.guard_exceptions)


def _made_with_a_reason(row: Prescription, day: date) -> bool:
    """Whether a step made the change of that day for which its plan was signed with a reason."""
    by_steps = (p for p in row.dose_periods.all() if p.starts_on == day and p.source == DosePeriodSource.STEP)
    steps = [period.source_id for period in by_steps if period.source_id is not None]
    taken = TitrationStep.objects.filter(pk__in=steps).select_related("plan") if steps else ()
    return any(_says_why(step.plan, step.number) for step in taken)


def _other(row: Prescription, partner: str, on: date) -> OtherMedicine:
    ahead = list(TitrationStep.objects.ahead().filter(plan__prescription=row).select_related("plan").order_by("number"))
    # A step on hold may be released any day from today on.
    planned = [max(step.due_on, on) for step in ahead]
    return OtherMedicine(partner.capitalize(), tuple(sorted({*_recorded(row), *planned})), _ending(row, ahead, planned))


def _recorded(row: Prescription) -> Iterable[date]:
    """Days on which the doses written down become others, the first day and the day after the last among them."""
    before: object = None
    for period in sorted(row.dose_periods.all(), key=lambda each: (each.starts_on or date.min, each.created_at)):
        dose = (period.amounts, period.unit, period.interval_days, period.frequency_known, period.as_needed)
        if period.starts_on is not None and dose != before:
            yield period.starts_on
        before = dose
    if row.ends_on is not None:
        yield row.ends_on + timedelta(days=1)


def _ending(row: Prescription, ahead: list[TitrationStep], planned: list[date]) -> tuple[date, date] | None:
    """The first step down and the day from which it is taken no more; None when it goes on."""
    if ahead and ahead[0].plan.direction == Direction.TAPER and not ahead[-1].amounts:
        return planned[0], planned[-1]
    if row.ends_on is not None:
        over = row.ends_on + timedelta(days=1)
        return over, over
    return None
