"""Who takes it: age, pregnancy, and conditions that ask for care: R25, R26, H02, H03."""

from collections.abc import Iterator, Mapping
from typing import Final

from interactions.checking.findings import Factor, Finding, Severity
from interactions.checking.index import AMITRIPTYLINE, BACLOFEN
from interactions.checking.regimen import Regimen
from interactions.checking.rules.cards import card, factor, labels, param, unknown
from interactions.checking.rules.modifiers import RESPIRATORY

_MATERNITY: Final = frozenset({"pregnancy", "breastfeeding", "pregnancy_planned"})
# On the pair's own card already, where they raise it; these cards name them for one medicine alone.
_PAIR_TELLS: Final = RESPIRATORY | {"epilepsy", "suicidal_ideation", "self_harm_history"}

_TRICYCLIC_CARE: Final[Mapping[str, Severity]] = {
    **dict.fromkeys(("recent_mi", "heart_block", "hepatic_severe", "amitriptyline_allergy"), Severity.CONTRAINDICATED),
    **dict.fromkeys(("arrhythmia", "coronary_disease", "suicidal_ideation", "self_harm_history"), Severity.MAJOR),
    **dict.fromkeys(
        (
            "bipolar",
            "bph",
            "cyp2c19_poor",
            "cyp2d6_poor",
            "delirium",
            "dementia",
            "epilepsy",
            "glaucoma",
            "glaucoma_closed",
            "heart_failure",
            "hepatic",
            "ileus",
            "orthostatic_hypotension",
            "porphyria",
            "syncope",
            "urinary_retention",
        ),
        Severity.MODERATE,
    ),
}
_BACLOFEN_CARE: Final[Mapping[str, Severity]] = {
    "baclofen_allergy": Severity.CONTRAINDICATED,
    **dict.fromkeys(
        (
            *sorted(RESPIRATORY),
            "delirium",
            "epilepsy",
            "parkinson",
            "peptic_ulcer",
            "psychosis",
            "self_harm_history",
            "stroke",
            "suicidal_ideation",
        ),
        Severity.MODERATE,
    ),
}
_WORDS: Final = {
    Severity.CONTRAINDICATED: "condition_contraindicated",
    Severity.MAJOR: "condition_major",
    Severity.MODERATE: "condition_moderate",
}


def age(regimen: Regimen) -> Iterator[Finding]:
    """R25: oral baclofen under 12 years, amitriptyline under 18: moderate; amitriptyline under 6 is
    contraindicated (S08, S19, S20)."""
    years = regimen.context.age
    if years is None:
        return
    young: list[tuple[str, int]] = []
    if regimen.swallowed_baclofen and years < param(regimen, "R25", "baclofen_from"):
        young.append((BACLOFEN, int(param(regimen, "R25", "baclofen_from"))))
    if AMITRIPTYLINE in regimen.systemic and years < param(regimen, "R25", "amitriptyline_from"):
        young.append((AMITRIPTYLINE, int(param(regimen, "R25", "amitriptyline_from"))))
    if not young:
        return
    keys = tuple(key for key, _ in young)
    infant = AMITRIPTYLINE in keys and years < param(regimen, "R25", "amitriptyline_never_below")
    yield card(
        regimen,
        "R25",
        keys,
        severity=Severity.CONTRAINDICATED if infant else Severity.MODERATE,
        factors=[
            factor(regimen, "young", age=years, medicine=regimen.name(key), from_age=f"{first} years")
            for key, first in young
        ],
    )


def maternity(regimen: Regimen) -> Iterator[Finding]:
    """R26: pregnancy, planned pregnancy or breastfeeding. Moderate, for information (S08, S20)."""
    states = sorted(regimen.context.conditions & _MATERNITY)
    targets = regimen.among("targets")
    if states and targets:
        factors = [
            factor(regimen, "pregnancy_state", condition=labels(regimen, [code]).capitalize()) for code in states
        ]
        yield card(regimen, "R26", targets, factors=factors)


def tricyclic_care(regimen: Regimen) -> Iterator[Finding]:
    """H02: conditions in which tricyclics are contraindicated or need care (S19, S13, S22)."""
    yield from _care(regimen, "H02", regimen.among("tca"), _TRICYCLIC_CARE)


def baclofen_care(regimen: Regimen) -> Iterator[Finding]:
    """H03: conditions in which baclofen needs care (S06, S09)."""
    yield from _care(regimen, "H03", regimen.among("baclofen"), _BACLOFEN_CARE)


def _care(regimen: Regimen, rule: str, keys: tuple[str, ...], table: Mapping[str, Severity]) -> Iterator[Finding]:
    told = _PAIR_TELLS if regimen.is_pair else frozenset[str]()
    codes = sorted((regimen.context.conditions & table.keys()) - told, key=lambda code: (-table[code].rank, code))
    if not keys or not codes:
        return
    yield card(
        regimen,
        rule,
        keys,
        severity=table[codes[0]],
        factors=[_condition(regimen, code, table[code]) for code in codes],
        unknown=unknown(regimen, "age"),
    )


def _condition(regimen: Regimen, code: str, severity: Severity) -> Factor:
    label = labels(regimen, [code])
    said = label[:1].upper() + label[1:]
    return factor(regimen, "allergy" if code.endswith("_allergy") else _WORDS[severity], condition=said)
