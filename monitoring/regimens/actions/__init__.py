"""Every way a regimen can change. Import these names from here."""

from monitoring.regimens.actions.answering import Answer, acknowledge_flag, prescribe_and_answer, withdraw_answer
from monitoring.regimens.actions.changing import change_dose, stop_prescription
from monitoring.regimens.actions.context import change_patient_context
from monitoring.regimens.actions.errors import (
    NeedsConfirmation,
    NeedsManualCheck,
    NeedsTaper,
    RegimenConflict,
    RegimenError,
)
from monitoring.regimens.actions.prescribing import (
    cancel_prescription,
    confirm_prescription,
    import_prescription,
    prescribe,
)
from monitoring.regimens.actions.recheck import (
    lock_patient,
    note_broken_check,
    recheck_due_regimen,
    recheck_regimen,
)
from monitoring.regimens.actions.signing import cover_by_plan, end_cover
from monitoring.regimens.actions.stepping import finish_taper, take_up_dose

__all__ = [
    "Answer",
    "NeedsConfirmation",
    "NeedsManualCheck",
    "NeedsTaper",
    "RegimenConflict",
    "RegimenError",
    "acknowledge_flag",
    "cancel_prescription",
    "change_dose",
    "change_patient_context",
    "confirm_prescription",
    "cover_by_plan",
    "end_cover",
    "finish_taper",
    "import_prescription",
    "lock_patient",
    "note_broken_check",
    "prescribe",
    "prescribe_and_answer",
    "recheck_due_regimen",
    "recheck_regimen",
    "stop_prescription",
    "take_up_dose",
    "withdraw_answer",
]
