"""What the checker's code asks a release for; a release that cannot answer does not load.

A rule, number or factor that came with a later release is listed in ``ADDED`` with that release: code
that asks for it must do without when an older release is in force.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Rules decided in interactions/checking/rules, and the numbers each compares with.
RULE_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "H01": ("qtc_major_ms", "qtc_moderate_ms", "qtc_rise_ms"),
        "H02": (),
        "H03": (),
        "N01": (),
        "N02": (),
        "N03": (),
        "R01": (),
        "R02": (),
        "R03": (),
        "R04": (),
        "R05": (),
        "R06": ("partners_major",),
        "R07": (),
        "R08": ("amitriptyline_mg_day_major", "older_from"),
        "R09": (),
        "R10": (),
        "R11": ("older_from", "partner_score", "total_score"),
        "R12": ("antihypertensives_moderate",),
        "R13": (),
        "R14": (),
        "R15": (),
        "R16": ("egfr_reduced_below", "egfr_severe_below", "older_from", "baclofen_mg_day_major"),
        "R17": ("weeks_of_use", "watch_days", "taper_days", "taper_last_mg_day", "cut_mg_day", "ahead_days"),
        "R18": ("watch_days",),
        "R19": (),
        "R20": (),
        "R21": ("older_from", "cns_active_drugs"),
        "R22": (),
        "R23": (),
        "R24": (),
        "R25": ("baclofen_from", "amitriptyline_from", "amitriptyline_never_below"),
        "R26": (),
        "R27": (),
        "R28": (),
        "R29": (),
    }
)

# Factors, the words in braces that the code fills in, and the numbers it compares with.
FACTOR_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "acb_total": ("total", "scores"),
        "age_65_cyp": ("age",),
        "age_65_or_older": ("age",),
        "alcohol_amount_unknown": (),
        "alcohol_occasional": (),
        "alcohol_regular": (),
        "allergy": ("condition",),
        "amitriptyline_ge_75": ("dose",),
        "anticholinergic_risk": ("conditions",),
        "benzodiazepine_z_drug_barbiturate": ("medicines",),
        "both_local": ("kidney",),
        "bupropion": (),
        "candidates": ("entered", "medicines"),
        "check_in_alarming": ("level",),
        "ckd_stage_unknown": (),
        "cns_active_three_age_65": ("age", "count", "medicines"),
        "communication_difficulty": (),
        "condition_contraindicated": ("condition",),
        "condition_major": ("condition",),
        "condition_minor": ("condition",),
        "condition_moderate": ("condition",),
        "cord_injury_high": (),
        "cut_in_half": ("before", "after", "day"),
        "documented_transition": (),
        "dose_limit": ("medicine", "dose", "limit"),
        "egfr_30_59": ("kidney",),
        "egfr_30_59_age_65": ("kidney", "age"),
        "egfr_30_59_baclofen_ge_20": ("kidney", "dose"),
        "egfr_below_30_or_dialysis": ("kidney",),
        "ended_without_taper": ("end", "use", "dose"),
        "ends_soon_without_taper": ("end",),
        "epilepsy": (),
        "expanded": ("entered", "medicines"),
        "fall_age_65": ("age", "fall"),
        "gabapentinoid_with_risk": ("medicines", "risk"),
        "heart_at_risk": ("heart",),
        "high_dose_withdrawal": (),
        "intrathecal": (),
        "local_baclofen_only": (),
        "local_not_lowered": ("why",),
        "missed_doses_reported": (),
        "muscle_relaxant_age_65": ("age", "medicines"),
        "nsaid_with_baclofen": ("medicines",),
        "older_with_anticholinergic_risk": ("age", "conditions"),
        "one_local_route": ("medicine", "route", "kidney"),
        "opioid": ("medicines",),
        "orthostatic_partners": ("medicines",),
        "pregnancy_state": ("condition",),
        "previous_withdrawal": (),
        "pump_event": ("event", "day"),
        "qt_or_heart_risk": ("heart",),
        "qtc_long": ("qtc",),
        "respiratory_disease": ("conditions",),
        "sedative_reported": (),
        "self_harm": ("what",),
        "serotonergic_two_or_more": ("count", "medicines"),
        "stable_low_dose": (),
        "symptom_reason": ("reason",),
        "tramadol": (),
        "unit_mix_up": ("entered", "unit", "route"),
        "washout_running": ("medicine", "end", "until"),
        "young": ("age", "medicine", "from_age"),
    }
)
FACTOR_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "age_65_cyp": ("age",),
        "age_65_or_older": ("age",),
        "amitriptyline_ge_75": ("mg_day",),
        "cns_active_three_age_65": ("drugs", "age"),
        "egfr_30_59_age_65": ("egfr", "age"),
        "egfr_30_59_baclofen_ge_20": ("egfr", "baclofen_mg_day"),
        "egfr_below_30_or_dialysis": ("egfr",),
        "fall_age_65": ("age", "fall_days"),
        "muscle_relaxant_age_65": ("age",),
        "older_with_anticholinergic_risk": ("age",),
        "stable_low_dose": ("weeks", "amitriptyline_mg_day", "baclofen_mg_day"),
    }
)

# "R30", "R21.some_number", "some_factor": the first release that has it, where that is not the first of all.
ADDED: Final[Mapping[str, str]] = MappingProxyType({"R11.total_score": "2026.11.2"})

# From this release on every factor has a name to show where no patient fills in its sentence.
FACTORS_NAMED_SINCE: Final = "2026.11.2"

# These say what could not be read or what was reported, so no release may silence them.
NEVER_WITHDRAWN: Final = frozenset({"AMBIGUOUS", "EXPAND", "SYMPTOM", "UNIT_ERROR"})
