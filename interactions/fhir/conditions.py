"""Conditions: their words and codes, and whether they are there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from interactions.checking import read_conditions
from interactions.fhir.nodes import FaultError, Node, code_words, codings

# SNOMED CT codes of what the rules ask about, as words of their vocabulary.
_SNOMED: Final = {
    "28651003": "orthostatic hypotension",
    "271594007": "syncope",
    "40917007": "acute confusion",
    "14760008": "constipation",
    "267064002": "urinary retention",
    "1912002": "fall",
    "161898004": "falls",
    "217082002": "falls",
    "7011001": "hallucinations",
    "6471006": "suicidal thoughts",
    "91175000": "seizure",
    "48867003": "bradycardia",
}
_SNOMED_SYSTEM: Final = "http://snomed.info/sct"
_ICD10: Final = frozenset(
    {
        "http://hl7.org/fhir/sid/icd-10",
        "http://hl7.org/fhir/sid/icd-10-cm",
        "http://hl7.org/fhir/sid/icd-10-gm",
        "http://hl7.org/fhir/sid/icd-10-uk",
        "urn:oid:2.16.840.1.113883.6.90",
        "urn:oid:2.16.840.1.113883.6.3",
    }
)
# How a record says that there are no problems: SNOMED CT, and the International Patient Summary.
# Families of ICD-10 in which every code means the same to the rules, by the beginning of the code (general
# knowledge of the classification). Codes that the release itself lists are read before these.
_ICD10_FAMILIES: Final = {
    "J44": "copd", "G473": "sleep apnoea", "G40": "epilepsy", "F31": "bipolar disorder", "F20": "schizophrenia",
    "G20": "parkinson disease", "G30": "dementia", "F00": "dementia", "F01": "dementia", "F02": "dementia",
    "F03": "dementia", "I61": "stroke", "I63": "stroke", "I64": "stroke", "I21": "acute myocardial infarction",
    "I951": "orthostatic hypotension", "I441": "heart block", "I442": "heart block", "R33": "urinary retention",
    "H402": "angle closure glaucoma", "N40": "bph", "G35": "multiple sclerosis", "G825": "tetraplegia",
    "N1830": "ckd stage 3", "N1831": "ckd stage 3a", "N1832": "ckd stage 3b", "N183": "ckd stage 3",
    "N184": "ckd stage 4", "N185": "ckd stage 5", "N186": "ckd stage 5", "N17": "acute kidney injury",
    "Z992": "dialysis", "F102": "alcohol dependence", "R296": "falls", "Z9181": "history of falling",
    "T1491": "suicide attempt", "G70": "myasthenia gravis", "K25": "peptic ulcer", "K26": "peptic ulcer",
    "K27": "peptic ulcer", "E10": "diabetes", "E11": "diabetes", "K56": "ileus",
}  # fmt: skip
_NONE_THERE: Final = frozenset({"160245001", "no-known-problems"})
_GONE: Final = frozenset({"inactive", "remission", "resolved"})
_NOT_SO: Final = frozenset({"refuted", "entered-in-error"})
# What happened once raises a risk for good: these count when they are over, too.
_LASTING: Final = frozenset({"self_harm_history", "previous_withdrawal", "stroke", "old_mi"})


@dataclass(frozen=True, slots=True)
class ReadCondition:
    """A condition as its record words it; ``over`` when it is inactive, in remission or resolved."""

    place: str
    words: tuple[str, ...]
    over: bool = False

    @property
    def said(self) -> str:
        """How to name it to a person."""
        return self.words[0] if self.words else "a condition without words"


def read_condition(resource: Node) -> ReadCondition | None:
    """A condition with all that it is called; None when it was refuted, entered in error, or not had.

    ``words`` is empty where the record names none. FaultError for one shaped as FHIR STU3 had it.
    """
    for key in ("clinicalStatus", "verificationStatus"):
        if isinstance(resource.value.get(key), str):
            raise FaultError(resource.at(key), "is text, as FHIR STU3 had it; R4 has a CodeableConcept here.")
    if resource.value.get("assertedDate") is not None:
        raise FaultError(resource.at("assertedDate"), "is of FHIR STU3; R4 has recordedDate.")
    if code_words(resource.child("verificationStatus")) & _NOT_SO:
        return None
    if code_words(resource.child("code")) & _NONE_THERE:
        return None
    words = condition_words(resource.child("code"))
    over = bool(code_words(resource.child("clinicalStatus")) & _GONE) or _abated(resource)
    return ReadCondition(resource.path, words, over)


def _abated(resource: Node) -> bool:
    keys = ("abatementDateTime", "abatementAge", "abatementPeriod", "abatementRange", "abatementString")
    stated = bool(code_words(resource.child("clinicalStatus")))
    return not stated and any(resource.value.get(key) for key in keys)


def condition_words(concept: Node) -> tuple[str, ...]:
    """Text, displays and codes of a concept, in the order to show and to try them."""
    said = codings(concept)
    found = [concept.text("text"), *(one.display for one in said)]
    found += [_SNOMED[one.code] for one in said if one.system == _SNOMED_SYSTEM and one.code in _SNOMED]
    for one in said:
        if one.system in _ICD10:
            found += [one.code, _family(one.code)]
    if not any(word.strip() for word in found):
        found += [one.code for one in said]
    return tuple(dict.fromkeys(word.strip() for word in found if word.strip()))


def _family(code: str) -> str:
    """What the longest known beginning of an ICD-10 code means; "" when none is known."""
    plain = code.replace(".", "").strip().upper()
    return next((_ICD10_FAMILIES[plain[:n]] for n in range(len(plain), 2, -1) if plain[:n] in _ICD10_FAMILIES), "")


def condition_codes(conditions: Iterable[ReadCondition]) -> tuple[frozenset[str], tuple[ReadCondition, ...]]:
    """The codes that the rules know, and the conditions of which no word was understood.

    Every word of a condition is tried, and all that is understood counts. Of those that are over only what
    leaves a lasting risk counts.
    """
    codes: set[str] = set()
    strange: list[ReadCondition] = []
    for condition in conditions:
        found, _ = read_conditions(condition.words)
        if condition.over:
            codes |= found & _LASTING
        elif found:
            codes |= found
        else:
            strange.append(condition)
    return frozenset(codes), tuple(strange)
