"""FHIR R4 read to plain values: medicines with their doses, conditions, measurements and the person."""

from interactions.fhir.bundles import medications_in, read_bundle, read_resources, shaped
from interactions.fhir.conditions import ReadCondition, condition_codes, read_condition
from interactions.fhir.doses import doses_of
from interactions.fhir.lines import Line, line_of, settle
from interactions.fhir.medicines import KINDS, ReadMedicine, read_medicine
from interactions.fhir.nodes import FaultError, Json, Node, codings, same_reference
from interactions.fhir.observations import EGFR_CODES, QTC_CODES, WEIGHT_CODES, Measurement, newest, read_observation
from interactions.fhir.people import Person, read_person
from interactions.fhir.records import Entry, Note, ReadBundle, ReadPatient

__all__ = [
    "EGFR_CODES",
    "KINDS",
    "QTC_CODES",
    "WEIGHT_CODES",
    "Entry",
    "FaultError",
    "Json",
    "Line",
    "Measurement",
    "Node",
    "Note",
    "Person",
    "ReadBundle",
    "ReadCondition",
    "ReadMedicine",
    "ReadPatient",
    "codings",
    "condition_codes",
    "doses_of",
    "line_of",
    "medications_in",
    "newest",
    "read_bundle",
    "read_condition",
    "read_medicine",
    "read_observation",
    "read_person",
    "read_resources",
    "same_reference",
    "settle",
    "shaped",
]
