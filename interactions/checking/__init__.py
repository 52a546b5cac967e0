"""The checker: what a regimen means for a patient. Import these names from here; everything below is pure."""

from interactions.checking.adjusting import Adjustments, adjustable_severities
from interactions.checking.check import check_regimen
from interactions.checking.conditions import alcohol_of, read_conditions, vocabulary
from interactions.checking.entries import Entry, read_entry
from interactions.checking.exposure import (
    EVENT_TYPES,
    AlcoholUse,
    CheckInSummary,
    ClinicalEvent,
    EarlierDose,
    Exposure,
    Level,
    PatientContext,
    Route,
    State,
    Unresolved,
    read_route,
    signs_in,
)
from interactions.checking.findings import Adjustment, Factor, Finding, Screening, Severity
from interactions.knowledge.loader import KnowledgeError, current_release, load_release, versions

__all__ = [
    "EVENT_TYPES",
    "Adjustment",
    "Adjustments",
    "AlcoholUse",
    "CheckInSummary",
    "ClinicalEvent",
    "EarlierDose",
    "Entry",
    "Exposure",
    "Factor",
    "Finding",
    "KnowledgeError",
    "Level",
    "PatientContext",
    "Route",
    "Screening",
    "Severity",
    "State",
    "Unresolved",
    "adjustable_severities",
    "alcohol_of",
    "check_regimen",
    "current_release_version",
    "load_release",
    "read_conditions",
    "read_entry",
    "read_route",
    "signs_in",
    "versions",
    "vocabulary",
]


def current_release_version() -> str:
    """The version of the knowledge that a screening made now would carry."""
    return current_release().version
