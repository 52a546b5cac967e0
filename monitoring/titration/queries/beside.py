"""The other medicine of the pair, as it stands beside a plan."""

from collections.abc import Iterable
from datetime import date, timedelta

from monitoring.regimens.models import Prescription
from monitoring.titration.models import Direction, TitrationStep
from monitoring.titration.rules.beside import PAIR, OtherMedicine

# What is only on the skin hardly reaches the blood: its changes do not blur those of a tablet.
_LOCAL = frozenset({"topical", "transdermal"})


def others_of(prescription: Prescription, on: date) -> tuple[OtherMedicine, ...]:
    """The patient's prescriptions of the other medicine of the pair: their changes so far and to come."""
    partner = PAIR.get(prescription.ingredients[0] if prescription.ingredients else "")
    if partner is None:
        return ()
    rows = Prescription.objects.filter(patient=prescription.patient_id).current().exclude(pk=prescription.pk)
    return tuple(
        _other(row, partner, on)
        for row in rows.exclude(route__in=_LOCAL).prefetch_related("dose_periods")
        if partner in row.ingredients
    )


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
