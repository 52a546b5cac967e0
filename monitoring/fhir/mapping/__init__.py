"""FHIR R4 resources to plain values; see `bundles` for the two front doors."""

from monitoring.fhir.mapping.bundles import read_bundle, read_resources
from monitoring.fhir.mapping.records import FaultError, Note, ReadBundle, ReadMedicine, ReadPatient

__all__ = ["FaultError", "Note", "ReadBundle", "ReadMedicine", "ReadPatient", "read_bundle", "read_resources"]
