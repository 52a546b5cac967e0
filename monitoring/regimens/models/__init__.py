"""A patient's medicines over time, the interactions kept on them, and the answers to these. Import from here."""

from monitoring.regimens.models.checks import RegimenCheck, RegimenIngredient
from monitoring.regimens.models.flags import (
    FlagQuerySet,
    FlagStatus,
    InteractionFlag,
    Override,
    OverrideReason,
    Question,
    QuestionOutcome,
    WithdrawalReason,
)
from monitoring.regimens.models.medicines import (
    CancelReason,
    DosePeriod,
    DosePeriodSource,
    Prescription,
    PrescriptionQuerySet,
    PrescriptionState,
    StopReason,
)

__all__ = [
    "CancelReason",
    "DosePeriod",
    "DosePeriodSource",
    "FlagQuerySet",
    "FlagStatus",
    "InteractionFlag",
    "Override",
    "OverrideReason",
    "Prescription",
    "PrescriptionQuerySet",
    "PrescriptionState",
    "Question",
    "QuestionOutcome",
    "RegimenCheck",
    "RegimenIngredient",
    "StopReason",
    "WithdrawalReason",
]
