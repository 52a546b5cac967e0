"""The body of a comparison of regimens, and the answer to it, as OpenAPI describes them."""

from typing import Any, Final

from interactions.checking.matching import Relation
from interactions.checking.what_if import MOST_OPTIONS
from interactions.checking.wishes import Kind
from monitoring.regimens.api.choices import MOST_CHANGES, MOST_LINES
from monitoring.regimens.api.documents import DOCUMENT

_OPEN: Final = {"type": "object", "additionalProperties": True}
_OBJECTS: Final = {"type": "array", "items": _OPEN}
_WORDS: Final = {"type": "string", "maxLength": 300}
_DAY: Final = {"type": "string", "format": "date", "pattern": r"^(19|20|21)\d\d-\d\d-\d\d$"}
_LINE: Final = {"type": "integer", "minimum": 0, "maximum": MOST_LINES - 1}


def _kind(kind: Kind, needs: tuple[str, ...], **fields: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["change", *needs],
        "additionalProperties": False,
        "properties": {"change": {"enum": [kind.value]}, **fields},
    }


_FROM: Final = {**_DAY, "description": "First day of the change; by default the day of the comparison."}
_NEW: Final = {"rxcui": {"type": "string"}, "atc": {"type": "string"}, "route": {"type": "string"}, "end": _DAY}
CHANGE: Final = {
    "oneOf": [
        _kind(Kind.DROP, ("line",), line=_LINE, **{"from": _FROM}),
        _kind(Kind.DOSE, ("line", "to"), line=_LINE, to=_WORDS, **{"from": _FROM}),
        _kind(Kind.ROUTE, ("line", "to"), line=_LINE, to=_WORDS, **{"from": _FROM}),
        _kind(Kind.REPLACE, ("line",), line=_LINE, **{"with": _WORDS, "from": _FROM}, **_NEW),
        _kind(Kind.ADD, (), entered=_WORDS, start=_DAY, **_NEW),
    ]
}
OPTIONS: Final = {
    "type": "array",
    "minItems": 1,
    "maxItems": MOST_OPTIONS,
    "items": {
        "type": "object",
        "required": ["changes"],
        "additionalProperties": False,
        "properties": {
            "label": {"type": "string", "maxLength": 100},
            "changes": {"type": "array", "items": CHANGE, "minItems": 1, "maxItems": MOST_CHANGES},
        },
    },
}
COMPARED: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["regimen", "options"],
    "properties": {**DOCUMENT["properties"], "options": OPTIONS},
}
_SIDE: Final = {
    "type": "object",
    "nullable": True,
    "properties": {
        "severity": {"type": "string"},
        "state": {"enum": ["active", "residual", "upcoming"]},
        "participants": {"type": "array", "items": {"type": "string"}},
        "until": {**_DAY, "description": "The last day on which it counts as it is now."},
        "starts": {**_DAY, "description": "The day from which it begins, or gets worse."},
    },
}
_CELL: Final = {
    "type": "object",
    "required": ["relation", "words", "severity"],
    "properties": {
        **_SIDE["properties"],  # type: ignore[dict-item]
        "severity": {"type": "string", "nullable": True},
        "state": {"type": "string", "nullable": True},
        "relation": {"enum": [relation.value for relation in Relation]},
        "words": {"type": "string", "description": "The relation for a reader."},
        "joined": {"type": "array", "items": {"type": "string"}},
        "left": {"type": "array", "items": {"type": "string"}},
        "added_factors": _OBJECTS,
        "removed_factors": _OBJECTS,
    },
}
_COLUMN: Final = {
    "type": "object",
    "required": ["label", "screening", "medicines", "problems"],
    "properties": {
        "label": {"type": "string"},
        "screening": {**_OPEN, "description": "What a screening of the changed regimen says, whole."},
        "medicines": {**_OBJECTS, "description": "The medicines that come in, as they were understood."},
        "problems": {"type": "array", "items": {"type": "string"}},
        "to_weigh": {**_OBJECTS, "description": "Hazards of its own that each medicine coming in has; no advice."},
    },
}
_HAZARD: Final = {
    "type": "object",
    "required": ["code", "rule", "title", "today", "options"],
    "properties": {
        "code": {"type": "string"},
        "rule": {"type": "string"},
        "title": {"type": "string"},
        "participants": {"type": "array", "items": {"type": "string"}},
        "today": _SIDE,
        "options": {"type": "array", "items": _CELL},
    },
}
COMPARISON: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["as_of", "release", "content_hash", "today", "options", "hazards", "medicines"],
    "properties": {
        "id": {"nullable": True},
        "as_of": _DAY,
        "release": {"type": "string"},
        "content_hash": {"type": "string"},
        "today": {**_OPEN, "description": "What a screening of the regimen as it is says, whole."},
        "options": {"type": "array", "items": _COLUMN},
        "hazards": {"type": "array", "items": _HAZARD},
        "medicines": _OBJECTS,
        "ignored": {"type": "array", "items": {"type": "string"}},
    },
}
