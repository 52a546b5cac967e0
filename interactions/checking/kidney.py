"""What is known of the kidneys, from a measured eGFR, dialysis and the recorded stage of disease."""

from decimal import Decimal
from typing import Final, NamedTuple

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


class Kidney(NamedTuple):
    """The eGFR lies between ``low`` and ``high`` (mL/min/1.73 m²); both None when nothing is known.

    ``measured``, ``stage`` and ``dialysis`` are what that was read from. ``stage_unknown`` marks kidney disease
    recorded without a stage or a measurement. ``unsteady`` marks acute injury, when a measured eGFR says too much.
    """

    low: Decimal | None
    high: Decimal | None
    measured: Decimal | None = None
    stage: str | None = None
    dialysis: bool = False
    stage_unknown: bool = False
    unsteady: bool = False

    @property
    def words(self) -> str:
        """What is known, in words: "eGFR 48 mL/min/1.73 m²"."""
        words = [] if self.measured is None else [f"eGFR {format_amount(self.measured)} {_UNIT}"]
        if self.dialysis:
            return ", ".join(["On dialysis", *words])
        if self.stage is not None:
            words.append(f"chronic kidney disease stage {self.stage.removeprefix('ckd_')} recorded")
        text = ", ".join(words) or "kidney function not known"
        return text if self.measured is not None or self.stage is None else text[0].upper() + text[1:]

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
    measured, conditions = context.egfr, context.conditions
    if not conditions:
        return Kidney(measured, measured, measured)
    unsteady = "acute_kidney_injury" in conditions
    if "dialysis" in conditions:
        return Kidney(*_DIALYSIS, measured, dialysis=True, unsteady=unsteady)
    stage = next((code for code in _STAGES if code in conditions), None)
    if stage is None:
        return Kidney(
            measured, measured, measured, stage_unknown=measured is None and "ckd" in conditions, unsteady=unsteady
        )
    low, high = _STAGES[stage]
    if measured is not None:
        low, high = min(low, measured), min(high, measured)
    return Kidney(low, high, measured, stage, unsteady=unsteady)
