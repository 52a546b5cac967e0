"""The coded reasons with which each interaction can be answered. Judgement throughout, for a pharmacist to review."""

from collections.abc import Mapping
from typing import Final

# Likeliest first. What no careful person would write for a hazard is not offered for it: nobody has
# “tolerated” a contraindicated pair, and an opioid beside sedatives asks for naloxone instead.
_REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    "PAIR_CNS": ("will_monitor", "dose_adjusted", "tolerated", "local_product", "specialist", "not_applicable"),
    "TCA_CLASS": ("will_monitor", "dose_adjusted", "tolerated", "local_product", "specialist", "not_applicable"),
    "LOCAL": ("local_product", "tolerated", "will_monitor", "not_applicable"),
    "CNS_STACK": ("will_monitor", "dose_adjusted", "short_course", "tolerated", "specialist", "not_applicable"),
    "OPIOID_STACK": (
        "will_monitor", "dose_adjusted", "rescue_at_hand", "short_course", "specialist", "not_applicable",
    ),
    "ALCOHOL": ("advised", "will_monitor", "dose_adjusted", "no_alternative", "not_applicable"),
    "MAOI": ("specialist", "washout_kept", "will_monitor", "short_course", "not_applicable"),
    "SEROTONERGIC_MAOI_LIKE": ("specialist", "will_monitor", "short_course", "washout_kept", "not_applicable"),
    "SEROTONERGIC": ("will_monitor", "tolerated", "dose_adjusted", "specialist", "advised", "not_applicable"),
    "CYP2D6": ("dose_adjusted", "level_known", "will_monitor", "tolerated", "short_course", "not_applicable"),
    "QT": ("ecg_acceptable", "will_monitor", "dose_adjusted", "short_course", "specialist", "not_applicable"),
    "ANTICHOL": ("already_treated", "will_monitor", "dose_adjusted", "no_alternative", "tolerated", "not_applicable"),
    "ORTHO": ("pressure_checked", "will_monitor", "dose_adjusted", "tolerated", "not_applicable"),
    "RENAL": ("dose_adjusted", "kidneys_followed", "will_monitor", "specialist", "not_applicable"),
    "DUPLICATE": ("planned_switch", "dose_adjusted", "confirmed", "will_monitor", "not_applicable"),
    "DOSE": ("confirmed", "specialist", "tolerated", "will_monitor", "not_applicable"),
    "WITHDRAWAL": ("taper_arranged", "will_monitor", "seen", "specialist", "not_applicable"),
    "SEIZURE": ("specialist", "no_alternative", "dose_adjusted", "will_monitor", "not_applicable"),
    "AGE": ("no_alternative", "dose_adjusted", "tolerated", "specialist", "will_monitor", "not_applicable"),
    "PREG": ("specialist", "shared_decision", "no_alternative", "will_monitor", "not_applicable"),
    "SYMPTOM": ("seen", "will_monitor", "dose_adjusted", "taper_arranged", "not_applicable"),
    "OTHER": ("will_monitor", "dose_adjusted", "no_alternative", "tolerated", "specialist", "not_applicable"),
    "EXPAND": ("confirmed", "dose_adjusted", "will_monitor", "not_applicable"),
    "AMBIGUOUS": ("confirmed", "checked_by_hand", "specialist", "not_applicable"),
    "UNIT_ERROR": ("confirmed", "dose_adjusted", "specialist", "not_applicable"),
}  # fmt: skip


def reasons_for(code: str) -> tuple[str, ...]:
    """The four to six coded reasons that make sense for a finding of this code, likeliest first.

    A code that is not listed (a later release may bring one) takes those of OTHER.
    """
    return _REASONS.get(code, _REASONS["OTHER"])


def listed_codes() -> frozenset[str]:
    """The finding codes whose reasons were chosen for them."""
    return frozenset(_REASONS)
