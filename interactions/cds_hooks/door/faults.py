"""What a caller is told when something is wrong: an OperationOutcome with the path of each fault."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
from django.http import HttpResponse

JSON: Final = "application/json"
# The code of FHIR's issue-type that stands for each status.
_CODES: Final = {
    HTTPStatus.BAD_REQUEST: "invalid",
    HTTPStatus.UNAUTHORIZED: "login",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "not-supported",
    HTTPStatus.LENGTH_REQUIRED: "required",
    HTTPStatus.PRECONDITION_FAILED: "incomplete",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-long",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "not-supported",
    HTTPStatus.UNPROCESSABLE_ENTITY: "value",
    HTTPStatus.TOO_MANY_REQUESTS: "throttled",
    HTTPStatus.INTERNAL_SERVER_ERROR: "exception",
    HTTPStatus.SERVICE_UNAVAILABLE: "transient",
}


class HookFaultError(Exception):
    """An answer that is not a success. `faults` are pairs of a path into the request (or "") and what is wrong there.

    `noted` is what the record keeps of it: paths and words of ours, never what was sent.
    """

    def __init__(
        self,
        status: HTTPStatus,
        faults: Sequence[tuple[str, str]],
        *,
        noted: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.faults = tuple(faults)
        self.noted = noted or status.phrase
        self.headers = dict(headers or {})


def fault(status: HTTPStatus, text: str, *, noted: str = "", **headers: str) -> HookFaultError:
    """A fault of the request as a whole; `Retry_After="60"` becomes the header of that name."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HookFaultError(status, [("", text)], noted=noted, headers=named)


def operation_outcome(status: HTTPStatus, faults: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The OperationOutcome (FHIR R4) for these faults."""
    code = _CODES.get(status, "processing")
    issues = []
    for path, text in faults:
        said = f"{path}: {text}" if path else text
        issue: dict[str, Any] = {"severity": "error", "code": code, "diagnostics": said}
        if path:
            issue["expression"] = [path]
        issues.append(issue)
    return {"resourceType": "OperationOutcome", "issue": issues}


def answer_json(value: object, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    """An answer that no cache keeps."""
    response = HttpResponse(orjson.dumps(value), content_type=JSON, status=status)
    response["Cache-Control"] = "no-store"
    return response


def answer_fault(error: HookFaultError) -> HttpResponse:
    """The answer that tells of a fault."""
    response = answer_json(operation_outcome(error.status, error.faults), error.status)
    for name, value in error.headers.items():
        response[name] = value
    return response
