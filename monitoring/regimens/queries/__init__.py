"""What is asked of a regimen's tables. Import these names from here."""

from monitoring.regimens.queries.cards import Card, card_of_asked, dose_words, taken_words
from monitoring.regimens.queries.doses import daily_mg, dose_of, dose_on, period_on
from monitoring.regimens.queries.due import due_regimen_ids, is_check_due, next_check_day
from monitoring.regimens.queries.flags import holding_flags
from monitoring.regimens.queries.pages import FlagCard, FlagsPanel, Line, Regimen, flag_card, flags_panel, regimen_of
from monitoring.regimens.queries.proposing import ProposedScreening, screen_proposed
from monitoring.regimens.queries.screening import (
    Asked,
    DoseScreening,
    Proposed,
    RegimenInput,
    Screened,
    Understood,
    compare_with_flags,
    context_mark,
    context_of,
    exposures_for,
    screen_patient,
    screening_with_dose,
    understand,
)

__all__ = [
    "Asked",
    "Card",
    "DoseScreening",
    "FlagCard",
    "FlagsPanel",
    "Line",
    "Proposed",
    "ProposedScreening",
    "Regimen",
    "RegimenInput",
    "Screened",
    "Understood",
    "card_of_asked",
    "compare_with_flags",
    "context_mark",
    "context_of",
    "daily_mg",
    "dose_of",
    "dose_on",
    "dose_words",
    "due_regimen_ids",
    "exposures_for",
    "flag_card",
    "flags_panel",
    "holding_flags",
    "is_check_due",
    "next_check_day",
    "period_on",
    "regimen_of",
    "screen_patient",
    "screen_proposed",
    "screening_with_dose",
    "taken_words",
    "understand",
]
