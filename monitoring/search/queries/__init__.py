"""What finding asks of the tables. Import these names from here."""

from monitoring.search.queries.kept import saved_filters
from monitoring.search.queries.lists import Lately, PatientFilters, Show, lately_of, patients_for, received_today
from monitoring.search.queries.people import found, known_as, recent_patients

__all__ = [
    "Lately",
    "PatientFilters",
    "Show",
    "found",
    "known_as",
    "lately_of",
    "patients_for",
    "received_today",
    "recent_patients",
    "saved_filters",
]
