"""What the reports ask of the tables. Import these names from here."""

from monitoring.reports.queries.after import followed, happened_after
from monitoring.reports.queries.figures import figures_for
from monitoring.reports.queries.handover import Handover, handover
from monitoring.reports.queries.rows import Told, patients_told_of, told_in, told_of_cards, visible_answers

__all__ = [
    "Handover",
    "Told",
    "figures_for",
    "followed",
    "handover",
    "happened_after",
    "patients_told_of",
    "told_in",
    "told_of_cards",
    "visible_answers",
]
