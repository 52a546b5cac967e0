"""What is known of the kidneys, from a measured eGFR, dialysis and the recorded stage of disease."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from interactions.checking.exposure import PatientContext
from interactions.medicines.dose import format_amount

REDUCED_BELOW: Final = Decimal(60)
SEVERE_BELOW: Final = Decimal(30)
_UNIT: Final = "mL/min/1.73 m²"
_DIALYSIS: Final = (Decimal(0), Decimal(14))
# Whole-number bounds of the stages: an eGFR is reported as a whole number.
_STAGES: Final[dict[str, tuple[Decimal, Decimal]]] = {
    "ckd_5": (Decimal(0), Decimal(14)),
    "ckd_4": (Decimal(15), Decimal(29)),
    "ckd_3b": (Decimal(30), Decimal(44)),
    "ckd_3a": (Decimal(45), Decimal(59)),
    "ckd_3": (Decimal(30), Decimal(59)),
    "ckd_2": (Decimal(60), Decimal(89)),
}


@dataclass(frozen=True, slots=True)
class Kidney:
    """The eGFR lies between ``low`` and ``high`` (mL/min/1.73 m²); both None when nothing is known.

    ``stage_unknown`` marks kidney disease recorded without a stage or a measurement. ``unsteady`` marks
    acute injury, when a measured eGFR says too much.
    """

    low: Decimal | None
    high: Decimal | None
    words: str
    stage_unknown: bool = False
    unsteady: bool = False

    def __str__(self) -> str:
        """What is known, in words."""
        return self.words

    @property
    def known(self) -> bool:
        """Whether a band can be told at all."""
        return self.high is not None

    @property
    def severe(self) -> bool:
        """Known to be below 30, or on dialysis (U6)."""
        return self.high is not None and self.high < SEVERE_BELOW

    @property
    def reduced(self) -> bool:
        """Known to be below 60."""
        return self.high is not None and self.high < REDUCED_BELOW

    @property
    def adequate(self) -> bool:
        """Known to be 60 or more and steady: what a downgrade needs (D1)."""
        return self.low is not None and self.low >= REDUCED_BELOW and not self.unsteady


def kidney_of(context: PatientContext) -> Kidney:
    """The worst that eGFR, dialysis and recorded stage say together, since unknown or old never reassures."""
    measured = context.egfr
    unsteady = "acute_kidney_injury" in context.conditions
    words = [] if measured is None else [f"eGFR {format_amount(measured)} {_UNIT}"]
    if "dialysis" in context.conditions:
        return Kidney(*_DIALYSIS, ", ".join(["On dialysis", *words]), unsteady=unsteady)
    stage = next((code for code in _STAGES if code in context.conditions), None)
    if stage is not None:
        low, high = _STAGES[stage]
        words.append(f"chronic kidney disease stage {stage.removeprefix('ckd_')} recorded")
        if measured is not None:
            low, high = min(low, measured), min(high, measured)
        return Kidney(low, high, _sentence(words), unsteady=unsteady)
    if measured is not None:
        return Kidney(measured, measured, _sentence(words), unsteady=unsteady)
    return Kidney(None, None, "kidney function not known", stage_unknown="ckd" in context.conditions, unsteady=unsteady)


def _sentence(words: list[str]) -> str:
    text = ", ".join(words)
    return text if text.startswith("eGFR") else text[0].upper() + text[1:]
