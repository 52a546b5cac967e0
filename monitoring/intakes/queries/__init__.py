"""What is to be taken on a day, and what was said of it. Import these names from here."""

from monitoring.intakes.dosage import amount_words
from monitoring.intakes.queries.days import (
    How,
    MedicineDay,
    Slot,
    Taking,
    is_taken_on,
    judged_as,
    medicine_on,
    medicines_on,
    taken_rows_of,
    taking_of,
)
from monitoring.intakes.queries.reports import all_reports, missed_doses, reports_between, standing, team_looks_by

__all__ = [
    "How",
    "MedicineDay",
    "Slot",
    "Taking",
    "all_reports",
    "amount_words",
    "is_taken_on",
    "judged_as",
    "medicine_on",
    "medicines_on",
    "missed_doses",
    "reports_between",
    "standing",
    "taken_rows_of",
    "taking_of",
    "team_looks_by",
]
