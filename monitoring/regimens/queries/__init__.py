"""What is asked of a regimen's tables. Import these names from here."""

from monitoring.regimens.queries.answers import Answer, AnswerPage, Weighed, answer_page
from monitoring.regimens.queries.asking import (
    Asked,
    DoseScreening,
    Kept,
    compare_with_flags,
    kept_on,
    matched,
    screening_with_dose,
    standing_answer,
    why_again,
)
from monitoring.regimens.queries.cards import Card, card_of_asked, dose_words, taken_words
from monitoring.regimens.queries.courses import with_plans
from monitoring.regimens.queries.doses import cuts_baclofen_abruptly, daily_mg, dose_of, dose_on, period_on
from monitoring.regimens.queries.due import due_regimen_ids, is_check_due, next_check_day
from monitoring.regimens.queries.flags import holding_flags
from monitoring.regimens.queries.loading import load_regimens
from monitoring.regimens.queries.pages import FlagCard, FlagsPanel, Line, Regimen, flag_card, flags_panel, regimen_of
from monitoring.regimens.queries.proposing import ProposedScreening, screen_proposed
from monitoring.regimens.queries.screening import (
    Proposed,
    RegimenInput,
    Screened,
    Understood,
    context_mark,
    context_of,
    exposures_for,
    screen_patient,
    understand,
)
from monitoring.regimens.queries.standing import facts_to_keep, promises_of, shown_of

__all__ = [
    "Answer",
    "AnswerPage",
    "Asked",
    "Card",
    "DoseScreening",
    "FlagCard",
    "FlagsPanel",
    "Kept",
    "Line",
    "Proposed",
    "ProposedScreening",
    "Regimen",
    "RegimenInput",
    "Screened",
    "Understood",
    "Weighed",
    "answer_page",
    "card_of_asked",
    "compare_with_flags",
    "context_mark",
    "context_of",
    "cuts_baclofen_abruptly",
    "daily_mg",
    "dose_of",
    "dose_on",
    "dose_words",
    "due_regimen_ids",
    "exposures_for",
    "facts_to_keep",
    "flag_card",
    "flags_panel",
    "holding_flags",
    "is_check_due",
    "kept_on",
    "load_regimens",
    "matched",
    "next_check_day",
    "period_on",
    "promises_of",
    "regimen_of",
    "screen_patient",
    "screen_proposed",
    "screening_with_dose",
    "shown_of",
    "standing_answer",
    "taken_words",
    "understand",
    "why_again",
    "with_plans",
]
