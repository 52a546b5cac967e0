"""What each number of a rule or factor means, in words with its unit: the one list of them.

The loader refuses a number that has no words here, so that no page shows a bare code.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# "R17.watch_days" or "stable_low_dose.baclofen_mg_day" where one owner means something of its own.
NUMBER_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "age": "from {} years of age",
        "ahead_days": "an end is seen {} days ahead",
        "amitriptyline_from": "amitriptyline: from {} years of age",
        "amitriptyline_mg_day_major": "major from {} mg of the tricyclic a day",
        "amitriptyline_never_below": "amitriptyline: never below {} years of age",
        "antihypertensives_moderate": "moderate from {} medicines that lower blood pressure",
        "baclofen_from": "baclofen by mouth: from {} years of age",
        "baclofen_mg_day": "from {} mg of baclofen a day",
        "baclofen_mg_day_major": "major from {} mg of baclofen a day",
        "cns_active_drugs": "from {} CNS-active medicines",
        "cut_mg_day": "a cut of more than {} mg a day, where it halves the dose",
        "drugs": "from {} CNS-active medicines",
        "egfr": "eGFR below {} mL/min/1.73 m²",
        "egfr_reduced_below": "reduced kidney function: eGFR below {} mL/min/1.73 m²",
        "egfr_severe_below": "severely reduced: eGFR below {} mL/min/1.73 m²",
        "fall_days": "a fall in the last {} days",
        "mg_day": "from {} mg of the tricyclic a day",
        "older_from": "older person: from {} years of age",
        "partner_score": "the partner scores {} or more",
        "partners_major": "major from {} partners",
        "qtc_major_ms": "major from a QTc of {} ms",
        "qtc_moderate_ms": "moderate from a QTc of {} ms",
        "qtc_rise_ms": "major from a rise of the QTc by {} ms",
        "R17.watch_days": "watched for {} days after an end or a cut",
        "R18.watch_days": "watched for {} days after an event at the pump",
        "stable_low_dose.amitriptyline_mg_day": "at most {} mg of amitriptyline a day",
        "stable_low_dose.baclofen_mg_day": "at most {} mg of baclofen a day",
        "taper_days": "a taper lasts {} days at least",
        "taper_last_mg_day": "a taper ends at {} mg a day or less",
        "total_score": "scores that add to {} or more",
        "weeks": "unchanged for {} weeks",
        "weeks_of_use": "after {} weeks of use",
    }
)


def words_of_number(owner: str, name: str) -> str | None:
    """What a number of a rule or factor means, with {} where it stands; None when nobody has said."""
    return NUMBER_WORDS.get(f"{owner}.{name}") or NUMBER_WORDS.get(name)
