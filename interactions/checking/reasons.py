"""The coded reasons for going on in spite of a finding: what each says, and which make sense for which finding.

Judgement throughout, for a pharmacist to review. Pure data, so that a record asked at the hook door and the pages of
this service offer the same ones.
"""

from collections.abc import Mapping
from typing import Final

SYSTEM: Final = "urn:evenkeel:override-reason"

DISPLAYS: Final[Mapping[str, str]] = {
    "will_monitor": "Benefit outweighs risk; I will monitor",
    "tolerated": "Has taken both before without harm",
    "dose_adjusted": "Dose adjusted for the risk",
    "local_product": "Local product with low blood level",
    "short_course": "Short course, under supervision",
    "specialist": "Specialist advised this combination",
    "planned_switch": "Two strengths of one dose, or a planned switch",
    "taper_arranged": "Taper or restart is arranged",
    "rescue_at_hand": "Naloxone at hand, and somebody is taught to use it",
    "washout_kept": "Washout is kept; both dates are checked",
    "ecg_acceptable": "ECG seen, QTc acceptable",
    "level_known": "Drug level or genotype is known",
    "pressure_checked": "Standing blood pressure is acceptable",
    "kidneys_followed": "Kidney function is checked and the dose fits it",
    "already_treated": "Bowel, bladder and thinking are looked after",
    "advised": "Patient is advised and agrees to limits",
    "no_alternative": "Alternatives failed or do not suit",
    "shared_decision": "Risks discussed; the patient decided",
    "confirmed": "Confirmed with the package or the prescriber",
    "checked_by_hand": "Checked by hand in another source",
    "seen": "Seen or spoken to about it",
    "not_applicable": "Does not apply to this patient",
}

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
