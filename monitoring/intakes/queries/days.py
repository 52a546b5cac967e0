"""What is to be taken on a day, dose by dose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from interactions.medicines import Dose
from interactions.medicines.dose import usual_times
from monitoring.intakes.dosage import amount_words, at_words, short_words
from monitoring.intakes.rules import BACLOFEN, Medicine
from monitoring.people.models import Patient
from monitoring.regimens.models import DosePeriod, DosePeriodSource, Prescription, PrescriptionState
from monitoring.regimens.queries import dose_of, period_on

BY_MOUTH: Final = "oral"
PUMP: Final = "intrathecal"


class How(StrEnum):
    """How a medicine is told to its patient. An amount is told only for what is swallowed and was understood."""

    REGULAR = "regular"  # the same doses on each day, told one by one
    SOME_DAYS = "some_days"  # every so many days
    AS_NEEDED = "as_needed"
    EACH_DOSE = "each_dose"  # the amount is known, how often is not
    PUMP = "pump"
    USE_LABEL = "use_label"  # not by mouth, or not understood: never “taken”
    TAKE_LABEL = "take_label"  # by mouth, but the dose is not known: the label has it


@dataclass(frozen=True, slots=True)
class Slot:
    """One dose of a day; `number` counts from 1 and `of` is how many there are."""

    number: int
    of: int
    at: str
    amount: Decimal
    unit: str

    @property
    def amount_words(self) -> str:
        return amount_words(self.amount, self.unit)

    @property
    def when_words(self) -> str:
        return at_words(self.at, self.number, self.of)

    @property
    def short_words(self) -> str:
        return short_words(self.at, self.number, self.of)


@dataclass(frozen=True, slots=True)
class Taking:
    """How one medicine is taken on a day; `slots` are empty unless it is taken at the same doses on each day."""

    how: How
    slots: tuple[Slot, ...] = ()
    dose: Dose | None = None

    @property
    def total(self) -> Decimal | None:
        """The whole day's amount; None where it is not told."""
        return sum((slot.amount for slot in self.slots), Decimal(0)) if self.slots else None

    @property
    def total_words(self) -> str:
        return amount_words(self.total, self.slots[0].unit) if self.total is not None else ""

    @property
    def each_words(self) -> str:
        """What is taken each time, for a dose that is not told slot by slot."""
        if self.dose is None:
            return ""
        amounts = dict.fromkeys(self.dose.amounts)
        return " / ".join(amount_words(amount, self.dose.unit) for amount in amounts)

    @property
    def times(self) -> int:
        return len(self.dose.amounts) if self.dose is not None else 0

    @property
    def every_days(self) -> Decimal:
        return self.dose.interval_days if self.dose is not None else Decimal(1)


@dataclass(frozen=True, slots=True)
class MedicineDay:
    """A medicine on a day; `changed` says that its dose is another than on the day before."""

    prescription: Prescription
    taking: Taking
    changed: bool = False

    @property
    def is_baclofen(self) -> bool:
        return BACLOFEN in self.prescription.ingredients

    @property
    def can_be_missed(self) -> bool:
        return self.taking.how not in {How.AS_NEEDED, How.PUMP}


def taking_of(prescription: Prescription, dose: Dose | None) -> Taking:
    """How a medicine is told at `dose`; what goes on the skin or into the spine is never “taken”."""
    if prescription.route == PUMP:
        return Taking(How.PUMP)
    if prescription.route != BY_MOUTH or not prescription.ingredients or prescription.not_understood:
        return Taking(How.USE_LABEL)
    if dose is None:
        return Taking(How.TAKE_LABEL)
    if not dose.frequency_known:
        return Taking(How.EACH_DOSE, dose=dose)
    if dose.as_needed:
        return Taking(How.AS_NEEDED, dose=dose)
    if dose.interval_days != 1:
        return Taking(How.SOME_DAYS, dose=dose)
    return Taking(How.REGULAR, _slots(dose), dose)


def _slots(dose: Dose) -> tuple[Slot, ...]:
    count = len(dose.amounts)
    times = dose.times or usual_times(count) or ("",) * count
    return tuple(
        Slot(number, count, at, amount, dose.unit)
        for number, (at, amount) in enumerate(zip(times, dose.amounts, strict=True), start=1)
    )


def taken_rows_of(patient: Patient) -> list[Prescription]:
    """Every prescription of the patient that was or is taken, with its doses; those of baclofen first."""
    rows = Prescription.objects.filter(patient=patient).taken().prefetch_related("dose_periods")
    return sorted(rows, key=lambda row: (BACLOFEN not in row.ingredients, row.label.lower()))


def is_taken_on(row: Prescription, day: date) -> bool:
    """Whether its course holds that day; one that was stopped without a last day is not taken any more."""
    if row.state == PrescriptionState.STOPPED and row.ends_on is None:
        return False
    return (row.starts_on is None or row.starts_on <= day) and (row.ends_on is None or day <= row.ends_on)


def medicines_on(patient: Patient, day: date, rows: Iterable[Prescription] | None = None) -> list[MedicineDay]:
    """What the patient takes on `day`, in the order of the page; `rows` when they were read before."""
    rows = taken_rows_of(patient) if rows is None else rows
    return [_on(row, day) for row in rows if is_taken_on(row, day)]


def medicine_on(patient: Patient, key: UUID, day: date) -> MedicineDay | None:
    """One medicine of the patient on that day; None when it is not theirs, or was not taken then."""
    return next((each for each in medicines_on(patient, day) if each.prescription.pk == key), None)


def _on(row: Prescription, day: date) -> MedicineDay:
    periods = list(row.dose_periods.all())
    period = period_on(periods, day)
    return MedicineDay(row, taking_of(row, dose_of(period)), changed=_changed_on(periods, period, day))


def _changed_on(periods: list[DosePeriod], period: DosePeriod | None, day: date) -> bool:
    """Whether another dose than before begins on that day; that a medicine begins is said elsewhere."""
    if period is None or period.starts_on != day or period.source == DosePeriodSource.PRESCRIBED:
        return False
    before = [each for each in periods if each.pk != period.pk and each.covers(day - timedelta(days=1))]
    return not before or dose_of(before[0]) != dose_of(period)


def judged_as(medicine: MedicineDay) -> Medicine:
    """What the rules need to know of it."""
    return Medicine(tuple(medicine.prescription.ingredients), len(medicine.taking.slots))
