"""Adds to the OpenAPI document what every operation may answer: a problem."""

from typing import Any, Final

from monitoring.rest.problems import CONTENT_TYPE

_PROBLEM: Final = {
    "type": "object",
    "description": "Problem details, RFC 9457.",
    "required": ["type", "title", "status", "detail", "instance", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:  # noqa: ARG001 - the generator hands all of them over
    """Describe the answer of every operation that does not succeed."""
    result["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    answer = {
        "description": "A problem: what is wrong, and where.",
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method in _METHODS:
                operation["responses"]["default"] = answer
                _require_body(operation)
    return result


def _require_body(operation: dict[str, Any]) -> None:
    """A body whose schema is written by hand has required fields, so it is required too: the generator can't see it."""
    body = operation.get("requestBody", {})
    if any("$ref" not in content.get("schema", {}) for content in body.get("content", {}).values()):
        body["required"] = True
