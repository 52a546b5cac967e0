"""Which flags keep a prescription waiting. Reads only."""

from monitoring.regimens.models import InteractionFlag, Prescription
from monitoring.regimens.rules import holds_prescription


def holding_flags(prescription: Prescription) -> list[InteractionFlag]:
    """The unanswered flags that this prescription takes part in, or opened, and must wait for."""
    flags = prescription.flags.unanswered()
    return [flag for flag in flags if holds_prescription(flag.code)]
