"""The screening document, and the answer to it, as OpenAPI describes them."""

from typing import Any, Final

from interactions.checking import EVENT_TYPES

MOST_DOCUMENTS: Final = 100
MOST_MEDICINES: Final = 100


def one_or_many(schema: dict[str, Any]) -> dict[str, Any]:
    """One document, or an array of them."""
    return {"oneOf": [schema, {"type": "array", "items": schema, "maxItems": MOST_DOCUMENTS}]}


def _filled(key: str, *others: dict[str, Any]) -> dict[str, Any]:
    """The key is there and not blank."""
    return {"required": [key], "properties": {key: {"anyOf": [{"type": "string", "pattern": r"\S"}, *others]}}}


def _number(least: int, most: int, kind: str = "number") -> dict[str, Any]:
    return {"type": kind, "minimum": least, "maximum": most, "nullable": True}


_DAY: Final = {"type": "string", "format": "date", "pattern": r"^(19|20|21)\d\d-\d\d-\d\d$", "nullable": True}
_WORDS: Final = {"type": "string", "nullable": True}
_CODE: Final = {"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True}
_OPEN: Final = {"type": "object", "additionalProperties": True}

LINE: Final = {
    "description": "One medicine as a person wrote it, or its code, or both.",
    "type": "object",
    "properties": {
        "entered": _WORDS,
        "route": _WORDS,
        "start": _DAY,
        "end": {**_DAY, "description": "The last day on which it is taken; not before `start`."},
        "rxcui": _CODE,
        "atc": _CODE,
    },
    "anyOf": [_filled("entered"), _filled("rxcui", {"type": "integer"}), _filled("atc", {"type": "integer"})],
}
PATIENT: Final = {
    "description": "What is known of the patient. What is absent or null is unknown, never normal.",
    "type": "object",
    "nullable": True,
    "properties": {
        "age": _number(0, 125, "integer"),
        "sex": _WORDS,
        "egfr": {**_number(0, 250), "description": "mL/min/1.73 m²"},
        "conditions": {"type": "array", "items": {"type": "string"}, "nullable": True},
        "alcohol": _WORDS,
        "qtc_ms": _number(200, 800, "integer"),
        "qtc_baseline_ms": _number(200, 800, "integer"),
        "weight_kg": _number(1, 500),
    },
}
EVENT: Final = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"type": "string", "description": f"One of {', '.join(sorted(EVENT_TYPES))}; others are reported."},
        "date": _DAY,
    },
}
CHECK_IN: Final = {
    "description": "The answers of a symptom check-in, and vital signs, by their keys.",
    "type": "object",
    "nullable": True,
    "properties": {"answers": {**_OPEN, "nullable": True}, "vitals": {**_OPEN, "nullable": True}},
}
DOCUMENT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["regimen"],
    "properties": {
        "id": {"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True},
        "as_of": {**_DAY, "description": "The day that is screened; today when absent."},
        "patient": PATIENT,
        "regimen": {"type": "array", "items": LINE, "maxItems": MOST_MEDICINES},
        "check_in": CHECK_IN,
        "events": {"type": "array", "items": EVENT, "nullable": True},
    },
}
_OBJECTS: Final = {"type": "array", "items": _OPEN}
SCREENING: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "release", "overall", "findings", "medicines", "unresolved", "not_understood", "check_in"],
    "properties": {
        "id": {"nullable": True},
        "release": {"type": "string"},
        "overall": {"enum": ["none", "minor", "moderate", "major", "contraindicated", "unknown"]},
        "findings": _OBJECTS,
        "medicines": _OBJECTS,
        "unresolved": _OBJECTS,
        "not_understood": {"type": "array", "items": {"type": "string"}},
        "check_in": {**_OPEN, "nullable": True},
    },
}
